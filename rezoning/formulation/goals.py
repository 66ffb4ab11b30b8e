"""Goals in numbers: which function says each, and the value of today's zones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rezoning.district.district import District
from rezoning.formulation import borders, change, closing, mixing, seats
from rezoning.formulation.access import LENGTHS
from rezoning.formulation.asked import Asked
from rezoning.formulation.formulation import Ints, Pairs, Terms
from rezoning.formulation.openings import root_of_today
from rezoning.formulation.outside import out_of_band
from rezoning.scenario.schema import Goal, Scenario

GOALS: dict[str, Callable[[Asked], Terms]] = {
    "dissimilarity": mixing.dissimilarity,
    "imbalance": mixing.imbalance,
    "normalized_exposure": mixing.normalized_exposure,
    "isolation": mixing.isolation,
    "theil_h": mixing.theil_h,
    "max_deviation": mixing.max_deviation,
    "out_of_band": out_of_band,
    "reassigned": change.burden,
    "schools_changed": change.schools_changed,
    "burden_gap": change.burden_gap,
    "travel": change.travel,
    "added_travel": change.burden,
    "long_rides": change.burden,
    "walk_lost": change.burden,
    "not_walking": change.not_walking,
    "over_capacity": seats.over_capacity,
    "out_of_utilization": seats.out_of_utilization,
    "utilization_spread": seats.utilization_spread,
    "portables": seats.portables,
    "boundary_length": borders.boundary_length,
    "cut_edges": borders.cut_edges,
    "polsby_popper": borders.polsby_popper,
    "schools_open": closing.schools_open,
    "cost": closing.cost,
    "closure_burden": closing.closure_burden,
}


def compile_terms(goal: Goal, district: District, pairs: Pairs, scenario: Scenario) -> Terms:
    """The goal over pairs, with the value of today's zones where they are a plan."""
    ask = GOALS[goal.minimize]
    return replace(ask(Asked(goal, district, pairs, scenario)), today=_value_of_today(goal, district, scenario))


def _of_known_trips(district: District) -> District:
    """The district without students whose trip of today is unknown: how long trips are is a mean over the others."""
    assert district.trips_today is not None
    known = ~np.isnan(district.trips_today)
    groups = {name: np.where(known, group, 0.0) for name, group in district.groups.items()}
    return replace(district, students=np.where(known, district.students, 0.0), groups=groups)


def _value_of_today(goal: Goal, district: District, scenario: Scenario) -> float | None:
    """The same numbers over the only pairs that today's zones have, whether or not a plan may use them; None where a unit has no open school."""
    today = district.stayable
    if not district.has_current or (today < 0).any():
        return None
    district = root_of_today(district)
    pairs = pairs_of(today, district)
    if not LENGTHS.isdisjoint((goal.minimize, goal.measure)):
        district = _of_known_trips(district)
    if district.total_students <= 0:
        return None
    return GOALS[goal.minimize](Asked(goal, district, pairs, scenario)).value(np.ones(len(pairs)))


def pairs_of(school: Ints, district: District) -> Pairs:
    """The only pairs of a plan, each unit a node, whether or not a plan may use them."""
    n = district.num_units
    lookup = np.full((n, district.num_schools), -1, dtype=np.int64)
    lookup[np.arange(n), school] = np.arange(n)
    return Pairs(np.arange(n), school, np.arange(n + 1), lookup, np.arange(n))
