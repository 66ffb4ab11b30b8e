"""Access: who can walk to school, and who goes to the nearest one."""

from __future__ import annotations

import numpy as np

from rezoning.metrics.zones import Zones

TIE = 1e-6  # minutes or km: schools that are equally near


def walk_share(zones: Zones) -> float | None:
    """Share of the students who have a school here that lie in its walk zone, Σ_u n_u w_u / Σ_u n_u; None where walk zones are not known."""
    total = float(zones.students.sum())
    return None if zones.walks is None or total <= 0 else float(zones.district.students[zones.walks].sum()) / total


def nearest_share(zones: Zones) -> float | None:
    """Share of students whose trip is the shortest to any open school; those of whom no trip at all is known are left out."""
    travel = zones.district.travel
    if travel is None or zones.trips is None:
        return None
    shortest = np.where(np.isnan(travel) | ~zones.is_open, np.inf, travel).min(axis=1, initial=np.inf)
    counted = np.where(zones.counted & np.isfinite(shortest), zones.district.students, 0.0)
    total = float(counted.sum())
    return None if total <= 0 else float(counted[zones.trips <= shortest + TIE].sum()) / total


def not_walking(zones: Zones) -> float | None:
    """Share of all students who cannot walk to their school, Σ_u n_u (1 - w_u) / T."""
    total = float(zones.district.students.sum())
    return None if zones.walks is None or total <= 0 else float(zones.district.students[~zones.walks].sum()) / total
