"""What can be worked out, by adding and subtracting, from the cells that are shown."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpstrf
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import connected_components

from rezoning.public.privacy.cells import NOBODY, Bools, Floats, Ints, Rows

DRAWS = 24  # random tables that look the same to the reader; one would do but for bad luck, and `narrow` uses one up
TOGETHER = 200  # cells that are explained at once
LEAST = 1e-7  # a cell moves with the unknown when it does so by more than this, relative to its own size
DEPENDENT = 1e-10  # squared sine of the angle below which a row lies in the span of others


class Span:
    """The cells that follow from those that are shown.

    Two steps. A shown cell of one atom, and a shown zero, give their atoms away. What is left of the other rows spans the rest: a cell can
    be worked out if, and only if, no table that agrees with what is shown has another value there, that is if it is 0 on the null space of
    the shown rows. Random vectors of the null space tell that with certainty, but for a chance of zero; they come from the rows' Gram
    matrix, factored for each connected part by Cholesky with pivots, which finds the rank as well.

    Parameters
    ----------
    rows
        The shown cells, shape (p, a).
    values
        Their values, shape (p,).
    """

    def __init__(self, rows: Rows, values: Floats) -> None:
        self.rows = rows
        self.givers = _givers(rows, values)
        self.known = np.zeros(rows.shape[1], dtype=bool)
        self.known[rows[self.givers].indices] = True
        self.free = csr_array(rows @ diags_array((~self.known).astype(np.float64)))
        self.free.eliminate_zeros()
        self.size = np.sqrt(np.asarray(self.free.multiply(self.free).sum(axis=1)).ravel())
        self.parts = [_Component(self.free, which, self.size) for which in _parts(self.free)]
        self.null = self._null()

    def holds(self, cells: Rows) -> Bools:
        """Whether each of some cells, rows of shape (k, a), can be worked out."""
        if not cells.shape[0]:
            return np.zeros(0, dtype=bool)
        free = np.asarray(cells @ diags_array((~self.known).astype(np.float64)) @ self.null)
        size = np.sqrt(np.asarray(cells.multiply(cells).sum(axis=1)).ravel())
        return np.asarray(np.abs(free).max(axis=1, initial=0.0) <= LEAST * np.maximum(size, 1.0))

    def narrow(self, row: Rows) -> bool:
        """Add a row to what is shown, for later questions to `holds`; False when too few random vectors are left."""
        along = np.asarray(row @ diags_array((~self.known).astype(np.float64)) @ self.null)[0]
        most = int(np.abs(along).argmax())
        if abs(along[most]) > LEAST:
            rest = np.delete(np.arange(self.null.shape[1]), most)
            self.null = self.null[:, rest] - np.outer(self.null[:, most], along[rest] / along[most])
        return bool(self.null.shape[1] > 4)

    def makers(self, cells: Rows) -> list[Ints]:
        """For each of some cells that can be worked out, the shown cells that give it away: at least one of them must go."""
        found: list[Ints] = []
        for first in range(0, cells.shape[0], TOGETHER):
            found += self._makers(cells[first : first + TOGETHER])
        return found

    def _makers(self, cells: Rows) -> list[Ints]:
        along = np.zeros((self.rows.shape[0], cells.shape[0]))
        right = np.asarray((self.free @ cells.T).toarray())
        for part in self.parts:
            along[part.basis] = part.solve(right[part.basis])
        along[np.abs(along) <= LEAST] = 0
        rest = cells.toarray().T - self.rows.T @ along
        told = (np.abs(rest) > LEAST) & self.known[:, None]
        speaks = along != 0
        speaks[self.givers] = (abs(self.rows[self.givers]) @ told.astype(np.float64)) > 0
        return [np.flatnonzero(one) for one in speaks.T]

    def _null(self) -> Floats:
        drawn = np.random.default_rng(0).standard_normal((self.rows.shape[1], DRAWS))
        drawn[self.known] = 0
        for _ in range(2):  # the second time takes away what rounding left
            right = np.asarray(self.free @ drawn)
            for part in self.parts:
                drawn -= self.free[part.basis].T @ part.solve(right[part.basis])
        return np.asarray(drawn)


class _Component:
    """A connected part of the rows: those that are independent, and their Gram matrix as a triangle."""

    def __init__(self, rows: Rows, which: Ints, size: Floats) -> None:
        ours = diags_array(1 / size[which]) @ rows[which]
        factor, pivots, rank, _ = dpstrf((ours @ ours.T).toarray(), tol=DEPENDENT, lower=1)
        chosen = pivots[:rank] - 1
        self.basis = which[chosen]
        self._size = size[self.basis]
        self._triangle = np.tril(factor[:rank, :rank])

    def solve(self, right: Floats) -> Floats:
        """Solve G x = right, G the Gram matrix of the basis."""
        scale = self._size if right.ndim == 1 else self._size[:, None]
        half = solve_triangular(self._triangle, right / scale, lower=True)
        return np.asarray(solve_triangular(self._triangle, half, lower=True, trans="T") / scale)


def _givers(rows: Rows, values: Floats) -> Ints:
    """Rows of one atom, and rows of value 0 that subtract nothing: what they count is known atom by atom."""
    counts = np.diff(rows.indptr)
    least = np.full(rows.shape[0], np.inf)
    np.minimum.at(least, np.repeat(np.arange(rows.shape[0]), counts), rows.data)
    return np.flatnonzero((counts == 1) | ((np.abs(values) <= NOBODY) & (least > 0) & (counts > 0)))


def _parts(rows: Rows) -> list[Ints]:
    """Rows that count something, in groups that share no atom."""
    some = np.flatnonzero(np.diff(rows.indptr))
    if not some.size:
        return []
    ours = abs(rows[some])
    number, label = connected_components(csr_array(ours @ ours.T), directed=False)
    order = np.argsort(label, kind="stable")
    return [some[group] for group in np.split(order, np.searchsorted(label[order], np.arange(1, number)))]
