"""Dissimilarity without what chance alone makes of it.

Where children are spread over schools at random, few at each, every index of unevenness is above 0: the evener the schools, the more of it is chance.
"""

from __future__ import annotations

import numpy as np

from rezoning.district.district import Floats
from rezoning.metrics.segregation import NOBODY

STEPS = 60  # halvings of an interval, to the last digit


def corrected_dissimilarity(a: Floats, b: Floats) -> float | None:
    """Density-corrected dissimilarity of two groups.

    With p_s = a_s / A, q_s = b_s / B and d_s = |p_s - q_s|, of variance v_s = p_s (1 - p_s) / A + q_s (1 - q_s) / B, what is seen of a difference is
    a folded normal number. Its most likely mean, the t that makes φ((d - t) / √v) + φ((d + t) / √v) largest, takes the place of d_s:

        D_dc = ½ Σ_s t_s,    t_s = 0 where d_s² ≤ v_s, else the positive root of t = d tanh(t d / v)

    Where schools differ in all sizes, most of what chance makes is taken off; where all differ alike, by little more than their error, a little too
    much is.

    Parameters
    ----------
    a, b
        Students of the two groups in each school, shape (M,) each.

    Returns
    -------
    float or None
        At most the dissimilarity, and 0 where all of it may be chance; None where a group has no students.

    References
    ----------
    Allen, Burgess, Davidson & Windmeijer 2015, More reliable inference for the dissimilarity index of segregation, Econometrics Journal 18.
    """
    total_a, total_b = float(a.sum()), float(b.sum())
    if total_a <= NOBODY or total_b <= NOBODY:
        return None
    p, q = np.maximum(a, 0) / total_a, np.maximum(b, 0) / total_b
    seen, variance = np.abs(p - q), p * np.maximum(1 - p, 0) / total_a + q * np.maximum(1 - q, 0) / total_b
    return float(_most_likely(seen, variance).sum() / 2)


def _most_likely(seen: Floats, variance: Floats) -> Floats:
    """The mean of a normal number of which only the size is seen, shape (M,)."""
    chance = seen**2 <= variance
    safe = np.where(variance > 0, variance, 1.0)
    low, high = np.zeros(len(seen)), seen.copy()
    for _ in range(STEPS):
        middle = (low + high) / 2
        is_below = seen * np.tanh(middle * seen / safe) > middle  # the root is above: the curve crosses the diagonal from above once
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.where(chance, 0.0, np.where(variance > 0, (low + high) / 2, seen))
