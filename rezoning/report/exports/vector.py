"""Layers as GDAL writes them: GeoPackage and shapefiles."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rezoning.errors import DataError, Problem
from rezoning.report.exports import words
from rezoning.report.exports.layers import Column, Job, Layer, Written, explained, schools_layer, units_layer, zones_layer
from rezoning.report.exports.styles import put_styles
from rezoning.report.exports.text import LONGEST, cut, short_names
from rezoning.runs.files import put
from rezoning.runs.tables import public_csv
from rezoning.scenario.files import plainly_named

EPOCH = "1970-01-01"
"""The date that files with an obligatory date carry, so that the same plan gives the same bytes."""

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
SHAPES = {"units": "MultiPolygon", "zones": "MultiPolygon", "schools": "Point"}


# -- GeoPackage ------------------------------------------------------------------------------------------------------


def write_gpkg(job: Job) -> list[Written]:
    """One GeoPackage with the layers units, zones (of every view) and schools, in the units' projection, and how QGIS draws them."""
    path = job.place / "plan.gpkg"
    found = []
    for layer in (units_layer(job), zones_layer(job, job.views), schools_layer(job)):
        put_layer(layer, path, "GPKG", append=path.exists())
        found.append(Written(path, ABOUT[layer.name], explained(layer)))
    put_styles(job, path)
    return found


ABOUT = {
    "units": "Layer units: every unit with its school in each view.",
    "zones": "Layer zones: the zones of every view; filter by the column view.",
    "schools": "Layer schools: the schools as points.",
}


# -- shapefiles ------------------------------------------------------------------------------------------------------


def write_shp(job: Job) -> list[Written]:
    """Shapefiles of zones and units of each option and of the schools, each also zipped, and a data dictionary of their short names."""
    layers = [layer for letter in job.letters for layer in _of_option(job, letter)] + [("schools", schools_layer(job))]
    found, rows = [], []
    for stem, layer in layers:
        names = short_names(list(layer.columns))
        _check_ids(layer)
        put_shapefile(_shortened(layer, names), job.place / f"{stem}.shp")
        rows += [{"file": stem, "column": short, "long_name": name, "meaning": words.meaning(name)} for name, short in names.items()]
        found.append(Written(job.place / f"{stem}.shp", _about(stem), {names[name]: said for name, said in explained(layer).items()}))
        found += [Written(file, "", {}) for file in _siblings(job.place / f"{stem}.shp")]
    put(job.place / "data_dictionary.csv", public_csv(rows))
    columns = {name: words.meaning(name) for name in ("file", "column", "long_name", "meaning")}
    return [*found, Written(job.place / "data_dictionary.csv", "What the short names of columns stand for.", columns)]


def cut_notes(job: Job) -> list[str]:
    """How many texts were too long."""
    long = sum(len(name.encode()) > LONGEST for name in job.names)
    return [words.cut_note(long)] if long else []


def put_shapefile(layer: Layer, path: Path) -> None:
    """Write a shapefile and the same zipped, as enrollment programs want it."""
    put_layer(layer, path, "ESRI Shapefile", ENCODING="UTF-8", DBF_DATE_LAST_UPDATE=EPOCH)
    zip_shapefile(path)


def zip_shapefile(path: Path) -> None:
    """Zip the parts of a shapefile, with the first day that a zip can hold."""
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for ending in PARTS:
            info = zipfile.ZipInfo(path.with_suffix(ending).name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.with_suffix(ending).read_bytes())


def _of_option(job: Job, letter: str) -> Iterator[tuple[str, Layer]]:
    single = Job(job.book, (letter,), job.to, job.place, job.with_counts)
    single.__dict__["ground"] = job.ground  # mended once for all options
    yield f"zones_{letter}", zones_layer(single, [job.book.views[letter]])
    yield f"units_{letter}", units_layer(single)


def _shortened(layer: Layer, names: Mapping[str, str]) -> Layer:
    """Short names, texts that fit, and flags as 0 and 1, for old programs know no other."""
    columns = {}
    for name, column in layer.columns.items():
        if column.kind == "text":
            column = Column("text", [None if text is None else cut(text) for text in column.values])  # noqa: PLW2901
        elif column.kind == "flag":
            column = Column("whole", [int(flag) for flag in column.values])  # noqa: PLW2901
        columns[names[name]] = column
    return Layer(layer.name, columns, layer.shapes, layer.crs)


def _check_ids(layer: Layer) -> None:
    """An id that is cut is another id."""
    for name, column in layer.columns.items():
        if name.endswith("_id") or name.startswith("school_"):
            long = [text for text in column.values if text is not None and len(text.encode()) > LONGEST]
            if long:
                message = f"the id '{cut(long[0], 40)}…' is longer than the {LONGEST} bytes that a shapefile holds."
                raise DataError(Problem(f"shp, column {name}", message, "Export to gpkg, or shorten the ids."))


def _siblings(path: Path) -> list[Path]:
    return [path.with_suffix(ending) for ending in (*PARTS[1:], ".zip")]


def _about(stem: str) -> str:
    kind, _, letter = stem.partition("_")
    return f"{kind.capitalize()}{f' of option {letter}' if letter else ''}: a shapefile, with its parts beside it and all of them in {stem}.zip."


# -- what GDAL needs -------------------------------------------------------------------------------------------------


def put_layer(layer: Layer, path: Path, driver: str, *, append: bool = False, **options: str) -> None:
    """Write one layer, every column in the type that is meant; nulls where values are None."""
    fields, values, masks = [], [], []
    for name, column in layer.columns.items():
        data, mask = _array(column)
        fields.append(name)
        values.append(data)
        masks.append(mask)
    put_arrays(layer, path, driver, fields, values, masks, append=append, **options)


def put_arrays(
    layer: Layer, path: Path, driver: str, fields: list[str], values: list[Any], masks: list[Any], *, append: bool = False, **options: str
) -> None:
    """Write the shapes of a layer with arrays as they are."""
    import pyogrio.raw
    import shapely

    wkb = np.array([None if shape is None else shapely.to_wkb(shape) for shape in layer.shapes], dtype=object)
    kind = SHAPES[layer.name]
    if driver == "ESRI Shapefile":
        kind = kind.removeprefix("Multi")  # a shapefile's polygon may have parts
    with undated(), plainly_named(path) as named:
        pyogrio.raw.write(
            named, wkb, values, fields, field_mask=masks, layer=layer.name if driver == "GPKG" else None, driver=driver, geometry_type=kind,
            crs=layer.crs.to_wkt(), promote_to_multi=kind == "MultiPolygon", append=append, layer_options=options or None,
        )  # fmt: skip


def _array(column: Column) -> tuple[Any, Any]:
    """Values as pyogrio takes them, and which are null."""
    missing = np.array([value is None for value in column.values], dtype=bool)
    if column.kind == "text":
        return np.array(column.values, dtype=object), None
    if column.kind == "number":
        return np.array([np.nan if value is None else value for value in column.values], dtype=np.float64), None
    kind = np.bool_ if column.kind == "flag" else np.int32
    return np.array([0 if value is None else value for value in column.values], dtype=kind), missing


@contextmanager
def undated() -> Iterator[None]:
    """GDAL writes the same date always."""
    import pyogrio

    key = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(key)
    pyogrio.set_gdal_config_options({key: f"{EPOCH}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({key: before})
