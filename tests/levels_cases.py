"""Options of several levels with plans made by hand: riverbend's, as its scenario asks, and small ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from rezoning.district.district import District
from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.metrics.feeders import measure_feeders
from rezoning.metrics.levels import level_values, values_of_today
from rezoning.runs.option import Option, option_of_plan
from rezoning.scenario.levels import each_level, feedings
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Scenario

RIVERBEND = Path(__file__).resolve().parents[1] / "scenarios" / "riverbend-levels.yaml"


def whole_option(letter: str, scenario: Scenario, districts: Mapping[str, District], plans: Mapping[str, Plan]) -> Option:
    """An option of all levels, as it is read from a run."""
    key, asked = f"plan-{letter.lower()}", each_level(scenario)
    levels = {name: option_of_plan(letter, key, Path(f"{key}.{name}.csv"), asked[name], districts[name], plan) for name, plan in plans.items()}
    lowest = next(iter(levels.values()))
    feeders = measure_feeders(feedings(scenario), plans, districts)
    values = zip(scenario.goals, level_values(scenario, plans, districts), values_of_today(scenario, districts), strict=True)
    goals = [
        {"minimize": goal.minimize, "group": goal.group, "level": goal.level, "value": value, "bound": None, "gap": None, "today": now}
        for goal, value, now in values
    ]
    return replace(lowest, scenario=scenario, record={**lowest.record, "goals": goals}, levels=levels, feeders=feeders)


@cache
def riverbend_districts(*settings: str) -> tuple[Scenario, dict[str, District]]:
    scenario = load_scenario(RIVERBEND, list(settings))
    return scenario, {name: load_district(asked.data) for name, asked in each_level(scenario).items()}


@cache
def riverbend_options(*settings: str) -> tuple[Option, ...]:
    """A: the small feed ends and Walnut View is whole; B: Walnut View is whole, and some blocks of Oak Hollow go to Central's zone."""
    scenario, districts = riverbend_districts(*settings)
    lower, upper = districts["elementary"], districts["middle"]
    high = Plan(districts["high"].current)
    named = [lower.school_ids.index(text) for text in ("walnut-view", "oak-hollow", "lincoln")]
    first, second = upper.current.copy(), upper.current.copy()
    first[np.isin(lower.current, named[:2])] = 1
    second[lower.current == named[0]] = 0
    moved = lower.current.copy()
    border = {v if lower.current[u] == named[2] else u for u, v in lower.edges.tolist() if {lower.current[u], lower.current[v]} == {named[1], named[2]}}
    moved[[u for u in sorted(border) if u not in lower.school_unit][:6]] = named[2]
    plans = {"A": (moved, first), "B": (lower.current, second)}
    return tuple(
        whole_option(letter, scenario, districts, {"elementary": Plan(low), "middle": Plan(mid), "high": high}) for letter, (low, mid) in plans.items()
    )
