"""The content of run.json: how a run went, in plain values."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.custom import goals_in, rules_in
from rezoning.district.graded import buildings_view, graded
from rezoning.optimize.result import Ended, GoalResult, Result, Status, relative_gap
from rezoning.optimize.solvers import apart
from rezoning.optimize.solvers.memory import held_mb
from rezoning.runs.machine import machine
from rezoning.scenario.digest import digest
from rezoning.scenario.policy import uses_of
from rezoning.scenario.resolve import said_key, scenario_key
from rezoning.scenario.sources import named_files, scenario_files

if TYPE_CHECKING:
    from rezoning.auditing import Audit
    from rezoning.district.custom import Custom
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.district.split_units import SplitUnit
    from rezoning.errors import Problem
    from rezoning.formulation.formulation import Formulation
    from rezoning.scenario.schema import Goal, Scenario

PACKAGES = ("rezoning", "pulp", "highspy", "pyscipopt", "numba", "numpy", "scipy", "geopandas", "shapely", "pandas")


def versions() -> dict[str, str | None]:
    """Versions of Python and of everything that can change a result; null for what is not installed."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


@cache
def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def peak_rss_mb() -> float | None:
    """Largest memory this process and those that solve for it have held, in MB; None where the system does not tell."""
    held = held_mb()
    return None if held is None else round(held + apart.peak_mb(), 1)


def goal_entry(goal: Goal, **found: Any) -> dict[str, Any]:
    """A goal in every document that has goals: what is asked, and what was `found` of it."""
    return {"minimize": goal.minimize, "group": None, **goal.asked, **found}


def goals_entry(scenario: Scenario, result: Result | None, values: Sequence[float] | None) -> list[dict[str, Any]]:
    """The goals in order; `values` are those of the final plan by the second witness, None without a plan."""
    solved: Sequence[GoalResult | None] = result.goals if result is not None and result.goals else [None] * len(scenario.goals)
    ended: tuple[Ended | None, ...] = (None,) if result is None else result.ended
    ended = ended * len(scenario.goals) if len(ended) == 1 else ended  # a weighted sum ends as one
    entries = []
    for i, (goal, found) in enumerate(zip(scenario.goals, solved, strict=True)):
        value = None if values is None else values[i]
        bound = _bound(value, found)
        entries.append(
            goal_entry(
                goal,
                value=value,
                bound=bound,
                gap=None if value is None else relative_gap(value, bound),
                today=None if found is None else found.today,
                best=None if found is None else found.best,
                ended=ended[i],
            )
        )
    return entries


def judged_goals(scenario: Scenario, plan: Plan, district: District) -> list[dict[str, Any]]:
    """The goals of a plan that was not solved here, in order: value and today's, without bound and gap."""
    from rezoning.district.plan import today
    from rezoning.metrics.goals import value_or_none

    now = today(district)
    return [
        goal_entry(
            goal,
            value=value_or_none(goal, plan, district, scenario.rules),
            today=None if now is None else value_or_none(goal, now, district, scenario.rules),
        )
        for goal in scenario.goals
    ]


def objective_entry(scenario: Scenario, result: Result | None, values: Sequence[float] | None) -> dict[str, Any] | None:
    """The weighted sum; None when the goals stand in order of importance."""
    weights = [goal.weight for goal in scenario.goals if goal.weight is not None]
    if not weights:
        return None
    value = None if values is None else sum(weight * one for weight, one in zip(weights, values, strict=True))
    bound = _bound(value, result.objective if result is not None else None)
    return {"value": value, "bound": bound, "gap": None if value is None else relative_gap(value, bound)}


def _bound(value: float | None, found: GoalResult | None) -> float | None:
    """The bound, without the rounding noise that would lift it above the value that was reached."""
    if found is None or found.bound is None:
        return None
    return found.bound if value is None else min(found.bound, value)


def own_entry(custom: Sequence[Custom]) -> dict[str, list[str]]:
    """Names of the rules and goals that a program brought along; the goals are among `goals`, with everything that was found of them."""
    return {"rules": [rule.name for rule in rules_in(custom)], "goals": [goal.name for goal in goals_in(custom)]}


