"""Turns go to the engine that pays; one that waits comes back."""

import threading

import numpy as np
from drawn import picture, scenario

from rezoning.formulation.formulate import formulate
from rezoning.optimize.search.operators import IN_A_ROW, SHORTEST_TURN, Operator, OperatorSelection
from rezoning.optimize.search.tracker import Tracker

NEVER = threading.Event()
BETTER = [np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 1, 1])]  # 2 units of 6 reassigned, then 1, then none


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def arena(first: list[np.ndarray], second: list[np.ndarray]) -> tuple[OperatorSelection, Tracker, list[str], Hand]:
    """Two operators that hand out given plans, one per turn; the second needs a plan."""
    problem = formulate(picture("AabbbB"), scenario(goals=[{"minimize": "reassigned"}]))
    clock, took = Hand(), []
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], clock)

    def engine(name: str, plans: list[np.ndarray]) -> Operator:
        def improve(_origin, seconds, _stop, on_plan) -> None:
            took.append(name)
            clock.now += seconds
            if plans:
                on_plan(plans.pop(0), 0.0)

        return Operator(improve, needs_plan=name == "b", rate=0.0 if name == "b" else np.inf)

    return OperatorSelection(tracker, [engine("a", first), engine("b", second)], problem.start), tracker, took, clock


def test_the_one_that_needs_a_plan_waits_for_one():
    turns, tracker, took, _ = arena([], [])
    for _ in range(4):
        turns.take(1.0, NEVER)
    assert took == ["a"] * 4
    assert tracker.plan is None


def test_when_one_stalls_the_other_comes():
    turns, tracker, took, _ = arena([np.array([0, 0, 0, 0, 1, 1])], [BETTER[0].copy(), BETTER[1].copy()])
    for _ in range(4):
        turns.take(100.0, NEVER)
    assert took == ["a", "b", "b", "b"]  # a's first plan was better than none, which is no gain; b pays until it does not
    assert tracker.value == 0.0
    turns.take(100.0, NEVER)
    assert took[-1] == "a"


def test_nobody_has_more_than_a_few_turns_in_a_row():
    turns, tracker, took, _ = arena([], [])
    tracker.offer(BETTER[1].copy())
    for _ in range(2 * IN_A_ROW + 2):
        turns._operators[0].rate = 1.0  # as if it had paid
        turns.take(1.0, NEVER)
    assert "".join(took) == ("a" * IN_A_ROW + "b") * 2


def test_turns_grow_with_the_time():
    turns, _, _, clock = arena([], [])
    turns.take(1e9, NEVER)
    assert clock.now == SHORTEST_TURN
    clock.now = 1000.0
    turns.take(1e9, NEVER)
    assert clock.now == 1200.0
    turns.take(5.0, NEVER)
    assert clock.now == 1205.0


def test_a_stopped_turn_says_nothing_of_what_pays():
    turns, _, _, _ = arena([BETTER[0].copy()], [])
    stop = threading.Event()
    stop.set()
    turns.take(100.0, stop)
    assert turns._operators[0].rate == np.inf
