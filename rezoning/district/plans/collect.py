"""Plan files (block assignment files) as text: which school each unit is given, whatever program wrote the file.

Read are the files of this program, the Census Bureau, Dave's Redistricting, Districtr, attendance-boundaries, two columns without a header,
and tables with one column per option. Matching the labels to schools is left to the caller: today's zones may name closed schools, a plan not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rezoning.district.checks import quoted
from rezoning.district.detect import FOUND_MENDED, Lookup, Texts, said_row_numbers
from rezoning.district.labels import Labels
from rezoning.district.plans.choosing import Found, Wanted, chosen
from rezoning.district.plans.columns import numbering
from rezoning.district.plans.file import PlanFile
from rezoning.district.plans.how import PLAINLY, PlanReading, When
from rezoning.district.plans.numbers import Key, companion, read_key, without_numbers_for_none
from rezoning.district.plans.opening import parts_of
from rezoning.district.plans.parts import shares_column
from rezoning.district.plans.settle import report_shortened, rows_of, settled
from rezoning.district.plans.zones.choosing import layer_of_zones, read_once
from rezoning.district.plans.zones.ground import Ground
from rezoning.district.plans.zones.lay import zones_as_plan
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
    with parts_of(path, how, _header_test(path, lookup)) as parts:
        tables = read_once(parts, how.rows)
        zones = None if ground is None else layer_of_zones(tables, lookup, ground, path.name)
        if zones is not None and ground is not None:
            return zones_as_plan(zones, ground, unit_ids, how, labels, when)
        found = chosen(tables, Wanted(lookup, labels, how, when, key), path.name)
        numbers = _numbers(found, how, labels)
    return _read(path.name, found, numbers, lookup, labels, when, problems)


def _header_test(path: Path, lookup: Lookup) -> Callable[[Sequence[str]], bool]:
    """Whether the first record names columns; two columns may go without names."""

    def is_header(cells: Sequence[str]) -> bool:
        if not any(lookup.find(cell) >= 0 for cell in cells[:2]) and not NUMBER.fullmatch(cells[0]):
            return True
        if len(cells) != 2:
            cure = "Name the columns in the first row, or leave only unit and school."
            raise DataError(Problem(f"{path.name}, row 1", f"has no header, and {counted(len(cells), 'column')}.", cure))
        return False

    return is_header


def _numbers(found: Found, how: PlanReading, labels: Labels) -> Key | None:
    """What numbered zones stand for: as the user says, or as the table says that was written with the plan."""
    if how.labels is not None:
        return read_key(how.labels, labels)
    return companion(found.table.path, found.names[1], found.columns[found.school_at], labels)


def _read(file: str, found: Found, numbers: Key | None, lookup: Lookup, labels: Labels, when: When, problems: Problems) -> PlanFile:
    """What the rows of a table say."""
    table, columns, names = found.table, found.columns, found.names
    name = table.name if found.name != file else file
    held, notes = columns[found.school_at], [*table.notes, *_said_columns(file, name, found)]
    if numbers is not None:
        held = np.array([numbers.read(label) for label in held], dtype=object)
        notes.append(f"{name}: labels in column '{names[1]}' read as schools by {numbers.path.name}")
    if when == "new":
        held, nobody = without_numbers_for_none(held, labels)
        notes += [f"{name}: {shown(nobody)} in column '{names[1]}' read as no school"] if nobody else []
    shares = shares_column(table.columns, columns, (found.unit_at, found.school_at))
    rows = rows_of([int(row) for row in table.frame.index], columns[found.unit_at].tolist(), held.tolist(), None if shares is None else shares[1])
    report_shortened(name, rows, names, found.places, problems)
    told = settled(name, rows, lookup, found.places, labels, "" if shares is None else shares[0], problems)
    notes += _said_labels(name, names[1], held, labels)
    if told.extra:
        notes.append(f"{name}: ignored {counted(len(told.extra), 'row')} of units outside the district")
    if told.restored:
        notes.append(f"{name}: {counted(told.restored, 'unit id')} {FOUND_MENDED}")
    if told.parts:
        notes.append(f"{name}: {counted(told.parts, 'row')} about parts of units")
    also = () if numbers is None or not numbers.path.is_file() else (numbers.path,)  # in a zip file it is gone by now, and part of that
    files, split = (*table.files, *also), tuple(told.split)
    return PlanFile(name, *names, tuple(told.schools), tuple(told.rows), tuple(told.extra), tuple(notes), table.warnings, split, files)


def _said_columns(file: str, name: str, found: Found) -> list[str]:
    """Which table and which columns were taken."""
    table = found.table
    passed_over = [table.columns[at] for at in numbering(table.columns, found.columns) if at not in (found.unit_at, found.school_at)]
    taken = [f"{file}: read from {found.name}"] if found.name != file else []
    return [*taken, *said_row_numbers(passed_over, name), f"{name}: units from '{found.names[0]}', schools from '{found.names[1]}'"]


def _said_labels(name: str, column: str, held: Texts, labels: Labels) -> list[str]:
    """How labels were read that are not written as the schools' ids."""
    nothing = {label: None for label in held.tolist() if label and labels.is_blank(label)}
    notes = [f"{name}: {shown(quoted(list(nothing)))} in column '{column}' read as no school"] if nothing else []
    mended = labels.mended(held)
    notes += [f"{name}: schools in column '{column}' {FOUND_MENDED}: {shown(mended)}"] if mended else []
    alike = labels.alike(held.tolist())
    return [*notes, f"{name}: schools in column '{column}' known by a name like theirs: {shown(alike, 20)}"] if alike else notes
