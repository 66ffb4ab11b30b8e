"""Every exact engine against the oracle: feasibility, the optimum of every goal, honest bounds and status, on hundreds of drawn districts."""

from collections import Counter
from functools import cache
from typing import Any

import pytest
from conftest import shared_out
from drawn import case
from oracle import Oracle

from rezoning.auditing import audit
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.metrics.goals import goal_value
from rezoning.optimize.engine import solve
from rezoning.optimize.result import GoalResult, Status
from rezoning.optimize.search.anneal import Search
from rezoning.scenario.schema import Parts

SEEDS = range(340)
SOLVERS = ("scip", "highs", "cbc")
CLOSE = 1e-6


@cache
def oracle(seed: int) -> Oracle:
    return Oracle(case(seed).district, case(seed).scenario)


@cache
def truth(seed: int):
    return oracle(seed).truth()


@pytest.fixture(autouse=True)
def _short_repair(monkeypatch):
    """Where no plan exists the search for a first one only ends with its time: give it little."""
    repair = Search.repair
    monkeypatch.setattr(Search, "repair", lambda self, start, seconds, *rest: repair(self, start, min(seconds, 0.02), *rest))


@pytest.mark.parametrize(("seeds", "solver"), shared_out(SOLVERS, SEEDS[::5], SEEDS))
def test_agrees(seeds, solver):
    for seed in seeds:
        check(seed, solver)


WAYS = {
    "whole points": {"separators": False},
    "flow": {"contiguity": "flow"},
    "no start": {"warm_start": False},
    "bare": {"separators": False, "contiguity": "flow", "warm_start": False, "neighborhoods": False},
}
"""Parts of the engine that are left out or exchanged."""


@pytest.mark.parametrize(("seeds", "solver", "way"), [
    pytest.param(*case.values, way, id=f"{case.id}-{way}", marks=case.marks)
    for k, way in enumerate(WAYS) for case in shared_out(SOLVERS, SEEDS[7 * k + 1 :: 110], SEEDS[k::4])
])  # fmt: skip
def test_agrees_without_parts(seeds, solver, way):
    for seed in seeds:
        check(seed, solver, parts=Parts(**WAYS[way]))


def check(seed: int, solver: str, **settings: Any) -> None:
    district, scenario = case(seed).district, case(seed).scenario
    try:
        problem = formulate(district, scenario)
    except Infeasible:
        assert not truth(seed).is_feasible
        return
    result = solve(problem, scenario.solve.model_copy(update={"solver": solver} | settings))
    if not truth(seed).is_feasible:
        assert (result.status, result.plan, result.goals) == (Status.INFEASIBLE, None, ())
        return
    assert result.plan is not None
    plan, is_restricted = result.plan.school, scenario.rules.contiguity.method == "closer_neighbor"
    assert oracle(seed).breaches(plan) == []
    assert is_restricted or audit(result.plan, district, scenario.rules).passed
    claimed = [goal.value for goal in result.goals]
    assert claimed == pytest.approx(oracle(seed).values(plan), abs=CLOSE)
    assert claimed == pytest.approx([goal_value(goal, result.plan, district) for goal in scenario.goals], abs=CLOSE)
    if truth(seed).objective is None:
        for goal, found, best in zip(scenario.goals, result.goals, truth(seed).values, strict=True):
            assert best - CLOSE <= found.value <= best * (1 + goal.give_up) + CLOSE
            check_bound(found, best, is_restricted)
        assert result.goals[-1].value == pytest.approx(truth(seed).values[-1], abs=CLOSE)
    else:
        assert result.objective.value == pytest.approx(truth(seed).objective, abs=CLOSE)
        check_bound(result.objective, truth(seed).objective, is_restricted)
    is_kept = all(goal.best is None or goal.value <= goal.best + CLOSE for goal in result.goals)  # else later goals took of it what they may
    assert result.status is (Status.FEASIBLE if is_restricted else Status.OPTIMAL if is_kept else Status.WITHIN_GAP)


def check_bound(found: GoalResult, best: float, is_restricted: bool) -> None:
    """A bound is valid, and tight where the optimum is proven; the closer-neighbor rule bounds nothing."""
    if is_restricted:
        assert found.bound is None
    else:
        assert best - CLOSE <= found.bound <= min(found.value + 1e-9, best + CLOSE)


