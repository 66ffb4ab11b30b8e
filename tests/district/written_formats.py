"""A layer or a table, written in every format that is read."""

from __future__ import annotations

import gzip
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio

Write = Callable[[Path, gpd.GeoDataFrame], Path]


def _driver(name: str, driver: str, crs: int | None = None) -> Write:
    def write(folder: Path, layer: gpd.GeoDataFrame) -> Path:
        path = folder / name
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Field .* of type Integer64")
            pyogrio.write_dataframe(layer if crs is None else layer.to_crs(crs), path, driver=driver, layer=path.name.partition(".")[0])
        return path

    return write


def _packed(name: str, write: Write, within: str = "") -> Write:
    """All files of a layer in one zip, as they are or in a folder."""

    def pack(folder: Path, layer: gpd.GeoDataFrame) -> Path:
        inside = folder / "inside"
        inside.mkdir()
        write(inside, layer)
        with zipfile.ZipFile(folder / name, "w") as packed:
            for file in sorted(inside.rglob("*")):
                packed.write(file, within + str(file.relative_to(inside)))
        return folder / name

    return pack


def _gzipped(write: Write) -> Write:
    def pack(folder: Path, layer: gpd.GeoDataFrame) -> Path:
        plain = write(folder, layer)
        path = plain.with_name(f"{plain.name}.gz")
        path.write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
        return path

    return pack


def _topojson(name: str) -> Write:
    def write(folder: Path, layer: gpd.GeoDataFrame) -> Path:
        """Each ring is an arc of its own; coordinates are whole numbers of a grid, as TopoJSON has them."""
        degrees, step = layer.to_crs(4326), 1e-9
        west, south, *_ = degrees.total_bounds
        arcs, shapes = list[list[list[int]]](), list[dict[str, Any]]()
        for row, shape in zip(layer.drop(columns="geometry").to_dict("records"), degrees.geometry, strict=True):
            points = [(round((x - west) / step), round((y - south) / step)) for x, y in shape.exterior.coords]
            moves = [(x - a, y - b) for (x, y), (a, b) in zip(points[1:], points[:-1], strict=True)]
            shapes.append(
                {"type": "Polygon", "arcs": [[len(arcs)]], "properties": {key: None if pd.isna(value) else value for key, value in row.items()}}
            )
            arcs.append([list(point) for point in (points[0], *moves)])
        topology = {
            "type": "Topology", "arcs": arcs, "transform": {"scale": [step, step], "translate": [west, south]},
            "objects": {"units": {"type": "GeometryCollection", "geometries": shapes}},
        }  # fmt: skip
        path = folder / name
        path.write_text(json.dumps(topology, default=int))
        return path

    return write


def _wkt(name: str, srid: int | None) -> Write:
    def write(folder: Path, layer: gpd.GeoDataFrame) -> Path:
        shapes = layer.to_crs(srid or 4326).geometry.to_wkt()
        table = layer.drop(columns="geometry").assign(WKT=shapes if srid is None else f"SRID={srid};" + shapes)
        return write_table(folder / name, table)

    return write


def _wkb(name: str) -> Write:
    def write(folder: Path, layer: gpd.GeoDataFrame) -> Path:
        import shapely

        shapes = [shapely.to_wkb(shapely.set_srid(shape, 32618), hex=True, include_srid=True) for shape in layer.geometry]
        return write_table(folder / name, layer.drop(columns="geometry").assign(geom=shapes))

    return write


def _balloons(name: str, crs: int = 4326) -> Write:
    """KML as a map program writes it for people: what is known of a feature stands in a table of its balloon."""

    def write(folder: Path, layer: gpd.GeoDataFrame) -> Path:
        marks = []
        for row, shape in zip(layer.drop(columns="geometry").to_dict("records"), layer.to_crs(crs).geometry, strict=True):
            cells = "".join(
                f'<tr bgcolor="#D4E4F3">\n<td>{key}</td>\n<td>{"&lt;Null&gt;" if pd.isna(value) else value}</td>\n</tr>' for key, value in row.items()
            )
            about = f"<html><body><table><tr><td>{row['id']}</td></tr><tr><td><table>{cells}</table></td></tr></table></body></html>"
            ring = " ".join(f"{x:.10f},{y:.10f},0" for x, y in shape.exterior.coords)
            where = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
            middle = f"<Point><coordinates>{shape.centroid.x},{shape.centroid.y},0</coordinates></Point>"
            marks.append(
                f"<Placemark><name>x</name><description><![CDATA[{about}]]></description><MultiGeometry>{middle}{where}</MultiGeometry></Placemark>"
            )
        text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>units</name>{"".join(marks)}</Folder></Document></kml>'
        path = folder / name
        path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>{text}')
        return path

    return write


