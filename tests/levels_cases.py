"""Options of several levels with plans made by hand: riverbend's, as its scenario asks."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from rezoning.district.district import District
from rezoning.district.levels import load_levels
from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.district.plans.brought import BroughtPlan
from rezoning.runs.option import Option, option_of_plans
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Scenario

RIVERBEND = Path(__file__).resolve().parents[1] / "scenarios" / "riverbend-levels.yaml"


@cache
def riverbend_district() -> District:
    return load_levels(load_scenario(RIVERBEND), lambda asked: load_district(asked.data))


def riverbend_plans(district: District) -> dict[str, dict[str, Plan]]:
    """A: no small feed, Walnut View is whole, some blocks of Oak Hollow go to Lincoln; B: Walnut View is whole, and the small feed stays."""
    lower, upper = district.levels["elementary"], district.levels["middle"]
    walnut, oak, lincoln = (lower.school_ids.index(text) for text in ("walnut-view", "oak-hollow", "lincoln"))
    first, second, moved = upper.current.copy(), upper.current.copy(), lower.current.copy()
    first[np.isin(lower.current, [walnut, oak])] = 1
    second[lower.current == walnut] = 0
    border = {v if lower.current[u] == lincoln else u for u, v in lower.edges.tolist() if {lower.current[u], lower.current[v]} == {oak, lincoln}}
    moved[[u for u in sorted(border) if u not in lower.school_unit][:6]] = lincoln
    high = Plan(district.levels["high"].current)
    return {
        "A": {"elementary": Plan(moved), "middle": Plan(first), "high": high},
        "B": {"elementary": Plan(lower.current), "middle": Plan(second), "high": high},
    }


@cache
def riverbend_options(*settings: str) -> tuple[Option, ...]:
    district = riverbend_district()
    scenario: Scenario = load_scenario(RIVERBEND, list(settings))
    found = []
    for letter, plans in riverbend_plans(district).items():
        key = f"plan-{letter.lower()}"
        found.append(option_of_plans(letter, key, Path(key), scenario, district, plans, {name: BroughtPlan(key, plan) for name, plan in plans.items()}))
    return tuple(found)


def write_plans(folder: Path) -> list[Path]:
    """The same plans as folders with a file for each level."""
    district = riverbend_district()
    found = []
    for letter, plans in riverbend_plans(district).items():
        place = folder / f"plan-{letter.lower()}"
        place.mkdir(parents=True, exist_ok=True)
        found.append(place)
        for name, plan in plans.items():
            one = district.levels[name]
            with (place / f"plan.{name}.csv").open("w", newline="", encoding="utf-8") as file:
                rows = [["unit_id", "school_id"], *([unit, one.school_ids[s]] for unit, s in zip(one.unit_ids, plan.school.tolist(), strict=True))]
                csv.writer(file).writerows(rows)
    return found
