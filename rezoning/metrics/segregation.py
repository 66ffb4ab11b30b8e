"""Segregation: how unevenly groups are spread over schools.

Notation: n_s students and a_s students of a group in school s, T = Σ n_s, A = Σ a_s, p_s = a_s / n_s, P = A / T. Every measure is exact.

Schools without students count nothing. A measure is None, never NaN, where it is undefined: a group with no students, or with all of them.
"""

from __future__ import annotations

import numpy as np

from rezoning.district.district import Floats

NOBODY = 1e-9  # students: sums of estimates leave crumbs of this size where nobody is


def dissimilarity(a: Floats, b: Floats) -> float | None:
    """Share of one of two groups that would have to change schools for an even mix.

    D = ½ Σ_s |a_s / A - b_s / B|; with b = n - a it equals Σ_s |a_s - P n_s| / (2 T P (1 - P)).

    Parameters
    ----------
    a, b
        Students of the two groups in each school, shape (M,) each.

    References
    ----------
    Duncan & Duncan 1955; Massey & Denton 1988.
    """
    total_a, total_b = float(a.sum()), float(b.sum())
    if total_a <= NOBODY or total_b <= NOBODY:
        return None
    return float(np.abs(a / total_a - b / total_b).sum() / 2)


def isolation(a: Floats, n: Floats) -> float | None:
    """Share of the group in the school of its average student: xPx = Σ_s (a_s / A) p_s, from P to 1 (Massey & Denton 1988)."""
    total = float(a.sum())
    if total <= NOBODY:
        return None
    return float((a / total * _shares(a, n)).sum())


def normalized_exposure(a: Floats, n: Floats) -> float | None:
    """Isolation on a scale from 0 (even) to 1 (apart), the variance ratio: V = (xPx - P) / (1 - P) = Σ_s n_s (p_s - P)² / (T P (1 - P)).

    References
    ----------
    Massey & Denton 1988; Reardon & Firebaugh 2002.
    """
    if not _is_mixed(a, n):
        return None
    share = a.sum() / n.sum()
    return float((n * (_shares(a, n) - share) ** 2)[n > 0].sum() / (n.sum() * share * (1 - share)))


def gini(a: Floats, n: Floats) -> float | None:
    """Mean difference of shares between students' schools: G = Σ_s Σ_r n_s n_r |p_s - p_r| / (2 T² P (1 - P)).

    It is computed as |a_s n_r - a_r n_s|, which needs no division.

    References
    ----------
    Duncan & Duncan 1955; Massey & Denton 1988.
    """
    if not _is_mixed(a, n):
        return None
    total, share = n.sum(), a.sum() / n.sum()
    products = np.outer(a, n)
    return float(np.abs(products - products.T).sum() / (2 * total**2 * share * (1 - share)))


def entropy(shares: Floats) -> float:
    """Diversity of one population: E = -Σ_g P_g ln P_g, with 0 ln 0 = 0; shape (G,)."""
    some = shares[shares > 0]
    return float(-(some * np.log(some)).sum())


def theil_h(counts: Floats) -> float | None:
    """Information theory index of all groups at once: H = Σ_s n_s (E - E_s) / (T E) = Σ_s n_s KL(p_s || P) / (T E), from 0 to 1.

    Parameters
    ----------
    counts
        Students of each group in each school, shape (G, M); the groups do not overlap and together are all students.

    Returns
    -------
    float or None
        None with fewer than two groups that have students, or where a count is negative (`groups_above_total: keep` can make the remainder so).

    References
    ----------
    Theil 1971; Reardon & Firebaugh 2002.
    """
    if not counts.size or counts.min() < -NOBODY:
        return None
    counts = np.maximum(counts, 0)
    totals = counts.sum(axis=1)
    counts, totals = counts[totals > NOBODY], totals[totals > NOBODY]
    if len(totals) < 2:
        return None
    n, everybody = counts.sum(axis=0), float(totals.sum())
    ratio = np.divide(counts * everybody, np.outer(totals, n), out=np.ones_like(counts), where=counts > 0)
    return float((counts * np.log(ratio)).sum() / (everybody * entropy(totals / everybody)))


def _is_mixed(a: Floats, n: Floats) -> bool:
    """Whether the group has some students, and not all."""
    return bool(NOBODY < a.sum() < n.sum() - NOBODY)


def _shares(a: Floats, n: Floats) -> Floats:
    """p_s = a_s / n_s, 0 where the school has no students; shape (M,)."""
    return np.divide(a, n, out=np.zeros(len(n)), where=n > 0)
