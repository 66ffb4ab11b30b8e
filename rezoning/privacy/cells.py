"""Numbers that count students, and how they hang together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOBODY = 1e-9  # students: sums of estimates leave crumbs of this size where nobody is
HAIR = 1e-6  # students: sums of estimates fall short of a whole number by less


@dataclass(frozen=True, eq=False)
class Family:
    """Cells that add up to a cell.

    Parameters
    ----------
    parts
        Indices of the cells.
    total
        Index of their sum.
    """

    parts: Ints
    total: int


@dataclass(frozen=True, eq=False)
class Cells:
    """Counts of students, all of them sums over the same atoms: students of one kind in one place, none of whom is counted below zero.

    That a reader knows which atoms a count adds up is the whole model: every relation between counts, totals, differences, flows,
    tables that overlap, follows from it, and none can be forgotten.

    Parameters
    ----------
    matrix
        How often each atom counts in each cell, shape (k, a).
    atoms
        Students of each atom, shape (a,).
    published
        Whether a cell would be shown, shape (k,). The others are never shown, and must not be found either where they are small.
    cost
        What is lost when a cell is hidden, above 0, shape (k,).
    families
        Cells whose hidden ones must not add up to a small number where their total is shown.
    """

    matrix: csr_array[Any, tuple[int, int]]
    atoms: Floats
    published: Bools
    cost: Floats
    families: tuple[Family, ...] = ()

    @cached_property
    def values(self) -> Floats:
        """Students of each cell, shape (k,)."""
        return np.asarray(self.matrix @ self.atoms, dtype=np.float64)

    def sensitive(self, least: float) -> Bools:
        """Cells that count somebody, yet fewer than `least`, shape (k,)."""
        return np.asarray((self.values > NOBODY) & (self.values < least - HAIR))

    def only(self, rows: Ints) -> Cells:
        """Some of the cells, and the families that are whole among them."""
        place = np.full(len(self.published), -1)
        place[rows] = np.arange(len(rows))
        families = tuple(
            Family(place[one.parts], int(place[one.total])) for one in self.families if place[one.total] >= 0 and (place[one.parts] >= 0).all()
        )
        return Cells(self.matrix[rows], self.atoms, self.published[rows], self.cost[rows], families)

    @cached_property
    def merged(self) -> Cells:
        """The same cells with atoms that count alike in every cell put together; atoms that no cell counts are dropped."""
        which, number = alike(self.matrix)
        if number == len(self.atoms):
            return self
        used = np.zeros(len(self.atoms), dtype=bool)
        used[self.matrix.indices] = True
        first = np.full(number, -1)
        first[which[used][::-1]] = np.flatnonzero(used)[::-1]
        kept = np.flatnonzero(first >= 0)
        sums = np.asarray(np.bincount(which, weights=self.atoms, minlength=number)[kept], dtype=np.float64)
        return Cells(csr_array(self.matrix.tocsc()[:, first[kept]]), sums, self.published, self.cost, self.families)


def alike(matrix: csr_array[Any, tuple[int, int]]) -> tuple[Ints, int]:
    """Number each column so that equal columns share a number, shape (a,), and how many numbers there are.

    Columns are compared by two products with drawn vectors, which differ for columns that differ, but for a chance of about 1e-30.
    """
    drawn = np.random.default_rng(1).random((matrix.shape[0], 2))
    marks = np.round(np.asarray(matrix.T @ drawn), 9)
    _, which = np.unique(marks, axis=0, return_inverse=True)
    which = which.ravel().astype(np.int64)
    return which, int(which.max(initial=-1)) + 1
