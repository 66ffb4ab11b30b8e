"""Rules and goals of a program's own as rows and terms: what their functions say of units and schools, over the pairs that a plan may have.

A unit's numbers are added to its node's, where several units go together; a pair that no plan may have is 0, whatever it would count; one that is its
node's only one counts as any other. Units with a number other than 0 are never folded away as idle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.custom import (
    Coefficients,
    Custom,
    CustomGoal,
    Deviation,
    Largest,
    Limit,
    Linear,
    Term,
    asked_of,
    goals_in,
    number_of,
    refusal,
    rules_in,
)
from rezoning.district.district import District
from rezoning.errors import shown
from rezoning.formulation.blocks import Block, Floats, Ints, Matrix, Shape
from rezoning.formulation.formulation import Pairs, RowName, Rows, Terms
from rezoning.formulation.goals import pairs_of
from rezoning.scenario.goals import Goal

TOLERANCE = 1e-6  # of a row, relative to max(1, |limit|): the rows' own


@dataclass(frozen=True, eq=False)
class Entries:
    """Numbers of pairs of a unit and a school, shape (k,) each."""

    unit: Ints
    school: Ints
    value: Floats

    def over(self, pairs: Pairs) -> tuple[Ints, Floats]:
        """The pairs that they count, and their numbers; a pair may stand there several times."""
        place = pairs.lookup[pairs.node_of_unit[self.unit], self.school]
        return place[place >= 0], self.value[place >= 0]


@dataclass(frozen=True, eq=False)
class OwnRow:
    """A row that a rule gave."""

    name: RowName
    entries: Entries
    lower: float
    upper: float

    def holds(self, school: Ints) -> bool:
        """Whether a plan obeys it, within the tolerance of rows; school of each unit, shape (n,)."""
        total = float(self.entries.value[school[self.entries.unit] == self.entries.school].sum())
        low, high = (TOLERANCE * max(1.0, abs(limit)) if np.isfinite(limit) else 0.0 for limit in (self.lower, self.upper))
        return self.lower - low <= total <= self.upper + high


Read = tuple[Term, list[Entries]]


@dataclass(frozen=True, eq=False)
class Own:
    """What all functions said: rows, and each goal's terms by its name."""

    limits: tuple[OwnRow, ...]
    goals: Mapping[str, list[Read]]

    def counted(self, district: District) -> NDArray[np.bool_]:
        """Units with a number other than 0 somewhere, shape (n,)."""
        found = np.zeros(district.num_units, dtype=bool)
        for one in (*(row.entries for row in self.limits), *(part for read in self.goals.values() for _, parts in read for part in parts)):
            found[one.unit[one.value != 0]] = True
        return found

    def rows(self, pairs: Pairs) -> Rows | None:
        """All rows over pairs; None where there are none."""
        if not self.limits:
            return None
        matrix = _stacked([row.entries for row in self.limits], pairs)
        lower, upper = (np.array([getattr(row, side) for row in self.limits]) for side in ("lower", "upper"))
        return Rows(matrix, lower, upper, tuple(row.name for row in self.limits))

    def terms(self, goal: Goal, district: District, pairs: Pairs) -> Terms:
        """A goal over pairs, with the value of today's zones where they are a plan."""
        today = district.stayable
        is_plan = district.has_current and bool((today >= 0).all())
        value = _terms(goal, self.goals[goal.minimize], now := pairs_of(today, district)).value(np.ones(len(now))) if is_plan else None
        return _terms(goal, self.goals[goal.minimize], pairs, value)


def value_in(goal: Goal, own: Own, school: Ints, district: District) -> float:
    """A goal's natural value in a plan by its terms; school of each unit, shape (n,)."""
    pairs = pairs_of(school, district)
    return _terms(goal, own.goals[goal.minimize], pairs).value(np.ones(len(pairs)))


def _terms(goal: Goal, read: Sequence[Read], pairs: Pairs, today: float | None = None) -> Terms:
    linear, constant, blocks, parts = np.zeros(len(pairs)), 0.0, [], list[tuple[Deviation, Entries]]()
    for term, entries in read:
        if isinstance(term, Linear):
            place, value = entries[0].over(pairs)
            np.add.at(linear, place, value)
            constant += term.constant
        elif isinstance(term, Deviation):
            parts.append((term, entries[0]))
        else:
            offsets = np.zeros(len(entries)) if term.offsets is None else np.asarray(term.offsets, dtype=np.float64)
            blocks.append(Block(Shape.PEAK, _stacked(entries, pairs), offsets, term.weight, np.zeros(len(entries)), goal.minimize))
    target, over, under = (np.array([float(getattr(term, key)) for term, _ in parts]) for key in ("target", "over", "under"))
    return Terms(goal, linear, _stacked([one for _, one in parts], pairs), target, over, under, constant, today, tuple(blocks))


def _stacked(rows: Sequence[Entries], pairs: Pairs) -> Matrix:
    from scipy.sparse import csr_array

    found = [one.over(pairs) for one in rows]
    row = np.repeat(np.arange(len(found)), [len(place) for place, _ in found])
    column, value = (np.concatenate([one[k] for one in found]) if found else np.zeros(0) for k in (0, 1))
    return csr_array((value, (row, column.astype(np.int64))), shape=(len(found), len(pairs)))


# -- reading what functions give -------------------------------------------------------------------------------------


