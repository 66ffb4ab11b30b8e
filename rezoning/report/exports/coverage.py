"""Ground without gaps and overlaps: units that fit together to the bit, and zones dissolved from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.errors import DataError, Problem

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.district import District, Floats, Ints

GAP_M = 2.0
"""Widest gap between units, in meters, that is taken for careless digitizing and closed; wider ones are ground that belongs to no unit."""

DECIMALS = (7, 9)
"""Decimals of degrees tried in turn, 1 cm and 0.1 mm; more are written only where rounding would make polygons overlap."""

WGS84 = "EPSG:4326"

Shapes = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Ground:
    """The units' polygons as a coverage: no two overlap, and neighbors share every vertex of their border.

    Parameters
    ----------
    shapes
        One polygon or multipolygon a unit, in meters, shape (n,); None where another unit covers all of it.
    crs
        Their CRS, of pyproj.
    closed_m2
        Ground of gaps that were closed, less that of overlaps; 0 for units that fitted as they were drawn.
    is_mended
        Whether anything had to be done.
    """

    shapes: Shapes
    crs: Any
    closed_m2: float = 0.0
    is_mended: bool = False


def ground_of(district: District, format_name: str) -> Ground:
    """The units' polygons, mended where drawing was careless.

    Gaps up to `GAP_M` wide go to the unit with the longest border on them, overlaps to the smaller unit, so that one that lies wholly inside
    another keeps its ground. What is drawn well stays to the bit.

    Raises
    ------
    DataError
        When the district has no polygons.
    """
    import shapely

    if district.geometry is None:
        message = f"the format {format_name} needs the units' polygons, and the units come as a table without any."
        cure = "Give the units as a layer of polygons, or export to baf, dra, districtr, gerrychain or xlsx."
        raise DataError(Problem("data.units.path", message, cure))
    shapes, crs = np.asarray(district.geometry.array), district.geometry.crs
    if shapely.coverage_is_valid(shapes, gap_width=GAP_M):
        return Ground(shapes, crs)
    mended = shapely.coverage_clean(shapes, gap_width=GAP_M, merge_strategy="min_area")  # type: ignore[attr-defined]
    closed = float(shapely.area(mended).sum() - shapely.area(shapes).sum())
    whole = np.array([None if shape.is_empty else shape for shape in mended], dtype=object)
    return Ground(whole, crs, closed, is_mended=True)


def dissolved(ground: Ground, zone: Ints, num_zones: int) -> Shapes:
    """The ground of each zone as one shape, islands and holes and all; None for a zone without units; shape (num_zones,).

    Every vertex of a border is kept, so that zones are a coverage as the units are.
    """
    import shapely

    found = np.full(num_zones, None, dtype=object)
    order = np.argsort(zone, kind="stable")
    starts = np.searchsorted(zone[order], np.arange(num_zones + 1))
    for z in range(num_zones):
        inside = ground.shapes[order[starts[z] : starts[z + 1]]]
        inside = inside[~shapely.is_missing(inside)]
        if len(inside):
            found[z] = shapely.coverage_union_all(inside)
    return found


def in_degrees(shapes: Shapes, crs: Any) -> Shapes:
    """Shapes in longitude and latitude of WGS 84, rounded as far as a coverage stays one, outer rings counterclockwise (RFC 7946)."""
    import geopandas as gpd
    import shapely

    series: gpd.GeoSeries = gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84)
    exact = shapely.orient_polygons(np.asarray(series.array), exterior_cw=False)
    for decimals in DECIMALS:
        rounded = np.asarray(shapely.transform(exact, partial(_rounded, decimals=decimals)))
        if _is_coverage(rounded):
            return rounded
    return np.asarray(exact)


def _rounded(xy: Floats, decimals: int) -> Floats:
    return np.round(xy, decimals)


def _is_coverage(shapes: Shapes) -> bool:
    """Whether shapes are valid, and polygons among them do not overlap; points always are."""
    import shapely

    given = shapes[~shapely.is_missing(shapes)]
    if not shapely.is_valid(given).all():
        return False
    return not np.isin(shapely.get_type_id(given), [3, 6]).all() or bool(shapely.coverage_is_valid(given))
