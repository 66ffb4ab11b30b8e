"""The compiled search on drawn districts, against all their plans: never a broken rule, totals exact, contiguity at every step, optima found."""

import threading
import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from drawn import case, cases, picture, scenario
from enumerated import plans, values, vectors
from hypothesis import assume, given
from hypothesis import strategies as st

from rezoning.errors import RezoningError
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import is_feasible, total_violation, value
from rezoning.optimize.search import kernel
from rezoning.optimize.search.anneal import Search, Tuning, luby
from rezoning.optimize.search.arrays import compile_model

GO = threading.Event()  # never set
QUIET = {"seconds": 60.0, "stop": GO, "on_plan": lambda _plan, _value: None}
SHORT = Tuning(draws=20)


def test_luby():
    assert [luby(i) for i in range(1, 16)] == [1, 1, 2, 1, 1, 2, 4, 1, 1, 2, 1, 1, 2, 4, 8]


def compiled_question(drawn) -> Formulation:
    try:
        return formulate(drawn.district, drawn.scenario)
    except RezoningError:
        assume(False)
        raise


def objective_of(problem: Formulation):
    return [(terms, weight) for terms, weight in zip(problem.terms, problem.weights or (1.0, 0.1, 0.01), strict=False)]


@cache
def roomy() -> Formulation:
    """The first question of twelve units, contiguity kept, that many plans answer."""
    for seed in range(100):
        drawn = case(seed, 12, method="exact")
        try:
            problem = formulate(drawn.district, drawn.scenario)
        except RezoningError:
            continue
        if len(plans(problem)) > 50:
            return problem
    raise AssertionError("no such question among the first hundred")


def random_start(problem: Formulation, rng: np.random.Generator) -> np.ndarray:
    """Any admissible school for each node, none for some."""
    pairs = problem.pairs
    chosen = pairs.school[pairs.first[:-1] + (rng.random(pairs.num_nodes) * pairs.choices).astype(np.int64)]
    return np.where(rng.random(pairs.num_nodes) < 0.2, -1, chosen)


@given(cases(), st.integers(0, 9))
def test_repair_gives_a_plan_where_there_is_one(drawn, seed):
    problem = compiled_question(drawn)
    every = plans(problem)
    start = random_start(problem, np.random.default_rng(seed))
    found = Search(problem, objective_of(problem), seed).repair(start, 10.0 if len(every) else 0.05)
    if not len(every):
        assert found is None
    else:
        assert found is not None
        assert (every == found).all(axis=1).any()


@given(cases())
def test_finds_the_best_of_all_plans(drawn):
    problem = compiled_question(drawn)
    every = plans(problem)
    assume(len(every))
    objective = objective_of(problem)
    best = sum(weight * values(terms, vectors(problem, every)) for terms, weight in objective).min()
    search = Search(problem, objective, 0, SHORT)
    start = search.repair(problem.start, 10.0)
    told = []
    found = search.improve(start, 60.0, GO, lambda plan, said: told.append((plan, said)), cycles=6)
    assert value(objective, problem, found) == pytest.approx(best, abs=1e-9)
    for plan, said in told:
        assert (every == plan).all(axis=1).any()
        assert value(objective, problem, plan) == said
    assert [said for _, said in told] == sorted((said for _, said in told), reverse=True)


@given(cases(12), st.integers(0, 9), st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([1e-9, 0.01, 1e3]))
def test_totals_and_contiguity_hold_after_thousands_of_moves(drawn, seed, chance, temperature):
    problem = compiled_question(drawn)
    objective = objective_of(problem)
    for terms, _ in objective[1:]:
        problem = problem.hold(terms, 0.5 * abs(terms.value(np.full(len(problem.pairs), 0.3))))
    search, model = Search(problem, objective, seed), compile_model(problem, objective)
    start = search.repair(random_start(problem, np.random.default_rng(seed)), 0.05)
    assume(start is not None)
    state = kernel.new_state(model, seed)
    state.nodes[kernel.ZONE] = start
    kernel.settle(model, state)
    for _ in range(5):
        assert kernel.anneal(model, state, 2_000, temperature, temperature, chance, 3, 10, 8) < 1e-9
        zones = state.nodes[kernel.ZONE].astype(np.int64)
        assert Separator(problem).pieces(zones) == []
        assert state.total[kernel.VALUE] == pytest.approx(value(objective, problem, zones), abs=1e-9)
        assert (state.tally[kernel.BROKEN] == 0) == is_feasible(problem, zones)
        best = state.nodes[kernel.BEST_ZONE].astype(np.int64)
        if state.total[kernel.BEST] < np.inf:
            assert is_feasible(problem, best)
            assert state.total[kernel.BEST] == pytest.approx(value(objective, problem, best), abs=1e-9)


