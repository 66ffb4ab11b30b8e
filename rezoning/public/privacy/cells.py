"""Numbers that count students, how they hang together, and what a reader knows besides them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Rows = csr_array[Any, tuple[int, int]]

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
class Facts:
    """What is told of the atoms besides counts, each as a sum that is not above a number: a mean that is rounded, a rule that was kept.

    Parameters
    ----------
    rows
        How often each atom counts in each fact, shape (f, a).
    most
        What the sums do not exceed, shape (f,).
    cost
        What is lost when a fact is not told, shape (f,); infinite where it is told in any case.
    """

    rows: Rows
    most: Floats
    cost: Floats


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
        Students of each atom, shape (a,): all places of the first kind, then all of the second, and so on.
    published
        Whether a cell would be shown, shape (k,). The others are never shown, and must not be found either where they are small.
    cost
        What is lost when a cell is hidden, above 0, shape (k,).
    families
        Cells whose hidden ones must not add up to a small number where their total is shown.
    kinds
        How many kinds there are; each has a/kinds places.
    bonds
        Sums of kinds that are nowhere below zero, shape (b, kinds): those of a group are no more than everyone.
    facts
        What is told besides; nothing when left out.
    coarse
        Cells that may be told as a range instead of being hidden, shape (k,); none when left out.
    rough
        Those of them that are told as a range at best, unless nobody is where they count, shape (k,); none when left out.
    """

    matrix: Rows
    atoms: Floats
    published: Bools
    cost: Floats
    families: tuple[Family, ...] = ()
    kinds: int = 1
    bonds: Floats | None = None
    facts: Facts | None = None
    coarse: Bools | None = None
    rough: Bools | None = None

    @cached_property
    def values(self) -> Floats:
        """Students of each cell, shape (k,)."""
        return np.asarray(self.matrix @ self.atoms, dtype=np.float64)

    @cached_property
    def is_whole(self) -> bool:
        """Whether all counts are whole numbers, as they are unless they are estimates."""
        return bool((np.abs(self.atoms - np.round(self.atoms)) <= NOBODY).all())

    @property
    def may_be_range(self) -> Bools:
        """`coarse`, filled in."""
        return np.zeros(len(self.published), dtype=bool) if self.coarse is None else self.coarse

    @property
    def is_rough(self) -> Bools:
        """`rough`, filled in."""
        empty = np.diff(self.matrix.indptr) == 0
        return np.zeros(len(self.published), dtype=bool) if self.rough is None else self.rough & ~empty

    def only(self, rows: Ints, facts: Ints) -> Cells:
        """Some of the cells and facts, and the families that are whole among them."""
        place = np.full(len(self.published), -1)
        place[rows] = np.arange(len(rows))
        families = tuple(
            Family(place[one.parts], int(place[one.total])) for one in self.families if place[one.total] >= 0 and (place[one.parts] >= 0).all()
        )
        told = None if self.facts is None else Facts(self.facts.rows[facts], self.facts.most[facts], self.facts.cost[facts])
        return replace(
            self, matrix=self.matrix[rows], published=self.published[rows], cost=self.cost[rows], families=families, facts=told,
            coarse=self.may_be_range[rows], rough=None if self.rough is None else self.rough[rows],
        )  # fmt: skip

    def sensitive(self, least: float) -> Bools:
        """Cells that count somebody, yet fewer than `least`, shape (k,)."""
        return np.asarray((self.values > NOBODY) & (self.values < least - HAIR))

    @cached_property
    def merged(self) -> Cells:
        """The same cells with places that count alike in every cell, whatever the kind, put together; places that no cell counts are dropped.

        Bonds are sums, so that whatever holds for a merged place can be split over its places. A fact that tells such places apart holds at
        least with the smallest of their coefficients.
        """
        which, number = alike(self.matrix, self.kinds)
        is_used = np.zeros(number, dtype=bool)
        is_used[which[np.unique(self.matrix.indices % len(which))]] = True
        place = np.cumsum(is_used) - 1
        size, kept = int(is_used.sum()), np.tile(is_used[which], self.kinds)
        to = (np.arange(self.kinds)[:, None] * size + place[which]).ravel()
        first = np.zeros(self.kinds * size, dtype=np.int64)
        first[to[kept][::-1]] = np.flatnonzero(kept)[::-1]
        sums = np.bincount(to[kept], weights=self.atoms[kept], minlength=self.kinds * size).astype(np.float64)
        facts = None if self.facts is None else replace(self.facts, rows=_smallest(self.facts.rows, np.where(kept, to, -1), self.kinds * size))
        matrix = csr_array(self.matrix.tocsc()[:, first])
        return replace(self, matrix=matrix, atoms=sums, facts=facts)


def alike(matrix: Rows, kinds: int = 1) -> tuple[Ints, int]:
    """Number each place so that places whose columns are equal for every kind share a number, shape (n,), and how many numbers there are.

    Columns are compared by two products with drawn vectors, which differ for columns that differ, but for a chance of about 1e-30.
    """
    drawn = np.random.default_rng(1).random((matrix.shape[0], 2))
    marks = np.round(np.asarray(matrix.T @ drawn), 9)
    marks = marks.reshape(kinds, -1, 2).transpose(1, 0, 2).reshape(matrix.shape[1] // kinds, -1)
    _, which = np.unique(marks, axis=0, return_inverse=True)
    which = which.ravel().astype(np.int64)
    return which, int(which.max(initial=-1)) + 1


def _smallest(rows: Rows, to: Ints, number: int) -> Rows:
    """Rows on merged columns: the smallest coefficient of those put together; columns of a number below zero are dropped."""
    size = np.bincount(to[to >= 0], minlength=number)
    line, column = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)), to[rows.indices]
    kept = column >= 0
    spot, at = np.unique(line[kept] * number + column[kept], return_inverse=True)
    least = np.full(len(spot), np.inf)
    np.minimum.at(least, at, rows.data[kept])
    least = np.where(np.bincount(at, minlength=len(spot)) == size[spot % number], least, np.minimum(least, 0.0))
    return csr_array((least, (spot // number, spot % number)), shape=(rows.shape[0], number))
