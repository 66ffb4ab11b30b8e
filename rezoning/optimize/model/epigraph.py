"""What a goal needs beside the pairs: columns and rows in arrays, before any solver's or PuLP's form.

Columns are the pairs that have a choice (x), then those of each epigraph (z). Quantities are q = matrix @ x + constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rezoning.formulation.formulation import Floats, Formulation, Ints, Matrix, Pairs, Rows, Terms

MORE = 1e-6  # a column's end is so much farther than what it can be, so that rounding cuts nothing off
SHORT = 1e-8  # of a column, whose size is about that of one unit: finer than this no solver's row is
NO_COLUMN = np.zeros(0)


@dataclass(frozen=True)
class Row:
    """``values @ columns <= upper``, over columns; valid for every plan."""

    columns: tuple[int, ...]
    values: tuple[float, ...]
    upper: float


@dataclass(frozen=True)
class Cut:
    """``sum of x over plus - sum of x over minus <= upper``, over pairs; valid for every plan."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    upper: float = 0.0


@dataclass(frozen=True, eq=False)
class Space:
    """The pairs of a formulation, which of them have a choice, shape (F,), and the rows that say more of what they can be together."""

    pairs: Pairs
    free: Ints
    rows: Rows

    @classmethod
    def of(cls, formulation: Formulation) -> Space:
        """Of a formulation; products are pairs here, of nodes of their own."""
        return cls(formulation.lifted, np.flatnonzero(~formulation.lifted.is_fixed), formulation.rows)

    @cached_property
    def _row_of(self) -> dict[bytes, list[int]]:
        """Rows by their pairs."""
        found: dict[bytes, list[int]] = {}
        matrix = csr_array(self.rows.matrix)
        for r in range(matrix.shape[0]):
            found.setdefault(np.sort(matrix.indices[matrix.indptr[r] : matrix.indptr[r + 1]]).astype(np.int64).tobytes(), []).append(r)
        return found

    def ends(self, part: Matrix) -> tuple[float, float]:
        """Between what the rows keep one part, a matrix of shape (1, P): those that are a multiple of it, such as a school's seats."""
        low, high = -np.inf, np.inf
        used = np.flatnonzero(part.toarray()[0])
        own = part.toarray()[0][used]
        for r in self._row_of.get(used.astype(np.int64).tobytes(), []) if len(used) else []:
            other = self.rows.matrix[[r], :].toarray()[0][used]
            factor = own[0] / other[0]
            if factor > 0 and np.allclose(other * factor, own, rtol=1e-12, atol=0.0):
                low, high = max(low, factor * self.rows.lower[r]), min(high, factor * self.rows.upper[r])
        return low, high

    def most(self, matrix: Matrix) -> Floats:
        """What each row of a CSR matrix over the free pairs can be at most when every node has one school; shape (K,)."""
        count = matrix.shape[0]
        row = np.repeat(np.arange(count), np.diff(matrix.indptr))
        node = self.pairs.node[self.free[matrix.indices]]
        order = np.lexsort((node, row))
        row, node, value = row[order], node[order], matrix.data[order]
        first = np.flatnonzero(np.concatenate([[True], (np.diff(row) != 0) | (np.diff(node) != 0)])[: len(row)])
        if not len(first):
            return np.zeros(count)
        best = np.maximum.reduceat(value, first)
        is_whole = np.diff(np.append(first, len(row))) == self.pairs.choices[node[first]]
        return np.asarray(np.bincount(row[first], np.where(is_whole, best, np.maximum(best, 0.0)), count), dtype=float)


