"""Further plans against all plans there are: near enough in quality, far enough in students, and none left where the search says so."""

import threading

import numpy as np
import pytest
from drawn import DATA, case, picture
from oracle import Oracle

from rezoning.auditing import audit
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.optimize import alternatives as module
from rezoning.optimize.alternatives import SearchEnd, alternatives, apart, distance, weighted_sum
from rezoning.optimize.engine import solve
from rezoning.optimize.search.anneal import Search as Annealing
from rezoning.scenario.schema import Alternatives, Scenario

CLOSE = 1e-6
SEEDS = (2, 5, 7, 8, 10, 12, 86, 14, 32, 47, 48, 50, 52, 58, 65)  # questions with a plan, weighted and in order, most with plans nearly as good


@pytest.fixture(autouse=True)
def _short_repair(monkeypatch):
    """Where no plan exists the search for a first one only ends with its time: give it little."""
    repair = Annealing.repair
    monkeypatch.setattr(Annealing, "repair", lambda self, start, seconds, *rest: repair(self, start, min(seconds, 0.02), *rest))


def further(seed: int, **asked):
    """Case, formulation, first result and further plans of a drawn question; None where there is no plan."""
    drawn = case(seed, 9)
    try:
        problem = formulate(drawn.district, drawn.scenario)
    except Infeasible:
        return None
    settings = drawn.scenario.solve
    result = solve(problem, settings)
    if result.plan is None:
        return None
    return drawn, problem, result, alternatives(problem, result, drawn.district.students, Alternatives(**asked), settings)


def candidates(drawn, result, asked: Alternatives, before: list[Plan]) -> np.ndarray:
    """Every plan that could be the next one, with its goals: shape (k, n) and (k, goals)."""
    oracle, students = Oracle(drawn.district, drawn.scenario), drawn.district.students
    plans, values = oracle.plans(), oracle.values_of_plans
    weights = [goal.weight for goal in drawn.scenario.goals]
    slack = drawn.scenario.solve.gap_abs + 1e-8
    if weights[0] is not None:
        best = result.objective.value
        fits = values @ weights <= best * (1 + asked.give_up) + slack
    else:
        best = np.array([goal.value for goal in result.goals])
        fits = (values <= best * (1 + asked.give_up) + slack).all(axis=1)
    for plan in before:
        fits &= (plans != plan.school) @ students >= asked.distance * students.sum() - 1e-6
    return values[fits]


@pytest.mark.parametrize(("apart_by", "give_up"), [(0.05, 1.0), (0.15, 0.3)])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_is_as_good_and_as_far_as_asked_and_no_other_is_left_out(seed, apart_by, give_up):
    asked = Alternatives(count=3, distance=apart_by, give_up=give_up)
    found = further(seed, count=3, distance=apart_by, give_up=give_up)
    assert found is not None
    drawn, problem, first, search = found
    before = [first.plan]
    for result in search.results:
        left = candidates(drawn, first, asked, before)
        assert len(left), "a plan where there is none"
        assert problem.is_restricted or audit(result.plan, drawn.district, drawn.scenario.rules).passed
        assert all(distance(result.plan, plan, drawn.district.students) >= apart_by - 1e-9 for plan in before)
        values = [goal.value for goal in result.goals]
        if first.objective is not None:
            weights = [goal.weight for goal in drawn.scenario.goals]
            assert np.dot(values, weights) == pytest.approx((left @ weights).min(), abs=CLOSE)
        else:
            assert (values <= np.array([goal.value for goal in first.goals]) * (1 + give_up) + CLOSE).all()
            assert values[0] <= left[:, 0].min() * (1 + drawn.scenario.goals[0].give_up) + CLOSE
        before.append(result.plan)
    if search.ending is SearchEnd.NO_MORE:
        assert len(candidates(drawn, first, asked, before)) == 0
    else:
        assert search.ending is SearchEnd.ENOUGH
        assert len(search.results) == 3


