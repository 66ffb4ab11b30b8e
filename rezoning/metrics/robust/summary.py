"""What draws say: intervals, how often a plan is better than today, and whether options keep their order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rezoning.district.district import Floats
from rezoning.metrics.uncertainty import EQUAL, TAILS


@dataclass(frozen=True)
class Spread:
    """A number as counted, and the interval that holds 90 % of its draws; the mean of these."""

    value: float | None
    low: float
    high: float
    mean: float


@dataclass(frozen=True)
class Beside:
    """A plan beside today on the same draws.

    Parameters
    ----------
    change
        From today to the plan; below 0 is better.
    better, worse
        Share of draws in which the plan has less than today, and more; the rest is the same.
    """

    change: Spread
    better: float
    worse: float


@dataclass(frozen=True)
class Order:
    """Whether options keep their order.

    Parameters
    ----------
    first
        Share of draws in which each is the best; who shares a place shares it.
    rank
        Mean rank of each, from 1.
    kendall
        Mean over draws of Kendall's tau-b between the order as counted and the order drawn: 1 where it never changes. None where all are equal as
        counted.
    """

    first: tuple[float, ...]
    rank: tuple[float, ...]
    kendall: float | None


def centered(drawn: Floats, values: list[float | None], chance: Floats | None, *, is_error: bool, is_index: bool) -> Floats:
    """Draws without what chance alone adds to an index of unevenness, shape (views, K).

    Chance makes schools differ, so every index is higher on draws than on the counts (`rezoning.metrics.uncertainty.around`). Errors of the count lie
    around what was counted; of a change, the part that chance in the counts alone makes is taken off, and what it shifts besides stays. Fullness and
    trips stay as drawn: a school that is full now is over its seats in half of the years, and that is true.

    Parameters
    ----------
    chance
        The same measure under chance alone; None where `drawn` is that.
    """
    if not is_index:
        return drawn
    known = np.array([np.nan if value is None else value for value in values])[:, None]
    middle = drawn if is_error or chance is None else chance
    with np.errstate(invalid="ignore"):
        return np.asarray(drawn - (_mean(middle)[:, None] - known))


def _mean(drawn: Floats) -> Floats:
    known = ~np.isnan(drawn)
    total = np.where(known, drawn, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, known.sum(axis=1), out=np.full(len(drawn), np.nan), where=known.any(axis=1)))


def spread(value: float | None, drawn: Floats) -> Spread | None:
    """Interval and mean of draws; None where none of them has a value."""
    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return None
    low, high = np.quantile(known, TAILS)
    return Spread(value, float(low), float(high), float(known.mean()))


def beside(today: Floats, plan: Floats, was: float | None, now: float | None) -> Beside | None:
    """A plan beside today; None where no draw has both."""
    differences = (plan - today)[~np.isnan(plan - today)]
    found = spread(None if was is None or now is None else now - was, differences)
    if found is None:
        return None
    return Beside(found, float((differences < -EQUAL).mean()), float((differences > EQUAL).mean()))


def order(drawn: Floats, values: list[float | None]) -> Order | None:
    """How stable the order of options is, shape (options, K); None with fewer than two, or where a value is not known."""
    known = drawn[:, ~np.isnan(drawn).any(axis=0)]
    if len(drawn) < 2 or not known.size or any(value is None for value in values):
        return None
    least = known <= known.min(axis=0) + EQUAL
    signs, said = _signs(known), _signs(np.array(values, dtype=np.float64)[:, None])
    ranks = 1 + (signs > 0).sum(axis=1) + ((signs == 0).sum(axis=1) - 1) / 2
    pairs = np.triu_indices(len(drawn), 1)
    s, t = signs[pairs], said[pairs]
    size = np.sqrt((s**2).sum(axis=0) * (t**2).sum(axis=0))
    tau = np.divide((s * t).sum(axis=0), size, out=np.zeros(len(size)), where=size > 0)
    firsts = (least / least.sum(axis=0)).mean(axis=1)
    return Order(tuple(firsts.tolist()), tuple(ranks.mean(axis=1).tolist()), float(tau.mean()) if (t != 0).any() else None)


def _signs(values: Floats) -> Floats:
    """1 where the first of a pair has more than the second, -1 where it has less, shape (options, options, K)."""
    apart = values[:, None, :] - values[None, :, :]
    return np.where(np.abs(apart) <= EQUAL, 0.0, np.sign(apart))
