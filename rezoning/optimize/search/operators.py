"""The search's thread: annealing and neighborhoods in turn, the one that has been paying more per second first."""

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
class Engine:
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


class Turns:
    """Gives turns to engines until the time is over; their plans go to the tracker."""

    def __init__(self, tracker: Tracker, engines: list[Engine], start: Ints) -> None:
        self._tracker, self._engines, self._start = tracker, engines, start
        self._began = tracker.clock()

    def take(self, seconds: float, stop: threading.Event) -> None:
        """One turn of at most so many seconds, from the tracker's plan. One that is stopped early says nothing of what pays."""
        tracker, began = self._tracker, self._tracker.clock()
        ready = [engine for engine in self._engines if tracker.plan is not None or not engine.needs_plan]
        engine = max(ready, key=lambda one: (one.row < IN_A_ROW, one.rate, -one.last))
        for one in self._engines:
            one.row = one.row + 1 if one is engine else 0
        length = min(seconds, max(SHORTEST_TURN, TURN_SHARE * (began - self._began)))
        origin = self._start if tracker.plan is None else tracker.plan
        gains: list[float] = []
        engine.improve(origin, length, stop, lambda plan, _value: self._offer(plan, gains))
        engine.last = tracker.clock()
        if engine.last - began < IDLE:
            stop.wait(min(IDLE, seconds))  # nothing to search in: leave the processor to the tree
        if not stop.is_set():
            engine.rate = sum(gains) / max(engine.last - began, SHORTEST_TURN)

    def _offer(self, plan: Ints, gains: list[float]) -> None:
        """The tracker recomputes the value; what a plan is better than the best there was is its gain."""
        before = self._tracker.value
        if self._tracker.offer(plan) and before is not None and self._tracker.value is not None:
            gains.append(before - self._tracker.value)
