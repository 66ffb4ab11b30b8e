"""Burden: who bears the change. Shares are of all students of the district, new units included, though these never change."""

from __future__ import annotations

from typing import Any

import numpy as np

from rezoning.district.district import Floats
from rezoning.metrics.segregation import NOBODY
from rezoning.metrics.zones import Zones, today_zones

TRIP = 1e-6  # minutes or km: a ride is long when it is longer than that by more than this


def students_reassigned(zones: Zones) -> float | None:
    """Students whose school changes, Σ_u n_u m_u with m_u = 1 where unit u moves; None without today's schools."""
    return None if zones.moved is None else float(zones.district.students[zones.moved].sum())


def students_reassigned_by_group(zones: Zones) -> dict[str, float | None]:
    """Students of each group whose school changes, Σ_u n_gu m_u; None without today's schools."""
    return {name: None if zones.moved is None else float(group[zones.moved].sum()) for name, group in zones.district.groups.items()}


def share_reassigned(zones: Zones) -> float | None:
    """Share of all students whose school changes, R = Σ_u n_u m_u / T; None without today's schools or without students."""
    return mean(zones.district.students, per_student(zones, "reassigned"))


def reassigned_by_group(zones: Zones) -> dict[str, float | None]:
    """Share of each group whose school changes, R_g = Σ_u n_gu m_u / N_g; None where the group has no students."""
    moved = per_student(zones, "reassigned")
    return {name: mean(group, moved) for name, group in zones.district.groups.items()}


def per_student(zones: Zones, measure: str, over: float | None = None) -> Floats | None:
    """What a student of each unit bears, shape (n,); None where the district lacks what it takes to know.

    Parameters
    ----------
    measure
        ``reassigned``: 1 where the unit moves. ``walk_lost``: 1 where it can walk today and not here. ``long_rides``: 1 where t_u > over.
        ``added_travel``: t_u - t_u,today in minutes (km), below 0 where the trip gets shorter, 0 in new units. ``added_minutes_only``: the
        same, yet never below 0. NaN where a trip is unknown, here or, for what is added, today.
    over
        The trip above which a ride is long, for ``long_rides``.
    """
    if measure == "reassigned":
        return None if zones.moved is None else zones.moved.astype(np.float64)
    if measure == "walk_lost":
        now = today_zones(zones.district)
        return None if now is None or zones.walks is None or now.walks is None else (now.walks & zones.counted & ~zones.walks).astype(np.float64)
    if zones.trips is None or zones.trips_today is None:
        return None
    if measure == "long_rides":
        return None if over is None else np.where(np.isnan(zones.trips), np.nan, zones.trips > over + TRIP)
    current = zones.district.current
    if current is None:
        return None
    added = np.where((current < 0) & zones.counted, 0.0, zones.trips - zones.trips_today)
    return np.maximum(added, 0) if measure == "added_minutes_only" else added


def mean(weights: Floats, borne: Floats | None) -> float | None:
    """Mean per student, Σ_u w_u b_u / Σ_u w_u over units where it is known what they bear; None where there are no students in these."""
    if borne is None:
        return None
    known = ~np.isnan(borne)
    total = float(weights[known].sum())
    return None if total <= NOBODY else float((weights[known] * borne[known]).sum()) / total


def unknown_students(zones: Zones) -> float | None:
    """Students whose added trip is unknown, for their trip is, here or today; None where trips are not measured against today's."""
    added = per_student(zones, "added_travel")
    return None if added is None else float(zones.district.students[zones.counted & np.isnan(added)].sum())


def gap(zones: Zones, groups: list[str], measure: str, over: float | None = None) -> float | None:
    """Most that a group bears beyond all students, max(0, max_g M_g - M_all), of groups with students; None where what one bears is unknown."""
    borne = per_student(zones, measure, over)
    everyone = mean(zones.district.students, borne)
    ours = [mean(group, borne) for name in groups if (group := zones.district.groups[name]).sum() > NOBODY]
    known = [value for value in ours if value is not None]
    return None if everyone is None or not ours or len(known) < len(ours) else max(0.0, max(known) - everyone)


def by_group(zones: Zones, over: float | None = None) -> dict[str, dict[str, Any]]:
    """For each group and each burden M: M_g, M_all, their ratio M_g / M_all and gap M_g - M_all.

    The ratio of reassigned is the group's share of those who move over its share of all students. It is None where M_all is not above 0.
    ``long_rides`` is there when `over` says from when a ride is long.
    """
    measures = ["reassigned", "added_travel", "added_minutes_only", "walk_lost"] + ["long_rides"] * (over is not None)
    borne = {measure: per_student(zones, measure, over) for measure in measures}
    everyone = {measure: mean(zones.district.students, values) for measure, values in borne.items()}
    return {
        name: {measure: _compared(mean(group, values), everyone[measure]) for measure, values in borne.items()}
        for name, group in zones.district.groups.items()
    }


def _compared(group: float | None, everyone: float | None) -> dict[str, float | None]:
    if group is None or everyone is None:
        return {"group": group, "all": everyone, "ratio": None, "gap": None}
    return {"group": group, "all": everyone, "ratio": group / everyone if everyone > NOBODY else None, "gap": group - everyone}