@pytest.mark.parametrize("solver", SOLVERS)
def test_within_a_gap_is_within_it(solver):
    """With a gap the first goal's bound is below its optimum, and the plan as near to it as was asked."""
    endings = set()
    for seed in (seed for seed in SEEDS[:30] if truth(seed).is_feasible):
        district, scenario = case(seed).district, case(seed).scenario
        result = solve(formulate(district, scenario), scenario.solve.model_copy(update={"solver": solver, "gap": 0.2, "gap_abs": 0.0}))
        if scenario.rules.contiguity.method == "closer_neighbor":
            continue
        first, best = (result.goals[0], truth(seed).values[0]) if result.objective is None else (result.objective, truth(seed).objective)
        assert first.bound <= best + CLOSE
        assert best - CLOSE <= first.value * (1 + 1e-9)
        endings.add(result.status)
        if len(scenario.goals) == 1:
            assert first.gap <= 0.2
            assert (result.status is Status.OPTIMAL) is (first.gap == 0)
    assert endings <= {Status.OPTIMAL, Status.WITHIN_GAP}


@pytest.mark.parametrize("threads", [1, 2])
def test_auto_agrees(threads):
    """The search before or beside branch and cut changes nothing of the answer."""
    for seed in SEEDS[threads::12]:
        district, scenario = case(seed).district, case(seed).scenario
        if not truth(seed).is_feasible or scenario.rules.contiguity.method == "closer_neighbor":
            continue
        result = solve(formulate(district, scenario), scenario.solve.model_copy(update={"method": "auto", "threads": threads}))
        assert result.status is Status.OPTIMAL
        if truth(seed).objective is None:
            assert result.goals[-1].value == pytest.approx(truth(seed).values[-1], abs=CLOSE)
        else:
            assert result.objective.value == pytest.approx(truth(seed).objective, abs=CLOSE)


def features(seed: int) -> set[str]:
    """What a case is about, for the count below."""
    scenario = case(seed).scenario
    rules = scenario.rules
    found = {f"goal {goal.minimize}" for goal in scenario.goals} | {f"contiguity {rules.contiguity.method} {rules.contiguity.islands}"}
    found |= {f"versus {goal.versus}" for goal in scenario.goals if goal.minimize == "dissimilarity"}
    found |= {"some groups" for goal in scenario.goals if goal.groups}
    found |= {f"{name} {value}" for name, value in (("own zone", rules.school_in_own_zone), ("stay", rules.stay_allowed))}
    found |= {"give up" for goal in scenario.goals if goal.give_up} | ({"weights"} if scenario.goals[0].weight else {"in order"})
    if rules.capacity is not None:
        found |= {f"capacity of {rules.capacity.of}", "capacity min" if rules.capacity.min else "", "capacity max" if rules.capacity.max else ""}
    if rules.travel is not None:
        found |= {f"travel {key}" for key in ("max", "max_increase", "always_within") if getattr(rules.travel, key) is not None}
    if rules.locked is not None:
        found |= {"locked units" if rules.locked.units else "", "locked schools" if rules.locked.schools else ""}
    found |= {name for name in ("assign", "forbid", "reassigned") if getattr(rules, name)}
    return found - {""}


def test_the_cases_cover_every_rule_and_goal():
    counts = {is_feasible: Counter() for is_feasible in (True, False)}
    for seed in SEEDS:
        counts[truth(seed).is_feasible].update(features(seed))
    assert sum(truth(seed).is_feasible for seed in SEEDS) >= 190
    wanted = (
        "goal dissimilarity, goal imbalance, goal reassigned, goal travel, goal over_capacity, versus None, versus white, some groups, "
        "weights, in order, give up, contiguity exact keep, contiguity exact forbid, contiguity none forbid, contiguity closer_neighbor keep, "
        "contiguity closer_neighbor forbid, own zone True, own zone False, stay True, stay False, capacity of capacity, capacity of current, "
        "capacity min, capacity max, travel max, travel max_increase, travel always_within, locked units, locked schools, assign, forbid, reassigned"
    )
    assert [name for name in wanted.split(", ") if counts[True][name] < 5 or counts[False][name] < 2] == []


@pytest.mark.parametrize("seed", range(6))
def test_the_search_alone_gives_plans_and_proves_nothing(seed):
    district, asked = case(seed).district, case(seed).scenario
    asked = asked.model_copy(update={"solve": asked.solve.model_copy(update={"method": "anneal", "time_limit": 0.5, "threads": 1})})
    truth = Oracle(district, asked).truth()
    try:
        result = solve(formulate(district, asked), asked.solve)
    except Infeasible:
        assert not truth.is_feasible
        return
    assert all(goal.bound is None for goal in result.goals)
    assert result.status in (Status.FEASIBLE, Status.NO_PLAN)
    assert truth.is_feasible or result.plan is None
