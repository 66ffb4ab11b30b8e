"""The base of still pictures as SVG: paths of waters and streets, and names, shared by all pictures of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.report.maps.atlas.places import on_grid
from rezoning.report.maps.basemap.still import still

if TYPE_CHECKING:
    from rezoning.district.basemap.features import Features
    from rezoning.report.maps.atlas.coverage import Grid
    from rezoning.report.maps.basemap.base import Basemap
    from rezoning.report.maps.basemap.labels import Bounds

LETTERS = 22.0
"""Height of names, where a picture is a thousand wide."""


def under(base: Basemap, grid: Grid, bounds: Bounds, scale: float, taken: list[Bounds], most: int = 24) -> dict[str, Any]:
    """Waters, streets and names of a picture.

    Parameters
    ----------
    bounds
        West, south, east and north of the picture on the grid.
    scale
        Width of a cell of the grid on the picture.
    taken
        Boxes that names keep clear of, on the picture with y upwards.
    most
        Names at most.

    Returns
    -------
    dict
        ``lakes`` and ``rivers`` as paths, ``streets`` as a path for each rank, the most important first, and ``names`` (``text``, ``x``, ``y``,
        ``turn`` in degrees with the clock, ``kind``); y downwards.
    """
    west, south, east, north = bounds
    width, height = (east - west) * scale, (north - south) * scale
    (low_lat, low_lon), (high_lat, high_lon) = grid.degrees(np.array([[west, south], [east, north]]))
    meters = max(east - west, north - south) * grid.step * float(np.cos(np.radians((low_lat + high_lat) / 2)))

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = (on_grid(points, grid) - (west, south)) * scale
        return found

    made = still(base, place, (0.0, 0.0, width, height), (low_lon, low_lat, high_lon, high_lat), meters, LETTERS, taken, most)
    return {
        "lakes": _path(made.lakes, height, is_area=True),
        "rivers": _path(made.rivers, height),
        "streets": [_path(one, height) for one in made.streets],
        "names": [
            {"text": one.name, "x": round(one.x, 1), "y": round(height - one.y, 1), "turn": round(-one.angle, 1), "kind": one.kind}
            for one in made.labels
        ],
    }


def _path(features: Features, height: float, *, is_area: bool = False) -> str:
    """All shapes as one path of SVG, y downwards, in whole tenths."""
    import shapely

    parts = shapely.get_rings(shapely.get_parts(features.shapes)) if is_area else shapely.get_parts(features.shapes)
    texts = []
    for part in parts:
        points = shapely.get_coordinates(part)
        texts.append("M" + "L".join(f"{x:.1f} {height - y:.1f}" for x, y in points) + ("Z" if is_area else ""))
    return "".join(texts)
