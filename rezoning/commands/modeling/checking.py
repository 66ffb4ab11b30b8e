"""A solver's answer to a model: the plan in it, audited and measured, held against what the solver claims; and a plan as a solver's start."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.commands.modeling.question import asked_again, check_same, nodes_of
from rezoning.commands.modeling.sidecar import Sidecar, read_sidecar, stem_of
from rezoning.commands.modeling.solutions import Solution, read_solution, start_text
from rezoning.commands.modeling.writing import check_model_file
from rezoning.commands.run import read_district, read_scenario
from rezoning.errors import DataError, Problem, Problems, shown
from rezoning.optimize.asking import start_values
from rezoning.runs.directory import check_new_file, whole_file
from rezoning.runs.question import AGREEMENT, REJECTED
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plan import Plan

FRACTION = 1e-3  # of a column: what is farther from whole is no choice
CLAIM = 1e-5  # what a claim may be beside the value, relative to max(1, |value|): other solvers' rows have a tolerance of 1e-6 each
CURE = "Give a solution of this very model, with every unit's column."


def check_solution(
    scenario: Scenario | str | Path,
    solution: str | Path,
    model: str | Path,
    out: str | Path | None = None,
    *,
    overrides: Sequence[str] = (),
    replace: bool = False,
) -> dict[str, Any]:
    """Read a solver's solution of a model back, audit its plan, measure it, and hold its value against the solver's.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    solution
        HiGHS's, CBC's or SCIP's own solution file, or lines of name and value.
    model
        The model's sidecar, or the model that it stands beside.
    out
        Where the plan is written as plan.csv is.
    overrides
        ``key=value`` settings that win over the file, for a path.
    replace
        Whether a file that is there may be replaced.

    Returns
    -------
    dict
        As evaluation.json, with ``solution``: what the file claims, what the plan has, and whether they agree. Its ``exit_code`` is 0, or 7 where
        the plan breaks a rule, is worse than a complete model's solver claims, or breaks a goal that is held.

    Raises
    ------
    DataError
        A file is none, or the solution gives some unit no school.
    """
    from rezoning.commands.evaluation import evaluation_record
    from rezoning.district.plans.write import write_plan
    from rezoning.runs.names import option_key
    from rezoning.runs.option import named
    from rezoning.runs.option_judged import option_of_plan

    asking, said = read_scenario(scenario, overrides), read_sidecar(Path(model))
    check_one_level(asking, "rezoning model")
    if out is not None:
        check_new_file(Path(out), may_replace=replace)
    found = read_solution(Path(solution))
    district = read_district(asking)
    check_same(asking, district, said, str(model))
    plan = plan_of(found, said, district, Path(solution))
    path = Path(solution)
    (option,) = named([option_of_plan("A", option_key(path), path, asking, district, plan)])
    record = evaluation_record(asking, district, option)
    record["solution"] = _held_against(found, said, asking, [goal["value"] for goal in record["goals"]], path)
    if not record["solution"]["is_true"]:
        record["exit_code"] = REJECTED
    if out is not None:
        with whole_file(Path(out)) as partial:
            write_plan(partial, plan, district)
    return record


def plan_of(solution: Solution, said: Sidecar, district: District, place: Path) -> Plan:
    """The plan that a solution's columns say.

    Raises
    ------
    DataError
        Columns are of another model, a unit has no school or several, or a choice is a fraction.
    """
    from rezoning.district.plan import Plan

    problems, unit_index, school_index = Problems(), district.unit_index, district.school_index
    foreign = [name for name in solution.values if name.startswith("x_") and name not in said.columns and name not in said.ground]
    if foreign or (not any(name in solution.values for name in said.columns) and said.columns):
        what = f"{shown(foreign, 3)} {'is no column' if len(foreign) == 1 else 'are no columns'}" if foreign else "none of its names is a column"
        raise DataError(Problem(str(place), f"{what} of {said.file}.", CURE))
    school = np.full(district.num_units, -1, dtype=np.int64)
    for unit, text in said.fixed.items():
        school[unit_index[unit]] = school_index[text]
    fractions = [name for name in said.columns if abs((value := solution.values.get(name, 0.0)) - round(value)) > FRACTION]
    if fractions:
        problems.add(str(place), f"is no choice of schools: {shown([f'{name} = {solution.values[name]:g}' for name in fractions], 3)}.",
                     "Give a solution of the whole program, and not of its linear relaxation.")  # fmt: skip
    several: list[str] = []
    for name, (unit, text) in said.columns.items():
        if solution.values.get(name, 0.0) > 0.5:
            for one in said.together.get(unit, (unit,)):
                several += [one] * bool(school[unit_index[one]] >= 0)
                school[unit_index[one]] = school_index[text]
    without = [district.unit_ids[u] for u in np.flatnonzero(school < 0)]
    if several:
        problems.add(str(place), f"gives several schools to {shown(several)}.", CURE)
    if without:
        problems.add(str(place), f"gives no school to {shown(without)}.", CURE)
    problems.raise_as(DataError)
    return Plan(school)


def _held_against(solution: Solution, said: Sidecar, scenario: Scenario, values: list[float], path: Path) -> dict[str, Any]:
    """What the file claims beside what the plan has."""
    value = _value(said, scenario, values)
    claimed = None if solution.claimed is None else said.objective.natural(solution.claimed)
    room = CLAIM * max(1.0, abs(value))
    agrees = None if claimed is None else abs(value - claimed) <= room
    is_worse = claimed is not None and value > claimed + room and said.is_complete
    held = [
        {"goal": one.goal, "minimize": one.minimize, "value": values[one.goal - 1], "upper": one.upper,
         "holds": values[one.goal - 1] <= one.upper + AGREEMENT * max(1.0, abs(one.upper))}
        for one in said.held
    ]  # fmt: skip
    return {
        "file": str(path), "solver": solution.solver, "model": said.file, "form": said.form, "is_complete": said.is_complete, "goal": said.goal,
        "objective": solution.claimed, "claimed": claimed, "value": value, "agrees": agrees, "held": held,
        "is_true": not is_worse and all(one["holds"] for one in held),
    }  # fmt: skip


def _value(said: Sidecar, scenario: Scenario, values: list[float]) -> float:
    """Of the goal that a model minimizes, or of the weighted sum."""
    weights = [goal.weight or 0.0 for goal in scenario.goals]
    return float(np.dot(weights, values)) if said.goal is None else float(values[said.goal - 1])


def write_start(
    scenario: Scenario | str | Path,
    plan: str | Path,
    model: str | Path,
    out: str | Path | None = None,
    *,
    solver: str = "highs",
    overrides: Sequence[str] = (),
    replace: bool = False,
    stop: threading.Event | None = None,
) -> dict[str, Any]:
    """Write a plan as a point of a model, for a solver's own command line to start from or to judge.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    plan
        A plan file of any kind, or the directory of a run.
    model
        The model's sidecar, or the model that it stands beside.
    out
        The file; ``<model>.<solver>.start`` beside the model when left out (``.sol`` for SCIP).
    solver
        ``highs``, ``cbc`` or ``scip``: whose format.
    overrides
        ``key=value`` settings that win over the file, for a path.
    replace
        Whether a file that is there may be replaced.
    stop
        When set, it ends with KeyboardInterrupt, and nothing is written.

    Returns
    -------
    dict
        ``name``, ``file``, ``solver``, ``model``, ``columns``, ``objective`` of the model, and ``value`` in the goal's natural value.

    Raises
    ------
    DataError
        The plan breaks a rule or a goal that is held, or a file is none.
    """
    from rezoning.commands.evaluation import evaluate_plan

    asking, said, place = read_scenario(scenario, overrides), read_sidecar(Path(model)), Path(model)
    check_one_level(asking, "rezoning model")
    target = Path(out) if out is not None else place.with_name(f"{stem_of(said.file)}.{solver}.{'sol' if solver == 'scip' else 'start'}")
    check_new_file(target, may_replace=replace)
    check_model_file(said, place)
    district = read_district(asking)
    question = asked_again(asking, district, said, str(model))
    option = evaluate_plan(asking, district, Path(plan))
    if not option.audit.passed:
        why = shown([violation.message for violation in option.audit.violations], 3)
        raise DataError(
            Problem(str(plan), f"is no point of the model, for the plan breaks rules: {why}", "Give a plan that rezoning evaluate passes.")
        )
    nodes = nodes_of(question.problem, option.plan, district)
    found = start_values(question.order(said.form), nodes, stop or threading.Event())
    value = _value(said, asking, [goal["value"] for goal in option.goals])
    is_stood_in = any(one.why == "stand_in" for one in said.missing)
    if not is_stood_in and abs(said.objective.natural(found["objective"]) - value) > CLAIM * max(1.0, abs(value)):
        message = f"has {value:.9g}, and the nearest plan of the model has {said.objective.natural(found['objective']):.9g}."
        raise DataError(Problem(str(plan), message, "Give a plan that differs less from others where nobody lives."))
    with whole_file(target) as partial, partial.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in start_text(solver, found["columns"], found["values"], found["objective"]))
    return {
        "name": said.name, "file": str(target), "solver": solver, "model": said.file, "columns": len(found["columns"]),
        "objective": found["objective"], "value": said.objective.natural(found["objective"]),
    }  # fmt: skip
