"""The rule on shape against an oracle: engines and auditor on drawn districts, with every solver and the search."""

import threading
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from conftest import shared_out, swept
from shape_cases import ShapeOracle, shape_case

from rezoning.auditing import audit
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.metrics.goals import goal_value
from rezoning.optimize.alternatives import SearchEnd, alternatives
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.engine import solve
from rezoning.optimize.frontier import solve_below
from rezoning.optimize.result import Status
from rezoning.optimize.search.anneal import Search
from rezoning.scenario.schema import Alternatives, Goal

SEEDS = range(200)
SOLVERS = ("scip", "highs", "cbc")
CLOSE = 1e-6


@cache
def oracle(seed: int) -> ShapeOracle:
    return ShapeOracle(shape_case(seed).district, shape_case(seed).scenario)


@pytest.fixture(autouse=True)
def _short_repair(monkeypatch):
    repair = Search.repair
    monkeypatch.setattr(Search, "repair", lambda self, start, seconds, *rest: repair(self, start, min(seconds, 0.02), *rest))


@pytest.mark.parametrize(("seeds", "solver"), shared_out(SOLVERS, SEEDS[::10], SEEDS))
def test_the_exact_method_agrees(seeds, solver):
    for seed in seeds:
        check(seed, {"solver": solver})


def check(seed: int, changes: dict[str, object]) -> None:
    district, scenario = shape_case(seed).district, shape_case(seed).scenario
    best = oracle(seed).best()
    try:
        problem = formulate(district, scenario)
    except Infeasible:
        assert best == []
        return
    result = solve(problem, scenario.solve.model_copy(update=changes))
    if not best:
        assert result.status is Status.INFEASIBLE
        return
    assert result.plan is not None, seed
    assert audit(result.plan, district, scenario.rules, scenario.goals).passed
    assert len(oracle(seed).plans()[(oracle(seed).plans() == result.plan.school).all(axis=1)]) == 1
    for goal, found, wanted in zip(scenario.goals, result.goals, best, strict=True):
        assert found.value == pytest.approx(goal_value(goal, result.plan, district, scenario), abs=CLOSE)
        if scenario.rules.contiguity.method == "closer_neighbor":
            continue
        assert found.value == pytest.approx(wanted, abs=CLOSE)
        assert found.bound is not None
        assert found.bound <= wanted + CLOSE


@pytest.mark.parametrize("seed", SEEDS[::4])
def test_the_auditor_agrees_on_any_plan(seed):
    district, scenario, judge = shape_case(seed).district, shape_case(seed).scenario, oracle(seed)
    rng = np.random.default_rng(seed)
    plans = [*rng.integers(0, district.num_schools, (6, district.num_units)), *judge.plans()[:3]]
    plans += [] if district.current is None else [np.maximum(district.stayable, 0)]
    for plan in plans:
        found = {one.rule for one in audit(Plan(plan), district, scenario.rules, scenario.goals).violations}
        assert ("shape" in found) == judge.breaks_shape(plan)


def has_plans(seed: int) -> bool:
    return len(oracle(seed).plans()) > 2 and shape_case(seed).scenario.rules.contiguity.method != "closer_neighbor"


FEW = [seed for seed in range(60) if has_plans(seed)][:12]


@pytest.mark.parametrize("seed", FEW)
def test_the_search_finds_the_best_plan_from_the_worst(seed):
    district, scenario, judge = shape_case(seed).district, shape_case(seed).scenario, oracle(seed)
    problem, plans = formulate(district, scenario), judge.plans()
    values = judge.values_of(plans)[:, 0]
    worst = problem.pairs.of_units(plans[int(values.argmax())])
    search = Search(problem, [(problem.terms[0], 1.0)], seed)
    found = problem.expand(search.improve(worst, 5.0, threading.Event(), lambda *_: None, cycles=1)).school
    assert (plans == found).all(axis=1).any()
    assert judge.values_of(found[None, :])[0, 0] == pytest.approx(values.min(), abs=CLOSE)


