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
from rezoning.optimize.opensets import Depth, open_sets, optional
from rezoning.optimize.other_openings import other_openings
from rezoning.optimize.proving import RELAXATION, Prover
from rezoning.optimize.result import Status
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.set_by_set import SetBySet, SolvedSet, left_of, sets_of
from rezoning.optimize.set_floors import set_floors
from rezoning.optimize.solvers.base import Clock, Ending, Limits, Watch
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
SEVERAL = [seed for seed in QUESTIONS if (found := open_sets(question(seed))) is not None and len(found) > 1]


def open_in(problem: Formulation, found: np.ndarray) -> set[tuple[int, ...]]:
    """Which optional schools have a node, in each plan."""
    return {tuple(s for s in optional(problem).tolist() if (plan == s).any()) for plan in found}


@pytest.mark.parametrize("seed", QUESTIONS)
def test_every_plan_has_one_of_the_sets_and_the_plans_of_a_set_are_its_own(seed):
    problem = question(seed)
    found, sets = plans(problem), open_sets(problem)
    assert sets is not None
    kept = []
    for k in range(len(sets)):
        asked = sets.question(problem, k)
        inside = [] if asked is None else plans(asked)
        assert all(sets.of(plan, problem) == k for plan in inside)
        assert open_in(problem, np.array(inside)) <= {tuple(sets.schools[sets.is_open[k]].tolist())}
        kept += [tuple(plan.tolist()) for plan in inside]
    assert sorted(kept) == sorted(tuple(plan.tolist()) for plan in found)
    assert len(sets) == len({tuple(row) for row in sets.is_open.tolist()})


def best_of(problem: Formulation, objective: list) -> float:
    """The least value of all plans; infinite without one."""
    found = plans(problem)
    x = vectors(problem, found)
    return min((sum(weight * values(terms, x) for terms, weight in objective)), default=np.inf)


@pytest.mark.parametrize(("seed", "solver"), [(seed, ("scip", "highs")[seed % 2]) for seed in SEVERAL[:9]])
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


def test_plan_bound_and_why_it_ended_are_the_same_as_of_one_tree():
    problem = question(SEVERAL[2])
    ways = [solve(problem, Solve(method="auto", parts=Parts(open_sets=way), **EXACT)) for way in ("each", "joint")]
    assert ways[0].status is ways[1].status is Status.OPTIMAL
    for one, other in zip(ways[0].goals, ways[1].goals, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-7)
        assert one.bound == pytest.approx(other.bound, abs=1e-6) or problem.weights is not None


# -- a solver that ends at limits, and one that lies -------------------------------------------------------------------


def by_hand(rng: np.random.Generator, lie: float = 0.0):
    """A solver in place of ours: at times a plan, at times no more than a bound, at times nothing; a bound that is too high where it lies."""

    def how(tracker, prover, limits, watch, search, start):
        found = plans(tracker.formulation)
        if not len(found):
            return Ending(is_infeasible=bool(rng.random() < 0.5))
        tracker.credit("by hand")
        least = best_of(tracker.formulation, tracker.objective)
        if rng.random() < 0.7:
            tracker.raise_bound(least + lie - rng.random() * (rng.random() < 0.7))
        if rng.random() < 0.7 or lie:
            tracker.offer(found[int(rng.integers(len(found)))])
        if lie:
            x = vectors(tracker.formulation, found)
            tracker.offer(found[int(np.argmin(sum(weight * values(terms, x) for terms, weight in tracker.objective)))])
        return Ending()

    return how


def tracked(problem: Formulation, how, **limits) -> tuple[Tracker, SetBySet]:
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock())
    prover = Prover("scip", broken={RELAXATION})  # no relaxation, so that every bound is the solver's
    sets = open_sets(problem)
    assert sets is not None
    return tracker, SetBySet(tracker, sets, prover, Limits(limits.pop("seconds", 3.0), **limits), Watch(), how)


