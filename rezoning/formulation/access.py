"""Rules about the way to school, each one table of allowed (unit, school) pairs: travel, walks, the nearest school, barriers."""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.burden import today_of
from rezoning.formulation.formulation import Floats
from rezoning.formulation.tables import OVERRIDING, TOLERANCE, Table, everything
from rezoning.scenario.rules import Modes, TravelRule
from rezoning.scenario.schema import Scenario


def travel(district: District, scenario: Scenario) -> Table | None:
    """Trips within the limits, or today's where a unit may stay.

    Allowed: today's school (`stay_allowed`), or t <= always_within, or t <= the unit's own in `units`, or all of t <= max,
    t <= (1 + max_increase) t_today and the limits of the trip's mode. A unit without a trip of today (new, its school closed, or unknown) has no
    limit of increase. An unknown trip is never allowed unless it is today's.
    """
    rule, t = scenario.rules.travel, district.travel
    if t is None or (rule is None and not counts_trips(scenario)):
        return None
    table = ~np.isnan(t)
    if rule is not None:
        within = t <= _limit(district, t, rule.max, rule.max_increase) + TOLERANCE
        if rule.modes is not None:
            within &= _within_modes(district, t, rule.modes)
        table &= within | (t <= _any_school_within(district, rule)[:, None] + TOLERANCE)
    if scenario.rules.stay_allowed:
        units = np.flatnonzero(district.stayable >= 0)
        table[units, district.stayable[units]] = True
    for places in OVERRIDING:
        placed, schools = places(district, scenario)
        table[placed[schools >= 0], schools[schools >= 0]] = True
    return table


def _limit(district: District, t: Floats, longest: float | None, increase: float | None) -> Floats:
    """Longest trip of each unit, infinite where there is no limit; shape (n, 1)."""
    limit = np.full((district.num_units, 1), np.inf if longest is None else longest)
    if increase is not None:
        limit = np.fmin(limit, (1 + increase) * today_of(district, t)[:, None])  # fmin: an unknown trip of today sets no limit
    return limit


def _within_modes(district: District, t: Floats, modes: Modes) -> Table:
    """Walks (pairs within a walk zone) and bus rides (all others) within the limits of their mode; an unknown walk has none; shape (n, m)."""
    rides = t <= _limit(district, t, modes.bus.max, modes.bus.max_increase) + TOLERANCE
    if district.walkable is None:
        return rides
    walk = t if district.walk is None else district.walk
    walks = np.isnan(walk) | (walk <= _limit(district, walk, modes.walk.max, modes.walk.max_increase) + TOLERANCE)
    return np.where(district.walkable, walks, rides)


def counts_trips(scenario: Scenario) -> bool:
    """Whether a goal or a rule measures trips: one that is unknown would count as none."""
    measures = {"travel", "added_travel", "long_rides"}
    asked = [goal.measure if goal.minimize == "burden_gap" else goal.minimize for goal in scenario.goals]
    return not measures.isdisjoint([*asked, *(rule.measure for rule in scenario.rules.burden)])


def _any_school_within(district: District, rule: TravelRule) -> Floats:
    """The trip within which each unit may have any school, -inf where there is none; shape (n,)."""
    within = np.full(district.num_units, -np.inf if rule.always_within is None else rule.always_within)
    for text, longest in rule.units.items():
        u = district.unit_index[text]
        within[u] = max(within[u], longest)
    return within


def walk(district: District, scenario: Scenario) -> Table | None:
    """Who can walk to today's school keeps it (`keep`); who can walk to some school has one of those (`any`)."""
    rule, table = scenario.rules.walk, everything(district)
    if rule is None:
        return None
    assert district.walkable is not None
    if rule.guarantee == "any":
        can_walk = np.asarray(district.walkable.any(axis=1))
        return np.where(can_walk[:, None], district.walkable, table)
    units = np.flatnonzero(today_of(district, district.walkable.astype(float)) == 1)
    table[units] = False
    table[units, district.stayable[units]] = True
    return table


def nearest(district: District, scenario: Scenario) -> Table | None:
    """A unit whose shortest known trip is near has the school of that trip, or one as near."""
    rule = scenario.rules.nearest
    if rule is None:
        return None
    assert district.travel is not None
    known = np.where(np.isnan(district.travel), np.inf, district.travel)
    shortest = known.min(axis=1, keepdims=True)
    return np.where(shortest <= rule.within, known <= shortest + TOLERANCE, everything(district))


def no_crossing(district: District, scenario: Scenario) -> Table | None:
    """No school across a barrier, but for today's where that is kept."""
    rule = scenario.rules.no_crossing
    if rule is None:
        return None
    assert district.crossed is not None
    table = np.asarray(~district.crossed)
    if rule.today == "keep":
        units = np.flatnonzero(district.stayable >= 0)
        table[units, district.stayable[units]] = True
    return table
