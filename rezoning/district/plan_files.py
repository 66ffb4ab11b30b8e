"""Plans on disk: block assignment files in, `plan.csv` out."""

from __future__ import annotations

import csv
import logging
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rezoning.district.assignment_files import PlanFile, collect, read_assignment
from rezoning.district.district import District
from rezoning.district.labels import Labels
from rezoning.district.plan import Plan
from rezoning.district.reading import counted
from rezoning.errors import DataError, Problem, Problems, shown
from rezoning.scenario.files import short, why_unopenable

__all__ = ["plan_file", "read_assignment", "read_plan", "read_written_plan", "write_plan"]

log = logging.getLogger(__name__)

COLUMNS = ("unit_id", "school_id", "previous_school_id", "students")


# -- in --------------------------------------------------------------------------------------------------------------


def plan_file(path: Path, expected: str) -> Path:
    """The file that a user means by a plan: itself, or the plan of a run directory.

    Raises
    ------
    DataError
        It is no file that can be read; `expected` is the cure.
    """
    fault = why_unopenable(path)
    if fault is None:
        return path
    if fault.is_folder:
        path, message = path / "plan.csv", "the directory holds no plan.csv."
        fault = why_unopenable(path)
        if fault is None:
            return path
        raise DataError(Problem(short(path.parent), message if fault.is_missing else f"its plan.csv {fault.reason}.", expected))
    raise DataError(Problem(short(path), "there is no such file." if fault.is_missing else f"it {fault.reason}.", expected))


def read_plan(path: str | Path, district: District, column: str | None = None) -> Plan:
    """A plan from a block assignment file; what was chosen while reading is logged.

    Units outside the district are ignored. A label is a school's id, else its name (in any case, where one school alone has it).

    Parameters
    ----------
    path
        Delimited text of any kind in the contract's section 4, or the attribute table of a layer.
    district
        The district whose every unit must end with exactly one open school.
    column
        The column of schools, for a table with one column per option; found when left out.

    Raises
    ------
    DataError
        With everything that is wrong in the file.
    """
    plan, notes = _read(path, district, column)
    for note in notes:
        log.info(note)
    return plan


def read_written_plan(path: str | Path, district: District) -> Plan:
    """A plan that `write_plan` wrote: read as any other, with nothing to say about what was chosen."""
    return _read(path, district, None)[0]


def _read(path: str | Path, district: District, column: str | None) -> tuple[Plan, tuple[str, ...]]:
    """The plan, and what was chosen while reading."""
    problems = Problems()
    labels = Labels(district.school_ids, district.school_names)
    assignment = collect(path, district.unit_ids, column, problems, labels, key=district.unit_key)
    _report_unplaced(assignment, district, problems)
    found = _matched(assignment, labels, district, problems)
    problems.raise_as(DataError)
    return Plan(np.array([found[label] for label in assignment.schools], dtype=np.int64)), tuple(assignment.notes)


def _report_unplaced(assignment: PlanFile, district: District, problems: Problems) -> None:
    """Units that the file leaves out or leaves blank; units of elsewhere are shown with them, for they may be the same ones misspelled."""
    units = list(zip(district.unit_ids, assignment.schools, assignment.rows, strict=True))
    missing = [f"'{unit}'" for unit, _, row in units if not row]
    if missing:
        strangers = [f"'{unit}' (row {row})" for unit, row in assignment.extra]
        also = f" Of {counted(len(strangers), 'row')} the unit is not the district's: {shown(strangers)}." if strangers else ""
        message = f"has no row for {len(missing):,} of {counted(district.num_units, 'unit')}: {shown(missing)}.{also}"
        problems.add(assignment.name, message, "A plan gives every unit exactly one school.")
    blank = [f"'{unit}' (row {row})" for unit, school, row in units if row and not school]
    if blank:
        message = f"gives no school to {counted(len(blank), 'unit')}: {shown(blank)}."
        problems.add(assignment.name, message, "A plan gives every unit exactly one school.")


def _matched(assignment: PlanFile, labels: Labels, district: District, problems: Problems) -> dict[str, int]:
    """Label to index of the school; labels that are none are reported together."""
    first_row: dict[str, int] = {}
    for label, row in zip(assignment.schools, assignment.rows, strict=True):
        if label:
            first_row.setdefault(label, row)
    found = {label: labels.find(label) for label in first_row}
    unmatched = {label: row for label, row in first_row.items() if found[label] < 0}
    if unmatched:
        problems.add(assignment.name, *_why_unmatched(assignment.school_column, unmatched, district, labels))
    return found


def _why_unmatched(column: str, unmatched: dict[str, int], district: District, labels: Labels) -> tuple[str, str]:
    """Message and cure for labels that are no open school."""
    if all(re.fullmatch(r"\d{1,3}(\.0)?", label) for label in unmatched):
        numbers = sorted({int(float(label)) for label in unmatched})
        message = (
            f"column '{column}' holds the numbers {shown(numbers)}, and schools have ids like '{district.school_ids[0]}': "
            "which number stands for which school is not in the file."
        )
        return message, "Replace the numbers by school ids or names (redistricting programs number the zones; 0 is unassigned)."
    said = []
    for label, row in unmatched.items():
        twins = [f"'{district.school_ids[s]}'" for s in labels.named(label)]
        why = " is closed" if label in district.closed_ids else f" is the name of {' and '.join(twins)}" if twins else ""
        said.append(f"'{label}'{why} (row {row})")
    message = f"column '{column}' has {counted(len(unmatched), 'label')} that no one open school has as id or name: {shown(said)}."
    return message, _cure(list(unmatched), district, labels)


def _cure(unmatched: list[str], district: District, labels: Labels) -> str:
    """What to do about the labels, each kind of fault once."""
    closed = any(label in district.closed_ids for label in unmatched)
    shared = any(labels.named(label) for label in unmatched)
    strange = [label for label in unmatched if label not in district.closed_ids and not labels.named(label)]
    cures = ["Give a closed school's units to another, or open it."] if closed else []
    cures += ["Write ids where schools share a name."] if shared else []
    if strange:
        near = labels.nearest(strange[0])
        cures.append(f"Did you mean '{near}'?" if near else f"Schools are like '{district.school_ids[0]}' ({district.school_names[0]}).")
    return " ".join(cures)


# -- out -------------------------------------------------------------------------------------------------------------


def write_plan(path: str | Path, plan: Plan, district: District) -> None:
    """Write `plan.csv`: ``unit_id,school_id,previous_school_id,students``, one row per unit in the input's order.

    The previous school is blank for a new unit and where the scenario has no zones of today. Where students were estimated a last column says so,
    ``students_are``.
    """
    said = ("estimated",) if district.students_are_estimated else ()
    schools = (*district.school_ids, *district.closed_ids, "")
    current: NDArray[np.int64] = np.full(district.num_units, -1) if district.current is None else district.current
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow((*COLUMNS, *(("students_are",) if said else ())))
        table.writerows(
            (unit, schools[s], schools[c], _plain(students), *said)
            for unit, s, c, students in zip(district.unit_ids, plan.school.tolist(), current.tolist(), district.students.tolist(), strict=True)
        )


def _plain(students: float) -> str:
    """A count without useless decimals: ``12``, ``12.5``; the shortest text that reads back as the same number."""
    return str(int(students)) if students.is_integer() else repr(students)
