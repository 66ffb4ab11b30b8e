"""Each doubt draws what it says: its mean and spread, its limits, and the same for every group where it is one thing."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import case

from rezoning.metrics.draws import drawn, means_of
from rezoning.metrics.programs import EVERYONE
from rezoning.metrics.robust.noise import Growth, Leaving, Margin, Rounding, Year

CASE = case(5)
DISTRICT = CASE.district
N = DISTRICT.num_units


def draws(noise, group: str = "low", count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    parts = list(drawn(DISTRICT, group, np.arange(N), N, count, 3, 1, noise))
    return tuple(np.concatenate([part[k] for part in parts], axis=1) for k in (0, 1))


def test_a_margin_is_the_interval_of_nine_in_ten():
    margins = np.full(N, 3.0)
    big = DISTRICT.students > 10
    a, _ = draws(Margin(margins), EVERYONE)
    apart = np.abs(a[big] - DISTRICT.students[big, None])
    assert (apart <= 3.0).mean() == pytest.approx(0.9, abs=0.01)
    assert a.min() >= 0
    ours, others = draws(Margin(margins))
    inside = big & (DISTRICT.groups["low"] > 5) & (DISTRICT.students - DISTRICT.groups["low"] > 5)
    if inside.any():
        assert (ours + others)[inside].std(axis=1) == pytest.approx(3 / 1.645, rel=0.1)


def test_rounded_counts_are_any_that_round_alike():
    a, b = draws(Rounding(5), EVERYONE)
    whole = DISTRICT.students == np.round(DISTRICT.students)
    some = whole & (DISTRICT.students > 5)
    assert set(np.unique(a[some] - DISTRICT.students[some, None])) == {-2, -1, 0, 1, 2}
    assert not b.any()
    assert not a[DISTRICT.students == 0].any()
    ours, others = draws(Rounding(5, 4))
    assert (ours >= 0).all()
    assert (others >= 0).all()
    hidden = (DISTRICT.groups["low"] == 0) & (DISTRICT.students > 8)
    if hidden.any():
        assert set(np.unique(ours[hidden])) == {0, 1, 2, 3}


def test_growth_is_one_factor_for_an_area_and_for_every_group():
    area = np.arange(N) % 2
    a, b = draws(Growth(0.2, area), EVERYONE)
    ours, others = draws(Growth(0.2, area))
    for k in (0, 1):
        mine = area == k
        was = DISTRICT.students[mine].sum()
        assert a[mine].sum(axis=0).mean() == pytest.approx(was, rel=0.03)
    assert not b.any()
    # the same factors: what is left of both after them is chance in the counts alone
    assert np.corrcoef(a[area == 0].sum(axis=0), (ours + others)[area == 0].sum(axis=0))[0, 1] > 0.1


def test_a_year_has_the_projected_students():
    students = np.where(DISTRICT.students > 0, 2 * DISTRICT.students, 0.0)
    empty = int(np.argmin(DISTRICT.students))
    students[empty] = 7.0 if DISTRICT.students[empty] == 0 else students[empty]
    a, _ = draws(Year(students), EVERYONE)
    assert a.mean(axis=1) == pytest.approx(students, rel=0.05, abs=0.2)
    ours, others = draws(Year(students))
    assert (ours + others).mean(axis=1) == pytest.approx(students, rel=0.06, abs=0.2)


def test_who_leaves_by_group_adds_up():
    leaving = Leaving(0.1, (("low", 0.4),))
    a, b = means_of(DISTRICT, "low", np.arange(N), N)
    for group in ("low", "white"):
        mine, rest = means_of(DISTRICT, group, np.arange(N), N)
        ours, others = leaving.chances(DISTRICT, group)
        all_, _ = leaving.chances(DISTRICT, EVERYONE)
        inside = (others > 0) & (others < 1)
        assert (ours * mine + others * rest)[inside] == pytest.approx((all_ * (mine + rest))[inside])
    ours, others = leaving.chances(DISTRICT, "low")
    assert ours == pytest.approx(np.full(N, 0.4))
    assert others[(b > 0) & (a + b > 0)] == pytest.approx(0.1)
