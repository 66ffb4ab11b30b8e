"""Operator selection: annealing and neighborhoods in turn, the one that has been paying more per second first.

The operators of a large neighborhood search are the arms of a bandit whose pay changes with the plan. The choice is greedy over what each brought
per second in its last turn, with optimistic first values (Sutton & Barto 2018, Reinforcement Learning, sections 2.5 and 2.6) and, in place of
chance, a limit on turns in a row; Ropke & Pisinger (2006) choose by weights of the same kind in their adaptive large neighborhood search.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rezoning.formulation.formulation import Ints
from rezoning.optimize.search.tracker import OnPlan, Tracker

Improve = Callable[[Ints, float, threading.Event, OnPlan], object]
SHORTEST_TURN = 12.0  # seconds: a cooling of a big question, two dozen neighborhoods
IN_A_ROW = 3  # turns of one before another gets one, whatever it brought last: what pays changes with the plan
IDLE = 0.1  # seconds
TURN_SHARE = 0.2  # of the time so far, where that is longer: annealing needs longer coolings the better its start is


@dataclass
class Operator:
    """A way to improve plans, and what it brought per second in its last turn.

    Parameters
    ----------
    improve
        Called with a start, seconds, the wish to stop, and whom to tell.
    needs_plan
        Whether the start must be a plan.
    rate
        Before the first turn: infinite to come first, 0 to come when the others stall or had their turns in a row.
    """

    improve: Improve
    needs_plan: bool = False
    rate: float = np.inf
    last: float = -1.0  # when its last turn ended
    row: int = 0  # its turns since another had one


class OperatorSelection:
    """Gives turns to operators until the time is over; their plans go to the tracker."""

    def __init__(self, tracker: Tracker, operators: list[Operator], start: Ints) -> None:
        self._tracker, self._operators, self._start = tracker, operators, start
        self._began = tracker.clock()

    def take(self, seconds: float, stop: threading.Event) -> None:
        """One turn of at most so many seconds, from the tracker's plan. One that is stopped early says nothing of what pays."""
        tracker, began = self._tracker, self._tracker.clock()
        ready = [operator for operator in self._operators if tracker.plan is not None or not operator.needs_plan]
        operator = max(ready, key=lambda one: (one.row < IN_A_ROW, one.rate, -one.last))
        for one in self._operators:
            one.row = one.row + 1 if one is operator else 0
        length = min(seconds, max(SHORTEST_TURN, TURN_SHARE * (began - self._began)))
        origin = self._start if tracker.plan is None else tracker.plan
        gains: list[float] = []
        operator.improve(origin, length, stop, lambda plan, _value: self._offer(plan, gains))
        operator.last = tracker.clock()
        if operator.last - began < IDLE:
            stop.wait(min(IDLE, seconds))  # nothing to search in: leave the processor to the tree
        if not stop.is_set():
            operator.rate = sum(gains) / max(operator.last - began, SHORTEST_TURN)

    def _offer(self, plan: Ints, gains: list[float]) -> None:
        """The tracker recomputes the value; what a plan is better than the best there was is its gain."""
        before = self._tracker.value
        if self._tracker.offer(plan) and before is not None and self._tracker.value is not None:
            gains.append(before - self._tracker.value)
