"""Anyone's plan, read from its file: every unit has one open school then."""

from __future__ import annotations

import logging
from pathlib import Path

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.district.labels import Labels
from rezoning.district.plan import Plan
from rezoning.district.plans.brought import BroughtPlan
from rezoning.district.plans.buildings import buildings_file, read_buildings
from rezoning.district.plans.collect import collect
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.district.plans.matching import matched
from rezoning.district.plans.parts import told_split
from rezoning.district.plans.rest import kept_today, told_kept
from rezoning.district.plans.zones.ground import Ground
from rezoning.district.reading import hashed
from rezoning.errors import DataError, Problem, Problems
from rezoning.scenario.files import RUN, short, why_unopenable

log = logging.getLogger(__name__)


def plan_file(path: Path, expected: str) -> Path:
    """The file that a user means by a plan: itself, or the plan of a run directory; any other folder is looked through.

    Raises
    ------
    DataError
        It is no file that can be read; `expected` is the cure.
    """
    fault = why_unopenable(path)
    if fault is None:
        return path
    if not fault.is_folder:
        raise DataError(Problem(short(path), "there is no such file." if fault.is_missing else f"it {fault.reason}.", expected))
    if not (path / RUN).exists():
        return path
    fault = why_unopenable(path / "plan.csv")
    if fault is None:
        return path / "plan.csv"
    message = "the directory holds no plan.csv." if fault.is_missing else f"its plan.csv {fault.reason}."
    raise DataError(Problem(short(path), message, expected))


def read_plan(path: str | Path, district: District, how: PlanReading = PLAINLY) -> Plan:
    """A plan from a plan file of any kind; what was chosen while reading is logged.

    Parameters
    ----------
    path, district, how
        As of `bring_plan`.
    """
    brought = bring_plan(path, district, how)
    for note in (*brought.notes, *brought.doubts):
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
    given = collect(path, district.unit_ids, how, problems, labels, key=district.unit_key, ground=ground)
    kept = kept_today(given, district, how, problems)
    found = matched(given, labels, district, problems)
    problems.raise_as(DataError)
    paired, files = _buildings(Path(path), district, how)
    plan = Plan([found[label] if label else district.stayable[u] for u, label in enumerate(given.schools)], paired)
    told = [told_split(given.split, district.unit_ids, district.students, given.name)] if given.split else []
    told += [told_kept(kept, district, given.name)] if kept else []
    return BroughtPlan(given.name, plan, given.notes, given.warnings, tuple(told), given.split, kept, hashed((*given.files, *files)), how)


def _buildings(path: Path, district: District, how: PlanReading) -> tuple[Buildings | None, tuple[Path, ...]]:
    """The buildings of a plan that pairs schools: of the file that the user names, else of that beside the plan; None without one."""
    beside = buildings_file(path)
    file = how.buildings or (beside if beside.is_file() else None)
    return (None, ()) if file is None else (read_buildings(file, district), (file,))


def read_written_plan(path: str | Path, district: District) -> Plan:
    """A plan that `write_plan` wrote: read as any other, with nothing to say about what was chosen."""
    return bring_plan(path, district).plan