@dataclass(frozen=True, eq=False)
class Quantities:
    """q = matrix @ x + constant over the free pairs, and between what each lies; matrix of shape (K, F), the others (K,)."""

    matrix: Matrix
    constant: Floats
    least: Floats
    most: Floats

    @classmethod
    def of(cls, space: Space, parts: Matrix, target: Floats) -> Quantities:
        """The quantities parts @ x - target, x over all pairs."""
        whole = csr_array(parts)
        matrix = csr_array(whole[:, space.free])
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        constant = np.asarray(whole @ space.pairs.is_fixed.astype(float) - target)
        return cls(matrix, constant, constant - space.most(-matrix), constant + space.most(matrix))

    def __len__(self) -> int:
        return len(self.constant)

    def at(self, x: Floats) -> Floats:
        """The quantities at the values of the free pairs, shape (F,)."""
        return np.asarray(self.matrix @ x + self.constant)

    def only(self, rows: Ints | NDArray[np.bool_], factor: Floats | float = 1.0) -> Quantities:
        """Some of them, each times a factor, which may be negative."""
        by = np.broadcast_to(np.asarray(factor, dtype=float), self.constant[rows].shape)
        part = csr_array(self.matrix[rows, :])
        matrix = csr_array((part.data * np.repeat(by, np.diff(part.indptr)), part.indices, part.indptr), shape=part.shape)
        low, high = by * self.least[rows], by * self.most[rows]
        return Quantities(matrix, by * self.constant[rows], np.minimum(low, high), np.maximum(low, high))

    def largest(self) -> Floats:
        """Largest coefficient of each, 1 where there is none; shape (K,)."""
        found = np.zeros(len(self))
        np.maximum.at(found, np.repeat(np.arange(len(self)), np.diff(self.matrix.indptr)), np.abs(self.matrix.data))
        return np.where(found > 0, found, 1.0)


@dataclass(frozen=True, eq=False)
class EpigraphRows:
    """Columns and rows of an epigraph; its value is ``cost @ z + linear @ x + constant`` where every z is as small as its rows allow.

    Parameters
    ----------
    lower, upper, is_integer, cost
        Of the columns z, shape (C,).
    rows, own
        Coefficients of the rows over x and over z, CSR of shapes (R, F) and (R, C).
    row_lower, row_upper
        Shape (R,).
    linear, constant
        What needs no column: shape (F,), and a number.
    """

    lower: Floats
    upper: Floats
    is_integer: NDArray[np.bool_]
    cost: Floats
    rows: Matrix
    own: Matrix
    row_lower: Floats
    row_upper: Floats
    linear: Floats
    constant: float = 0.0


@dataclass(frozen=True)
class Product:
    """``|factor q| <= z[left] * z[right]``: a row that no linear solver takes; q over x as (columns, coefficients, constant)."""

    columns: tuple[int, ...]
    values: tuple[float, ...]
    constant: float
    left: int
    right: int


class Epigraph(Protocol):
    """Stands for a part of a goal. `first` is the number of its first column in the problem, set by whoever adds it."""

    first: int
    model: EpigraphRows

    def excess(self, x: Floats) -> Floats:
        """The least value of each column at the values of the free pairs; shape (C,)."""
        ...

    def cuts(self, x: Floats, z: Floats | None, *, is_plan: bool) -> list[Row]:
        """Rows that raise its columns z to their value at x where they are below it; z None stands for columns that are too low."""
        ...

    def products(self) -> list[Product]:
        """What the rows leave out and a solver with products can take."""
        ...


class Plain:
    """An epigraph whose rows say all."""

    first = 0
    model: EpigraphRows

    def cuts(self, x: Floats, z: Floats | None, *, is_plan: bool) -> list[Row]:
        """None."""
        del x, z, is_plan
        return []

    def products(self) -> list[Product]:
        """None."""
        return []


class Sharp(Plain):
    """An epigraph whose rows say all of plans, and `cuts` more of fractional points."""

    is_sharp = True


