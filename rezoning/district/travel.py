"""Travel from every unit to every open school: long or wide tables of any measure, or a labelled estimate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.district.checks import check_join, numbers, quoted
from rezoning.district.detect import DESTINATION, ORIGIN, TRAVEL_VALUE, by_name, report_shortened
from rezoning.district.district import Floats, Ints
from rezoning.district.readers import TEXT_SUFFIXES, UNREADABLE, Table, check_there, read_table, texts, unreadable
from rezoning.district.reading import Reading, counted
from rezoning.district.text_files import layout_notes, read_columns, text_layout
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.data import Travel, Walk

FACTOR = {"minutes": 1.0, "seconds": 1 / 60, "kilometers": 1.0, "meters": 1e-3, "miles": 1.609344, "feet": 0.0003048}
"""To minutes, or to kilometers."""


@dataclass(frozen=True)
class Shape:
    """Which columns say what: `value` for a long table (one row per pair), `schools` for a wide one (a column per school)."""

    origin: str
    destination: str = ""
    value: str = ""
    schools: tuple[tuple[str, int], ...] = ()

    @property
    def is_long(self) -> bool:
        """One row per pair of unit and school."""
        return bool(self.value)


def read_travel(section: Travel | Walk, units: UnitTable, schools: SchoolTable, reading: Reading) -> Floats:
    """Travel (or walks) of a file, shape (n, m), in minutes or kilometers; NaN where unknown."""
    assert section.path is not None
    assert section.measure is not None
    place = section.place("path")
    columns, head = _peek(section.path, place)
    shape = told_shape(columns, head, section.path.name, units, schools)
    table = _read(section.path, shape, place)
    reading.took(table)
    travel = _from_long(table, shape, units, schools, reading) if shape.is_long else _from_wide(table, shape, units, schools, reading)
    return travel * FACTOR[section.measure]


def is_minutes(section: Travel | Walk) -> bool:
    """Whether travel is a time; else it is a distance in kilometers."""
    return section.measure in (None, "minutes", "seconds")


# -- reading ---------------------------------------------------------------------------------------------------------


def _peek(path: Path, place: str) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Column names and the first records as text, without reading a large file twice."""
    if not path.name.lower().endswith(TEXT_SUFFIXES):
        table = read_table(path, place=place)
        return tuple(str(name) for name in table.frame.columns), table.frame.head(100)
    check_there(path, place)
    try:
        layout = text_layout(path)
        head = read_columns(path, layout, str, rows=100)
    except UNREADABLE as error:
        raise unreadable(path, error) from error
    return tuple(str(name) for name in head.columns), head


def _read(path: Path, shape: Shape, place: str) -> Table:
    """The columns of `shape`; values as numbers straight from the parser, which makes millions of rows bearable.

    A file that cannot be read so is read as text, for the places of what is wrong in it.
    """
    if not path.name.lower().endswith(TEXT_SUFFIXES):
        return read_table(path, place=place)
    ids, values = ([shape.origin, shape.destination], [shape.value]) if shape.is_long else ([], [name for name, _ in shape.schools])
    layout = text_layout(path)
    kinds = dict.fromkeys(layout.columns, str) | dict.fromkeys(ids, "category") | dict.fromkeys(values, np.float64)
    try:
        frame = read_columns(path, layout, kinds)
    except UNREADABLE:
        return read_table(path, place=place)
    return read_table(path, place=place) if frame.empty else Table(path, frame, files=(path,), notes=layout_notes(path, layout))


def told_shape(columns: tuple[str, ...], head: pd.DataFrame, name: str, units: UnitTable, schools: SchoolTable) -> Shape:
    """Tell a long table from a wide one: wide when headers are schools, long when two columns hold ids.

    Raises
    ------
    DataError
        It is neither, or two headers are one school.
    """
    named = [(header, schools.lookup.find(header)) for header in columns[1:]]
    wide = tuple((header, s) for header, s in named if 0 <= s < len(schools.ids))
    origin, destination, value = (by_name(columns, aliases) for aliases in (ORIGIN, DESTINATION, TRAVEL_VALUE))
    if wide:
        _check_once(wide, name, schools)
        return Shape(columns[0] if _holds(head, columns[0], units.lookup) or not origin else origin, schools=wide)
    if origin and destination and len(columns) >= 3:
        value = value or next((header for header in columns if header not in (origin, destination)), None)
    elif len(columns) == 3 or (len(columns) > 3 and _holds(head, columns[0], units.lookup) and _holds(head, columns[1], schools.lookup)):
        origin, destination, value = columns[0], columns[1], value or columns[2]
    else:
        value = None
    if not origin or not destination or not value or len({origin, destination, value}) < 3:
        message = f"is neither a long table nor a wide one. Columns: {shown(columns, 40)}."
        cure = f"Expected from_id, to_id and a value, or a column of unit ids and one per school, headed {shown(quoted(schools.ids), 3)}."
        raise DataError(Problem(f"{name}, row 1", message, cure))
    return Shape(origin, destination, value)


def _holds(head: pd.DataFrame, name: str, lookup: Any) -> bool:
    found, _ = lookup.find_all(texts(head[name]))
    return bool((found >= 0).any())


