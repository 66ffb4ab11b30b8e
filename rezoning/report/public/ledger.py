"""All counts of students that a book would show, or that a reader could find, each with the students it adds up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rezoning.district.district import Floats, Ints
from rezoning.privacy import Cells, Family, Kinds, protect
from rezoning.privacy.cells import HAIR, NOBODY
from rezoning.report.language import HIDDEN, Cell

Bools = NDArray[np.bool_]
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
    is_headcount
        Whether it counts heads and says nothing of them: everyone, now or in a coming year.
    """

    weights: Floats
    parts: Parts
    is_public: bool = True
    is_headcount: bool = False


@dataclass
class Ledger:
    """Rows of counts, gathered one table after the other; then `close` says which are shown.

    Small numbers of a group, and of all but a group, are kept from readers of everything that is published. A small headcount (a block's, a
    flow's) is kept from readers of one option and of today: to keep it from those who compare options as well, school totals would have to go,
    without which no board can judge a plan.

    Parameters
    ----------
    least
        Counts below this are small.
    scope
        The option whose rows are being added; empty for what all options share.
    """

    least: float
    scope: str = ""
    _layers: list[Floats] = field(default_factory=list)
    _entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    _values: list[Floats] = field(default_factory=list)
    _published: list[Bools] = field(default_factory=list)
    _would: list[Bools] = field(default_factory=list)
    _cost: list[Floats] = field(default_factory=list)
    _scopes: list[str] = field(default_factory=list)
    _headcount: list[Bools] = field(default_factory=list)
    _families: list[Family] = field(default_factory=list)
    _size: int = 0

    def layer(self, weights: Floats) -> int:
        """A layer of atoms, one for each unit."""
        self._layers.append(weights)
        return len(self._layers) - 1

    def table(self, population: Population, labels: Ints, number: int, weight: float, *, published: bool = True) -> Ints:
        """Students by the label of their unit, shape (number,); units of a negative label are left out. Returns the cells' indices."""
        units = np.flatnonzero(labels >= 0)
        values = np.asarray(np.bincount(labels[units], weights=population.weights[units], minlength=number), dtype=np.float64)
        lines = [(labels[units], layer * len(labels) + units, np.full(len(units), often)) for layer, often in population.parts]
        return self._add(lines, values, weight, published, published and population.is_public, population.is_headcount)

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
        return self._add(lines, values, weight, published, published, all(population.is_headcount for population, _, _ in terms))

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

    def close(self) -> Shown:
        """Decide what is shown."""
        values = np.concatenate(self._values)
        published, would = np.concatenate(self._published), np.concatenate(self._would)
        if self.least <= 0:
            return Shown(values, would, would, self.least)
        return Shown(values, published & ~self._hidden(), would, self.least)

    def _hidden(self) -> Bools:
        """Option by option all the small numbers, then those of groups in everything together."""
        cells, scopes = self.cells(), np.array(self._scopes)
        is_group = ~np.concatenate(self._headcount)
        hidden = np.zeros(self._size, dtype=bool)
        for scope in dict.fromkeys(one for one in self._scopes if one) or [""]:
            rows = np.flatnonzero((scopes == "") | (scopes == scope))
            kinds = Kinds(np.ones(len(rows), dtype=bool), is_group[rows])
            hidden[rows] |= protect(cells.only(rows), self.least, kinds=kinds, hidden=hidden[rows])
        if len(set(self._scopes) - {""}) > 1:
            hidden = protect(cells, self.least, kinds=Kinds(is_group, is_group), hidden=hidden)
        return hidden

    def cells(self) -> Cells:
        """The rows as the privacy engine takes them."""
        lines, atoms, data = (np.concatenate(one) for one in zip(*self._entries, strict=True))
        weights = np.concatenate(self._layers)
        # a place where nobody lives is known to everybody
        lived = np.sum(np.abs(self._layers), axis=0) > NOBODY
        kept = np.tile(lived, len(self._layers))[atoms]
        shape = (self._size, len(weights))
        matrix: Any = csr_array((data[kept], (lines[kept], atoms[kept])), shape=shape)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return Cells(matrix, weights, np.concatenate(self._published), np.concatenate(self._cost), tuple(self._families))

    def _add(self, lines: list[tuple[Ints, Ints, Floats]], values: Floats, weight: float, would: bool, published: bool, headcount: bool) -> Ints:
        first, number = self._size, len(values)
        self._entries += [(first + rows, atoms, data) for rows, atoms, data in lines]
        self._values.append(np.asarray(values, dtype=np.float64))
        self._published.append(np.full(number, published))
        self._headcount.append(np.full(number, headcount))
        self._scopes += [self.scope] * number
        self._would.append(np.full(number, would))
        self._cost.append(weight * np.log2(2 + np.maximum(values, 0)))
        self._size += number
        return np.arange(first, self._size)


@dataclass(frozen=True, eq=False)
class Shown:
    """Which counts are shown.

    Parameters
    ----------
    values, is_shown, would
        Of each cell, shape (k,): the count, whether it is shown, and whether it would be if no number were small.
    least
        Counts below this are small.
    """

    values: Floats
    is_shown: Bools
    would: Bools
    least: float

    def __call__(self, cell: int | np.integer[Any]) -> Cell:
        """A count, or HIDDEN."""
        return float(self.values[cell]) if self.is_shown[cell] else HIDDEN

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
