"""A second reader of an atlas, written from its description: text back to polygons."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def numbers(text: str) -> list[int]:
    found, bits = [], []
    for letter in text:
        value = ALPHABET.index(letter)
        bits.append(value % 32)
        if value < 32:
            number = sum(five << 5 * k for k, five in enumerate(bits))
            found.append(-(number + 1) // 2 if number % 2 else number // 2)
            bits = []
    assert not bits
    return found


def arcs(text: str) -> list[tuple[int, int, np.ndarray]]:
    """Left unit, right unit and points of each arc."""
    values, found, left, here = iter(numbers(text)), [], 0, np.zeros(2, dtype=np.int64)
    for step in values:
        left += step
        right, size = left + next(values), next(values)
        points = here + np.cumsum([[next(values), next(values)] for _ in range(size)], axis=0)
        here = points[-1]
        found.append((left, right, points))
    return found


def shapes(atlas: dict[str, Any]) -> np.ndarray:
    """Polygons of all units on the grid."""
    lines: list[list[shapely.LineString]] = [[] for _ in atlas["units"]]
    for left, right, points in arcs(atlas["shapes"]["arcs"]):
        for unit in (left, right):
            if unit >= 0:
                lines[unit].append(shapely.LineString(points))
    return np.array([_filled(mine) for mine in lines], dtype=object)


def _filled(lines: list[shapely.LineString]) -> Any:
    """What an odd number of rings go around."""
    found: Any = shapely.Polygon()
    for ring in shapely.get_parts(shapely.polygonize_full(lines)[0]):
        found = found.symmetric_difference(shapely.Polygon(ring.exterior))
    return found


def meters(atlas: dict[str, Any], geometry: Any) -> np.ndarray:
    """The polygons in the district's own coordinates."""
    import geopandas as gpd

    place = atlas["shapes"]
    moved = shapely.transform(shapes(atlas), lambda points: points * place["step"] + place["origin"])
    return np.asarray(gpd.GeoSeries(moved, crs=3857).to_crs(geometry.crs).array)
