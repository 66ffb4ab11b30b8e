"""Polygons made fit to measure: meters, valid, and what lies on top of what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.errors import Problems, shown

if TYPE_CHECKING:
    import geopandas as gpd

REPAIR_TOLERANCE = 0.001
"""A repair may change a unit's area by at most this share: more means that its shape is in doubt, not its drawing."""

SCALE_TOLERANCE = 0.01
"""A projection may stretch lengths by at most this share; Web Mercator stretches by 30 % at 40 degrees of latitude."""

OVERLAP_NOISE_M2 = 1.0
"""Smaller overlaps are not reported: rounded coordinates, and straight lines that projecting bends, make that much."""

OVERLAP_LIMIT = 0.01
"""Share of the smaller unit above which an overlap leaves it open who borders whom."""

METERS_PER_DEGREE = 111_320.0

ROUND_SHARE = 0.5
"""Of rounded coordinates a tenth ends in 0; where more than this do, they are numbers that somebody chose."""

Shapes = NDArray[Any]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PreparedPolygons:
    """Polygons that lengths and areas can be taken of.

    Parameters
    ----------
    geometry
        Valid polygons in a projected CRS in meters, in the frame's order and with its index; None when a problem was found.
    notes
        What was projected or repaired.
    warnings
        Doubts that stop nothing.
    """

    geometry: gpd.GeoSeries | None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def prepare_polygons(frame: gpd.GeoDataFrame, ids: Sequence[str], place: str, problems: Problems) -> PreparedPolygons:
    """Polygons projected to meters and repaired where that is safe.

    Degrees go to their estimated UTM zone, and so does every projection that is not in meters or stretches lengths by more than 1 %
    (Web Mercator). An invalid polygon is replaced by its repair (self-crossings resolved, spikes and collapsed parts dropped) when that
    changes its area by at most 0.1 %.

    Parameters
    ----------
    frame
        One row per unit; the index holds the row numbers that a user sees.
    ids
        Text id of each unit, in the frame's order.
    place
        The file's name, for messages.
    problems
        Receives a missing or unusable CRS; rows without a polygon; polygons that no safe repair makes valid.
    """
    import shapely

    shapes = shapely.force_2d(np.asarray(frame.geometry.array))
    names = np.array([f"'{unit}' (row {row})" for unit, row in zip(ids, frame.index, strict=True)], dtype=object)
    if not _all_polygons(shapes, names, place, problems):
        return PreparedPolygons(None)
    projected, notes = _in_meters(frame.geometry.set_axis(frame.index), place, problems)
    if projected is None:
        return PreparedPolygons(None)
    metric = shapely.force_2d(np.asarray(projected.array))
    if not _all_finite(metric, names, place, problems):
        return PreparedPolygons(None)
    fixed, repaired = _repaired(shapes, metric, names, place, problems)
    if fixed is None:
        return PreparedPolygons(None)
    import geopandas as gpd

    geometry = gpd.GeoSeries(fixed, index=frame.index, crs=projected.crs, name="geometry")
    return PreparedPolygons(geometry, (*notes, *repaired))


def _all_polygons(shapes: Shapes, names: Shapes, place: str, problems: Problems) -> bool:
    """Whether every row has a polygon; those that have none are reported by what they have instead."""
    import shapely

    kinds = shapely.get_type_id(shapes)
    nothing: Flags = np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    other: Flags = ~nothing & ~np.isin(kinds, [3, 6])
    if nothing.any():
        message = f"{_units(nothing, 'has', 'have')} no geometry: {shown(names[nothing])}."
        problems.add(place, message, "Draw the polygons or drop the rows.")
    if other.any():
        found = [f"{name} is a {kind.geom_type}" for name, kind in zip(names[other], shapes[other], strict=True)]
        problems.add(place, f"{_units(other, 'is', 'are')} no polygon: {shown(found)}.", "Units are areas; name the layer with their polygons.")
    return not (nothing | other).any()


def _all_finite(shapes: Shapes, names: Shapes, place: str, problems: Problems) -> bool:
    """Whether every coordinate survived projecting."""
    import shapely

    lost: Flags = np.logical_not(np.isfinite(shapely.bounds(shapes)).all(axis=1))
    if lost.any():
        message = f"{_units(lost, 'lies', 'lie')} outside of what the CRS can show: {shown(names[lost])}."
        problems.add(place, message, "Give the file the CRS that its coordinates are in.")
    return not lost.any()


