"""What shapes say that columns do not: how much of the land is covered, and how far it is from units to schools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rezoning.commands.new.looked import Looked
from rezoning.district.detect import LATITUDE, LONGITUDE, by_name, words_of
from rezoning.district.district import Floats

if TYPE_CHECKING:
    import geopandas as gpd

EQUAL_AREA, DEGREES = 6933, 4326
COVERED = 0.8
EARTH_KM = 6371.0

MEASURES = ("minutes", "seconds", "meters", "kilometers", "miles", "feet")
PER_KM = {"minutes": 2.4, "seconds": 144.0, "meters": 1300.0, "kilometers": 1.3, "miles": 0.81, "feet": 4265.0}
"""What a trip measures for each kilometer of straight line, by car in a town."""


def is_walk_zone(zones: Looked, units: Looked) -> bool:
    """Whether polygons that name schools are walk zones: called so, or covering only a part of the district."""
    said = {word for text in (zones.path.stem, zones.layer or "", *zones.columns) for word in words_of(text)}
    if {"walk", "walking", "walkzone", "walker", "walkers"} & said:
        return True
    covered, land = _area(zones), _area(units)
    return covered is not None and land is not None and covered < COVERED * land


def _area(one: Looked) -> float | None:
    shapes = one.table.geometry
    if shapes is None or shapes.crs is None:
        return None
    return float(shapes.to_crs(EQUAL_AREA).area.sum())


def straight_km(units: Looked, schools: Looked, in_unit: Sequence[int] | None) -> Floats | None:
    """Kilometers in a straight line from each unit to each school, shape (n, m); None where some place is not known."""
    homes = places(units)
    sites = homes[list(in_unit)] if homes is not None and in_unit is not None else places(schools)
    if homes is None or sites is None:
        return None
    lon, lat = np.radians(homes).T[:, :, None]
    x, y = np.radians(sites).T[:, None, :]
    half = np.sin((y - lat) / 2) ** 2 + np.cos(lat) * np.cos(y) * np.sin((x - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)


def places(one: Looked) -> Floats | None:
    """Longitude and latitude of each record, shape (k, 2)."""
    shapes: gpd.GeoSeries | None = one.table.geometry
    if shapes is not None and shapes.crs is not None and not shapes.isna().any():
        points = shapes.representative_point().to_crs(DEGREES)
        return np.column_stack([points.x, points.y])
    lon, lat = by_name(one.columns, LONGITUDE), by_name(one.columns, LATITUDE)
    x, y = (None if name is None else one.numbers(name) for name in (lon, lat))
    return None if x is None or y is None else np.column_stack([x, y])


def outside(schools: Looked, units: Looked) -> list[bool]:
    """Whether each school lies outside every unit; nobody does where places or shapes are not known."""
    import geopandas as gpd

    where, shapes = places(schools), units.table.geometry
    if where is None or shapes is None or shapes.crs is None:
        return [False] * schools.rows
    points = gpd.GeoSeries(gpd.points_from_xy(*where.T), crs=DEGREES).to_crs(shapes.crs)
    inside, _ = shapes.sindex.query(points.array, predicate="intersects")
    return [bool(lost) for lost in ~np.isin(np.arange(len(points)), inside)]


def likely_measure(trips: Floats, straight: Floats) -> str | None:
    """The unit in which some trips are most likely, by the straight lines beside them; None where nothing fits."""
    far = (straight > 0.5) & np.isfinite(trips) & (trips > 0)
    if not far.any():
        return None
    ratio = float(np.median(trips[far] / straight[far]))
    best = min(PER_KM, key=lambda measure: abs(np.log(ratio / PER_KM[measure])))
    return best if abs(np.log(ratio / PER_KM[best])) < np.log(4) else None
