"""Any plan file beside today's zones: audited by the scenario's rules and measured, with no solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import DataError, Problem, Problems
from rezoning.findings import Measures, Question
from rezoning.pipeline import measures_of
from rezoning.report.option import distinct
from rezoning.run_directory import COMPARISON, EVALUATION, json_text, plan_path, written_whole
from rezoning.scenario.policy import uses_of
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.auditing import Audit
    from rezoning.district.district import District
    from rezoning.plan import Plan


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A plan, what the auditor says about it, and its measures beside today's.

    Parameters
    ----------
    name
        Name of the plan in tables: the run directory's name, or the file's without its ending.
    goals
        Entries as in run.json, without bound and gap: nothing was solved.
    """

    name: str
    path: Path
    plan: Plan
    audit: Audit
    goals: list[dict[str, Any]]
    measures: Measures


def evaluate_plan(scenario: Scenario, district: District, path: Path, column: str | None = None) -> Evaluation:
    """Read a plan file (or the plan of a run directory), audit and measure it.

    Raises
    ------
    DataError
        When the file does not give every unit exactly one open school.
    """
    from rezoning.auditing import audit
    from rezoning.plan_files import read_plan
    from rezoning.report.record import judged_goals

    file = plan_path(path)
    if not file.is_file():
        message = "there is no such file." if file == path else "the directory holds no plan.csv."
        raise DataError(Problem(str(path), message, "Give a plan file, or the directory of a run that found a plan."))
    plan = read_plan(file, district, column)
    goals = judged_goals(scenario, plan, district)
    name = path.resolve().name if path.is_dir() else path.name.split(".")[0]
    return Evaluation(name, path, plan, audit(plan, district, scenario.rules), goals, measures_of(plan, district, scenario))


def evaluate_plans(scenario: Scenario, district: District, paths: Sequence[Path], column: str | None = None) -> list[Evaluation]:
    """Evaluate several plans; what is wrong with any of their files is reported for all of them at once."""
    problems, found = Problems(), []
    for path in paths:
        try:
            found.append(evaluate_plan(scenario, district, path, column))
        except DataError as error:
            problems.extend(error.problems)
    problems.raise_as(DataError)
    return found


def validation_record(question: Question) -> dict[str, Any]:
    """The document of ``rezoning validate --json``."""
    from rezoning.report.record import counts_entry, inputs_entry, problems_entry, travel_entry

    return {
        "name": question.scenario.name,
        "valid": question.problem is not None,
        "exit_code": 0 if question.problem is not None else 4,
        "problems": problems_entry(question.problems),
        "audit_today": None if question.audit_today is None else question.audit_today.to_dict(),
        "counts": counts_entry(question.district, None, question.problem),
        "travel": travel_entry(question.district),
        "attributes": uses_of(question.scenario),
        "possibilities": list(question.possibilities),
        "notes": list(question.district.notes),
        "warnings": list(question.district.warnings),
        "inputs": inputs_entry(question.scenario, question.district),
    }


def evaluation_record(scenario: Scenario, district: District, evaluation: Evaluation) -> dict[str, Any]:
    """The document of ``rezoning evaluate --json``."""
    from rezoning.auditing import audit_today
    from rezoning.report.record import counts_entry, inputs_entry, travel_entry, versions

    now = audit_today(district, scenario.rules)
    return {
        "name": scenario.name,
        "plan": str(evaluation.path),
        "exit_code": 0 if evaluation.audit.passed else 7,
        "goals": evaluation.goals,
        "audit": evaluation.audit.to_dict(),
        "audit_today": None if now is None else now.to_dict(),
        "counts": counts_entry(district, evaluation.plan),
        "travel": travel_entry(district),
        "metrics": evaluation.measures.metrics,
        "schools": evaluation.measures.schools,
        "attributes": uses_of(scenario),
        "notes": list(district.notes),
        "warnings": list(district.warnings),
        "inputs": inputs_entry(scenario, district),
        "versions": versions(),
    }


def write_evaluation(place: Path, record: dict[str, Any]) -> None:
    """evaluation.json, metrics.json and schools.csv, whole or not at all."""
    from rezoning.report.files import put, put_measures

    with written_whole(place) as directory:
        put(directory / EVALUATION, json_text(record))
        put_measures(directory, record["metrics"], record["schools"])


def comparison(scenario: Scenario, district: District, evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """One table, plans as columns and today first: ``{"columns": [...], "rows": [{"measure", column: value, ...}]}``.

    Measures by group or school are one row each, named ``measure[group]``. Rows: the goals, the number of broken rules, every measure.
    """
    from rezoning.auditing import audit_today

    first = evaluations[0]
    plans = dict(zip(distinct([evaluation.name for evaluation in evaluations]), evaluations, strict=True))
    columns: dict[str, dict[str, Any]] = {}
    now = audit_today(district, scenario.rules)
    if now is not None and first.measures.metrics["today"] is not None:
        columns["today"] = {**_goal_rows(first.goals, "today"), "rules_broken": len(now.violations), **_flat(first.measures.metrics["today"])}
    for name, one in plans.items():
        broken = {"rules_broken": len(one.audit.violations)}
        columns[name] = {**_goal_rows(one.goals, "value"), **broken, **_flat(one.measures.metrics["plan"])}
    if first.measures.metrics["nearest"] is not None:
        columns["nearest"] = _flat(first.measures.metrics["nearest"])
    keys = list(dict.fromkeys(key for values in columns.values() for key in values))
    rows = [{"measure": key, **{name: values.get(key) for name, values in columns.items()}} for key in keys]
    paths = {name: str(one.path) for name, one in plans.items()}
    return {"name": scenario.name, "columns": list(columns), "plans": paths, "attributes": uses_of(scenario), "rows": rows}


def write_comparison(place: Path, document: dict[str, Any]) -> None:
    """compare.csv and compare.json, whole or not at all."""
    from rezoning.report.files import put
    from rezoning.report.tables import csv_text

    with written_whole(place) as directory:
        put(directory / COMPARISON, json_text(document))
        put(directory / "compare.csv", csv_text(document["rows"]))


def _goal_rows(goals: Sequence[dict[str, Any]], key: str) -> dict[str, Any]:
    return {f"goal {i + 1}: {goal['minimize']}" + (f" of {goal['group']}" if goal["group"] else ""): goal[key] for i, goal in enumerate(goals)}


def _flat(measures: dict[str, Any]) -> dict[str, Any]:
    """Measures by group, school or year as one number each; lists (flows, bands) are tables of their own and stay out."""
    flat: dict[str, Any] = {}
    for key, value in measures.items():
        if isinstance(value, dict):
            flat |= {f"{key}[{name.replace('[', ', ').rstrip(']')}]": one for name, one in _flat(value).items()}
        elif not isinstance(value, (list, str)):
            flat[key] = value
    return flat

