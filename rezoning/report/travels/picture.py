"""A map of units colored by how their trips differ: dark to both sides, orange longer and purple shorter, apart for the color-blind and in gray."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.report.language import Language
from rezoning.report.maps.atlas.coverage import gridded
from rezoning.report.maps.atlas.labels import Written, written
from rezoning.report.maps.atlas.pictures import WIDTH, path_of
from rezoning.report.maps.atlas.under import under
from rezoning.report.maps.names import map_names
from rezoning.report.places import points_inside
from rezoning.report.travels.words import times

if TYPE_CHECKING:
    from rezoning.report.maps.atlas.coverage import Grid
    from rezoning.report.maps.basemap import Basemap

BREAKS = (0.7, 0.85, 0.95, 1 / 0.95, 1 / 0.85, 1 / 0.7)
"""Limits of the classes, as factors of the median ratio: to both sides alike."""

FILLS = ("#542788", "#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806")
"""ColorBrewer's PuOr. Classes below the middle are hatched besides, for gray prints."""

UNKNOWN = "#c8c8c8"
MOST_POINTS = 120_000


@dataclass(frozen=True)
class MapClass:
    """Units of one color: what the key says of them, their number, and their outlines with their own words."""

    key: str
    fill: str
    is_hatched: bool
    label: str
    count: str
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TravelMap:
    """The map: its size, classes, schools with their names (where one fits nowhere, the number of its row), and what lies under it."""

    size: tuple[float, float]
    classes: tuple[MapClass, ...]
    schools: Written
    under: dict[str, Any] | None = None


def travel_map(district: District, unit_ratio: Floats, median: float | None, language: Language, base: Basemap | None = None) -> TravelMap | None:
    """The map of a district's units; None without polygons or without any ratio."""
    import shapely

    if district.geometry is None or median is None:
        return None
    grid = gridded(district.geometry, MOST_POINTS)
    west, south, east, north = shapely.total_bounds(grid.shapes)
    scale = WIDTH / max(east - west, north - south)
    height = float((north - south) * scale)
    place = np.where(np.isnan(unit_ratio), len(FILLS), np.searchsorted(BREAKS, unit_ratio / median))
    labels = [*_labels(median, language), language.text("travels.class_unknown")]
    classes = []
    for k, label in enumerate(labels):
        inside = np.flatnonzero(place == k)
        units = tuple((path_of(grid.shapes[u], scale, height), _words(district.unit_ids[u], unit_ratio[u], language)) for u in inside)
        if k < len(FILLS) or units:
            fill = FILLS[k] if k < len(FILLS) else UNKNOWN
            classes.append(MapClass(f"way-{k}", fill, k < len(FILLS) // 2, label, language.count(float(len(units))), units))
    size = round(float((east - west) * scale), 1), round(height, 1)
    names = map_names(district.school_names)
    schools = written(_places(district, grid, scale, height), names, names, [], (0.0, 0.0, *size))
    taken = [(left, height - bottom, right, height - top) for left, top, right, bottom in schools.boxes]
    ground = None if base is None else under(base, grid, (west, south, east, north), scale, taken)
    return TravelMap(size, tuple(classes), schools, ground)


def _labels(median: float, language: Language) -> list[str]:
    edges = [times(median * limit, language) for limit in BREAKS]
    inner = [language.text("travels.between", low=low, high=high) for low, high in pairwise(edges)]
    return [language.text("travels.below", limit=edges[0]), *inner, language.text("travels.above", limit=edges[-1])]


def _words(unit: str, ratio: float, language: Language) -> str:
    known = not np.isnan(ratio)
    return f"{unit}: {times(float(ratio), language) if known else language.text('travels.class_unknown')}"


def _places(district: District, grid: Grid, scale: float, height: float) -> dict[int, tuple[float, float]]:
    """Where each school stands on the picture."""
    points = points_inside(grid.shapes, district.school_unit.tolist())
    return {s: (float(point.x) * scale, height - float(point.y) * scale) for s, point in enumerate(points)}
