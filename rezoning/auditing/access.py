"""Access: who can walk, who lives next to a school, and who is separated from it by a barrier."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import TRAVEL, AuditCase, at, holds
from rezoning.auditing.violation import Violation, breach, number, violation


def check_walk(case: AuditCase) -> Iterator[Violation]:
    """`keep`: who can walk to today's school keeps it where it is open. `any`: who can walk to some open school has one to walk to."""
    rule, walkable = case.rules.walk, case.district.walkable
    if rule is None or walkable is None:
        return
    ids = case.district.unit_ids
    if rule.guarantee == "keep":
        for u in np.flatnonzero(case.walks_today & (case.keeps >= 0) & case.moved).tolist():
            sentence = f"{case.unit(u)} can walk to {case.names[case.today[u]]} today and would go to {case.school_of(u)}"
            yield breach("walk", ids[u], sentence)
        return
    walkable = walkable & case.is_open
    for u in np.flatnonzero(walkable.any(axis=1) & ~case.walks & (case.school >= 0)).tolist():
        near = case.names[int(walkable[u].argmax())]
        sentence = f"{case.unit(u)} can walk to {near}, and {case.says('would belong', 'belongs')} to {case.school_of(u)}, to which it cannot"
        yield breach("walk", ids[u], sentence)


def check_nearest(case: AuditCase) -> Iterator[Violation]:
    """A unit whose nearest school is near enough has a school that is as near."""
    rule, table, name = case.rules.nearest, case.district.travel, case.district.travel_unit
    if rule is None or table is None:
        return
    known = np.where(np.isnan(table) | ~case.is_open, np.inf, table)
    least = known.min(axis=1, initial=np.inf)
    trips = at(known, case.school)
    for u in np.flatnonzero((case.school >= 0) & (least <= rule.within) & (trips > least + TRAVEL)).tolist():
        near, trip = case.names[int(known[u].argmin())], float(trips[u])
        far = "an unknown way" if np.isinf(trip) else f"{number(trip)} {name}"
        sentence = (
            f"{case.unit(u)} is {number(least[u])} {name} from {near}, within {number(rule.within)} {name}, "
            f"and {case.says('would belong', 'belongs')} to {case.school_of(u)}, {far} off"
        )
        yield violation("nearest", case.district.unit_ids[u], None if np.isinf(trip) else trip, float(least[u]), sentence)


def check_no_crossing(case: AuditCase) -> Iterator[Violation]:
    """No barrier lies between a unit and its school, unless it is today's and that may stay."""
    rule, crossed = case.rules.no_crossing, case.district.crossed
    if rule is None or crossed is None:
        return
    is_bad = holds(crossed, case.school)
    if rule.today == "keep":
        is_bad &= case.school != case.today
    for u in np.flatnonzero(is_bad).tolist():
        sentence = f"a barrier lies between {case.unit(u)} and {case.school_of(u)}, to which it {case.says('would belong', 'belongs')}"
        yield breach("no_crossing", case.district.unit_ids[u], sentence)


CHECKS = (check_walk, check_nearest, check_no_crossing)
