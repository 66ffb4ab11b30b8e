"""Anyone's plan, read from its file: every unit has one open school then."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rezoning.district.district import District, InputFile
from rezoning.district.labels import Labels
from rezoning.district.plan import Plan
from rezoning.district.plans.collect import collect
from rezoning.district.plans.file import PlanFile
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.district.plans.matching import matched
from rezoning.district.plans.zones.ground import Ground
from rezoning.district.reading import counted, hashed
from rezoning.district.split_units import SplitUnit
from rezoning.errors import DataError, Problem, Problems, shown
from rezoning.scenario.files import short, why_unopenable

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class BroughtPlan:
    """A plan that was read from a file, and what is to be told of its reading.

    Parameters
    ----------
    plan
        The plan.
    notes, warnings
        What was chosen or mended, and what is in doubt, as sentences.
    split
        Units that the file divides among several schools; each has the one with the most.
    kept
        Units that the file leaves out and that keep today's school, because the user said so; in order.
    files
        Every file that was read, with its hash.
    """

    plan: Plan
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    split: tuple[SplitUnit, ...] = ()
    kept: tuple[int, ...] = ()
    files: tuple[InputFile, ...] = ()


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


def read_plan(path: str | Path, district: District, how: PlanReading = PLAINLY) -> Plan:
    """A plan from a plan file of any kind; what was chosen while reading is logged.

    Parameters
    ----------
    path, district, how
        As of `bring_plan`.
    """
    brought = bring_plan(path, district, how)
    for note in (*brought.notes, *brought.warnings):
        log.info(note)
    return brought.plan


def bring_plan(path: str | Path, district: District, how: PlanReading = PLAINLY) -> BroughtPlan:
    """A plan from a plan file of any kind, with all that is to be told of it.

    Units outside the district are ignored. A label is a school's id, else its name (in any case, where one school alone has it).

    Parameters
    ----------
    path
        Delimited text of any kind, a workbook, the attribute table of a layer, or a zip file or folder with one of them.
    district
        The district whose every unit must end with exactly one open school.
    how
        What the user says of the file.

    Raises
    ------
    DataError
        With everything that is wrong in the file.
    """
    problems = Problems()
    labels = Labels(district.school_ids, district.school_names)
    ground = Ground(district.geometry, district.students, district.student_points)
    assignment = collect(path, district.unit_ids, how, problems, labels, key=district.unit_key, ground=ground)
    _report_unplaced(assignment, district, problems)
    found = matched(assignment, labels, district, problems)
    problems.raise_as(DataError)
    plan = Plan(np.array([found[label] for label in assignment.schools], dtype=np.int64))
    return BroughtPlan(plan, assignment.notes, assignment.warnings, assignment.split, files=hashed(assignment.files))


def read_written_plan(path: str | Path, district: District) -> Plan:
    """A plan that `write_plan` wrote: read as any other, with nothing to say about what was chosen."""
    return bring_plan(path, district).plan


def _report_unplaced(assignment: PlanFile, district: District, problems: Problems) -> None:
    """Units that the file leaves out or leaves blank; units of elsewhere are shown with them, for they may be the same ones misspelled."""
    units = list(zip(district.unit_ids, assignment.schools, assignment.rows, strict=True))
    missing = [f"'{unit}'" for unit, _, row in units if not row]
    if missing:
        strangers = [f"'{unit}' (row {row})" for unit, row in assignment.extra]
        also = f" Of {counted(len(strangers), 'row')} the unit is not the district's: {shown(strangers)}." if strangers else ""
        lacks = "row for" if assignment.unit_column else "zone over"
        message = f"has no {lacks} {len(missing):,} of {counted(district.num_units, 'unit')}: {shown(missing)}.{also}"
        problems.add(assignment.name, message, "A plan gives every unit exactly one school.")
    blank = [f"'{unit}' (row {row})" for unit, school, row in units if row and not school]
    if blank:
        message = f"gives no school to {counted(len(blank), 'unit')}: {shown(blank)}."
        problems.add(assignment.name, message, "A plan gives every unit exactly one school.")
