"""Names beside lines keep apart, and near their lines."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from rezoning.report.benching.apart import apart


def test_names_that_do_not_touch_stay_where_they_are():
    assert apart([0.1, 0.9, 0.5], 0.1, 1.0) == [0.1, 0.9, 0.5]


@given(st.lists(st.floats(0, 1), max_size=8))
def test_names_keep_apart_below_the_top(heights):
    places = sorted(apart(heights, 0.1, 1.0))
    assert all(after - before > 0.1 - 1e-9 for before, after in itertools.pairwise(places))
    assert all(place <= 1.0 for place in places)
