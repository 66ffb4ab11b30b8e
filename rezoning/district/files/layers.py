"""Layers of shapes, as GDAL reads them."""

from __future__ import annotations

import difflib
import zipfile
from pathlib import Path

import pandas as pd

from rezoning.district.files.geojson import GEOJSON, as_its_server_said
from rezoning.district.files.shapefiles import check_records, decoded, on_disk
from rezoning.district.files.shapes import named_crs, shapes_of
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem
from rezoning.scenario.files import plainly_named

LAYER_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".zip")


def read_layer(path: Path, layer: str | None, place: str) -> Table:
    """A layer, with what is known of its kind of file put right."""
    check_records(path)
    with plainly_named(path, *on_disk(path)[1:]) as named:
        table = _layer(path, _inside(named) if path.suffix.lower() == ".zip" else named, layer, place)
    if path.suffix.lower() in GEOJSON:
        table = as_its_server_said(table)
    if path.suffix.lower() == ".shp" and len(table.files) > 1 and not any(file.suffix.lower() == ".cpg" for file in table.files):
        table = decoded(table)
    return table


def _inside(named: Path) -> Path | str:
    """Where the layers of a zip file lie: often in a folder, in which GDAL does not look."""
    if not zipfile.is_zipfile(named):
        return named
    with zipfile.ZipFile(named) as packed:
        members = [name for name in packed.namelist() if name.lower().endswith(LAYER_SUFFIXES[:-1]) and not name.startswith("__MACOSX")]
    folders = {name.rpartition("/")[0] for name in members}
    if len(members) == 1:
        return f"/vsizip/{named}/{members[0]}"
    return f"/vsizip/{named}/{folders.pop()}" if len(folders) == 1 and folders != {""} else named


def _layer(path: Path, named: Path | str, layer: str | None, place: str) -> Table:
    """A layer of `path`, which GDAL knows as `named`."""
    import pyogrio

    layers = [str(name) for name in pyogrio.list_layers(named)[:, 0]]
    where = place or path.name
    if not layers:
        raise DataError(Problem(where, f"{path.name} has no layers.", "Export it again, or name another file."))
    if layer is not None and layer not in layers:
        near = difflib.get_close_matches(layer, layers, n=1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise DataError(Problem(where, f"{path.name} has no layer '{layer}'.", f"{hint}Layers: {', '.join(layers)}."))
    if layer is None and len(layers) > 1:
        raise DataError(Problem(where, f"{path.name} has {len(layers)} layers.", f"Say which with the key layer: {', '.join(layers)}."))
    return _features(path, named, layer or layers[0])


def _features(path: Path, named: Path | str, layer: str) -> Table:
    """Attributes as the file has them; shapes one by one where some are broken."""
    import geopandas as gpd
    import pyogrio

    kept = {"DATE_AS_STRING": "YES"} if path.suffix.lower() in GEOJSON else {}  # an id may look like a day
    about, numbers, written, values = pyogrio.raw.read(named, layer=layer, return_fids=True, datetime_as_string=True, **kept)
    rows = pd.RangeIndex(1, 1 + len(numbers))
    frame = pd.DataFrame(dict(zip(map(str, about["fields"]), values, strict=True)), index=rows)
    fid = pyogrio.read_info(named, layer=layer)["fid_column"] if path.suffix.lower() == ".gpkg" else ""
    keys = {name: pd.Series(numbers, index=rows) for name in dict.fromkeys(["fid", fid]) if name}
    if written is None:
        return Table(path, frame, files=on_disk(path), keys=keys)
    shapes, broken = shapes_of(written)
    geometry = gpd.GeoSeries(shapes, index=rows, crs=named_crs(path, about["crs"]), name="geometry")
    return Table(path, frame, geometry, files=on_disk(path), keys=keys, broken=broken)
