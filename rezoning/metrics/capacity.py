"""Capacity: how full the open schools are. Undefined, and so None, where the seats are not known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rezoning.district.district import Floats
from rezoning.metrics.zones import Zones
from rezoning.scenario.rules import PhaseYear


def utilization(zones: Zones, students: Floats | None = None) -> list[float | None]:
    """Students over seats of each open school, n_s / capacity_s, length m; None where one is closed here, has no seats or they are unknown.

    Parameters
    ----------
    students
        Other students of each school than those of now, shape (M,).
    """
    m, seats = zones.district.num_schools, zones.district.capacity
    if seats is None:
        return [None] * m
    held = zones.students if students is None else students
    return [float(n / c) if c > 0 and is_open else None for n, c, is_open in zip(held[:m], seats, zones.is_open, strict=True)]


def over_capacity_students(zones: Zones) -> float | None:
    """Students above the seats of their school, Σ_s max(0, n_s - capacity_s) over open schools."""
    over = _above_seats(zones)
    return None if over is None else float(over.sum())


def portable_students(zones: Zones) -> float | None:
    """Students whose seat is in a portable classroom, Σ_s min(portables_s, max(0, n_s - capacity_s)); None without portables."""
    over, portables = _above_seats(zones), zones.district.portables
    return None if over is None or portables is None else float(np.minimum(over, portables).sum())


def portable_price(zones: Zones) -> float | None:
    """Price of the seats that the schools lack, Σ_s price_s max(0, n_s - capacity_s); every price is 1 where none is given."""
    over, price = _above_seats(zones), zones.district.portable_price
    return None if over is None else float((over if price is None else over * price).sum())


def out_of_utilization(zones: Zones, least: float | None, most: float | None) -> float | None:
    """Students beyond a range of utilization, Σ_s (max(0, n_s - most capacity_s) + max(0, least capacity_s - n_s)), as a share of all, T."""
    seats, total = zones.district.capacity, float(zones.district.students.sum())
    if seats is None or total <= 0:
        return None
    n = zones.students[: len(seats)]
    above = 0.0 if most is None else float(np.maximum(n - most * seats, 0).sum())
    below = 0.0 if least is None else float(np.maximum(least * seats - n, 0)[zones.is_open].sum())  # who is closed lacks nobody
    return (above + below) / total


def spread(zones: Zones) -> float | None:
    """Highest less lowest utilization of the schools that have seats, max_s n_s / capacity_s - min_s n_s / capacity_s."""
    low, high = extremes(zones)
    return None if low is None or high is None else high - low


def extremes(zones: Zones, students: Floats | None = None) -> tuple[float | None, float | None]:
    """Lowest and highest utilization of the schools that have seats."""
    use = [share for share in utilization(zones, students) if share is not None]
    return min(use, default=None), max(use, default=None)


def enrollments(zones: Zones, phase_in: Sequence[PhaseYear] = ()) -> dict[str, Floats]:
    """Students of each school, shape (M,), in every coming year, growth scenario and year of the transition, by its name.

    In a year of the transition a share of each grade stays at today's school where that is open: n_s, less those of the zone who stay
    elsewhere, plus those who stay here. A name that stands for two things keeps the first, and the second says which it is.
    """
    district = zones.district
    found = {}
    for kind, columns in (("year", district.years), ("growth", district.growth)):
        for name, students in columns.items():
            found[name if name not in found else f"{kind} {name}"] = zones.gather(students)
    for year in phase_in:
        if zones.moved is not None and all(grade in district.grades for grade in year.stay):
            found[year.year if year.year not in found else f"phase_in {year.year}"] = _transition(zones, year)
    return found


def utilization_by_year(zones: Zones, phase_in: Sequence[PhaseYear] = ()) -> dict[str, dict[str, float | None]]:
    """Lowest and highest utilization in every coming year, growth scenario and year of the transition, by its name."""
    ends = {name: extremes(zones, students) for name, students in enrollments(zones, phase_in).items()}
    return {name: {"min": low, "max": high} for name, (low, high) in ends.items()}


def _transition(zones: Zones, year: PhaseYear) -> Floats:
    district, stayable = zones.district, zones.district.stayable
    assert zones.moved is not None
    stay = np.zeros(district.num_units)
    for grade, share in year.stay.items():
        stay += share * district.grades[grade]
    stay[~(zones.moved & (stayable >= 0))] = 0
    stay[(stayable >= 0) & district.optional[np.maximum(stayable, 0)]] = 0  # whose school may close moves at once
    here = np.bincount(stayable[stayable >= 0], weights=stay[stayable >= 0], minlength=len(zones.ids))
    return zones.gather(district.students - stay) + here


def _above_seats(zones: Zones) -> Floats | None:
    """Students of each open school above its seats, shape (m,)."""
    seats = zones.district.capacity
    return None if seats is None else np.maximum(zones.students[: len(seats)] - seats, 0)
