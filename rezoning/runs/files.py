"""The files of a run directory but run.json, each written by one function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.runs.directory import EXPLANATION, json_text
from rezoning.runs.tables import csv_text, trace_text

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.errors import Problem
    from rezoning.optimize.result import Result
    from rezoning.scenario.schema import Scenario


def put(path: Path, text: str) -> None:
    """Write a text file the same way on every system."""
    # A file's name may hold bytes that are no letters: YAML and JSON can escape them, UTF-8 cannot hold them.
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def put_question(directory: Path, scenario: Scenario, place: Path) -> None:
    """scenario.yaml: the resolved scenario, with paths as they are seen from `place`, where the directory will stand."""
    from rezoning.scenario.resolve import resolved

    put(directory / "scenario.yaml", resolved(scenario, place.resolve()))


def put_explanation(directory: Path, record: dict[str, Any]) -> None:
    """explanation.json, and each relaxation as a scenario that extends the scenario.yaml beside it."""
    from rezoning.scenario.resolve import child_of

    put(directory / EXPLANATION, json_text(record))
    for number, one in enumerate(record["relaxations"], 1):
        put(directory / relaxation_file(number), child_of("scenario.yaml", one["merge"]))


def relaxation_file(number: int) -> str:
    """The scenario beside explanation.json that a relaxation makes."""
    return f"relaxation.{number}.yaml"


def put_log(directory: Path, result: Result | None, problems: Iterable[Problem]) -> None:
    """solver.log: what the solvers printed, or why none was needed."""
    why = "".join(f"{problem}\n" for problem in problems)
    put(directory / "solver.log", result.log if result is not None else f"No solver ran: the rules leave no plan.\n{why}")


def put_plan(directory: Path, result: Result, district: District, is_rejected: bool) -> Path:
    """plan.csv, which is given back, buildings.csv beside it where schools are paired, and trace.csv.

    A rejected plan has a name of its own, so that nobody takes it for a plan.
    """
    from rezoning.district.plans.write import write_plan

    assert result.plan is not None
    path = directory / ("plan.rejected.csv" if is_rejected else "plan.csv")
    write_plan(path, result.plan, district)
    put_buildings(path, result.plan, district)
    put_trace(directory, result)
    return path


def put_trace(directory: Path, result: Result) -> None:
    """trace.csv."""
    put(directory / "trace.csv", trace_text(result.trace))


def put_buildings(plan_path: Path, plan: Plan, district: District) -> Path | None:
    """buildings.csv beside a plan that pairs schools; None for any other."""
    from rezoning.district.plans.buildings import building_rows, buildings_file

    if plan.buildings is None:
        return None
    path = buildings_file(plan_path)
    put(path, csv_text(building_rows(plan, district)))
    return path


def put_measures(directory: Path, metrics: dict[str, Any], schools: Sequence[dict[str, Any]]) -> None:
    """metrics.json and schools.csv."""
    put(directory / "metrics.json", json_text(metrics))
    put(directory / "schools.csv", csv_text(schools))
