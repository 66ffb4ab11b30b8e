"""Which straight ways to school cross a line that children should not cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.checks import quoted
from rezoning.district.district import Floats, Ints
from rezoning.district.files.read import read_source
from rezoning.district.overlay import LINES, checked_shapes, filtered, laid_over
from rezoning.district.reading import Reading
from rezoning.errors import shown

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.geometry import Flags, Shapes
    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.data import Barriers

AT_ONCE = 50_000
"""Pairs of unit and school whose segments are made in one go: some 50 MB."""

PIECE_M, MOST_PIECES = 2000.0, 32
"""Segments are tested in pieces this long: the boxes of long slanted ones hold half the district, those of pieces little but their way."""


def read_barriers(section: Barriers, units: UnitTable, schools: SchoolTable, school_unit: Ints, reading: Reading) -> Flags | None:
    """Whether the straight way from a unit to an open school crosses a line, shape (n, m); None where a problem was found.

    A way leads from a point inside the unit's polygon to the school's point, or to that of its unit where the school has none.
    """
    if units.table.geometry is None:
        message = f"ways across a line are found from polygons, and {units.table.name} has none."
        reading.problems.add(section.place(), message, "Give the polygons of the units, or leave data.barriers out.")
    with reading.gathering():
        table = read_source(section)
        reading.took(table)
        table = filtered(section, table, "rows", reading)
        lines = checked_shapes(table, LINES, "Name a layer of lines, or keep only the lines with data.barriers.filter.", reading)
        if lines is None or units.geometry is None:
            return None
        starts, ends = way_ends(units.geometry, schools.points, school_unit)
        near = _clipped(lines, np.concatenate((starts, ends)), units.geometry.crs)
        crossed = crossings(starts, ends, laid_over(near, units.geometry.crs, table))
        _report(crossed, table.name, schools, school_unit, reading)
        return crossed
    return None


def _clipped(lines: gpd.GeoSeries, points: Floats, crs: Any) -> gpd.GeoSeries:
    """What of the lines lies around the district: a layer of a whole country cannot be projected as a whole, and need not."""
    import pyproj

    low, high = points.min(axis=0), points.max(axis=0)
    margin = 1000 + 0.1 * (high - low)
    bounds = pyproj.Transformer.from_crs(crs, lines.crs, always_xy=True).transform_bounds(*(low - margin), *(high + margin))
    if not np.isfinite(bounds).all():
        return lines
    near = lines.clip_by_rect(*bounds)
    return near[~near.is_empty]


def way_ends(geometry: gpd.GeoSeries, points: gpd.GeoSeries | None, school_unit: Ints) -> tuple[Floats, Floats]:
    """Where straight ways start, shape (n, 2), and where they end, shape (m, 2): at the schools' points, else at those of their units."""
    inside = geometry.representative_point()
    starts = np.column_stack((inside.x, inside.y))
    return starts, starts[school_unit] if points is None else np.column_stack((points.x, points.y))


def crossings(starts: Floats, ends: Floats, lines: Shapes) -> Flags:
    """Whether the segment from each start to each end meets any of the lines, touching included.

    Ten thousand units and 24 schools take a few seconds.

    Parameters
    ----------
    starts, ends
        Coordinates in meters, shapes (n, 2) and (m, 2).
    lines
        Lines in the same CRS, shape (k,).

    Returns
    -------
    array of bool
        Shape (n, m).
    """
    import shapely

    barrier = shapely.multilinestrings(shapely.get_parts(lines))
    shapely.prepare(barrier)
    crossed: NDArray[np.bool_] = np.zeros((len(starts), len(ends)), dtype=bool)
    step = max(1, AT_ONCE // max(1, len(ends)))
    for first in range(0, len(starts), step):
        some = starts[first : first + step]
        crossed[first : first + step] = shapely.intersects(barrier, _ways(some, ends)).reshape(len(some), len(ends))
    return crossed


def _ways(starts: Floats, ends: Floats) -> Shapes:
    """Segments from every start to every end as lines through points on them, shape (n m,)."""
    import shapely

    gaps = ends[None, :, :] - starts[:, None, :]
    pieces = int(np.clip(np.ceil(np.abs(gaps).max(initial=0) / PIECE_M), 1, MOST_PIECES))
    share = np.linspace(0, 1, pieces + 1)[:, None]
    points = starts[:, None, None, :] * (1 - share) + ends[None, :, None, :] * share
    return np.asarray(shapely.linestrings(points.reshape(-1, pieces + 1, 2)))


def _report(crossed: Flags, name: str, schools: SchoolTable, school_unit: Ints, reading: Reading) -> None:
    reading.note(f"{name}: the straight line of {int(crossed.sum()):,} of {crossed.size:,} pairs of unit and school crosses a barrier")
    if not crossed.any():
        reading.warn(f"{name}: no straight line from a unit to a school crosses a barrier; check data.barriers")
    own = crossed[school_unit, np.arange(len(school_unit))]
    if own.any():
        named = shown(np.array(quoted(schools.ids), dtype=object)[own])
        reading.warn(f"{name}: a barrier lies between a school and the middle of its own unit: {named}")
