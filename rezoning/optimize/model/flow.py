"""Contiguity as a flow, so that a program says all of it and needs no cut: one commodity per school.

Every node of a zone that is no source of its school takes one unit of what the sources send, and only nodes of the zone pass it on:

    in(v) - out(v) = x[v, s],   in(v) <= M x[v, s]   for the nodes v that are admissible for s and no source of it,
    out(v) <= M x[v, s]                              for its sources,

over the arcs between nodes admissible for s, none into a source; M is the number of such nodes that hang together with v. A piece without a source
would take and not be sent anything (Shirabe 2005, A model of contiguity for spatial unit allocation). A formulation with a second contiguity
(`Contiguity.also`) has a flow for each. Where contiguity is not exact there is nothing to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import breadth_first_order, connected_components

from rezoning.formulation.formulation import Contiguity, Floats, Formulation, Ints, Pairs
from rezoning.optimize.model.epigraph import Plain, Space, model_of


def flows(formulation: Formulation, space: Space) -> list[Flow]:
    """The flows of all schools, to be added to a program as what a goal needs is: columns, rows, and their values at a plan; none cost anything."""
    found: list[Flow] = []
    contiguity: Contiguity | None = formulation.contiguity
    while contiguity is not None:
        if contiguity.is_exact:
            found += [Flow(space, _arcs(formulation.pairs, contiguity, s)) for s in range(formulation.pairs.num_schools)]
        contiguity = contiguity.also
    return [flow for flow in found if not flow.is_idle]


@dataclass(frozen=True, eq=False)
class Arcs:
    """Of one school the nodes that it may have, which of them are its sources, and the arcs that its flow may take: places in `nodes`.

    Parameters
    ----------
    pair
        Pair of each node with the school, shape (k,).
    most
        Nodes that are no source and hang together with each node, shape (k,).
    """

    school: int
    nodes: Ints
    pair: Ints
    is_source: Ints
    most: Floats
    tail: Ints
    head: Ints


def _arcs(pairs: Pairs, contiguity: Contiguity, s: int) -> Arcs:
    nodes = np.flatnonzero(pairs.lookup[:, s] >= 0)
    inside = csr_array(contiguity.graph[nodes][:, nodes])
    is_source = np.isin(nodes, contiguity.sources[s])
    tail, head = np.repeat(np.arange(len(nodes)), np.diff(inside.indptr)), inside.indices.astype(np.int64)
    _, piece = connected_components(inside, directed=False)
    most = np.asarray(np.bincount(piece, ~is_source, minlength=int(piece.max(initial=-1)) + 1)[piece], dtype=float)
    useful = ~is_source[head]
    return Arcs(s, nodes, pairs.lookup[nodes, s], is_source.astype(np.int64), most, tail[useful], head[useful])


class Flow(Plain):
    """The flow of one school: a column per arc; rows for what each node keeps, then for what each may pass on."""

    def __init__(self, space: Space, arcs: Arcs) -> None:
        self.arcs = arcs
        self._column = np.full(len(space.pairs), -1, dtype=np.int64)
        self._column[space.free] = np.arange(len(space.free))
        taking, giving = np.flatnonzero(arcs.is_source == 0), np.flatnonzero(arcs.is_source == 1)
        self.is_idle = not len(taking)
        count, k = len(arcs.tail), len(arcs.nodes)
        into = csr_array((np.ones(count), (arcs.head, np.arange(count))), shape=(k, count))
        out = csr_array((np.ones(count), (arcs.tail, np.arange(count))), shape=(k, count))
        kept, fixed_kept = self._chosen(space, taking, np.ones(k))
        passed, fixed_passed = self._chosen(space, np.concatenate([taking, giving]), arcs.most)
        self.model = model_of(
            space, vstack([-kept, -passed]), vstack([(into - out)[taking, :], into[taking, :], out[giving, :]]),
            lower=np.zeros(count), upper=arcs.most[arcs.tail], cost=np.zeros(count),
            row_lower=np.concatenate([fixed_kept, np.full(k, -np.inf)]), row_upper=np.concatenate([fixed_kept, fixed_passed]),
        )  # fmt: skip

    def _chosen(self, space: Space, places: Ints, factor: Floats) -> tuple[csr_array, Floats]:
        """Each node's factor * x as rows over the free pairs, and what pairs without a choice make of it."""
        column = self._column[self.arcs.pair[places]]
        free, value = np.flatnonzero(column >= 0), factor[places]
        rows = csr_array((value[free], (free, column[free])), shape=(len(places), len(space.free)))
        return rows, np.where(column < 0, value, 0.0)

    def excess(self, x: Floats) -> Floats:
        """What each arc carries at a plan: the way to every node of the zone is one of the fewest arcs; nothing to what no source reaches."""
        arcs, k = self.arcs, len(self.arcs.nodes)
        column = self._column[arcs.pair]
        mine = np.where(column < 0, 1.0, x[np.maximum(column, 0)]) > 0.5 if len(x) else np.ones(k, dtype=bool)
        used = mine[arcs.tail] & mine[arcs.head]
        own = np.flatnonzero(mine & (arcs.is_source == 1))
        tail, head = np.concatenate([arcs.tail[used], np.full(len(own), k)]), np.concatenate([arcs.head[used], own])
        order, parent = breadth_first_order(csr_array((np.ones(len(tail)), (tail, head)), shape=(k + 1, k + 1)), k)  # k stands behind all sources
        carried = np.zeros(k + 1)
        carried[order] = 1.0
        for v in order[:0:-1].tolist():
            carried[parent[v]] += carried[v]
        return np.where(used & (parent[arcs.head] == arcs.tail), carried[arcs.head], 0.0)
