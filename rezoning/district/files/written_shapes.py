"""Shapes written out in a column of a table: well-known text, with or without its CRS, and the bytes that databases export."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.files.shapes import named_crs, shapes_of
from rezoning.district.files.table import Table, texts
from rezoning.errors import DataError, Problem, shown

TEXT = re.compile(
    r"\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION|CURVEPOLYGON|SURFACE) *(Z|M|ZM)? *(\(|EMPTY)", re.IGNORECASE
)
BYTES = re.compile(r"0[01][0-9A-Fa-f]{40,}")
NAMES = ("wkt", "geometry", "geom", "the_geom", "shape", "wkt_geom", "wkb_geometry")
LOOKED_AT = 50


def with_shapes(table: Table) -> Table:
    """The table with the shapes of its column of them, which is no column of values then; the same where it has none.

    Raises
    ------
    DataError
        Its shapes name no CRS, and are in no degrees; or name several.
    """
    name = _shape_column(table)
    if name is None:
        return table
    import geopandas as gpd
    import shapely

    written = texts(table.frame[name])
    parted = [_parted(text) for text in written]
    srids = {srid for srid, _ in parted if srid}
    raw = np.array([_bytes(text) for _, text in parted], dtype=object)
    shapes, broken = shapes_of(raw)
    srids |= {int(srid) for srid in shapely.get_srid(shapes) if srid > 0}
    rows = table.frame.index
    broken = {int(rows[k - 1]): why for k, why in broken.items()} | {
        int(rows[k]): "its text is no shape" for k, text in enumerate(written) if text and raw[k] is None
    }
    if len(srids) > 1:
        raise DataError(Problem(table.name, f"column '{name}' names several CRS: {shown(sorted(srids))}.", "Export it in one CRS."))
    crs, said = _crs(table, name, shapes, srids)
    geometry = gpd.GeoSeries(shapely.set_srid(shapes, 0), index=rows, crs=named_crs(table.path, crs), name="geometry")
    return replace(table, frame=table.frame.drop(columns=name), geometry=geometry, broken=broken, notes=(*table.notes, said))


def _shape_column(table: Table) -> str | None:
    """The column whose first texts are shapes; by its name where there are several."""
    found = [str(name) for name in table.frame.columns if _holds_shapes(table.frame[name])]
    return min(found, key=lambda name: (name.lower() not in NAMES, found.index(name)), default=None)


def _holds_shapes(values: pd.Series[Any]) -> bool:
    given = [text for text in texts(values.dropna().head(LOOKED_AT)) if text]
    return bool(given) and all(TEXT.match(text) or BYTES.fullmatch(text) for text in given)


def _parted(text: str) -> tuple[int, str]:
    """The number of the CRS that a text begins with, 0 without one, and the rest."""
    head, semicolon, rest = text.partition(";")
    return (int(head.strip()[5:]), rest) if semicolon and head.strip().upper().startswith("SRID=") else (0, text)


def _bytes(text: str) -> bytes | None:
    """A shape as bytes; None for a blank, or for a text that is no shape."""
    import shapely

    if BYTES.fullmatch(text):
        return bytes.fromhex(text) if len(text) % 2 == 0 else None
    try:
        shape = shapely.from_wkt(text) if text else None
    except shapely.errors.GEOSException:
        return None
    return None if shape is None else bytes(shapely.to_wkb(shape))


def _crs(table: Table, name: str, shapes: np.ndarray[Any, Any], srids: set[int]) -> tuple[str, str]:
    """The CRS, and what is said of it; one that no one names can only be degrees."""
    import shapely

    if srids:
        crs = f"EPSG:{srids.pop()}"
        return crs, f"{table.name}: shapes from column '{name}', in {crs} as it says"
    bounds = shapely.total_bounds(shapes)
    if np.isfinite(bounds).all() and not (np.abs(bounds[[0, 2]]).max() <= 180 and np.abs(bounds[[1, 3]]).max() <= 90):
        message = f"column '{name}' names no CRS, and its coordinates, from {bounds[0]:.6g}, {bounds[1]:.6g} on, are no degrees."
        cure = "Write the CRS before each shape (SRID=26918;POLYGON ((...))), or export the layer with its CRS as GeoPackage."
        raise DataError(Problem(table.name, message, cure))
    return "EPSG:4326", f"{table.name}: shapes from column '{name}', taken for degrees (EPSG:4326), for it names no CRS"
