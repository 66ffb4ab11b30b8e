"""The PuLP problem says exactly what the formulation says, and nothing of a plan is lost on the way there and back."""

from dataclasses import replace
from itertools import product

import numpy as np
import pulp
import pytest
from drawn import case, cases, picture, scenario
from enumerated import are_contiguous, assignments, plans, values, vectors
from hypothesis import given
from scipy.sparse import csr_array

from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation, RowName
from rezoning.optimize.model.epigraph import Cut, strongest
from rezoning.optimize.model.milp import UNIT, Milp, build, measured
from rezoning.optimize.solvers.base import Limits, Outcome, Watch
from rezoning.optimize.solvers.registry import backend


def compiled(one) -> Formulation | None:
    try:
        return formulate(one.district, one.scenario)
    except Infeasible:
        return None


def objective(problem: Formulation):
    return [(terms, weight) for terms, weight in zip(problem.terms, problem.weights or (1.0,) * len(problem.terms), strict=True)]


def excess(milp: Milp, column_values: np.ndarray) -> float:
    """By how much the worst row or bound of the problem is broken."""
    said = dict(zip([column.name for column in milp.columns], column_values.tolist(), strict=True))
    worst = 0.0
    for column in milp.columns:
        worst = max(worst, column.lowBound - said[column.name], said[column.name] - (np.inf if column.upBound is None else column.upBound))
    for row in milp.problem.constraints():
        total = sum(value * said[column.name] for column, value in row.items())
        low, high = row.getLb(), row.getUb()
        worst = max(worst, -np.inf if low is None else low - total, -np.inf if high is None else total - high)
    return worst


def cost(milp: Milp, column_values: np.ndarray) -> float:
    said = dict(zip([column.name for column in milp.columns], column_values.tolist(), strict=True))
    return sum(value * said[column.name] for column, value in milp.problem.objective.items())


@given(one=cases(9))
def test_plans_obey_the_problem_and_cost_their_value(one):
    """And what breaks a row or a dominator is no plan: with the rows of contiguity the problem says all."""
    problem = compiled(one)
    if problem is None:
        return
    found = assignments(problem)
    good = {tuple(plan) for plan in plans(problem).tolist()}
    x = vectors(problem, found)
    held = problem.hold(problem.terms[-1], float(np.median(values(problem.terms[-1], x))))
    milp, held_milp = build(problem, objective(problem)), build(held, objective(held))
    assert milp.broken == [] or not good
    rows = milp.broken == []
    for i in np.random.default_rng(0).permutation(len(found))[:15]:
        start = milp.start(found[i])
        assert (milp.assignment(start) == found[i]).all()
        assert cost(milp, start) / UNIT == pytest.approx(sum(w * values(terms, x[i : i + 1])[0] for terms, w in objective(problem)), abs=1e-9)
        assert milp.natural(cost(milp, start)) == cost(milp, start) / UNIT
        is_good = tuple(found[i].tolist()) in good
        if is_good or (rows and are_contiguous(problem, found[i : i + 1])[0]):
            assert (excess(milp, start) <= 1e-6) is is_good
        is_low = values(problem.terms[-1], x[i : i + 1])[0] <= held.held[0].upper + 1e-12
        if is_good:
            assert (excess(held_milp, held_milp.start(found[i])) <= 1e-9) is bool(is_low)


def relaxed(problem: Formulation, *, with_dominators: bool) -> float:
    milp = build(problem, [(problem.terms[0], 1.0)], with_dominators=with_dominators, is_relaxed=True)
    answer = backend("highs").solve(milp, Limits(20.0), None, Watch())
    assert answer.outcome is Outcome.PROVEN
    return answer.bound


def test_a_relaxation_is_below_every_plan_and_dominators_raise_it():
    raised = 0
    for seed in range(60):
        problem = compiled(case(seed, 10, method="exact"))
        if problem is None or problem.pairs.is_fixed.all() or not len(found := plans(problem)):
            continue
        best = float(values(problem.terms[0], vectors(problem, found)).min())
        weak, strong = (relaxed(problem, with_dominators=it) for it in (False, True))
        assert weak <= strong + 1e-7
        assert strong <= best + 1e-7
        raised += strong > weak + 1e-4
    assert raised >= 3


# -- the parts -------------------------------------------------------------------------------------------------------


def row_values(milp: Milp) -> list[tuple[dict[str, float], float | None, float | None]]:
    return [({column.name: value for column, value in row.items()}, row.getLb(), row.getUb()) for row in milp.problem.constraints()]


