"""Measures on draws are those of the catalogue on the drawn counts, today and plan on the same ones."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import cases
from hypothesis import given

from rezoning.district.plan import today
from rezoning.metrics import capacity, travel
from rezoning.metrics.indices import index_of
from rezoning.metrics.robust.noise import Growth, Leaving
from rezoning.metrics.robust.sampled import Case, keys_of, measured, sampled
from rezoning.metrics.robust.summary import beside, centered, order, spread
from rezoning.metrics.uncertainty import index_draws
from rezoning.metrics.zones import Zones, today_zones


class Exact:
    """Counts as they are: what is measured on draws of them is what is measured."""

    is_error = True

    def __call__(self, district, group, ours, others, shared):
        return ours, others


def views_of(district) -> list[Zones]:
    rng = np.random.default_rng(1)
    now = today_zones(district)
    plans = [Zones(district, rng.integers(0, district.num_schools, district.num_units)) for _ in range(2)]
    return [*([] if now is None else [now]), *plans]


@given(cases())
def test_on_exact_counts_every_measure_is_itself(case):
    district = case.district
    if any((group > district.students).any() for group in district.groups.values()):
        return  # more of a group than students: draws have none
    views = views_of(district)
    keys = keys_of(views, list(district.groups))
    values = measured(views, keys)
    found = sampled(views, Case("chance", Exact()), keys, 3, 0)
    for key in keys:
        for k in range(len(views)):
            if values[key][k] is None:
                assert np.isnan(found[key][k]).all() or key[0] in ("utilization_max", "isolation", "dissimilarity", "normalized_exposure", "gini")
            else:
                assert found[key][k] == pytest.approx(np.full(3, values[key][k]), abs=1e-9)


@given(cases())
def test_chance_is_the_same_as_the_statement_draws(case):
    district = case.district
    views = views_of(district)
    found = sampled(views, Case("chance"), [("dissimilarity", "low")], 50, 4)[("dissimilarity", "low")]
    assert found.shape == (len(views), 50)
    other = index_draws(views, "dissimilarity", "low", 50, 4)
    assert np.nanmean(found) == pytest.approx(np.nanmean(other), abs=0.1) or np.isnan(other).all()


@given(cases())
def test_measures_are_those_of_the_catalogue(case):
    views = views_of(case.district)
    values = measured(views, keys_of(views, ["low"]))
    for k, zones in enumerate(views):
        assert values[("dissimilarity", "low")][k] == index_of(zones, "dissimilarity", "low")
        if ("travel_mean", None) in values:
            assert values[("travel_mean", None)][k] == travel.mean(zones)
        if ("utilization_max", None) in values:
            assert values[("utilization_max", None)][k] == capacity.extremes(zones)[1]


@given(cases())
def test_when_all_of_the_reassigned_leave_they_are_gone(case):
    district = case.district
    now = today(district)
    if now is None or district.capacity is None:
        return
    views = [today_zones(district), Zones(district, np.roll(now.school, 1))]
    moved = views[1].moved
    for leaving in (Leaving(1.0), Leaving(1.0, (("low", 1.0),))):
        found = sampled(views, Case("leaving", Exact(), leaving), [("over_capacity_students", None)], 2, 0)[("over_capacity_students", None)]
        held = np.bincount(now.school[~moved], weights=district.students[~moved], minlength=district.num_schools)[: district.num_schools]
        stay = np.bincount(views[1].school[~moved], weights=district.students[~moved], minlength=district.num_schools)
        assert found[1] == pytest.approx(np.maximum(stay - district.capacity, 0).sum(), abs=1e-6)
        assert found[0] == pytest.approx(capacity.over_capacity_students(views[0]), abs=1e-6)
        assert held.shape == stay.shape


def test_a_plan_that_is_today_is_never_better_nor_worse():
    from drawn import picture

    district = picture("Aab/aBb", groups={"low": np.array([5.0, 1, 2, 8, 3, 4])})
    views = [today_zones(district), Zones(district, district.current)]
    found = sampled(views, Case("growth", Growth(0.1, district.current)), [("dissimilarity", "low")], 200, 0)[("dissimilarity", "low")]
    both = beside(found[0], found[1], 0.3, 0.3)
    assert (both.better, both.worse, both.change.low, both.change.high) == (0, 0, 0, 0)


def test_intervals_are_quantiles_and_indices_are_centered_on_what_is_measured():
    drawn = np.array([np.linspace(0.2, 0.4, 101), np.linspace(0.1, 0.3, 101)])
    told = centered(drawn, [0.25, 0.15], None, is_error=True, is_index=True)
    assert told.mean(axis=1) == pytest.approx([0.25, 0.15])
    one = spread(0.25, told[0])
    assert (one.low, one.high) == pytest.approx((0.16, 0.34))
    shifted = centered(drawn + 0.1, [0.25, 0.15], drawn, is_error=False, is_index=True)
    assert shifted.mean(axis=1) == pytest.approx([0.35, 0.25])  # what a change shifts stays
    assert centered(drawn, [0.25, 0.15], None, is_error=True, is_index=False) is drawn
    assert spread(None, np.full(3, np.nan)) is None


def test_ranks_are_those_of_every_draw():
    from scipy.stats import kendalltau, rankdata

    rng = np.random.default_rng(0)
    drawn, values = rng.normal([[0.1], [0.2], [0.3], [0.3]], 0.1, (4, 200)), [0.1, 0.2, 0.3, 0.3]
    found = order(drawn, values)
    assert sum(found.first) == pytest.approx(1)
    assert found.first[0] == pytest.approx((drawn.argmin(axis=0) == 0).mean())
    assert found.rank == pytest.approx(rankdata(drawn, axis=0).mean(axis=1))
    assert found.kendall == pytest.approx(np.mean([kendalltau(values, column).statistic for column in drawn.T]))
    assert order(drawn[:1], values[:1]) is None
    assert order(drawn, [0.1, None, 0.3, 0.3]) is None
    assert order(np.zeros((2, 5)), [0.0, 0.0]).first == (0.5, 0.5)
    assert order(np.zeros((2, 5)), [0.0, 0.0]).kendall is None
