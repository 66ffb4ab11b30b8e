"""Rules of the kind "a node may have a school only if a neighbor that is nearer to the school has it too".

They keep zones in one piece by forbidding many that are, so what they prove is no bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from peers.problem import Floats, Ints, Problem


@dataclass(frozen=True)
class Need:
    """Pair `pair` may be picked only together with one of `others`."""

    pair: int
    others: tuple[int, ...]


def hop_needs(problem: Problem) -> list[Need]:
    """The rule of the published CP-SAT model (Gillani et al. 2023): nearer is strictly fewer hops from the school's unit, over the whole graph.

    A node in an island of today is exempt for today's school, whatever the scenario says of islands. Where none of the nearer neighbors has a
    node's school of today, hops within today's zone count for it instead, so that today's zones are always allowed; two nodes may hold each other
    up by this. (The published program then goes on with these hops for the blocks that it comes to later; which ones those are depends on the
    blocks' numbers, so that is left out.)
    """
    hops = dijkstra(problem.graph, unweighted=True, indices=problem.root)
    islands, within, needs = islands_of_today(problem), {}, []
    for p, v, s in _asked(problem, islands):
        near = problem.near(v)
        nearer = near[hops[s, near] < hops[s, v]]
        if problem.start[v] == s and not (problem.start[nearer] == s).any():
            if s not in within:
                within[s] = _hops_within(problem, s)
            nearer = near[within[s][near] < within[s][v]]
        needs.append(_need(problem, p, nearer))
    return needs


def closer_needs(problem: Problem) -> list[Need]:
    """Nearer is earlier in an order that trips decide (`places`). Under `islands: keep` a node in an island of today is exempt for today's school."""
    place: dict[int, Floats] = {}
    needs = []
    for p, v, s in _asked(problem, islands_of_today(problem) & bool(problem.islands_may_stay)):
        if s not in place:
            place[s] = places(problem, s)
        near = problem.near(v)
        needs.append(_need(problem, p, near[place[s][near] < place[s][v]]))
    return needs


def places(problem: Problem, s: int) -> Floats:
    """Order of the nodes that may have school s, from its own outwards; inf for those that are not reached; shape (N,).

    The next one is always that with the shortest trip among the neighbors of those already placed; a node of today's zone waits for a neighbor
    out of it. So every node has an earlier neighbor, and today's zones obey the order, which a plain order by trips does not grant them.
    """
    place = np.full(problem.num_nodes, np.inf)
    waiting = [(-1.0, int(problem.root[s]))] if problem.lookup[problem.root[s], s] >= 0 else []
    count = 0
    while waiting:
        _, v = heappop(waiting)
        if place[v] < np.inf:
            continue
        place[v] = count
        count += 1
        for w in problem.near(v).tolist():
            p = problem.lookup[w, s]
            if p >= 0 and place[w] == np.inf and (problem.start[w] != s or problem.start[v] == s):
                trip = problem.minutes[p]
                heappush(waiting, (np.inf if np.isnan(trip) else float(trip), w))
    return place


def islands_of_today(problem: Problem) -> NDArray[np.bool_]:
    """Nodes whose piece of today's zone does not hold the school's own node; shape (N,)."""
    start = problem.start
    edges = coo_array(problem.graph)
    inside = (start[edges.row] == start[edges.col]) & (start[edges.row] >= 0)
    kept = csr_array((edges.data[inside], (edges.row[inside], edges.col[inside])), shape=problem.graph.shape)
    label = connected_components(kept, directed=False)[1]
    at_home = problem.root[start[problem.root] == np.arange(len(problem.root))]
    return np.asarray((start >= 0) & ~np.isin(label, label[at_home]))


def _asked(problem: Problem, is_exempt: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """Pair, node and school of every pair that needs another: neither the school's own node nor exempt for today's school."""
    for p, (v, s) in enumerate(zip(problem.node.tolist(), problem.school.tolist(), strict=True)):
        if v != problem.root[s] and not (problem.start[v] == s and is_exempt[v]):
            yield p, v, s


def _need(problem: Problem, p: int, nearer: Ints) -> Need:
    others = problem.lookup[nearer, problem.school[p]]
    return Need(p, tuple(others[others >= 0].tolist()))


def _hops_within(problem: Problem, s: int) -> Floats:
    """Hops from the school's node over nodes of today's zone alone, shape (N,); inf outside and in islands."""
    zone = np.flatnonzero(problem.start == s)
    hops = np.full(problem.num_nodes, np.inf)
    at = np.flatnonzero(zone == problem.root[s])
    if len(at):
        hops[zone] = dijkstra(problem.graph[zone][:, zone], unweighted=True, indices=int(at[0]))
    return hops
