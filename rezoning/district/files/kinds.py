"""What a file is by its first bytes, where it holds no table: said by its name, with what to export instead."""

from __future__ import annotations

import zipfile
from pathlib import Path

from rezoning.errors import DataError, Problem
from rezoning.scenario.files import is_folder

AS_TABLE = "Ask for the table behind it, or the layer of zones: CSV, Excel workbook, GeoPackage, Shapefile or KML."
FROM_GIS = "Open it and export the layer: GeoPackage, Shapefile, GeoJSON or CSV."

FIRST_BYTES = (
    (b"%PDF", "a PDF document: a picture of a plan, from which no program reads units", AS_TABLE),
    (b"\x89PNG\r\n", "a picture (PNG)", AS_TABLE),
    (b"\xff\xd8\xff", "a picture (JPEG)", AS_TABLE),
    (b"GIF8", "a picture (GIF)", AS_TABLE),
    (b"II*\0", "a picture (TIFF)", AS_TABLE),
    (b"MM\0*", "a picture (TIFF)", AS_TABLE),
    (b"BM", "a picture (BMP)", AS_TABLE),
    (b"{\\rtf", "a text document (RTF)", AS_TABLE),
    (b"<!doctype html", "a web page", "Download the file that the page links to."),
    (b"<html", "a web page", "Download the file that the page links to."),
    (b"<svg", "a picture (SVG)", AS_TABLE),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it, and name the file in it."),
    (b"Rar!", "a RAR archive", "Unpack it, and name the file in it."),
    (b"\x1f\x9d", "a packed file (.Z)", "Unpack it, and name the file in it."),
    (b"AC10", "an AutoCAD drawing (.dwg)", "Export its zones as Shapefile or KML."),
)
"""How files begin that hold no table, what people call them, and what to do."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OF_OLE = {
    ".mxd": ("an ArcMap project, which only names its layers", FROM_GIS),
    ".mpk": ("an ArcMap package", FROM_GIS),
    ".doc": ("a Word document", AS_TABLE),
    ".ppt": ("a PowerPoint presentation", AS_TABLE),
    ".xls": ("an old Excel workbook (.xls)", "Save it as an Excel workbook (.xlsx), or as CSV."),
    ".msg": ("an e-mail", "Save what is attached to it."),
}

PACKED = (
    ("word/", "a Word document", AS_TABLE),
    ("ppt/", "a PowerPoint presentation", AS_TABLE),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "Save it as an Excel workbook (.xlsx), or as CSV."),
    ("GISProject/", "an ArcGIS Pro project, which only names its layers", FROM_GIS),
    ("Index.json", "an ArcGIS Pro project, which only names its layers", FROM_GIS),
)
"""What the zip files of programs hold, and what they are."""

PROJECTS = {
    ".qgs": ("a QGIS project, which only names its layers", FROM_GIS),
    ".qgz": ("a QGIS project, which only names its layers", FROM_GIS),
    ".aprx": ("an ArcGIS Pro project, which only names its layers", FROM_GIS),
    ".mxd": OF_OLE[".mxd"],
    ".lyr": ("an ArcGIS layer file, which only says how a layer looks", FROM_GIS),
    ".lyrx": ("an ArcGIS layer file, which only says how a layer looks", FROM_GIS),
    ".qml": ("a QGIS style, which only says how a layer looks", FROM_GIS),
    ".dwg": ("an AutoCAD drawing (.dwg)", "Export its zones as Shapefile or KML."),
}
"""Files known by their endings alone."""

OPEN_DOCUMENTS = {
    "opendocument.text": ("a text document (.odt)", AS_TABLE),
    "opendocument.presentation": ("a presentation (.odp)", AS_TABLE),
    "opendocument.spreadsheet": ("a workbook of LibreOffice (.ods)", "Save it as an Excel workbook (.xlsx), or as CSV."),
}


def check_kind(path: Path) -> None:
    """Refuse a file that is known to hold no table and no layer; a geodatabase is a folder, and none of those.

    Raises
    ------
    DataError
        Names what it is, whatever its ending says.
    """
    found = None if is_folder(path) else _kind(path)
    if found is not None:
        raise DataError(Problem(path.name, f"is {found[0]}.", found[1]))


def _kind(path: Path) -> tuple[str, str] | None:
    with path.open("rb") as stream:
        start = stream.read(512)
    ending = path.suffix.lower()
    if start.startswith(b"PK\x03\x04"):
        return PROJECTS.get(ending) or _packed(path)
    if start.startswith(OLE):
        return OF_OLE.get(ending, ("an old document of Microsoft Office", "Save its table as an Excel workbook (.xlsx), or as CSV."))
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    for beginning, what, cure in FIRST_BYTES:
        is_text = beginning[:1] in b"<{"
        if (plain.lower() if is_text else start).startswith(beginning.lower() if is_text else beginning) and (is_text or not _is_text(start)):
            return what, cure
    if b"<!DOCTYPE qgis" in start or b"<qgis" in start:
        return PROJECTS[".qgs"]
    return PROJECTS.get(ending)


def _is_text(start: bytes) -> bool:
    """Whether a file begins as texts do: ids may spell the beginnings of pictures."""
    return b"\0" not in start and not start.startswith((b"%PDF", b"\x1f"))


def _packed(path: Path) -> tuple[str, str] | None:
    """What a zip file of some program is."""
    try:
        with zipfile.ZipFile(path) as held:
            names = held.namelist()
            said = held.read("mimetype")[:200].decode("ascii", "replace") if "mimetype" in names else ""
    except (OSError, zipfile.BadZipFile, RuntimeError, ValueError):
        return None
    for mark, found in OPEN_DOCUMENTS.items():
        if mark in said:
            return found
    if any(name.lower().endswith(".qgs") for name in names):
        return PROJECTS[".qgz"]
    return next(((what, cure) for mark, what, cure in PACKED if any(name.startswith(mark) for name in names)), None)
