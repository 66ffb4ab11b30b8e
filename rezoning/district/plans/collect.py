"""Plan files (block assignment files) as text: which school each unit is given, whatever program wrote the file.

Read are the files of this program, the Census Bureau, Dave's Redistricting, Districtr, attendance-boundaries, two columns without a header,
and tables with one column per option. Matching the labels to schools is left to the caller: today's zones may name closed schools, a plan not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rezoning.district.checks import quoted
from rezoning.district.detect import EXCEL, FOUND_MENDED, Lookup, said_row_numbers
from rezoning.district.files.read import read_any
from rezoning.district.files.table import Table, texts
from rezoning.district.labels import Labels
from rezoning.district.overlay import kept_by
from rezoning.district.plans.columns import numbering, school_column, unit_column
from rezoning.district.plans.file import PlanFile
from rezoning.district.plans.how import PLAINLY, PlanReading, When
from rezoning.district.plans.zones.ground import Ground
from rezoning.district.plans.zones.lay import zones_as_plan
from rezoning.district.plans.zones.layer import is_zones
from rezoning.district.reading import counted
from rezoning.errors import DataError, Problem, Problems, shown

NUMBER = re.compile(r"\d+(\.\d*)?([eE]\+?\d+)?")


def read_assignment(
    path: str | Path,
    unit_ids: Sequence[str],
    how: PlanReading = PLAINLY,
    labels: Labels | None = None,
    when: When = "new",
    key: str = "",
    ground: Ground | None = None,
) -> PlanFile:
    """Today's zones from a plan file: units may be blank or missing (new units), labels are returned as written.

    Parameters
    ----------
    path
        Text of any delimiter (plain or .gz), or the attribute table of a layer.
    unit_ids
        Text id of each unit.
    how
        What the user says of the file.
    labels
        The schools that labels may mean.
    when
        Which schools are wanted, where a file has those of a plan and of today.
    key
        The column of ids in the units file; it holds them here too where there is one of its name.
    ground
        What a layer of zones is laid over; none is read where it is left out.

    Raises
    ------
    DataError
        The file cannot be read, holds none of the units, gives a unit two schools, or holds ids that a spreadsheet shortened.
    """
    problems = Problems()
    assignment = collect(path, unit_ids, how, problems, labels or Labels(), when, key, ground)
    problems.raise_as(DataError)
    return assignment


def collect(
    path: str | Path,
    unit_ids: Sequence[str],
    how: PlanReading,
    problems: Problems,
    labels: Labels,
    when: When = "new",
    key: str = "",
    ground: Ground | None = None,
) -> PlanFile:
    """As `read_assignment`, but what is wrong with single rows goes to `problems`, for callers that have more to add."""
    path = Path(path)
    lookup = Lookup(unit_ids)
    table = _table(path, lookup)
    if how.filter is not None:
        table = kept_by(how.filter, table)
    columns = [texts(table.frame.iloc[:, at]) for at in range(table.frame.shape[1])]
    if ground is not None and is_zones(table, columns, lookup, ground):
        return zones_as_plan(table, ground, unit_ids, how, labels, when)
    unit_at, places = unit_column(table, columns, lookup, key)
    school_at = school_column(table, columns, unit_at, places, how.column, labels, when)
    names = table.columns[unit_at], table.columns[school_at]
    cells = list(zip(map(int, table.frame.index), columns[unit_at], columns[school_at], strict=True))
    _report_shortened(path.name, cells, names, places, problems)
    schools, rows, extra, restored = _settled(path.name, cells, unit_ids, places, labels, problems)
    passed_over = [table.columns[at] for at in numbering(table.columns, columns) if at not in (unit_at, school_at)]
    notes = [*table.notes, *said_row_numbers(passed_over, path.name), f"{path.name}: units from '{names[0]}', schools from '{names[1]}'"]
    nothing = {label: None for label in columns[school_at].tolist() if label and labels.is_blank(label)}
    if nothing:
        notes.append(f"{path.name}: {shown(quoted(list(nothing)))} in column '{names[1]}' read as no school")
    mended = labels.mended(columns[school_at])
    if mended:
        notes.append(f"{path.name}: schools in column '{names[1]}' {FOUND_MENDED}: {shown(mended)}")
    alike = labels.alike(columns[school_at].tolist())
    if alike:
        notes.append(f"{path.name}: schools in column '{names[1]}' known by a name like theirs: {shown(alike, 20)}")
    if extra:
        notes.append(f"{path.name}: ignored {counted(len(extra), 'row')} of units outside the district")
    if restored:
        notes.append(f"{path.name}: {counted(restored, 'unit id')} {FOUND_MENDED}")
    absent = [f"'{unit}'" for unit, row in zip(unit_ids, rows, strict=True) if not row]
    warnings = [f"{path.name}: has no row for {len(absent):,} of {counted(len(unit_ids), 'unit')}: {shown(absent)}"] if absent else []
    return PlanFile(path.name, *names, tuple(schools), tuple(rows), tuple(extra), tuple(notes), (*table.warnings, *warnings), files=table.files)


# -- the table -------------------------------------------------------------------------------------------------------


def _table(path: Path, lookup: Lookup) -> Table:
    """A file of any kind, with a header or with two columns and none."""

    def is_header(cells: Sequence[str]) -> bool:
        if not any(lookup.find(cell) >= 0 for cell in cells[:2]) and not NUMBER.fullmatch(cells[0]):
            return True
        if len(cells) != 2:
            cure = "Name the columns in the first row, or leave only unit and school."
            raise DataError(Problem(f"{path.name}, row 1", f"has no header, and {counted(len(cells), 'column')}.", cure))
        return False

    return read_any(path, is_header)


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
    name: str, cells: list[tuple[int, str, str]], unit_ids: Sequence[str], places: dict[str, int], labels: Labels, problems: Problems
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
        school = "" if labels.is_blank(label) else label
        if schools[u] and school not in ("", schools[u]):
            torn.setdefault(u, f"'{unit_ids[u]}' has '{schools[u]}' (row {rows[u]}) and '{school}' (row {row})")
        elif not schools[u]:
            schools[u], rows[u] = school, row
    if torn:
        problems.add(name, f"gives two schools to {counted(len(torn), 'unit')}: {shown(torn.values())}.", "Keep one row per unit.")
    return schools, rows, extra, restored
