"""What is audited: an assignment, the district it is for, and the rules it must obey."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats, Ints
from rezoning.district.questions import findings_held
from rezoning.scenario.findings import OF_TRIPS
from rezoning.scenario.schema import Goal, Rules
from rezoning.scenario.standard import Standard

STUDENTS, TRAVEL, SHARE = 1e-6, 1e-6, 1e-9  # the contract's tolerances


@dataclass(frozen=True, eq=False)
class AuditCase:
    """What is audited: `given` is the assignment as it came, with closed schools and units without one; shape (n,).

    The goals are here for one thing: where they measure trips, nobody may have one that is unknown. `standard` is what findings that are rules are
    measured by.
    """

    district: District
    rules: Rules
    given: Ints
    goals: tuple[Goal, ...] = ()
    standard: Standard | None = None
    is_today: bool = False

    @cached_property
    def school(self) -> Ints:
        """Open school of each unit, -1 where there is none; shape (n,)."""
        is_open = (self.given >= 0) & (self.given < self.district.num_schools)
        return np.where(is_open, self.given, -1)

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """Open schools, shape (m,): those that may neither close nor open, and of the others the ones with a unit here."""
        found = ~self.district.optional
        found[self.school[self.school >= 0]] = True
        return found

    @cached_property
    def lacks_its_unit(self) -> Ints:
        """Open schools whose unit is in another zone, though no school that comes before them in it (`District.sharing`) is open."""
        alone = self.is_open.copy()
        for schools in self.district.sharing:
            for k, s in enumerate(schools):
                alone[s] &= not self.is_open[list(schools[:k])].any()
        return np.flatnonzero(alone & (self.school[self.district.school_unit] != np.arange(self.district.num_schools)))

    @cached_property
    def has_zone(self) -> NDArray[np.bool_]:
        """Schools that some unit has, shape (m,)."""
        return np.isin(np.arange(self.district.num_schools), self.school)

    @cached_property
    def today(self) -> Ints:
        """Open school of today of each unit, -1 where there is none; shape (n,)."""
        current = self.district.current
        if current is None:
            return np.full(self.district.num_units, -1, dtype=np.int64)
        return np.where(current < self.district.num_schools, current, -1)

    @cached_property
    def keeps(self) -> Ints:
        """School of today of each unit where it is open here, else -1; shape (n,)."""
        return np.where((self.today >= 0) & self.is_open[np.maximum(self.today, 0)], self.today, -1)

    @cached_property
    def moved(self) -> NDArray[np.bool_]:
        """Units that have a school today, open or closed, and another one here; shape (n,). New units never move."""
        current = self.district.current
        if current is None:
            return np.zeros(self.district.num_units, dtype=bool)
        return np.asarray((current >= 0) & (self.given != current))

    @cached_property
    def measured(self) -> set[str]:
        """Everything that goals, rules on burden and findings that are rules measure."""
        found: set[str] = {"added_travel"} if OF_TRIPS in findings_held(self.district, self.rules) else set()
        return found | {goal.measure or goal.minimize for goal in self.goals} | {rule.measure for rule in self.rules.burden}

    def gather(self, values: Floats, school: Ints | None = None) -> Floats:
        """Sum of a quantity of units over the open schools that they have here, or by another assignment; (n,) to (m,)."""
        m, where = self.district.num_schools, self.school if school is None else school
        elsewhere = np.where((where >= 0) & (where < m), where, m)
        return np.asarray(np.bincount(elsewhere, weights=values, minlength=m + 1)[:m], dtype=np.float64)

    def at_today(self, table: Floats, closed: Floats | None) -> Floats:
        """A table's value at each unit's school of today, open or closed, (n, m) and (n, k) to (n,); NaN where there is none, or it is unknown."""
        current, values = self.district.current, np.full(self.district.num_units, np.nan)
        for u, s in enumerate([] if current is None else current.tolist()):
            if 0 <= s < table.shape[1]:
                values[u] = table[u, s]
            elif s >= table.shape[1] and closed is not None:
                values[u] = closed[u, s - table.shape[1]]
        return values

    @cached_property
    def trips_today(self) -> Floats:
        """Travel of each unit to its school of today, shape (n,)."""
        travel = self.district.travel
        return np.full(self.district.num_units, np.nan) if travel is None else self.at_today(travel, self.district.closed_travel)

    @cached_property
    def walks_today(self) -> NDArray[np.bool_]:
        """Whether each unit can walk to its school of today, open or closed; shape (n,)."""
        walkable, closed = self.district.walkable, self.district.closed_walkable
        if walkable is None:
            return np.zeros(self.district.num_units, dtype=bool)
        return np.asarray(self.at_today(walkable.astype(np.float64), None if closed is None else closed.astype(np.float64)) == 1)

    @cached_property
    def walks(self) -> NDArray[np.bool_]:
        """Whether each unit can walk to its school here, shape (n,)."""
        walkable = self.district.walkable
        return np.zeros(len(self.school), dtype=bool) if walkable is None else holds(walkable, self.school)

    def name_today(self, u: int) -> str:
        """Name of a unit's school of today, open or closed."""
        current = self.district.current
        assert current is not None
        s, m = int(current[u]), self.district.num_schools
        return self.names[s] if s < m else f"the closed '{self.district.closed_ids[s - m]}'"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Schools as a message names them: with the id where a name is not unique."""
        names, ids = self.district.school_names, self.district.school_ids
        return tuple(name if names.count(name) == 1 else f"{name} ({text})" for name, text in zip(names, ids, strict=True))

    def school_of(self, u: int) -> str:
        """Name of a unit's school."""
        return self.names[self.school[u]] if self.school[u] >= 0 else "no open school"

    def unit(self, u: int) -> str:
        """A unit as a message names it."""
        return f"unit '{self.district.unit_ids[u]}'"

    def says(self, plan: str, today: str) -> str:
        """A plan *would hold*, today *holds*."""
        return today if self.is_today else plan

    def units(self, ids: Iterable[str]) -> Ints:
        """Indices of units."""
        return np.array([self.district.unit_index[text] for text in ids], dtype=np.int64)

    def schools(self, ids: Iterable[str]) -> Ints:
        """Indices of open schools."""
        return np.array([self.district.school_index[text] for text in ids], dtype=np.int64)


def at(table: Floats, school: Ints) -> Floats:
    """A table's value at each unit's open school, (n, m) to (n,); NaN where a unit has none."""
    values = np.take_along_axis(table, np.maximum(school, 0)[:, None], axis=1)[:, 0]
    return np.where(school >= 0, values, np.nan)


def holds(table: NDArray[np.bool_], school: Ints) -> NDArray[np.bool_]:
    """Whether a table holds of each unit and its open school, (n, m) to (n,); false where a unit has none."""
    return np.asarray(np.take_along_axis(table, np.maximum(school, 0)[:, None], axis=1)[:, 0] & (school >= 0))
