"""Natural values of goals, recomputed from plan and district: the second witness of what an engine claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.district.graded import buildings_view
from rezoning.district.plan import Plan
from rezoning.errors import Problem, ScenarioError
from rezoning.metrics import access, burden, capacity, changes, closures, segregation, shape, shares, travel
from rezoning.metrics.feeders import BETWEEN
from rezoning.metrics.zones import Zones
from rezoning.scenario.schema import Goal, Rules


def goal_value(goal: Goal, plan: Plan, district: District, rules: Rules | None = None) -> float:
    """Natural value of a goal.

    Parameters
    ----------
    rules
        The scenario's rules: `out_of_band` counts students outside their bands.

    Raises
    ------
    ScenarioError
        The goal has no value in this district: nobody to compare, no travel, no seats, no zones of today, or a group that it does not have.
    """
    value = value_or_none(goal, plan, district, rules)
    if value is None:
        raise ScenarioError(Problem(f"goals ({goal.minimize})", f"{UNDEFINED[goal.minimize]}.", "Drop the goal, or give what it needs."))
    return value


def value_or_none(goal: Goal, plan: Plan, district: District, rules: Rules | None = None) -> float | None:
    """Likewise; None where it is undefined, be it for the district or for this plan alone, in which nobody's trip may be known."""
    wanted = [name for name in (goal.group, goal.versus, *(goal.groups or ())) if name not in (None, "others")]
    missing = [name for name in wanted if name not in district.groups]
    if missing:
        raise ScenarioError(Problem(f"goals ({goal.minimize})", f"the district has no group '{missing[0]}'.", "Name it under data.units.groups."))
    seen, place = buildings_view(plan, district)
    value = VALUES.get(goal.minimize)
    return None if value is None else value(GoalCase(goal, Zones(place, seen.school), rules))


@dataclass(frozen=True, eq=False)
class GoalCase:
    """A goal, the zones whose value is asked, and the scenario's rules."""

    goal: Goal
    zones: Zones
    rules: Rules | None = None

    @property
    def group(self) -> tuple[Floats, Floats]:
        """Students of the goal's group and all students in each school, shape (M,) each."""
        assert self.goal.group is not None
        return self.zones.groups[self.goal.group], self.zones.students

    @property
    def groups(self) -> list[str]:
        """The goal's groups; all when it names none."""
        return list(self.zones.district.groups if self.goal.groups is None else self.goal.groups)


def _dissimilarity(asked: GoalCase) -> float | None:
    """D = ½ Σ_s |a_s / A - b_s / B|: the group against the others, or against another group."""
    (a, n), versus = asked.group, asked.goal.versus
    return segregation.dissimilarity(a, n - a if versus in (None, "others") else asked.zones.groups[versus])


def _imbalance(asked: GoalCase) -> float | None:
    """Σ_g Σ_s |n_gs - P_g n_s| / T with P_g the district's share of group g."""
    n = asked.zones.students
    total = n.sum()
    if total <= 0:
        return None
    groups = [asked.zones.groups[name] for name in asked.groups]
    return float(sum(np.abs(n_gs - n_gs.sum() / total * n).sum() for n_gs in groups) / total)


def _max_deviation(asked: GoalCase) -> float | None:
    """max_s |p_s - P| over schools with students."""
    return shares.max_deviation(*asked.group)


def _out_of_band(asked: GoalCase) -> float | None:
    """Σ_bands Σ_s students of school s to the nearest range, over T."""
    return None if asked.rules is None else shares.out_of_band(asked.zones, asked.rules.bands)


def _burden_gap(asked: GoalCase) -> float | None:
    """max(0, max_g M_g - M_all), for the goal's measure M."""
    assert asked.goal.measure is not None
    return burden.gap(asked.zones, asked.groups, asked.goal.measure, asked.goal.over)


def _travel(asked: GoalCase) -> float | None:
    """Σ_u n_u t_u / Σ_u n_u over known trips, in minutes or km."""
    return travel.mean(asked.zones)


def _over_capacity(asked: GoalCase) -> float | None:
    """Σ_s max(0, n_s - capacity_s) / T."""
    over, total = capacity.over_capacity_students(asked.zones), float(asked.zones.students.sum())
    return None if over is None or total <= 0 else over / total


def _boundary_length(asked: GoalCase) -> float | None:
    """Length in km of the border between different zones; an edge of unknown length adds nothing."""
    border = asked.zones.district.border_m
    return None if border is None else float(np.nansum(border[shape.is_cut(asked.zones)]) / 1000)