# -- the CRS ---------------------------------------------------------------------------------------------------------


def _in_meters(geometry: gpd.GeoSeries, place: str, problems: Problems) -> tuple[gpd.GeoSeries | None, tuple[str, ...]]:
    """The same shapes in a projected CRS that measures true meters."""
    crs = geometry.crs
    center = _center(geometry)
    if crs is None:
        degrees = abs(center[0]) <= 180 and abs(center[1]) <= 90
        guess = "they look like degrees, usually EPSG:4326" if degrees else "ask who made the file which CRS they are in"
        cure = f"Its coordinates lie around {center[0]:.6g}, {center[1]:.6g}: {guess}. Set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg {place}"
        problems.add(place, "has no CRS, so its lengths have no unit.", f"{cure}; a shapefile keeps it in its .prj file.")
        return None, ()
    if crs.is_geographic and (abs(center[0]) > 360 or abs(center[1]) > 90):
        message = f"its coordinates lie around {center[0]:.6g}, {center[1]:.6g}, which cannot be degrees, but its CRS is {crs.to_string()}."
        problems.add(place, message, "Give the file the CRS that its coordinates are in.")
        return None, ()
    reason = _why_not_meters(crs, center)
    if not reason:
        return geometry, ()
    try:
        target = geometry.estimate_utm_crs()
        projected = geometry.to_crs(target)
    except (RuntimeError, ValueError) as error:
        problems.add(place, f"cannot be projected to meters from its CRS {crs.to_string()}: {error}.", "Export it in EPSG:4326.")
        return None, ()
    return projected, (f"{place}: projected from {crs.to_string()} to {target.to_string()}, {reason}",)


def _center(geometry: gpd.GeoSeries) -> tuple[float, float]:
    low_x, low_y, high_x, high_y = geometry.total_bounds
    return float((low_x + high_x) / 2), float((low_y + high_y) / 2)


def _why_not_meters(crs: Any, center: tuple[float, float]) -> str:
    """Why lengths taken in a CRS would be wrong around its `center`; empty when they are right."""
    import pyproj

    axis = crs.axis_info[0]
    if not crs.is_projected:
        return f"for it is in {axis.unit_name}s"
    if not math.isclose(axis.unit_conversion_factor, 1):
        return f"for it is in {axis.unit_name}"
    projection = pyproj.Proj(crs)
    factors = projection.get_factors(*projection(*center, inverse=True))
    stretch = max(abs(factors.meridional_scale - 1), abs(factors.parallel_scale - 1))
    return f"for it stretches lengths by {stretch:.0%}" if stretch > SCALE_TOLERANCE else ""


def coordinate_step_m(geometry: gpd.GeoSeries) -> float:
    """To what a layer's coordinates were rounded, in meters; 0 where they have all the digits of a float, or were drawn on round numbers.

    Coordinates are written with few digits (degrees with six: 0.1 m), of which most need the last one, or kept as floats of 32 bits.
    """
    import shapely

    values = shapely.get_coordinates(np.asarray(geometry.array)).ravel()
    digits = next((digits for digits in range(9) if _on_grid(values[:1000], digits).all() and _on_grid(values, digits).all()), None)
    step = 0.0
    if digits is not None:
        step = 10.0**-digits if _on_grid(values, digits - 1).mean() <= ROUND_SHARE else 0.0
    elif (values == values.astype(np.float32)).all():
        step = float(np.spacing(np.abs(values).max().astype(np.float32)))
    axis = geometry.crs.axis_info[0]
    return step * (METERS_PER_DEGREE if geometry.crs.is_geographic else float(axis.unit_conversion_factor))


def _on_grid(values: NDArray[np.float64], digits: int) -> Flags:
    """Which values have at most so many digits after the point, as far as a float tells; none where it has not as many itself."""
    scaled = values * 10.0**digits
    return np.asarray((np.abs(scaled - np.round(scaled)) <= 1e-4) & (np.abs(scaled) < 1e12))


# -- repairs ---------------------------------------------------------------------------------------------------------


