"""Travel: which trips are allowed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rezoning.auditing.case import Case
from rezoning.auditing.violation import Violation, number, percent, violation
from rezoning.district.district import Floats
from rezoning.scenario.schema import Rules

TRAVEL = 1e-6  # minutes or km: the contract's tolerance


def check_travel(case: Case) -> Iterator[Violation]:
    """Each trip is within `always_within`, or within both `max` and (1 + max_increase) x today's, or excused."""
    table, name = case.district.travel, case.district.travel_unit
    if case.rules.travel is None or table is None:
        return
    trips = np.where(case.school >= 0, np.take_along_axis(table, np.maximum(case.school, 0)[:, None], axis=1)[:, 0], 0.0)
    limits, today = _trip_limits(case, table)
    is_bad = (np.isnan(trips) | (trips > limits + TRAVEL)) & ~_excused(case) & (case.school >= 0)
    for u in np.flatnonzero(is_bad).tolist():
        trip, limit = float(trips[u]), float(limits[u])
        if np.isnan(trip):
            sentence = f"no trip from {case.unit(u)} to {case.school_of(u)} is known"
            yield violation("travel", case.district.unit_ids[u], None, limit if np.isfinite(limit) else None, sentence)
            continue
        sentence = (
            f"from {case.unit(u)} to {case.school_of(u)} {case.says('would take', 'takes')} {number(trip)} {name}, "
            f"{number(trip - limit)} above the limit of {number(limit)} {name}{_reason(case.rules, limit, today[u], name)}"
        )
        yield violation("travel", case.district.unit_ids[u], trip, limit, sentence)


def _trip_limits(case: Case, table: Floats) -> tuple[Floats, Floats]:
    """Longest trip allowed to each unit, inf where there is no limit, and its trip of today, NaN where unknown; shape (n,) each."""
    rule, n = case.rules.travel, case.district.num_units
    assert rule is not None
    today, limits = np.full(n, np.nan), np.full(n, np.inf if rule.max is None else rule.max)
    if case.district.current is not None:
        has_trip = (case.district.current >= 0) & (case.district.current < case.district.num_schools)
        today[has_trip] = table[has_trip, case.district.current[has_trip]]
    if rule.max_increase is not None:
        longer = (1 + rule.max_increase) * today
        limits = np.where(np.isnan(longer), limits, np.minimum(limits, longer))
    return (limits if rule.always_within is None else np.maximum(limits, rule.always_within)), today


def _excused(case: Case) -> NDArray[np.bool_]:
    """Units whose trip may have any length: they stay where they may, or `locked` or `assign` put them there; shape (n,)."""
    rules, current = case.rules, case.district.current
    excused = np.zeros(case.district.num_units, dtype=bool)
    if current is not None:
        stays = (case.school >= 0) & (case.school == current)
        if rules.stay_allowed:
            excused |= stays
        if rules.locked is not None:
            excused |= stays & np.isin(current, case.schools(rules.locked.schools))
            units = case.units(rules.locked.units)
            excused[units] |= stays[units]
    units = case.units(rules.assign)
    excused[units] |= case.school[units] == case.schools(rules.assign.values())
    return excused


def _reason(rules: Rules, limit: float, today: float, name: str) -> str:
    """Where a trip's limit comes from, when it is not simply the longest trip."""
    rule = rules.travel
    assert rule is not None
    if limit == rule.max:
        return ""
    if limit == rule.always_within or rule.max_increase is None:
        return " (within which any school is allowed)"
    return f" ({percent(rule.max_increase)} over today's {number(today)} {name})"
