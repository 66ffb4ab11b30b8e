"""Two tables of travel compared: every measure against one that is written from its meaning, pair by pair."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.metrics.travels import Agreement, Spread, TravelComparison

NAN = float("nan")
TRIPS = st.sampled_from([NAN, 0.0, 1.0, 2.0, 3.0, 4.5, 8.0])


@st.composite
def tables(draw):
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    first, second = (np.array(draw(st.lists(st.lists(TRIPS, min_size=m, max_size=m), min_size=n, max_size=n))) for _ in range(2))
    return TravelComparison(first, second, np.array(draw(st.lists(st.sampled_from([0.0, 1.0, 7.0]), min_size=n, max_size=n))))


def listed(found: TravelComparison) -> list[tuple[int, float, float]]:
    """Unit and both trips of every pair that both know."""
    n, m = found.first.shape
    pairs = [(u, float(found.first[u, s]), float(found.second[u, s])) for u in range(n) for s in range(m)]
    return [pair for pair in pairs if not math.isnan(pair[1]) and not math.isnan(pair[2])]


def quantile(values: list[float], share: float) -> float:
    at = share * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return sorted(values)[low] + (at - low) * (sorted(values)[high] - sorted(values)[low])


def correlation(xs: list[float], ys: list[float]) -> float | None:
    if len(xs) < 2 or len(set(xs)) == 1 or len(set(ys)) == 1:
        return None
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
    return across / math.sqrt(sum((a - x) ** 2 for a in xs) * sum((b - y) ** 2 for b in ys))


def ranked(values: list[float]) -> list[float]:
    return [sum(other < value for other in values) + (1 + sum(other == value for other in values)) / 2 for value in values]


@given(tables())
def test_pairs_ratios_and_correlations(found):
    both = listed(found)
    ratios = [b / a for _, a, b in both if a > 0 and b > 0]
    assert found.known["both"] == len(both)
    assert found.known["compared"] == len(ratios)
    assert found.known["first"] == int(np.isfinite(found.first).sum())
    if ratios:
        spread = [found.spread.median, found.spread.p10, found.spread.p90]
        assert spread == pytest.approx([quantile(ratios, share) for share in (0.5, 0.1, 0.9)])
    else:
        assert found.spread == Spread(None, None, None)
    xs, ys = [a for _, a, _ in both], [b for _, _, b in both]
    for measured, expected in ((found.pearson, correlation(xs, ys)), (found.spearman, correlation(ranked(xs), ranked(ys)))):
        assert measured == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(tables())
def test_the_nearest_school_is_the_same_where_one_is_nearest_in_both(found):
    def nearest(row: np.ndarray) -> set[int]:
        known = [float(x) for x in row if not math.isnan(x)]
        return {s for s, x in enumerate(row) if known and x == min(known)}

    near = [(nearest(a), nearest(b)) for a, b in zip(found.first, found.second, strict=True)]
    counted = [u for u, (a, b) in enumerate(near) if a and b]
    same = [u for u in counted if near[u][0] & near[u][1]]
    students = sum(found.students[u] for u in counted)
    units = len(same) / len(counted) if counted else None
    expected = Agreement(len(counted), units, sum(found.students[u] for u in same) / students if students else None)
    assert (found.agreement.counted, found.agreement.units) == (expected.counted, expected.units)
    assert found.agreement.students == (None if expected.students is None else pytest.approx(expected.students))


@given(tables())
def test_units_are_off_alike_to_both_sides(found):
    """Twice the usual ratio is as far off as half of it."""
    off = found.off()
    assert np.isnan(off).tolist() == np.isnan(found.unit_ratio).tolist()
    assert (off[~np.isnan(off)] >= 1).all()
    back = TravelComparison(found.second, found.first, found.students)
    assert back.known["compared"] == found.known["compared"]


@given(tables(), st.sampled_from([0.5, 2.0, 3.0]))
def test_a_factor_changes_nothing_but_the_ratio(found, factor):
    longer = TravelComparison(found.first, found.second * factor, found.students)
    assert longer.agreement == found.agreement
    assert longer.spearman == (None if found.spearman is None else pytest.approx(found.spearman, abs=1e-12))
    if found.spread.median is not None:
        assert longer.spread.median == pytest.approx(factor * found.spread.median)
    np.testing.assert_allclose(longer.off(), found.off())
