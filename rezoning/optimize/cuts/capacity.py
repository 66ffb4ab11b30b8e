"""Zones that are full cannot go on: what a limit on a zone's students says of the borders between zones, as cuts.

Far from every school a fractional plan shares each unit among all schools in equal parts. Then no two neighbors differ, nothing is paid for a border,
and every zone has its students. But units that do not differ are in one zone, and that zone would be too full. Let T be a tree in the graph of nodes
with the root r, f_u students of node u that count wherever it goes, U what no zone may have more of, and y_e = 1 where the ends of the edge e are in
two zones. In a plan, the nodes of T that no cut edge parts from r are in r's zone, so that

    sum over u in T of f_u (1 - sum over the edges e between r and u of y_e) <= U,    that is    sum over e in T of a_e y_e >= R

with a_e = the students beyond e, seen from r, and R = f(T) - U; for a node behind k cut edges counts 1 - k <= 0. As every y_e is 0 or at least 1, the
row also holds with min(a_e, R) for a_e. The shortest paths by y make the tree whose row is broken the most before that (Ferreira et al. 1998, The
node capacitated graph partitioning problem; Even et al. 1999, Fast approximate graph partitioning algorithms). y_e is taken from the columns that a
goal of borders has anyway: the sum over schools s of max(0, x[v, s] - x[w, s]).
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit
from scipy.sparse import csr_array, triu

from rezoning.formulation.formulation import Floats, Formulation, Ints, Matrix
from rezoning.optimize.model.epigraph import ExcessEpigraph, Row
from rezoning.optimize.model.milp import Milp

MOST_COLUMNS = 50_000  # of borders: beyond, no tree of a solver closes the question anyway
VIOLATION = 0.03  # of an edge: what a cut must be broken by
STEPS = 6  # trees of different size that are tried for each root
CREEP = 1e-4  # added to every length: of two trees that are cut as little the flat one
NEED = 1e-3  # students: fewer above the limit are no reason for a row
ROOM = 1e-6  # students: plans may have so many more, and their rows' tolerance is finer


class Spreading:
    """Finds trees whose nodes are too many for one zone and whose edges are cut too little.

    Parameters
    ----------
    milp
        All its epigraphs added.
    """

    def __init__(self, milp: Milp) -> None:
        self.is_idle = True
        self._most, self._students = _limits(milp.formulation)
        found = _differences(milp) if np.isfinite(self._most) else {}
        if not found or len(found) > MOST_COLUMNS:
            return
        one, other, self._matrix, self._constant = _edges(milp, found)
        ends, number = np.concatenate([one, other]), np.tile(np.arange(len(one)), 2)
        order = np.argsort(ends, kind="stable")
        self._indptr = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=milp.formulation.pairs.num_nodes))]).astype(np.int64)
        self._near, self._edge = np.concatenate([other, one])[order].astype(np.int64), number[order].astype(np.int64)
        self.is_idle = not len(one)

    def cuts(self, values: Floats, most: int) -> list[Row]:
        """The `most` rows that the columns' values, shape (C,), break by the most."""
        if self.is_idle:
            return []
        y = np.maximum(self._matrix @ values + self._constant, 0.0)
        amount, ends, edge, weight = _trees(self._indptr, self._near, self._edge, y, self._students, self._most, VIOLATION, STEPS)
        start = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
        rows = []
        for k in np.argsort(-amount, kind="stable")[:most]:
            rows.append(self._row(edge[start[k] : ends[k]], weight[start[k] : ends[k]]))
        return list(dict.fromkeys(rows))

    def _row(self, edge: Ints, weight: Floats) -> Row:
        """Sum of weight * y >= 1."""
        total = csr_array(csr_array(weight[None, :]) @ self._matrix[edge, :])
        total.sort_indices()
        used = total.data != 0
        return Row(tuple(total.indices[used].tolist()), tuple((-total.data[used]).tolist()), float(weight @ self._constant[edge] - 1.0))


