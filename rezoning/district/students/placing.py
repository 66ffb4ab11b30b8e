"""The unit that each student lives in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.files.table import Table
from rezoning.district.reading import Reading, counted
from rezoning.district.students.discreet import read_students
from rezoning.district.students.points import points_of
from rezoning.errors import DataError, Problem

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.district import Floats, Ints
    from rezoning.district.geometry import Shapes
    from rezoning.scenario.students import StudentPoints

GAP_M = 25.0
"""A point this near to a unit lives there: geocoders put homes on streets, and units of parcels leave streets out."""

BANDS = ((50.0, "within 50 m of one"), (500.0, "from 50 to 500 m away"), (5000.0, "from 500 m to 5 km away"), (np.inf, "farther away"))


@dataclass(frozen=True, eq=False)
class Placed:
    """Students with their places; it lives no longer than the reading of a district.

    Parameters
    ----------
    table
        A row for each student.
    points
        Where they live, shape (k,), in the CRS of the units; None where it is not known.
    unit
        The unit of each, shape (k,): on a border the one with the smallest index, beside all units the nearest within `GAP_M`, else -1.
    """

    table: Table
    points: Shapes
    unit: Ints


def placed(section: StudentPoints, geometry: gpd.GeoSeries, reading: Reading) -> Placed:
    """Read the students' file and find the unit of each.

    Parameters
    ----------
    geometry
        Polygons of the units in meters.

    Raises
    ------
    DataError
        The file cannot be used, or nobody lives in a unit.
    """
    table = read_students(section, reading)
    points = points_of(table, geometry.crs)
    unit, gap = _units(points, np.asarray(geometry.array))
    _tell(table, unit, gap, reading)
    return Placed(table, points, unit)


def _units(points: Shapes, polygons: Shapes) -> tuple[Ints, Floats]:
    """The unit of each point, and how far it is from the nearest; NaN for points that are nowhere."""
    import shapely

    k, n = len(points), len(polygons)
    unit, gap = np.full(k, n, dtype=np.int64), np.zeros(k)
    holding, held = shapely.STRtree(points).query(polygons, predicate="intersects")
    np.minimum.at(unit, held, holding)
    gap[[point is None for point in points]] = np.nan
    outside = np.flatnonzero((unit == n) & ~np.isnan(gap))
    if len(outside):
        (which, near), distance = shapely.STRtree(polygons).query_nearest(points[outside], return_distance=True)
        gap[outside[which]] = distance
        is_near = distance <= GAP_M
        np.minimum.at(unit, outside[which[is_near]], near[is_near])
    return np.where(unit == n, -1, unit), gap


def _tell(table: Table, unit: Ints, gap: Floats, reading: Reading) -> None:
    """Say how many live where, in numbers and distances alone."""
    inside, lost = int((unit >= 0).sum()), int(np.isnan(gap).sum())
    outside = gap[(unit < 0) & ~np.isnan(gap)]
    if not inside:
        nearest = f"the nearest is {outside.min() / 1000:,.0f} km away" if len(outside) else "the place of none is known"
        message = f"none of its {counted(len(unit), 'student')} lives in a unit: {nearest}."
        raise DataError(Problem(table.name, message, "Check the CRS and the order of longitude and latitude, or name this district's file."))
    reading.note(f"{table.name}: {counted(inside, 'student')} counted into {len(np.unique(unit[unit >= 0])):,} units; points are not kept")
    beside = int(((unit >= 0) & (gap > 0)).sum())
    if beside:
        reading.note(f"{table.name}: {beside:,} of them up to {GAP_M:g} m beside every unit, counted into the nearest")
    if len(outside):
        limits = [limit for limit, _ in BANDS]
        times = np.bincount(np.searchsorted(limits, outside), minlength=len(BANDS))
        told = [f"{number:,} {words}" for number, (_, words) in zip(times, BANDS, strict=True) if number]
        reading.warn(f"{table.name}: {counted(len(outside), 'student')} outside every unit and not counted: {', '.join(told)}")
    if lost:
        reading.warn(f"{table.name}: {counted(lost, 'student')} without a place (blank, or at 0, 0) and not counted")