@pytest.mark.parametrize("lie", [0.0, 0.25])
@pytest.mark.parametrize("seed", SEVERAL[:10])
def test_a_set_at_a_limit_gives_its_own_bound_and_never_more(seed, lie):
    problem = question(seed)
    least = best_of(problem, [(problem.terms[0], 1.0)])
    for attempt in range(4):
        tracker, work = tracked(problem, by_hand(np.random.default_rng(attempt), lie))
        ending = work.run()
        assert tracker.bound is None or tracker.bound <= least + 1e-9
        assert tracker.value is None or tracker.value >= least - 1e-9
        assert not ending.is_infeasible or least == np.inf
        if ending.is_proven:
            assert tracker.value == pytest.approx(least, abs=1e-9)
        if not lie:
            held = {one.number: one.bound for one in work.found}
            for number, bound in held.items():
                asked = work.sets.question(problem, number)
                assert bound <= (np.inf if asked is None else best_of(asked, [(restricted(problem, asked), 1.0)])) + 1e-9


def restricted(problem: Formulation, asked: Formulation):
    from rezoning.optimize.opensets import objective_of

    return objective_of([(problem.terms[0], 1.0)], problem, asked)[0][0]


def test_nothing_is_done_without_time_and_sets_that_cannot_keep_a_goal_are_gone():
    problem = question(SEVERAL[0])
    tracker, work = tracked(problem, by_hand(np.random.default_rng(0)), seconds=0.0)
    assert not work.run().is_proven
    assert tracker.bound is None
    left = left_of([SolvedSet(0, bound=1.0), SolvedSet(1, bound=2.0), SolvedSet(2)], 1.5)
    assert [one.bound for one in left] == [-np.inf, np.inf, -np.inf]


def test_sets_that_had_no_turn_are_solved_together_with_a_seed_that_is_one():
    seeds = []

    def how(tracker, prover, limits, watch, search, start):
        seeds.append(limits.seed)
        return Ending()

    _tracker, work = tracked(question(SEVERAL[0]), how)
    work.turns_end = -np.inf  # the relaxations took the time of all turns
    work.run()
    assert seeds == [0]


@pytest.mark.parametrize("seed", SEVERAL)
def test_relaxations_are_below_every_plan_of_their_set(seed):
    problem, told = question(seed), {}
    sets = open_sets(problem)
    assert sets is not None
    objective = [(problem.terms[0], 1.0)]

    def hear(k: int, bound: float) -> None:
        told[k] = max(bound, told.get(k, -np.inf))

    set_floors(problem, objective, sets, range(len(sets)), 20.0, Depth(), Watch(), hear)
    for k, bound in told.items():
        asked = sets.question(problem, k)
        assert bound <= (np.inf if asked is None else best_of(asked, [(restricted(problem, asked), 1.0)])) + 1e-6


# -- decided otherwise -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEVERAL[:5])
def test_the_price_of_a_decision_is_that_of_the_best_plan_in_which_it_is_turned_around(seed):
    problem = question(seed)
    settings = Solve(method="exact", solver="highs", **EXACT)
    result = solve(problem, settings)
    assert result.plan is not None
    found = plans(problem)
    worth = np.stack([values(terms, vectors(problem, found)) for terms in problem.terms], axis=1)
    value = worth[:, 0] if problem.weights is None else worth @ np.array(problem.weights)
    used = set(result.plan.school.tolist())
    answers = other_openings(problem, result, settings)
    assert {one.school for one in answers} == set(optional(problem).tolist())
    for one in answers:
        assert one.is_open == (one.school not in used)
        is_so = np.array([(plan == one.school).any() == one.is_open for plan in found])
        if not is_so.any():
            assert one.result is None or one.result.status is Status.INFEASIBLE
            continue
        assert one.result is not None
        assert one.result.status is Status.OPTIMAL
        reached = one.result.goals[0].value if problem.weights is None else one.result.objective.value
        assert reached == pytest.approx(value[is_so].min(), abs=1e-7)
    assert other_openings(problem, result, settings.model_copy(update={"other_openings": 0.0})) == ()
