"""Travel: which trips are allowed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rezoning.auditing.case import TRAVEL, Case, at
from rezoning.auditing.staying import kept_units
from rezoning.auditing.violation import Violation, number, percent, violation
from rezoning.district.district import Floats
from rezoning.scenario.schema import Rules


def check_travel(case: Case) -> Iterator[Violation]:
    """Each trip is within `always_within` or the unit's own limit, or within both `max` and (1 + max_increase) x today's, or excused."""
    table, name = case.district.travel, case.district.travel_unit
    if case.rules.travel is None or table is None:
        return
    trips, today = at(table, case.school), at(table, case.today)
    limits = _trip_limits(case, today)
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


def check_modes(case: Case) -> Iterator[Violation]:
    """Walks and bus rides obey the limits of their mode too, unless `always_within`, the unit's own limit or an excuse lifts them.

    A pair in a walk zone is a walk, as long as `data.walk` says where that is a matrix; any other is a ride by `data.travel`.
    """
    rule, table = case.rules.travel, case.district.travel
    if rule is None or rule.modes is None or table is None:
        return
    is_walk = case.walks(case.school)
    lifted = _excused(case) | (at(table, case.school) <= _lifting(case) + TRAVEL) | (case.school < 0)
    walks, walk_unit = (table, case.district.travel_unit) if case.district.walk is None else (case.district.walk, case.district.walk_unit)
    kinds = (
        ("walk", rule.modes.walk, is_walk, walks, walk_unit),
        ("bus ride", rule.modes.bus, ~is_walk, table, case.district.travel_unit),
    )
    for noun, limits, of_kind, lengths, name in kinds:
        trips, today = at(lengths, case.school), at(lengths, case.today)
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


def _trip_limits(case: Case, today: Floats) -> Floats:
    """Longest trip allowed to each unit, inf where there is no limit; shape (n,)."""
    rule = case.rules.travel
    assert rule is not None
    limits: Floats = np.full(case.district.num_units, np.inf if rule.max is None else rule.max)
    if rule.max_increase is not None:
        limits = np.fmin(limits, (1 + rule.max_increase) * today)  # fmin: no limit over a trip that is unknown
    return np.maximum(limits, _lifting(case))


def _lifting(case: Case) -> Floats:
    """Trip within which any school is allowed to a unit, -inf where there is none; shape (n,)."""
    rule = case.rules.travel
    assert rule is not None
    within = np.full(case.district.num_units, -np.inf if rule.always_within is None else rule.always_within)
    units = case.units(rule.units)
    within[units] = np.maximum(within[units], list(rule.units.values()))
    return within


def _excused(case: Case) -> NDArray[np.bool_]:
    """Units whose trip may have any length: they stay where they may, or a rule keeps or puts them there; shape (n,)."""
    stays = (case.school >= 0) & (case.school == case.today)
    excused = stays if case.rules.stay_allowed else np.zeros(case.district.num_units, dtype=bool)
    kept, units = kept_units(case), case.units(case.rules.assign)
    excused = excused.copy()
    excused[kept] |= stays[kept]
    excused[units] |= case.school[units] == case.schools(case.rules.assign.values())
    return excused


def _reason(rules: Rules, limit: float, today: float, name: str) -> str:
    """Where a trip's limit comes from, when it is not simply the longest trip."""
    rule = rules.travel
    assert rule is not None
    if limit == rule.max:
        return ""
    if limit == rule.always_within or rule.max_increase is None or limit in rule.units.values():
        return " (within which any school is allowed)"
    return f" ({percent(rule.max_increase)} over today's {number(today)} {name})"
