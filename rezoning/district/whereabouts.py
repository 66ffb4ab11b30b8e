"""Whether polygons lie where a school district can: what an exchanged, a missing or a wrong CRS gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.files.table import Table
from rezoning.district.reading import Reading, counted
from rezoning.errors import shown
from rezoning.scenario.files import short

if TYPE_CHECKING:
    import geopandas as gpd

NARROWEST_M, WIDEST_M = 20.0, 3_000_000.0
"""No district is narrower than a house, or wider than Alaska."""

INHABITED = (-57.0, 84.0)
"""Degrees of latitude between which children go to school."""

OWN_CRS = "Give the file the CRS that its coordinates are in."
EXCHANGE = "Exchange them (QGIS: Swap X and Y coordinates)."

FAR_OFF = 10.0
"""Degrees beyond its own area at which a CRS is doubted; neighbors of a zone are often drawn in it."""


def report_broken(table: Table, ids: tuple[str, ...], reading: Reading) -> bool:
    """Whether some shapes cannot be made out; each is named with its row."""
    if not table.broken:
        return False
    at = {int(row): k for k, row in enumerate(table.frame.index)}
    reasons = [f"'{ids[at[row]]}' (row {row}): {why}" for row, why in table.broken.items() if row in at]
    cure = "Draw them again, or mend the file in a GIS (QGIS: Fix geometries, then look at the result)."
    reading.problems.add(table.name, f"{counted(len(reasons), 'polygon')} cannot be made out: {shown(reasons)}.", cure)
    return True


def is_somewhere(shapes: gpd.GeoSeries, table: Table, reading: Reading) -> bool:
    """Whether polygons lie where people live, in the CRS that their file names; refused where they cannot, doubted where it is strange.

    A file without a CRS, and degrees beyond 90, are left to whoever projects the polygons.
    """
    crs, bounds = shapes.crs, shapes.total_bounds
    if crs is None or not np.isfinite(bounds).all():
        return True
    name = crs.to_string() if len(crs.to_string()) < 80 else crs.name
    extent = f"between {bounds[0]:.6g}, {bounds[1]:.6g} and {bounds[2]:.6g}, {bounds[3]:.6g}"
    if crs.is_projected:
        return _is_no_degrees(bounds, name, extent, crs, table, reading) and _is_known_ground(shapes, crs, name, extent, table, reading)
    if crs.is_geographic:
        return _is_inhabited(bounds, name, extent, table, reading) and _is_known_ground(shapes, crs, name, extent, table, reading)
    cure = f"Ask who made the file, and set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg {table.name}"
    reading.problems.add(table.name, f"its CRS is '{name}', which says nothing of where on Earth its coordinates lie ({extent}).", cure)
    return False


def _is_no_degrees(bounds: Any, name: str, extent: str, crs: Any, table: Table, reading: Reading) -> bool:
    width = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) * crs.axis_info[0].unit_conversion_factor
    in_degrees = bool(np.abs(bounds[[0, 2]]).max() <= 180 and np.abs(bounds[[1, 3]]).max() <= 90)
    if NARROWEST_M <= width <= WIDEST_M and not (in_degrees and width < 10 * NARROWEST_M):
        return True
    said = f"the district is {width:,.2g} m wide" if width < 1000 else f"the district is {width / 1000:,.0f} km wide"
    if in_degrees:
        message = f"{said}: its coordinates lie {extent}, which are degrees, and its CRS is {name}."
        cure = f"{OWN_CRS[:-1]}, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg {table.name}"
    else:
        message = f"{said}: its coordinates lie {extent} in its CRS, {name}."
        cure = OWN_CRS
    reading.problems.add(table.name, message, cure)
    return False


def _is_inhabited(bounds: Any, name: str, extent: str, table: Table, reading: Reading) -> bool:
    middle = (bounds[1] + bounds[3]) / 2
    if abs(middle) > 90 or abs(bounds[0] + bounds[2]) / 2 > 360:
        if abs(middle) <= 180 and np.abs(bounds[[0, 2]]).max() <= 90:
            message = f"its coordinates lie {extent}, with latitudes beyond 90 degrees: longitude and latitude seem to be exchanged."
            reading.problems.add(table.name, message, EXCHANGE)
            return False
        return True
    if not INHABITED[0] <= middle <= INHABITED[1]:
        side = "south" if middle < 0 else "north"
        message = f"the district lies at {abs(middle):.3g} degrees {side} ({extent} in {name}), where nobody goes to school."
        cure = f"Are longitude and latitude exchanged? {EXCHANGE}" if np.abs(bounds[[0, 2]]).max() <= 90 else OWN_CRS
        reading.problems.add(table.name, message, cure)
        return False
    width = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    if width * 111_000 < NARROWEST_M or width * 111_000 > 2 * WIDEST_M:
        message = f"the district is {width * 111_000:,.2g} m wide: its coordinates lie {extent} in {name}."
        reading.problems.add(table.name, message, OWN_CRS)
        return False
    return True


def _is_known_ground(shapes: gpd.GeoSeries, crs: Any, name: str, extent: str, table: Table, reading: Reading) -> bool:
    """Doubt polygons far outside of the area that their CRS is for."""
    import pyproj

    area, bounds = crs.area_of_use, shapes.total_bounds
    middle = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    if area is None:
        return True
    lon, lat = middle if crs.is_geographic else pyproj.Proj(crs)(*middle, inverse=True)
    if not np.isfinite([lon, lat]).all() or area.west > area.east:  # across the date line
        return True
    off = max(area.west - lon, lon - area.east, area.south - lat, lat - area.north)
    if off > FAR_OFF:
        where = f"{abs(lat):.3g} degrees {'north' if lat >= 0 else 'south'}, {abs(lon):.3g} degrees {'east' if lon >= 0 else 'west'}"
        meant = short(area.name)
        reading.warn(f"{table.name}: the district lies at {where} ({extent}), far from where its CRS {name} is for ({meant}); check the CRS")
    return True
