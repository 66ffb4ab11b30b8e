"""Rules about the way to school, each one table of allowed (unit, school) pairs: travel, walks, the nearest school, barriers."""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.district.questions import findings_held
from rezoning.formulation.formulation import Floats
from rezoning.formulation.tables import OVERRIDING, TOLERANCE, Table, everything
from rezoning.scenario.findings import OF_TRIPS
from rezoning.scenario.rules import Modes, TravelRule
from rezoning.scenario.schema import Scenario


def travel(district: District, scenario: Scenario) -> Table | None:
    """Trips within the limits, or today's where a unit may stay; and known ones where something measures trips.

    Allowed: today's school (`stay_allowed`), or t <= always_within, or all of t <= max, t <= (1 + max_increase) t_today and the limits of the
    trip's mode. A unit in `units` has one limit, its own, instead of all of these. Without a known trip of today (a new unit, too) there is no
    limit of increase. An unknown trip is allowed only to who stays or is put there, and not even to them where it would be measured.
    """
    rule, t = scenario.rules.travel, district.travel
    if t is None or (rule is None and not counts_trips(district, scenario)):
        return None
    table = ~np.isnan(t)
    if rule is not None:
        table &= _within_limits(district, t, rule)
    excused = np.zeros(table.shape, dtype=bool)
    if scenario.rules.stay_allowed:
        units = np.flatnonzero(district.stayable >= 0)
        excused[units, district.stayable[units]] = True
    for places in OVERRIDING:
        placed, schools = places(district, scenario)
        excused[placed[schools >= 0], schools[schools >= 0]] = True
    if counts_lengths(scenario):
        excused &= ~np.isnan(t) | (district.students == 0)[:, None]
    return np.asarray(table | excused)


def _within_limits(district: District, t: Floats, rule: TravelRule) -> Table:
    """Trips that the rule allows to somebody whom nothing excuses; an unknown one is within nothing; shape (n, m)."""
    within = t <= _limit(district.trips_today, district.num_units, rule.max, rule.max_increase) + TOLERANCE
    if rule.modes is not None:
        within &= _within_modes(district, t, rule.modes)
    if rule.always_within is not None:
        within |= t <= rule.always_within + TOLERANCE
    for text, longest in rule.units.items():
        u = district.unit_index[text]
        within[u] = t[u] <= longest + TOLERANCE
    return np.asarray(within)


def _limit(today: Floats | None, n: int, longest: float | None, increase: float | None) -> Floats:
    """Longest trip of each unit, infinite where there is no limit; shape (n, 1)."""
    limit = np.full((n, 1), np.inf if longest is None else longest)
    if increase is not None and today is not None:
        limit = np.fmin(limit, (1 + increase) * today[:, None])  # fmin: an unknown trip of today sets no limit
    return limit


def _within_modes(district: District, t: Floats, modes: Modes) -> Table:
    """Walks (pairs within a walk zone) and bus rides (all others) within the limits of their mode; an unknown walk has none; shape (n, m).

    An increase is over today's trip as it is made today, on foot or by bus.
    """
    n, today = district.num_units, _made_today(district)
    rides = t <= _limit(today, n, modes.bus.max, modes.bus.max_increase) + TOLERANCE
    if district.walkable is None:
        return rides
    walk = t if district.walk is None else district.walk
    walks = np.isnan(walk) | (walk <= _limit(today, n, modes.walk.max, modes.walk.max_increase) + TOLERANCE)
    return np.where(district.walkable, walks, rides)


def _made_today(district: District) -> Floats | None:
    """Today's trip of each unit as it is made: the walk where it walks and walks have lengths of their own, else the ride; shape (n,)."""
    rides, walks = district.trips_today, district.walk_today
    return rides if rides is None or walks is None or district.walks_today is None else np.where(district.walks_today, walks, rides)


LENGTHS, ADDED = {"travel", "long_rides"}, {"added_travel"}
"""Measures of how long a trip is, and of how much longer than today's: who stays adds nothing, however long the trip is."""


def counts_trips(district: District, scenario: Scenario) -> bool:
    """Whether a goal, a rule on burden or a finding that is a rule measures trips."""
    return OF_TRIPS in findings_held(district, scenario.rules) or not (LENGTHS | ADDED).isdisjoint(_measured(scenario))


def counts_lengths(scenario: Scenario) -> bool:
    """Whether one measures how long they are."""
    return not LENGTHS.isdisjoint(_measured(scenario))


def place_of_measure(scenario: Scenario) -> str:
    """Where the first goal or rule stands that measures trips."""
    for goal in scenario.goals:
        if not (LENGTHS | ADDED).isdisjoint((goal.minimize, goal.measure)):
            return goal.place("minimize")
    found = (k for k, rule in enumerate(scenario.rules.burden) if rule.measure in LENGTHS | ADDED)
    k = next(found, None)
    return scenario.rules.place("statement") if k is None else scenario.rules.place("burden", k)


def _measured(scenario: Scenario) -> list[str | None]:
    asked = [goal.measure if goal.minimize == "burden_gap" else goal.minimize for goal in scenario.goals]
    return [*asked, *(rule.measure for rule in scenario.rules.burden)]


def walk(district: District, scenario: Scenario) -> Table | None:
    """Who can walk to today's school keeps it where it is open (`keep`); who can walk to some open school has one of those (`any`)."""
    rule, table = scenario.rules.walk, everything(district)
    if rule is None:
        return None
    assert district.walkable is not None
    assert district.walks_today is not None
    if rule.guarantee == "any":
        can_walk = np.asarray(district.walkable.any(axis=1))
        return np.where(can_walk[:, None], district.walkable, table)
    units = np.flatnonzero(district.walks_today & (district.stayable >= 0))
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
