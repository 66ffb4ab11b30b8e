"""Iterative proportional fitting against tables made by hand, and what it promises of every table."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rezoning.district.raking import rake


def test_one_column_is_a_proportion() -> None:
    raked = rake(np.array([[1.0], [3.0]]), np.array([2.5, 7.5]), np.array([10.0]))
    assert raked.table.tolist() == [[2.5], [7.5]]
    assert raked.has_converged


def test_two_by_two_keeps_the_odds_ratio_of_its_seed() -> None:
    # With rows 6 and 4 and columns 5 and 5 of a seed of odds ratio 9, the first cell x solves x (x - 1) = 9 (6 - x) (5 - x): 8 x^2 - 98 x + 270 = 0.
    raked = rake(np.array([[3.0, 1.0], [1.0, 3.0]]), np.array([6.0, 4.0]), np.array([5.0, 5.0]))
    x = (98 - np.sqrt(98**2 - 32 * 270)) / 16
    np.testing.assert_allclose(raked.table, [[x, 6 - x], [5 - x, x - 1]], rtol=1e-7)


def test_sums_that_zeros_forbid_are_told() -> None:
    raked = rake(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([7.0, 3.0]), np.array([5.0, 5.0]))
    assert not raked.has_converged
    assert raked.table.sum(axis=0).tolist() == [5, 5]
    assert raked.off == 0.2


TABLES = st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**31))


@given(TABLES)
def test_sums_are_met_zeros_stay_and_neither_scale_nor_order_matters(size: tuple[int, int, int]) -> None:
    r, c, number = size
    chance = np.random.default_rng(number)
    truth = chance.gamma(1.0, 1.0, (r, c)) * (chance.random((r, c)) < 0.8)
    seed = np.where(truth > 0, chance.uniform(0.2, 5.0, (r, c)), 0.0)
    rows, columns = truth.sum(axis=1), truth.sum(axis=0)
    raked = rake(seed, rows, columns)
    np.testing.assert_allclose(raked.table.sum(axis=0), columns, rtol=1e-9)
    if raked.has_converged:
        np.testing.assert_allclose(raked.table.sum(axis=1), rows, atol=1e-8 * max(1.0, columns.sum()))
    assert not raked.table[seed == 0].any()
    assert (raked.table >= 0).all()
    scaled = rake(seed * chance.uniform(0.1, 10, (r, 1)) * chance.uniform(0.1, 10, c), rows, columns)
    if raked.has_converged and scaled.has_converged:
        np.testing.assert_allclose(scaled.table, raked.table, atol=1e-5 * max(1.0, columns.sum()))
    over, across = chance.permutation(r), chance.permutation(c)
    again = rake(seed[over][:, across], rows[over], columns[across])
    np.testing.assert_allclose(again.table, raked.table[over][:, across], atol=1e-9 * max(1.0, columns.sum()))
