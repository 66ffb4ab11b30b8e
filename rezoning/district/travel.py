"""Travel from every unit to every open school: long or wide tables of any measure, or a labelled estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rezoning.district.checks import check_join, quoted
from rezoning.district.counts import NOT_AVAILABLE, numbers, report_no_number
from rezoning.district.detect import EXCEL, Texts, note_mended, report_shortened, said_row_numbers
from rezoning.district.district import Floats, Ints
from rezoning.district.files.faults import UNREADABLE, check_there, unreadable
from rezoning.district.files.read import read_source
from rezoning.district.files.table import Table, texts
from rezoning.district.files.text import layout_notes, read_columns, text_layout
from rezoning.district.reading import Reading, counted
from rezoning.district.routing import is_answer, read_answer
from rezoning.district.travel_columns import TravelTableShape, fits, told_shape, written_in_minutes
from rezoning.errors import shown
from rezoning.scenario.formats import TEXT, format_of

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.data import Travel, Walk

FACTOR = {"minutes": 1.0, "seconds": 1 / 60, "kilometers": 1.0, "meters": 1e-3, "miles": 1.609344, "feet": 0.0003048}
"""To minutes, or to kilometers."""

NO_WAY = np.array([2.0**31 - 1, 2.0**31, 2.0**32 - 1, 2.0**63, 2147483.647, 4294967.295, *(10.0**k - 1 for k in range(6, 11)), 1e9, 1e10, 1e12])
"""Largest numbers, and rows of nines: what programs write where there is no way."""


NINES = np.array([999.0, 9999.0, 99999.0])
"""The same, where other trips are far shorter."""


@dataclass(frozen=True, eq=False)
class Trips:
    """Travel (or walks) of a file.

    Parameters
    ----------
    table
        The file.
    travel
        Shape (n, m), in minutes or kilometers; NaN where unknown.
    row
        The row of the file that gives each, shape (n, m); 0 where none does.
    """

    table: Table
    travel: Floats
    row: Ints


def read_travel(section: Travel | Walk, units: UnitTable, schools: SchoolTable, reading: Reading) -> Trips:
    """Read a file of travel or walks."""
    assert section.path is not None
    assert section.measure is not None
    answer = read_answer(section, units, schools) if is_answer(section.path) else None
    schools = schools.with_names()
    whole = answer if answer is not None or format_of(section.path) is TEXT else read_source(section)
    head = _head(section) if whole is None else whole.frame.head(100)
    shape = told_shape(head, section.path.name, section, units, schools)
    table = _read(section, shape) if whole is None else whole
    reading.took(table)
    _note_choices(shape, section, table, reading)
    travel, row = _from_long(table, shape, units, schools, reading) if shape.is_long else _from_wide(table, shape, units, schools, reading)
    return Trips(table, travel * FACTOR[section.measure], row)


def _note_choices(shape: TravelTableShape, section: Travel | Walk, table: Table, reading: Reading) -> None:
    """Say which column was taken where others could have been; doubt one that is called after another unit."""
    reading.notes.extend(said_row_numbers(shape.passed_over, table.name))
    if shape.rivals:
        reading.note(f"{table.name}: {section.measure} from column '{shape.value}', not from {shown(quoted(shape.rivals))}")
    if shape.is_long and section.value is None and not fits(shape.value, section.measure):
        reading.warn(
            f"{table.name}: column '{shape.value}' is read as {section.measure}, and its name says something else; check {_measure(section)}"
        )
    elif written_in_minutes(table.columns, shape) and section.measure == "seconds":
        told = f"{table.name}: column '{shape.value}' is read as seconds, and a table with these columns is as r5r, r5py and Conveyal write them"
        reading.warn(f"{told}: in minutes; check {_measure(section)}")


def _measure(section: Travel | Walk) -> str:
    return ".".join((*map(str, section.usual_keys), "measure"))


def is_minutes(section: Travel | Walk) -> bool:
    """Whether travel is a time; else it is a distance in kilometers."""
    return section.measure in (None, "minutes", "seconds")


# -- reading ---------------------------------------------------------------------------------------------------------


def _head(section: Travel | Walk) -> pd.DataFrame:
    """The first records of a text file, without reading a large one twice."""
    path = section.path
    assert path is not None
    check_there(path, section.place("path"))
    try:
        return read_columns(path, text_layout(path), str, rows=100)
    except UNREADABLE as error:
        raise unreadable(path, error) from error


def _read(section: Travel | Walk, shape: TravelTableShape) -> Table:
    """The columns of `shape` of a text file; values as numbers straight from the parser, which makes millions of rows bearable.

    A file that cannot be read so is read as text, for the places of what is wrong in it.
    """
    path = section.path
    assert path is not None
    ids, values = ([shape.origin, shape.destination], [shape.value]) if shape.is_long else ([], [name for name, _ in shape.schools])
    layout = text_layout(path)
    kinds = dict.fromkeys(layout.names, str) | dict.fromkeys(ids, "category") | dict.fromkeys(values, np.float64)
    try:
        frame = read_columns(path, layout, kinds)
    except UNREADABLE:
        return read_source(section)
    return read_source(section) if frame.empty else Table(path, frame, files=(path,), notes=layout_notes(path, layout))


# -- shapes ----------------------------------------------------------------------------------------------------------


def _from_wide(table: Table, shape: TravelTableShape, units: UnitTable, schools: SchoolTable, reading: Reading) -> tuple[Floats, Ints]:
    travel = np.full((len(units.ids), len(schools.ids)), np.nan)
    _note_names([header for header, _ in shape.schools], table, schools, reading)
    rows = _units_of(table, shape.origin, units, reading)
    known = rows >= 0
    repeated = known & pd.Series(rows).duplicated(keep=False).to_numpy()
    if repeated.any():
        named = shown(dict.fromkeys(f"'{units.ids[u]}'" for u in rows[repeated]))
        reading.problems.add(table.place(table.rows(repeated)), f"more than one row for unit {named}.", "Keep one row per unit.")
    for header, s in shape.schools:
        travel[rows[known], s] = _values(table, header, reading)[known]
    row = np.zeros(travel.shape, dtype=np.int64)
    row[rows[known]] = table.frame.index.to_numpy()[known, None]
    taken = {shape.origin, *dict(shape.schools), *shape.passed_over}
    others = [header for header in table.frame.columns if header not in taken]
    if others:
        reading.note(f"{table.name}: left out {counted(len(others), 'column')} of no open school: {shown(quoted(others))}")
    return travel, row


def _from_long(table: Table, shape: TravelTableShape, units: UnitTable, schools: SchoolTable, reading: Reading) -> tuple[Floats, Ints]:
    num_units, num_schools = len(units.ids), len(schools.ids)
    travel = np.full(num_units * num_schools, np.nan)
    u = _units_of(table, shape.origin, units, reading)
    s, unknown = schools.lookup.find_all(table.frame[shape.destination])
    _note_names(texts(pd.Series(pd.unique(table.frame[shape.destination]))), table, schools, reading)
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
    row = np.zeros(travel.shape, dtype=np.int64)
    row[pair[known]] = table.frame.index.to_numpy()[known]
    _check_pairs_once(np.where(known, pair, -1), table, units, schools, reading)
    return travel.reshape(num_units, num_schools), row.reshape(num_units, num_schools)


def _note_names(written: Sequence[str] | Texts, table: Table, schools: SchoolTable, reading: Reading) -> None:
    named = schools.lookup.by_name_only(list(written))
    if named:
        reading.note(f"{table.name}: schools are found by their names: {shown(quoted(named))}")


def _check_pairs_once(pair: Ints, table: Table, units: UnitTable, schools: SchoolTable, reading: Reading) -> None:
    times = np.bincount(pair[pair >= 0], minlength=1)
    twice = np.flatnonzero(times > 1)
    if len(twice):
        named = shown([f"'{units.ids[p // len(schools.ids)]}' to '{schools.ids[p % len(schools.ids)]}'" for p in twice])
        rows = table.rows(np.isin(pair, twice))
        message = f"{counted(len(twice), 'pair')} of unit and school given more than once: {named}."
        reading.problems.add(table.place(rows), message, f"Keep one row per pair{_percentiles(table)}.")


def _percentiles(table: Table) -> str:
    """Conveyal writes a row for each percentile of a pair."""
    held = table.find("percentile")
    many = [] if held is None else sorted(dict.fromkeys(texts(held)))
    return f": those of one percentile ({shown(many)})" if len(many) > 1 else ""


def _units_of(table: Table, name: str, units: UnitTable, reading: Reading) -> Ints:
    rows, unknown = units.lookup.find_all(table.frame[name])
    if any(EXCEL.fullmatch(text) for text in unknown) and report_shortened(texts(table.frame[name]), table, "unit id", reading):
        return rows
    note_mended(units.lookup.mended(table.frame[name]), table, reading)
    is_ours = check_join(units.ids, len(np.unique(rows[rows >= 0])), unknown, table.name, reading)
    if unknown and is_ours:
        reading.note(f"{table.name}: left out {counted(len(unknown), 'id')} in column '{name}' that {'is' if len(unknown) == 1 else 'are'} "
                     f"no unit of {units.table.name}: {shown(quoted(unknown))}")  # fmt: skip
    return rows


def _values(table: Table, name: str, reading: Reading) -> Floats:
    """Values of a column, shape (k,), NaN where the way is unknown: blank, said not to be available, or the largest number of a program."""
    values = table.frame[name]
    read, blank, wrong = numbers(values)
    endless = np.isin(read, NO_WAY)
    wrong &= ~endless
    if wrong.any():
        held = texts(values[wrong])
        unknown = np.zeros(len(wrong), dtype=bool)
        unknown[wrong] = [text.lower() in NOT_AVAILABLE for text in held]
        if unknown.any():
            words = shown(quoted(list(dict.fromkeys(held[unknown[wrong]]))))
            reading.note(f"{table.name}: {words} in column '{name}' ({counted(int(unknown.sum()), 'row')}) read as an unknown way")
        blank, wrong = blank | unknown, wrong & ~unknown
    report_no_number(table, name, wrong, "Write plain numbers; leave the cell blank where the way is unknown.", reading)
    negative = ~blank & ~wrong & (read < 0)
    if negative.any():
        message = f"column '{name}' holds negative values: {shown(f'{value:g}' for value in read[negative])}."
        reading.problems.add(table.place(table.rows(negative)), message, "Leave the cell blank where the way is unknown.")
    if endless.any():
        values_held = shown(f"{value:.0f}" for value in np.unique(read[endless]))
        place = table.place(table.rows(endless))
        reading.warn(f"{place}: {values_held} in column '{name}' is how programs write that there is no way; read as unknown")
    read = np.where(blank | wrong | negative | endless, np.nan, read)
    _doubt_nines(table, name, read, reading)
    return read


def _doubt_nines(table: Table, name: str, read: Floats, reading: Reading) -> None:
    """Doubt a longest trip of nines that is twice as long as any other."""
    given = read[~np.isnan(read)]
    longest = given.max(initial=0)
    others = given[given < longest]
    if longest in NINES and len(others) and longest > 2 * others.max():
        place = table.place(table.rows(read == longest))
        reading.warn(
            f"{place}: {longest:.0f} in column '{name}' is more than twice any other value; if it says that there is no way, leave the cell blank"
        )


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
