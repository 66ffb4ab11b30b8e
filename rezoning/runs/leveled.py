"""A run with several levels of schools on disk: what its record says of each level and between them, and the files of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.runs import files
from rezoning.runs.directory import json_text
from rezoning.runs.record import audit_entry, counts_entry, data_entries, file_entry, split_entry, students_record
from rezoning.scenario.levels import feedings
from rezoning.scenario.policy import uses_of

if TYPE_CHECKING:
    from rezoning.auditing import Audit
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.formulation.formulation import Formulation
    from rezoning.runs.question import Findings, Question
    from rezoning.scenario.schema import Scenario

ADDED = ("units", "schools", "students", "pairs", "moved_units", "moved_students")
"""Counts of all levels together that are sums over the levels: a unit counts at each."""


def plan_name(level: str) -> str:
    """The file of a level's plan."""
    return f"plan.{level}.csv"


def schools_name(level: str) -> str:
    """The file of a level's schools."""
    return f"schools.{level}.csv"


# -- the record ------------------------------------------------------------------------------------------------------


def leveled_record(findings: Findings) -> dict[str, Any]:
    """What run.json says of levels: their own entries, sums over them in `counts`, and what was asked and found between them. Nothing without."""
    question = findings.question
    if not question.levels:
        return {}
    levels = {name: _level(name, one, findings) for name, one in question.levels.items()}
    between = findings.feeders
    return {
        "counts": all_counts([one["counts"] for one in levels.values()], question.district),
        "levels": levels,
        "feeders": {
            "asked": [one.to_record() for one in feedings(question.scenario)],
            "measures": between.measures if between is not None and between.measures else measures_today(question),
            "audit": None if between is None else audit_entry(between.audit),
            "audit_today": audit_entry(feeders_today(question)),
        },
    }


def feeders_today(question: Question) -> Audit | None:
    """What today's zones violate between the levels."""
    from rezoning.auditing.feeders import audit_feeders_today

    return audit_feeders_today(question.district.levels, question.scenario)


def measures_today(question: Question) -> dict[str, Any]:
    """Who feeds whom today, where there is no plan."""
    from rezoning.metrics.feeders import measure_feeders

    return dict(measure_feeders(feedings(question.scenario), {}, question.district.levels))


def _level(name: str, question: Question, findings: Findings) -> dict[str, Any]:
    found = findings.levels.get(name)
    plan = None if found is None else found.plan
    return {
        **level_entry(question.scenario, question.district, plan, num_pairs(findings.question.problem, name)),
        "audit": None if found is None else audit_entry(found.audit),
        "audit_today": audit_entry(question.audit_today),
        "locked": findings.question.scenario.levels[name].locked,
        "plan": None,
    }


def level_entry(scenario: Scenario, district: District, plan: Plan | None, pairs: int | None = None) -> dict[str, Any]:
    """Sizes of a level, how much moves, and where its numbers come from: as the keys of run.json of the same names."""
    return {
        "counts": counts_entry(district, plan) | {"pairs": pairs},
        **data_entries(district),
        "today_split": split_entry(district.today_split, district),
        "students": students_record(district),
        "attributes": uses_of(scenario),
    }


def num_pairs(problem: Formulation | None, name: str) -> int | None:
    """Admissible pairs of a level's units that have a choice."""
    if problem is None:
        return None
    level = next(one for one in problem.levels if one.name == name)
    own = level.own(problem.pairs)
    choices = own.choices[own.node_of_unit]
    return int(choices[choices > 1].sum())


def all_counts(counts: list[dict[str, Any]], district: District) -> dict[str, Any]:
    """Counts of all levels as one: sums, but for the units and their neighbors, which all levels share."""
    found = {key: _sum([one[key] for one in counts]) for key in ADDED}
    return {**found, "units": district.num_units, "edges": len(district.edges)}


def _sum(values: list[Any]) -> Any:
    return None if None in values else sum(values)


# -- files -----------------------------------------------------------------------------------------------------------


def put_levels(directory: Path, findings: Findings, record: dict[str, Any], *, is_rejected: bool) -> None:
    """plan.<level>.csv of each level, with its fingerprint in the record; trace.csv; with measures metrics.json and schools.<level>.csv."""
    if findings.result is None or not findings.levels:
        return
    for name, one in findings.levels.items():
        record["levels"][name]["plan"] = put_level_plan(directory, name, one.question.district, one.plan, is_rejected=is_rejected)
    files.put_trace(directory, findings.result)
    if findings.measures is not None:
        put_measures(directory, findings.measures.metrics, {name: one.measures.schools for name, one in findings.levels.items() if one.measures})


def put_level_plan(directory: Path, name: str, district: District, plan: Plan | None, *, is_rejected: bool = False) -> dict[str, str] | None:
    """A level's plan as the record has it: its file's name and fingerprint."""
    from rezoning.district.plans.write import write_plan

    if plan is None:
        return None
    path = directory / (f"plan.{name}.rejected.csv" if is_rejected else plan_name(name))
    write_plan(path, plan, district)
    return file_entry(path, path.name)


def put_measures(directory: Path, metrics: dict[str, Any], schools: Mapping[str, Any]) -> None:
    """metrics.json, and schools.<level>.csv of each level."""
    from rezoning.runs.tables import csv_text

    files.put(directory / "metrics.json", json_text(metrics))
    for name, rows in schools.items():
        files.put(directory / schools_name(name), csv_text(rows))
