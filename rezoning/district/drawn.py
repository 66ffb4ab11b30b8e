"""Neighbors as they are drawn: which units share a border, how long it is, and which pieces of ground lie apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.borders import Stretches, stretches
from rezoning.district.district import Floats, Ints, Land

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.geometry import Flags, Shapes

TOLERANCE_M = 0.01
"""Borders this far apart are one border, whatever the coordinates' precision."""

ROUNDING = 1.5
"""A corner that is rounded to a grid lies at most 0.71 of the grid's step from the line that it was on, to either side."""

COARSEST_M = 0.5
"""Coarse coordinates do not widen the tolerance further: what lies between two units may be a path."""

NEAR_M = 5.0
"""Units that run along each other this near without being neighbors are told."""

NOISE_M = 0.1
"""Shorter stretches than this are lost and found at every corner."""

LOST = 0.1
"""Neighbors that face each other for this much more than what they share are told: their border is measured too short."""

SLIVER_SHARE, SLIVER_M2 = 0.01, 1000.0
"""A part smaller than both this share of its unit and this area, a house and its garden, is left by digitizing: it is no ground of its own."""


@dataclass(frozen=True, eq=False)
class Missed:
    """Two units, or two parts of one, that run along each other beyond the tolerance.

    Parameters
    ----------
    first, second
        The units; the same twice for two parts of one.
    gap_m
        How wide a gap must be forgiven for nearly all of their border to be shared.
    is_neighbor
        Whether they are neighbors all the same, by a part of it.
    """

    first: int
    second: int
    gap_m: float
    is_neighbor: bool


@dataclass(frozen=True, eq=False)
class Drawn:
    """What polygons say about neighbors.

    Parameters
    ----------
    edges, border_m
        Pairs of units that share a border, shape (e, 2), the smaller index first, sorted, unique; and its length in meters, shape (e,).
    land
        Separate pieces of ground; None where every unit is one.
    grounds
        Polygon of each piece of ground, in the order of `land`, or of each unit.
    slivers
        For each unit the number of its parts that are too small to count, shape (n,).
    missed
        Whose borders are lost, in whole or in part.
    """

    edges: Ints
    border_m: Floats
    land: Land | None
    grounds: Shapes
    slivers: Ints
    missed: tuple[Missed, ...]


def neighbors_from_polygons(
    geometry: gpd.GeoSeries, min_shared_m: float, snap_m: float = 0.0, step_m: float = 0.0, held: dict[int, tuple[float, float]] | None = None
) -> Drawn:
    """Rook adjacency: pairs of units whose borders run along each other for at least `min_shared_m`.

    Parameters
    ----------
    geometry
        Valid polygons in a projected CRS in meters, n of them, in unit order.
    min_shared_m
        Shortest shared border in meters. At 0 a common corner is enough.
    snap_m
        Widest digitizing gap or overlap, in meters, that counts as touching; at least a centimeter does.
    step_m
        The coordinates' own precision: what their last digit is in meters, 0 where they have all digits.
    held
        The place of the school that a unit holds: the part there is the unit's main one. The largest is in all others.

    Notes
    -----
    Each stretch of border goes to the nearest unit across it within the tolerance, so what several units share is counted once; its length is the
    mean of the two drawings'. Corners that face each other share nothing, however wide the tolerance.
    """
    import shapely

    parts, unit = shapely.get_parts(np.asarray(geometry.array), return_index=True)
    unit = unit.astype(np.int64)
    tolerance = max(TOLERANCE_M, min(ROUNDING * step_m, COARSEST_M), snap_m)
    found = stretches(parts, tolerance, max(NEAR_M, 2 * tolerance))
    touching = _touching(parts, tolerance) if min_shared_m == 0 else np.empty((0, 2), dtype=np.int64)
    edges, border_m = _bordering(unit, found, touching, min_shared_m)
    piece = np.arange(len(parts))
    slivers = np.zeros(len(geometry), dtype=np.int64)
    land, grounds = None, np.asarray(geometry.array)
    if len(parts) > len(geometry):
        piece, of_unit, slivers = _pieces(parts, unit, found, max(min_shared_m, TOLERANCE_M), held or {})
        grounds = _joined(parts, piece, len(of_unit))
        land = Land(of_unit, *_bordering(piece, found, touching, min_shared_m), grounds)
    return Drawn(edges, border_m, land, grounds, slivers, _missed(unit, piece, found, edges, max(min_shared_m, 1.0)))


def _touching(parts: Shapes, tolerance: float) -> Ints:
    """Polygons that touch, if only in a corner; pairs of shape (k, 2)."""
    import shapely

    hits = shapely.STRtree(parts).query(parts, predicate="dwithin", distance=tolerance)
    return np.asarray(hits[:, hits[0] < hits[1]].T, dtype=np.int64)


def _bordering(label: Ints, found: Stretches, touching: Ints, least_m: float) -> tuple[Ints, Floats]:
    """Pairs of labels of polygons that share at least so much border, and how much; polygons labelled -1 are left out."""
    shared = np.column_stack((found.first, found.second))[found.is_shared]
    pairs = np.sort(label[np.concatenate((shared, touching))], axis=1)
    length = np.concatenate((found.length[found.is_shared], np.zeros(len(touching))))
    apart = (pairs[:, 0] != pairs[:, 1]) & (pairs[:, 0] >= 0)
    pairs, place = np.unique(pairs[apart], axis=0, return_inverse=True)
    total = np.bincount(place.ravel(), weights=length[apart], minlength=len(pairs))
    kept = total >= least_m - 1e-6  # a micrometer is noise
    return pairs[kept], total[kept].astype(np.float64)