def audit_entry(audit: Audit | None) -> dict[str, Any] | None:
    """What the auditor said; None when there was nothing to audit."""
    return None if audit is None else audit.to_dict()


def counts_entry(district: District, plan: Plan | None, problem: Formulation | None = None) -> dict[str, Any]:
    """Sizes of the question, and how much moves."""
    moved, students = (None, 0.0) if plan is None else who_moves(plan, district)
    return {
        "units": district.num_units,
        "schools": district.num_schools,
        "students": district.total_students,
        "edges": len(district.edges),
        "pairs": None if problem is None else problem.num_pairs_with_choice(),
        "moved_units": None if moved is None else int(moved.sum()),
        "moved_students": None if moved is None else students,
    }


def who_moves(plan: Plan, district: District) -> tuple[NDArray[np.bool_], float]:
    """Units of which somebody changes schools, shape (n,), and how many students do; where schools are paired those whose building changes."""
    seen, place = buildings_view(plan, district)
    moved = seen.moved(place)
    students = float(place.students[moved].sum())
    if plan.buildings is None:
        return moved, students
    return np.bincount(graded(district, plan.buildings.grades).unit[moved], minlength=district.num_units) > 0, students


def pairing_entry(scenario: Scenario, district: District, plan: Plan | None) -> dict[str, Any] | None:
    """The `pairing` of run.json: clusters with their buildings, what was taken to be equal in all grades, and who is exempt; None without a plan."""
    from rezoning.metrics.pairing import exempt_schools

    if plan is None or plan.buildings is None:
        return None
    buildings, view = plan.buildings, graded(district, plan.buildings.grades)
    ids = district.school_ids
    return {
        "grades": list(buildings.grades),
        "clusters": [
            [{"school": ids[s], "grades": list(buildings.spans(s))} for s in cluster] for cluster in buildings.clusters() if len(cluster) > 1
        ],
        "assumed": list(view.assumed),
        "ungraded_students": view.ungraded,
        "over_limit_alone": exempt_schools(plan, district, scenario),
    }


def data_entries(district: District) -> dict[str, Any]:
    """What every record says of where the numbers come from: `travel`, `walk`, and `students`."""
    return {"travel": travel_entry(district), "walk": walk_entry(district), "students": students_entry(district)}


def travel_entry(district: District) -> dict[str, Any] | None:
    """Unit and source of travel, and whether it is a mere estimate; None without travel."""
    if district.travel is None:
        return None
    return {"unit": district.travel_unit, "source": district.travel_source, "is_estimate": district.travel_is_estimate}


def walk_entry(district: District) -> dict[str, Any] | None:
    """Source of walks, and whether they are a mere estimate; None without walks."""
    if district.walkable is None:
        return None
    return {"source": district.walk_source, "is_estimate": district.walk_is_estimate}


def students_entry(district: District) -> dict[str, Any]:
    """Whether students were estimated and not counted, and how."""
    return {"estimated": district.students_are_estimated, "method": None if district.estimate is None else district.estimate.method}


def split_entry(split: Iterable[SplitUnit], district: District) -> list[dict[str, Any]]:
    """Every unit that zones or parts of a plan divide: its students, and its share by school; the most students first."""
    return [
        {"unit": district.unit_ids[one.unit], "students": float(district.students[one.unit]), "of": one.of, "shares": dict(one.shares)}
        for one in sorted(split, key=lambda one: -district.students[one.unit])
    ]


def students_record(district: District) -> dict[str, Any]:
    """The same with everything of an estimate: its seed, what it errs by, each school's students by child of the seed. For working files."""
    return students_entry(district) | ({} if district.estimate is None else district.estimate.to_record())


