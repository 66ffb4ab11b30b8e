"""Uncertainty: how much of an index, and of its change, could be chance in the counts.

Counts of children are of one year, or estimates. Each unit's students of a group and its other students are drawn anew as Poisson numbers with
the counts as means: the least noise that the head count of another year has. Students that were estimated here are drawn as far off as their
estimate is (`rezoning.district.estimate`). Two assignments are compared on the same draws: much of what is uncertain of either is the same in both.

A sum of Poisson numbers is one itself. So units that have the same schools in all assignments compared are drawn at once, which is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import Floats
from rezoning.metrics.draws import Gather, drawn
from rezoning.metrics.indices import index_of
from rezoning.metrics.zones import Zones

EQUAL = 1e-9  # an index that differs by less has not changed
TAILS = (0.05, 0.95)


@dataclass(frozen=True)
class Level:
    """An index and the interval that holds 90 % of its draws."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class IndexChange:
    """The change of an index from one assignment to another, on the same draws.

    Parameters
    ----------
    value, low, high
        The change, below 0 where the index falls, and the interval that holds 90 % of its draws.
    not_higher
        Share of draws in which the index is not higher, P(change <= 0).
    detectable
        Half-width of the interval around 0 that a share `confidence` of the draws keeps to when their mean is 0: a change below it may be chance.
    """

    value: float
    low: float
    high: float
    not_higher: float
    detectable: float


def level(zones: Zones, index: str, group: str, draws: int, seed: int) -> Level | None:
    """An index with its interval; None where the index is undefined."""
    value = index_of(zones, index, group)
    if value is None:
        return None
    drawn = around(index_draws((zones,), index, group, draws, seed)[0], value)
    return None if not drawn.size else Level(value, *_ends(drawn))


def change(before: Zones, after: Zones, index: str, group: str, draws: int, seed: int, confidence: float) -> IndexChange | None:
    """The change of an index with what the draws say of it; None where the index is undefined before or after."""
    was, now = index_of(before, index, group), index_of(after, index, group)
    if was is None or now is None:
        return None
    drawn = index_draws((before, after), index, group, draws, seed)
    differences = around(drawn[1] - drawn[0], now - was)
    if not differences.size:
        return None
    detectable = float(np.quantile(np.abs(differences - (now - was)), confidence))
    return IndexChange(now - was, *_ends(differences), float((differences <= EQUAL).mean()), detectable)


def around(drawn: Floats, value: float) -> Floats:
    """Draws moved to have the measured value as their mean; draws without a value are left out.

    Chance makes schools differ, so that every index of unevenness is higher on draws than on the counts they come from, the more the evener the
    schools are. Left in, this would count against plans that even out.
    """
    known = drawn[~np.isnan(drawn)]
    return np.asarray(known - known.mean() + value) if known.size else known


def index_draws(views: Sequence[Zones], index: str, group: str, draws: int, seed: int) -> Floats:
    """The index of a group in each assignment on the same draws, shape (len(views), draws); NaN where a draw leaves it undefined.

    Parameters
    ----------
    views
        Assignments of one district's units.
    draws
        How often all counts are drawn anew.
    seed
        Makes chance repeatable, together with the name of the group; it does not depend on which other groups there are.
    """
    cells, which = np.unique(np.stack([zones.school for zones in views]), axis=1, return_inverse=True)
    gathers = [Gather(cells[k], len(zones.ids)) for k, zones in enumerate(views)]
    parts = drawn(views[0].district, group, which.ravel(), cells.shape[1], draws, seed, max(len(zones.ids) for zones in views))
    return np.concatenate([[OF_DRAWS[index](gather(a), gather(b)) for gather in gathers] for a, b in parts], axis=1)


def _ends(drawn: Floats) -> tuple[float, float]:
    low, high = np.quantile(drawn, TAILS)
    return float(low), float(high)


# -- the indices on draws: students of the group and others in each school, shape (M, K), to shape (K,) --------------


def _dissimilarity(a: Floats, b: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.abs(a / a.sum(axis=0) - b / b.sum(axis=0)).sum(axis=0) / 2)


def _isolation(a: Floats, b: Floats) -> Floats:
    n = a + b
    squares = np.divide(a * a, n, out=np.zeros_like(n), where=n > 0)
    with np.errstate(invalid="ignore"):
        return np.asarray(squares.sum(axis=0) / a.sum(axis=0))


def _normalized_exposure(a: Floats, b: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = a.sum(axis=0) / (a + b).sum(axis=0)
        return np.asarray((_isolation(a, b) - share) / (1 - share))


def _gini(a: Floats, b: Floats) -> Floats:
    """With schools in the order of their shares, Σ_s (a_s B_<s - b_s A_<s) / (A B), where A_<s and B_<s add up the schools before s."""
    n = a + b
    order = np.argsort(np.divide(a, n, out=np.zeros_like(n), where=n > 0), axis=0, kind="stable")
    a, b = np.take_along_axis(a, order, axis=0), np.take_along_axis(b, order, axis=0)
    before_a, before_b = np.cumsum(a, axis=0) - a, np.cumsum(b, axis=0) - b
    with np.errstate(invalid="ignore"):
        return np.asarray((a * before_b - b * before_a).sum(axis=0) / (a.sum(axis=0) * b.sum(axis=0)))


OF_DRAWS: dict[str, Callable[[Floats, Floats], NDArray[np.float64]]] = {
    "dissimilarity": _dissimilarity,
    "normalized_exposure": _normalized_exposure,
    "isolation": _isolation,
    "gini": _gini,
}
