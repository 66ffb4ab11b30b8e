"""GeoPackages of several levels as one: each level's layers, called by its name, drawn as in its own file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from rezoning.report.exports.styles import MADE, NAMED, TABLE
from rezoning.report.exports.vector import undated


def gather_layers(found: Mapping[str, Path], target: Path) -> None:
    """Put the layers of the levels' GeoPackages into one: ``middle_zones`` is the layer ``zones`` of the level ``middle``."""
    import pyogrio.raw

    for level, path in found.items():
        for name in _layers(path):
            meta, _, geometry, fields = pyogrio.raw.read(path, layer=name)
            kinds = {"fields": meta["fields"], "geometry_type": meta["geometry_type"], "crs": meta["crs"]}
            with undated():
                pyogrio.raw.write(target, geometry, fields, layer=layer_name(level, name), driver="GPKG", append=target.exists(), **kinds)
    with closing(sqlite3.connect(target)) as file, file:
        file.execute(MADE)
        file.execute(NAMED)
        for level, path in found.items():
            _copy_styles(path, file, level)


def layer_name(level: str, name: str) -> str:
    """What a level's layer is called among those of all levels."""
    return f"{re.sub(r'[^0-9A-Za-z]+', '_', level).strip('_') or 'level'}_{name}"


def _layers(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as file:
        return [name for (name,) in file.execute("SELECT table_name FROM gpkg_geometry_columns ORDER BY rowid")]


def _copy_styles(source: Path, target: sqlite3.Connection, level: str) -> None:
    """How QGIS draws the layers, which it finds by their names."""
    with closing(sqlite3.connect(source)) as file:
        found = file.execute(f'SELECT * FROM "{TABLE}"')
        columns = [column[0] for column in found.description]
        rows = [dict(zip(columns, row, strict=True)) for row in found]
    for row in rows:
        said = {**{key: value for key, value in row.items() if key != "id"}, "f_table_name": layer_name(level, row["f_table_name"])}
        names = ", ".join(f'"{key}"' for key in said)
        target.execute(f'INSERT INTO "{TABLE}" ({names}) VALUES ({", ".join("?" * len(said))})', list(said.values()))
