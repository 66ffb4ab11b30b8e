"""Segregation against the frozen numbers of PySAL segregation 2.5.4, hand-made cases and invariants."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rezoning.metrics.segregation import dissimilarity, entropy, gini, isolation, normalized_exposure, theil_h

W, B, H = np.array([100.0, 50, 10, 0]), np.array([10.0, 50, 100, 0]), np.array([5.0, 5, 50, 0])
N = W + B + H
TEN_DIGITS = 1e-10
SINGLE = {"normalized_exposure": normalized_exposure, "isolation": isolation, "gini": gini, "dissimilarity": lambda a, n: dissimilarity(a, n - a)}


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        (dissimilarity(B, N - B), 0.4147727273),
        (gini(B, N), 0.4857954545),
        (isolation(B, N), 0.5448693064),
        (1 - isolation(B, N), 0.4551306936),  # Interaction
        (normalized_exposure(B, N), 0.2138651657),  # CorrelationR
        (theil_h(np.array([B, N - B])), 0.1784424711),  # Entropy
        (theil_h(np.array([W, B, H])), 0.2868581035),
    ],
)
def test_pysal_reference(value, reference):
    assert value == pytest.approx(reference, abs=TEN_DIGITS)


def test_multigroup_normalized_exposure_of_pysal_is_the_sum_of_ours():
    """Σ_g P_g V_g is the multigroup index of Reardon & Firebaugh, which PySAL has frozen too."""
    value = sum(g.sum() / N.sum() * normalized_exposure(g, N) for g in (W, B, H))
    assert value == pytest.approx(0.3107975867, abs=TEN_DIGITS)


def test_two_groups_apart_and_even():
    a, n = np.array([10.0, 0, 0]), np.array([10.0, 30, 0])
    assert [index(a, n) for index in SINGLE.values()] == pytest.approx([1, 1, 1, 1])
    assert theil_h(np.array([a, n - a])) == pytest.approx(1)
    a = n / 4
    assert [index(a, n) for index in SINGLE.values()] == pytest.approx([0, 0.25, 0, 0], abs=1e-15)
    assert theil_h(np.array([a, n - a])) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("a", [np.zeros(4), N, N * (1 - 1e-16)], ids=["nobody", "all", "all but a crumb"])
def test_one_group_alone_is_undefined(a):
    assert dissimilarity(a, N - a) is None
    assert normalized_exposure(a, N) is None
    assert gini(a, N) is None
    assert theil_h(np.array([a, N - a])) is None
    assert isolation(a, N) == (None if not a.any() else pytest.approx(1))


def test_no_students_no_groups_negative_remainders():
    nobody = np.zeros(3)
    assert [index(nobody, nobody) for index in SINGLE.values()] == [None] * 4
    assert theil_h(np.zeros((0, 3))) is None
    assert theil_h(np.array([[5.0, 4], [2, -1]])) is None
    assert theil_h(np.array([[5.0, 0], [-1e-12, 4]])) == pytest.approx(1)
    assert dissimilarity(np.array([5.0, 4]), np.array([2.0, -1])) == pytest.approx(0.5 * (abs(5 / 9 - 2) + abs(4 / 9 + 1)))


def test_a_group_without_students_changes_nothing():
    assert theil_h(np.array([W, B, H, np.zeros(4)])) == pytest.approx(theil_h(np.array([W, B, H])))


def test_entropy():
    assert entropy(np.array([0.5, 0.5, 0])) == pytest.approx(math.log(2))
    assert entropy(np.array([1.0, 0])) == 0


counts = arrays(np.float64, st.tuples(st.just(2), st.integers(1, 7)), elements=st.integers(0, 60).map(float))


@given(counts, st.randoms(use_true_random=False))
def test_invariants(table, random):
    a, rest = table
    n = a + rest
    assume(a.sum() > 0 and rest.sum() > 0)
    share = a.sum() / n.sum()
    d, v, g, x, h = dissimilarity(a, rest), normalized_exposure(a, n), gini(a, n), isolation(a, n), theil_h(table)
    assert all(-1e-12 <= value <= 1 + 1e-12 for value in (d, v, g, x, h))
    assert d <= g + 1e-12  # the largest distance of the Lorenz curve against twice its area
    assert x >= share - 1e-12
    assert v == pytest.approx((x - share) / (1 - share), abs=1e-9)
    assert d == pytest.approx(np.abs(a - share * n).sum() / (2 * n.sum() * share * (1 - share)))
    assert g == pytest.approx(gini(rest, n))

    order = random.sample(range(len(a)), len(a))
    empty = np.zeros(len(a) + 2)
    more, everybody = empty.copy(), empty.copy()
    more[2:], everybody[2:] = a[order], n[order]  # other order, two empty schools
    assert {name: index(more, everybody) for name, index in SINGLE.items()} == pytest.approx(
        {"normalized_exposure": v, "isolation": x, "gini": g, "dissimilarity": d}
    )
    assert theil_h(np.array([more, everybody - more])) == pytest.approx(h)


@given(counts)
def test_merging_two_schools_never_segregates(table):
    assume(table.shape[1] > 1 and (table.sum(axis=1) > 0).all())
    merged = np.column_stack([table[:, :1] + table[:, 1:2], table[:, 2:]])
    for index in SINGLE.values():
        assert index(merged[0], merged.sum(axis=0)) <= index(table[0], table.sum(axis=0)) + 1e-12
    assert theil_h(merged) <= theil_h(table) + 1e-12


@given(counts)
def test_gini_is_the_mean_difference(table):
    a, n = table[0], table.sum(axis=0)
    assume(0 < a.sum() < n.sum())
    p, share = np.divide(a, n, out=np.zeros(len(n)), where=n > 0), a.sum() / n.sum()
    slow = sum(n[s] * n[r] * abs(p[s] - p[r]) for s in range(len(n)) for r in range(len(n)))
    assert gini(a, n) == pytest.approx(slow / (2 * n.sum() ** 2 * share * (1 - share)))
