"""Several levels of schools: natural values of goals between them and over all of them, and every measure of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rezoning.district.district import District
from rezoning.district.plan import Plan, today
from rezoning.errors import Problem, ScenarioError
from rezoning.metrics.feeders import BETWEEN, measure_feeders
from rezoning.metrics.goals import UNDEFINED, value_or_none
from rezoning.metrics.measure import measure_all
from rezoning.metrics.zones import Zones
from rezoning.scenario.levels import each_level, feeding, feedings
from rezoning.scenario.schema import Goal, Scenario


def level_values(scenario: Scenario, plans: Mapping[str, Plan], districts: Mapping[str, District]) -> list[float | None]:
    """Natural value of each goal of a scenario with levels, in order; None where it is undefined.

    A goal of one level is that goal of its plan. A goal without `level` is Σ_l T_l v_l / Σ_l T_l over the levels, T_l all students of level l and v_l
    its value there. Goals of feeders: `rezoning.metrics.feeders`.
    """
    own, zones = each_level(scenario), {name: Zones(districts[name], plan.school) for name, plan in plans.items()}
    return [
        _of_levels(goal, plans, districts, own) if between is None else between(feeding(scenario, goal), zones)
        for goal in scenario.goals
        for between in [BETWEEN.get(goal.minimize)]
    ]


def values_of_today(scenario: Scenario, districts: Mapping[str, District]) -> list[float | None]:
    """The same of today's zones; None where they are no plan at a level that a goal looks at."""
    now = {name: plan for name, district in districts.items() if (plan := today(district)) is not None}
    if len(now) == len(districts):
        return level_values(scenario, now, districts)
    own = each_level(scenario)
    return [_of_levels(goal, now, districts, own) if goal.level in now else None for goal in scenario.goals]


def known_values(scenario: Scenario, plans: Mapping[str, Plan], districts: Mapping[str, District]) -> list[float]:
    """As `level_values`, for goals that have one.

    Raises
    ------
    ScenarioError
        A goal has no value in this district.
    """
    found = level_values(scenario, plans, districts)
    for goal, value in zip(scenario.goals, found, strict=True):
        if value is None:
            said = UNDEFINED[goal.minimize]
            raise ScenarioError(Problem(f"goals ({goal.minimize})", f"{said}.", "Drop the goal, or give what it needs."))
    return [value for value in found if value is not None]


def measure_levels(
    scenario: Scenario, plans: Mapping[str, Plan], districts: Mapping[str, District]
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The content of metrics.json (``levels``: today, plan and nearest of each; ``feeders``: today and plan) and the rows of every schools.csv."""
    found = {name: measure_all(plans[name], districts[name], own) for name, own in each_level(scenario).items()}
    metrics = {"levels": {name: sides for name, (sides, _) in found.items()}, "feeders": measure_feeders(feedings(scenario), plans, districts)}
    return metrics, {name: rows for name, (_, rows) in found.items()}


def _of_levels(goal: Goal, plans: Mapping[str, Plan], districts: Mapping[str, District], own: Mapping[str, Scenario]) -> float | None:
    """The value at the level that the goal names, or the mean over the students of all."""
    chosen = [goal.level] if goal.level is not None else list(plans)
    values = [value_or_none(goal, plans[name], districts[name], own[name].rules) for name in chosen]
    if len(chosen) == 1:
        return values[0]
    students = [districts[name].total_students for name in chosen]
    known = [value for value in values if value is not None]
    return None if len(known) < len(values) or sum(students) <= 0 else sum(n * v for n, v in zip(students, known, strict=True)) / sum(students)
