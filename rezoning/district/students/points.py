"""Where students live, in the CRS of the units' polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.checks import Mask
from rezoning.district.counts import numbers
from rezoning.district.detect import LATITUDE, LONGITUDE, by_name
from rezoning.district.files.table import Table
from rezoning.district.reading import counted
from rezoning.errors import DataError, Problem

if TYPE_CHECKING:
    from rezoning.district.district import Floats
    from rezoning.district.geometry import Shapes

DEGREES = 4326
POINT, POINTS = 0, 4
"""Shapely's type ids."""


def points_of(table: Table, crs: Any) -> Shapes:
    """A point for each row, shape (k,), in meters; None for students whose place is not known: blank, or 0, 0.

    Raises
    ------
    DataError
        The table has no points, or some that cannot be used; rows are named and no coordinate is.
    """
    import shapely

    x, y, source = _degrees(table) if table.geometry is None else _of_layer(table)
    nowhere = ~(np.isfinite(x) & np.isfinite(y)) | ((x == 0) & (y == 0))
    x, y = _projected(x, y, source, crs)
    points = np.asarray(shapely.points(x, y), dtype=object)
    points[nowhere | ~(np.isfinite(x) & np.isfinite(y))] = None
    return points


def _of_layer(table: Table) -> tuple[Floats, Floats, Any]:
    import shapely

    assert table.geometry is not None
    shapes = np.asarray(table.geometry.array)
    nothing = np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    kinds = shapely.get_type_id(shapes)
    single = (kinds == POINT) | ((kinds == POINTS) & (shapely.get_num_geometries(shapes) == 1))
    _refuse(table, ~nothing & ~single, "no point but another shape", "Students are points; name the layer that holds them.")
    if table.geometry.crs is None:
        raise DataError(
            Problem(table.name, "has no CRS, so it cannot be laid over the units.", "Save it with its CRS; a shapefile keeps it in its .prj.")
        )
    first = np.where(kinds == POINTS, shapely.get_geometry(shapes, 0), shapes)
    first[nothing] = None
    return np.asarray(shapely.get_x(first)), np.asarray(shapely.get_y(first)), table.geometry.crs


def _degrees(table: Table) -> tuple[Floats, Floats, Any]:
    lon, lat = by_name(table.columns, LONGITUDE), by_name(table.columns, LATITUDE)
    if lon is None or lat is None:
        cure = "Give a layer of points, or a table with columns lon and lat in degrees."
        raise DataError(Problem(table.name, "has neither points nor columns of longitude and latitude.", cure))
    (x, no_x, bad_x), (y, no_y, bad_y) = numbers(table.frame[lon]), numbers(table.frame[lat])
    _refuse(table, bad_x | bad_y, f"no number in column '{lon}' or '{lat}'", "Correct them, or leave both blank where the place is not known.")
    blank = no_x | no_y
    with np.errstate(invalid="ignore"):
        beyond = ~blank & ((np.abs(x) > 180) | (np.abs(y) > 90))
    cure = "Are they exchanged, or feet or meters? Give degrees, or a layer that names its CRS."
    _refuse(table, beyond, f"numbers in columns '{lon}' and '{lat}' that are no degrees", cure)
    return np.where(blank, np.nan, x), np.where(blank, np.nan, y), DEGREES


def _refuse(table: Table, wrong: Mask, what: str, cure: str) -> None:
    if wrong.any():
        have = "has" if wrong.sum() == 1 else "have"
        raise DataError(Problem(table.place(table.rows(wrong)), f"{counted(int(wrong.sum()), 'student')} {have} {what}.", cure))


def _projected(x: Floats, y: Floats, source: Any, crs: Any) -> tuple[Floats, Floats]:
    import pyproj

    return pyproj.Transformer.from_crs(source, crs, always_xy=True).transform(x, y)
