"""Where trips begin and end, in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.district.files.table import texts
from rezoning.district.schools import SchoolTable, school_points
from rezoning.district.streets.ways import Flags
from rezoning.errors import DataError

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.units import UnitTable
    from rezoning.scenario.schema import Data


@dataclass(frozen=True, eq=False)
class Places:
    """Units and schools with their longitudes and latitudes.

    Parameters
    ----------
    unit_ids, school_ids
        Their ids; open schools and then closed ones.
    units
        A point inside each unit, shape (n, 2).
    schools
        Shape (m + k, 2); NaN where it is not known where a school is.
    is_lived_in
        Units with students, shape (n,).
    has_points
        Whether schools have points of their own, and not one inside their units.
    """

    unit_ids: tuple[str, ...]
    school_ids: tuple[str, ...]
    units: Floats
    schools: Floats
    is_lived_in: Flags
    has_points: bool = True

    @property
    def known(self) -> Floats:
        """All that are somewhere."""
        return np.concatenate([self.units, self.schools[np.isfinite(self.schools).all(axis=1)]])


def places_of(data: Data, geometry: gpd.GeoSeries, units: UnitTable, schools: SchoolTable, school_unit: Ints) -> Places:
    """Points inside units, and the schools' own points, else a point inside their units; a closed school may be nowhere, for nobody goes there."""
    inside = _degrees(geometry.representative_point())
    to_open = inside[school_unit] if schools.points is None else _degrees(schools.points)
    to_all = np.concatenate([to_open, _closed(data, geometry, inside, units, schools)])
    return Places(tuple(units.ids), schools.with_closed().ids, inside, to_all, units.students > 0, schools.points is not None)


def _degrees(points: gpd.GeoSeries) -> Floats:
    found = points.to_crs(4326)
    return np.column_stack([found.x.to_numpy(), found.y.to_numpy()])


def _closed(data: Data, geometry: gpd.GeoSeries, inside: Floats, units: UnitTable, schools: SchoolTable) -> Floats:
    table, nowhere = schools.closed_table, np.full((len(schools.closed_ids), 2), np.nan)
    if not schools.closed_ids:
        return nowhere
    if schools.points is not None:
        try:
            points = school_points(table, geometry.crs)
        except DataError:
            return nowhere
        return nowhere if points is None else _degrees(points)
    if data.schools.unit not in table.frame.columns:
        return nowhere
    found, _ = units.lookup.find_all(texts(table.frame[data.schools.unit]))
    return np.where(found[:, None] >= 0, inside[np.maximum(found, 0)], np.nan)