def _limits(formulation: Formulation) -> tuple[float, Floats]:
    """What no zone may have more of, infinite where a zone has no such limit; and what each node has of it in any zone, shape (N,)."""
    rows, pairs = formulation.rows, formulation.pairs
    upper, own = np.full(pairs.num_schools, np.inf), np.zeros(len(pairs))
    matrix = csr_array(rows.matrix)
    size = np.diff(matrix.indptr)
    limited = np.flatnonzero(np.isfinite(rows.upper) & (size > 0))
    for r in limited[np.argsort(-size[limited], kind="stable")]:  # of a school's rows the one about most nodes
        inside = slice(matrix.indptr[r], matrix.indptr[r + 1])
        index, value = matrix.indices[inside], matrix.data[inside]
        s = pairs.school[index[0]]
        if (value < 0).any() or (pairs.school[index] != s).any() or np.isfinite(upper[s]):
            continue
        upper[s] = rows.upper[r]
        own[index] = value
    return float(upper.max()) + ROOM, np.minimum.reduceat(own, pairs.first[:-1])


def _differences(milp: Milp) -> dict[tuple[int, int], int]:
    """The column of max(0, x[p] - x[q]) for each (p, q) that has one."""
    found: dict[tuple[int, int], int] = {}
    free = milp.free
    for epigraph in milp.epigraphs:
        if not isinstance(epigraph, ExcessEpigraph):
            continue
        d = epigraph.bends
        matrix = csr_array(d.matrix)
        two = np.flatnonzero((np.diff(matrix.indptr) == 2) & (d.constant == 0))
        at = matrix.indptr[two]
        a, b = matrix.data[at], matrix.data[at + 1]
        fits = (a == -b) & (np.abs(a) == 1)
        plus = np.where(a > 0, matrix.indices[at], matrix.indices[at + 1])[fits]
        minus = np.where(a > 0, matrix.indices[at + 1], matrix.indices[at])[fits]
        for p, q, k in zip(free[plus].tolist(), free[minus].tolist(), two[fits].tolist(), strict=True):
            found.setdefault((p, q), epigraph.first + k)
    return found


def _edges(milp: Milp, found: dict[tuple[int, int], int]) -> tuple[Ints, Ints, Matrix, Floats]:
    """The edges whose y the columns say: their ends, and y = matrix @ columns + constant."""
    pairs, column = milp.formulation.pairs, milp.column_of_pair
    upper = triu(milp.formulation.contiguity.graph, 1).tocoo()
    one, other, index, start = list[int](), list[int](), list[int](), [0]
    value, constant = list[float](), list[float]()
    for v, w in zip(upper.row.tolist(), upper.col.tolist(), strict=True):
        of_v, of_w = pairs.lookup[v].tolist(), pairs.lookup[w].tolist()
        said = _said(of_v, of_w, found, column) or _said(of_w, of_v, found, column)
        if said is None:
            continue
        one.append(v)
        other.append(w)
        constant.append(said[1])
        index += [j for j, _ in said[0]]
        value += [c for _, c in said[0]]
        start.append(len(index))
    matrix = csr_array((np.array(value, dtype=float), np.array(index, dtype=np.int64), np.array(start)), shape=(len(one), len(milp.columns)))
    return np.array(one, dtype=np.int64), np.array(other, dtype=np.int64), matrix, np.array(constant, dtype=float)


