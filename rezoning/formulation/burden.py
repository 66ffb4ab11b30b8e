"""Who carries the change: the measures of burden as tables, and the rules that compare a group with everyone.

A measure of group g is ``M_g = sum_u table[u, school of u] / N_g``, with N_g all students of the group (new units included), and M_all the same
over all students. Its table counts students, or student-minutes (student-km).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats
from rezoning.formulation.sums import moved_pairs

TOLERANCE = 1e-6  # minutes or km: the contract's


def measure_table(district: District, measure: str, students: Floats, over: float | None = None) -> Floats:
    """What each pair adds to a measure of burden, before it is divided by all students of the group.

    Parameters
    ----------
    measure
        ``reassigned`` (students moved), ``added_travel`` (student-minutes over today's trip), ``walk_lost`` (students who can walk today and
        could not any more) or ``long_rides`` (students with a trip above `over`).
    students
        Students of the group in each unit, or all of them; shape (n,).
    over
        The trip from which a ride is long; for ``long_rides`` alone.

    Returns
    -------
    Shape (n, m). An unknown trip, new or today's, counts 0.

    Raises
    ------
    ValueError
        The measure is none of the four.
    """
    match measure:
        case "reassigned":
            return students[:, None] * moved_pairs(district)
        case "added_travel":
            return students[:, None] * added_trips(district)
        case "walk_lost":
            return students[:, None] * walks_lost(district)
        case "long_rides":
            assert district.travel is not None
            assert over is not None
            return students[:, None] * (district.travel > over + TOLERANCE)  # NaN is not above anything
    raise ValueError(measure)


def today_of(district: District, table: NDArray[np.float64]) -> Floats:
    """The value of a (unit, school) table at each unit's school of today; NaN where that is unknown or closed; shape (n,)."""
    today = district.stayable
    return np.where(today >= 0, table[np.arange(district.num_units), np.maximum(today, 0)], np.nan)


def added_trips(district: District) -> Floats:
    """Travel over today's, 0 where either is unknown; shape (n, m)."""
    assert district.travel is not None
    return np.nan_to_num(district.travel - today_of(district, district.travel)[:, None])


def walks_lost(district: District) -> NDArray[np.bool_]:
    """Whether a unit can walk to today's school and could not to this one; shape (n, m)."""
    assert district.walkable is not None
    walks_today = today_of(district, district.walkable.astype(float)) == 1
    return np.asarray(walks_today[:, None] & ~district.walkable)
