"""The kinds of files that hold a table or a layer of shapes: their endings, and what of them has to be chosen. Read in `district.files`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Part = Literal["layer", "sheet"]


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Parameters
    ----------
    name
        As people call it.
    endings
        Of its files, in lower case.
    part
        What a file may have several of, and which key of the scenario names one.
    is_text
        Whether a cell can only be blank, and never say that its value is missing.
    is_folder
        Whether it is a folder, as a whole one file.
    """

    name: str
    endings: tuple[str, ...]
    part: Part | None = None
    is_text: bool = False
    is_folder: bool = False


TEXT = Format("text (comma, tab, semicolon)", (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz"), is_text=True)
WORKBOOK = Format("Excel workbook", (".xlsx", ".xlsm"), "sheet", is_text=True)
GEOPACKAGE = Format("GeoPackage", (".gpkg",), "layer")
SHAPEFILE = Format("Shapefile", (".shp",))
DBASE = Format("dBASE table", (".dbf",))
GEODATABASE = Format("file geodatabase", (".gdb",), "layer", is_folder=True)
ZIPPED = Format("zip of layers", (".zip", ".shz"), "layer")
GEOJSON = Format("GeoJSON", (".geojson", ".geojson.gz"))
JSON = Format("GeoJSON or TopoJSON", (".json", ".json.gz"), "layer")
TOPOJSON = Format("TopoJSON", (".topojson", ".topojson.gz"), "layer")
JSON_LINES = Format("GeoJSON, one feature a line", (".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".geojsonl.gz", ".ndjson.gz", ".jsonl.gz"))
KML = Format("KML", (".kml", ".kmz"), "layer")
FLATGEOBUF = Format("FlatGeobuf", (".fgb",))
PARQUET = Format("Parquet or GeoParquet", (".parquet", ".geoparquet"))

FORMATS = (
    GEOPACKAGE, SHAPEFILE, GEODATABASE, ZIPPED, GEOJSON, JSON, TOPOJSON, JSON_LINES, KML, FLATGEOBUF, PARQUET, TEXT, WORKBOOK, DBASE,
)  # fmt: skip

LAYERS = (GEOPACKAGE, SHAPEFILE, GEODATABASE, ZIPPED, GEOJSON, JSON, TOPOJSON, JSON_LINES, KML, FLATGEOBUF, DBASE)
"""Those that GDAL reads."""

SIDECARS = {".shp": (".shx", ".dbf", ".prj", ".cpg"), ".dbf": (".cpg",)}
"""A shapefile is several files, and its table may say elsewhere how it is encoded: endings of what is read beside a file."""

OLD_WORKBOOKS = (".xls", ".xlsb", ".ods", ".numbers")
"""Workbooks that are not read, and that every spreadsheet can save as one that is."""

LAYER = ".gpkg, .shp, .gdb (or zipped), .geojson, .kml, .kmz, .topojson, .fgb or .parquet"
EXPECTED = f"Expected {LAYER.replace(' or', ',')}, .csv or .xlsx."


def format_of(path: Path | str) -> Format | None:
    """The kind of file that a name says; None where it says none."""
    name = Path(path).name.lower()
    return next((kind for kind in FORMATS if name.endswith(kind.endings)), None)


def endings(part: Part) -> Iterator[str]:
    """Endings of the files that may have several layers, or several sheets."""
    return (ending for kind in FORMATS if kind.part == part for ending in kind.endings)
