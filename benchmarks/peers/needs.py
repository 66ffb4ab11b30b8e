"""Rules of the kind "a node may have a school only if a neighbor that is nearer to the school has it too".

They keep zones in one piece by forbidding many that are, so what they prove is no bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

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
    up by this. (The published program goes on with these hops for the blocks that it comes to later; which ones those are depends on the
    blocks' numbers, and it only costs: see README.md.)
    """
    p, w = _beside(problem)
    v, s = problem.node[p], problem.school[p]
    hops = dijkstra(problem.graph, unweighted=True, indices=problem.root)
    nearer = hops[s, w] < hops[s, v]
    in_zone = (problem.start[v] == s) & (problem.start[w] == s)
    is_held = np.bincount(p[nearer & in_zone], minlength=len(problem.node)) > 0
    winds = (problem.start[problem.node] == problem.school) & ~is_held
    within = hops_within_zones(problem)
    nearer = np.where(winds[p], in_zone & (within[w] < within[v]), nearer)
    return _needs(problem, p[nearer], w[nearer], islands_of_today(problem))


def closer_needs(problem: Problem) -> list[Need]:
    """Nearer is earlier in an order that trips decide (`places`). Under `islands: keep` a node in an island of today is exempt for today's school."""
    p, w = _beside(problem)
    place = np.stack([places(problem, s) for s in range(int(problem.num_schools))])
    nearer = place[problem.school[p], w] < place[problem.school[p], problem.node[p]]
    return _needs(problem, p[nearer], w[nearer], islands_of_today(problem) & bool(problem.islands_may_stay))


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
        for w in problem.neighbors[problem.graph_first[v] : problem.graph_first[v + 1]].tolist():
            p = problem.lookup[w, s]
            if p >= 0 and place[w] == np.inf and (problem.start[w] != s or problem.start[v] == s):
                trip = problem.minutes[p]
                heappush(waiting, (np.inf if np.isnan(trip) else float(trip), w))
    return place


def islands_of_today(problem: Problem) -> NDArray[np.bool_]:
    """Nodes whose piece of today's zone does not hold the school's own node; shape (N,)."""
    return np.asarray((problem.start >= 0) & np.isinf(hops_within_zones(problem)))


def hops_within_zones(problem: Problem) -> Floats:
    """Hops of each node from its school of today, inside that zone; inf in islands and where there is none; shape (N,)."""
    start, edges = problem.start, coo_array(problem.graph)
    at_home = problem.root[start[problem.root] == np.arange(len(problem.root))]
    if not len(at_home):
        return np.full(problem.num_nodes, np.inf)
    inside = (start[edges.row] == start[edges.col]) & (start[edges.row] >= 0)
    kept = csr_array((edges.data[inside], (edges.row[inside], edges.col[inside])), shape=problem.graph.shape)
    return np.asarray(dijkstra(kept, unweighted=True, indices=at_home, min_only=True))


def _beside(problem: Problem) -> tuple[Ints, Ints]:
    """Every pair with every neighbor of its node that may have the same school: two arrays."""
    degree = np.diff(problem.graph_first)[problem.node]
    p = np.repeat(np.arange(len(problem.node)), degree)
    at = np.arange(len(p)) - np.repeat(np.cumsum(degree) - degree, degree)
    w = problem.neighbors[problem.graph_first[problem.node[p]] + at]
    may = problem.lookup[w, problem.school[p]] >= 0
    return p[may], w[may]


def _needs(problem: Problem, p: Ints, w: Ints, is_exempt: NDArray[np.bool_]) -> list[Need]:
    """What each pair needs, from (pair, nearer neighbor): all but a school's own node, and what is exempt for today's school."""
    others = problem.lookup[w, problem.school[p]].tolist()
    first = np.searchsorted(p, np.arange(len(problem.node) + 1)).tolist()
    is_root = problem.node == problem.root[problem.school]
    goes_free = is_exempt[problem.node] & (problem.start[problem.node] == problem.school)
    return [Need(int(q), tuple(others[first[q] : first[q + 1]])) for q in np.flatnonzero(~is_root & ~goes_free)]
