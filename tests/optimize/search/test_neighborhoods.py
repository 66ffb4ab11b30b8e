"""A few schools at a time: never a worse plan, mostly the best one, and an end when nothing is left to try."""

import threading
from collections import Counter
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from drawn import case, picture, scenario
from enumerated import are_contiguous, assignments, plans, values, vectors

from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.cuts.feasible import is_feasible, value
from rezoning.optimize.search import neighborhoods
from rezoning.optimize.search.destroy import Promise
from rezoning.optimize.search.neighborhoods import Neighborhoods
from rezoning.optimize.search.ordering import order_rows
from rezoning.optimize.solvers.registry import backend

NEVER = threading.Event()


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    """Tiny questions are solved at once: two rounds are enough."""
    monkeypatch.setattr(neighborhoods, "LONGEST", 4.0)


@cache
def question(seed: int, **only: str) -> Formulation | None:
    one = case(seed, 10, **only)
    try:
        return formulate(one.district, one.scenario)
    except Infeasible:
        return None


def drawn(many: int, **only: str) -> list[tuple[int, Formulation, np.ndarray]]:
    """Seeds with a question of several plans, and these."""
    found = []
    for seed in range(many):
        problem = question(seed, **only)
        if problem is not None and len(every := plans(problem)) > 1:
            found.append((seed, problem, every))
    return found


def objective(problem: Formulation) -> list:
    return [(terms, 1.0 + i) for i, terms in enumerate(problem.terms)]


def improved(problem: Formulation, start: np.ndarray, seconds: float = 60.0, seed: int = 0, stop: threading.Event = NEVER) -> tuple[np.ndarray, list]:
    """The plan found and every (plan, value) told on the way."""
    told: list = []
    search = Neighborhoods(problem, objective(problem), backend("highs"), seed)
    return search.improve(start, seconds, stop, lambda plan, found: told.append((plan.copy(), found))), told


def poor_band() -> Formulation:
    """Three schools side by side, even to each other; the poor live in the west, so A has a surplus, C a deficit, and B stands between."""
    low = np.tile([9.0, 8, 5, 5, 2, 1], 3)
    district = picture("aabbcc/AabBcC/aabbcc", groups={"low": low})
    return formulate(district, scenario(goals=[{"minimize": "dissimilarity", "group": "low"}]))


def test_from_the_worst_plan_to_the_best():
    """With two or three schools one neighborhood is the whole question; what one order forbids another allows."""
    reached = []
    for _, problem, every in drawn(30):
        worth = sum(weight * values(terms, vectors(problem, every)) for terms, weight in objective(problem))
        start = every[int(np.argmax(worth))]
        found, told = improved(problem, start)
        assert is_feasible(problem, found)
        steps = [worth.max(), *(v for _, v in told)]
        assert all(a > b for a, b in pairwise(steps))
        assert all(value(objective(problem), problem, plan) == pytest.approx(v) for plan, v in told)
        reached.append(steps[-1] <= worth.min() + 1e-4 * abs(worth.min()) + 1e-7)
    assert len(reached) > 10
    assert np.mean(reached) >= 0.9  # the others stay where every order that was drawn forbids the better plan


def test_order_rows_allow_the_plan_and_only_contiguous_ones():
    for seed, problem, every in drawn(60, method="exact"):
        rng = np.random.default_rng(seed)
        plan = every[rng.integers(len(every))]
        rows = order_rows(problem, plan, list(range(problem.pairs.num_schools)), rng)
        all_of_them = assignments(problem)
        x = vectors(problem, all_of_them)
        obeys = np.ones(len(x), dtype=bool)
        for row in rows:
            obeys &= x[:, list(row.plus)].sum(axis=1) - x[:, list(row.minus)].sum(axis=1) <= row.upper
        assert obeys[(all_of_them == plan).all(axis=1)].all()
        assert are_contiguous(problem, all_of_them[obeys]).all()


def test_without_contiguity_there_are_no_order_rows():
    problem = formulate(picture("AabB"), scenario({"contiguity": {"method": "none"}}))
    assert order_rows(problem, problem.start, [0, 1], np.random.default_rng(0)) == []


def test_the_same_seed_takes_the_same_way():
    problem = poor_band()
    first, second = (improved(problem, problem.start, seed=3)[1] for _ in range(2))
    assert [v for _, v in first] == [v for _, v in second]
    assert len(first) > 0


def test_a_set_stop_ends_it_at_once():
    stop = threading.Event()
    stop.set()
    problem = poor_band()
    found, told = improved(problem, problem.start, stop=stop)
    assert told == []
    np.testing.assert_array_equal(found, problem.start)


def test_no_time_no_change():
    problem = poor_band()
    found, told = improved(problem, problem.start, seconds=0.0)
    assert told == []
    np.testing.assert_array_equal(found, problem.start)


def test_each_neighborhood_is_tried_once_per_time(monkeypatch):
    """From the best plan: every pair and the triple, each once for both lengths of a solve; then it ends by itself."""
    problem = poor_band()
    best, _ = improved(problem, problem.start)
    tried: list = []
    solve = Neighborhoods._solve
    monkeypatch.setattr(Neighborhoods, "_solve", lambda self, plan, schools, *rest: tried.append(tuple(schools)) or solve(self, plan, schools, *rest))
    again, told = improved(problem, best)
    assert told == []
    np.testing.assert_array_equal(again, best)
    assert {(0, 1), (1, 2), (0, 1, 2)} <= set(tried)
    assert set(Counter(tried).values()) == {2}


def test_one_school_has_no_neighborhood():
    problem = formulate(picture("Aaaa"), scenario())
    found, told = improved(problem, problem.start)
    assert told == []
    np.testing.assert_array_equal(found, problem.start)


def test_promise_is_what_pooling_would_save():
    problem = poor_band()
    borders = Promise(problem, objective(problem)).of(problem.start)
    np.testing.assert_array_equal(borders.near, np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool))
    today = value(objective(problem), problem, problem.start)
    assert borders.promise([0, 2]) == pytest.approx(today)  # A's surplus is C's deficit, B is even
    assert borders.promise([0, 1]) == pytest.approx(0.0, abs=1e-12)
    assert borders.promise([1]) == pytest.approx(0.0, abs=1e-12)


def test_promise_of_a_linear_goal_is_what_units_save():
    changed = np.array([0, 0, 1, 1, 1, 1])  # the third is B's now and was A's
    problem = formulate(picture("AaabbB"), scenario(goals=[{"minimize": "reassigned"}]))
    borders = Promise(problem, [(problem.terms[0], 2.0)]).of(changed)
    assert borders.promise([0, 1]) == pytest.approx(2.0 / 6)


@pytest.mark.parametrize("size", [2, 3])
def test_draws_hang_together(size):
    problem = poor_band()
    borders = Promise(problem, objective(problem)).of(problem.start)
    rng = np.random.default_rng(0)
    seen = {tuple(borders.draw(rng, size)) for _ in range(60)}
    assert seen == ({(0, 1), (1, 2)} if size == 2 else {(0, 1, 2)})
