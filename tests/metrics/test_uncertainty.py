"""Draws of counts: the same as a loop over units and draws would find, repeatable, and paired."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lined import FARTHER, line

from rezoning.metrics import draws
from rezoning.metrics.indices import INDICES, index_of
from rezoning.metrics.uncertainty import OF_DRAWS, around, change, index_draws, level
from rezoning.metrics.zones import Zones, nearest_zones, today_zones

DRAWS = 4000


def plan(district, school=FARTHER.school):
    return Zones(district, school)


def large():
    """The line with ten times the students."""
    base = line()
    return line(students=base.students * 10, groups={name: counts * 10 for name, counts in base.groups.items()})


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=7), st.sampled_from(sorted(INDICES)))
def test_an_index_of_one_draw_is_the_index(schools, index):
    a, b = np.array(schools, dtype=float).T
    found = float(OF_DRAWS[index](a[:, None], b[:, None])[0])
    exact = INDICES[index](a, a + b)
    if exact is None:
        assert math.isnan(found) or index == "isolation"
    elif b.sum() > 0:
        assert found == pytest.approx(exact, abs=1e-12)


def naive(views, index, group, draws, seed):
    """Every unit drawn by itself, one draw after the other."""
    rng, found = np.random.default_rng(seed), []
    district = views[0].district
    for _ in range(draws):
        ours, others = [], []
        for u in range(district.num_units):
            mean = district.groups[group][u]
            ours.append(rng.poisson(mean))
            others.append(rng.poisson(district.students[u] - mean))
        a, b = np.array(ours, dtype=float), np.array(others, dtype=float)
        values = [INDICES[index](zones.gather(a), zones.gather(a + b)) for zones in views]
        found.append([np.nan if value is None else value for value in values])
    return np.array(found).T


@pytest.mark.parametrize("index", sorted(INDICES))
def test_draws_are_those_of_a_loop_over_units(index):
    """Not the same numbers: the same distribution, of either assignment and of their difference."""
    district = large()
    views = (today_zones(district), plan(district))
    ours, loop = index_draws(views, index, "poor", DRAWS, 3), naive(views, index, "poor", 1500, 5)
    for mine, theirs in ((ours[0], loop[0]), (ours[1], loop[1]), (ours[1] - ours[0], loop[1] - loop[0])):
        error = mine.std() / math.sqrt(len(theirs))
        assert mine.mean() == pytest.approx(theirs.mean(), abs=5 * error)
        assert mine.std() == pytest.approx(theirs.std(), rel=0.12)
        assert np.quantile(mine, 0.95) == pytest.approx(np.quantile(theirs, 0.95), abs=12 * error)


def test_units_that_stay_are_drawn_once_for_both():
    """Paired: what is the same in both cancels, so that the change is far surer than either."""
    district = large()
    today, after = today_zones(district), plan(district, np.where(np.arange(6) == 1, 1, today_zones(district).school))
    drawn = index_draws((today, after), "isolation", "poor", DRAWS, 0)
    apart = index_draws((today,), "isolation", "poor", DRAWS, 1)[0] - index_draws((after,), "isolation", "poor", DRAWS, 2)[0]
    assert (drawn[1] - drawn[0]).std() < 0.8 * apart.std()
    same = index_draws((today, today), "isolation", "poor", 50, 0)
    assert (same[0] == same[1]).all()


def test_draws_repeat_for_a_seed_and_differ_between_groups():
    district = line()
    views = (plan(district),)
    first, again = (index_draws(views, "dissimilarity", "poor", 50, 7) for _ in range(2))
    assert (first == again).all()
    assert (first != index_draws(views, "dissimilarity", "poor", 50, 8)).any()
    other = line(groups={"poor": district.groups["poor"], "same": district.groups["poor"]})
    assert (first == index_draws((plan(other),), "dissimilarity", "poor", 50, 7)).all()
    assert (first != index_draws((plan(other),), "dissimilarity", "same", 50, 7)).any()


def test_small_arrays_in_turn_say_the_same(monkeypatch):
    district = large()
    views = (today_zones(district), plan(district))
    whole = index_draws(views, "gini", "poor", DRAWS, 0)
    monkeypatch.setattr(draws, "MOST", 40)
    parts = index_draws(views, "gini", "poor", DRAWS, 0)
    assert parts.shape == whole.shape
    assert parts.mean(axis=1) == pytest.approx(whole.mean(axis=1), abs=0.01)


def test_draws_lie_around_the_measured_value():
    drawn = np.array([0.2, 0.4, np.nan, 0.6])
    assert around(drawn, 0.1).tolist() == pytest.approx([-0.1, 0.1, 0.3])
    assert around(np.array([np.nan]), 0.1).size == 0


def test_a_level_has_its_value_between_its_ends():
    district = large()
    found = level(plan(district), "dissimilarity", "poor", DRAWS, 0)
    assert found.value == index_of(plan(district), "dissimilarity", "poor")
    assert found.low < found.value < found.high


def test_a_change_says_what_its_draws_say():
    district = large()
    today, after = today_zones(district), plan(district)
    found = change(today, after, "dissimilarity", "poor", DRAWS, 0, 0.9)
    drawn = index_draws((today, after), "dissimilarity", "poor", DRAWS, 0)
    moved = drawn[1] - drawn[0]
    moved = moved - moved.mean() + found.value
    assert found.value == pytest.approx(index_of(after, "dissimilarity", "poor") - index_of(today, "dissimilarity", "poor"))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(moved, [0.05, 0.95])))
    assert found.not_higher == pytest.approx((moved <= 0).mean())
    assert (np.abs(moved - found.value) <= found.detectable).mean() == pytest.approx(0.9, abs=0.001)


def test_nothing_changes_where_nothing_moves():
    today = today_zones(line())
    found = change(today, today, "gini", "poor", 100, 0, 0.9)
    assert (found.value, found.low, found.high, found.not_higher, found.detectable) == (0, 0, 0, 1, 0)


def test_what_is_undefined_is_none():
    district = line()
    assert level(plan(district), "dissimilarity", "nobody", 100, 0) is None
    assert change(today_zones(district), plan(district), "gini", "nobody", 100, 0, 0.9) is None


def test_zones_of_nearest_schools_leave_units_out():
    district = line(travel=np.array([[1.0, 9], [2, 8], [np.nan, np.nan], [50, 60], [np.nan, 2], [9, 1]]))
    assert level(nearest_zones(district), "isolation", "poor", 100, 0).value == index_of(nearest_zones(district), "isolation", "poor")


def test_more_of_a_group_than_students_is_drawn_as_no_others():
    district = line(groups={"poor": line().students + 1})
    assert index_draws((plan(district),), "isolation", "poor", 100, 0)[0] == pytest.approx(np.ones(100))


def test_twenty_thousand_units_take_little_memory_and_time():
    import time
    import tracemalloc

    rng = np.random.default_rng(0)
    n, m = 20_000, 60
    students = rng.poisson(8, n).astype(float)
    district = line(
        unit_ids=tuple(str(u) for u in range(n)), students=students, groups={"poor": rng.binomial(students.astype(int), 0.4).astype(float)},
        partition=(), current=rng.integers(0, m, n), school_ids=tuple(str(s) for s in range(m)), school_names=tuple(str(s) for s in range(m)),
        closed_ids=(),
    )  # fmt: skip
    before, after = today_zones(district), Zones(district, rng.integers(0, m, n))  # every pair of schools occurs: the worst case
    tracemalloc.start()
    start = time.perf_counter()
    change(before, after, "gini", "poor", 1000, 0, 0.9)
    seconds, (_, peak) = time.perf_counter() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 10
    assert peak < 400e6