# -- pieces of ground ------------------------------------------------------------------------------------------------


def _pieces(parts: Shapes, unit: Ints, found: Stretches, least_m: float, held: dict[int, tuple[float, float]]) -> tuple[Ints, Ints, Ints]:
    """Piece of ground of each part, -1 for slivers; unit of each piece, the units' main ones first; slivers of each unit.

    Parts of one unit that share a border are one piece, as far as contiguity goes.
    """
    import shapely
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs, _ = _bordering(np.arange(len(parts)), found, np.empty((0, 2), dtype=np.int64), least_m)
    pairs = pairs[unit[pairs[:, 0]] == unit[pairs[:, 1]]]
    tied = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(parts), len(parts)))
    count, label = connected_components(tied, directed=False)
    area = np.bincount(label, weights=shapely.area(parts), minlength=count)
    owner = np.empty(count, dtype=np.int64)
    owner[label] = unit
    rank = -area
    for u, place in held.items():
        own = np.flatnonzero(unit == u)
        rank[label[own[np.argmin(shapely.distance(parts[own], shapely.points(place)))]]] = -np.inf
    order = np.lexsort((rank, owner))
    is_main = np.append(True, owner[order][1:] != owner[order][:-1])
    whole = np.bincount(owner, weights=area)[owner]
    is_sliver = (area < SLIVER_SHARE * whole) & (area < SLIVER_M2)
    main, further = order[is_main], order[~is_main]
    further = further[~is_sliver[further]]
    number = np.full(count, -1, dtype=np.int64)
    number[np.concatenate((main, further))] = np.arange(len(main) + len(further))
    slivers = np.bincount(owner[number < 0], minlength=len(main))
    return number[label], np.concatenate((owner[main], owner[further])), slivers.astype(np.int64)


def _joined(parts: Shapes, piece: Ints, count: int) -> Shapes:
    """One shape per piece of ground."""
    import shapely

    counted = np.flatnonzero(piece >= 0)
    order = counted[np.argsort(piece[counted], kind="stable")]
    return np.asarray(shapely.multipolygons(parts[order], indices=piece[order]))[:count]


# -- what is missed --------------------------------------------------------------------------------------------------


def _missed(unit: Ints, piece: Ints, found: Stretches, edges: Ints, least_m: float) -> tuple[Missed, ...]:
    """Units that would share more border if a wider gap were forgiven, and parts of one unit that would be one piece."""
    ends = np.column_stack((found.first, found.second))
    apart = unit[ends[:, 0]] != unit[ends[:, 1]]
    known = {tuple(edge) for edge in edges.tolist()}
    between = _lost(np.sort(unit[ends], axis=1), found, apart, least_m)
    inside = _lost(np.sort(piece[ends], axis=1), found, ~apart & (piece[ends] >= 0).all(axis=1) & (piece[ends[:, 0]] != piece[ends[:, 1]]), least_m)
    of_piece = dict(zip(piece.tolist(), unit.tolist(), strict=True))
    told = [Missed(u, v, gap, (u, v) in known) for (u, v), gap in between]
    return tuple(told + [Missed(of_piece[p], of_piece[q], gap, False) for (p, q), gap in inside])


def _lost(pairs: Ints, found: Stretches, among: Flags, least_m: float) -> list[tuple[tuple[int, int], float]]:
    """Pairs that face each other for long enough, a tenth of it and more beyond the tolerance; and the gap within which nine tenths of it lie."""
    pairs, length, gap, is_shared = pairs[among], found.length[among], found.gap[among], found.is_shared[among]
    distinct, place = np.unique(pairs, axis=0, return_inverse=True)
    place = place.ravel()
    total = np.bincount(place, weights=length, minlength=len(distinct))
    shared = np.bincount(place[is_shared], weights=length[is_shared], minlength=len(distinct))
    is_lost = (total >= least_m) & (total - shared >= np.where(shared < least_m, NOISE_M, np.maximum(LOST * total, least_m)))
    order = np.lexsort((gap, place))
    passed = np.cumsum(length[order])
    before = passed - length[order]
    is_first = np.append(True, place[order][1:] != place[order][:-1])[: len(order)]
    passed -= before[is_first][np.cumsum(is_first) - 1] if len(order) else 0.0
    wanted = np.maximum((1 - LOST) * total, np.minimum(least_m, total))
    enough = passed >= wanted[place[order]] - 1e-6
    width = np.full(len(distinct), np.inf)
    np.minimum.at(width, place[order][enough], gap[order][enough])
    return [((int(u), int(v)), float(width[k])) for k, (u, v) in enumerate(distinct.tolist()) if is_lost[k]]


def forgiving(missed: tuple[Missed, ...]) -> float:
    """The `snap_m` that finds all of them, in whole centimeters."""
    return math.ceil(100 * max(one.gap_m for one in missed) + 1e-6) / 100


def is_known(one: Missed, pairs: set[tuple[int, int]]) -> bool:
    """Whether links or barriers settle a pair already."""
    return (min(one.first, one.second), max(one.first, one.second)) in pairs


def widths(grounds: Shapes, label: Ints, of: Ints) -> Floats:
    """Distance from all ground with each of the labels to the nearest other ground, in meters; shape (len(of),)."""
    import shapely

    found = []
    for one in of.tolist():
        inside: Flags = label == one
        _, distance = shapely.STRtree(grounds[~inside]).query_nearest(grounds[inside], return_distance=True)
        found.append(float(distance.min()))
    return np.array(found)