def test_the_problem_of_a_small_question():
    """A and B fixed, three units in between; one moves from A to B for ten of fifty students."""
    problem = formulate(picture("AaabB"), scenario({"contiguity": {"method": "none"}, "reassigned": {"max_share": 0.5}}))
    milp = build(problem, [(problem.terms[0], 1.0)])
    assert [column.name for column in milp.columns] == [f"x000000{j}" for j in range(6)]
    assert all(column.cat == pulp.LpInteger for column in milp.columns)
    assert {column.name: value for column, value in milp.problem.objective.items()} == {
        "x0000001": pytest.approx(20),
        "x0000003": pytest.approx(20),
        "x0000004": pytest.approx(20),
    }
    assert row_values(milp) == [
        ({"x0000000": 1, "x0000001": 1}, 1, 1),
        ({"x0000002": 1, "x0000003": 1}, 1, 1),
        ({"x0000004": 1, "x0000005": 1}, 1, 1),
        ({"x0000001": 10, "x0000003": 10, "x0000004": 10}, None, 25),
    ]
    assert all(column.cat == pulp.LpContinuous for column in build(problem, [(problem.terms[0], 1.0)], is_relaxed=True).columns)


def test_what_is_fixed_goes_to_the_other_side():
    """A's own ten students and twenty seats leave room for ten more: the row over columns says ten."""
    problem = formulate(picture("AabB", capacity=np.array([20.0, 40.0])), scenario({"capacity": {"max": 1}, "contiguity": {"method": "none"}}))
    milp = build(problem, [(problem.terms[0], 1.0)])
    assert [high for cells, _, high in row_values(milp) if len(cells) == 2 and high is not None and high > 1] == [10, 30]


def test_rows_that_fixed_pairs_alone_break_are_named():
    """Three students more than seats at A, with nobody who has a choice, and none of it is arithmetic on sums."""
    rules = {"contiguity": {"method": "none"}, "reassigned": {"max_share": 0.4}, "assign": {"01": "B"}}
    problem = formulate(picture("AaB"), scenario(rules))
    assert build(problem, [(problem.terms[0], 1.0)]).broken == []
    tight = replace(problem, rows=replace(problem.rows, upper=problem.rows.upper / 2))
    assert build(tight, [(problem.terms[0], 1.0)]).broken == [RowName("reassigned")]


def test_constant_costs_have_a_column():
    rules = {"contiguity": {"method": "none"}, "assign": {"01": "B"}}
    problem = formulate(picture("AaabB"), scenario(rules))
    milp = build(problem, [(problem.terms[0], 1.0)])
    assert milp.constant is milp.columns[-1]
    assert (milp.constant.lowBound, milp.constant.upBound) == (1, 1)
    assert milp.problem.objective[milp.constant] == pytest.approx(20)
    assert milp.start(problem.start)[-1] == 1.0


def test_cuts_become_rows():
    problem = formulate(picture("AaabB"), scenario({"contiguity": {"method": "none"}}))
    milp = build(problem, [(problem.terms[0], 1.0)])
    pair = problem.pairs.lookup
    before = len(row_values(milp))
    fixed, free, other = int(pair[0, 0]), int(pair[1, 0]), int(pair[2, 0])
    assert milp.row_of(Cut((free,), (other,))) == ([0, 2], [1.0, -1.0], 0.0)
    assert milp.row_of(Cut((free, fixed), (other,), 1.0)) == ([0, 2], [1.0, -1.0], 0.0)
    assert milp.add_cuts([Cut((free,), (fixed,))]) == 0  # the right-hand side is 1: nothing can break it
    assert milp.add_cuts([Cut((free,), (other,)), Cut((fixed,), (other,)), Cut((free,), ())]) == 3
    assert row_values(milp)[before:] == [
        ({"x0000000": 1, "x0000002": -1}, None, 0),
        ({"x0000002": -1}, None, -1),
        ({"x0000000": 1}, None, 0),
    ]


def test_the_strongest_school_wins_ties_to_the_first():
    problem = formulate(picture("AaabB"), scenario({"contiguity": {"method": "none"}}))
    assert strongest(problem, np.array([1, 0.4, 0.6, 0.5, 0.5, 0.9, 0.1, 1])).tolist() == [0, 1, 0, 0, 1]


def test_sides_move_in_to_what_sums_can_be_and_no_further():
    """Drawn rows with a common measure or without: what they hold of all binary points is the same, and no side is between two sums by a hair."""
    rng = np.random.default_rng(3)
    points = np.array(list(product((0.0, 1.0), repeat=8)))
    moved = 0
    for _ in range(200):
        length = rng.choice([1.0, 0.5, 0.1, 0.01, 1e-3, 0.0])
        values = rng.integers(-40, 40, (1, 8)) * length if length else rng.normal(size=(1, 8))
        sums = np.sort(np.unique(np.round(points @ values[0], 9)))
        lower = np.array([rng.choice([-np.inf, rng.choice(sums) + rng.choice([0, 1e-8, -1e-8, 5e-5])])])
        upper = np.array([rng.choice([np.inf, rng.choice(sums) + rng.choice([0, 1e-8, -1e-8, -5e-5])])])
        low, high = measured(csr_array(values), lower, upper)
        before = (points @ values[0] >= lower - 1e-7) & (points @ values[0] <= upper + 1e-7)
        assert (before == ((points @ values[0] >= low - 1e-9) & (points @ values[0] <= high + 1e-9))).all() or not length
        assert low >= lower - 1.1e-7
        assert high <= upper + 1.1e-7
        moved += int(high[0] < upper[0] - 1e-6)
    assert moved > 10
