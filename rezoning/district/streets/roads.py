"""Streets from a layer of lines: TIGER edges of the Census, a city's or county's road layer, edges that OSMnx wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.district.checks import quoted
from rezoning.district.detect import by_name, words_of
from rezoning.district.district import Floats, Ints
from rezoning.district.files.read import read_table
from rezoning.district.files.table import Table, column, texts
from rezoning.district.overlay import LINES
from rezoning.district.reading import counted
from rezoning.district.streets.classes import class_name
from rezoning.district.streets.tags import BOTH, KMH_PER_MPH, NEITHER, UNKNOWN, mapped, one_ways, posted_kmh
from rezoning.district.streets.ways import Ways, drawn
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    from rezoning.scenario.streets import Streets

CLASS = ("highway", "mtfcc", "fclass", "road_class", "roadclass", "func_class", "functional_class", "functional", "funcclass", "class", "road_type",
         "roadtype", "type", "kind")  # fmt: skip
SPEED = ("maxspeed", "speed_limit", "speedlimit", "speed_lim", "spd_limit", "spdlimit", "posted_speed", "posted_spe", "postedspeed", "max_speed",
         "speed_mph", "speed_kmh", "speed_kph", "speed", "mph", "kmh", "kph")  # fmt: skip
ONE_WAY = ("oneway", "one_way", "onewaydir", "oneway_dir", "direction", "traffic_dir", "dir_travel")
UNIT = {"mph": KMH_PER_MPH, "km/h": 1.0}

NODES = ("TNIDF", "TNIDT")
"""Columns of TIGER edges: where each begins and ends."""


def read_roads(section: Streets) -> Ways:
    """Lines of a layer, each along its way; those of TIGER that are no roads are left out.

    Raises
    ------
    DataError
        There are no lines or no CRS, a column is missing, or what one says is not understood.
    """
    table = read_table(section.path, section.layer or only_lines(section.path), section.place("path"))
    points, starts, of = _lines(table)
    choice = _Choice(section, table)
    kind, posted, oneway = choice.kinds(), choice.posted(), choice.one_ways()
    ways = Ways(
        points,
        starts,
        kind=kind[of],
        posted=posted[of],
        oneway=np.where(oneway == NEITHER, BOTH, oneway)[of],
        private=np.zeros(len(of), dtype=bool),
        num_read=len(table.frame),
        has_own_classes=choice.has_own_classes,
        files=table.files,
        notes=(*table.notes, *choice.notes),
        warnings=(*table.warnings, *choice.warnings),
    )
    first, last = (by_name(table.columns, (name,)) for name in NODES)
    roads = by_name(table.columns, ("ROADFLG",))
    used = (oneway != NEITHER) & (np.True_ if roads is None else mapped(texts(table.frame[roads]), lambda text: text.upper() == "Y") == 1)
    if first is not None and last is not None:
        ids, _ = pd.factorize(np.concatenate([texts(table.frame[first]), texts(table.frame[last])]))
        ways = replace(ways, nodes=ids.reshape(2, -1).T[of].astype(np.int64))
    elif choice.is_tiger:
        doubt = "has no nodes (TNIDF, TNIDT): its streets meet only where they share a vertex; the county's edges file knows where they meet"
        ways = replace(ways, warnings=(*ways.warnings, f"{table.name}: {doubt}"))
    return ways.kept(np.asarray(used)[of])


def only_lines(path: Path) -> str | None:
    """The only layer of lines of a file that has several layers, as OSMnx writes nodes and edges."""
    import pyogrio

    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return None
    try:
        layers = pyogrio.list_layers(path)
    except (pyogrio.errors.DataSourceError, RuntimeError):  # whoever reads the file tells what is wrong with it
        return None
    lines = [str(name) for name, kind in layers if "LineString" in str(kind)]
    return lines[0] if len(lines) == 1 and len(layers) > 1 else None


def _lines(table: Table) -> tuple[Floats, Ints, Ints]:
    """Vertices in degrees, where each line begins, and its row; refused without lines or CRS."""
    import shapely

    cure = "Name a layer of lines, with its CRS: .gpkg, .geojson, .shp or a zip of one."
    if table.geometry is None:
        raise DataError(Problem(table.name, "has no lines.", cure))
    shapes = np.asarray(table.geometry.array)
    if not np.isin(shapely.get_type_id(shapes), LINES).any():
        found = shown(dict.fromkeys(shape.geom_type for shape in shapes if shape is not None))
        raise DataError(Problem(table.name, f"holds {found or 'nothing'} where lines were expected.", cure))
    if table.geometry.crs is None:
        raise DataError(Problem(table.name, "has no CRS.", "Save it with its CRS; a shapefile keeps it in its .prj file."))
    points, starts, of = drawn(shapes)
    return _degrees(points, table), starts, of


def _degrees(points: Floats, table: Table) -> Floats:
    import pyproj

    assert table.geometry is not None
    lonlat = np.column_stack(pyproj.Transformer.from_crs(table.geometry.crs, "EPSG:4326", always_xy=True).transform(*points.T))
    if not np.isfinite(lonlat).all():
        raise DataError(Problem(table.name, "has lines outside of what its CRS can show.", "Give the file the CRS that its coordinates are in."))
    return lonlat


class _Choice:
    """Which columns say what, found by their names where the scenario does not say, and what was chosen."""

    def __init__(self, section: Streets, table: Table) -> None:
        self.section, self.table = section, table
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.kind = self._named("class_column", CLASS, "class")
        named = "" if self.kind is None else self.kind.lower()
        self.is_tiger, self.has_own_classes = named == "mtfcc", named not in ("mtfcc", "highway", "fclass")

    def _named(self, key: str, usual: tuple[str, ...], what: str) -> str | None:
        said = getattr(self.section, key)
        found = by_name(self.table.columns, usual) if said is None else said
        if said is None and found is not None:
            self.notes.append(f"{self.table.name}: {what} column '{found}' (detected)")
        return None if found is None else str(found)

    def _texts(self, name: str, key: str) -> np.ndarray[Any, np.dtype[np.object_]]:
        """A column as texts; each distinct value is looked at once."""
        codes, distinct = pd.factorize(column(self.table, name, self.section.place(key)))
        return np.append(texts(pd.Series(distinct)), "")[codes]

    def kinds(self) -> np.ndarray[Any, np.dtype[np.object_]]:
        """Class of every row; the first of a list, as OSMnx writes it."""
        if self.kind is None:
            self.warnings.append(f"{self.table.name}: no column says what class a street is; name it with class_column")
            return np.full(len(self.table.frame), "", dtype=object)
        codes, distinct = pd.factorize(self._texts(self.kind, "class_column"))
        tidy = [str(text).strip("[]").split(",")[0].strip(" '\"") for text in distinct]
        return np.array([class_name(text) for text in tidy], dtype=object)[codes]

    def posted(self) -> Floats:
        """Posted km/h of every row, both ways; a plain number needs a unit, from its column's name at least."""
        found = np.full((len(self.table.frame), 2), np.nan)
        name = self._named("speed_column", SPEED, "speed") if self.section.mode == "drive" else None
        if name is None:
            return found
        written = self._texts(name, "speed_column")
        unit = self._unit(name, written)
        found[:] = mapped(written, lambda text: posted_kmh(text, UNIT[unit]))[:, None]
        unclear = np.isnan(found[:, 0]) & ~np.isin(written, ("", "0", "none", "None"))
        if unclear.any():
            held = shown(quoted(list(dict.fromkeys(written[unclear]))))
            self.warnings.append(f"{self.table.name}: {held} in column '{name}' ({counted(int(unclear.sum()), 'row')}) read as no posted speed")
        return found

    def _unit(self, name: str, written: np.ndarray[Any, np.dtype[np.object_]]) -> str:
        plain = mapped(written, lambda text: text.replace(".", "", 1).strip("[]' ").isdecimal() and float(text.strip("[]' ")) > 0) == 1
        words = set(words_of(name))
        said = "mph" if "mph" in words else "km/h" if words & {"kmh", "kph"} or not self.has_own_classes else None
        if self.section.speed_unit is not None or not plain.any():
            return self.section.speed_unit or "km/h"
        if said is None:
            message = f"column '{name}' of {self.table.name} holds speeds of no unit: {shown(quoted(list(dict.fromkeys(written[plain]))))}."
            raise DataError(Problem(self.section.place("speed_unit"), message, "Say speed_unit: mph or km/h."))
        return said

    def one_ways(self) -> Ints:
        """Directions of every row."""
        name = self._named("oneway_column", ONE_WAY, "one-way")
        if name is None:
            if not self.is_tiger:
                self.notes.append(f"{self.table.name}: no column says what is one-way; all streets lead both ways")
            return np.zeros(len(self.table.frame), dtype=np.int64)
        written = self._texts(name, "oneway_column")
        found = one_ways(written)
        unknown = found == UNKNOWN
        if unknown.any():
            held = shown(quoted(list(dict.fromkeys(written[unknown]))))
            message = f"column '{name}' holds {held}, which says nothing about one-ways."
            cure = "Write yes, no or -1 (against the line), or FT, TF and B; or name another column with oneway_column."
            raise DataError(Problem(self.table.place(self.table.rows(unknown)), message, cure))
        return found