@pytest.mark.parametrize("seed", FEW[:4])
def test_further_plans_obey_it(seed):
    district, scenario = shape_case(seed).district, shape_case(seed).scenario
    problem = formulate(district, scenario)
    found = alternatives(
        problem, solve(problem, scenario.solve), district.students, Alternatives(count=2, give_up=5.0, distance=0.05), scenario.solve
    )
    assert found.results or found.ending is SearchEnd.NO_MORE
    for one in found.results:
        assert audit(one.plan, district, scenario.rules, scenario.goals).passed
        assert (oracle(seed).plans() == one.plan.school).all(axis=1).any()


@pytest.mark.parametrize("seed", FEW[:4])
def test_a_frontier_goes_through_plans_that_obey_it(seed):
    district, scenario = shape_case(seed).district, shape_case(seed).scenario
    goals = (scenario.goals[0], Goal(minimize="cut_edges"))
    problem = formulate(district, scenario.model_copy(update={"goals": goals}))
    plans = oracle(seed).plans()
    cut = (plans[:, district.edges[:, 0]] != plans[:, district.edges[:, 1]]).sum(axis=1)
    value = oracle(seed).values_of(plans)[:, 0]
    for ceiling in np.unique(cut)[:3].tolist():
        result = solve_below(problem, (0,), (np.inf, ceiling), scenario.solve, [])
        assert result.goals[0].value == pytest.approx(value[cut <= ceiling].min(), abs=CLOSE)


@pytest.mark.parametrize("seeds", swept([3, 11, 18, 24, 30], range(120)))
def test_under_islands_keep_the_plans_of_a_width_are_those_of_the_oracle(seeds):
    """Every assignment of nodes: pieces that strips part may stay, and the zone hangs together on all ground; units in several places among them."""
    for seed in seeds:
        drawn = shape_case(seed, 7, seed % 3 == 0, min_width_m=100.0)
        rules, district = drawn.scenario.rules, drawn.district
        kept = rules.contiguity.model_copy(update={"method": "exact", "islands": "keep" if district.has_current else "forbid"})
        scenario = drawn.scenario.model_copy(update={"rules": rules.model_copy(update={"contiguity": kept})})
        judge = ShapeOracle(district, scenario)
        plans = {tuple(plan) for plan in judge.plans().tolist()}
        try:
            problem = formulate(district, scenario)
        except Infeasible:
            assert not plans
            continue
        pairs, separator = problem.pairs, Separator(problem)
        choices = [pairs.school[pairs.first[v] : pairs.first[v + 1]].tolist() for v in range(pairs.num_nodes)]
        if np.prod([len(one) for one in choices]) > 3_000:
            continue
        nodes = [np.array(one) for one in product(*choices)]
        found = {tuple(problem.expand(one).school.tolist()) for one in nodes if is_feasible(problem, one, separator)}
        assert found <= plans
        assert bool(found) == bool(plans)  # units that count for nothing may be folded into a neighbor
        if plans:
            best = [judge.values_of(np.array(sorted(some)))[:, 0].min() for some in (found, plans)]
            assert best[0] == pytest.approx(best[1], abs=CLOSE)


@pytest.mark.parametrize("seeds", swept([5, 9], range(60)))
def test_ties_keep_what_the_second_contiguity_asks_for(seeds):
    """A plan of the first contiguity and the rows, in which x[p] <= x[q] for all ties, is one of the second."""
    for seed in seeds:
        drawn = shape_case(seed, 7, min_width_m=100.0)
        try:
            problem = formulate(drawn.district, drawn.scenario)
        except Infeasible:
            continue
        if problem.contiguity.also is None:
            continue
        first = replace(problem, contiguity=replace(problem.contiguity, also=None))
        ties, pairs, rng = problem.contiguity.ties, problem.pairs, np.random.default_rng(seed)
        for _ in range(300):
            nodes = np.array([pairs.school[rng.integers(pairs.first[v], pairs.first[v + 1])] for v in range(pairs.num_nodes)])
            x = problem.vector(nodes)
            if is_feasible(first, nodes) and (x[ties[:, 0]] <= x[ties[:, 1]]).all():
                assert is_feasible(problem, nodes)
