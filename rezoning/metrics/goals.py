"""Natural values of goals, recomputed from plan and district: the second witness of what an engine claims."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rezoning.district.district import District
from rezoning.errors import Problem, ScenarioError
from rezoning.metrics import burden, capacity, segregation
from rezoning.metrics.zones import Zones
from rezoning.plan import Plan
from rezoning.scenario.schema import Goal


def goal_value(goal: Goal, plan: Plan, district: District) -> float:
    """Natural value of a goal.

    Raises
    ------
    ScenarioError
        The goal has no value in this district: nobody to compare, no travel, no seats, no zones of today, or a group that it does not have.
    """
    wanted = [name for name in (goal.group, goal.versus, *(goal.groups or ())) if name not in (None, "others")]
    missing = [name for name in wanted if name not in district.groups]
    if missing:
        raise ScenarioError(Problem(f"goals ({goal.minimize})", f"the district has no group '{missing[0]}'.", "Name it under data.units.groups."))
    value = VALUES[goal.minimize](goal, Zones(district, plan.school))
    if value is None:
        raise ScenarioError(Problem(f"goals ({goal.minimize})", f"{UNDEFINED[goal.minimize]}.", "Drop the goal, or give what it needs."))
    return value


def _dissimilarity(goal: Goal, zones: Zones) -> float | None:
    """D = ½ Σ_s |a_s / A - b_s / B|: the group against the others, or against another group."""
    assert goal.group is not None
    a = zones.groups[goal.group]
    return segregation.dissimilarity(a, zones.students - a if goal.versus in (None, "others") else zones.groups[goal.versus])


def _imbalance(goal: Goal, zones: Zones) -> float | None:
    """Σ_g Σ_s |n_gs - P_g n_s| / T with P_g the district's share of group g."""
    total = zones.students.sum()
    if total <= 0:
        return None
    groups = [zones.groups[name] for name in (zones.groups if goal.groups is None else goal.groups)]
    return float(sum(np.abs(n_gs - n_gs.sum() / total * zones.students).sum() for n_gs in groups) / total)


def _reassigned(_: Goal, zones: Zones) -> float | None:
    """Share of all students whose school changes."""
    return burden.share_reassigned(zones)


def _travel(_: Goal, zones: Zones) -> float | None:
    """Σ_u n_u t_u / T in minutes or km; a trip that is unknown adds nothing."""
    total = zones.students.sum()
    return None if zones.trips is None or total <= 0 else float(np.nansum(zones.district.students * zones.trips) / total)


def _over_capacity(_: Goal, zones: Zones) -> float | None:
    """Σ_s max(0, n_s - capacity_s) / T."""
    over, total = capacity.over_capacity_students(zones), float(zones.students.sum())
    return None if over is None or total <= 0 else over / total


VALUES: dict[str, Callable[[Goal, Zones], float | None]] = {
    "dissimilarity": _dissimilarity,
    "imbalance": _imbalance,
    "reassigned": _reassigned,
    "travel": _travel,
    "over_capacity": _over_capacity,
}

UNDEFINED = {
    "dissimilarity": "one of the two groups has no students",
    "imbalance": "the district has no students",
    "reassigned": "the district has no zones of today, or no students",
    "travel": "the district has no travel, or no students",
    "over_capacity": "the schools have no capacity, or the district no students",
}
