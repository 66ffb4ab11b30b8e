"""Layers of shapes, and tables beside them, as GDAL reads them."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from rezoning.district.files.choosing import chosen
from rezoning.district.files.geojson import as_its_server_said
from rezoning.district.files.kml import as_its_author_said
from rezoning.district.files.shapefiles import check_records, decoded, on_disk
from rezoning.district.files.shapes import named_crs, shapes_of
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.files import plainly_named
from rezoning.scenario.formats import (
    DBASE,
    GEODATABASE,
    GEOJSON,
    GEOPACKAGE,
    JSON,
    JSON_LINES,
    KML,
    LAYERS,
    SHAPEFILE,
    TOPOJSON,
    ZIPPED,
    Format,
    format_of,
)

OF_PROGRAMS = ("layer_styles", "qgis_projects", "GDB_", "gpkg_")
"""How tables begin that programs keep for themselves beside the layers."""

OF_JSON = (GEOJSON, JSON, JSON_LINES, TOPOJSON)


@dataclass(frozen=True)
class Layer:
    """A layer that GDAL can open.

    Parameters
    ----------
    source
        What it is in, as GDAL calls it.
    name
        Its name there.
    kind
        The kind of file that holds it.
    member
        That file's name in a zip.
    """

    source: str
    name: str
    kind: Format
    member: str = ""


def read_layer(path: Path, layer: str | None, place: str) -> Table:
    """A layer, with what is known of its kind of file put right."""
    check_records(path)
    with plainly_named(path, *on_disk(path)[1:]) as named:
        layers = _named([layer for source in _sources(path, named) for layer in _layers(*source)])
        name = chosen("layer", layer, {name: _holds(found) for name, found in layers.items()}, path.name, place)
        found = layers[name]
        table = _features(path, found)
    if found.kind in OF_JSON and not found.member:
        table = as_its_server_said(table)
    if found.kind is KML:
        table = as_its_author_said(table)
    if found.kind in (SHAPEFILE, DBASE) and not _says_encoding(path, found):
        table = decoded(table)
    return table


def layer_names(path: Path) -> list[str]:
    """Names of the layers that hold anything, in the file's order."""
    with plainly_named(path, *on_disk(path)[1:]) as named:
        layers = _named([layer for source in _sources(path, named) for layer in _layers(*source)])
        return [name for name, found in layers.items() if _holds(found)]


# -- where layers are ------------------------------------------------------------------------------------------------


def _sources(path: Path, named: Path) -> Iterator[tuple[str, Format, str]]:
    """What GDAL is asked to open: the file, or each of those in a packed one, wherever in it they lie; what kind it is, and its name in a zip."""
    kind = format_of(path)
    assert kind is not None
    if path.name.lower().endswith(".gz"):
        yield f"/vsigzip/{named}", kind, ""
    elif kind is not ZIPPED:
        yield str(named), kind, ""
    else:
        yield from _packed(path, named)


def _packed(path: Path, named: Path) -> Iterator[tuple[str, Format, str]]:
    with path.open("rb") as stream, zipfile.ZipFile(stream) as packed:
        members = [name for name in packed.namelist() if not name.startswith("__MACOSX") and "/." not in f"/{name}"]
    inside: dict[str, Format] = {}
    for member in members:
        parts = member.strip("/").split("/")
        folder = next((at for at, part in enumerate(parts) if format_of(part) is GEODATABASE), None)
        name = member if folder is None else "/".join(parts[: folder + 1])
        kind = format_of(name)
        if kind in LAYERS and kind is not ZIPPED and (folder is not None or not member.endswith("/")):
            inside.setdefault(name, kind)
    shapes = {name.rpartition(".")[0].lower() for name, kind in inside.items() if kind is SHAPEFILE}
    found = {name: kind for name, kind in inside.items() if kind is not DBASE or name.rpartition(".")[0].lower() not in shapes}
    if not found:
        held = shown([name for name in members if not name.endswith("/")])
        raise DataError(Problem(path.name, f"cannot be read: it holds no layer that can be read, but {held}.", "Unpack it, and name the file in it."))
    for name, kind in found.items():
        yield f"/vsizip/{named}/{name}" if named.suffix.lower() == ".zip" else f"/vsizip/{{{named}}}/{name}", kind, name


def _layers(source: str, kind: Format, member: str) -> Iterator[Layer]:
    import pyogrio

    for name in map(str, pyogrio.list_layers(source)[:, 0]):
        if not name.startswith(OF_PROGRAMS):
            yield Layer(source, name, kind, member)


def _named(layers: list[Layer]) -> dict[str, Layer]:
    """Layers by their names; where several files of a zip have one of the same name, the file's comes before it."""
    times = Counter(layer.name for layer in layers)
    return {layer.name if times[layer.name] == 1 else f"{layer.member} {layer.name}": layer for layer in layers}


def _holds(layer: Layer) -> bool:
    import pyogrio

    return layer.kind.part is None or pyogrio.read_info(layer.source, layer=layer.name, force_feature_count=True)["features"] != 0


def _says_encoding(path: Path, layer: Layer) -> bool:
    """Whether a .cpg file lies beside a shapefile or its table."""
    if not layer.member:
        return any(path.with_suffix(ending).exists() for ending in (".cpg", ".CPG"))
    with path.open("rb") as stream, zipfile.ZipFile(stream) as packed:
        return f"{layer.member.rpartition('.')[0]}.cpg".lower() in (name.lower() for name in packed.namelist())


# -- what is in them -------------------------------------------------------------------------------------------------


def _features(path: Path, layer: Layer) -> Table:
    """Attributes as the file has them; shapes one by one where some are broken."""
    import geopandas as gpd
    import pyogrio

    kept = {"DATE_AS_STRING": "YES"} if layer.kind in (GEOJSON, JSON, JSON_LINES) else {}  # an id may look like a day
    about, numbers, written, values = pyogrio.raw.read(layer.source, layer=layer.name, return_fids=True, datetime_as_string=True, **kept)
    rows = pd.RangeIndex(1, 1 + len(numbers))
    frame = pd.DataFrame(dict(zip(map(str, about["fields"]), values, strict=True)), index=rows)
    fid = pyogrio.read_info(layer.source, layer=layer.name)["fid_column"] if layer.kind in (GEOPACKAGE, GEODATABASE) else ""
    keys: dict[str, pd.Series[Any]] = {name: pd.Series(numbers, index=rows) for name in dict.fromkeys(["fid", fid]) if name}
    table = Table(path, frame, files=on_disk(path), keys=keys)
    if written is None:
        return table
    shapes, broken = shapes_of(written)
    crs = about["crs"] or ("EPSG:4326" if layer.kind is TOPOJSON or _is_topology(layer) else None)
    return replace(table, geometry=gpd.GeoSeries(shapes, index=rows, crs=named_crs(path, crs), name="geometry"), broken=broken)


def _is_topology(layer: Layer) -> bool:
    """TopoJSON has no way to name a CRS: its coordinates are degrees."""
    import pyogrio

    return layer.kind is JSON and pyogrio.read_info(layer.source, layer=layer.name)["driver"] == "TopoJSON"
