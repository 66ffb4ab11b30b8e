"""Borders as arcs, each kept once for both units beside it, written as a short text of letters and digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
OUTSIDE = -1
WIDE = 2**24  # more than any coordinate on the grid, so that x and y make one number


@dataclass(frozen=True, eq=False)
class Arc:
    """A line between two points where more than two borders meet, or a whole ring.

    Parameters
    ----------
    left, right
        The units on either side, seen along the line; `right` may be OUTSIDE.
    points
        Whole coordinates, shape (k, 2); the last is the first of a ring.
    """

    left: int
    right: int
    points: Ints


def arcs_of(shapes: NDArray[Any]) -> list[Arc]:
    """Every border between units, or between a unit and the outside, once; sorted by the unit on the left.

    Parameters
    ----------
    shapes
        Polygons of a coverage with whole coordinates, shape (n,).
    """
    start, end, unit = _directed_edges(shapes)
    places, index = np.unique(np.concatenate((start, end)), return_inverse=True)
    a, b = index.reshape(2, -1)
    pairs, edge = np.unique(np.column_stack((np.minimum(a, b), np.maximum(a, b))), axis=0, return_inverse=True)
    edge = edge.ravel()
    sides = np.full((len(pairs), 2), OUTSIDE, dtype=np.int64)  # left and right, seen from the lower place to the higher
    sides[edge, np.where(a < b, 0, 1)] = unit
    points = np.column_stack((places // WIDE, places % WIDE))
    found = []
    for first, is_forward, walk in _walks(pairs, len(places)):
        left, right = sides[first].tolist() if is_forward else sides[first, ::-1].tolist()
        found.append(_turned(Arc(left, right, points[walk])))
    return sorted(found, key=lambda arc: (arc.left, arc.right, arc.points[:2].tolist()))


def _directed_edges(shapes: NDArray[Any]) -> tuple[Ints, Ints, Ints]:
    """Start, end and unit of every edge, the unit on its left; places as one number each."""
    import shapely

    parts, part_unit = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.round(points).astype(np.int64)
    place = whole[:, 0] * WIDE + whole[:, 1]
    is_edge = (ring[:-1] == ring[1:]) & (place[:-1] != place[1:])
    return place[:-1][is_edge], place[1:][is_edge], part_unit[ring_part[ring[:-1][is_edge]]].astype(np.int64)


def _walks(pairs: Ints, num_places: int) -> list[tuple[int, bool, list[int]]]:
    """Lines along edges from one junction to the next, then the rings without a junction: first edge, its direction, and the places passed."""
    at: list[list[int]] = [[] for _ in range(num_places)]
    ends = pairs.tolist()
    for k, (low, high) in enumerate(ends):
        at[low].append(k)
        at[high].append(k)
    used = bytearray(len(ends))
    found = []

    def walk(first: int, place: int) -> None:
        way, edge = [place], first
        while True:
            used[edge] = 1
            low, high = ends[edge]
            place = high if place == low else low
            way.append(place)
            onward = [k for k in at[place] if not used[k]] if len(at[place]) == 2 else []
            if not onward:
                break
            edge = onward[0]
        found.append((first, ends[first][0] == way[0], way))

    junctions = [place for place in range(num_places) if len(at[place]) != 2]
    for place in (*junctions, *range(num_places)):
        for edge in at[place]:
            if not used[edge]:
                walk(edge, place)
    return found


def _turned(arc: Arc) -> Arc:
    """The arc in the direction that has the lower unit, and never the outside, on its left."""
    if arc.right == OUTSIDE or 0 <= arc.left < arc.right:
        return arc
    return Arc(arc.right, arc.left, arc.points[::-1])


def packed(arcs: list[Arc]) -> str:
    """All arcs as one text: for each the step from the last `left`, `right` - `left`, the number of points, and the steps from point to point.

    Numbers are written five bits a letter, the lowest first, with the sign in the lowest bit of all and a sixth bit that says that more follow.
    """
    if not arcs:
        return ""
    steps = np.diff(np.concatenate([np.zeros((1, 2), dtype=np.int64), *(arc.points for arc in arcs)]), axis=0).ravel()
    sides = np.array([(arc.left, arc.right) for arc in arcs])
    sizes = np.array([len(arc.points) for arc in arcs])
    heads = np.column_stack((np.diff(sides[:, 0], prepend=0), sides[:, 1] - sides[:, 0], sizes))
    starts = np.concatenate(([0], np.cumsum(2 * sizes)[:-1]))
    return letters(np.insert(steps, np.repeat(starts, 3), heads.ravel()))


def letters(numbers: Ints) -> str:
    """Whole numbers as a text, five bits a letter: see `packed`."""
    rest = np.where(numbers >= 0, 2 * numbers, -2 * numbers - 1)
    signs = np.frombuffer(LETTERS.encode(), dtype=np.uint8)
    columns, used = [], []
    has_more = np.ones(len(rest), dtype=bool)
    while has_more.any():
        used.append(has_more)
        has_more = has_more & (rest >= 32)
        columns.append(signs[rest & 31 | np.where(has_more, 32, 0)])
        rest = rest >> 5
    return str(np.column_stack(columns)[np.column_stack(used)].tobytes(), "ascii")