def model_of(
    space: Space,
    rows: Matrix | None = None,
    own: Matrix | None = None,
    *,
    lower: Floats = NO_COLUMN,
    upper: Floats = NO_COLUMN,
    cost: Floats = NO_COLUMN,
    is_integer: NDArray[np.bool_] | None = None,
    row_lower: Floats | None = None,
    row_upper: Floats = NO_COLUMN,
    linear: Floats | None = None,
    constant: float = 0.0,
) -> EpigraphRows:
    """A model with what is left out empty; rows have no lower side unless it is given."""
    width, count = len(space.free), len(lower)
    return EpigraphRows(
        lower,
        upper,
        np.zeros(count, dtype=bool) if is_integer is None else is_integer,
        cost,
        csr_array((0, width)) if rows is None else csr_array(rows),
        csr_array((0, count)) if own is None else csr_array(own),
        np.full(len(row_upper), -np.inf) if row_lower is None else row_lower,
        row_upper,
        np.zeros(width) if linear is None else linear,
        constant,
    )


def wider(value: Floats | float, *, up: bool) -> Floats:
    """A little farther than a value, up or down."""
    return np.asarray(value + (1.0 if up else -1.0) * MORE * (1.0 + np.abs(value)))


class ExcessEpigraph:
    """Columns z >= scale * side * d for the weighted sides of a goal's parts.

    A side that is never above 0 counts nothing, and one that is never below it is linear: neither gets a column. So a small part of a district
    has a small model, though it has the parts of the whole.
    """

    def __init__(self, space: Space, terms: Terms) -> None:
        over, under = np.flatnonzero(terms.over), np.flatnonzero(terms.under)
        side = np.concatenate([np.ones(len(over)), -np.ones(len(under))])
        weight = np.concatenate([terms.over[over], terms.under[under]])
        d = Quantities.of(space, terms.parts, terms.target).only(np.concatenate([over, under]), side)
        is_linear = d.least >= 0
        linear, constant = weight[is_linear] @ d.matrix[is_linear, :], float(weight[is_linear] @ d.constant[is_linear])
        bends = np.flatnonzero((d.least < 0) & (d.most > 0))
        scale = 1.0 / d.only(bends).largest()
        self.first, self._d = 0, d.only(bends, scale)
        count = len(bends)
        self.model = model_of(
            space, self._d.matrix, csr_array((-np.ones(count), (np.arange(count), np.arange(count))), shape=(count, count)),
            lower=np.zeros(count), upper=wider(self._d.most, up=True), cost=weight[bends] / scale, is_integer=_counts(self._d, weight[bends]),
            row_upper=-self._d.constant, linear=np.asarray(linear), constant=constant,
        )  # fmt: skip

    @property
    def bends(self) -> Quantities:
        """The quantities whose excess over 0 the columns are."""
        return self._d

    def excess(self, x: Floats) -> Floats:
        """Value of each column."""
        return np.maximum(self._d.at(x), 0.0)

    def cuts(self, x: Floats, z: Floats | None, *, is_plan: bool) -> list[Row]:
        """Its rows say all."""
        del x, z, is_plan
        return []

    def products(self) -> list[Product]:
        """None."""
        return []


def _counts(d: Quantities, weight: Floats) -> NDArray[np.bool_]:
    """Which columns count something: solvers round the bound up when all of them do and weigh the same, such as edges between zones."""
    if not len(d):
        return np.zeros(0, dtype=bool)
    is_whole = (np.abs(d.matrix.data) == 1).all() and (d.constant == np.round(d.constant)).all() and (weight == weight[0]).all()
    return np.full(len(d), bool(is_whole))


def strongest(formulation: Formulation, x: Floats) -> Ints:
    """The school with the largest x of each node; ties to the first."""
    pairs = formulation.pairs
    x = x[: len(pairs)]
    best = np.maximum.reduceat(x, pairs.first[:-1])
    is_best = x >= best[pairs.node]
    node, at = np.unique(pairs.node[is_best], return_index=True)
    school = np.empty(pairs.num_nodes, dtype=np.int64)
    school[node] = pairs.school[is_best][at]
    return school
