"""Pictures of zones for paper and for readers without scripts: a few outlines as SVG paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.report.maps.atlas.coverage import Grid, simplified
from rezoning.report.maps.atlas.labels import in_grid, regions, written

if TYPE_CHECKING:
    from rezoning.report.maps.atlas.places import Place
    from rezoning.report.maps.atlas.views import DrawnView
    from rezoning.report.maps.basemap import Basemap
    from rezoning.report.maps.colors import Fill

Ints = NDArray[np.int64]

MOST_POINTS = 3000  # of all zones of one picture
WIDTH = 1000.0  # of a picture's coordinates


def base_of_pictures(base: Basemap | None, grid: Grid, drawn: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What lies under the zones of all pictures of a district, with names where none of the pictures has anything written; None without a base."""
    import shapely

    from rezoning.report.maps.atlas.under import under

    if base is None:
        return None
    scale, _, height = _scale(grid)
    taken = {(left, height - low, right, height - high) for picture in drawn for left, high, right, low in picture["taken"]}
    return under(base, grid, tuple(shapely.total_bounds(grid.shapes)), scale, sorted(taken))


def pictures(grid: Grid, views: list[tuple[DrawnView, str]], fills: Sequence[Fill], points: list[Place]) -> list[dict[str, Any]]:
    """A picture of every view: zones as filled outlines, schools with their names, and the area that changes against the first of them.

    Parameters
    ----------
    views
        Each with what it is called.
    fills, points
        Fill and place on the grid of each school.
    """
    scale, width, height = _scale(grid)
    found = []
    for view, name in views:
        key, drawn, zone = view.key, view.drawn, view.drawn.zone
        used = set(np.unique(zone).tolist()) | set(() if drawn.pairing is None else drawn.pairing.cluster_of)
        schools = {s: (point[0] * scale, height - point[1] * scale) for s, point in enumerate(points) if point is not None and s in used}
        rooms = [(one.x * scale, height - one.y * scale, one.radius * scale, one.school) for one in regions(in_grid(grid), drawn.before, zone)]
        labels = written(schools, drawn.names, drawn.targets, rooms, (0.0, 0.0, width, height))
        found.append({
            "key": key,
            "name": name,
            "size": [width, height],
            "zones": [{**asdict(fills[s]), "path": path} for s, path in _outlines(grid, zone, scale, height) if s >= 0],
            "changed": path_of(_region(grid, drawn.changed), scale, height),
            "dots": labels.dots,
            "names": labels.names,
            "arrows": labels.arrows,
            "taken": labels.boxes,
        })  # fmt: skip
    return found


def _scale(grid: Grid) -> tuple[float, float, float]:
    """Scale of a picture, its width and its height."""
    import shapely

    west, south, east, north = shapely.total_bounds(grid.shapes)
    scale = WIDTH / max(east - west, north - south)
    return scale, round((east - west) * scale, 1), round((north - south) * scale, 1)


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
