"""Plan files (block assignment files) as text: which school each unit is given, whatever program wrote the file.

Read are the files of this program, the Census Bureau, Dave's Redistricting, Districtr, attendance-boundaries, two columns without a header,
and tables with one column per option. Matching the labels to schools is left to the caller: today's zones may name closed schools, a plan not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from rezoning.district.checks import Mask, quoted
from rezoning.district.detect import (
    EXCEL,
    FOUND_MENDED,
    NAMELESS,
    SCHOOL_ID,
    UNIT_ID,
    Lookup,
    Texts,
    by_name,
    is_counter,
    said_row_numbers,
    words_of,
)
from rezoning.district.files.read import read_any
from rezoning.district.files.table import Table, texts
from rezoning.district.labels import Labels
from rezoning.district.reading import counted
from rezoning.errors import DataError, Problem, Problems, shown

NEW_SCHOOL = (
    "new_school_nces", "new_school_id", "new_school", "plan_school", "school_id", "school", *SCHOOL_ID, "district", "zone", "assignment",
    "school_name", "sch_name",
)  # fmt: skip
"""Names of the column that holds a plan's school, the surest first."""

NEW_WORDS = frozenset({"new", "plan", "planned", "proposed", "proposal", "future", "next", "assigned", "assignment", "option", "scenario"})
OLD_WORDS = frozenset({"previous", "prev", "old", "current", "today", "todays", "existing", "present", "now", "prior", "former", "before"})
"""Words that say whether a column holds the plan's schools or today's."""

NUMBER = re.compile(r"\d+(\.\d*)?([eE]\+?\d+)?")
SMALL_NUMBER = re.compile(r"\d{1,3}(\.0)?")

When = Literal["new", "today"]
"""Whether a file is read as a plan, or for the zones of today."""


@dataclass(frozen=True)
class PlanFile:
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


def read_assignment(
    path: str | Path, unit_ids: Sequence[str], column: str | None = None, labels: Labels | None = None, when: When = "new", key: str = ""
) -> PlanFile:
    """Today's zones from a plan file: units may be blank or missing (new units), labels are returned as written.

    Parameters
    ----------
    path
        Text of any delimiter (plain or .gz), or the attribute table of a layer.
    unit_ids
        Text id of each unit.
    column
        The column of schools; found by name when left out, or because it is the only other one.
    labels
        The schools that labels may mean.
    when
        Which schools are wanted, where a file has those of a plan and of today.
    key
        The column of ids in the units file; it holds them here too where there is one of its name.

    Raises
    ------
    DataError
        The file cannot be read, holds none of the units, gives a unit two schools, or holds ids that a spreadsheet shortened.
    """
    problems = Problems()
    assignment = collect(path, unit_ids, column, problems, labels or Labels(), when, key)
    problems.raise_as(DataError)
    return assignment


def collect(
    path: str | Path, unit_ids: Sequence[str], column: str | None, problems: Problems, labels: Labels, when: When = "new", key: str = ""
) -> PlanFile:
    """As `read_assignment`, but what is wrong with single rows goes to `problems`, for callers that have more to add."""
    path = Path(path)
    lookup = Lookup(unit_ids)
    table = _table(path, lookup)
    columns = [texts(table.frame.iloc[:, at]) for at in range(table.frame.shape[1])]
    unit_at, places = _unit_column(table, columns, lookup, key)
    school_at = _school_column(table, columns, unit_at, places, column, labels, when)
    names = table.columns[unit_at], table.columns[school_at]
    cells = list(zip(map(int, table.frame.index), columns[unit_at], columns[school_at], strict=True))
    _report_shortened(path.name, cells, names, places, problems)
    schools, rows, extra, restored = _settled(path.name, cells, unit_ids, places, labels, problems)
    passed_over = [table.columns[at] for at in _row_numbers(table.columns, columns) if at not in (unit_at, school_at)]
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
    return PlanFile(path.name, *names, tuple(schools), tuple(rows), tuple(extra), tuple(notes), (*table.warnings, *warnings))


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


def _unit_column(table: Table, columns: list[Texts], lookup: Lookup, key: str) -> tuple[int, dict[str, int]]:
    """The column of units, and the index of each of its ids: one that is called so and names some, else the one that names the most.

    Ids are looked up once each: a state's file has hundreds of thousands, nearly all of other districts.
    """
    header, found, covered = table.columns, list[dict[str, int]](), list[int]()
    for held in columns:
        found.append({cell: lookup.find(cell) for cell in set(held)})
        covered.append(len(set(found[-1].values()) - {-1}))
    named = by_name([name for name, number in zip(header, covered, strict=True) if number], (key, *UNIT_ID))
    if named is not None:
        at = header.index(named)
        return at, found[at]
    most = max(covered, default=0)
    if not most:
        order = min(range(len(header)), key=lambda at: by_name([header[at]], UNIT_ID) is None)
        sample = next((cell for cell in columns[order] if cell), "")
        message = f"no column holds units of the district: its units are like '{lookup.ids[0]}', and column '{header[order]}' has '{sample}'."
        cure = "Give ids as the units file has them; block ids of another census year have to be translated first."
        raise DataError(Problem(table.name, message, cure))
    counting = _row_numbers(header, columns)
    free = [at for at in range(len(header)) if at not in counting and 2 * covered[at] >= most] or counting
    best = [at for at in free if covered[at] == max(covered[at] for at in free)]
    if any((columns[at] != columns[best[0]]).any() for at in best[1:]):
        message = f"has {len(best)} columns that may hold the units: {shown(quoted([header[at] for at in best]))}."
        raise DataError(Problem(f"{table.name}, row 1", message, f"Name the right one '{key or 'unit_id'}', or leave the other out."))
    return best[0], found[best[0]]


