"""Layers that are laid over the units: rows kept by a filter, shapes of the right kind in the units' CRS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.checks import quoted
from rezoning.district.files.table import Table, column, texts
from rezoning.district.reading import Reading, counted
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.formats import LAYER

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.geometry import Shapes
    from rezoning.scenario.filter import Filtered

LINES, POLYGONS = (1, 2, 5), (3, 6)
"""Shapely's type ids, several parts included."""

NOUN = {LINES: "line", POLYGONS: "polygon"}


def filtered(section: Filtered, table: Table, what: str, reading: Reading) -> Table:
    """As `kept_by`, for a table whose notes are taken already."""
    kept = kept_by(section, table, what)
    for note in kept.notes[len(table.notes) :]:
        reading.note(note)
    return kept


def kept_by(section: Filtered, table: Table, what: str = "rows") -> Table:
    """The rows that the section's filter keeps, all without one; with a note on how many they are.

    Parameters
    ----------
    section
        Names column and value.
    table
        The file.
    what
        What the rows are, for the note: ``schools``.

    Raises
    ------
    DataError
        There is no such column, or no row has the value.
    """
    if section.filter is None:
        return table
    wanted = section.filter.equals.strip()
    values = texts(column(table, section.filter.column, section.place("filter", "column")))
    inside = values == wanted
    if not inside.any():
        held = shown(quoted(list(dict.fromkeys(values))), 10)
        message = f"no row of {table.name} has '{wanted}' in column '{section.filter.column}'."
        raise DataError(Problem(section.place("filter", "equals"), message, f"The column holds {held}."))
    note = f"{table.name}: filter {section.filter.column} = {wanted} keeps {int(inside.sum())} of {len(inside)} {what}"
    return replace(table.kept(inside), notes=(*table.notes, note))


def checked_shapes(table: Table, kinds: tuple[int, ...], cure: str, reading: Reading) -> gpd.GeoSeries | None:
    """Shapes of a layer in its own CRS, two-dimensional; None where a problem was found.

    Parameters
    ----------
    table
        The layer.
    kinds
        `LINES` or `POLYGONS`.
    cure
        What to do about shapes of another kind.

    Raises
    ------
    DataError
        The table has no shapes at all, or no CRS.
    """
    import shapely

    if table.geometry is None:
        raise DataError(Problem(table.name, f"has no {NOUN[kinds]}s.", f"Name a layer of {NOUN[kinds]}s: {LAYER}."))
    shapes = shapely.force_2d(np.asarray(table.geometry.array))
    nothing = np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    other = ~nothing & ~np.isin(shapely.get_type_id(shapes), kinds)
    if nothing.any():
        message = f"{counted(int(nothing.sum()), 'row')} without a {NOUN[kinds]}."
        reading.problems.add(table.place(table.rows(nothing)), message, "Draw what is missing, or delete the row.")
    if other.any():
        found = shown(dict.fromkeys(shape.geom_type for shape in shapes[other]))
        reading.problems.add(table.place(table.rows(other)), f"a {found} where a {NOUN[kinds]} was expected.", cure)
    if table.geometry.crs is None:
        message = "has no CRS, so it cannot be laid over the units."
        cure = f"Set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg {table.name}; a shapefile keeps it in its .prj file."
        raise DataError(Problem(table.name, message, cure))
    import geopandas as gpd

    return None if (nothing | other).any() else gpd.GeoSeries(shapes, index=table.frame.index, crs=table.geometry.crs)


def laid_over(shapes: gpd.GeoSeries, crs: Any, table: Table) -> Shapes:
    """Shapes in the CRS of the units, shape (k,).

    Raises
    ------
    DataError
        They cannot be projected, or lie outside of what that CRS can show.
    """
    import shapely

    try:
        projected = np.asarray(shapes.to_crs(crs).array)
    except (RuntimeError, ValueError) as error:
        message = f"cannot be projected to the units' CRS from {shapes.crs.to_string()}: {error}."
        raise DataError(Problem(table.name, message, "Export it in EPSG:4326.")) from error
    lost = np.logical_not(np.isfinite(shapely.bounds(projected)).all(axis=1))
    if lost.any():
        message = f"{counted(int(lost.sum()), 'shape')} outside of what the units' CRS can show."
        place = table.place([int(row) for row in shapes.index[lost]])
        raise DataError(Problem(place, message, "Give the file the CRS that its coordinates are in."))
    return projected


def made_valid(shapes: Shapes, table: Table, what: str) -> tuple[Shapes, str | None]:
    """The same polygons, self-crossings resolved, for a point has to be inside or outside; and a sentence on which were repaired.

    Parameters
    ----------
    what
        What the shapes are: ``walk zones``.
    """
    import shapely

    bad = ~shapely.is_valid(shapes)
    if not bad.any():
        return shapes, None
    mended = shapes.copy()
    mended[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    change = float(np.abs(shapely.area(mended[bad]) - shapely.area(shapes[bad])).max())
    return mended, f"{table.place(table.rows(bad))}: repaired invalid {what}, changing no area by more than {change:.2g} m2"
