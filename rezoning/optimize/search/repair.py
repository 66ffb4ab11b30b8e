"""Repair: from any assignment to one whose zones are contiguous (the second half of large neighborhood search, Shaw 1998).

Keep what hangs on to a school, grow over the rest, and route what growing cannot reach.

Routing is negotiated: a node without a zone takes the cheapest way to one through admissible nodes, what that cuts off is placed anew, and nodes
that were fought over grow dear, until nobody is left (PathFinder, McMurchie & Ebeling 1995, is this idea for wires).
"""

from __future__ import annotations

import itertools
import time

import numpy as np

from rezoning.formulation.formulation import Floats, Formulation, Ints
from rezoning.optimize.search.kernel import FIRST_NEAR, FIRST_PAIR, IS_SOURCE, SCHOOL, Int32s, SearchModel, compiled

NONE = -1


def repair_contiguity(
    formulation: Formulation, model: SearchModel, school_of_node: Ints, deadline: float, seed: int, routes: int | None = None
) -> Ints | None:
    """A contiguous assignment near the given one, rows aside; None where the time (of `time.monotonic`) was too short, or so many routes too few.

    Entries of `school_of_node` that are -1 or not admissible are free to choose.
    """
    pairs, nodes = formulation.pairs, np.arange(formulation.pairs.num_nodes)
    given = np.where((school_of_node >= 0) & (school_of_node < pairs.num_schools), school_of_node, 0)
    given = np.where((given == school_of_node) & (pairs.lookup[nodes, given] >= 0), given, NONE)
    given = np.where(pairs.choices == 1, pairs.school[pairs.first[:-1]], given)
    if not formulation.contiguity.is_exact:
        return np.where(given >= 0, given, pairs.school[pairs.first[:-1]])
    zone, wish = given.astype(np.int32), given.astype(np.int32)
    dearness = np.ones(len(nodes))
    order = np.random.default_rng(seed).permutation(len(nodes)).astype(np.int32)
    scratch = tuple(np.zeros(len(nodes), dtype=np.int32) for _ in range(2))
    cost, best_way = np.zeros(len(nodes)), np.zeros(len(nodes), dtype=np.int32)
    graph = (model.nodes[FIRST_NEAR], model.near, model.nodes[FIRST_PAIR], model.pairs[SCHOOL], model.pairs[IS_SOURCE])
    for number in itertools.count():
        _drop_loose(*graph, zone, *scratch)
        _grow(*graph, zone, wish, order, *scratch)
        left = np.flatnonzero(zone == NONE)
        if not len(left):
            return zone.astype(np.int64)
        if time.monotonic() > deadline or number == routes:
            return None
        v = int(left[np.argmax(dearness[left])])
        _route(*graph, zone, v, dearness, cost, best_way, *scratch)
    return None


@compiled
def _admits(pair_first: Int32s, school: Int32s, v: int, s: int) -> int:
    """The pair (v, s), -1 where not admissible."""
    for p in range(pair_first[v], pair_first[v + 1]):
        if school[p] == s:
            return p
    return -1


@compiled
def _drop_loose(
    near_first: Int32s, near: Int32s, pair_first: Int32s, school: Int32s, is_source: Int32s, zone: Int32s, queue: Int32s, seen: Int32s
) -> None:
    """Take the zone from every node that no way inside the zone joins to a source."""
    size = 0
    for v in range(len(zone)):
        seen[v] = 0
        p = _admits(pair_first, school, v, zone[v]) if zone[v] >= 0 else -1
        if p >= 0 and is_source[p] == 1:
            seen[v] = 1
            queue[size] = v
            size += 1
    at = 0
    while at < size:
        x = queue[at]
        at += 1
        for e in range(near_first[x], near_first[x + 1]):
            y = near[e]
            if seen[y] == 0 and zone[y] == zone[x]:
                seen[y] = 1
                queue[size] = y
                size += 1
    for v in range(len(zone)):
        if seen[v] == 0:
            zone[v] = -1


