"""The engine against a reader who subtracts, on tables small enough to solve outright."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from rezoning.public.privacy import Cells, Family, exposed, protect

LEAST = 10


def table(counts: np.ndarray) -> Cells:
    """A table of counts with all its margins, every cell published; atoms are the inner cells."""
    m, n = counts.shape
    eye = np.eye(m * n)
    across = [eye[i * n : (i + 1) * n].sum(axis=0) for i in range(m)]
    down = [eye[j::n].sum(axis=0) for j in range(n)]
    matrix = np.array([*eye, *across, *down, eye.sum(axis=0)])
    families = [Family(np.arange(i * n, (i + 1) * n), m * n + i) for i in range(m)]
    families += [Family(np.arange(j, m * n, n), m * n + m + j) for j in range(n)]
    cost = 1.0 + matrix @ counts.ravel()
    return Cells(csr_array(matrix), counts.ravel().astype(float), np.ones(len(matrix), dtype=bool), cost, tuple(families))


def determined(cells: Cells, hidden: np.ndarray) -> list[int]:
    """Small cells that a reader finds by least squares: those with no part in the null space of what is shown."""
    shown = cells.matrix.toarray()[cells.published & ~hidden]
    small = np.flatnonzero((cells.values > 0) & (cells.values < LEAST))
    rows = cells.matrix.toarray()[small]
    if not len(shown):
        return [int(k) for k, row in zip(small, rows, strict=True) if not row.any()]
    made = np.linalg.lstsq(shown.T, rows.T, rcond=None)[0]
    return [int(k) for k, off in zip(small, np.abs(shown.T @ made - rows.T).max(axis=0), strict=True) if off < 1e-8]


def interval(cells: Cells, hidden: np.ndarray, cell: int) -> tuple[float, float]:
    """The least and the most that a cell may be to a reader who knows that nothing is below 0."""
    shown = cells.published & ~hidden
    matrix = cells.matrix.toarray()
    ends = []
    for sign in (1, -1):
        result = linprog(sign * matrix[cell], A_eq=matrix[shown], b_eq=cells.values[shown], method="highs")
        ends.append(np.inf if result.status == 3 else sign * result.fun)
    return ends[0], ends[1] if np.isfinite(ends[1]) else np.inf


counts = st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(0, 2**31)).map(
    lambda drawn: np.random.default_rng(drawn[2]).choice([0, 0, 1, 3, 9, 10, 14, 30, 80], size=drawn[:2])
)


@settings(max_examples=8)
@given(counts)
def test_no_small_cell_can_be_found(counts):
    cells = table(counts)
    hidden = protect(cells, LEAST).hidden
    small = (cells.values > 0) & (cells.values < LEAST)
    assert hidden[small].all()
    assert determined(cells, hidden) == []
    assert exposed(cells, hidden, LEAST).size == 0
    for cell in np.flatnonzero(small):
        low, high = interval(cells, hidden, cell)
        assert high >= LEAST - 1e-6
        assert high - low >= LEAST / 2 - 1e-6


@settings(max_examples=8)
@given(counts)
def test_hidden_cells_of_a_row_add_up_to_enough(counts):
    cells = table(counts)
    hidden = protect(cells, LEAST).hidden
    for family in cells.families:
        unseen = family.parts[hidden[family.parts]]
        if not hidden[family.total] and (cells.values[unseen] < LEAST).any() and cells.values[unseen].sum() > 0:
            assert cells.values[unseen].sum() >= LEAST


def test_without_the_second_step_a_reader_finds_the_small_cell():
    """So the tests above can fail."""
    cells = table(np.array([[20, 30, 40], [12, 4, 33], [50, 60, 15]]))
    hidden = protect(cells, LEAST, complements=False).hidden
    assert hidden.sum() == 1
    assert determined(cells, hidden) == [4]
    assert exposed(cells, hidden, LEAST).tolist() == [4]


def test_no_more_than_a_rectangle_is_hidden_around_one_small_cell():
    cells = table(np.array([[20, 30, 40], [12, 4, 33], [50, 60, 15]]))
    assert protect(cells, LEAST).hidden[:9].reshape(3, 3).tolist() == [[True, True, False], [True, True, False], [False, False, False]]


def test_nothing_is_hidden_where_nothing_is_small():
    assert not protect(table(np.array([[20, 30], [0, 10]])), LEAST).hidden.any()


@settings(max_examples=8)
@given(counts)
def test_zero_hides_nothing(counts):
    assert not protect(table(counts), 0).hidden.any()


def test_an_estimate_below_ten_is_small_and_one_that_is_ten_but_for_a_crumb_is_not():
    cells = table(np.array([[20.0, 30.0], [40.0, 50.0]]))
    near = Cells(cells.matrix, np.array([20.0, 30.0, 10 - 1e-9, 50.0]), cells.published, cells.cost, cells.families)
    below = Cells(cells.matrix, np.array([20.0, 30.0, 9.6, 50.0]), cells.published, cells.cost, cells.families)
    assert not protect(near, LEAST).hidden.any()
    assert protect(below, LEAST).hidden[:4].all()


def test_what_is_never_shown_is_not_given_away_by_the_difference_of_two_tables():
    """Four students more in one of two tables of the same school are four who came."""
    atoms = np.array([50.0, 4.0, 60.0])  # who stay in the first school, who join it, who stay in the second
    rows = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 0], [0, 0, 1], [0, 1, 0], [1, 1, 1]], dtype=float)
    published = np.array([True, True, True, True, False, True])
    families = (Family(np.array([0, 1]), 5), Family(np.array([2, 3]), 5))
    cells = Cells(csr_array(rows), atoms, published, 1.0 + rows @ atoms, families)
    assert determined(cells, np.zeros(6, dtype=bool)) == [4]
    hidden = protect(cells, LEAST).hidden
    assert hidden.any()
    assert determined(cells, hidden) == []


def test_a_shown_zero_gives_its_atoms_away():
    """A reader who sees 0 in a union knows every part of it; so a small difference from it is known as well."""
    atoms = np.array([0.0, 0.0, 4.0, 30.0])
    rows = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1]], dtype=float)
    cells = Cells(csr_array(rows), atoms, np.array([True, False, True, True]), np.array([1.0, 1.0, 2.0, 9.0]))
    hidden = protect(cells, LEAST).hidden
    assert hidden[[0, 2, 3]].any()
    assert exposed(cells, hidden, LEAST).size == 0


@pytest.mark.parametrize("size", [(24, 40), (60, 60)])
def test_large_tables_take_seconds(size):
    rng = np.random.default_rng(5)
    cells = table(rng.choice([0, 3, 12, 40, 200], p=[0.1, 0.05, 0.25, 0.3, 0.3], size=size))
    hidden = protect(cells, LEAST).hidden
    assert exposed(cells, hidden, LEAST).size == 0
    small = (cells.values > 0) & (cells.values < LEAST)
    assert hidden.sum() < 3 * small.sum()