def _check_once(wide: tuple[tuple[str, int], ...], name: str, schools: SchoolTable) -> None:
    seen: dict[int, str] = {}
    for header, s in wide:
        if s in seen:
            message = f"columns '{seen[s]}' and '{header}' are both the school '{schools.ids[s]}'."
            raise DataError(Problem(f"{name}, row 1", message, "Keep one of them."))
        seen[s] = header


# -- shapes ----------------------------------------------------------------------------------------------------------


def _from_wide(table: Table, shape: Shape, units: UnitTable, schools: SchoolTable, reading: Reading) -> Floats:
    travel = np.full((len(units.ids), len(schools.ids)), np.nan)
    rows = _units_of(table, shape.origin, units, reading)
    known = rows >= 0
    repeated = known & pd.Series(rows).duplicated(keep=False).to_numpy()
    if repeated.any():
        named = shown(dict.fromkeys(f"'{units.ids[u]}'" for u in rows[repeated]))
        reading.problems.add(table.place(table.rows(repeated)), f"more than one row for unit {named}.", "Keep one row per unit.")
    for header, s in shape.schools:
        travel[rows[known], s] = _values(table, header, reading)[known]
    others = [header for header in table.frame.columns if header != shape.origin and header not in dict(shape.schools)]
    if others:
        reading.note(f"{table.name}: left out {counted(len(others), 'column')} of no open school: {shown(quoted(others))}")
    return travel


def _from_long(table: Table, shape: Shape, units: UnitTable, schools: SchoolTable, reading: Reading) -> Floats:
    num_units, num_schools = len(units.ids), len(schools.ids)
    travel = np.full(num_units * num_schools, np.nan)
    u = _units_of(table, shape.origin, units, reading)
    s, unknown = schools.lookup.find_all(table.frame[shape.destination])
    if unknown:
        reading.note(f"{table.name}: left out {counted(len(unknown), 'school')} that {schools.table.name} does not have: {shown(quoted(unknown))}")
    values = _values(table, shape.value, reading)
    known = (u >= 0) & (s >= 0) & (s < num_schools)
    if not known.any() and (u >= 0).any():
        wrong = shown(quoted(unknown))
        message = f"none of the ids in column '{shape.destination}' is an open school: {wrong}."
        reading.problems.add(table.name, message, f"Schools are {shown(quoted(schools.ids))}.")
    pair = u * num_schools + s
    travel[pair[known]] = values[known]
    _check_pairs_once(np.where(known, pair, -1), table, units, schools, reading)
    return travel.reshape(num_units, num_schools)


def _check_pairs_once(pair: Ints, table: Table, units: UnitTable, schools: SchoolTable, reading: Reading) -> None:
    times = np.bincount(pair[pair >= 0], minlength=1)
    twice = np.flatnonzero(times > 1)
    if len(twice):
        named = shown([f"'{units.ids[p // len(schools.ids)]}' to '{schools.ids[p % len(schools.ids)]}'" for p in twice])
        rows = table.rows(np.isin(pair, twice))
        message = f"{counted(len(twice), 'pair')} of unit and school given more than once: {named}."
        reading.problems.add(table.place(rows), message, "Keep one row per pair.")


def _units_of(table: Table, name: str, units: UnitTable, reading: Reading) -> Ints:
    rows, unknown = units.lookup.find_all(table.frame[name])
    if report_shortened(unknown, table, name, "unit id", reading):
        return rows
    fits = check_join(units.ids, len(np.unique(rows[rows >= 0])), unknown, table.name, reading)
    if unknown and fits:
        reading.note(f"{table.name}: left out {counted(len(unknown), 'id')} in column '{name}' that {'is' if len(unknown) == 1 else 'are'} "
                     f"no unit of {units.table.name}: {shown(quoted(unknown))}")  # fmt: skip
    return rows


def _values(table: Table, name: str, reading: Reading) -> Floats:
    values = table.frame[name]
    read, blank, wrong = numbers(values)
    if wrong.any():
        message = f"column '{name}' holds {shown(quoted(texts(values[wrong])))}, not a number."
        reading.problems.add(table.place(table.rows(wrong)), message, "Write plain numbers; leave the cell blank where the way is unknown.")
    negative = ~blank & ~wrong & (read < 0)
    if negative.any():
        message = f"column '{name}' holds negative values: {shown(f'{value:g}' for value in read[negative])}."
        reading.problems.add(table.place(table.rows(negative)), message, "Leave the cell blank where the way is unknown.")
    return np.where(blank | wrong | negative, np.nan, read)


# -- estimate --------------------------------------------------------------------------------------------------------


def estimated(section: Travel, geometry: gpd.GeoSeries, points: gpd.GeoSeries | None, school_unit: Ints) -> Floats:
    """Minutes from straight lines, shape (n, m): ``km * detour / speed_kmh * 60``.

    Parameters
    ----------
    section
        Speed in km/h and detour (length of the way over the straight line).
    geometry
        Polygons in meters; a trip starts at a point inside each.
    points
        Where the schools are; None: at a point inside their units.
    school_unit
        The unit that holds each school, shape (m,).
    """
    inside = geometry.representative_point()
    starts = np.column_stack((inside.x, inside.y))
    ends = starts[school_unit] if points is None else np.column_stack((points.x, points.y))
    gaps = starts[:, None, :] - ends[None, :, :]
    kilometers: Floats = np.hypot(gaps[..., 0], gaps[..., 1]) / 1000
    return kilometers * (section.detour / section.speed_kmh * 60)
