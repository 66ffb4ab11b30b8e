"""Travel: how far students go, in minutes or km.

All measures weigh units by students, so units without students count nothing. Students whose trip is unknown are left out, and counted by
`unknown_students`. A measure is None where nobody's trip is known, and without travel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import Floats
from rezoning.metrics.zones import Zones


def mean(zones: Zones, weights: Floats | None = None) -> float | None:
    """Mean trip per student, or per student of a group given as weights of shape (n,): Σ_u w_u t_u / Σ_u w_u over known trips."""
    if zones.trips is None:
        return None
    known = ~np.isnan(zones.trips)
    weights = (zones.district.students if weights is None else weights)[known]
    total = float(weights.sum())
    return None if total <= 0 else float((weights * zones.trips[known]).sum()) / total


def mean_by_group(zones: Zones) -> dict[str, float | None]:
    """Mean trip per student of each group."""
    return {name: mean(zones, group) for name, group in zones.district.groups.items()}


def mean_by_school(zones: Zones) -> list[float | None]:
    """Mean trip per student of each school, length M."""
    if zones.trips is None:
        return [None] * len(zones.ids)
    known = ~np.isnan(zones.trips)
    students = zones.gather(np.where(known, zones.district.students, 0.0))
    trips = zones.gather(np.where(known, zones.district.students * zones.trips, 0.0))
    return [float(t / n) if n > 0 else None for t, n in zip(trips, students, strict=True)]


def percentile(zones: Zones, share: float) -> float | None:
    """Smallest t such that at least a share of students travels no longer than t."""
    if zones.trips is None:
        return None
    some = _known_and_some(zones)
    order = np.argsort(zones.trips[some], kind="stable")
    reached = np.cumsum(zones.district.students[some][order])
    if not len(order):
        return None
    at = int(np.searchsorted(reached, share * reached[-1] * (1 - 1e-12)))  # sums of floats may fall short of the share by a hair
    return float(zones.trips[some][order][at])


def longest(zones: Zones) -> float | None:
    """Longest trip of any student."""
    if zones.trips is None:
        return None
    some = _known_and_some(zones)
    return float(zones.trips[some].max()) if some.any() else None


def unknown_students(zones: Zones) -> float | None:
    """Students who have a school here, and whose trip to it is unknown; None without travel."""
    if zones.trips is None:
        return None
    return float(zones.district.students[zones.counted & np.isnan(zones.trips)].sum())


def _known_and_some(zones: Zones) -> NDArray[np.bool_]:
    """Units with students and a known trip, shape (n,)."""
    assert zones.trips is not None
    return np.asarray(~np.isnan(zones.trips) & (zones.district.students > 0))