def _said(v: list[int], w: list[int], found: dict[tuple[int, int], int], column: Ints) -> tuple[list[tuple[int, float]], float] | None:
    """Sum over schools of max(0, x[v, s] - x[w, s]) over columns, and a constant; None where a column is missing."""
    inside: list[tuple[int, float]] = []
    constant = 0.0
    both = [(p, q) for p, q in zip(v, w, strict=True) if p >= 0 and q >= 0]
    is_same_two = len(both) == 2 and sum(p >= 0 for p in v) == sum(q >= 0 for q in w) == 2
    for p, q in zip(v, w, strict=True):
        if p < 0:
            continue
        i, j = int(column[p]), -1 if q < 0 else int(column[q])
        if i < 0:  # the one school of v
            constant += 1.0
            inside += [(j, -1.0)] * (j >= 0)
            constant -= float(q >= 0 and j < 0)
        elif q < 0:
            inside.append((i, 1.0))
        elif j >= 0:
            key = (p, q)
            if key not in found and is_same_two:  # x[v, s] - x[w, s] = x[w, t] - x[v, t]
                p_t, q_t = both[1] if both[0] == key else both[0]
                key = (q_t, p_t)
            if key not in found:
                return None
            inside.append((found[key], 1.0))
    return inside, constant


@njit(cache=True, nogil=True)
def _trees(
    indptr: Ints, near: Ints, edge: Ints, y: Floats, students: Floats, most: float, violation: float, steps: int
) -> tuple[Floats, Ints, Ints, Floats]:
    """For the worst tree of each root by how much it is broken and where it ends in the lists of edges and their weights."""
    n = len(indptr) - 1
    amount, ends, edges, weights = [0.0], [0], [0], [0.0]  # typed by a first entry, dropped at the end
    order, above, by = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    far, beyond = np.empty(n), np.empty(n)
    for root in range(n):
        count = _shortest(indptr, near, edge, y, root, order, above, by, far)
        total, whole = 0.0, 0.0
        for k in range(count):
            whole += students[order[k]]
        best, best_size, best_need = 1.0 - violation, 0, 0.0
        tried = 0
        for k in range(count):
            total += students[order[k]]
            need = total - most
            if need <= NEED or students[order[k]] == 0:
                continue
            if tried and k < count - 1 and total < most + (whole - most) * tried / steps:
                continue
            tried += 1
            cut = _weigh(order, above, by, students, beyond, y, k + 1, need)
            if cut < best:
                best, best_size, best_need = cut, k + 1, need
        if best_size == 0:
            continue
        _weigh(order, above, by, students, beyond, y, best_size, best_need)
        for k in range(1, best_size):
            u = order[k]
            if beyond[u] > 0:
                edges.append(by[u])
                weights.append(min(beyond[u] / best_need, 1.0))
        amount.append(1.0 - best)
        ends.append(len(edges) - 1)
    return np.array(amount)[1:], np.array(ends)[1:], np.array(edges)[1:], np.array(weights)[1:]


@njit(cache=True, nogil=True)
def _weigh(order: Ints, above: Ints, by: Ints, students: Floats, beyond: Floats, y: Floats, size: int, need: float) -> float:
    """Students beyond each node's edge in the tree of the first `size` nodes; how much of one edge the row has."""
    for k in range(size):
        beyond[order[k]] = students[order[k]]
    total = 0.0
    for k in range(size - 1, 0, -1):
        u = order[k]
        beyond[above[u]] += beyond[u]
        total += min(beyond[u] / need, 1.0) * y[by[u]]
    return total


@njit(cache=True, nogil=True)
def _shortest(indptr: Ints, near: Ints, edge: Ints, y: Floats, root: int, order: Ints, above: Ints, by: Ints, far: Floats) -> int:
    """Nodes nearer than 1 in the order of their distance, and the edge by which each is reached; their number."""
    far[:] = np.inf
    above[:] = -1
    far[root] = 0.0
    heap = [(0.0, root)]
    count = 0
    while heap:
        d, u = heapq.heappop(heap)
        if d > far[u]:
            continue
        order[count] = u
        count += 1
        for k in range(indptr[u], indptr[u + 1]):
            w, there = near[k], d + y[edge[k]] + CREEP
            if there < 1.0 and there < far[w]:
                far[w], above[w], by[w] = there, u, edge[k]
                heapq.heappush(heap, (there, w))
    return count