def test_the_seeds_above_end_in_both_ways():
    """Else the test above would show less than it says."""
    found = [further(seed, count=3, distance=0.05, give_up=1.0) for seed in (12, 86)]
    assert [one[3].ending for one in found] == [SearchEnd.NO_MORE, SearchEnd.ENOUGH]


# -- one row of five units -------------------------------------------------------------------------------------------


def question(**goal):
    district = picture("Aaaab/aaabB", students=[10] * 10)
    rules = {"capacity": {"min": 0.3, "of": "current"}}
    said = {"name": "row", "data": DATA, "rules": rules, "goals": [{"minimize": "reassigned", **goal}], "solve": {"method": "exact", "threads": 1}}
    scenario = Scenario.model_validate(said)
    problem = formulate(district, scenario)
    return district, scenario, problem, solve(problem, scenario.solve)


def test_nothing_but_today_is_as_good_as_today():
    district, scenario, problem, result = question()
    assert result.goals[0].value == 0
    search = alternatives(problem, result, district.students, Alternatives(count=2, distance=0.1, give_up=0.5), scenario.solve)
    assert search == module.AlternativePlans((), SearchEnd.NO_MORE)


def test_no_time_is_no_proof():
    district, scenario, problem, result = question()
    settings = scenario.solve.model_copy(update={"time_limit": 1e-9, "method": "anneal"})
    held = problem.terms[0]
    loose = Alternatives(count=1, distance=1.0, give_up=0)
    search = alternatives(problem, result, district.students, loose, settings)
    assert search.results == ()
    assert search.ending is SearchEnd.NOT_FOUND
    assert held.value(problem.vector(problem.start)) == 0


def test_a_stop_ends_it():
    district, scenario, problem, result = question()
    stop = threading.Event()
    stop.set()
    search = alternatives(problem, result, district.students, Alternatives(), scenario.solve, stop=stop)
    assert search.ending is SearchEnd.INTERRUPTED


def test_the_time_is_shared(monkeypatch):
    district, scenario, problem, result = question()
    seconds = []

    def spy(asked, settings, **_):
        seconds.append(settings.time_limit)
        return result

    monkeypatch.setattr(module, "solve", spy)
    search = alternatives(problem, result, district.students, Alternatives(count=4), scenario.solve)
    assert seconds == [15.0] * 4
    assert search.ending is SearchEnd.ENOUGH


def test_rows_have_a_name_and_count_students():
    district, _, problem, result = question()
    other = Plan(np.where(np.arange(10) == 4, 0, result.plan.school))  # the unit of 10 in the corner goes to A
    rows = apart(problem, [result.plan, other], district.students, 0.25).rows
    assert [str(name) for name in rows.names[-2:]] == ["alternatives[plan 1]", "alternatives[plan 2]"]
    x = problem.vector(result.plan.school[np.unique(problem.pairs.node_of_unit, return_index=True)[1]])
    assert (rows.matrix @ x)[-2:].tolist() == [100.0, 90.0]
    assert rows.upper[-2:].tolist() == [75.0, 75.0]
    assert distance(result.plan, other, district.students) == pytest.approx(0.1)
    assert apart(problem, [], district.students, 0.25) is problem


def test_a_weighted_sum_is_the_sum_of_its_goals():
    drawn = next(case(seed, 9) for seed in range(500) if len(case(seed, 9).scenario.goals) == 3 and _formulated(seed))
    problem = formulate(drawn.district, drawn.scenario)
    x = np.random.default_rng(0).random(len(problem.pairs))
    expected = sum(weight * terms.value(x) for terms, weight in zip(problem.terms, (1.0, 2.0, 0.5), strict=True))
    assert weighted_sum(problem.terms, (1.0, 2.0, 0.5)).value(x) == pytest.approx(expected)


def _formulated(seed: int) -> bool:
    try:
        formulate(case(seed, 9).district, case(seed, 9).scenario)
    except Infeasible:
        return False
    return True
