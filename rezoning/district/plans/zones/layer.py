"""Whether a layer is one of zones, and its polygons over the district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.checks import Mask
from rezoning.district.detect import UNIT_ID, Lookup, by_name
from rezoning.district.district import Ints
from rezoning.district.files.table import Table, texts
from rezoning.district.overlay import laid_over, made_valid
from rezoning.district.plans.zones.ground import Ground
from rezoning.district.reading import counted
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.geometry import Shapes

AREAS, COLLECTION = (3, 6), 7
"""Shapely's type ids."""

SAME_SHAPE = 0.5
"""A row whose shape covers more than half of a unit, and is more than half covered by it, is drawn for that unit."""

SAMPLE = 300


@dataclass(frozen=True, eq=False)
class ZoneRows:
    """The polygons that lie over the district.

    Parameters
    ----------
    table
        Their rows.
    shapes
        Valid polygons in the units' CRS, shape (k,), in the order of the rows.
    notes
        What was left out or repaired.
    """

    table: Table
    shapes: Shapes
    notes: tuple[str, ...] = ()


def is_zones(table: Table, lookup: Lookup, ground: Ground) -> bool:
    """Whether the rows of a layer are zones and not units.

    They are where no column holds the units' ids, or where those that seem to (zones may be numbered like units) stand beside other shapes than the
    units have.
    """
    if table.geometry is None or not _areas(np.asarray(table.geometry.array)).any():
        return False
    best = _units_of(table, lookup)
    if not (best >= 0).any():
        return True
    return ground.geometry is not None and table.geometry.crs is not None and not _drawn_alike(table.geometry, best, ground.geometry)


def holds_units(table: Table, lookup: Lookup) -> bool:
    """Whether some column holds the ids of most of the district's units."""
    found = _units_of(table, lookup)
    return 2 * len(np.unique(found[found >= 0])) >= len(lookup.ids)


def _units_of(table: Table, lookup: Lookup) -> Ints:
    """The unit of each row by the column that names the most, -1 where it is none; shape (k,). The usual names are looked at first."""
    best, most = np.full(len(table.frame), -1, dtype=np.int64), 0
    for name in sorted(table.columns, key=lambda name: by_name([name], UNIT_ID) is None):
        found, _ = lookup.find_all(texts(table.frame.iloc[:, table.columns.index(name)]))
        number = len(np.unique(found[found >= 0]))
        if number > most:
            best, most = found, number
        if 2 * most > len(lookup.ids):
            break
    return best


def _areas(shapes: Shapes) -> Mask:
    """Polygons, and collections that may hold some."""
    import shapely

    return np.isin(shapely.get_type_id(shapes), [*AREAS, COLLECTION])


def _drawn_alike(shapes: gpd.GeoSeries, unit: np.ndarray[Any, Any], geometry: gpd.GeoSeries) -> bool:
    """Whether most rows have the shape of the unit whose id they bear."""
    import shapely

    named = np.flatnonzero((unit >= 0) & ~shapes.isna().to_numpy())
    some = named[:: max(1, len(named) // SAMPLE)]
    if not len(some):
        return False
    theirs = _valid(np.asarray(shapes.iloc[some].to_crs(geometry.crs).array))
    ours = np.asarray(geometry.array)[unit[some]]
    common = shapely.area(shapely.intersection(theirs, ours))
    alike = common > SAME_SHAPE * np.maximum(shapely.area(theirs), shapely.area(ours))
    return bool(alike.mean() > SAME_SHAPE)


def _valid(shapes: Shapes) -> Shapes:
    import shapely

    return np.asarray(shapely.make_valid(shapely.force_2d(shapes), method="structure", keep_collapsed=False))


# -- the polygons ----------------------------------------------------------------------------------------------------


def zone_rows(table: Table, geometry: gpd.GeoSeries) -> ZoneRows:
    """The zones that lie over the district, in the units' CRS.

    Raises
    ------
    DataError
        The layer has no CRS, a polygon that cannot be made out, or nothing that lies over the district.
    """
    import geopandas as gpd

    if table.broken:
        told = [f"row {row}: {why}" for row, why in table.broken.items() if row in table.frame.index]
        if told:
            cure = "Draw them again, or mend the file in a GIS (QGIS: Fix geometries, then look at the result)."
            raise DataError(Problem(table.name, f"{counted(len(told), 'zone')} cannot be made out: {shown(told)}.", cure))
    assert table.geometry is not None
    if table.geometry.crs is None:
        cure = f"Set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg {table.name}; a shapefile keeps it in its .prj file."
        raise DataError(Problem(table.name, "has no CRS, so it cannot be laid over the units.", cure))
    shapes, notes = _polygons_alone(table)
    near = _near(shapes, table.geometry.crs, geometry)
    if not near.any():
        message = "none of its zones lies over the district's units."
        raise DataError(Problem(table.name, message, "Name the layer of this district, or give it the CRS that its coordinates are in."))
    kept = table.kept(near)
    projected = laid_over(gpd.GeoSeries(shapes[near], index=kept.frame.index, crs=table.geometry.crs), geometry.crs, kept)
    valid, said = made_valid(projected, kept, "zones")
    return ZoneRows(kept, valid, (*notes, *([] if said is None else [said])))


def _polygons_alone(table: Table) -> tuple[Shapes, list[str]]:
    """The areas of each row, None where it has none; rows of points and lines (labels, a school's place) are left out."""
    import shapely

    shapes = shapely.force_2d(np.asarray(table.geometry.array))  # type: ignore[union-attr]
    kinds = shapely.get_type_id(shapes)
    alone = shapes.copy()
    alone[~np.isin(kinds, AREAS)] = None
    for k in np.flatnonzero(kinds == COLLECTION):
        parts = [part for part in shapely.get_parts(shapes[k]) if shapely.get_type_id(part) in AREAS]
        alone[k] = shapely.multipolygons(shapely.get_parts(parts)) if parts else None
    alone[shapely.is_empty(alone)] = None
    without = int(shapely.is_missing(alone).sum())
    return alone, [f"{table.name}: left out {counted(without, 'row')} without an area"] if without else []


def _near(shapes: Shapes, crs: Any, geometry: gpd.GeoSeries) -> Mask:
    """Shapes whose extent meets the district's: a state's layer has places that the units' CRS cannot show."""
    import pyproj
    import shapely

    transformer = pyproj.Transformer.from_crs(geometry.crs, crs, always_xy=True)
    low_x, low_y, high_x, high_y = transformer.transform_bounds(*geometry.total_bounds)
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        return np.asarray((bounds[:, 0] <= high_x) & (bounds[:, 2] >= low_x) & (bounds[:, 1] <= high_y) & (bounds[:, 3] >= low_y))
