"""Why each goal ended, who gets the time that is left, and that page, record and terminal say it in the same words."""

import threading
import time

import numpy as np
import pytest
from drawn import picture, scenario

from rezoning.formulation.formulate import formulate
from rezoning.optimize import engine
from rezoning.optimize.engine import solve
from rezoning.optimize.exact import Ending
from rezoning.optimize.result import TIDY, Ended, Status
from rezoning.optimize.threads import available_threads
from rezoning.report.language import Language
from rezoning.report.outcome import outcome_words
from rezoning.runs.tables import trace_text

TWO = [{"minimize": "imbalance"}, {"minimize": "reassigned"}]
ROW = "Aabb/aaBb"


def question(goals=TWO, **settings):
    district = picture(ROW, groups={"low": np.array([9.0, 9.0, 1.0, 1.0, 9.0, 9.0, 1.0, 1.0])})
    asked = scenario(goals=goals, **settings)
    return formulate(district, asked), asked


class Turns:
    """Stands in for the engines: says how long each goal was given, and does what a test wants of its k-th turn."""

    def __init__(self, monkeypatch, **does):
        self.given: list[tuple[str, float]] = []
        self._does = does
        monkeypatch.setattr(engine, "_minimize", self)

    def __call__(self, shared, stage, seconds: float) -> Ending:
        name = stage.tracker.objective[0][0].goal.minimize
        number = sum(told == name for told, _ in self.given)
        self.given.append((name, seconds))
        if stage.tracker.plan is None:
            stage.tracker.offer(stage.start)
        return self._does[name](stage.tracker, seconds, number) or Ending()


def prove(tracker, *_):
    tracker.raise_bound(tracker.value)


def use_all(_tracker, seconds, *_):
    time.sleep(seconds)


# -- time ------------------------------------------------------------------------------------------------------------


def test_time_left_goes_to_the_open_goal(monkeypatch):
    """The second goal is proven at once; without more for the first half of the time would go to nobody."""
    turns = Turns(monkeypatch, imbalance=use_all, reassigned=prove)
    problem, asked = question(time_limit=0.6)
    result = solve(problem, asked.solve)
    assert [name for name, _ in turns.given] == ["imbalance", "reassigned", "imbalance"]
    assert sum(seconds for name, seconds in turns.given if name == "imbalance") == pytest.approx(0.6, abs=0.1)
    assert result.ended == (Ended.LIMIT, Ended.PROVEN)
    assert result.status is Status.FEASIBLE


def test_goals_after_an_improved_one_are_solved_again(monkeypatch):
    def improve_late(tracker, seconds, number):
        if number == 0:
            return use_all(tracker, seconds)
        better = tracker.plan.copy()
        better[[2, 5]] = 1 - better[[2, 5]]  # one unit for another
        assert tracker.offer(better)
        return prove(tracker)

    turns = Turns(monkeypatch, imbalance=improve_late, reassigned=prove)
    problem, asked = question(time_limit=0.5)
    result = solve(problem, asked.solve)
    assert [name for name, _ in turns.given] == ["imbalance", "reassigned", "imbalance", "reassigned"]
    assert result.goals[0].value == result.goals[0].best < result.goals[0].today
    assert result.goals[1].value > 0
    assert result.status is Status.OPTIMAL


def test_a_goal_that_ends_early_and_unchanged_is_not_tried_for_ever(monkeypatch):
    turns = Turns(monkeypatch, imbalance=lambda *_: None, reassigned=prove)
    problem, asked = question(time_limit=30)
    result = solve(problem, asked.solve)
    assert [name for name, _ in turns.given] == ["imbalance", "reassigned", "imbalance"]
    assert result.ended[0] is Ended.LIMIT


# -- why it ended ----------------------------------------------------------------------------------------------------


def test_a_failed_solver_is_not_a_limit(monkeypatch):
    Turns(monkeypatch, imbalance=lambda *_: Ending(failure="cbc could not be started."), reassigned=prove)
    problem, asked = question(time_limit=30)
    result = solve(problem, asked.solve)
    assert result.ended == (Ended.FAILED, Ended.PROVEN)


def test_the_user_stopped_it(monkeypatch):
    stop = threading.Event()
    Turns(monkeypatch, imbalance=lambda *_: stop.set(), reassigned=prove)
    problem, asked = question(time_limit=30)
    result = solve(problem, asked.solve, stop=stop)
    assert result.ended[0] is Ended.INTERRUPTED


def test_a_gap_is_no_proof():
    problem, asked = question(goals=TWO[:1], gap=0.9, gap_abs=10)
    assert solve(problem, asked.solve).ended[0] in (Ended.GAP, Ended.PROVEN)
    strict = question(goals=TWO[:1])
    assert solve(strict[0], strict[1].solve).ended == (Ended.PROVEN,)


def test_nothing_is_optimal_without_a_word_when_something_was_given_up():
    """A goal of which the next one took some is not at its best; what it could have been stays told."""
    problem, asked = question(goals=[{"minimize": "imbalance", "give_up": 1.0}, {"minimize": "reassigned"}])
    result = solve(problem, asked.solve)
    first = result.goals[0]
    if first.value > first.best + 1e-6:
        assert result.status is Status.WITHIN_GAP
    assert result.ended == (Ended.PROVEN, Ended.PROVEN)


def test_more_threads_than_there_are_is_told():
    problem, asked = question(threads=100_000)
    result = solve(problem, asked.solve)
    assert result.threads == available_threads()
    assert any("100,000" in warning for warning in result.warnings)


# -- the same words everywhere ---------------------------------------------------------------------------------------


def said(status: str, *ended: str, bound: float | None = None, language: str = "en", **rules) -> str:
    record = {"status": status, "goals": [{"ended": one, "bound": bound} for one in ended]}
    return outcome_words(record, scenario(rules), Language(language))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_ending_has_words_of_its_own(language):
    ways = [("optimal", "proven"), ("within_gap", "gap"), ("within_gap", "proven"), ("infeasible", "proven")]
    ways += [(status, ended) for status in ("feasible", "no_plan") for ended in ("limit", "interrupted", "failed")]
    words = [said(*way, language=language) for way in ways]
    assert len(set(words)) == len(ways)


def test_a_bound_that_is_not_there_is_not_spoken_of():
    assert "bound" not in said("feasible", "limit")
    assert "none below the bounds" in said("feasible", "limit", bound=0.1)
    assert said("feasible", "proven", "interrupted").startswith("You stopped it")


def test_a_trace_names_the_place_of_the_goal_that_each_row_is_about():
    problem, asked = question(time_limit=1)
    result = solve(problem, asked.solve)
    assert [row.split(",")[1] for row in trace_text(result.trace).splitlines()][:2] == ["goal", "1"]
    assert {point.goal for point in result.trace} == {1, 2, TIDY}
    problem, asked = question([{"minimize": "imbalance", "weight": 1}, {"minimize": "reassigned", "weight": 2}], time_limit=1)
    rows = trace_text(solve(problem, asked.solve).trace).splitlines()
    assert rows[0] == "seconds,goal,value,bound"
    assert {row.split(",")[1] for row in rows[1:]} == {"", TIDY}
