"""Callbacks of a solve: who is told of every better plan and bound, without being able to harm either."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.result import OnBound, OnPlan
from rezoning.optimize.search.tracker import Tracker

log = logging.getLogger(__name__)
FAULT = "%s, which was given to hear of %s, raised an error; it is not called again. The solve goes on."


class Listeners:
    """Tells plans and bounds to whoever asked for them, one call at a time, from whatever thread found them.

    One that raises is not called again; nothing that was found is lost.

    Parameters
    ----------
    problem
        The question that is solved; plans are told as plans of its units.
    on_plan, on_bound
        See `engine.solve`.
    stop
        Set where Ctrl-C comes while one of them is at work.
    """

    def __init__(self, problem: Formulation, on_plan: OnPlan | None, on_bound: OnBound | None, stop: threading.Event) -> None:
        self._problem, self._on_plan, self._on_bound, self._stop = problem, on_plan, on_bound, stop
        self._lock = threading.Lock()
        self._plan: Ints | None = None
        self._bounds: dict[int | None, float | None] = {}

    def hear(self, tracker: Tracker) -> None:
        """Tell what a tracker knows by now and did not before."""
        with self._lock:
            if tracker.plan is not None:
                self._tell_plan(tracker.plan)
            if self._on_bound is not None and tracker.bound != self._bounds.get(tracker.goal):
                self._bounds[tracker.goal] = tracker.bound
                if not self._is_heard(self._on_bound, "bounds", tracker.goal, tracker.bound):
                    self._on_bound = None

    def hear_plan(self, school_of_node: Ints) -> None:
        """Tell a plan that no tracker knows: the tidied one."""
        with self._lock:
            self._tell_plan(school_of_node)

    def _tell_plan(self, plan: Ints) -> None:
        if self._on_plan is None or plan is self._plan or (self._plan is not None and (plan == self._plan).all()):
            return
        self._plan = plan
        x = self._problem.vector(plan)
        values = tuple(terms.value(x) for terms in self._problem.terms)
        if not self._is_heard(self._on_plan, "plans", self._problem.expand(plan), values):
            self._on_plan = None

    def _is_heard(self, callback: Callable[..., object], what: str, *found: Any) -> bool:
        """Call back; whether that went well."""
        try:
            callback(*found)
        except KeyboardInterrupt:
            self._stop.set()
        except Exception:
            log.exception(FAULT, getattr(callback, "__qualname__", repr(callback)), what)
            return False
        return True
