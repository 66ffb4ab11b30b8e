"""What no plan goes below: under every plan's value, by the oracle that knows the rules from the documentation alone."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from drawn import case, picture, scenario
from oracle import Oracle

from rezoning.commands.diagnosis.floors import floors
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.optimize import asking
from rezoning.optimize.floor import floor
from rezoning.optimize.solvers.base import Watch
from rezoning.optimize.solvers.process import BrokenWorker
from rezoning.scenario.goals import Goal

LOW = Goal(minimize="dissimilarity", group="low")


def asked_for_low(seed: int):
    """A drawn question, with the dissimilarity of one group as its goal."""
    drawn = case(seed, 8)
    return drawn.district, drawn.scenario.model_copy(update={"goals": (LOW,)})


@pytest.mark.parametrize("seed", range(60))
def test_it_is_below_every_plan(seed):
    district, question = asked_for_low(seed)
    truth = Oracle(district, question).truth()
    told: list[float] = []
    try:
        problem = formulate(district, question)
    except Infeasible:
        assert not truth.is_feasible
        return
    floor(problem, problem.terms[0], 20.0, Watch(), told.append)
    if truth.is_feasible:
        assert max(told, default=0.0) <= truth.values[0] + 1e-6


def test_where_nothing_can_be_chosen_it_is_the_value():
    district = picture("AabB", groups={"low": np.array([9.0, 9, 1, 1])})
    problem = formulate(district, scenario({"locked": {"schools": ["A", "B"]}}, [LOW.model_dump(exclude_none=True)]))
    told: list[float] = []
    floor(problem, problem.terms[0], 20.0, Watch(), told.append)
    assert told == [pytest.approx(0.8)]


def test_no_bound_where_none_is_valid():
    district = picture("AabB", groups={"low": np.array([9.0, 9, 1, 1])})
    rules = {"contiguity": {"method": "closer_neighbor"}}
    problem = formulate(district, scenario(rules, [LOW.model_dump(exclude_none=True)]))
    told: list[float] = []
    floor(problem, problem.terms[0], 20.0, Watch(), told.append)
    assert told == []
    found = floors(district, scenario(rules), {"low": 0.8})["low"]
    assert (found.rules, found.why) == (None, "no_proof")


@pytest.mark.parametrize("seed", [1, 5, 8])
def test_floors_by_a_worker(seed):
    """The one with fewer rules is never above the one with all, nor any above what plans have."""
    district, question = asked_for_low(seed)
    truth = Oracle(district, question).truth()
    found = floors(district, question, {"low": 1.0}, 20.0)["low"]
    if truth.is_feasible:
        assert found.rules is not None
        assert 0 <= found.rules <= truth.values[0] + 1e-6
        assert found.loose is None or found.loose <= found.rules + 1e-9 or question.rules.assign or not question.rules.stay_allowed


def test_rules_that_leave_no_plan_are_said():
    district = picture("AabB", groups={"low": np.array([9.0, 9, 1, 1])}, capacity=np.array([10.0, 10]))
    found = floors(district, scenario({"capacity": {"max": 1.0}}), {"low": 0.8})["low"]
    assert (found.rules, found.why) == (None, "no_plan")


def test_no_time_is_no_proof():
    district = picture("AabB", groups={"low": np.array([9.0, 9, 1, 1])})
    found = floors(district, scenario(), {"low": 0.8}, 0.0)["low"]
    assert (found.rules, found.loose, found.why) == (None, None, "time")


class FakeWorker:
    """Tells bounds, then breaks."""

    def __init__(self, told):
        self.told = told

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def run(self, _function, _args, *, hear, **_):
        for bound in self.told:
            hear("bound", bound)
        raise BrokenWorker("died")


def test_what_was_proven_before_a_solver_died_stays(monkeypatch, caplog):
    district = picture("AabB", groups={"low": np.array([9.0, 9, 1, 1])})
    problem = formulate(district, scenario(goals=[LOW.model_dump(exclude_none=True)]))
    monkeypatch.setattr(asking, "hired", lambda: FakeWorker([0.1, float("nan"), 0.3, 0.2]))
    assert asking.floor(problem, problem.terms[0], 1.0, threading.Event()) == 0.3
    monkeypatch.setattr(asking, "hired", lambda: FakeWorker([]))
    assert asking.floor(problem, problem.terms[0], 1.0, threading.Event()) is None
    assert "HiGHS died" in caplog.text


def test_a_bound_above_zones_that_obey_the_rules_is_not_believed(monkeypatch):
    district = picture("AabB", groups={"low": np.array([9.0, 9, 1, 1])})
    monkeypatch.setattr(asking, "hired", lambda: FakeWorker([0.9]))
    found = floors(district, scenario(), {"low": 0.8})["low"]
    assert (found.rules, found.loose) == (None, None)
