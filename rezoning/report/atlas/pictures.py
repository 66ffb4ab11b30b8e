"""Pictures of zones for paper and for readers without scripts: a few outlines as SVG paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.report.atlas.coverage import Grid, simplified

if TYPE_CHECKING:
    from rezoning.report.basemap import Basemap

Ints = NDArray[np.int64]
Place = tuple[float, float] | None  # on the grid; None for a school that is closed everywhere

MOST_POINTS = 3000  # of all zones of one picture
WIDTH = 1000.0  # of a picture's coordinates


DOT = 26.0
"""Half the width of what stands for a school."""


def base_of_pictures(base: Basemap | None, grid: Grid, points: list[Place]) -> dict[str, Any] | None:
    """What lies under the zones of all pictures of a district; None without a base."""
    import shapely

    from rezoning.report.atlas.under import under

    if base is None:
        return None
    bounds = tuple(shapely.total_bounds(grid.shapes))
    scale = WIDTH / max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    dots = [(x * scale - DOT, y * scale - DOT, x * scale + DOT, y * scale + DOT) for x, y in filter(None, points)]
    return under(base, grid, bounds, scale, dots)


def pictures(grid: Grid, views: list[tuple[str, str, Ints]], colors: list[str], points: list[Place]) -> list[dict[str, Any]]:
    """A picture of every view: zones as filled outlines, schools as places of their numbers, and the area that changes against the first of them.

    Parameters
    ----------
    views
        Key, name and zone of each unit.
    colors, points
        Fill and place on the grid of each school.
    """
    import shapely

    west, south, east, north = shapely.total_bounds(grid.shapes)
    scale = WIDTH / max(east - west, north - south)
    height = round((north - south) * scale, 1)
    size = [round((east - west) * scale, 1), height]
    before = views[0][2] if views and views[0][0] == "today" else None
    found = []
    for key, name, zone in views:
        changed = np.zeros(len(zone), dtype=bool) if before is None else (before >= 0) & (before != zone)
        found.append({
            "key": key,
            "name": name,
            "size": size,
            "zones": [{"fill": colors[s], "path": path} for s, path in _outlines(grid, zone, scale, height) if s >= 0],
            "changed": path_of(_region(grid, changed), scale, height),
            "dots": _dots(points, zone, scale, height),
        })  # fmt: skip
    return found


def _outlines(grid: Grid, zone: Ints, scale: float, height: float) -> list[tuple[int, str]]:
    """The outline of each zone, by the school's index, simplified together so that neighbors stay neighbors."""
    import shapely

    schools = np.unique(zone)
    regions = np.array([shapely.coverage_union_all(grid.shapes[zone == s]) for s in schools], dtype=object)
    shapes = simplified(regions, MOST_POINTS)
    return [(int(s), path_of(shape, scale, height)) for s, shape in zip(schools, shapes, strict=True)]


def _region(grid: Grid, chosen: NDArray[np.bool_]) -> Any:
    import shapely

    region = shapely.coverage_union_all(grid.shapes[chosen])
    return region if region.is_empty else simplified(np.array([region], dtype=object), MOST_POINTS)[0]


def path_of(shape: Any, scale: float, height: float) -> str:
    """All rings as one path of SVG, y downwards, in whole tenths."""
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shape))
    found = []
    for ring in rings:
        points = shapely.get_coordinates(ring)[:-1] * scale
        found.append("M" + "L".join(f"{x:.1f} {height - y:.1f}" for x, y in points) + "Z")
    return "".join(found)


def _dots(points: list[Place], zone: Ints, scale: float, height: float) -> list[dict[str, Any]]:
    """The place of each school that has a zone, with its number on the map."""
    used = set(np.unique(zone).tolist())
    return [
        {"number": s + 1, "x": round(point[0] * scale, 1), "y": round(height - point[1] * scale, 1)}
        for s, point in enumerate(points)
        if point is not None and s in used
    ]
