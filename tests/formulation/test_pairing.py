"""The question which schools share zones, against every way to pair them that the documentation allows."""

from __future__ import annotations

import numpy as np
import pairing_drawn as drawn
import pytest

from rezoning.auditing import audit
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.metrics.goals import goal_value
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.engine import solve
from rezoning.scenario.schema import Solve

FEW, MANY = range(8), range(8, 408)
EXACTLY = Solve(gap=0, gap_abs=0, threads=1, solver="highs", time_limit=60)


def answers(problem: Formulation) -> list[np.ndarray]:
    """Every assignment of columns to zones that the formulation allows, zone after zone."""
    pairs, found = problem.pairs, []

    def go(chosen: np.ndarray, v: int) -> None:
        while v < len(chosen) and chosen[v] >= 0:
            v += 1
        if v == len(chosen):
            if is_feasible(problem, chosen):
                found.append(chosen.copy())
            return
        for column in pairs.school[pairs.first[v] : pairs.first[v + 1]]:
            zones = np.flatnonzero(pairs.lookup[:, column] >= 0)
            if (chosen[zones] < 0).all():
                chosen[zones] = column
                go(chosen, v + 1)
                chosen[zones] = -1

    go(np.full(pairs.num_nodes, -1, dtype=np.int64), 0)
    return found


def check_all_plans(seed: int) -> bool:
    """Every plan of the oracle is one of the formulation, or one that is as good in everything stands for it, with the same values; and audited."""
    case = drawn.drawn(seed)
    wanted = list(drawn.every_plan(case))
    try:
        problem = formulate(case.district, case.scenario)
    except Infeasible:
        assert not wanted
        return False
    found = {problem.expand(chosen).buildings.at.tobytes(): chosen for chosen in answers(problem)}  # type: ignore[union-attr]
    assert {at.astype(np.int64).tobytes() for at in wanted} >= set(found)
    assert bool(wanted) == bool(found)
    goals = case.scenario.goals
    best = {}
    for at in wanted:
        plan = drawn.plan_of(case, at)
        values = tuple(drawn.value(case, goal, at) for goal in goals)
        assert audit(plan, case.district, case.scenario).passed
        assert [goal_value(goal, plan, case.district, case.scenario.rules) for goal in goals] == pytest.approx(values, abs=1e-9)
        chosen = found.get(at.astype(np.int64).tobytes())
        if chosen is not None:
            x = problem.vector(chosen)
            assert [terms.value(x) for terms in problem.terms] == pytest.approx(values, abs=1e-9)
            best[values] = True
    for values in [tuple(drawn.value(case, goal, at) for goal in goals) for at in wanted]:  # what was dropped is no better in anything
        assert any(all(a <= b + 1e-9 for a, b in zip(kept, values, strict=True)) for kept in best)
    return bool(wanted)


def test_every_way_to_pair_is_known_with_its_value() -> None:
    assert sum(check_all_plans(seed) for seed in FEW) > len(FEW) / 2


@pytest.mark.slow
@pytest.mark.parametrize("start", MANY[::40])
def test_every_way_to_pair_in_many_districts(start: int) -> None:
    assert sum(check_all_plans(seed) for seed in range(start, start + 40)) > 10


def check_optimum(seed: int, solver: str = "highs") -> None:
    case = drawn.drawn(seed)
    wanted = list(drawn.every_plan(case))
    try:
        problem = formulate(case.district, case.scenario)
    except Infeasible:
        assert not wanted
        return
    result = solve(problem, EXACTLY.model_copy(update={"solver": solver}))
    if not wanted:
        assert str(result.status) == "infeasible"
        return
    assert str(result.status) == "optimal"
    first, second = case.scenario.goals
    best = min(drawn.value(case, first, at) for at in wanted)
    assert result.goals[0].value == pytest.approx(best, abs=1e-7)
    ties = [at for at in wanted if drawn.value(case, first, at) <= best + 1e-7]
    assert result.goals[1].value == pytest.approx(min(drawn.value(case, second, at) for at in ties), abs=1e-6)
    assert isinstance(result.plan, Plan)
    assert audit(result.plan, case.district, case.scenario).passed


@pytest.mark.parametrize("seed", range(2))
def test_the_best_way_is_found_and_proven(seed: int) -> None:
    check_optimum(seed)


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["highs", "scip"])
@pytest.mark.parametrize("seed", range(2, 60))
def test_the_best_way_in_many_districts(seed: int, solver: str) -> None:
    check_optimum(seed, solver)
