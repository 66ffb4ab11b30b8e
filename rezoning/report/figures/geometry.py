"""Outlines of maps: polygons as paths, unions without slivers, the frame, and points of schools."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.errors import DataError, Problem
from rezoning.report.places import points_inside


def shapes(district: District) -> NDArray[Any]:
    """Polygon of each unit, shape (n,)."""
    if district.geometry is None:
        raise DataError(Problem("data.units", "a map needs polygons.", "Give the units as a layer of polygons."))
    return np.asarray(district.geometry.array)


@lru_cache(maxsize=1)  # the maps of one district are drawn one after the other
def is_coverage(district: District) -> bool:
    """Whether units meet without gaps or overlaps, so that they can be joined the quick way."""
    import shapely

    return bool(shapely.coverage_is_valid(shapes(district), gap_width=2 * sliver(district)))


def union(district: District, units: NDArray[Any]) -> Any:
    """One path round some units, see `joined`."""
    return path(joined(district, units))


def joined(district: District, units: NDArray[Any]) -> Any:
    """The shape of some units, without the gaps up to twice `sliver` wide that careless digitizing leaves between them."""
    import shapely

    polygons = shapes(district)[units]
    if is_coverage(district):
        return shapely.normalize(shapely.coverage_union_all(polygons))  # holes run against their shells, so that they stay holes
    wide = sliver(district)
    wider = shapely.buffer(shapely.union_all(polygons), wide, join_style="mitre")
    return shapely.buffer(wider, -wide, join_style="mitre")


def path(shape: Any) -> Any:
    """A polygon or several, holes and all, as one path of matplotlib."""
    import shapely
    from matplotlib.path import Path as Outline

    rings = [shapely.get_coordinates(ring) for polygon in shapely.get_parts(shape) for ring in shapely.get_rings(polygon)]
    outlines = [Outline(ring, closed=True) for ring in rings if len(ring) > 2]
    return Outline.make_compound_path(*outlines) if outlines else Outline(np.zeros((0, 2)))


def school_points(district: District) -> NDArray[np.float64]:
    """A point inside the unit of each school."""
    inside = points_inside(shapes(district), district.school_unit.tolist())
    return np.array([(point.x, point.y) for point in inside]).reshape(-1, 2)


def frame(district: District) -> tuple[float, float, float, float]:
    """West, south, east and north of the map, with a little room around the district."""
    import shapely

    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes(district)))
    room = 0.02 * (max(east - west, north - south) or 1.0)
    return west - room, south - room, east + room, north + room


def sliver(district: District) -> float:
    """Half the width of a gap that nobody could see on the map."""
    west, south, east, north = frame(district)
    return 2e-4 * max(east - west, north - south)


def round_length(meters: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10.0 ** np.floor(np.log10(meters))
    return float(max(step for step in (1, 2, 5) if step * power <= meters * (1 + 1e-9)) * power)