def _repaired(shapes: Shapes, metric: Shapes, names: Shapes, place: str, problems: Problems) -> tuple[Shapes | None, tuple[str, ...]]:
    """Valid polygons in meters; reasons are told in the coordinates of the file (`shapes`), which is where a user will look."""
    import shapely

    bad = ~shapely.is_valid(metric)
    if not bad.any():
        return metric, ()
    before = shapely.area(metric[bad])
    fixed = shapely.make_valid(metric[bad], method="structure", keep_collapsed=False)
    after = shapely.area(fixed)
    usable = np.isin(shapely.get_type_id(fixed), [3, 6]) & (after > 0)
    safe = usable & (np.abs(after - before) <= REPAIR_TOLERANCE * after)
    if not safe.all():
        found = [_doubt(*case) for case in zip(names[bad][~safe], shapes[bad][~safe], before[~safe], after[~safe], strict=True)]
        message = f"{_units(~safe, 'has an invalid polygon', 'have invalid polygons')} with no safe repair: {shown(found)}."
        problems.add(place, message, "Mend them in a GIS (QGIS: Fix geometries, then look at the result).")
        return None, ()
    whole = metric.copy()
    whole[bad] = fixed
    largest = float(np.max(np.abs(after - before)))
    note = f"{place}: repaired the invalid polygons of {_units(bad, '', '').strip()}, changing no area by more than {largest:.2g} m2"
    return whole, (f"{note}: {shown(names[bad])}",)


def _doubt(name: str, shape: Any, before: float, after: float) -> str:
    import shapely

    reason = shapely.is_valid_reason(shape)
    where = "" if reason == "Valid Geometry" else f": {reason.replace('[', ' at ').removesuffix(']')}"
    return f"{name}{where}; its area would go from {before:,.0f} to {after:,.0f} m2"


# -- overlaps --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overlap:
    """Two units on the same ground.

    Parameters
    ----------
    first, second
        Their ids, in the units' order.
    area_m2
        Area of the common ground in square meters.
    share
        That area over the area of the smaller of the two.
    """

    first: str
    second: str
    area_m2: float
    share: float

    def __str__(self) -> str:
        percent = 100 * self.share
        share = f"{percent:.0f}" if percent >= 10 else f"{percent:.2g}"
        return f"'{self.first}' and '{self.second}' by {self.area_m2:,.0f} m2 ({share} % of the smaller)"


def overlaps(geometry: gpd.GeoSeries, ids: Sequence[str]) -> tuple[Overlap, ...]:
    """Every two units that share more than 1 square meter of ground, the largest share first.

    Only pairs that do more than touch are intersected, so that a clean layer of 10,000 blocks costs a second. (GEOS's coverage checks
    would be faster and do not see a unit that lies wholly inside another.)

    Parameters
    ----------
    geometry
        Valid polygons in meters, in unit order.
    ids
        Text id of each unit.
    """
    import shapely

    shapes = np.asarray(geometry.array)
    hits = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = hits[:, hits[0] < hits[1]]
    deep = ~shapely.touches(shapes[first], shapes[second])
    first, second = first[deep], second[deep]
    area = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    own = shapely.area(shapes)
    found = [
        Overlap(ids[u], ids[v], float(common), float(common / min(own[u], own[v])))
        for u, v, common in zip(first, second, area, strict=True)
        if common > OVERLAP_NOISE_M2
    ]
    return tuple(sorted(found, key=lambda overlap: (-overlap.share, overlap.first, overlap.second)))


def report_overlaps(found: Sequence[Overlap], place: str, from_polygons: bool, problems: Problems) -> tuple[str, ...]:
    """Warnings about overlaps; a problem where adjacency comes from the polygons and one covers more than 1 % of the smaller unit."""
    grave = [overlap for overlap in found if overlap.share > OVERLAP_LIMIT] if from_polygons else []
    if grave:
        pairs = "1 pair of units overlaps" if len(grave) == 1 else f"{len(grave)} pairs of units overlap"
        cure = "Mend the polygons, drop the unit that is drawn twice, or give the neighbors as a file (data.adjacency.path)."
        problems.add(place, f"{pairs} by more than 1 % of the smaller: {shown(grave)}.", cure)
    rest = [overlap for overlap in found if overlap not in set(grave)]
    if not rest:
        return ()
    pairs = "1 pair of units overlaps" if len(rest) == 1 else f"{len(rest)} pairs of units overlap"
    return (f"{place}: {pairs}, {sum(overlap.area_m2 for overlap in rest):,.0f} m2 in all: {shown(rest)}",)


def _units(where: Flags, one: str, many: str) -> str:
    """``'1 unit has'`` or ``'3 units have'``."""
    count = int(where.sum())
    return f"{count} unit {one}" if count == 1 else f"{count} units {many}"
