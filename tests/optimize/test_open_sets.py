"""Open sets one by one: every set that the rows allow and no other, and together the best plan there is, by enumeration of all plans."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from drawn import case
from enumerated import plans, values, vectors

from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation, RowName, Rows
from rezoning.formulation.sums import stacked_rows
from rezoning.optimize.engine import solve
from rezoning.optimize.opensets import open_sets, optional
from rezoning.optimize.result import Status
from rezoning.optimize.set_by_set import sets_of
from rezoning.scenario.schema import Parts, Solve

EXACT = {"gap": 0, "gap_abs": 1e-9, "threads": 1, "time_limit": 60}


def counted(problem: Formulation, least: float, most: float) -> Formulation:
    """The question with so many optional schools open, at least and at most."""
    from scipy.sparse import csr_array

    assert problem.opened is not None
    pair = problem.opened[problem.opened >= 0]
    matrix = csr_array((np.ones(len(pair)), (np.zeros(len(pair), dtype=int), pair)), shape=(1, len(problem.pairs)))
    rows = Rows(matrix, np.array([least]), np.array([most]), (RowName("openings"),))
    return replace(problem, rows=stacked_rows([problem.rows, rows]) or rows)


@cache
def question(seed: int) -> Formulation | None:
    """A drawn question in which schools may be closed; None where arithmetic answers it."""
    drawn, rng = case(seed, 7, method="exact"), np.random.default_rng(seed)
    m = drawn.district.num_schools
    rules = drawn.scenario.rules.model_copy(update={"school_in_own_zone": False, "capacity": None})
    district = replace(drawn.district, optional=rng.random(m) < 0.8, is_candidate=np.zeros(m, dtype=bool))
    if not district.has_optional:
        return None
    try:
        problem = formulate(district, drawn.scenario.model_copy(update={"rules": rules}))
    except Infeasible:
        return None
    return counted(problem, float(rng.integers(0, 2)), float(rng.integers(1, 3)))


QUESTIONS = [seed for seed in range(40) if question(seed) is not None]


def open_in(problem: Formulation, found: np.ndarray) -> set[tuple[int, ...]]:
    """Which optional schools have a node, in each plan."""
    return {tuple(s for s in optional(problem).tolist() if (plan == s).any()) for plan in found}


@pytest.mark.parametrize("seed", QUESTIONS)
def test_every_plan_has_one_of_the_sets_and_the_plans_of_a_set_are_its_own(seed):
    problem = question(seed)
    found, sets = plans(problem), open_sets(problem)
    if sets is None:
        assert not len(optional(problem))
        return
    kept = []
    for k in range(len(sets)):
        asked = sets.question(problem, k)
        inside = [] if asked is None else plans(asked)
        assert all(sets.of(plan, problem) == k for plan in inside)
        assert open_in(problem, np.array(inside)) <= {tuple(sets.schools[sets.is_open[k]].tolist())}
        kept += [tuple(plan.tolist()) for plan in inside]
    assert sorted(kept) == sorted(tuple(plan.tolist()) for plan in found)
    assert len(sets) == len({tuple(row) for row in sets.is_open.tolist()})


@pytest.mark.parametrize("seed", QUESTIONS[:12])
@pytest.mark.parametrize("solver", ["scip", "highs"])
def test_the_best_of_all_sets_is_the_best_plan(seed, solver):
    problem = question(seed)
    settings = Solve(method="exact", solver=solver, parts=Parts(open_sets="each"), **EXACT)
    found, result = plans(problem), solve(problem, settings)
    if not len(found):
        assert result.status is Status.INFEASIBLE
        return
    assert result.status is Status.OPTIMAL
    worth = np.stack([values(terms, vectors(problem, found)) for terms in problem.terms], axis=1)
    if problem.weights is None:
        best = min(map(tuple, np.round(worth, 9)))
        assert result.goals[0].value == pytest.approx(best[0], abs=1e-7)
    else:
        assert result.objective.value == pytest.approx((worth @ np.array(problem.weights)).min(), abs=1e-7)


def test_where_they_are_many_one_tree_has_the_choice():
    problem = question(QUESTIONS[0])
    assert open_sets(problem, most=0) is None
    assert sets_of(problem, Solve(method="anneal")) is None
    assert sets_of(problem, Solve(cycles=3)) is None
    assert sets_of(problem, Solve(parts=Parts(open_sets="joint"))) is None