def read_custom(custom: Sequence[Custom], district: District) -> Own:
    """Ask every function once.

    Raises
    ------
    ScenarioError
        One fails, or gives what cannot be: units or schools that are not there, numbers that are none.
    """
    limits = [_row(rule, k, row, district) for rule in rules_in(custom) for k, row in enumerate(asked_of(rule, "rows", rule.rows, district), 1)]
    goals = {goal.name: [_read(goal, k, one, district) for k, one in enumerate(asked_of(goal, "terms", goal.terms, district), 1)]
             for goal in goals_in(custom)}  # fmt: skip
    return Own(tuple(limits), goals)


def _row(rule: Custom, k: int, row: Limit, district: District) -> OwnRow:
    if not isinstance(row, Limit):
        raise refusal(rule, f"rows gives a {type(row).__name__} as row {k}.", "Yield a Limit for each row.")
    lower = -np.inf if row.lower is None else number_of(rule, f"row {k}", row.lower)
    upper = np.inf if row.upper is None else number_of(rule, f"row {k}", row.upper)
    if np.isnan(lower) or np.isnan(upper) or lower > upper:
        raise refusal(rule, f"row {k} is between {lower:g} and {upper:g}.", "Give numbers, the lower first; None for no limit.")
    return OwnRow(RowName(rule.name, str(row.subject)), _entries(rule, f"row {k}", row.coefficients, district), lower, upper)


def _read(goal: CustomGoal, k: int, term: Term, district: District) -> Read:
    if isinstance(term, Largest):
        try:
            given, numbers = list(term.coefficients), [term.weight, *([] if term.offsets is None else term.offsets)]
        except TypeError:
            raise refusal(goal, f"term {k} is the largest of what is no list.", "Give a list of coefficients, and offsets as a list.") from None
        if not given or (term.offsets is not None and len(term.offsets) != len(given)):
            message = f"term {k} is the largest of {len(given)} sums with {len(term.offsets or ())} offsets."
            raise refusal(goal, message, "Give some sums, and an offset for each.")
        signs = [term.weight]
    elif isinstance(term, Deviation):
        given, numbers, signs = [term.coefficients], [term.target, term.over, term.under], [term.over, term.under]
    elif isinstance(term, Linear):
        given, numbers, signs = [term.coefficients], [term.constant], []
    else:
        raise refusal(goal, f"terms gives a {type(term).__name__} as term {k}.", "Yield Linear, Deviation or Largest.")
    numbers = [number_of(goal, f"term {k}", one) for one in numbers]
    if not np.isfinite(numbers).all() or any(one < 0 for one in signs):
        said = ", ".join(f"{number:g}" for number in numbers)
        raise refusal(goal, f"term {k} has the numbers {said}.", "Give finite ones, and weights of 0 or more: else the goal is not convex.")
    return term, [_entries(goal, f"term {k}", one, district) for one in given]


def _entries(one: Custom, where: str, given: Coefficients, district: District) -> Entries:
    """Coefficients in any of their forms, checked."""
    found = _of_mapping(one, where, given, district) if isinstance(given, Mapping) else _of_table(one, where, given, district)
    wrong = np.flatnonzero(~np.isfinite(found.value))
    if len(wrong):
        u, s = int(found.unit[wrong[0]]), int(found.school[wrong[0]])
        place = f"unit '{district.unit_ids[u]}' and school '{district.school_ids[s]}'"
        cure = "Leave pairs out that have no number (travel is NaN where unknown), or give one."
        raise refusal(one, f"{where} has {found.value[wrong[0]]:g} for {place}, and {len(wrong) - 1:,} more that are no number.", cure)
    return found


def _of_mapping(one: Custom, where: str, given: Mapping[Any, Any], district: District) -> Entries:
    try:
        pairs = [(_index(u, district.unit_index), _index(s, district.school_index)) for u, s in given]
        value = np.array([float(number) for number in given.values()], dtype=np.float64)
    except (TypeError, ValueError) as error:
        cure = "Give {(unit, school): number}, or a table with a row for each unit and a column for each open school."
        raise refusal(one, f"{where} cannot be read: {error}.", cure) from error
    strange = [key for key, (u, s) in zip(given, pairs, strict=True) if u < 0 or s < 0]
    if strange:
        units = dict.fromkeys(f"unit {u!r}" for u, s in strange if _index(u, district.unit_index) < 0)
        schools = dict.fromkeys(f"school {s!r}" for u, s in strange if _index(s, district.school_index) < 0)
        cure = "Name units by district.unit_ids and open schools by district.school_ids, or by their places in these."
        raise refusal(one, f"{where} names {shown([*units, *schools])}, which the district does not have.", cure)
    places = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Entries(places[:, 0], places[:, 1], value)


def _index(name: Any, index: Mapping[str, int]) -> int:
    """Place of an id, or the place itself; -1 where there is none."""
    if isinstance(name, str):
        return index.get(name, -1)
    return int(name) if isinstance(name, (int, np.integer)) and 0 <= name < len(index) else -1


def _of_table(one: Custom, where: str, given: Any, district: District) -> Entries:
    from scipy.sparse import issparse

    shape, is_sparse = (district.num_units, district.num_schools), issparse(given)
    try:
        table: Any = given.tocoo() if is_sparse else np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise refusal(one, f"{where} cannot be read as numbers: {error}.", "Give {(unit, school): number}, or a table of numbers.") from error
    if table.shape != shape:
        message = f"{where} has a table of shape {table.shape}, and the district has {shape[0]:,} units and {shape[1]:,} open schools."
        raise refusal(one, message, f"Give a table of shape {shape}, or {{(unit, school): number}}.")
    unit, school = (table.row.astype(np.int64), table.col.astype(np.int64)) if is_sparse else np.nonzero(table)
    return Entries(unit, school, np.asarray(table.data if is_sparse else table[unit, school], dtype=np.float64))
