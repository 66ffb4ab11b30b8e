"""Seats: which schools hold more students than they have seats, and which hold few, now and in every coming year and growth scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rezoning.district.district import Floats
from rezoning.metrics.capacity import enrollments
from rezoning.metrics.zones import Zones

NOW = "now"
EMPTY = 0.8  # of its seats: a school below is said to have few students
HAIR = 1e-6  # students


def school_seats(zones: Zones, allowed: Floats | None, least: Floats | None) -> list[dict[str, Any]] | None:
    """For each open school its seats and, by time, its students n_s and how they stand to its seats c_s; None where seats are not known.

    Parameters
    ----------
    allowed
        Most students that each school may hold by the rules, shape (m,).
    least
        Fewest students that a school may hold by the rules, shape (m,); none when left out.

    Returns
    -------
    list
        For each school ``seats`` (c_s), ``portables`` (q_s, None where unknown), ``allowed`` and ``least``, and under ``times`` for `NOW`, then every
        year and growth scenario: ``students``; ``over`` = max(0, n_s - c_s); ``over_with_portables`` = max(0, n_s - c_s - q_s);
        ``over_allowed`` = max(0, n_s - allowed_s); ``under`` = max(0, EMPTY c_s - n_s); ``under_allowed`` = max(0, least_s - n_s).
    """
    district = zones.district
    seats, portables = district.capacity, district.portables
    if seats is None:
        return None
    when = {NOW: zones.students, **enrollments(zones)}
    rows = []
    for s in range(district.num_schools):
        spare = 0.0 if portables is None else float(portables[s])
        most = float(seats[s]) if allowed is None else float(allowed[s])
        fewest = 0.0 if least is None else float(least[s])
        limits = {"over": float(seats[s]), "over_with_portables": float(seats[s]) + spare, "over_allowed": most}
        times = {}
        for name, students in when.items():
            n = float(students[s])
            times[name] = {
                "students": n,
                **{key: _above(n, limit) for key, limit in limits.items()},
                "under": _above(EMPTY * float(seats[s]), n) if zones.is_open[s] else 0.0,
                "under_allowed": _above(fewest, n) if zones.is_open[s] else 0.0,
            }
        rows.append(
            {"seats": float(seats[s]), "portables": None if portables is None else spare, "allowed": most, "least": fewest, "times": times}
        )  # fmt: skip
    return rows


def first_over(times: dict[str, dict[str, float]], years: Sequence[str], key: str = "over") -> str | None:
    """The first of some times in which a school is over; None where it is in none."""
    return next((name for name in years if name in times and times[name][key] > 0), None)


def _above(value: float, limit: float) -> float:
    return value - limit if value > limit + HAIR else 0.0
