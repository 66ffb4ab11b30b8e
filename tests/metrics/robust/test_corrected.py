"""The correction takes off what chance alone makes of dissimilarity, and little else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.metrics.robust.corrected import corrected_dissimilarity
from rezoning.metrics.segregation import dissimilarity


def simulated(p: np.ndarray, q: np.ndarray, size: int, other: int, times: int = 200) -> tuple[float, float]:
    """Mean dissimilarity, and mean corrected one, of children who are sent to schools by chance with these probabilities."""
    rng = np.random.default_rng(7)
    pairs = [(rng.multinomial(size, p).astype(float), rng.multinomial(other, q).astype(float)) for _ in range(times)]
    return float(np.mean([dissimilarity(*pair) for pair in pairs])), float(np.mean([corrected_dissimilarity(*pair) for pair in pairs]))


@pytest.mark.parametrize(("schools", "size", "other"), [(10, 60, 200), (20, 200, 300), (40, 100, 1000)])
def test_under_random_allocation_the_bias_is_reduced(schools, size, other):
    even = np.full(schools, 1 / schools)
    seen, corrected = simulated(even, even, size, other)
    assert seen > 0.1
    assert corrected < 0.72 * seen


@pytest.mark.parametrize("tilt", [0.15, 0.3, 0.45])
def test_of_real_unevenness_the_corrected_is_nearer_to_the_truth(tilt):
    bent = tilt * np.random.default_rng(3).normal(size=20)
    p, q = np.clip(1 + bent, 0.02, None), np.clip(1 - bent, 0.02, None)
    p, q = p / p.sum(), q / q.sum()
    truth = dissimilarity(p, q)
    seen, corrected = simulated(p, q, 200, 300)
    assert seen - truth > 0.02
    assert abs(corrected - truth) < 0.5 * abs(seen - truth)


def test_with_many_children_nothing_is_left_to_correct():
    a, b = np.array([900_000.0, 300_000.0]), np.array([500_000.0, 700_000.0])
    assert corrected_dissimilarity(a, b) == pytest.approx(dissimilarity(a, b), rel=1e-6)


def test_a_difference_below_its_error_is_chance_and_others_keep_the_most_likely_mean():
    from scipy.optimize import minimize_scalar
    from scipy.stats import norm

    assert corrected_dissimilarity(np.array([5.0, 6.0]), np.array([50.0, 50.0])) == 0
    a, b = np.array([30.0, 10.0]), np.array([50.0, 50.0])
    p, q = a / a.sum(), b / b.sum()
    found = 0.0
    for d, s in zip(np.abs(p - q), np.sqrt(p * (1 - p) / a.sum() + q * (1 - q) / b.sum()), strict=True):
        best = minimize_scalar(lambda t, d=d, s=s: -norm.pdf((d - t) / s) - norm.pdf((d + t) / s), bounds=(0, d), method="bounded")
        found += best.x / 2
    assert corrected_dissimilarity(a, b) == pytest.approx(found, abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=8))
def test_it_is_never_above_what_is_seen(counts):
    a, b = np.array(counts, dtype=float).T
    seen, corrected = dissimilarity(a, b), corrected_dissimilarity(a, b)
    assert (seen is None) == (corrected is None)
    assert seen is None or 0 <= corrected <= seen + 1e-12
