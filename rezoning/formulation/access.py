"""Rules about the way to school, each one table of allowed (unit, school) pairs: travel, walks, the nearest school, barriers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.district.district import District
from rezoning.district.questions import findings_held
from rezoning.formulation.formulation import Floats
from rezoning.formulation.tables import OVERRIDING, TOLERANCE, Places, Table, While, everything, firm, only
from rezoning.scenario.findings import OF_TRIPS
from rezoning.scenario.rules import Modes, TravelRule
from rezoning.scenario.schema import Scenario


def travel(district: District, scenario: Scenario) -> Table | None:
    """Trips within the limits, or today's where a unit may stay; and known ones where something measures trips.

    Allowed: today's school (`stay_allowed`), or t <= always_within, or all of t <= max, t <= (1 + max_increase) t_today and the limits of the
    trip's mode. A unit in `units` has one limit, its own, instead of all of these. Without a known trip of today (a new unit, too) there is no
    limit of increase. Of who goes to a school that may close today, the longer trips too that are allowed if it does. An unknown
    trip is allowed only to who stays or is put there, and not even to them where it would be measured.
    """
    rule, t = scenario.rules.travel, district.travel
    if t is None or (rule is None and not counts_trips(district, scenario)):
        return None
    table = ~np.isnan(t)
    if rule is not None:
        table &= _within_limits(district, t, rule)
        table |= ~np.isnan(t) & _within_if_closed(district, t, rule)
    excused = _excused(district, scenario)
    if counts_lengths(scenario):
        excused &= ~np.isnan(t) | (district.students == 0)[:, None]
    return np.asarray(table | excused)


def _within_limits(district: District, t: Floats, rule: TravelRule, least: Floats | float = 0.0) -> Table:
    """Trips that the rule allows to somebody whom nothing excuses; an unknown one is within nothing; shape (n, m).

    An increase is over today's trip, or over `least` where that is more, shape (n,).
    """
    within = t <= _limit(_at_least(district.trips_today, least), district.num_units, rule.max, rule.max_increase) + TOLERANCE
    if rule.modes is not None:
        within &= _within_modes(district, t, rule.modes, least)
    if rule.always_within is not None:
        within |= t <= rule.always_within + TOLERANCE
    for text, longest in rule.units.items():
        u = district.unit_index[text]
        within[u] = t[u] <= longest + TOLERANCE
    return np.asarray(within)


def _within_if_closed(district: District, t: Floats, rule: TravelRule) -> Table:
    """Trips that the rule allows to who goes to a school that may close today, if it closes; shape (n, m).

    An increase is over today's trip then, or over the trip to the nearest of the schools that stay open for sure, where that is more. Where no
    school is sure to stay open there is no limit of increase.
    """
    s = district.stayable
    leaves = (s >= 0) & district.optional[np.maximum(s, 0)]
    sure = np.where(np.isnan(t) | district.optional, np.inf, t).min(axis=1)
    return _within_limits(district, t, rule, sure) & leaves[:, None]


def travel_while_open(district: District, scenario: Scenario) -> Iterator[While]:
    """While today's school is open, nobody goes further than a trip that counts from there."""
    rule, t = scenario.rules.travel, district.travel
    if rule is None or t is None:
        return
    allowed = travel(district, scenario)
    assert allowed is not None
    longer = allowed & ~np.isnan(t) & _within_if_closed(district, t, rule) & ~_within_limits(district, t, rule)
    longer &= ~_excused(district, scenario)
    for u in np.flatnonzero(longer.any(axis=1)).tolist():
        yield u, int(district.stayable[u]), allowed[u] & ~longer[u]


def _excused(district: District, scenario: Scenario) -> Table:
    """Pairs that may have any trip: who stays where that is allowed, and who is put somewhere; shape (n, m)."""
    excused = np.zeros((district.num_units, district.num_schools), dtype=bool)
    if scenario.rules.stay_allowed:
        units = np.flatnonzero(district.stayable >= 0)
        excused[units, district.stayable[units]] = True
    for places in OVERRIDING:
        placed, schools = places(district, scenario)
        excused[placed[schools >= 0], schools[schools >= 0]] = True
    return excused


def _at_least(today: Floats | None, least: Floats | float) -> Floats | None:
    """Today's trips, none below some others; an unknown one stays so."""
    return None if today is None else np.maximum(today, least)


def _limit(today: Floats | None, n: int, longest: float | None, increase: float | None) -> Floats:
    """Longest trip of each unit, infinite where there is no limit; shape (n, 1)."""
    limit = np.full((n, 1), np.inf if longest is None else longest)
    if increase is not None and today is not None:
        limit = np.fmin(limit, (1 + increase) * today[:, None])  # fmin: an unknown trip of today sets no limit
    return limit


def _within_modes(district: District, t: Floats, modes: Modes, least: Floats | float) -> Table:
    """Walks (pairs within a walk zone) and bus rides (all others) within the limits of their mode; an unknown walk has none; shape (n, m).

    An increase is over today's trip as it is made today, on foot or by bus.
    """
    n, today = district.num_units, _at_least(_made_today(district), least)
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
    """Who can walk to today's school keeps it where it is open (`keep`); who can walk to some open school has one of those (`any`).

    Of schools that no plan closes; of the others see `walk_of_open`.
    """
    rule, table = scenario.rules.walk, everything(district)
    if rule is None:
        return None
    assert district.walkable is not None
    if rule.guarantee == "any":
        can_walk = np.asarray((district.walkable & ~district.optional).any(axis=1))
        return np.where(can_walk[:, None], district.walkable, table)
    return only(table, firm(district, _walking_today(district)))


def _walking_today(district: District) -> Places:
    """Units that can walk to today's school, where it is open."""
    assert district.walks_today is not None
    units = np.flatnonzero(district.walks_today & (district.stayable >= 0))
    return units, district.stayable[units]


def walk_of_open(district: District, scenario: Scenario) -> Iterator[While]:
    """The same of a school that may close or open, while it is open."""
    rule, walkable = scenario.rules.walk, district.walkable
    if rule is None or walkable is None:
        return
    if rule.guarantee == "any":
        for u, s in np.argwhere(walkable & district.optional & ~(walkable & ~district.optional).any(axis=1, keepdims=True)).tolist():
            yield u, s, walkable[u]
        return
    for u, s in zip(*_walking_today(district), strict=True):
        if district.optional[s]:
            yield int(u), int(s), np.arange(district.num_schools) == s


def nearest(district: District, scenario: Scenario) -> Table | None:
    """A unit whose shortest known trip is near has the school of that trip, or one as near; of schools that no plan closes, see `nearest_of_open`."""
    rule = scenario.rules.nearest
    if rule is None:
        return None
    known, shortest = _known_and_shortest(district)
    return np.where(shortest <= rule.within, known <= shortest + TOLERANCE, everything(district))


def nearest_of_open(district: District, scenario: Scenario) -> Iterator[While]:
    """The same of a school that may close or open, while it is open: its trip or one as short."""
    rule = scenario.rules.nearest
    if rule is None:
        return
    known, shortest = _known_and_shortest(district)
    for u, s in np.argwhere(district.optional & (known <= rule.within) & (known < shortest)).tolist():
        yield u, s, known[u] <= known[u, s] + TOLERANCE


def _known_and_shortest(district: District) -> tuple[Floats, Floats]:
    """Trips, infinite where unknown, shape (n, m), and the shortest to a school that no plan closes, shape (n, 1)."""
    assert district.travel is not None
    known = np.where(np.isnan(district.travel), np.inf, district.travel)
    return known, np.where(district.optional, np.inf, known).min(axis=1, keepdims=True)


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
