"""What a run says of shape: what tidying took back, and borders that grew because nothing asked for short ones. By the second witness alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.metrics import shape
from rezoning.metrics.zones import Zones
from rezoning.optimize.result import WEIGHTED, Untidied
from rezoning.scenario.resolve import goal_line
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plan import Plan

SHAPE_GOALS = ("boundary_length", "cut_edges", "polsby_popper")
GROWN = 0.1  # share over today's border: a plan that is above it does not pass without a word
GIVE_UP = 0.05  # of a goal's value: what the cure lets shorter borders cost
NOTHING = 1e-9  # a sum that is no more is 0 but for rounding: a share of it would be a weight that no solver sees


def asks_for_shape(scenario: Scenario) -> bool:
    """Whether a goal or a limit is about borders or the form of zones; a least width leaves borders as long as they like."""
    rule = scenario.rules.shape
    return (rule is not None and rule.limits_borders) or any(goal.minimize in SHAPE_GOALS for goal in scenario.goals)


# -- tidying ---------------------------------------------------------------------------------------------------------


def tidy_entry(district: District, untidied: Untidied | None, plan: Plan | None) -> dict[str, Any] | None:
    """The `tidy` of run.json: each criterion before and after; None where the plan was not tidied."""
    if untidied is None or plan is None:
        return None
    before, after = _counted(district, untidied.plan), _counted(district, plan)
    return {**{key: [before[key], after[key]] for key in before}, "seconds": round(untidied.seconds, 3)}


def _counted(district: District, plan: Plan) -> dict[str, float | int | None]:
    zones = Zones(district, plan.school)
    found: dict[str, float | int | None] = {}
    if zones.moved is not None:
        found["moved_students"] = float(district.students[zones.moved].sum())
        found["moved_units"] = int(zones.moved.sum())
        found["moved_units_without_students"] = int(np.sum(zones.moved & (district.students == 0)))
    return found | {"border_km": shape.boundary_km(zones), "cut_edges": shape.cut_edges(zones)}


# -- borders that grew -----------------------------------------------------------------------------------------------


def borders_entry(
    scenario: Scenario, metrics: Mapping[str, Any] | None, goals: Sequence[Mapping[str, Any]], objective: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """The `borders` of run.json, where they grew by more than a tenth and nothing asked for shape; None elsewhere.

    Parameters
    ----------
    metrics
        Content of metrics.json; None where there is none.
    goals, objective
        Of run.json.
    """
    if metrics is None or metrics["today"] is None or asks_for_shape(scenario):
        return None
    sides = metrics["today"], metrics["plan"]
    minimize, key = ("cut_edges", "cut_edges") if None in [side["boundary_km"] for side in sides] else ("boundary_length", "boundary_km")
    today, plan = (side[key] for side in sides)
    if today <= 0 or plan <= (1 + GROWN) * today:
        return None
    found = {"measure": minimize, "today": today, "plan": plan, "growth": plan / today - 1}
    return found | (_after_the_first(scenario, minimize, goals) if objective is None else _in_the_sum(minimize, plan, objective))


def _after_the_first(scenario: Scenario, minimize: str, goals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The first goal gives something up for short borders, which come before all others: no more than that can be lost of it."""
    first, entry = scenario.goals[0], goals[0]
    give_up = max(GIVE_UP, first.give_up)
    best = entry["value"] if entry["best"] is None else entry["best"]
    lines = [goal_line({**first.asked, "give_up": give_up}), goal_line({"minimize": minimize})]
    return {"cure": lines, "cost_of": first.minimize, "share": give_up, "cost": give_up * abs(best)}


def _in_the_sum(minimize: str, plan: float, objective: Mapping[str, Any]) -> dict[str, Any]:
    """A weight that makes all of the plan's border worth so much of the sum: shorter ones cannot pay for more."""
    total = abs(objective["value"])
    weight = float(f"{(GIVE_UP * total if total > NOTHING else GIVE_UP) / plan:.1e}")
    return {"cure": [goal_line({"minimize": minimize, "weight": weight})], "cost_of": WEIGHTED, "share": GIVE_UP, "cost": weight * plan}
