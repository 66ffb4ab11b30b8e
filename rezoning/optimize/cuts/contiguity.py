"""Broken zones -> separator cuts, shared by every engine.

A piece K of zone s that holds none of the school's sources needs a unit outside it. Let C be the units next to K, admissible for s, that the sources
of s reach without crossing K's border: every way from K to a source passes C, and C is minimal. So x[a, s] <= sum of x[c, s] over C for every a in K.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.model.epigraph import Cut

Bytes = NDArray[np.uint8]


class Separator:
    """Finds the pieces of an assignment that hang in the air, and the cuts that forbid them.

    Parameters
    ----------
    formulation
        Its contiguity says what is needed; where it is not exact nothing is ever found.
    per_piece
        Cuts per piece, for its heaviest nodes (those that stand for the most units).
    """

    def __init__(self, formulation: Formulation, per_piece: int = 3) -> None:
        pairs, contiguity = formulation.pairs, formulation.contiguity
        self._is_exact, self._per_piece = contiguity.is_exact, per_piece
        self._pair_of = np.ascontiguousarray(pairs.lookup.T)  # one row per school
        self._indptr = contiguity.graph.indptr.astype(np.int64)
        self._indices = contiguity.graph.indices.astype(np.int64)
        self._sources = [nodes.astype(np.int64) for nodes in contiguity.sources]
        self._is_source = np.zeros((pairs.num_nodes, pairs.num_schools), dtype=np.uint8)
        for s, nodes in enumerate(self._sources):
            self._is_source[nodes, s] = 1
        self._weight = np.bincount(pairs.node_of_unit, minlength=pairs.num_nodes)
        self._also = None if contiguity.also is None else Separator(replace(formulation, contiguity=contiguity.also), per_piece)

    def is_contiguous(self, school_of_node: Ints) -> bool:
        """Whether every piece of every zone holds one of its school's sources."""
        if self._is_exact and _loose(self._indptr, self._indices, school_of_node, self._is_source)[1]:
            return False
        return self._also is None or self._also.is_contiguous(school_of_node)

    def pieces(self, school_of_node: Ints) -> list[tuple[int, Ints]]:
        """All (school, nodes) pieces that hold none of their school's sources; empty when the assignment is contiguous."""
        return self._pieces(school_of_node) + ([] if self._also is None else self._also.pieces(school_of_node))

    def _pieces(self, school_of_node: Ints) -> list[tuple[int, Ints]]:
        if not self._is_exact:
            return []
        piece, count = _loose(self._indptr, self._indices, school_of_node, self._is_source)
        order = np.argsort(piece, kind="stable")
        ends = np.searchsorted(piece[order], np.arange(count + 1))
        return [(int(school_of_node[order[a]]), order[a:b]) for a, b in pairwise(ends.tolist())]

    def cuts(self, school_of_node: Ints) -> list[Cut]:
        """Cuts that forbid every loose piece, for its `per_piece` heaviest nodes."""
        found: list[Cut] = []
        for s, nodes in self._pieces(school_of_node):
            border = _separator(self._indptr, self._indices, self._pair_of[s], self._sources[s], nodes)
            needed = tuple(self._pair_of[s, border].tolist())
            heaviest = nodes[np.lexsort((nodes, -self._weight[nodes]))][: self._per_piece]
            found += [Cut((p,), needed) for p in self._pair_of[s, heaviest].tolist()]
        return found + ([] if self._also is None else self._also.cuts(school_of_node))


@njit(cache=True, nogil=True)
def _loose(indptr: Ints, indices: Ints, school: Ints, is_source: Bytes) -> tuple[Ints, int]:
    """Number of the loose piece of each node, the number of loose pieces for nodes of sound ones; and that number."""
    n = len(school)
    piece = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    count = 0
    for v in range(n):
        if piece[v] >= 0:
            continue
        s, head, tail, is_sound = school[v], 0, 1, False
        queue[0], piece[v] = v, count
        while head < tail:
            u = queue[head]
            head += 1
            is_sound |= is_source[u, s] == 1
            for k in range(indptr[u], indptr[u + 1]):
                w = indices[k]
                if piece[w] < 0 and school[w] == s:
                    piece[w] = count
                    queue[tail] = w
                    tail += 1
        if is_sound:
            for k in range(tail):
                piece[queue[k]] = n
        else:
            count += 1
    for v in range(n):
        piece[v] = min(piece[v], count)
    return piece, count


@njit(cache=True, nogil=True)
def _separator(indptr: Ints, indices: Ints, pair: Ints, sources: Ints, nodes: Ints) -> Ints:
    """The nodes next to `nodes` that are admissible (pair >= 0) and that the sources reach without passing another of them; sorted."""
    inside, border, reached, touched = 1, 2, 3, 4
    mark = np.zeros(len(pair), dtype=np.uint8)
    queue = np.empty(len(pair), dtype=np.int64)
    for v in nodes:
        mark[v] = inside
    for v in nodes:
        for k in range(indptr[v], indptr[v + 1]):
            w = indices[k]
            if pair[w] >= 0 and mark[w] == 0:
                mark[w] = border
    head = tail = 0
    for v in sources:
        if mark[v] == border:
            mark[v] = touched
        elif mark[v] == 0:
            mark[v] = reached
            queue[tail] = v
            tail += 1
    while head < tail:
        v = queue[head]
        head += 1
        for k in range(indptr[v], indptr[v + 1]):
            w = indices[k]
            if mark[w] == border:
                mark[w] = touched
            elif mark[w] == 0 and pair[w] >= 0:
                mark[w] = reached
                queue[tail] = w
                tail += 1
    return np.flatnonzero(mark == touched)