def _schools_changed(asked: GoalCase) -> float | None:
    """Number of open schools whose zone gains or loses a unit."""
    found = changes.schools_changed(asked.zones)
    return None if found is None else float(found)


def _closure_burden(asked: GoalCase) -> float | None:
    """max(0, share of the group whose school of today is closed - share of everyone)."""
    assert asked.goal.group is not None
    return closures.closure_burden(asked.zones, asked.goal.group)


def _polsby_popper(asked: GoalCase) -> float | None:
    """1 - mean_s 4π A_s / L_s² over schools whose zone has an area."""
    roundness = shape.mean(shape.polsby_popper(asked.zones))
    return None if roundness is None else 1 - roundness


def _borne(measure: str) -> Callable[[GoalCase], float | None]:
    """Mean of a burden over all students of whom it is known, Σ_u n_u b_u / Σ_u n_u."""
    return lambda asked: burden.mean(asked.zones.district.students, burden.per_student(asked.zones, measure, asked.goal.over))


VALUES: dict[str, Callable[[GoalCase], float | None]] = {
    "dissimilarity": _dissimilarity,
    "imbalance": _imbalance,
    "normalized_exposure": lambda asked: segregation.normalized_exposure(*asked.group),
    "isolation": lambda asked: segregation.isolation(*asked.group),
    "theil_h": lambda asked: segregation.theil_h(asked.zones.partition),
    "max_deviation": _max_deviation,
    "out_of_band": _out_of_band,
    "reassigned": _borne("reassigned"),
    "schools_changed": _schools_changed,
    "burden_gap": _burden_gap,
    "travel": _travel,
    "added_travel": _borne("added_travel"),
    "long_rides": _borne("long_rides"),
    "walk_lost": _borne("walk_lost"),
    "not_walking": lambda asked: access.not_walking(asked.zones),
    "over_capacity": _over_capacity,
    "out_of_utilization": lambda asked: capacity.out_of_utilization(asked.zones, asked.goal.min, asked.goal.max),
    "utilization_spread": lambda asked: capacity.spread(asked.zones),
    "portables": lambda asked: capacity.portable_price(asked.zones),
    "boundary_length": _boundary_length,
    "cut_edges": lambda asked: float(shape.cut_edges(asked.zones)),
    "polsby_popper": _polsby_popper,
    "schools_open": lambda asked: closures.schools_open(asked.zones),
    "cost": lambda asked: closures.cost(asked.zones),
    "closure_burden": _closure_burden,
}

_NO_TODAY = "the district has no zones of today, or no students"
_NO_TRAVEL = "the district has no travel, or no student whose trip is known"
_NO_TRAVEL_TODAY = "the district has no travel, no zones of today, or no student whose trip is known, here and today"
_NO_SEATS = "the schools have no capacity, or the district no students"

UNDEFINED = {
    "dissimilarity": "one of the two groups has no students",
    "imbalance": "the district has no students",
    "normalized_exposure": "the group has no students, or all of them",
    "isolation": "the group has no students",
    "theil_h": "the district has no partition of at least two groups with students, or its groups add up to more than all students",
    "max_deviation": "the district has no students",
    "out_of_band": "there are no rules.bands, they name a group or a column of numbers that is not there, or the district has no students",
    "reassigned": _NO_TODAY,
    "schools_changed": "the district has no zones of today",
    "burden_gap": "the district has no students, none of the groups, or not the travel, walks or zones of today that the measure needs",
    "travel": _NO_TRAVEL,
    "added_travel": _NO_TRAVEL_TODAY,
    "long_rides": _NO_TRAVEL,
    "walk_lost": "the district has no walks, no zones of today, or no students",
    "not_walking": "the district has no walks, or no students",
    "over_capacity": _NO_SEATS,
    "out_of_utilization": _NO_SEATS,
    "utilization_spread": "no school has a known number of seats",
    "portables": "the schools have no capacity",
    "boundary_length": "the district has no lengths of borders",
    "cut_edges": "the district has no neighbors",
    "polsby_popper": "the district has no polygons with an area",
    **dict.fromkeys(BETWEEN, "the levels have no counted students, or one has no zones of today"),
    "schools_open": "the district has no schools",
    "cost": "the schools have no costs",
    "closure_burden": "the district has no zones of today, or no students of the group",
}
