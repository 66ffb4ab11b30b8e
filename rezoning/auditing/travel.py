"""Travel: which trips are allowed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rezoning.auditing.case import TRAVEL, AuditCase, at
from rezoning.auditing.staying import kept_units
from rezoning.auditing.violation import Violation, number, percent, violation
from rezoning.district.district import Floats


def check_travel(case: AuditCase) -> Iterator[Violation]:
    """Each trip is within the unit's own limit or, without one, within `always_within` or within both `max` and (1 + max_increase) x today's.

    Who stays or is put somewhere is excused. A trip that is unknown is within nothing, and where a goal or a rule on burden measures how long
    trips are nobody may have one, excused or not; only added travel is known of those who stay, for nothing is added.
    """
    table, name = case.district.travel, case.district.travel_unit
    if table is None or (case.rules.travel is None and not case.measured & {"travel", "long_rides", "added_travel"}):
        return
    trips, excused = at(table, case.school), _excused(case)
    limits = _trip_limits(case)
    is_lost = np.isnan(trips) & (~excused | (bool(case.measured & {"travel", "long_rides"}) & (case.district.students != 0)))
    is_bad = is_lost | (~excused & (trips > limits + TRAVEL))
    for u in np.flatnonzero(is_bad & (case.school >= 0)).tolist():
        trip, limit = float(trips[u]), float(limits[u])
        if np.isnan(trip):
            sentence = f"no trip from {case.unit(u)} to {case.school_of(u)} is known"
            yield violation("travel", case.district.unit_ids[u], None, limit if np.isfinite(limit) else None, sentence)
            continue
        sentence = (
            f"from {case.unit(u)} to {case.school_of(u)} {case.says('would take', 'takes')} {number(trip)} {name}, "
            f"{number(trip - limit)} above the limit of {number(limit)} {name}{_reason(case, u, limit)}"
        )
        yield violation("travel", case.district.unit_ids[u], trip, limit, sentence)


def check_modes(case: AuditCase) -> Iterator[Violation]:
    """Walks and bus rides obey the limits of their mode too, unless `always_within`, the unit's own limit or an excuse lifts them.

    A pair in a walk zone is a walk, as long as `data.walk` says where that is a matrix; any other is a ride by `data.travel`. An increase is over
    today's trip as it is made today, on foot or by bus.
    """
    rule, table = case.rules.travel, case.district.travel
    if rule is None or rule.modes is None or table is None:
        return
    is_walk, today = case.walks, case.trips_today
    if case.district.walk is not None:
        today = np.where(case.walks_today, case.at_today(case.district.walk, case.district.closed_walk), today)
    today = increased_from(case, today)
    lifted = _excused(case) | (case.school < 0)
    if rule.always_within is not None:
        lifted |= at(table, case.school) <= rule.always_within + TRAVEL
    lifted[case.units(rule.units)] = True
    walks, walk_unit = (table, case.district.travel_unit) if case.district.walk is None else (case.district.walk, case.district.walk_unit)
    kinds = (
        ("walk", rule.modes.walk, is_walk, walks, walk_unit),
        ("bus ride", rule.modes.bus, ~is_walk, table, case.district.travel_unit),
    )
    for noun, limits, of_kind, lengths, name in kinds:
        trips = at(lengths, case.school)
        longest = np.full(len(trips), np.inf if limits.max is None else limits.max)
        if limits.max_increase is not None:
            longest = np.fmin(longest, (1 + limits.max_increase) * today)  # fmin: no limit over a trip that is unknown
        for u in np.flatnonzero(of_kind & ~lifted & (trips > longest + TRAVEL)).tolist():
            trip, limit = float(trips[u]), float(longest[u])
            over = "" if limit == limits.max else f" ({percent(limits.max_increase or 0)} over today's {number(today[u])} {name})"
            sentence = (
                f"the {noun} from {case.unit(u)} to {case.school_of(u)} {case.says('would take', 'takes')} {number(trip)} {name}, "
                f"{number(trip - limit)} above its limit of {number(limit)} {name}{over}"
            )
            yield violation("travel", case.district.unit_ids[u], trip, limit, sentence)


def _trip_limits(case: AuditCase) -> Floats:
    """Longest trip allowed to each unit, inf where there is no limit; shape (n,)."""
    rule, n = case.rules.travel, case.district.num_units
    if rule is None:
        return np.full(n, np.inf)
    limits: Floats = np.full(n, np.inf if rule.max is None else rule.max)
    if rule.max_increase is not None:
        limits = np.fmin(limits, (1 + rule.max_increase) * increased_from(case, case.trips_today))  # fmin: no limit over a trip that is unknown
    if rule.always_within is not None:
        limits = np.maximum(limits, rule.always_within)
    limits[case.units(rule.units)] = list(rule.units.values())
    return limits


def increased_from(case: AuditCase, today: Floats) -> Floats:
    """What an increase is over, shape (n,): today's trip.

    Of units whose school may close and does it is the trip to the nearest school that stays open for sure, where that is longer. Where no school is
    sure to, there is no limit for them.
    """
    table, optional = case.district.travel, case.district.optional
    assert table is not None
    closes = (case.today >= 0) & (case.keeps < 0)
    sure = np.full(len(today), np.inf)
    for u in np.flatnonzero(closes).tolist():
        known = [trip for trip, may in zip(table[u].tolist(), optional.tolist(), strict=True) if not may and not np.isnan(trip)]
        sure[u] = min(known, default=np.inf)
    return np.where(closes, np.maximum(today, sure), today)


def _excused(case: AuditCase) -> NDArray[np.bool_]:
    """Units whose trip may have any length: they stay where they may, or a rule keeps or puts them there; shape (n,)."""
    stays = (case.school >= 0) & (case.school == case.today)
    excused = stays if case.rules.stay_allowed else np.zeros(case.district.num_units, dtype=bool)
    kept, units = kept_units(case), case.units(case.rules.assign)
    excused = excused.copy()
    excused[kept] |= stays[kept]
    excused[units] |= case.school[units] == case.schools(case.rules.assign.values())
    return excused


def _reason(case: AuditCase, u: int, limit: float) -> str:
    """Where the limit of a unit's trip comes from, when it is not simply the longest trip."""
    rule = case.rules.travel
    assert rule is not None
    if case.district.unit_ids[u] in rule.units:
        return " (its own)"
    if limit == rule.max:
        return ""
    if limit == rule.always_within or rule.max_increase is None:
        return " (within which any school is allowed)"
    base = float(increased_from(case, case.trips_today)[u])
    what = "today's" if base == float(case.trips_today[u]) else "the nearest sure school's"
    return f" ({percent(rule.max_increase)} over {what} {number(base)} {case.district.travel_unit})"


CHECKS = (check_travel, check_modes)
