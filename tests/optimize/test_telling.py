"""Callbacks for plans and bounds: they hear everything in order, and whatever they do harms neither plan nor bound."""

import logging
import threading

import pytest
from drawn import case, picture, scenario

from rezoning.auditing import Audit, audit
from rezoning.commands.run import answer
from rezoning.formulation.formulate import formulate
from rezoning.optimize.engine import solve
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Clock
from rezoning.optimize.telling import Listeners
from rezoning.runs.question import Question

GOALS = [{"minimize": "travel"}, {"minimize": "reassigned"}]


@pytest.fixture
def question():
    """A drawn case with two goals in order that has a plan."""
    drawn = case(228)
    return drawn, formulate(drawn.district, drawn.scenario)


def test_every_plan_and_bound_is_told(question):
    drawn, problem = question
    plans, bounds = [], []
    result = solve(problem, drawn.scenario.solve, on_plan=lambda *told: plans.append(told), on_bound=lambda *told: bounds.append(told))
    assert plans
    for plan, values in plans:
        assert audit(plan, drawn.district, drawn.scenario).passed
        assert values == pytest.approx([terms.value(problem.vector(problem.pairs.of_units(plan.school))) for terms in problem.terms])
    assert plans[-1][0].school.tolist() == result.plan.school.tolist()
    assert plans[-1][1] == pytest.approx([goal.value for goal in result.goals])
    for number, goal in enumerate(result.goals, 1):
        mine = [bound for told, bound in bounds if told == number]
        assert mine == sorted(mine)
        assert goal.bound == pytest.approx(min(mine[-1], goal.value))


def test_one_that_raises_is_called_once_and_harms_nothing(question, caplog):
    drawn, problem = question
    calls = []

    def break_down(*told) -> None:
        calls.append(told)
        raise RuntimeError("a listener's own fault")

    quiet = solve(problem, drawn.scenario.solve)
    with caplog.at_level(logging.ERROR):
        result = solve(problem, drawn.scenario.solve, on_plan=break_down, on_bound=break_down)
    assert len(calls) == 2  # one as a listener to plans, one to bounds
    assert len([record for record in caplog.records if "is not called again" in record.getMessage()]) == 2
    assert (result.status, result.goals, result.plan.school.tolist()) == (quiet.status, quiet.goals, quiet.plan.school.tolist())


def test_an_interrupt_in_one_ends_the_solve_with_the_plan(question):
    drawn, problem = question

    def interrupt(*_told) -> None:
        raise KeyboardInterrupt

    result = solve(problem, drawn.scenario.solve, on_plan=interrupt)
    assert result.is_interrupted
    assert result.plan is not None


def test_never_two_at_a_time_and_a_bound_that_is_taken_back_is_told():
    problem = formulate(picture("Aab/abB"), scenario(goals=[{"minimize": "cut_edges"}]))
    inside, most, bounds = [0], [0], []

    def hear(*_told) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        threading.Event().wait(0.01)
        inside[0] -= 1

    listeners = Listeners(problem, hear, lambda _goal, bound: bounds.append(bound), threading.Event())
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock(), goal=1, on_news=listeners.hear)
    tracker.credit("liar")
    tracker.raise_bound(7.0)
    starts = [problem.start, problem.pairs.of_units(problem.expand(problem.start).school)]
    threads = [threading.Thread(target=tracker.offer, args=(start,)) for start in starts for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert tracker.value < 7
    assert bounds == [7.0, None]  # the plan refuted it


def test_a_run_tells_plans_that_the_auditor_passed_and_no_others(question, monkeypatch):
    drawn, problem = question
    asked, told = Question(drawn.scenario, drawn.district, problem, (), None), []
    found = answer(asked, on_plan=lambda plan, _values: told.append(plan))
    assert told[-1].school.tolist() == found.plan.school.tolist()
    monkeypatch.setattr("rezoning.auditing.audit", lambda *_: Audit(False, ()))
    refused = []
    answer(asked, on_plan=lambda plan, _values: refused.append(plan))
    assert refused == []
