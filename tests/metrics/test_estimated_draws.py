"""Draws of estimated students: every school keeps its count, units are as far off as was measured, and what is known of the distribution is met."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import picture
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rezoning.district.district import District
from rezoning.district.estimate import ALL, Estimate, SchoolEstimate, spread_of
from rezoning.metrics import draws
from rezoning.metrics.uncertainty import change, index_draws
from rezoning.metrics.zones import Zones, today_zones

DRAWS = 4000


def estimate(spread: float = 3.0, known: tuple[bool, ...] = (True, True)) -> Estimate:
    schools = tuple(SchoolEstimate(str(s), str(s), 1.0 if is_known else None, 1.0, 1.0) for s, is_known in enumerate(known))
    return Estimate("raked", spread={"poor": (spread, spread), ALL: (spread, 1.0)}, schools=schools)


def district(**changes: object) -> District:
    students, poor = np.array([30.0, 50, 20, 40, 10, 60]), np.array([3.0, 25, 15, 4, 2, 30])
    made = picture("AaabBb", students, groups={"poor": poor})
    return replace(made, **({"estimate": estimate()} | changes))


def by_unit(of: District, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    parts = list(draws.drawn(of, "poor", np.arange(of.num_units), of.num_units, DRAWS, seed, 1))
    return np.concatenate([a for a, _ in parts], axis=1), np.concatenate([b for _, b in parts], axis=1)


def test_every_school_keeps_its_count_of_the_group_and_of_others() -> None:
    of = district()
    for drawn, counts in zip(by_unit(of), (of.groups["poor"], of.students - of.groups["poor"]), strict=True):
        assert (drawn >= 0).all()
        for s in (0, 1):
            np.testing.assert_allclose(drawn[of.current == s].sum(axis=0), counts[of.current == s].sum(), rtol=1e-12)


def test_means_and_variances_are_those_of_a_multinomial_with_overdispersion() -> None:
    """Dirichlet shares of N with parameters x / D: mean x, variance N p (1 - p) N / (N / D + 1)."""
    of, spread = district(), 3.0
    a, _ = by_unit(of)
    for s in (0, 1):
        zone = of.current == s
        x = of.groups["poor"][zone]
        whole = x.sum()
        variance = whole**2 * (x / whole) * (1 - x / whole) / (whole / spread + 1)
        np.testing.assert_allclose(a[zone].mean(axis=1), x, atol=4 * np.sqrt(variance.max() / DRAWS))
        np.testing.assert_allclose(a[zone].var(axis=1), variance, rtol=0.15)


def test_units_drawn_together_are_as_if_drawn_apart() -> None:
    of = district()
    which = np.array([0, 0, 1, 1, 0, -1])
    together = np.concatenate([a for a, _ in draws.drawn(of, "poor", which, 2, DRAWS, 1, 1)], axis=1)
    apart, _ = by_unit(of, 2)
    sums = np.stack([apart[which == cell].sum(axis=0) for cell in (0, 1)])
    assert stats.ks_2samp(together[0], sums[0]).pvalue > 0.001
    assert stats.ks_2samp(together[1], sums[1]).pvalue > 0.001


def test_where_no_count_is_known_the_sum_is_free() -> None:
    a, _ = by_unit(district(estimate=estimate(known=(True, False))))
    zone = district().current == 1
    assert np.ptp(a[~zone].sum(axis=0)) < 1e-9
    assert a[zone].sum(axis=0).std() == pytest.approx(np.sqrt(3 * 36), rel=0.1)
    free, _ = by_unit(replace(district(), current=None))
    assert free.sum(axis=0).std() > 1


def test_draws_are_repeatable_and_differ_by_seed() -> None:
    of = district()
    views = (today_zones(of), Zones(of, np.array([0, 0, 1, 1, 1, 1])))
    first, again, other = (index_draws(views, "dissimilarity", "poor", 200, seed) for seed in (5, 5, 6))
    assert (first == again).all()
    assert not (first == other).any(axis=1).all()
    assert np.ptp(first[0]) < 1e-12  # today is what the schools count


def test_an_estimate_is_less_sure_than_a_count() -> None:
    counted = district(estimate=None)
    estimated = district(estimate=replace(estimate(), spread={"poor": (9.0, 9.0)}))
    plan = np.array([0, 0, 1, 1, 1, 0])
    found = [change(today_zones(of), Zones(of, plan), "dissimilarity", "poor", DRAWS, 1, 0.9) for of in (counted, estimated)]
    assert found[0].value == found[1].value
    assert found[1].detectable > found[0].detectable


@given(st.lists(st.floats(0.01, 300), min_size=1, max_size=30), st.floats(0.05, 1.5))
def test_the_spread_is_the_one_at_which_units_err_by_so_much(counts: list[float], wanted: float) -> None:
    x = np.array(counts)
    spread = spread_of(x, wanted)
    found = sum(2 * x_u * (stats.gamma.cdf(x_u, x_u / spread, scale=spread) - stats.gamma.cdf(x_u, x_u / spread + 1, scale=spread)) for x_u in x)
    assert spread >= 1
    if spread > 1:
        assert found / x.sum() == pytest.approx(wanted, rel=1e-4)
    else:
        assert found / x.sum() >= wanted - 1e-9


def test_nobody_has_no_spread() -> None:
    assert spread_of(np.zeros(3), 0.5) == 1
    assert spread_of(np.array([10.0]), 0.0) == 1
