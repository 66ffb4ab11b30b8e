"""Shares: bands on a group's share of each school's students, and schools that isolate a group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import STUDENTS, AuditCase
from rezoning.auditing.violation import Violation, count, number, percent, violation
from rezoning.district.column_values import numbers
from rezoning.district.district import Floats
from rezoning.scenario.bands import BandRule


def check_bands(case: AuditCase) -> Iterator[Violation]:
    """Each school that a hard band is on lies within one of its ranges, L n_s <= a_s <= U n_s.

    a_s are students of the group, or Σ n_u index_u. A school without students lies within every range.
    """
    n = case.gather(case.district.students)
    for band in case.rules.bands:
        if band.soft:
            continue
        counts = counted(case, band)
        total, a = float(case.district.students.sum()), case.gather(counts)
        share = float(counts.sum()) / total if total > 0 else 0.0
        ranges = [part.limits(share) for part in band.ranges_at(share)]
        outside = np.min([students_beyond(a, n, low, high) for low, high in ranges], axis=0)
        for s in np.flatnonzero(outside > STUDENTS).tolist():
            if band.holds_for(case.district.school_ids[s]):
                yield _out_of_band(case, band, s, (float(a[s]), float(n[s])), ranges)


def counted(case: AuditCase, band: BandRule) -> Floats:
    """What a band adds up over a school's units: students of a group, or students times an index; shape (n,)."""
    if band.group is not None:
        return case.district.groups[band.group]
    assert band.index is not None
    return np.where(case.district.students > 0, case.district.students * np.nan_to_num(numbers(case.district, band.index)), 0.0)


def students_beyond(a: Floats, n: Floats, low: float, high: float) -> Floats:
    """Students of each school beyond one range, max(0, a_s - U n_s) + max(0, L n_s - a_s); shape (m,)."""
    above = np.maximum(a - high * n, 0) if np.isfinite(high) else np.zeros(len(n))
    below = np.maximum(low * n - a, 0) if np.isfinite(low) else np.zeros(len(n))
    return np.asarray(above + below)


def _out_of_band(case: AuditCase, band: BandRule, s: int, held: tuple[float, float], ranges: list[tuple[float, float]]) -> Violation:
    """What a school outside every range of a band has, and the limit it is closest to."""
    a, n = held
    says, write = case.says("would have", "has"), number if band.group is None else percent
    value = a / n if n > 0 else np.inf
    limit = min((end for ends in ranges for end in ends if np.isfinite(end)), key=lambda end: abs(a - end * n))
    missing = abs(a - limit * n)
    side = "above" if a > limit * n else "below"
    wanted = " or ".join(_range_words(low, high, write) for low, high in ranges)
    if band.group is None:
        sentence = f"{case.names[s]} {says} a mean {band.index} of {number(value)}, {side} the band ({wanted})"
    else:
        sentence = (
            f"{case.names[s]} {says} {count(a, 'student')} of group '{band.group}' among {number(n)} ({percent(value)}), "
            f"{number(missing)} {side} the band ({wanted})"
        )
    return violation("bands", case.district.school_ids[s], value if np.isfinite(value) else None, limit, sentence)


def _range_words(low: float, high: float, write: object) -> str:
    assert callable(write)
    if not np.isfinite(low):
        return f"at most {write(high)}"
    return f"at least {write(low)}" if not np.isfinite(high) else f"{write(low)} to {write(high)}"


def check_isolation(case: AuditCase) -> Iterator[Violation]:
    """No school has more of a group than the share named, or than its own share of today where that is more: a_s <= share n_s."""
    n, n_today = case.gather(case.district.students), case.gather(case.district.students, case.today)
    for rule in case.rules.isolation:
        group = case.district.groups[rule.group]
        a, a_today = case.gather(group), case.gather(group, case.today)
        now = np.divide(a_today, n_today, out=np.zeros(len(n)), where=n_today > 0)
        limits = np.maximum(rule.above, now)
        for s in np.flatnonzero(a - limits * n > STUDENTS).tolist():
            value = float(a[s] / n[s]) if n[s] > 0 else None
            as_today = ", its share of today" if now[s] > rule.above else ""
            sentence = (
                f"{case.names[s]} {case.says('would have', 'has')} {count(a[s], 'student')} of group '{rule.group}' among {number(n[s])}"
                f"{'' if value is None else f' ({percent(value)})'}, {number(a[s] - limits[s] * n[s])} above the limit of "
                f"{number(limits[s] * n[s])} ({percent(limits[s])}{as_today})"
            )
            yield violation("isolation", case.district.school_ids[s], value, limits[s], sentence)


CHECKS = (check_bands, check_isolation)
