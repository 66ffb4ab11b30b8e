"""Plan files (block assignment files) as text: which school each unit is given, whatever program wrote the file.

Read are the files of this program, the Census Bureau, Dave's Redistricting, Districtr, attendance-boundaries, two columns without a header,
and tables with one column per option. Matching the labels to schools is left to the caller: today's zones may name closed schools, a plan not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rezoning.district.delimited import Record, read_records
from rezoning.district.detect import EXCEL, SCHOOL_ID, UNIT_ID, Lookup, by_name
from rezoning.district.readers import LAYER_SUFFIXES, PARQUET_SUFFIXES, check_there, read_table, texts
from rezoning.district.reading import counted
from rezoning.errors import DataError, Problem, Problems, shown

NEW_SCHOOL = (
    "new_school_nces", "new_school_id", "new_school", "plan_school", "school_id", "school", *SCHOOL_ID, "district", "zone", "assignment",
    "school_name", "sch_name",
)  # fmt: skip
"""Names of the column that holds a plan's school, the surest first."""

BLANKS = frozenset({"", "nan", "na", "n/a", "<na>", "null", "none"})
NUMBER = re.compile(r"[\d.]+([eE]\+?\d+)?")


@dataclass(frozen=True)
class Assignment:
    """What a plan file says of the district's units, before labels are matched to schools.

    Parameters
    ----------
    name
        The file's name.
    unit_column, school_column
        The columns that were read.
    schools
        The school's label for each unit, in unit order; blank where the file gives none.
    rows
        The row of the file that gives it, 0 where the unit is not in the file.
    extra
        Units in the file that are not the district's, with their rows.
    notes
        What was chosen or mended while reading.
    warnings
        Units that the file leaves out.
    """

    name: str
    unit_column: str
    school_column: str
    schools: tuple[str, ...]
    rows: tuple[int, ...]
    extra: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_assignment(path: str | Path, unit_ids: Sequence[str], column: str | None = None) -> Assignment:
    """Today's zones from a plan file: units may be blank or missing (new units), labels are returned as written.

    Parameters
    ----------
    path
        Text of any delimiter (plain or .gz), or the attribute table of a layer.
    unit_ids
        Text id of each unit.
    column
        The column of schools; found by name when left out, or because it is the only other one.

    Raises
    ------
    DataError
        The file cannot be read, holds none of the units, gives a unit two schools, or holds ids that a spreadsheet shortened.
    """
    problems = Problems()
    assignment = collect(path, unit_ids, column, problems)
    problems.raise_as(DataError)
    return assignment


def collect(path: str | Path, unit_ids: Sequence[str], column: str | None, problems: Problems) -> Assignment:
    """As `read_assignment`, but what is wrong with single rows goes to `problems`, for callers that have more to add."""
    path = Path(path)
    check_there(path, "")
    lookup = Lookup(unit_ids, 15)
    header, records, notes = _table(path, lookup)
    records = _even(path, header, records, problems)
    unit_at, places = _unit_column(path, header, records, lookup)
    school_at = _school_column(path, header, unit_at, column)
    names = header[unit_at], header[school_at]
    cells = [(record.row, record.cells[unit_at], record.cells[school_at]) for record in records]
    _report_shortened(path.name, cells, names, places, problems)
    schools, rows, extra, restored = _settled(path.name, cells, unit_ids, places, problems)
    notes = [*notes, f"{path.name}: units from '{names[0]}', schools from '{names[1]}'"]
    if extra:
        notes.append(f"{path.name}: ignored {counted(len(extra), 'row')} of units outside the district")
    if restored:
        notes.append(f"{path.name}: {counted(restored, 'unit id')} found after restoring a lost leading zero, or dropping a prefix or '.0'")
    absent = [f"'{unit}'" for unit, row in zip(unit_ids, rows, strict=True) if not row]
    warnings = [f"{path.name}: has no row for {len(absent):,} of {counted(len(unit_ids), 'unit')}: {shown(absent)}"] if absent else []
    return Assignment(path.name, *names, tuple(schools), tuple(rows), tuple(extra), tuple(notes), tuple(warnings))


# -- the table -------------------------------------------------------------------------------------------------------


def _table(path: Path, lookup: Lookup) -> tuple[tuple[str, ...], list[Record], list[str]]:
    """Header, records and notes of a file of any kind."""
    if path.name.lower().endswith(LAYER_SUFFIXES + PARQUET_SUFFIXES):
        table = read_table(path)
        columns = [texts(table.frame.iloc[:, at]) for at in range(table.frame.shape[1])]
        rows = zip(table.frame.index, zip(*columns, strict=True), strict=True)
        return tuple(map(str, table.frame.columns)), [Record(int(row), tuple(cells)) for row, cells in rows], list(table.notes)
    read = read_records(path)
    first, notes = read.records[0], list(read.notes)
    if not any(lookup.find(cell) >= 0 for cell in first.cells[:2]) and not NUMBER.fullmatch(first.cells[0]):
        return first.cells, list(read.records[1:]), notes
    if len(first.cells) != 2:
        message = f"has no header, and {len(first.cells)} columns."
        raise DataError(Problem(f"{path.name}, row {first.row}", message, "Name the columns in the first row, or leave only unit and school."))
    notes.append(f"{path.name}: read without a header")
    return ("column 1", "column 2"), list(read.records), notes


