"""The search over two levels that feed each other: totals exact at every step, the best of all plans found, never worse than its start."""

import threading

import numba
import numpy as np
import pytest
from conftest import few
from hypothesis import given
from hypothesis import strategies as st
from stacked_drawn import plans_of, stacked

from rezoning.formulation.formulation import Formulation, Shape
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import is_feasible, value
from rezoning.optimize.search import kernel, neighborhoods
from rezoning.optimize.search.anneal import Search, Tuning
from rezoning.optimize.search.arrays import compile_model
from rezoning.optimize.search.destroy import Promise
from rezoning.optimize.solvers.registry import backend

GO = threading.Event()  # never set
SHORT = Tuning(draws=100, chunk=5_000, together=0.05)


def objective_of(problem: Formulation):
    return list(zip(problem.terms, problem.weights, strict=True))


@given(st.integers(0, 39), st.sampled_from([0.0, 0.3]), st.sampled_from([1e-9, 0.1, 1e3]))
def test_totals_hold_after_moves_at_one_level_and_at_both(seed, chance, temperature):
    problem = stacked(seed)
    objective = objective_of(problem)
    model, start = compile_model(problem, objective), problem.start
    state = kernel.new_state(model, seed)
    state.nodes[kernel.ZONE] = np.where(start >= 0, start, problem.pairs.school[problem.pairs.first[:-1]])
    kernel.settle(model, state)
    for _ in range(4):
        kernel.move_together(model, state, 300, temperature, 8, 8)
        assert kernel.anneal(model, state, 1_000, temperature, temperature, chance, 3, 10, 8) < 1e-9
        kernel.move_together(model, state, 100, temperature, 8, 8)
        zones = state.nodes[kernel.ZONE].astype(np.int64)
        x = problem.vector(zones)
        assert state.total[kernel.VALUE] == pytest.approx(value(objective, problem, zones), abs=1e-9)
        assert state.held[kernel.HELD_VALUE] == pytest.approx([held.terms.value(x) for held in problem.held if held.excess is None], abs=1e-9)
        assert (state.tally[kernel.BROKEN] == 0) == is_feasible(problem, zones)
        if state.total[kernel.BEST] < np.inf:
            best = state.nodes[kernel.BEST_ZONE].astype(np.int64)
            assert is_feasible(problem, best)
            assert state.total[kernel.BEST] == pytest.approx(value(objective, problem, best), abs=1e-9)
        assert Separator(problem).pieces(zones) == []


@numba.njit(error_model="numpy", _nrt=False)
def _look_and_undo(model, state, v, p, w, q):
    kernel._put(model, state, v, p)
    kernel._put(model, state, w, q)
    value, _penalty, _guide = kernel._cost_of_change(model, state)
    kernel._undo(model, state)
    return value


@pytest.mark.slow  # the looking is compiled for it
@pytest.mark.parametrize("seed", range(8))
def test_two_nodes_at_once_change_the_value_by_as_much_as_the_plan(seed):
    """Every pair of every node together with one of every other node, partners among them; everything undone."""
    problem = stacked(seed)
    objective = objective_of(problem)
    model, pairs = compile_model(problem, objective), problem.pairs
    state = kernel.new_state(model, 0)
    plan = pairs.school[pairs.first[:-1]]
    state.nodes[kernel.ZONE] = plan
    kernel.settle(model, state)
    before = [array.copy() for array in (state.flows, state.blocks[: kernel.CHANGE_OF_SUM], state.nodes[: kernel.LOG_NODE])]
    rng, was = np.random.default_rng(seed), value(objective, problem, plan)
    for p, v in enumerate(pairs.node):
        w = (v + rng.integers(1, pairs.num_nodes)) % pairs.num_nodes
        q = rng.integers(pairs.first[w], pairs.first[w + 1])
        moved = plan.copy()
        moved[v], moved[w] = pairs.school[p], pairs.school[q]
        assert _look_and_undo(model, state, v, p, w, q) == pytest.approx(value(objective, problem, moved) - was, abs=1e-9)
        for array, old in zip((state.flows, state.blocks[: kernel.CHANGE_OF_SUM], state.nodes[: kernel.LOG_NODE]), before, strict=True):
            np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize("seed", few([seed for seed in range(20) if seed % 5 != 4], 5))
