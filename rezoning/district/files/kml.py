"""What KML says of a feature: its own fields, those that its author added, and tables in balloons for people."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.files.table import Table
from rezoning.errors import shown

OWN = ("id", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon")
"""Fields that every feature has, and that say how it is shown."""

BALLOON = "description"
ROW = re.compile(r"<tr\b", re.IGNORECASE)
CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)(?=</?t[dhr]\b|</table|$)", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^>]*>")
NOTHING = frozenset({"", "<Null>", "&lt;Null&gt;"})


def as_its_author_said(table: Table) -> Table:
    """A KML layer with the columns of its balloons, without fields that say nothing; of mixed shapes the parts that cover the most."""
    frame, notes = table.frame, list(table.notes)
    frame = frame.drop(columns=[name for name in OWN if name in frame.columns and _says_nothing(frame[name])])
    told = [_pairs(text) if isinstance(text, str) else {} for text in frame.get(BALLOON, [])]
    new = [name for name in dict.fromkeys(name for pairs in told for name in pairs) if name not in frame.columns]
    if new:
        added = {name: [pairs.get(name) for pairs in told] for name in new}
        frame = pd.concat([frame.drop(columns=BALLOON), pd.DataFrame(added, index=frame.index, dtype=object)], axis=1)
        notes.append(f"{table.name}: columns from the tables in its descriptions: {shown(new, 20)}")
    elif BALLOON in frame.columns and _says_nothing(frame[BALLOON]):
        frame = frame.drop(columns=BALLOON)
    if table.geometry is None:
        return replace(table, frame=frame, notes=tuple(notes))
    shapes = np.asarray(table.geometry.array)
    plain = np.array([_main_part(shape) for shape in shapes], dtype=object)
    mixed = sum(one is not other for one, other in zip(plain, shapes, strict=True))
    if mixed:
        notes.append(f"{table.name}: left out points or lines that {mixed:,} of its shapes have beside their main parts")
    import geopandas as gpd

    geometry = gpd.GeoSeries(plain, index=frame.index, crs=table.geometry.crs, name="geometry")
    return replace(table, frame=frame, geometry=geometry, notes=tuple(notes))


def _says_nothing(values: pd.Series[Any]) -> bool:
    given = values.dropna()
    return bool(given.isin([-1, 0, ""]).all())


def _pairs(text: str) -> dict[str, str | None]:
    """What a balloon's table says: rows of a name and a value."""
    found: dict[str, str | None] = {}
    for row in ROW.split(text)[1:]:
        cells = [cell.strip() for cell in CELL.findall(row)]
        if len(cells) == 2 and (name := _plain(cells[0]).rstrip(":")):
            found.setdefault(name, None if cells[1] in NOTHING else _plain(cells[1]) or None)
    return found


def _plain(cell: str) -> str:
    return " ".join(html.unescape(TAG.sub(" ", cell)).split())


def _main_part(shape: Any) -> Any:
    """A shape of several kinds as those of its parts that have the most dimensions; any other as it is."""
    import shapely

    if shape is None or shape.geom_type != "GeometryCollection" or shape.is_empty:
        return shape
    parts = _leaves(shape)
    most = max(shapely.get_dimensions(part) for part in parts)
    kept = [part for part in parts if shapely.get_dimensions(part) == most]
    return kept[0] if len(kept) == 1 else (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[most](kept)


def _leaves(shape: Any) -> list[Any]:
    """The single parts of a shape, whatever it holds."""
    inner = getattr(shape, "geoms", None)
    return [shape] if inner is None else [leaf for part in inner for leaf in _leaves(part)]
