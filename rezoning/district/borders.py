"""Where the borders of polygons run along each other: found segment by segment, so that neither T-junctions nor noise lose a stretch.

A drawn border is never quite the same line twice: a unit lacks the vertex at which two others meet, coordinates are rounded, projecting bends long
straight lines apart. So segments of two polygons share a stretch where one, looked at across, faces the other within a tolerance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import Floats, Ints
from rezoning.district.geometry import Shapes

BEND = 4e-8
"""Meters that projecting may bend a straight line of 1 m away from its chord, times its length in meters: 4 cm for 1 km, 1 m for 5 km."""

WIDEST_BEND_M = 1.0

LONGEST_M = 100.0
"""Longer segments are looked at in pieces, so that few others are near each."""

FACING = -0.5
"""Cosine between two segments that face each other at most: rings run the same way round, so two sides of one border run in opposite ways."""

STEEPEST = 0.2
"""Borders that open up faster than this only meet in a corner; what lies within the tolerance of it is no border."""

AT_ONCE = 100_000
"""Segments that are held against those near them in one go: some 300 MB."""


class Stretches(NamedTuple):
    """Stretches along which two polygons face each other.

    A stretch that both draw alike stands here once; any other stands here as each of the two draws it, with half of its length each.

    Parameters
    ----------
    first, second
        The polygons of each stretch, shape (k,); first < second.
    length
        In meters, shape (k,).
    gap
        Widest distance between the two drawings, in meters, shape (k,).
    is_shared
        Whether it lies within the tolerance, shape (k,).
    """

    first: Ints
    second: Ints
    length: Floats
    gap: Floats
    is_shared: NDArray[np.bool_]


class _Segments(NamedTuple):
    start: Floats  # (k, 2)
    end: Floats  # (k, 2)
    owner: Ints  # polygon, (k,)
    drawn: Floats  # length of the segment as it was drawn, (k,)

    def kept(self, where: NDArray[np.bool_] | Ints) -> _Segments:
        return _Segments(self.start[where], self.end[where], self.owner[where], self.drawn[where])


def stretches(polygons: Shapes, tolerance_m: float, near_m: float) -> Stretches:
    """All stretches along which two polygons face each other at most `near_m` apart, each given to the nearest one across.

    Parameters
    ----------
    polygons
        Valid polygons of one part each, in meters.
    tolerance_m
        Widest gap or overlap of a shared border; long straight segments are granted what projecting may bend them, at most 1 m.
    near_m
        Widest gap that is looked at.
    """
    segments = _segments(polygons)
    pairs, alike = _drawn_alike(segments)
    length = np.hypot(*(segments.end - segments.start).T)[pairs[:, 0]]
    both = np.sort(segments.owner[pairs], axis=1)
    found = [Stretches(both[:, 0], both[:, 1], length, np.zeros(len(length)), np.ones(len(length), dtype=bool))]
    rest = _in_pieces(segments.kept(~alike))
    for one, other in _close(rest, near_m):
        found.append(_facing(rest, one, other, tolerance_m, near_m))
    return Stretches(*(np.concatenate(fields) for fields in zip(*found, strict=True)))


def _segments(polygons: Shapes) -> _Segments:
    """Segments of all rings, the ground on their left."""
    import shapely

    rings, polygon = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[1:] == ring[:-1]
    start, end = points[:-1][follows] + 0.0, points[1:][follows] + 0.0  # no negative zeros: they are compared bit by bit
    length = np.hypot(*(end - start).T)
    return _Segments(start, end, polygon[ring[:-1][follows]].astype(np.int64), length).kept(length > 0)


def _drawn_alike(segments: _Segments) -> tuple[Ints, NDArray[np.bool_]]:
    """Segments of two polygons with the same ends, pairs of shape (k, 2); and whether each segment is one of them, shape (all,)."""
    step = segments.end - segments.start
    turned = ((step[:, 0] < 0) | ((step[:, 0] == 0) & (step[:, 1] < 0)))[:, None]
    ends = np.where(turned, np.column_stack((segments.end, segments.start)), np.column_stack((segments.start, segments.end)))
    order = np.lexsort(ends.T)
    same = np.append((ends[order][1:] == ends[order][:-1]).all(axis=1), False)
    here = np.flatnonzero(same & ~np.append(False, same[:-1]) & ~np.append(same[1:], False))  # exactly two of a kind
    pairs = np.column_stack((order[here], order[here + 1]))
    pairs = pairs[segments.owner[pairs[:, 0]] != segments.owner[pairs[:, 1]]]
    alike = np.zeros(len(order), dtype=bool)
    alike[pairs.ravel()] = True
    return pairs, alike


def _in_pieces(segments: _Segments) -> _Segments:
    """The same segments, cut where they are longer than `LONGEST_M`."""
    count = np.maximum(1, np.ceil(segments.drawn / LONGEST_M)).astype(np.int64)
    which = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    way = (segments.end - segments.start)[which]
    low, high = (place / count[which])[:, None], ((place + 1) / count[which])[:, None]
    start = segments.start[which] + low * way
    end = np.where(high == 1, segments.end[which], segments.start[which] + high * way)
    return _Segments(start, end, segments.owner[which], segments.drawn[which])


def _close(segments: _Segments, near_m: float) -> list[tuple[Ints, Ints]]:
    """Segments and others near them, of other polygons and running the other way, in handy chunks; all others of one are in its chunk."""
    import shapely

    lines: Shapes = np.asarray(shapely.linestrings(np.stack((segments.start, segments.end), axis=1)))
    tree, way = shapely.STRtree(lines), (segments.end - segments.start) / np.hypot(*(segments.end - segments.start).T)[:, None]
    chunks = []
    for first in range(0, len(lines), AT_ONCE):
        one, other = tree.query(lines[first : first + AT_ONCE], predicate="dwithin", distance=near_m).astype(np.int64)
        one += first
        kept = (segments.owner[one] != segments.owner[other]) & ((way[one] * way[other]).sum(axis=1) < FACING)
        chunks.append((one[kept], other[kept]))
    return chunks


def _facing(segments: _Segments, one: Ints, other: Ints, tolerance_m: float, near_m: float) -> Stretches:
    """Stretches of `one` that face `other`; where several do, the nearest has the stretch."""
    low, high, offset, slope = _overlap(segments, one, other, near_m)
    some = high > low
    one, other = one[some], other[some]
    low, high, offset, slope = low[some], high[some], offset[some], slope[some]
    choice, low, high = _nearest(one, low, high, offset, slope)
    one, other, offset, slope = one[choice], other[choice], offset[choice], slope[choice]
    bend = np.minimum(BEND * np.maximum(segments.drawn[one], segments.drawn[other]) ** 2, WIDEST_BEND_M)
    granted = np.maximum(tolerance_m, bend)
    inner_low, inner_high = _within(low, high, offset, slope, granted)
    is_cut = (inner_low > low) | (inner_high < high)
    inner = np.where(is_cut & (np.abs(slope) > STEEPEST), 0.0, np.maximum(inner_high - inner_low, 0.0))
    gap = np.maximum(np.abs(offset + slope * low), np.abs(offset + slope * high))
    outer = np.where(is_cut & (gap < near_m), high - low - inner, 0.0)  # borders that open up to more than what is near meet in a corner
    both = np.sort(np.column_stack((segments.owner[one], segments.owner[other])), axis=1)
    parts = [(inner > 0, inner, np.minimum(gap, granted), True), (outer > 0, outer, gap, False)]
    found = [Stretches(both[at, 0], both[at, 1], length[at] / 2, width[at], np.full(int(at.sum()), inside)) for at, length, width, inside in parts]
    return Stretches(*(np.concatenate(fields) for fields in zip(*found, strict=True)))


def _overlap(segments: _Segments, one: Ints, other: Ints, near_m: float) -> tuple[Floats, Floats, Floats, Floats]:
    """What of `one` the other covers, looked at across, as distances from its start; and the offset there: ``offset + slope * distance``."""
    start, way = segments.start[one], segments.end[one] - segments.start[one]
    size = np.hypot(*way.T)
    along = way / size[:, None]
    across = np.column_stack((-along[:, 1], along[:, 0]))
    tail, head = segments.start[other] - start, segments.end[other] - start
    far, close = (tail * along).sum(axis=1), (head * along).sum(axis=1)  # the other runs against us
    off_far, off_close = (tail * across).sum(axis=1), (head * across).sum(axis=1)
    slope = (off_far - off_close) / (far - close)
    offset = off_close - slope * close
    low, high = _within(np.maximum(close, 0.0), np.minimum(far, size), offset, slope, np.full(len(size), near_m))
    return low, high, offset, slope


def _within(low: Floats, high: Floats, offset: Floats, slope: Floats, limit: Floats) -> tuple[Floats, Floats]:
    """Where from low to high the offset is at most `limit` to either side."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.sort(np.stack(((-limit - offset) / slope, (limit - offset) / slope)), axis=0)
    flat = np.abs(slope) * (np.abs(low) + np.abs(high)) < 1e-12
    inside = flat & (np.abs(offset) <= limit)
    first = np.where(inside, low, np.where(flat, np.inf, np.maximum(low, ends[0])))
    last = np.where(inside, high, np.where(flat, -np.inf, np.minimum(high, ends[1])))
    return first, last


def _nearest(one: Ints, low: Floats, high: Floats, offset: Floats, slope: Floats) -> tuple[Ints, Floats, Floats]:
    """Cut each segment wherever what covers it begins or ends, and choose the nearest cover of each cell.

    Returns
    -------
    The choice of each cell that is covered, as an index into the arrays given; where the cell begins and ends.
    """
    if not len(one):
        return np.zeros(0, dtype=np.int64), low, high
    owner, at = np.concatenate((one, one)), np.concatenate((low, high))
    order = np.lexsort((at, owner))
    is_new = np.append(True, (owner[order][1:] != owner[order][:-1]) | (at[order][1:] != at[order][:-1]))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(is_new) - 1
    cuts = at[order][is_new]
    count = place[len(one) :] - place[: len(one)]
    which = np.repeat(np.arange(len(one)), count)
    cell = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + place[which]
    middle = (cuts[cell] + cuts[cell + 1]) / 2
    ranked = np.lexsort((np.abs(offset[which] + slope[which] * middle), cell))
    best = ranked[np.append(True, cell[ranked][1:] != cell[ranked][:-1])]
    cell = cell[best]
    return which[best], cuts[cell], cuts[cell + 1]
