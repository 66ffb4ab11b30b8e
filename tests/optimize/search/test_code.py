"""The first run on a machine: branch and cut does not wait for the search's compilation, and the search is not lost for it."""

import threading

import pytest
from drawn import case, scenario

from rezoning.formulation.formulate import formulate
from rezoning.optimize import engine
from rezoning.optimize.result import Status
from rezoning.optimize.search import anneal, code
from rezoning.optimize.search.code import Code
from rezoning.optimize.solvers.process import BrokenWorker
from rezoning.scenario.schema import Solve

SMALL = {"method": "auto", "threads": 2, "gap": 0.0}


@pytest.fixture
def first(monkeypatch) -> Code:
    """A machine on which nothing is compiled yet."""
    fresh = Code()
    monkeypatch.setattr(anneal, "code", fresh)
    monkeypatch.setattr(code, "is_on_disk", lambda: False)
    monkeypatch.setattr(engine, "threads_for", lambda _settings: 2)
    return fresh


@pytest.fixture
def problem():
    return formulate(case(3).district, scenario({"capacity": {"max": 1.3, "of": "current"}}, [{"minimize": "cut_edges"}]))


def test_the_tree_proves_while_the_search_is_compiled(first, problem, monkeypatch):
    is_over = threading.Event()
    monkeypatch.setattr(engine, "call", lambda *_args, **_more: is_over.wait())
    monkeypatch.setattr(engine, "AFTER_COMPILING", -59.9)
    result = engine.solve(problem, Solve(time_limit=60.0, **SMALL))
    was_late = first.is_late
    assert engine.NOT_TIDIED in result.warnings
    is_over.set()
    assert result.status is Status.OPTIMAL
    assert was_late
    assert first.wait(lambda: False)
    assert not first.is_late


def test_the_search_comes_when_it_is_compiled_whatever_the_limit(first, problem, monkeypatch):
    monkeypatch.setattr(engine, "runs_beside", lambda *_: True)
    monkeypatch.setattr(engine, "call", lambda *_args, **_more: is_over.wait(1.0))
    is_over = threading.Event()
    monkeypatch.setattr(engine, "_most_important_open", lambda _shared: None)
    asked = []
    monkeypatch.setattr(engine, "_minimize", lambda shared, stage, seconds: asked.append((first.is_here, seconds)) or engine.Ending())
    result = engine.solve(problem, Solve(time_limit=0.2, **SMALL))
    assert result.status is Status.NO_PLAN
    assert next(is_here for is_here, _ in asked) is False
    assert asked[-1][0] is True
    assert asked[-1][1] > 0.1


def test_one_thread_waits_and_stays_the_same(first, problem, monkeypatch):
    monkeypatch.setattr(engine, "call", lambda *_args, **_more: pytest.fail("one thread compiles nothing beside"))
    monkeypatch.setattr(engine, "threads_for", lambda _settings: 1)
    engine.prepare(problem, Solve(time_limit=1.0, method="auto", threads=1))
    assert first.is_here


def test_what_cannot_be_compiled_elsewhere_is_compiled_here(first):
    def breaks():
        raise BrokenWorker("died")

    loaded = []
    first.fetch(breaks, lambda: loaded.append(True))
    assert first.wait(lambda: False)
    assert loaded == [True]
    first.fetch(breaks, lambda: loaded.append(True))
    first.load(lambda: loaded.append(True))
    assert loaded == [True]


def test_one_may_stop_waiting(first):
    is_over = threading.Event()
    first.fetch(is_over.wait, lambda: None)
    assert not first.wait(lambda: True)
    is_over.set()
    first.load(lambda: pytest.fail("it is loaded already"))
    assert first.is_here