@given(cases(12), st.integers(0, 3))
def test_held_goals_are_never_given_up(drawn, seed):
    problem = compiled_question(drawn)
    every = plans(problem)
    assume(len(every) and len(problem.terms) > 1)
    first, second = problem.terms[:2]
    reached = values(first, vectors(problem, every))
    upper = float(reached.min()) * 1.1 + 1e-6
    held = problem.hold(first, upper)
    allowed = every[reached <= upper + 1e-9]
    best = values(second, vectors(problem, allowed)).min()
    search = Search(held, [(second, 1.0)], seed, SHORT)
    start = search.repair(problem.start, 10.0)
    assert start is not None
    found = search.improve(start, cycles=6, **QUIET)
    assert first.value(problem.vector(found)) <= upper + 1e-9
    assert second.value(problem.vector(found)) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("constant", [-5.0, 5.0])
def test_a_constant_of_a_goal_changes_nothing_but_its_value(constant):
    problem = roomy()

    def told(*objective) -> list[tuple[list[int], float]]:
        found: list[tuple[list[int], float]] = []
        search = Search(problem, objective, 1, SHORT)
        search.improve(search.repair(problem.start, 5.0), 60.0, GO, lambda p, v: found.append((p.tolist(), v)), cycles=3)
        return found

    terms = problem.terms[0]
    plain, moved = told((terms, 1.0)), told((replace(terms, constant=terms.constant + constant), 1.0))
    assert len(plain) > 0
    assert [plan for plan, _ in moved] == [plan for plan, _ in plain]
    assert [said for _, said in moved] == pytest.approx([said + constant for _, said in plain])


def test_repeats_itself_for_a_seed():
    problem = roomy()
    objective = objective_of(problem)

    def run(seed: int) -> list[tuple[list[int], float]]:
        told = []
        Search(problem, objective, seed, SHORT).improve(problem.start, 60.0, GO, lambda p, v: told.append((p.tolist(), v)), cycles=3)
        return told

    assert run(1) == run(1)


def test_a_populated_unit_crosses_units_without_students():
    """B may have the rich unit in the west only together with the empty ones between them."""
    district = picture("aA...Bb", students=[10, 10, 0, 0, 0, 10, 10], groups={"low": np.array([10.0, 0, 0, 0, 0, 10, 0])})
    problem = formulate(district, scenario({}, [{"minimize": "dissimilarity", "group": "low"}]))
    objective = [(problem.terms[0], 1.0)]
    search = Search(problem, objective, 0)
    found = search.improve(problem.start, cycles=2, **QUIET)  # new units have no school yet
    assert value(objective, problem, found) == pytest.approx(values(problem.terms[0], vectors(problem, plans(problem))).min())


def test_several_threads_give_a_plan_no_worse_than_the_start():
    problem = roomy()
    objective = objective_of(problem)
    search = Search(problem, objective, 0, SHORT)
    start = search.repair(problem.start, 5.0)
    found = search.improve(start, threads=2, cycles=2, **QUIET)
    assert is_feasible(problem, found)
    assert value(objective, problem, found) <= value(objective, problem, start)


def test_stops_when_told():
    problem = roomy()
    stop = threading.Event()
    search = Search(problem, objective_of(problem), 0)
    start = search.repair(problem.start, 5.0)
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    found = search.improve(start, 60.0, stop, lambda _p, _v: None)
    assert time.monotonic() - began < 30
    assert is_feasible(problem, found)


@given(cases(), st.integers(0, 99))
def test_violation_is_zero_for_plans_only(drawn, seed):
    problem = compiled_question(drawn)
    start = random_start(problem, np.random.default_rng(seed))
    every = plans(problem)
    is_plan = bool((every == start).all(axis=1).any())
    assert is_feasible(problem, start) == is_plan
    assert (total_violation(problem, start) == 0) == is_plan


def test_a_plan_needs_a_school_for_every_node():
    problem = roomy()
    nobody = np.full(problem.pairs.num_nodes, -1)
    assert not is_feasible(problem, nobody)
    assert total_violation(problem, nobody) >= problem.pairs.num_nodes
