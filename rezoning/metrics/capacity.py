"""Capacity: how full the open schools are. Undefined, and so None, where the seats are not known."""

from __future__ import annotations

import numpy as np

from rezoning.metrics.zones import Zones


def utilization(zones: Zones) -> list[float | None]:
    """Students over seats of each open school, n_s / capacity_s, length m; None where a school has no seats or they are unknown."""
    m, seats = zones.district.num_schools, zones.district.capacity
    if seats is None:
        return [None] * m
    return [float(n / c) if c > 0 else None for n, c in zip(zones.students[:m], seats, strict=True)]


def over_capacity_students(zones: Zones) -> float | None:
    """Students above the seats of their school, Σ_s max(0, n_s - capacity_s) over open schools."""
    seats = zones.district.capacity
    return None if seats is None else float(np.maximum(zones.students[: len(seats)] - seats, 0).sum())
