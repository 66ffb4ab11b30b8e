"""Run directories without a solve: the plan is given, everything else is written as `rezoning run` writes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rezoning import load_district, load_scenario
from rezoning.auditing import audit, audit_today
from rezoning.district.plan import Plan, today
from rezoning.district.plans.write import write_plan
from rezoning.metrics.goals import goal_value
from rezoning.metrics.measure import measure_all
from rezoning.runs.directory import RUN, json_text
from rezoning.runs.files import put, put_measures, put_question
from rezoning.runs.record import counts_entry, file_entry, judged_goals, run_record


def make_run(path: Path, directory: Path, school: Sequence[int] | None = None) -> Path:
    """A run of a scenario whose plan is today's zones, or another."""
    scenario = load_scenario(path)
    district = load_district(scenario.data)
    plan = today(district) if school is None else Plan(school)
    assert plan is not None
    directory.mkdir(parents=True)
    put_question(directory, scenario, directory)
    write_plan(directory / "plan.csv", plan, district)
    put_measures(directory, *measure_all(plan, district, scenario))
    values = [goal_value(goal, plan, district, scenario.rules) for goal in scenario.goals]
    found = audit(plan, district, scenario)
    record = run_record(scenario, district, None, None, values=values, audit=found, audit_today=audit_today(district, scenario))
    goals = [{**goal, "bound": 0.0, "gap": None, "best": None, "ended": "limit"} for goal in judged_goals(scenario, plan, district)]
    record |= {"status": "feasible", "exit_code": 0, "counts": counts_entry(district, plan), "goals": goals, "threads": 1}
    record["plan"] = file_entry(directory / "plan.csv", "plan.csv")
    put(directory / RUN, json_text(record))
    return directory
