"""Options of several levels with plans made by hand: riverbend's, as its scenario asks."""

from __future__ import annotations

import csv
import json
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from rezoning.district.district import District
from rezoning.district.levels import load_levels
from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.district.plans.brought import BroughtPlan
from rezoning.runs.option import Option
from rezoning.runs.option_judged import option_of_plans
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
        found.append(
            option_of_plans(letter, key, Path(key), scenario, district, plans, {name: BroughtPlan(key, plan) for name, plan in plans.items()})
        )
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


TWO_LEVELS = {
    "name": "two-levels",
    "data": {
        "units": {"path": "units.csv", "id": "unit", "students": "low", "groups": {"poor": "low_poor"}, "current_school": "low_zone"},
        "schools": {"path": "low.csv", "id": "school", "name": "name", "capacity": "seats", "unit": "unit"},
        "adjacency": {"path": "edges.csv"},
    },
    "levels": {
        "elementary": {},
        "middle": {
            "students": "up", "groups": {"poor": "up_poor"}, "current_school": "up_zone",
            "schools": {"path": "up.csv", "id": "school", "name": "name", "capacity": "seats", "unit": "unit"},
        },
    },
    "rules": {"contiguity": {"method": "none"}, "school_in_own_zone": False, "feeders": [{"min_share": 0.25, "split": "allow"}]},
    "goals": [
        {"minimize": "split_feeders"}, {"minimize": "small_feeders", "min_share": 0.25}, {"minimize": "feeder_change"}, {"minimize": "reassigned"},
    ],
    "solve": {"time_limit": 10},
}  # fmt: skip


def small_options(
    folder: Path, low: str, up: str, students: list[int], plans: list[tuple[str, str]], *, least: int = 0, **changes: object
) -> tuple[Option, ...]:
    """A row of units; a letter for each one's school today at the two levels (lower schools a, b, c; upper ones x, y), and plans written alike."""
    units = [f"u{k}" for k in range(len(students))]
    rows = [
        {"unit": unit, "low": n, "low_poor": n // 2, "low_zone": e, "up": n + 1, "up_poor": n // 3, "up_zone": m}
        for unit, n, e, m in zip(units, students, low, up, strict=True)
    ]
    for name, table in {
        "units.csv": rows,
        "low.csv": [{"school": s, "name": f"{s.upper()} School", "seats": 900, "unit": units[k]} for k, s in enumerate("abc")],
        "up.csv": [{"school": s, "name": f"{s.upper()} Middle", "seats": 900, "unit": units[-1 - k]} for k, s in enumerate("xy")],
        "edges.csv": [{"u": a, "v": b} for a, b in pairwise(units)],
    }.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
    (folder / "scenario.yaml").write_text(json.dumps({**TWO_LEVELS, "report": {"min_cell": least}, **changes}), encoding="utf-8")
    scenario = load_scenario(folder / "scenario.yaml")
    district = load_levels(scenario, lambda asked: load_district(asked.data))
    found = []
    for letter, (lower, upper) in zip("ABCDEFGH", plans, strict=False):
        given = {"elementary": Plan(["abc".index(s) for s in lower]), "middle": Plan(["xy".index(s) for s in upper])}
        brought = {name: BroughtPlan(letter, plan) for name, plan in given.items()}
        found.append(option_of_plans(letter, letter, folder / letter, scenario, district, given, brought))
    return tuple(found)
