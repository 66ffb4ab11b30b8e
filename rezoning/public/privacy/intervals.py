"""How near a reader comes to a small cell who knows what a table of students can be, by linear programming.

The reader knows that nobody is counted below zero, that a group is a part of everyone, that what is not shown exactly lies in the range that
is shown, that rules were kept and means are as they are told, and that students are whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import block_array, csr_array, eye_array, vstack

from rezoning.optimize.solvers.repeated import Least, Repeated, repeated
from rezoning.public.privacy.cells import HAIR, Bools, Cells, Floats, Ints, Rows
from rezoning.public.privacy.state import EXACT, KEPT, State, ends

TOGETHER = 150  # cells that one linear program raises together
BINDING = 1e-7  # dual values below this are zero


@dataclass(frozen=True, eq=False)
class Doubt:
    """How unknown each cell must be if it is small, shape (k,) each: it may be `reach` or more, and is unknown by `width` or more."""

    reach: Floats
    width: Floats

    @classmethod
    def promised(cls, cells: Cells, least: float) -> Doubt:
        """What readers are told: a hidden number of fewer than `least` might be `least`, and lies in an interval half as wide."""
        return cls._of(cells, (least, least), (least / 2, least / 2))

    @classmethod
    def sought(cls, cells: Cells, least: float) -> Doubt:
        """What hiding aims at: more, so that one who holds two reports seldom comes nearer than is promised; much more where ranges do it."""
        return cls._of(cells, (1.25 * least, 1.5 * least), (0.75 * least, least))

    @classmethod
    def _of(cls, cells: Cells, reach: tuple[float, float], width: tuple[float, float]) -> Doubt:
        return cls(np.where(cells.may_be_range, reach[1], reach[0]), np.where(cells.may_be_range, width[1], width[0]))

    def is_met(self, cell: int, found: Reach) -> bool:
        """Whether what a cell may be leaves it as unknown as it must be."""
        return bool(found.high >= self.reach[cell] - HAIR and found.high - found.low >= self.width[cell] - HAIR)


@dataclass(frozen=True, eq=False)
class Reach:
    """What a cell may be.

    Parameters
    ----------
    low, high
        The least and the most, whole where counts are.
    why
        Numbers of cells, and after them of facts, that keep it from being less or more.
    """

    low: float
    high: float
    why: Ints


class Reader:
    """What follows from what is told. The less is told the more can be: a table that was possible once stays so, and is remembered.

    Parameters
    ----------
    cells
        Merged ones.
    doubt
        How unknown small ones must be.
    known
        What the reader knows.
    program
        The tables that are possible.
    """

    def __init__(self, cells: Cells, doubt: Doubt, known: _Known, program: Repeated) -> None:
        self._cells, self._doubt, self._known, self._program = cells, doubt, known, program
        enough = np.maximum(doubt.reach, cells.values + doubt.width)
        self._enough = np.ceil(enough - HAIR) if cells.is_whole else enough
        self._most = np.zeros(len(cells.values))  # that each cell was in any possible table

    def told(self, state: State) -> None:
        """Less is told than so far."""
        self._program.bound(*self._known.changed(state))

    def is_reached(self, cell: int) -> bool:
        """Whether a table was found in which a cell is so many that it is unknown enough."""
        return bool(self._most[cell] >= self._enough[cell] - HAIR)

    def doubtful(self, watched: Ints) -> Ints:
        """Cells that are not found to be unknown enough in tables that raise many of them at once."""
        left, doubt = self._low(watched), []
        while left.size:
            some = left[:TOGETHER]
            self._least(-self._cells.matrix[some].T @ (1 / self._enough[some]))
            if self._low(some).size == some.size:
                doubt.append(some)
                left = left[len(some) :]
            left = self._low(left)
        return np.sort(self._low(np.concatenate(doubt))) if doubt else np.zeros(0, dtype=np.int64)

    def reach(self, cell: int) -> Reach:
        """What a cell may be; the least is not looked for where the most is already too little."""
        high, why = self._extreme(cell, 1.0)
        high = np.floor(high + HAIR) if self._cells.is_whole else high
        if high < self._doubt.reach[cell] - HAIR:
            return Reach(0.0, high, why)
        low, because = self._extreme(cell, -1.0)
        return Reach(np.ceil(low - HAIR) if self._cells.is_whole else low, high, np.union1d(why, because))

    def _low(self, cells: Ints) -> Ints:
        return cells[self._most[cells] < self._enough[cells] - HAIR]

    def _extreme(self, cell: int, sign: float) -> tuple[float, Ints]:
        found = self._least(-sign * self._cells.matrix[[cell]].toarray().ravel())
        if found is None:  # nobody can tell what a reader finds: let it be everything
            return float(self._cells.values[cell]), self._touching(cell)
        if np.isinf(found.value):
            return sign * np.inf, np.zeros(0, dtype=np.int64)
        why = self._known.names[np.abs(found.row_duals) > BINDING]
        return -sign * found.value, np.unique(why[why >= 0])

    def _least(self, cost: Floats) -> Least | None:
        found = self._program.least(cost[self._known.columns])
        if found is not None and found.columns.size:
            self._most = np.maximum(self._most, self._cells.matrix[:, self._known.columns] @ found.columns)
        return found

    def _touching(self, cell: int) -> Ints:
        """Cells that are told and count somebody who is counted in a cell."""
        ours = self._cells.matrix[[cell]].indices
        touched = np.diff(csr_array(self._cells.matrix.tocsc()[:, ours]).indptr) > 0
        return np.intersect1d(np.flatnonzero(touched), self._known.names[self._known.is_told])


@contextmanager
def reading(cells: Cells, state: State, least: float, doubt: Doubt) -> Iterator[Reader]:
    """A reader of what is told of merged cells; counts above 0 and below `least` are small."""
    known = _Known(cells, state, least)
    with repeated(known.matrix, known.lower, known.upper) as program:
        yield Reader(cells, doubt, known, program)


class _Known:
    """All that is told in rows, lower <= matrix @ atoms <= upper: cells, then facts, then bonds.

    Atoms of which nothing is told, and which no bond needs, are left out (`columns` are the others): what a reader finds must not hang on what
    another book tells. `names` are the numbers of cells and, after them, of facts; -1 of bonds.
    """

    def __init__(self, cells: Cells, state: State, least: float) -> None:
        self._cells, self._least = cells, least
        self._told = np.flatnonzero(cells.published & (state.level < KEPT))
        facts = csr_array((0, cells.matrix.shape[1])) if cells.facts is None else cells.facts.rows
        bonds, floor = _bonds(cells)
        used = np.zeros(cells.matrix.shape[1], dtype=bool)
        for rows in (cells.matrix, facts, _above(bonds)):
            used[rows.indices] = True
        self.columns = np.flatnonzero(used)
        bonds = csr_array(bonds[:, self.columns])
        is_bond = np.asarray(bonds.min(axis=1).toarray()).ravel() < 0 if bonds.shape[0] else np.zeros(0, dtype=bool)
        stacked: Any = [cells.matrix[self._told][:, self.columns], facts[:, self.columns], bonds[is_bond]]
        self.matrix = csr_array(vstack(stacked, format="csr"))
        self._floor = floor[is_bond]
        self.names = np.concatenate([self._told, len(cells.published) + np.arange(facts.shape[0]), np.full(is_bond.sum(), -1)])
        self.lower, self.upper = self._bounds(state)

    @property
    def is_told(self) -> Bools:
        """Rows that bound something now."""
        return np.isfinite(self.lower) | np.isfinite(self.upper)

    def changed(self, state: State) -> tuple[Ints, Floats, Floats]:
        """Rows whose bounds change with what is told, and these."""
        lower, upper = self._bounds(state)
        rows = np.flatnonzero((lower != self.lower) | (upper != self.upper))
        self.lower, self.upper = lower, upper
        return rows, lower[rows], upper[rows]

    def _bounds(self, state: State) -> tuple[Floats, Floats]:
        values, level = self._cells.values[self._told], state.level[self._told]
        low, high = ends(values, level, self._least)
        high = high - 1 if self._cells.is_whole else high
        low = np.where(level == EXACT, values, np.where(level < KEPT, low, -np.inf))
        high = np.where(level == EXACT, values, np.where(level < KEPT, high, np.inf))
        most = _most(self._cells, state.is_told)
        nothing = np.full(len(most), -np.inf), np.full(len(self._floor), np.inf)
        return np.concatenate([low, nothing[0], self._floor]), np.concatenate([high, most, nothing[1]])


def _most(cells: Cells, is_told: Bools) -> Floats:
    """What each fact's sum does not exceed, as far as it is told; rounding errors make no true table impossible."""
    if cells.facts is None:
        return np.zeros(0)
    return np.where(is_told, np.maximum(cells.facts.most, cells.facts.rows @ cells.atoms), np.inf)


def _above(rows: Rows) -> Rows:
    """The coefficients above zero."""
    found = csr_array(rows.maximum(0))
    found.eliminate_zeros()
    return found


def _bonds(cells: Cells) -> tuple[Rows, Floats]:
    """Each bond in each place, and what it is there at the least: zero, or what it is where the data break it."""
    places = len(cells.atoms) // cells.kinds
    if cells.bonds is None or not len(cells.bonds):
        return csr_array((0, len(cells.atoms))), np.zeros(0)
    rows = block_array([[float(often) * eye_array(places) for often in bond] for bond in cells.bonds], format="csr")
    rows.eliminate_zeros()
    return csr_array(rows), np.minimum(0.0, np.asarray(rows @ cells.atoms))
