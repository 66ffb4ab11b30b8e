"""Where trips begin and end, in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.district.files.table import texts
from rezoning.district.schools import SchoolTable, school_points
from rezoning.errors import DataError

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.units import UnitTable
    from rezoning.scenario.schema import Data


@dataclass(frozen=True, eq=False)
class Places:
    """Longitudes and latitudes.

    Parameters
    ----------
    units
        A point inside each unit, shape (n, 2).
    schools
        Open schools and then closed ones, shape (m + k, 2); NaN where it is not known where one is.
    """

    units: Floats
    schools: Floats

    @property
    def known(self) -> Floats:
        """All that are somewhere."""
        return np.concatenate([self.units, self.schools[np.isfinite(self.schools).all(axis=1)]])


def places_of(data: Data, geometry: gpd.GeoSeries, units: UnitTable, schools: SchoolTable, school_unit: Ints) -> Places:
    """Points inside units, and the schools' own points, else a point inside their units; a closed school may be nowhere, for nobody goes there."""
    inside = _degrees(geometry.representative_point())
    to_open = inside[school_unit] if schools.points is None else _degrees(schools.points)
    return Places(inside, np.concatenate([to_open, _closed(data, geometry, inside, units, schools)]))


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
