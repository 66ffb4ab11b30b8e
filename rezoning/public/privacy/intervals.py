"""How near a reader comes to a small cell who knows what a table of students can be, by linear programming.

The reader knows that nobody is counted below zero, that a group is a part of everyone, that what is not shown exactly lies in the range that
is shown, that rules were kept and means are as they are told, and that students are whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize
from scipy.sparse import block_array, csr_array, eye_array, vstack

from rezoning.public.privacy.cells import HAIR, Bools, Cells, Floats, Ints, Rows
from rezoning.public.privacy.state import EXACT, KEPT, State, ends

TOGETHER = 150  # cells that one linear program raises together
BINDING = 1e-7  # dual values below this are zero

_linprog: Callable[..., Any] = optimize.linprog  # its type hints know of no sparse arrays


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
    """What follows from what is told.

    Parameters
    ----------
    cells
        Merged ones.
    state
        What is told of them.
    least
        Counts above 0 and below this are small.
    doubt
        How unknown they must be.
    """

    def __init__(self, cells: Cells, state: State, least: float, doubt: Doubt) -> None:
        self._cells, self._doubt = cells, doubt
        self._exact = np.flatnonzero(cells.published & (state.level == EXACT))
        ranged = np.flatnonzero(cells.published & (state.level > EXACT) & (state.level < KEPT))
        low, high = ends(cells.values[ranged], state.level[ranged], least)
        high = high - 1 if cells.is_whole else high
        told, facts, most = _facts(cells, state.is_told)
        bonds, floor = _bonds(cells)
        self._equal = cells.matrix[self._exact]
        self._below = vstack([cells.matrix[ranged], -cells.matrix[ranged], facts, -bonds], format="csr")
        self._most = np.concatenate([high, -low, most, -floor])
        self._names = np.concatenate([ranged, ranged, len(cells.published) + told, np.full(len(floor), -1)])

    def doubtful(self, watched: Ints) -> Ints:
        """Cells that are not found to be unknown enough in tables that raise many of them at once."""
        enough = np.maximum(self._doubt.reach, self._cells.values + self._doubt.width)
        enough = np.ceil(enough - HAIR) if self._cells.is_whole else enough
        left, doubt = watched, []
        while left.size:
            some = left[:TOGETHER]
            table = self._raised(some, enough[some])
            is_reached = self._cells.matrix[left] @ table >= enough[left] - HAIR
            if not is_reached[: len(some)].any():
                doubt.append(some)
                is_reached[: len(some)] = True
            left = left[~is_reached]
        return np.sort(np.concatenate(doubt)) if doubt else np.zeros(0, dtype=np.int64)

    def reach(self, cell: int) -> Reach:
        """What a cell may be; the least is not looked for where the most is already too little."""
        high, why = self._extreme(cell, 1.0)
        high = np.floor(high + HAIR) if self._cells.is_whole else high
        if high < self._doubt.reach[cell] - HAIR:
            return Reach(0.0, high, why)
        low, because = self._extreme(cell, -1.0)
        return Reach(np.ceil(low - HAIR) if self._cells.is_whole else low, high, np.union1d(why, because))

    def _extreme(self, cell: int, sign: float) -> tuple[float, Ints]:
        weight = -sign * self._cells.matrix[[cell]].toarray().ravel()
        result = self._solved(weight, "highs")
        if result.status == 3:
            return sign * np.inf, np.zeros(0, dtype=np.int64)
        if result.status != 0:
            result = self._solved(weight, "highs-ipm")
        if result.status != 0:  # nobody can tell what a reader finds: let it be everything
            return float(self._cells.values[cell]), self._touching(cell)
        equal = self._exact[np.abs(result.eqlin.marginals) > BINDING]
        below = self._names[np.abs(result.ineqlin.marginals) > BINDING]
        return -sign * float(result.fun), np.unique(np.concatenate([equal, below[below >= 0]]))

    def _touching(self, cell: int) -> Ints:
        """Cells that are told and count somebody who is counted in a cell."""
        ours = self._cells.matrix[[cell]].indices
        touched = np.diff(csr_array(self._cells.matrix.tocsc()[:, ours]).indptr) > 0
        return np.intersect1d(np.flatnonzero(touched), np.union1d(self._exact, self._names[self._names >= 0]))

    def _solved(self, weight: Floats, method: str) -> Any:
        right = self._cells.values[self._exact]
        return _linprog(weight, A_ub=self._below, b_ub=self._most, A_eq=self._equal, b_eq=right, bounds=(0, None), method=method)

    def _raised(self, which: Ints, enough: Floats) -> Floats:
        """A table in which many cells are as near as can be to what is enough, Σ_i min(1, cell_i / enough_i)."""
        n, k = self._cells.matrix.shape[1], len(which)
        weight = np.concatenate([np.zeros(n), -1 / enough])
        equal = block_array([[self._equal, csr_array((self._equal.shape[0], k))]], format="csr")
        below = block_array([[self._below, csr_array((self._below.shape[0], k))], [-self._cells.matrix[which], eye_array(k)]], format="csr")
        bounds = np.column_stack([np.zeros(n + k), np.concatenate([np.full(n, np.inf), enough])])
        most = np.concatenate([self._most, np.zeros(k)])
        result = _linprog(weight, A_ub=below, b_ub=most, A_eq=equal, b_eq=self._cells.values[self._exact], bounds=bounds, method="highs")
        return np.asarray(result.x[:n]) if result.status == 0 else np.zeros(n)


def _facts(cells: Cells, is_told: Bools) -> tuple[Ints, Rows, Floats]:
    if cells.facts is None:
        return np.zeros(0, dtype=np.int64), csr_array((0, cells.matrix.shape[1])), np.zeros(0)
    told = np.flatnonzero(is_told)
    rows = cells.facts.rows[told]
    return told, rows, np.maximum(cells.facts.most[told], rows @ cells.atoms)  # rounding errors make no true table impossible


def _bonds(cells: Cells) -> tuple[Rows, Floats]:
    """Each bond in each place, and what it is there at the least: zero, or what it is where the data break it."""
    places = len(cells.atoms) // cells.kinds
    if cells.bonds is None or not len(cells.bonds):
        return csr_array((0, len(cells.atoms))), np.zeros(0)
    rows = block_array([[float(often) * eye_array(places) for often in bond] for bond in cells.bonds], format="csr")
    rows.eliminate_zeros()
    return csr_array(rows), np.minimum(0.0, np.asarray(rows @ cells.atoms))
