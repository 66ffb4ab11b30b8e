"""What samples tell, against series whose autocorrelation is known."""

from __future__ import annotations

import numpy as np
import pytest

from rezoning.optimize.chain.series import autocorrelation, autocorrelation_time, effective_size, largest_distance, split_r_hat
from rezoning.optimize.chain.standing import standing


def ar1(phi: float, n: int, seed: int) -> np.ndarray:
    """x_i = phi x_{i-1} + e_i, begun in its stationary distribution."""
    rng = np.random.default_rng(seed)
    noise, found = rng.standard_normal(n), np.empty(n)
    found[0] = noise[0] / np.sqrt(1 - phi**2)
    for i in range(1, n):
        found[i] = phi * found[i - 1] + noise[i]
    return found


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9])
def test_the_effective_size_of_an_autoregression_is_near_the_formula(phi: float) -> None:
    n = 40_000
    assert effective_size(ar1(phi, n, 1)) == pytest.approx(n * (1 - phi) / (1 + phi), rel=0.15)


def test_autocorrelations_are_those_of_the_sum() -> None:
    values = ar1(0.7, 200, 2)
    off = values - values.mean()
    by_hand = [float(off[: len(off) - t] @ off[t:]) / float(off @ off) for t in range(20)]
    found = autocorrelation(values)
    assert found is not None
    assert found[:20] == pytest.approx(by_hand)


def test_nothing_is_known_of_a_series_that_stands_still() -> None:
    still = np.full(100, 0.1) + np.tile([0.0, 1e-17], 50)
    assert autocorrelation_time(still) is None
    assert effective_size(still) is None
    assert split_r_hat([still, still]) is None


def test_chains_that_have_met_and_chains_that_have_not() -> None:
    met = [ar1(0.5, 4000, seed) for seed in (1, 2)]
    assert split_r_hat(met) == pytest.approx(1, abs=0.01)
    assert largest_distance(met) < 0.08
    apart = [met[0], met[1] + 3]
    assert split_r_hat(apart) > 1.3
    assert largest_distance(apart) > 0.5
    assert split_r_hat([np.zeros(50), np.ones(50)]) == np.inf
    assert split_r_hat([met[0] + np.linspace(0, 8, 4000)]) > 1.3  # one chain that wanders is told by its halves


def test_a_place_among_ties() -> None:
    chains = [np.array([1.0, 2.0, 2.0, 3.0]), np.array([2.0, 2.0, 4.0, 1.0])]
    found = standing(2.0, chains, "lower")
    assert (found.below, found.equal, found.above) == pytest.approx((0.25, 0.5, 0.25))
    assert found.percentile == pytest.approx(0.5)
    assert found.better_than == pytest.approx(0.25)
    assert standing(2.0 + 1e-12, chains, "lower").equal == pytest.approx(0.5)  # the same, summed in another order
    assert standing(2.4, chains, "lower", step=1.0).equal == pytest.approx(0.5)  # a number known to the unit
    assert standing(3.0, chains, "higher").better_than == pytest.approx(0.75)
    assert standing(9.0, chains, None).error is None
    assert standing(9.0, chains, None).better_than is None


def test_the_error_of_a_place_is_about_what_independent_chains_differ_by() -> None:
    values = [ar1(0.9, 2000, seed) for seed in range(40)]
    found = [standing(0.5, values[i : i + 2], "lower") for i in range(0, 40, 2)]
    spread = np.std([one.percentile for one in found])
    assert 0.5 * spread < np.mean([one.error for one in found]) < 2 * spread


def test_chains_that_have_not_met_make_a_place_unsure() -> None:
    error = standing(2.0, [np.tile([0.0, 1.0], 100), np.full(200, 5.0)], "lower").error
    assert error is not None
    assert error > 0.4
