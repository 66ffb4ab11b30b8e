"""Shortest ways from every unit to every school over a network of streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from rezoning.district.district import Floats, Ints
from rezoning.district.streets.network import Network, plane

AT_ONCE = 4_000_000
"""Numbers that one call of the search may hold: bounds the memory of large networks with many schools."""

NEXT_TO_NOTHING = 1e-9
"""Minutes in place of none: a way that takes no time would be none in a sparse matrix."""

AT_THE_END = 1e-9
"""Share of a stretch that is no way to go."""

CORNER_M = 0.5
"""Who is so near to the end of a stretch is at the corner, and goes off into any street: files round differently, and no trip hangs on that."""


@dataclass(frozen=True, eq=False)
class Snapped:
    """Points on the streets next to them.

    Parameters
    ----------
    stretch
        The stretch of street, shape (k,).
    share
        How far along it, 0 to 1.
    gap_m
        Meters from the point to there; infinite for a point that is nowhere.
    """

    stretch: Ints
    share: Floats
    gap_m: Floats


def snapped(network: Network, *places: Floats) -> tuple[Snapped, ...]:
    """Find the nearest stretch of street of places in degrees, shape (k, 2) each; of several as near the first."""
    import shapely

    every = np.concatenate(places)
    known = np.isfinite(every).all(axis=1)
    center = np.mean(every[known], axis=0)
    lines, spots = _lines(network, center), shapely.points(plane(every[known], center))
    which, near = shapely.STRtree(lines).query_nearest(spots)
    order = np.lexsort((near, which))
    near = near[order][np.unique(which[order], return_index=True)[1]]
    stretch, share, gap = np.zeros(len(every), dtype=np.int64), np.zeros(len(every)), np.full(len(every), np.inf)
    stretch[known] = near
    along, whole = shapely.line_locate_point(lines[near], spots), shapely.length(lines[near])
    at_corner = np.minimum(along, whole - along) <= CORNER_M
    share[known] = np.where(at_corner, along > whole / 2, along / np.maximum(whole, CORNER_M))
    gap[known] = shapely.distance(lines[near], spots)
    ends = np.cumsum([len(some) for some in places])[:-1]
    return tuple(Snapped(*parts) for parts in zip(np.split(stretch, ends), np.split(share, ends), np.split(gap, ends), strict=True))


def _lines(network: Network, center: Floats) -> NDArray[Any]:
    """Stretches as lines in meters round a center."""
    import shapely

    sizes = network.last - network.first + 1
    owner = np.repeat(np.arange(len(sizes)), sizes)
    vertex = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + network.first[owner]
    return np.asarray(shapely.linestrings(plane(network.points[vertex], center), indices=owner))


def minutes(network: Network, units: Snapped, schools: Snapped, walking_kmh: float) -> Floats:
    """Minutes from every unit to every school, shape (n, m): on foot to the street, along streets, on foot to the school."""
    found = np.empty((len(units.stretch), len(schools.stretch)))
    step = max(1, AT_ONCE // (network.num_nodes + 1))
    for begin in range(0, len(schools.stretch), step):
        now = slice(begin, begin + step)
        some = Snapped(schools.stretch[now], schools.share[now], schools.gap_m[now])
        found[:, now] = _along(network, units, some)
    return found + 0.06 / walking_kmh * (units.gap_m[:, None] + schools.gap_m[None, :])


def _along(network: Network, units: Snapped, schools: Snapped) -> Floats:
    """Minutes along streets alone."""
    to_school = _from_nodes(network, schools)
    ends, way, share = network.ends[units.stretch], network.minutes[units.stretch], units.share
    steps = np.column_stack([share, 1 - share])  # to the first end, against the line, and to the last
    leave = _part(way[:, ::-1], steps) + np.where(steps > AT_THE_END, network.delay[ends], 0.0)
    found = np.minimum(leave[:, :1] + to_school[:, ends[:, 0]].T, leave[:, 1:] + to_school[:, ends[:, 1]].T)
    same = units.stretch[:, None] == schools.stretch[None, :]
    ahead = schools.share[None, :] - share[:, None]
    direct = np.where(ahead >= 0, _part(way[:, :1], ahead), _part(way[:, 1:], -ahead))
    nearer: Floats = np.where(same, np.minimum(found, direct), found)
    return nearer


def _from_nodes(network: Network, schools: Snapped) -> Floats:
    """Minutes from every node to every school, shape (m, nodes): backwards from schools that are nodes of their own."""
    start, end, cost = network.arcs()
    ends, way, m = network.ends[schools.stretch], network.minutes[schools.stretch], len(schools.stretch)
    own = network.num_nodes + np.arange(m)
    arrive = np.concatenate([_part(way[:, 0], schools.share), _part(way[:, 1], 1 - schools.share)])
    into = np.concatenate([ends[:, 0], ends[:, 1]])
    can = np.isfinite(arrive)
    graph = _backwards(
        np.concatenate([start, into[can]]), np.concatenate([end, np.tile(own, 2)[can]]), np.concatenate([cost, arrive[can]]), network.num_nodes + m
    )
    return np.asarray(dijkstra(graph, indices=own))[:, : network.num_nodes]


def _part(whole: Floats, share: Floats) -> Floats:
    """A share of a time; a way that may not be gone takes forever, even a step of it, and no step takes no time."""
    can = np.isfinite(whole)
    return np.where(share <= AT_THE_END, 0.0, np.where(can, np.where(can, whole, 0.0) * share, np.inf))


def _backwards(start: Ints, end: Ints, cost: Floats, size: int) -> csr_array:
    """Arcs turned round, the cheapest where several lead the same way (a sparse matrix would add them up)."""
    pair = end * size + start
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    first = np.flatnonzero(np.append(True, np.diff(pair) != 0))
    row, column = np.divmod(pair[first], size)
    pointer = np.searchsorted(row, np.arange(size + 1))
    least = np.maximum(np.minimum.reduceat(cost[order], first), NEXT_TO_NOTHING)
    return csr_array((least, column.astype(np.int32), pointer.astype(np.int32)), shape=(size, size))