def _row_numbers(header: Sequence[str], columns: Sequence[Texts]) -> list[int]:
    """Columns that number the rows; where there are two in all, each of them says something."""
    return [at for at, name in enumerate(header) if len(header) > 2 and NAMELESS.fullmatch(name) and is_counter(columns[at])]


# -- the schools' column ---------------------------------------------------------------------------------------------


def _school_column(table: Table, columns: list[Texts], unit_at: int, places: dict[str, int], column: str | None, labels: Labels, when: When) -> int:
    """The column that was asked for, else the only other one, else the one that holds schools and is called so.

    Raises
    ------
    DataError
        There is none; or several hold different schools, and their names do not say which are wanted.
    """
    header = table.columns
    others = [at for at in range(len(header)) if at != unit_at]
    names = [header[at] for at in others]
    if column is not None:
        wanted = " ".join(column.split())
        named = wanted if wanted in names else by_name(names, (wanted,))
        if named is None:
            raise DataError(Problem(table.name, f"has no column '{column}'.", f"Columns beside the units: {shown(names, 40)}."))
        return header.index(named)
    others = [at for at in others if at not in _row_numbers(header, columns)]
    if len(others) == 1:
        return others[0]
    ours = np.array([places[cell] >= 0 for cell in columns[unit_at]], dtype=bool)
    fitting = _fitting(header, columns, others, ours, labels, when)
    if not fitting:
        said = f"none of its {len(names)} other columns is known to hold schools: {shown(names, 40)}" if names else "has no second column"
        raise DataError(Problem(table.name, f"{said}.", f"Name the column of schools with {_key(when)}, or leave only unit and school."))
    if not _say_the_same([columns[at][ours] for at in fitting], labels):
        told = shown(quoted([header[at] for at in fitting]), 40)
        message = f"has {len(fitting)} columns that may hold {'the plan' if when == 'new' else 'today'}'s schools: {told}."
        raise DataError(Problem(table.name, message, f"Say which with {_key(when)} {header[fitting[-1]]}."))
    return min(fitting, key=lambda at: (_order(header[at]), at))


def _key(when: When) -> str:
    """What settles which column holds the schools."""
    return "--column" if when == "new" else "data.units.current.column:"


def _order(name: str) -> int:
    return next((place for place, known in enumerate(NEW_SCHOOL) if known == name.lower()), len(NEW_SCHOOL))


def _fitting(header: Sequence[str], columns: list[Texts], others: list[int], ours: Mask, labels: Labels, when: When) -> list[int]:
    """Columns that hold schools, or are called so where none does; of these the ones whose names speak of the time that is wanted."""
    called = [at for at in others if _order(header[at]) < len(NEW_SCHOOL)]
    holding = [at for at in others if _holds_schools(columns[at][ours], labels, is_called_so=at in called)]
    best = _timely(header, holding, when)
    if best and _rank(header[best[0]], when) > 0:
        return best
    return _timely(header, called, when) or best


def _timely(header: Sequence[str], those: list[int], when: When) -> list[int]:
    highest = max((_rank(header[at], when) for at in those), default=0)
    return [at for at in those if _rank(header[at], when) == highest]


def _rank(name: str, when: When) -> int:
    """2 for a column whose name speaks of the time that is wanted, 0 of the other, 1 of none."""
    words = set(words_of(name))
    wanted, other = (NEW_WORDS, OLD_WORDS) if when == "new" else (OLD_WORDS, NEW_WORDS)
    return 2 if words & wanted else 0 if words & other else 1


def _holds_schools(held: Texts, labels: Labels, *, is_called_so: bool) -> bool:
    """Whether most of what a column says of the district's units are schools; small numbers are counts as well, and need a name."""
    given = [label for label in set(held) if not labels.is_blank(label)]
    if not given or (not is_called_so and all(SMALL_NUMBER.fullmatch(label) for label in given)):
        return False
    return 2 * sum(labels.find(label) >= 0 for label in given) >= len(given)


def _say_the_same(held: list[Texts], labels: Labels) -> bool:
    """Whether columns give every unit the same school, whether by its id or by its name; nothing is as good as what the first says."""

    def meant(label: str) -> str | int:
        s = labels.find(label)
        return "" if labels.is_blank(label) else label if s < 0 else s

    return all(meant(one) == meant(other) for more in held[1:] for one, other in zip(held[0], more, strict=True))


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
