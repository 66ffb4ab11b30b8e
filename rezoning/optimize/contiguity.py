"""Broken zones -> separator cuts, shared by every engine.

A piece K of zone s that holds none of the school's sources needs a unit outside it. Let C be the units next to K, admissible for s, that the sources
of s reach without crossing K's border: every way from K to a source passes C, and C is minimal. So x[a, s] <= sum of x[c, s] over C for every a in K.
"""

from __future__ import annotations

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.milp import Cut


class Separator:
    """Finds the pieces of an assignment that hang in the air, and the cuts that forbid them.

    Parameters
    ----------
    formulation
        Its contiguity says what is needed; where it is not exact nothing is ever found.
    per_piece
        Cuts per piece, for its heaviest nodes.
    """

    def __init__(self, formulation: Formulation, per_piece: int = 3) -> None:
        self._pairs, contiguity = formulation.pairs, formulation.contiguity
        self._is_exact = contiguity.is_exact
        self._indptr = contiguity.graph.indptr.tolist()
        self._indices = contiguity.graph.indices.tolist()
        self._sources = [nodes.tolist() for nodes in contiguity.sources]
        self._lookup = formulation.pairs.lookup
        self._weight = np.bincount(formulation.pairs.node_of_unit, minlength=formulation.pairs.num_nodes).astype(np.float64)
        self._per_piece = per_piece

    def _near(self, v: int) -> list[int]:
        return self._indices[self._indptr[v] : self._indptr[v + 1]]

    def pieces(self, school_of_node: Ints) -> list[tuple[int, list[int]]]:
        """All (school, nodes) pieces that hold none of their school's sources; empty when the assignment is contiguous."""
        if not self._is_exact:
            return []
        school = school_of_node.tolist()
        seen = bytearray(len(school))
        for s, sources in enumerate(self._sources):
            self._flood([v for v in sources if school[v] == s], s, school, seen)
        loose = []
        for v, s in enumerate(school):
            if not seen[v]:
                loose.append((s, self._flood([v], s, school, seen)))
        return loose

    def _flood(self, origins: list[int], s: int, school: list[int], seen: bytearray) -> list[int]:
        found = []
        for v in origins:
            if not seen[v]:
                seen[v] = 1
                found.append(v)
        for v in found:  # grows while it is walked
            for w in self._near(v):
                if not seen[w] and school[w] == s:
                    seen[w] = 1
                    found.append(w)
        return found

    def cuts(self, school_of_node: Ints) -> list[Cut]:
        """Cuts that forbid every loose piece, for its `per_piece` heaviest nodes."""
        cuts: list[Cut] = []
        for s, nodes in self.pieces(school_of_node):
            border = self._border(s, nodes)
            needed = tuple(int(self._lookup[c, s]) for c in border)
            heaviest = sorted(nodes, key=lambda v: (-self._weight[v], v))[: self._per_piece]
            cuts += [Cut((int(self._lookup[v, s]),), needed) for v in heaviest]
        return cuts

    def _border(self, s: int, nodes: list[int]) -> list[int]:
        """The minimal separator next to `nodes`: neighbors admissible for s that the sources reach without passing another of them."""
        inside = set(nodes)
        admits = self._lookup[:, s] >= 0
        border = {w for v in nodes for w in self._near(v) if w not in inside and admits[w]}
        reached, touched = set(self._sources[s]), set(border) & set(self._sources[s])
        stack = [v for v in self._sources[s] if v not in border]
        while stack:
            v = stack.pop()
            for w in self._near(v):
                if w in border:
                    touched.add(w)
                elif w not in reached and w not in inside and admits[w]:
                    reached.add(w)
                    stack.append(w)
        return sorted(touched)
