"""Options read from run directories, folders and plan files, and what must be the same for them to stand beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError, Problem, Problems
from rezoning.runs.judge import Districts, Judge, asked_first, is_run
from rezoning.runs.leveled_option import plan_files, read_level_plans
from rezoning.runs.names import letters, option_keys
from rezoning.runs.option import MOST, Option, named
from rezoning.runs.option_judged import check_answers, measured, of_levels, option_of_plan, option_of_plans
from rezoning.runs.origin import Origin
from rezoning.runs.packed import opened
from rezoning.runs.run_record import read_run_record
from rezoning.scenario.files import is_folder
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plans.brought import BroughtPlan


def read_options(paths: Sequence[str | Path], overrides: Sequence[str] = (), how: PlanReading = PLAINLY) -> tuple[Option, ...]:
    """Read runs, each with its own scenario, and plan files, judged by a scenario that is named first or by that of the first run, as options.

    Parameters
    ----------
    paths
        A scenario file, or none; then run directories and plan files of any kind. Without a scenario file the first is a run.
    overrides
        ``key=value`` settings that win over every scenario, ``report.title=…`` say.
    how
        What the user says of the plan files.

    Raises
    ------
    ScenarioError, DataError
        When a run cannot be read, holds no plan, or is of another district than the first.
    """
    asked, plans = asked_first(list(map(Path, paths)))
    plans = list(map(opened, plans))
    _check_number(plans)
    problems, known = Problems(), Districts()
    judge = None if asked is None else _judge(asked, overrides, known)
    found: list[Option] = []
    hows = how.for_each([not is_run(path) for path in plans])
    for letter, key, path, read in zip(letters(), option_keys(plans, hows), plans, hows, strict=False):
        try:
            if is_run(path) or (judge is None and is_folder(path)):
                option = _option_of_run(letter, key, path, overrides, known)
            elif judge is not None:
                option = _option_of_file(letter, key, path, judge, read)
            else:
                cure = "Give the directory of a run first, or the scenario file that judges the plan."
                raise DataError(Problem(str(path), "is not a run directory, and the first must be one.", cure))
            _check_same_place(option, found, judge)
            judge = judge or Judge(option.scenario, option.district)
            found.append(option)
        except DataError as error:
            problems.extend(error.problems)
    problems.raise_as(DataError)
    return named(found)


def _judge(path: Path, overrides: Sequence[str], known: Districts) -> Judge:
    from rezoning.scenario.load import load_scenario

    scenario = load_scenario(path, overrides)
    return Judge(scenario, known.of(scenario))


def _option_of_run(letter: str, key: str, path: Path, overrides: Sequence[str], known: Districts) -> Option:
    from rezoning.district.plans.read import read_written_plan
    from rezoning.scenario.load import load_scenario

    record = read_run_record(path)
    scenario = load_scenario(path / "scenario.yaml", overrides)
    check_answers(path, record, scenario)
    district = known.of(scenario)
    if scenario.levels:
        plans = read_level_plans(path, district.levels)
        return of_levels(letter, key, path, scenario, district, plans, record, asked=scenario, is_run=True)
    plan = read_written_plan(path / "plan.csv", district)
    return measured(letter, key, path, scenario, district, plan, record, Origin(path, path / "plan.csv", scenario, record), is_run=True)


def option_of_folder(letter: str, key: str, path: Path, scenario: Scenario, district: District, how: PlanReading) -> Option:
    """The plans of all levels, of a run or of a folder that has a file of each."""
    from rezoning.district.plans.read import bring_plan

    problems = Problems()
    found: dict[str, BroughtPlan] = {}
    for name, file in plan_files(path, list(district.levels)).items():
        try:
            brought = bring_plan(file, district.levels[name], how)
            found[name] = replace(brought, notes=()) if is_run(path) else brought  # how this program writes a plan is no news
        except DataError as error:
            problems.extend(error.problems)
    problems.raise_as(DataError)
    return option_of_plans(letter, key, path, scenario, district, {name: one.plan for name, one in found.items()}, found)


def _option_of_file(letter: str, key: str, path: Path, judge: Judge, how: PlanReading) -> Option:
    from rezoning.district.plans.read import bring_plan, plan_file

    if judge.scenario.levels:
        return option_of_folder(letter, key, path, judge.scenario, judge.district, how)
    brought = bring_plan(plan_file(path, "Give run directories, and plan files after the first."), judge.district, how)
    return option_of_plan(letter, key, path, judge.scenario, judge.district, brought.plan, brought)


def _check_number(paths: Sequence[str | Path]) -> None:
    if not 1 <= len(paths) <= MOST:
        raise DataError(Problem("options", f"{len(paths)} plans were given.", f"Give 1 to {MOST}; more cannot be told apart in one table."))


def _check_same_place(option: Option, found: Sequence[Option], judge: Judge | None) -> None:
    """Options can be compared only where units, students and today's zones are the same."""
    if judge is None or option.district is judge.district:
        return
    ours, first = option.district, judge.district
    which = found[0].path if found else judge.scenario.name
    if ours.unit_ids != first.unit_ids:
        raise DataError(Problem(str(option.path), f"its units are not those of {which}.", "Compare runs of one district."))
    if (ours.students != first.students).any():
        message = f"its numbers of students are not those of {which}."
        raise DataError(Problem(str(option.path), message, "Compare runs of the same year and level."))
