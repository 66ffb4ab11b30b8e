"""How near a reader comes to a small cell who also knows that nobody is counted below zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import optimize
from scipy.sparse import block_array, csr_array, eye_array

from rezoning.privacy.cells import HAIR, NOBODY, Bools, Cells, Floats, Ints, alike
from rezoning.privacy.span import Rows, Span

TOGETHER = 150  # cells that one linear program raises together
AT_ONCE = 20  # cells known too well that are settled before the others are looked at again
BINDING = 1e-7  # dual values below this are zero

_linprog: Callable[..., Any] = optimize.linprog  # its type hints know of no sparse arrays


def narrow_cells(cells: Cells, watched: Ints, hidden: Bools, least: float) -> tuple[list[Ints], Ints]:
    """For some small cells that are known too well without being known, the shown cells of which one must go; and the cells still in doubt.

    A cell is known too well when the reader's interval ends below `least`, or is less than half as wide as that. The more is hidden the
    wider is every interval: a cell that is once found safe need not be watched again.

    Parameters
    ----------
    watched
        Small cells that are not shown.
    """
    shown = np.flatnonzero(cells.published & ~hidden)
    reader = Reader(cells.matrix[shown], cells.values[shown], cells.atoms)
    rows = cells.matrix[watched]
    enough = np.maximum(least, cells.values[watched] + least / 2)
    found: list[Ints] = []
    known: list[int] = []
    left = reader.doubtful(rows, enough)
    while left.size and len(found) < AT_ONCE:
        k, left = left[0], left[1:]
        row = rows[[k]]
        highest, why, table = reader.highest(row)
        left = left[reader.most(rows[left], table) < enough[left] - HAIR]
        if highest < least - HAIR or highest - reader.lowest(row) < least / 2 - HAIR:
            found.append(shown[why if why.size else reader.span.makers(row)[0]])
            known.append(int(k))
    return found, watched[np.sort(np.append(left, np.array(known, dtype=np.int64)))]


class Reader:
    """What follows from shown cells by linear programming: the most and the least that another cell may be.

    Atoms that no shown cell tells apart are one variable: a cell that counts some of them may hold all or nothing of it. Each connected
    part of the shown cells is a linear program of its own.

    Parameters
    ----------
    rows, values
        The shown cells, shape (p, a) and (p,).
    atoms
        Students of each atom, shape (a,); only of those that shown cells give away are they used.
    """

    def __init__(self, rows: Rows, values: Floats, atoms: Floats) -> None:
        self.span = Span(rows, values)
        self._which, number = alike(rows)
        self._size = np.bincount(self._which, minlength=number)
        first = np.zeros(number, dtype=np.int64)
        first[self._which[::-1]] = np.arange(len(self._which))[::-1]
        self._known = self.span.known[first]
        self._given = np.where(self._known, np.bincount(self._which, weights=np.where(self.span.known, atoms, 0.0), minlength=number), 0.0)
        self._empty = self._known & (self._given <= NOBODY)
        free = self.span.free[:, first]
        self._systems = [_System(free[part.basis]) for part in self.span.parts]
        known_part = rows @ np.where(self.span.known, atoms, 0.0)
        self._rights = [values[part.basis] - known_part[part.basis] for part in self.span.parts]
        self._bases = [part.basis for part in self.span.parts]
        covered = np.zeros(number, dtype=bool)
        for system in self._systems:
            covered[system.columns] = True
        self._loose = ~covered & ~self._known

    def most(self, rows: Rows, table: Floats) -> Floats:
        """The most that cells may be in a table of the variables, shape (k,)."""
        return np.asarray(self._raised(rows) @ table)

    def highest(self, row: Rows) -> tuple[float, Ints, Floats]:
        """The most that a cell may be, the shown cells that say so, and a table in which it is that much."""
        return self._extreme(self._raised(row), 1.0)

    def lowest(self, row: Rows) -> float:
        """The least that a cell may be."""
        return self._extreme(-self._raised(-row), -1.0)[0]

    def doubtful(self, rows: Rows, enough: Floats) -> Ints:
        """Cells that do not reach `enough` in tables that raise many cells at once; the others surely may be that much."""
        raised = self._raised(rows)
        left = np.flatnonzero(~np.asarray((raised @ self._loose.astype(float)) > 0))
        for system, right in zip(self._systems, self._rights, strict=True):
            inside = csr_array(raised[:, system.columns])
            ours = left[np.diff(inside.indptr)[left] == np.diff(raised.indptr)[left]]
            while ours.size:
                some = ours[:TOGETHER]
                table = system.raise_all(inside[some], enough[some], right)
                reached = np.zeros(len(enough), dtype=bool)
                reached[ours] = inside[ours] @ table >= enough[ours] - HAIR
                ours = ours[~reached[ours]]
                left = left[~reached[left]]
                if not reached[some].any():
                    ours = np.setdiff1d(ours, some)
        return left

    def _raised(self, rows: Rows) -> Rows:
        """Cells by variables: the largest coefficient of a cell among the atoms of each variable, shape (k, v)."""
        number = len(self._size)
        line = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        place, at = np.unique(line * number + self._which[rows.indices], return_inverse=True)
        largest = np.full(len(place), -np.inf)
        np.maximum.at(largest, at, rows.data)
        is_all = np.bincount(at, minlength=len(place)) == self._size[place % number]
        largest = np.where(is_all, largest, np.maximum(largest, 0.0))
        largest[self._empty[place % number]] = 0
        found = csr_array((largest, (place // number, place % number)), shape=(rows.shape[0], number))
        found.eliminate_zeros()
        return found

    def _extreme(self, goal: Rows, sign: float) -> tuple[float, Ints, Floats]:
        weight = goal.toarray().ravel()
        table, why = self._given.copy(), []
        if (sign * weight[self._loose] > 0).any():
            return sign * np.inf, np.zeros(0, dtype=np.int64), table
        for system, right, basis in zip(self._systems, self._rights, self._bases, strict=True):
            if not weight[system.columns].any():
                continue
            result = system.solve(sign * weight[system.columns], right)
            if result.status != 0:  # without bound, for the true table is one
                return sign * np.inf, np.zeros(0, dtype=np.int64), self._given
            table[system.columns] = result.x
            why.append(basis[np.abs(result.eqlin.marginals) > BINDING])
        return float(weight @ table), np.concatenate(why) if why else np.zeros(0, dtype=np.int64), table


class _System:
    """Equations of a connected part, on the variables it has."""

    def __init__(self, rows: Rows) -> None:
        self.columns = np.unique(rows.indices)
        self._rows = csr_array(rows[:, self.columns])

    def solve(self, weight: Floats, right: Floats) -> Any:
        """Raise a sum as far as it goes."""
        return _linprog(-weight, A_eq=self._rows, b_eq=right, bounds=(0, None), method="highs")

    def raise_all(self, goals: Rows, enough: Floats, right: Floats) -> Floats:
        """A table in which many sums are as near as can be to what is enough, Σ_i min(1, sum_i / enough_i)."""
        n, k = self._rows.shape[1], goals.shape[0]
        weight = np.concatenate([np.zeros(n), -1 / enough])
        equal = block_array([[self._rows, csr_array((self._rows.shape[0], k))]], format="csr")
        below = block_array([[-goals, eye_array(k)]], format="csr")
        bounds = np.column_stack([np.zeros(n + k), np.concatenate([np.full(n, np.inf), enough])])
        result = _linprog(weight, A_ub=below, b_ub=np.zeros(k), A_eq=equal, b_eq=right, bounds=bounds, method="highs")
        return np.asarray(result.x[:n]) if result.status == 0 else np.zeros(n)