def _even(path: Path, header: tuple[str, ...], records: list[Record], problems: Problems) -> list[Record]:
    """Records as wide as the header: short ones are filled with blanks, long ones reported."""
    width = len(header)
    long = [record.row for record in records if any(record.cells[width:])]
    if long:
        message = f"has {counted(len(long), 'row')} with more than the header's {counted(width, 'field')}: {shown(long)}."
        problems.add(path.name, message, "Put quotes round text that holds the delimiter.")
    filler = ("",) * width
    return [record if len(record.cells) == width else Record(record.row, (record.cells + filler)[:width]) for record in records]


def _unit_column(path: Path, header: tuple[str, ...], records: list[Record], lookup: Lookup) -> tuple[int, dict[str, int]]:
    """The column that names the most units, the first with a known name where several name all; and the index of each of its ids.

    Ids are looked up once each: a state's file has hundreds of thousands, nearly all of other districts.
    """
    order = sorted(range(len(header)), key=lambda at: by_name([header[at]], UNIT_ID) is None)
    best, places, most = order[0], dict[str, int](), 0
    for at in order:
        found = {cell: lookup.find(cell) for cell in {record.cells[at] for record in records}}
        covered = len(set(found.values()) - {-1})
        if covered > most:
            best, places, most = at, found, covered
        if covered == len(lookup.ids):
            break
    if most:
        return best, places
    sample = next((record.cells[order[0]] for record in records if record.cells[order[0]]), "")
    message = f"no column holds units of the district: its units are like '{lookup.ids[0]}', and column '{header[order[0]]}' has '{sample}'."
    cure = "Give ids as the units file has them; block ids of another census year have to be translated first."
    raise DataError(Problem(path.name, message, cure))


def _school_column(path: Path, header: tuple[str, ...], unit_at: int, column: str | None) -> int:
    """The column that was asked for, else the only other one, else the first with a known name."""
    others = [at for at in range(len(header)) if at != unit_at]
    names = [header[at] for at in others]
    if column is not None:
        named = column if column in names else by_name(names, (column,))
        if named is None:
            raise DataError(Problem(path.name, f"has no column '{column}'.", f"Columns beside the units: {shown(names, 40)}."))
        return others[names.index(named)]
    if len(others) == 1:
        return others[0]
    named = by_name(names, NEW_SCHOOL)
    if named is None:
        said = f"none of its {len(names)} other columns is known to hold schools: {shown(names, 40)}" if names else "has no second column"
        raise DataError(Problem(path.name, f"{said}.", "Name the column of schools 'school_id', or leave only unit and school."))
    return others[names.index(named)]


# -- the rows --------------------------------------------------------------------------------------------------------


def _report_shortened(name: str, cells: list[tuple[int, str, str]], names: tuple[str, str], places: dict[str, int], problems: Problems) -> None:
    """Ids of which a spreadsheet kept the first digits only."""
    for side, column in enumerate(names, start=1):
        lost = {text for text in {str(cell[side]) for cell in cells} if EXCEL.fullmatch(text) and places.get(text, -1) < 0}
        found = [f"'{cell[side]}' (row {cell[0]})" for cell in cells if cell[side] in lost] if lost else []
        if found:
            message = f"a spreadsheet shortened {counted(len(found), 'id')} in column '{column}', and the digits are lost: {shown(found)}."
            problems.add(name, message, "Export the file again with this column as text.")


def _settled(
    name: str, cells: list[tuple[int, str, str]], unit_ids: Sequence[str], places: dict[str, int], problems: Problems
) -> tuple[list[str], list[int], list[tuple[str, int]], int]:
    """School and row of each unit, units that are not the district's, and how many ids were found only when mended.

    Rows that repeat a unit with the same school, or with none, do no harm.
    """
    schools, rows = [""] * len(unit_ids), [0] * len(unit_ids)
    extra, torn, restored = [], dict[int, str](), 0
    for row, unit, label in cells:
        u = places[unit]
        if u < 0:
            extra.append((unit, row))
            continue
        restored += unit != unit_ids[u]
        school = "" if label.lower() in BLANKS else label
        if schools[u] and school not in ("", schools[u]):
            torn.setdefault(u, f"'{unit_ids[u]}' has '{schools[u]}' (row {rows[u]}) and '{school}' (row {row})")
        elif not schools[u]:
            schools[u], rows[u] = school, row
    if torn:
        problems.add(name, f"gives two schools to {counted(len(torn), 'unit')}: {shown(torn.values())}.", "Keep one row per unit.")
    return schools, rows, extra, restored
