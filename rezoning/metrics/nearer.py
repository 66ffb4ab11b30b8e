"""Students who pass a nearer school: units that have another open school nearer than theirs, with room for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.metrics.access import TIE
from rezoning.metrics.zones import Zones

HAIR = 1e-6  # students


@dataclass(frozen=True, eq=False)
class Nearer:
    """Units of one school that are nearer to another.

    Parameters
    ----------
    school, nearer
        Indices of both.
    units
        Which units, indices.
    students
        Who lives in them, Σ n_u.
    saved
        By how much their trips would be shorter, Σ n_u (t_u - t_u,nearer) / Σ n_u, in the district's unit of travel.
    typical
        By how much the middle one of the units is nearer: the median of t_u - t_u,nearer, whoever lives there.
    room
        Seats that the nearer school has left; None where seats are not known.
    """

    school: int
    nearer: int
    units: Ints
    students: float
    saved: float
    typical: float
    room: float | None


def nearer_schools(zones: Zones, allowed: Floats | None) -> list[Nearer] | None:
    """Units with students and a nearer open school, each with the nearest that has room for it alone, by pairs of schools; most students first.

    School r has room for unit u where n_r + n_u <= allowed_r. That each has room says not that all of them have at once. None without travel.

    Parameters
    ----------
    allowed
        Most students that each open school may hold, shape (m,); None where seats are not known: then every nearer school counts.
    """
    district, travel = zones.district, zones.district.travel
    if travel is None or zones.trips is None:
        return None
    m, n = district.num_schools, district.students
    known = np.where(np.isnan(travel) | ~zones.is_open, np.inf, travel)
    if allowed is not None:
        room = allowed - zones.students[:m]
        known = np.where(n[:, None] <= room[None, :] + HAIR, known, np.inf)
    own = zones.school
    open_units = np.flatnonzero((own >= 0) & (own < m))
    known[open_units, own[open_units]] = np.inf
    best = known.argmin(axis=1)
    shortest = known[np.arange(len(n)), best]
    is_nearer = zones.counted & (n > 0) & (shortest < zones.trips - TIE)  # False where the own trip is unknown
    found = []
    for school, nearer in np.unique(np.column_stack([own[is_nearer], best[is_nearer]]), axis=0).tolist():
        units = np.flatnonzero(is_nearer & (own == school) & (best == nearer))
        students = float(n[units].sum())
        shorter = zones.trips[units] - shortest[units]
        saved, typical = float((n[units] * shorter).sum()) / students, float(np.median(shorter))
        left = None if allowed is None else float(allowed[nearer] - zones.students[nearer])
        found.append(Nearer(school, nearer, units, students, saved, typical, left))
    return sorted(found, key=lambda one: (-one.students, one.school, one.nearer))
