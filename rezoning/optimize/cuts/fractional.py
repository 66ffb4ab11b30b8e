"""Fractional zones -> separator cuts: the smallest separator between a node and its school's sources, by maximum flow.

A node v is held by school s only as far as the nodes between them are: x[v, s] <= sum of x[c, s] over every C that parts v from the sources of s. The
C with the least sum is a minimum cut in the graph of the nodes admissible for s with x as capacities of the nodes (Oehrlein and Haunert 2017).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rezoning.formulation.formulation import Floats, Formulation, Ints
from rezoning.optimize.model.epigraph import Cut

LEAST = 0.01  # of a node: smaller shares are left to later rounds
CREEP = 1e-5  # added to every capacity: of two separators with the same sum the one with fewer nodes is the stronger row


class Fractional:
    """Finds the separator cuts that a fractional point breaks.

    Parameters
    ----------
    formulation
        Its contiguity says what is needed; where it is not exact nothing is ever found.
    """

    def __init__(self, formulation: Formulation) -> None:
        is_exact = formulation.contiguity.is_exact
        self._schools = [_School(formulation, s) for s in range(formulation.pairs.num_schools)] if is_exact else []

    def cuts(self, x: Floats, violation: float, most: int, *, is_sparing: bool = False, must_end: Callable[[], bool] = lambda: False) -> list[Cut]:
        """The `most` cuts that x, shape (P,), breaks by the most, all by more than `violation` (a share of a node).

        Where `is_sparing`, nodes that an earlier one's separator also parts from the sources are not asked about again. `must_end` is asked before
        every school.
        """
        found = [school.broken(x, violation, is_sparing=is_sparing) for school in self._schools if not must_end()]
        if not found:
            return []
        amount = np.concatenate([amounts for amounts, _, _ in found])
        whose = np.repeat(np.arange(len(found)), [len(amounts) for amounts, _, _ in found])
        place = np.concatenate([np.arange(len(amounts)) for amounts, _, _ in found])
        worst = np.argsort(-amount, kind="stable")[:most]
        cuts = (Cut((int(found[s][1][k]),), tuple(found[s][2][k].tolist())) for s, k in zip(whose[worst], place[worst], strict=True))
        return list(dict.fromkeys(cuts))


class _School:
    """The graph of the nodes that are admissible for one school."""

    def __init__(self, formulation: Formulation, s: int) -> None:
        pairs, contiguity = formulation.pairs, formulation.contiguity
        nodes = np.flatnonzero(pairs.lookup[:, s] >= 0)
        self._pair = pairs.lookup[nodes, s]
        inside = contiguity.graph[nodes][:, nodes].tocsr()
        inside.sort_indices()
        self._indptr, self._indices = inside.indptr.astype(np.int64), inside.indices.astype(np.int64)
        self._back = _back(self._indptr, self._indices)
        self._is_source = np.zeros(len(nodes), dtype=np.uint8)
        self._is_source[np.searchsorted(nodes, contiguity.sources[s])] = 1

    def broken(self, x: Floats, violation: float, *, is_sparing: bool) -> tuple[Floats, Ints, list[Ints]]:
        """By how much each cut is broken, the pair that is held too much, and the pairs of its separator."""
        own = x[self._pair]
        wanted = np.flatnonzero((own > max(LEAST, violation)) & (self._is_source == 0))
        wanted = wanted[np.argsort(-own[wanted], kind="stable")]
        amount, target, ends, border = _separators(self._indptr, self._indices, self._back, self._is_source, own, wanted, violation, is_sparing)
        return amount, self._pair[target], np.split(self._pair[border], ends[:-1])


@njit(cache=True)
def _back(indptr: Ints, indices: Ints) -> Ints:
    """The arc that runs against each arc; rows are sorted."""
    back = np.empty(len(indices), dtype=np.int64)
    at = indptr[:-1].copy()
    for u in range(len(indptr) - 1):  # the arcs (w, u) are met in the order of u, which is theirs in row w
        for k in range(indptr[u], indptr[u + 1]):
            w = indices[k]
            back[k] = at[w]
            at[w] += 1
    return back


@njit(cache=True, nogil=True)
def _separators(
    indptr: Ints, indices: Ints, back: Ints, is_source: NDArray[np.uint8], x: Floats, wanted: Ints, violation: float, is_sparing: bool
) -> tuple[Floats, Ints, Ints, Ints]:
    """For each broken separator by how much, of which node, where it ends in the list of all their nodes; and that list.

    Every node i has an entry 2 i and an exit 2 i + 1; the flow runs from the exit of the node that is asked about to a source's exit.
    """
    n = len(x)
    amount, target, ends, border = [0.0], [0], [0], [0]  # typed by a first entry, dropped at the end
    through, along, is_said = np.zeros(n), np.zeros(len(indices)), np.zeros(n, dtype=np.uint8)
    before, by, queue = np.empty(2 * n, dtype=np.int64), np.empty(2 * n, dtype=np.int64), np.empty(2 * n, dtype=np.int64)
    for v in wanted:
        if is_said[v]:
            continue
        through[:] = 0.0
        along[:] = 0.0
        flow, need = 0.0, x[v] - violation
        while flow < need:
            end = _reach(indptr, indices, back, is_source, x, v, through, along, before, by, queue)
            if end < 0:
                break
            flow += _augment(x, v, end, through, along, back, before, by)
        if flow >= need:
            continue
        for side in range(2):  # the separator nearest to the node, then the one nearest to the sources
            if side == 1:
                _reach_back(indptr, indices, is_source, x, v, through, along, before, queue)
            total, size = 0.0, len(border)
            for i in range(n):
                is_in, is_out = before[2 * i] >= 0, before[2 * i + 1] >= 0
                if i != v and is_in != is_out and is_in == (side == 0):
                    border.append(i)
                    total += x[i]
                elif is_sparing and side == 0 and is_in:
                    is_said[i] = 1
            if total < need:
                amount.append(x[v] - total)
                target.append(v)
                ends.append(len(border) - 1)
            else:
                border = border[:size]
    return np.array(amount)[1:], np.array(target)[1:], np.array(ends)[1:], np.array(border)[1:]


@njit(cache=True, nogil=True)
def _reach(
    indptr: Ints, indices: Ints, back: Ints, is_source: NDArray[np.uint8], x: Floats, v: int,
    through: Floats, along: Floats, before: Ints, by: Ints, queue: Ints,
) -> int:  # fmt: skip
    """Breadth first over what is left of the capacities; the exit of a source, or -1 when none is reached. `before` holds the tree."""
    before[:] = -1
    start = 2 * v + 1
    before[start], queue[0], head, tail = start, start, 0, 1
    while head < tail:
        a = queue[head]
        head += 1
        i = a // 2
        if a % 2:  # an exit: along the arcs, or back through the node
            if is_source[i]:
                return int(a)
            if i != v and through[i] > 1e-9 and before[2 * i] < 0:
                before[2 * i], by[2 * i], queue[tail] = a, -2, 2 * i
                tail += 1
            for k in range(indptr[i], indptr[i + 1]):
                b = 2 * indices[k]
                if before[b] < 0 and indices[k] != v:
                    before[b], by[b], queue[tail] = a, k, b
                    tail += 1
        else:  # an entry: through the node, or back along an arc that carries flow
            if x[i] + CREEP - through[i] > 1e-9 and before[a + 1] < 0:
                before[a + 1], by[a + 1], queue[tail] = a, -1, a + 1
                tail += 1
            for k in range(indptr[i], indptr[i + 1]):
                b = 2 * indices[k] + 1
                if along[back[k]] > 1e-9 and before[b] < 0:
                    before[b], by[b], queue[tail] = a, k, b
                    tail += 1
    return -1


@njit(cache=True, nogil=True)
def _augment(x: Floats, v: int, end: int, through: Floats, along: Floats, back: Ints, before: Ints, by: Ints) -> float:
    """Send what the way that was found can bear."""
    start, least = 2 * v + 1, np.inf
    a = end
    while a != start:
        if by[a] == -1:
            least = min(least, x[a // 2] + CREEP - through[a // 2])
        elif by[a] == -2:
            least = min(least, through[a // 2])
        elif a % 2:
            least = min(least, along[back[by[a]]])
        a = before[a]
    if least == np.inf:  # next to a source's exit: cannot be, for a source is entered first
        return 0.0
    a = end
    while a != start:
        if by[a] == -1:
            through[a // 2] += least
        elif by[a] == -2:
            through[a // 2] -= least
        elif a % 2:
            along[back[by[a]]] -= least
        else:
            along[by[a]] += least
        a = before[a]
    return least


@njit(cache=True, nogil=True)
def _reach_back(
    indptr: Ints, indices: Ints, is_source: NDArray[np.uint8], x: Floats, v: int, through: Floats, along: Floats, before: Ints, queue: Ints,
) -> None:  # fmt: skip
    """Mark in `before` whatever still could send flow to a source's exit."""
    before[:] = -1
    head = tail = 0
    for i in range(len(x)):
        if is_source[i]:
            before[2 * i + 1], queue[tail] = 0, 2 * i + 1
            tail += 1
    while head < tail:
        a = queue[head]
        head += 1
        i = a // 2
        if a % 2:  # who comes to this exit: its entry with capacity left, entries of neighbors whose flow from here can be taken back
            if i != v and x[i] + CREEP - through[i] > 1e-9 and before[a - 1] < 0:
                before[a - 1], queue[tail] = 0, a - 1
                tail += 1
            for k in range(indptr[i], indptr[i + 1]):
                b = 2 * indices[k]
                if along[k] > 1e-9 and before[b] < 0:
                    before[b], queue[tail] = 0, b
                    tail += 1
        else:  # who comes to this entry: exits of neighbors, and its own exit where flow can be taken back
            if through[i] > 1e-9 and before[a + 1] < 0:
                before[a + 1], queue[tail] = 0, a + 1
                tail += 1
            for k in range(indptr[i], indptr[i + 1]):
                b = 2 * indices[k] + 1
                if before[b] < 0:
                    before[b], queue[tail] = 0, b
                    tail += 1