def problems_entry(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Place, message and cure of everything that is wrong."""
    return [asdict(problem) for problem in problems]


def inputs_entry(scenario: Scenario, district: District) -> list[dict[str, str]]:
    """Path and hash of every file that was read, the scenario's first. A scenario file that has gone meanwhile is left out."""
    files = [path for path in scenario_files(scenario) if path.is_file()]
    return [*map(file_entry, files), *(asdict(file) for file in district.inputs)]


def named_entry(scenario: Scenario, inputs: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The same of files that the scenario names for its reports and the run did not read: what lies under maps, addresses."""
    read = {one["path"] for one in inputs}
    files = dict.fromkeys(path for path in named_files(scenario) if str(path) not in read and path.is_file())
    return [file_entry(path) for path in files]


def asked_entry(scenario: Scenario) -> str:
    """The fingerprint of what is asked, wherever its files lie."""
    return hashlib.sha256(scenario_key(scenario).encode()).hexdigest()


def fingerprint_of(scenario: Scenario) -> str:
    """The same of the scenario of a run, read again: what its file says, so that keys that a later version adds make no difference."""
    return hashlib.sha256(said_key(scenario).encode()).hexdigest()


OTHER_SCENARIO = "scenario.yaml asks something else than what the run was asked."


def is_asked_as(record: dict[str, Any], scenario: Scenario) -> bool | None:
    """Whether a run's scenario, read again, asks what the run was asked; None where its record does not say."""
    said = record.get("asked_sha256")
    return None if said is None else bool(said == fingerprint_of(scenario))


def file_entry(path: Path, name: str | None = None) -> dict[str, str]:
    """A file's path, or what else it is to be called, and the hash of what it holds."""
    return {"path": name or str(path), "sha256": digest(path)}


def engine_entry(scenario: Scenario, result: Result | None) -> dict[str, Any]:
    """What ran, or what would have run when no solver was needed; how much it did, and whether no clock decided anything."""
    if result is not None:
        ran = {"method": result.method, "solver": result.solver, "seed": result.seed, "threads": result.threads}
        return {**ran, "nodes": result.nodes, "cuts": result.cuts, "is_counted": result.is_counted}
    solve = scenario.solve
    ran = {"method": solve.method, "solver": solve.solver, "seed": solve.seed, "threads": solve.threads}
    return {**ran, "nodes": None, "cuts": 0, "is_counted": None if solve.cycles is None else True}


def paired(scenario: Scenario, district: District, plan: Plan | None) -> dict[str, Any]:
    """The `pairing` of run.json, where a scenario asks for it."""
    return {} if scenario.pairing is None else {"pairing": pairing_entry(scenario, district, plan)}


def run_record(
    scenario: Scenario,
    district: District,
    problem: Formulation | None,
    result: Result | None,
    *,
    values: Sequence[float] | None,
    audit: Audit | None,
    audit_today: Audit | None,
    problems: Iterable[Problem] = (),
) -> dict[str, Any]:
    """Everything of run.json but what is said of shape (`runs.shape`), the exit code, the seconds and the memory.

    Without `problem` and `result` arithmetic has shown that no plan exists, and `problems` says why.
    """
    inputs = inputs_entry(scenario, district)
    return {
        "name": scenario.name,
        "asked_sha256": asked_entry(scenario),
        "status": str(result.status if result is not None else Status.INFEASIBLE),
        "goals": goals_entry(scenario, result, values),
        "objective": objective_entry(scenario, result, values),
        **engine_entry(scenario, result),
        "counts": counts_entry(district, None if result is None or district.levels else result.plan, problem),
        **paired(scenario, district, None if result is None or district.levels else result.plan),
        "audit": audit_entry(audit),
        "audit_today": audit_entry(audit_today),
        **data_entries(district),
        "today_split": split_entry(district.today_split, district),
        "students": students_record(district),
        "attributes": uses_of(scenario),
        "problems": problems_entry(problems),
        "notes": list(district.notes),
        "warnings": [*district.warnings, *(result.warnings if result is not None else ())],
        "inputs": inputs,
        "named": named_entry(scenario, inputs),
        "versions": versions(),
        "machine": machine(),
    }