def _parquet(folder: Path, layer: gpd.GeoDataFrame) -> Path:
    layer.to_parquet(folder / "units.parquet")
    return folder / "units.parquet"


_SHAPES = _driver("units.shp", "ESRI Shapefile")

LAYERS: dict[str, Write] = {
    "GeoPackage": _driver("units.gpkg", "GPKG"),
    "zipped GeoPackage": _packed("units.gpkg.zip", _driver("units.gpkg", "GPKG")),
    "Shapefile": _SHAPES,
    "zipped Shapefile": _packed("units.zip", _SHAPES),
    "Shapefile in a folder of a zip": _packed("units.zip", _SHAPES, "Export/Layers/"),
    "geodatabase": _driver("units.gdb", "OpenFileGDB"),
    "zipped geodatabase": _packed("units.gdb.zip", _driver("units.gdb", "OpenFileGDB"), "Data/"),
    "GeoJSON": _driver("units.geojson", "GeoJSON", 4326),
    "GeoJSON called JSON": _driver("units.json", "GeoJSON", 4326),
    "gzipped GeoJSON": _gzipped(_driver("units.geojson", "GeoJSON", 4326)),
    "zipped GeoJSON": _packed("units.zip", _driver("units.geojson", "GeoJSON", 4326)),
    "GeoJSON lines": _driver("units.geojsonl", "GeoJSONSeq", 4326),
    "gzipped GeoJSON lines": _gzipped(_driver("units.ndjson", "GeoJSONSeq", 4326)),
    "TopoJSON": _topojson("units.topojson"),
    "TopoJSON called JSON": _topojson("units.json"),
    "KML": _driver("units.kml", "LIBKML", 4326),
    "KMZ": _driver("units.kmz", "LIBKML", 4326),
    "KML with balloons": _balloons("units.kml"),
    "FlatGeobuf": _driver("units.fgb", "FlatGeobuf"),
    "GeoParquet": _parquet,
    "text with WKT": _wkt("units.csv", None),
    "text with EWKT": _wkt("units.csv", 32618),
    "text with hexadecimal WKB": _wkb("units.csv"),
    "workbook with WKT": _wkt("units.xlsx", None),
}


def write_table(path: Path, table: pd.DataFrame) -> Path:
    """A table by what its name says: text, workbook, Parquet, dBASE or a table of a geodatabase."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Field .* of type Integer64")
        if path.name.endswith((".xlsx", ".xlsm")):
            table.to_excel(path, index=False)
        elif path.name.endswith(".parquet"):
            table.to_parquet(path)
        elif path.name.endswith(".csv"):
            table.to_csv(path, index=False)
        else:
            driver = {".gpkg": "GPKG", ".gdb": "OpenFileGDB", ".dbf": "ESRI Shapefile"}[path.suffix]
            pyogrio.write_dataframe(table, path, driver=driver, layer=path.stem)
    return path


TABLES = (".csv", ".xlsx", ".parquet", ".gpkg", ".gdb", ".dbf")


def workbook(path: Path, sheets: dict[str, list[list[Any]]], change: Callable[[openpyxl.Workbook], None] = lambda book: None) -> Path:
    """A workbook with these rows, changed once more before it is saved."""
    book = openpyxl.Workbook()
    for at, (name, rows) in enumerate(sheets.items()):
        sheet = book.active if at == 0 else book.create_sheet()
        sheet.title = name
        for row in rows:
            sheet.append(row)
    change(book)
    book.save(path)
    return path