def test_finds_the_best_of_all_plans(seed):
    problem = stacked(seed)
    objective = objective_of(problem)
    every = plans_of(seed)
    search = Search(problem, objective, seed, SHORT)
    start = search.repair(problem.start, 5.0 if len(every) else 0.1)
    if not len(every):
        assert start is None
        return
    assert start is not None
    found = search.improve(start, 60.0, GO, lambda _plan, _value: None, cycles=16)
    assert value(objective, problem, found) == pytest.approx(min(value(objective, problem, plan) for plan in every), abs=1e-9)


@pytest.mark.parametrize("seed", few(range(4), 2))
def test_never_worse_than_where_it_set_out(seed):
    problem, every = stacked(seed), plans_of(seed)
    objective = objective_of(problem)
    start = min(every, key=lambda plan: value(objective, problem, plan))
    told: list[float] = []
    found = Search(problem, objective, seed, SHORT).improve(start, 60.0, GO, lambda _plan, said: told.append(said), cycles=2)
    assert value(objective, problem, found) == value(objective, problem, start)
    assert told == []


def test_repeats_itself_for_a_seed():
    problem = stacked(7)

    def run() -> list[tuple[list[int], float]]:
        told: list[tuple[list[int], float]] = []
        Search(problem, objective_of(problem), 3, SHORT).improve(problem.start, 60.0, GO, lambda p, v: told.append((p.tolist(), v)), cycles=3)
        return told

    assert run() == run()


def test_products_count_once_from_either_side():
    """The table of products names each product twice, at its two pairs, and nothing else."""
    problem = stacked(4)
    model, links, pairs = compile_model(problem, objective_of(problem)), problem.links, problem.pairs
    named = sorted(model.products[model.products >= 0].tolist())
    assert named == sorted(2 * list(range(len(links))))
    for own, other in ((links.first, links.second), (links.second, links.first)):
        for number, (p, q) in enumerate(zip(own, other, strict=True)):
            v, w = pairs.node[p], pairs.node[q]
            (i,) = [i for i in range(model.nodes[kernel.FIRST_PARTNER, v], model.nodes[kernel.FIRST_PARTNER, v + 1]) if model.partners[0, i] == w]
            assert model.products[model.pairs[kernel.FIRST_LINK, p] + model.partners[kernel.OFFSET, i] + q] == number


@pytest.mark.parametrize("seed", few([0, 1, 2, 3, 6, 8, 11], 3))
def test_a_few_zones_of_both_levels_at_a_time_improve_the_worst_plan(seed, monkeypatch):
    """Products of the zones that may change stay in the small question; all others are constants of it."""
    monkeypatch.setattr(neighborhoods, "LONGEST", 4.0)
    problem, every = stacked(seed), plans_of(seed)
    objective = objective_of(problem)
    worth = [value(objective, problem, plan) for plan in every]
    told: list[tuple[np.ndarray, float]] = []
    search = neighborhoods.Neighborhoods(problem, objective, backend("highs"), 0)
    found = search.improve(every[int(np.argmax(worth))], 30.0, GO, lambda plan, said: told.append((plan.copy(), said)))
    assert is_feasible(problem, found)
    assert all(value(objective, problem, plan) == pytest.approx(said) for plan, said in told)
    assert value(objective, problem, found) <= np.median(worth)


def test_schools_that_share_a_costly_feed_are_looked_at_together():
    """A lower school is beside the upper ones that it feeds where its feeds cost something, and not where they cost nothing."""
    problem = stacked(1)  # splits count
    feeds = [block for terms in problem.terms for block in terms.blocks if block.shape is Shape.SPLIT]
    promise, (first, end) = Promise(problem, objective_of(problem)), problem.levels[1].schools
    seen = set()
    for plan in plans_of(1)[::20]:
        near, x = promise.of(plan).near, problem.vector(plan)
        costs = tuple(block.value(x) > 0 for block in feeds)
        assert tuple(bool(near[e, first:end].any()) for e in range(len(feeds))) == costs
        seen.add(costs)
    assert len(seen) > 2