@compiled
def _grow(
    near_first: Int32s, near: Int32s, pair_first: Int32s, school: Int32s, is_source: Int32s, zone: Int32s, wish: Int32s, order: Int32s,
    queue: Int32s, seen: Int32s,
) -> None:  # fmt: skip
    """Breadth-first growth of all zones at once over nodes without one: first to the nodes that wish for the zone, then to all that may have it."""
    for i in range(len(order)):
        v = order[i]
        if zone[v] < 0:
            for p in range(pair_first[v], pair_first[v + 1]):
                if is_source[p] == 1 and (wish[v] == school[p] or wish[v] < 0):
                    zone[v] = school[p]
    for is_any in range(2):
        size = 0
        for i in range(len(order)):
            seen[order[i]] = 0
            if zone[order[i]] >= 0:
                queue[size] = order[i]
                size += 1
        at = 0
        while at < size:
            x = queue[at]
            at += 1
            for e in range(near_first[x], near_first[x + 1]):
                y = near[e]
                if zone[y] < 0 and (wish[y] == zone[x] or is_any == 1) and _admits(pair_first, school, y, zone[x]) >= 0:
                    zone[y] = zone[x]
                    queue[size] = y
                    size += 1


@compiled
def _route(
    near_first: Int32s, near: Int32s, pair_first: Int32s, school: Int32s, is_source: Int32s, zone: Int32s, v: int, dearness: Floats,
    cost: Floats, way: Int32s, queue: Int32s, is_waiting: Int32s,
) -> None:  # fmt: skip
    """Give v the zone whose cheapest way to it is cheapest, and with it every node on that way; all of them grow dearer."""
    n = len(zone)
    found, end, chosen = np.inf, -1, -1
    for first in range(pair_first[v], pair_first[v + 1]):
        s = school[first]
        reached = _cheapest(near_first, near, pair_first, school, is_source, zone, v, s, dearness, cost, way, queue, is_waiting)
        if reached >= 0 and cost[reached] < found:
            found, end, chosen = cost[reached], reached, s
    if chosen < 0:
        dearness[v] += 1.0
        return
    end = _cheapest(near_first, near, pair_first, school, is_source, zone, v, chosen, dearness, cost, way, queue, is_waiting)
    x = end
    for _ in range(n):
        zone[x] = chosen
        dearness[x] += 1.0
        if x == v:
            break
        x = way[x]


@compiled
def _cheapest(
    near_first: Int32s, near: Int32s, pair_first: Int32s, school: Int32s, is_source: Int32s, zone: Int32s, v: int, s: int,
    dearness: Floats, cost: Floats, way: Int32s, queue: Int32s, is_waiting: Int32s,
) -> int:  # fmt: skip
    """The last node of the cheapest way from v, through nodes that may have s, to zone s or a source of s; -1 for none. `way` leads back to v."""
    n = len(zone)
    for x in range(n):
        cost[x] = np.inf
        is_waiting[x] = 0
    cost[v] = 0.0
    way[v] = v
    queue[0] = v
    is_waiting[v] = 1
    at, size = 0, 1
    best, end = np.inf, -1
    while size > 0:
        x = queue[at]
        at = at + 1 if at + 1 < n else 0
        size -= 1
        is_waiting[x] = 0
        if cost[x] >= best:
            continue
        p = _admits(pair_first, school, x, s)
        if is_source[p] == 1 or zone[x] == s:
            best, end = cost[x], x
            continue
        for e in range(near_first[x], near_first[x + 1]):
            y = near[e]
            if _admits(pair_first, school, y, s) < 0:
                continue
            step = 0.0 if zone[y] == s else (0.5 if zone[y] < 0 else 1.0) * dearness[y]
            if cost[x] + step < cost[y] - 1e-9:
                cost[y] = cost[x] + step
                way[y] = x
                if is_waiting[y] == 0:
                    is_waiting[y] = 1
                    queue[(at + size) % n] = y
                    size += 1
    return end
