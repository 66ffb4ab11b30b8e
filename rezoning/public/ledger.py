"""All counts of students that a book would show, or that a reader could find, each with the students it adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rezoning.district.district import Floats, Ints
from rezoning.public.cell import HIDDEN, Cell
from rezoning.public.privacy import Cells, Facts, Family, State, ends, narrow, protect, widen
from rezoning.public.privacy.cells import HAIR, NOBODY
from rezoning.public.privacy.state import EXACT, KEPT

Bools = NDArray[np.bool_]
LIKE_TODAY = 0.1  # what is lost with a number that is hidden today too, as a part of what is lost else
NOISE = 1e-6  # students: sums of decimals are no reason to tell a millionth of one
MAYBE, ALWAYS = 1, 2  # whether a table's numbers are told as ranges: where that is needed, or in any case
Parts = tuple[tuple[int, float], ...]


@dataclass(frozen=True, eq=False)
class Population:
    """Students of one kind in each unit.

    Parameters
    ----------
    weights
        How many, shape (n,).
    parts
        The layers of atoms that it adds up, and how often each counts.
    is_public
        Whether any number of it may be shown: not where the whole district, or all but it, is a few students.
    name
        Of the group, or of all students.
    """

    weights: Floats
    parts: Parts
    is_public: bool = True
    name: str = ""


@dataclass(frozen=True)
class Place:
    """Where a number stands.

    Parameters
    ----------
    table
        Of which it is a number.
    scope
        The option that it belongs to; empty for today.
    kind
        Of students.
    line, name
        Its line in the table, and what people call that: a school, a way from one to another; empty where there is no name.
    """

    table: str
    scope: str
    kind: str
    line: int
    name: str = ""


@dataclass
class Ledger:
    """Rows of counts, gathered one table after the other; then `close` says which are shown.

    What is told of today does not depend on the options of a book, and what is told of an option depends on it and on today alone. So the
    same numbers are hidden in every book, whatever else it holds, and two books tell no more than one that holds the options of both. Only where
    options together would tell of a few students more is hidden of their book than of each by itself; that is said (`Shown.joint`).

    Parameters
    ----------
    least
        Counts below this are small.
    scope
        The option whose rows are being added; empty for what all options share.
    table
        Name of the table that is being added.
    whole
        Options whose counts are told in whole students, because they are made of parts of students that nobody counted: all digits of such a number
        would tell of which parts. Numbers of grades that add up to what was counted are told as that.
    """

    least: float
    scope: str = ""
    table_name: str = ""
    line_names: Sequence[str] = ()
    school_names: Sequence[str] = ()
    whole: frozenset[str] = frozenset()
    _layers: list[Floats] = field(default_factory=list)
    _entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    _values: list[Floats] = field(default_factory=list)
    _published: list[Bools] = field(default_factory=list)
    _would: list[Bools] = field(default_factory=list)
    _cost: list[Floats] = field(default_factory=list)
    _ranges: list[Ints] = field(default_factory=list)
    _places: list[Place] = field(default_factory=list)
    _families: list[Family] = field(default_factory=list)
    _bonds: list[dict[int, float]] = field(default_factory=list)
    _facts: list[tuple[str, list[tuple[int, Floats]], float, float]] = field(default_factory=list)
    _size: int = 0

    @contextmanager
    def shared(self, table: str) -> Iterator[None]:
        """For rows that all options share, whichever is being added."""
        before = self.scope, self.table_name
        self.scope, self.table_name = "", table
        yield
        self.scope, self.table_name = before

    def begin(self, table: str, names: Sequence[str] = ()) -> None:
        """Say which table comes next, and what its lines are called."""
        self.table_name, self.line_names = table, names

    def layer(self, weights: Floats) -> int:
        """A layer of atoms, one for each unit."""
        self._layers.append(weights)
        return len(self._layers) - 1

    def table(self, population: Population, labels: Ints, number: int, weight: float, *, published: bool = True, ranges: int = 0) -> Ints:
        """Students by the label of their unit, shape (number,); units of a negative label are left out. Returns the cells' indices.

        What would give a small number away is hidden, or with `ranges` MAYBE told as a range; with ALWAYS nothing is told but ranges.
        """
        units = np.flatnonzero(labels >= 0)
        values = np.asarray(np.bincount(labels[units], weights=population.weights[units], minlength=number), dtype=np.float64)
        lines = [(labels[units], layer * len(labels) + units, np.full(len(units), often)) for layer, often in population.parts]
        return self._add(lines, values, weight, published, published and population.is_public, population.name, ranges)

    def cell(self, population: Population, units: Bools, weight: float, *, published: bool = True) -> int:
        """Students of some units."""
        return int(self.table(population, np.where(units, 0, -1), 1, weight, published=published)[0])

    def sums(self, terms: list[tuple[Population, Ints, float]], number: int, weight: float, *, published: bool = True) -> Ints:
        """Tables that are added up, each so often."""
        lines, values = [], np.zeros(number)
        for population, labels, often in terms:
            units = np.flatnonzero(labels >= 0)
            values += often * np.bincount(labels[units], weights=population.weights[units], minlength=number)
            lines += [(labels[units], layer * len(labels) + units, np.full(len(units), often * times)) for layer, times in population.parts]
        return self._add(lines, values, weight, published, published, terms[0][0].name if len(terms) == 1 else "")

    def watch(self, population: Population, labels: Ints) -> None:
        """Small numbers by label that are not shown, and must not be found either."""
        self.watch_difference(population, None, labels)

    def watch_difference(self, whole: Population, part: Population | None, labels: Ints) -> None:
        """Small numbers of those of the whole who are not of a part."""
        labels = np.asarray(labels)
        number = int(labels.max(initial=-1)) + 1
        weights = whole.weights if part is None else whole.weights - part.weights
        units = np.flatnonzero(labels >= 0)
        values = np.bincount(labels[units], weights=weights[units], minlength=number)
        small = np.flatnonzero((values > NOBODY) & (values < self.least - HAIR))
        if not small.size:
            return
        place = np.full(number + 1, -1)
        place[small] = np.arange(len(small))
        narrowed = place[labels]
        terms = [(whole, narrowed, 1.0)] + ([] if part is None else [(part, narrowed, -1.0)])
        self.sums(terms, len(small), 1.0, published=False)

    def family(self, parts: Ints | list[int], total: int) -> None:
        """Say that cells add up to another."""
        self._families.append(Family(np.asarray(parts, dtype=np.int64), int(total)))

    def bond(self, parts: Parts) -> None:
        """Say that a sum of layers is nowhere below zero."""
        found: dict[int, float] = {}
        for layer, often in parts:
            found[layer] = found.get(layer, 0.0) + often
        if min(found.values()) < 0 and found not in self._bonds:
            self._bonds.append(found)

    def fact(self, terms: list[tuple[Population, Floats]], most: float, cost: float = np.inf) -> int:
        """Say that a sum over units, each student counting as given, is told not to be above `most`. Returns the fact's index."""
        lines = [(layer, often * times) for population, often in terms for layer, times in population.parts]
        self._facts.append((self.scope, lines, most, cost))
        return len(self._facts) - 1

    def close(self) -> Shown:
        """Decide what is shown."""
        values, would = self._told_values(), np.concatenate(self._would)
        if self.least <= 0:
            level = np.where(would, 0, KEPT)
            return Shown(values, level, np.ones(len(self._facts), dtype=bool), would, self.least)
        cells = self.cells()
        state = self._state(cells)
        several, together = len(self._options()) > 1, np.zeros(0, dtype=np.int64)
        if several:
            together = np.setdiff1d(narrow(cells, state, self.least), state.lost)
            alone = state.lost
            state = widen(cells, state, together, self.least) if together.size else state
            state.lost = np.union1d(alone, state.lost)
        lost = state.lost[would[state.lost]]
        places = [tuple(self._places[k] for k in which) for which in (lost, together, np.setdiff1d(state.lost, lost))]
        return Shown(values, np.where(cells.published, state.level, KEPT), state.is_told, would, self.least, *places)

    def _told_values(self) -> Floats:
        """Every count as it is told where it is told exactly."""
        values = np.concatenate(self._values)
        if not self.whole:
            return values
        is_whole = np.array([place.scope in self.whole for place in self._places]) | (np.abs(values - np.rint(values)) < NOISE)
        return np.where(is_whole, np.rint(values), values)

    def _options(self) -> list[str]:
        return [scope for scope in dict.fromkeys(place.scope for place in self._places) if scope]

    def _state(self, cells: Cells) -> State:
        """First what all options share, then each option with it."""
        scopes = np.array([*(place.scope for place in self._places), *(scope for scope, *_ in self._facts)])
        number, whole = len(self._places), State.of(cells)
        for scope in ["", *self._options()]:
            which = np.flatnonzero((scopes == "") | (scopes == scope))
            rows, facts = which[which < number], which[which >= number] - number
            fixed = np.zeros(len(which), dtype=bool) if scope == "" else scopes[which] == ""
            before = State(whole.level[rows], whole.is_told[facts], np.flatnonzero(np.isin(rows, whole.lost)))
            ours = cells.only(rows, facts)
            ours = replace(ours, cost=ours.cost * np.where(self._is_kept_today(whole)[rows], LIKE_TODAY, 1.0))
            found = protect(ours, self.least, before=before, fixed=fixed)
            whole.level[rows], whole.is_told[facts] = found.level, found.is_told
            whole.lost = np.union1d(whole.lost, rows[found.lost])
        return whole

    def _is_kept_today(self, state: State) -> Bools:
        """Whether today's number of the same school and kind is hidden: options that hide the same as today tell less of one another."""
        told = zip(self._places, state.level, strict=True)
        kept = {(place.table, place.kind, place.line) for place, level in told if place.scope == "" and level > EXACT}
        return np.array([bool(place.scope) and (place.table, place.kind, place.line) in kept for place in self._places])

    def cells(self) -> Cells:
        """The rows as the privacy engine takes them."""
        size = sum(map(len, self._layers))
        facts = [(f, layer * (size // len(self._layers)), often) for f, (_, lines, _, _) in enumerate(self._facts) for layer, often in lines]
        told = [(np.full(len(often), f), first + np.arange(len(often)), often) for f, first, often in facts]
        return Cells(
            self._matrix(self._entries, self._size),
            np.concatenate(self._layers),
            np.concatenate(self._published),
            np.concatenate(self._cost),
            tuple(self._families),
            len(self._layers),
            np.array([[bond.get(layer, 0.0) for layer in range(len(self._layers))] for bond in self._bonds]).reshape(-1, len(self._layers)),
            Facts(self._matrix(told, len(self._facts)), *(np.array([fact[k] for fact in self._facts], dtype=np.float64) for k in (2, 3))),
            np.concatenate(self._ranges) >= MAYBE,
            np.concatenate(self._ranges) >= ALWAYS,
        )

    def _matrix(self, entries: list[tuple[Ints, Ints, Floats]], number: int) -> Any:
        if not entries:
            return csr_array((number, sum(map(len, self._layers))))
        lines, atoms, data = (np.concatenate(one) for one in zip(*entries, strict=True))
        # a place where nobody lives is known to everybody
        lived = np.sum(np.abs(self._layers), axis=0) > NOBODY
        kept = np.tile(lived, len(self._layers))[atoms] & (data != 0)
        matrix: Any = csr_array((data[kept], (lines[kept], atoms[kept])), shape=(number, len(lived) * len(self._layers)))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix

    def _add(
        self, lines: list[tuple[Ints, Ints, Floats]], values: Floats, weight: float, would: bool, published: bool, kind: str, ranges: int = 0
    ) -> Ints:
        first, number = self._size, len(values)
        self._entries += [(first + rows, atoms, data) for rows, atoms, data in lines]
        self._values.append(np.asarray(values, dtype=np.float64))
        self._published.append(np.full(number, published))
        names = self.line_names if len(self.line_names) == number else [""] * number
        self._places += [Place(self.table_name, self.scope, kind, line, name) for line, name in enumerate(names)]
        self._would.append(np.full(number, would))
        self._cost.append(weight * np.log2(2 + np.maximum(values, 0)))
        self._ranges.append(np.full(number, ranges))
        self._size += number
        return np.arange(first, self._size)


@dataclass(frozen=True, eq=False)
class Shown:
    """Which counts are shown.

    Parameters
    ----------
    values, level, would
        Of each cell, shape (k,): the count, how much is told of it (`privacy.state`), and whether it would be if no number were small.
    is_told
        Whether each fact is told, shape (f,).
    least
        Counts below this are small.
    lost
        Small numbers that cannot be protected.
    joint
        Those that were protected by hiding more than each option would hide by itself.
    rests
        Small numbers that stand in no table, such as all students of a school but a group, and cannot be protected either.
    """

    values: Floats
    level: Ints
    is_told: Bools
    would: Bools
    least: float
    lost: tuple[Place, ...] = ()
    joint: tuple[Place, ...] = ()
    rests: tuple[Place, ...] = ()

    @property
    def is_shown(self) -> Bools:
        """Whether each cell is told exactly, shape (k,)."""
        return np.asarray(self.level == EXACT)

    def between(self, cell: int) -> tuple[float, float] | None:
        """The ends of the range that is told of a count; None where it is told exactly, or not at all."""
        if not EXACT < self.level[cell] < KEPT:
            return None
        low, high = ends(self.values[[cell]], self.level[[cell]], self.least)
        return float(low[0]), float(high[0])

    def __call__(self, cell: int | np.integer[Any]) -> Cell:
        """A count, or HIDDEN."""
        return float(self.values[cell]) if self.is_shown[cell] else HIDDEN

    def tells(self, facts: tuple[int, ...]) -> bool:
        """Whether facts are told."""
        return bool(self.is_told[list(facts)].all())

    def all(self, cells: Ints) -> bool:
        """Whether all of some cells are shown."""
        return bool(self.is_shown[cells].all())

    @property
    def is_any_hidden(self) -> bool:
        """Whether a number is hidden that would be shown if none were small."""
        return bool((self.would & ~self.is_shown).any())

    def is_small(self, count: float) -> bool:
        """Whether a number that is no cell would have to be hidden."""
        return NOBODY < count < self.least - HAIR
