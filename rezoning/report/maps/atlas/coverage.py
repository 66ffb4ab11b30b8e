"""Shapes of units on a grid of whole numbers: without gaps or overlaps, with no more points than a page can carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import geopandas as gpd

Shapes = NDArray[Any]  # of shapely geometries
Floats = NDArray[np.float64]
Units = NDArray[np.int64]

EARTH_M = 6378137.0
"""Radius of the sphere of web maps."""

CELLS = 2**16  # of the grid along the longer side of the district: a twentieth of a pixel at the first view
SLIVER = 16.0  # a gap at most this many cells wide is careless digitizing, not a place
SPECK = 12.0  # side of what stands for a unit that wholly lies under others, in cells
FINEST = 6.0  # first tolerance of simplifying, in cells: nothing that can be seen before zooming in far
MOST_POINTS = 260_000  # of all rings together; neighbors count a shared border twice


@dataclass(frozen=True, eq=False)
class Grid:
    """Units on a grid of spherical Mercator, which web maps draw without any further bending.

    Parameters
    ----------
    origin
        West and south edge in meters of the Mercator map.
    step
        Width of a cell in such meters.
    shapes
        Polygons with whole coordinates, in unit order, shape (n,). None is empty.
    """

    origin: tuple[float, float]
    step: float
    shapes: Shapes

    def bounds(self) -> list[list[float]]:
        """South-west and north-east corner as latitude and longitude."""
        import shapely

        west, south, east, north = shapely.total_bounds(self.shapes)
        return [self._degrees(west, south), self._degrees(east, north)]

    def degrees(self, points: Floats) -> list[list[float]]:
        """Latitude and longitude of points of the grid, shape (k, 2)."""
        return [self._degrees(x, y) for x, y in points]

    def _degrees(self, x: float, y: float) -> list[float]:
        east, north = self.origin[0] + x * self.step, self.origin[1] + y * self.step
        latitude = 2 * np.arctan(np.exp(north / EARTH_M)) - np.pi / 2
        return [round(float(np.degrees(latitude)), 6), round(float(np.degrees(east / EARTH_M)), 6)]


def gridded(geometry: gpd.GeoSeries, most_points: int = MOST_POINTS) -> Grid:
    """Shapes of all units on the grid, mended where they gap or overlap, simplified to at most so many points if that is possible."""
    import shapely

    shapes = np.asarray(geometry.to_crs(3857).array)
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    step = max(0.25, max(east - west, north - south) / CELLS)
    exact = shapely.transform(shapes, lambda points: (points - (west, south)) / step)
    return Grid((west, south), step, simplified(_whole(exact), most_points))


def simplified(shapes: Shapes, most_points: int) -> Shapes:
    """The same coverage with fewer points: the first of ever coarser tolerances that leaves few enough, or the last that makes a difference.

    Simplifying only leaves points out, so that what is on the grid stays there, and keeps every ring.
    """
    import shapely

    tolerance, found = FINEST, shapes
    while True:
        coarser = shapely.coverage_simplify(shapes, tolerance)
        if not _is_coverage(coarser, 0.0):
            return found
        before, after = _num_points(found), _num_points(coarser)
        found, tolerance = coarser, 2 * tolerance
        if after <= most_points or (after == before and tolerance > CELLS):
            return found


def _num_points(shapes: Shapes) -> int:
    import shapely

    return int(shapely.get_num_coordinates(shapes).sum())


def _is_coverage(shapes: Shapes, gap: float) -> bool:
    return not len(_faulty(shapes, gap))


def _faulty(shapes: Shapes, gap: float) -> Units:
    """Units whose shape is broken, or overlaps others, or leaves a gap to them that is no wider."""
    import shapely

    is_broken = ~shapely.is_valid(shapes) | shapely.is_empty(shapes)
    return np.flatnonzero(is_broken | ~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=gap)))


def _whole(exact: Shapes) -> Shapes:
    """Shapes whose corners are moved to the grid; where that, or the input, leaves no clean coverage, they are drawn anew from all borders there.

    A few faults in a large district are mended in their neighborhood; everything is drawn anew only when that leaves faults elsewhere.
    """
    import shapely

    rounded = shapely.transform(exact, np.round)
    faulty = _faulty(rounded, SLIVER)
    if not len(faulty):
        return rounded
    around = np.unique(shapely.STRtree(exact).query(exact[faulty], predicate="intersects")[1])
    found = rounded.copy()
    found[around] = _drawn_anew(exact[around])
    return found if _is_coverage(found, 0.0) else _drawn_anew(exact)


def _drawn_anew(exact: Shapes) -> Shapes:
    """All borders crossed with each other on the grid, and every face between them given to one unit."""
    import shapely

    corners = shapely.transform(shapely.boundary(exact), np.round)
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(corners, grid_size=1.0)]))
    owner = _owners(faces, exact)
    _close_gaps(faces, owner)
    lost = np.setdiff1d(np.arange(len(exact)), owner)
    if len(lost):
        return _drawn_anew(_with_specks(exact, lost))
    return np.array([shapely.coverage_union_all(faces[owner == u]) for u in range(len(exact))], dtype=object)


def _with_specks(exact: Shapes, lost: Units) -> Shapes:
    """Shapes where each unit that has no area to itself is a small triangle in its place: no unit vanishes from the map."""
    import shapely

    found = exact.copy()
    corners = np.floor(shapely.get_coordinates(shapely.point_on_surface(exact[lost])))
    for k, (u, (x, y)) in enumerate(zip(lost, corners, strict=True)):  # side by side, for several may lie in one place
        west = x + 2 * SPECK * k
        found[u] = shapely.Polygon([(west, y), (west + SPECK, y), (west, y + SPECK)])
    return found


def _owners(faces: Shapes, exact: Shapes) -> Units:
    """The unit that each face lies in, the smallest where units overlap; -1 for a gap."""
    import shapely

    inside = shapely.point_on_surface(faces)
    face, unit = shapely.STRtree(exact).query(inside, predicate="within")
    owner = np.full(len(faces), -1, dtype=np.int64)
    order = np.lexsort((unit, shapely.area(exact[unit])))[::-1]  # the smallest is written last
    owner[face[order]] = unit[order]
    return owner


def _close_gaps(faces: Shapes, owner: Units) -> None:
    """Give each narrow gap to the unit that it shares most of its border with."""
    import shapely

    open_faces = np.flatnonzero(owner < 0)
    narrow = open_faces[shapely.is_empty(shapely.buffer(faces[open_faces], -SLIVER / 2))]
    covered = np.flatnonzero(owner >= 0)
    if not len(narrow) or not len(covered):
        return
    gap, near = shapely.STRtree(faces[covered]).query(faces[narrow], predicate="intersects")
    shared = shapely.length(shapely.intersection(shapely.boundary(faces[narrow[gap]]), shapely.boundary(faces[covered[near]])))
    for k in np.argsort(shared, kind="stable"):  # the longest is written last
        if shared[k] > 0:
            owner[narrow[gap[k]]] = owner[covered[near[k]]]
