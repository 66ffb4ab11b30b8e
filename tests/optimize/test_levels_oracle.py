"""Levels that feed each other against every plan of all of them: feasibility, the optimum of every goal, honest bounds and status."""

from collections import Counter
from functools import cache
from typing import Any

import pytest
from conftest import shared_out
from levels_drawn import Joint, drawn_levels

from rezoning.errors import Infeasible
from rezoning.formulation.stacked import joined, split
from rezoning.optimize.engine import solve
from rezoning.optimize.result import Status

SEEDS = range(160)
SOLVERS = ("scip", "highs", "cbc")
CLOSE = 1e-6
MOST = 400_000  # plans of all levels together


@cache
def joint(seed: int, count: int) -> Joint:
    return Joint(drawn_levels(seed, count, 7 if count == 2 else 5))


@pytest.mark.parametrize(("seeds", "solver"), shared_out(SOLVERS, SEEDS[::40], SEEDS))
def test_two_levels_agree(seeds, solver):
    for seed in seeds:
        check(seed, 2, solver)


@pytest.mark.parametrize(("seeds", "solver"), shared_out(SOLVERS, SEEDS[::120], SEEDS))
def test_three_levels_agree(seeds, solver):
    for seed in seeds:
        check(seed, 3, solver)


def check(seed: int, count: int, solver: str, **settings: Any) -> str:
    truth = joint(seed, count)
    if truth.size > MOST:
        return "too many"
    answer, levels = truth.truth(), truth.levels
    try:
        problem = levels.formulated()
    except Infeasible:
        assert not answer.is_feasible
        return "arithmetic"
    result = solve(problem, levels.scenario.solve.model_copy(update={"solver": solver, **settings}))
    if not answer.is_feasible:
        assert (result.status, result.plan, result.goals) == (Status.INFEASIBLE, None, ())
        return "infeasible"
    assert result.plan is not None
    plans = split(problem, result.plan)
    assert joined(problem, plans) == result.plan
    place = truth.place(plans)
    assert place is not None
    assert truth.holds[place]
    assert [goal.value for goal in result.goals] == pytest.approx([float(value[place]) for value in truth.values], abs=CLOSE)
    is_restricted = problem.is_restricted
    bounds = [(result.objective, answer.objective)] if answer.objective is not None else list(zip(result.goals, answer.values, strict=True))
    for found, best in bounds:
        assert found.value == pytest.approx(best, abs=2 * CLOSE)
        assert found.bound is None if is_restricted else best - CLOSE <= found.bound <= best + CLOSE
    assert result.status is (Status.FEASIBLE if is_restricted else Status.OPTIMAL)
    return "linked" if problem.links is not None else "not linked"


def test_the_draw_has_all_that_it_should():
    kinds = Counter()
    for seed in SEEDS[:40]:
        levels = drawn_levels(seed)
        said = [rule.model_dump(exclude_none=True) for rule in levels.scenario.rules.feeders]
        kinds.update(key for rule in said for key, value in rule.items() if value != "allow")
        kinds.update("locked" for level in levels.scenario.levels.values() if level.locked)
        kinds.update(goal.minimize for goal in levels.scenario.goals)
    assert min(kinds[key] for key in ("split", "min_share", "most_split", "locked", "split_feeders", "small_feeders", "feeder_change")) > 1
