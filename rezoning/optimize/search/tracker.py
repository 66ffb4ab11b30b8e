"""What is known so far of the goal being solved: the best plan, the best bound, and when each came."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints, Terms
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import is_feasible, value
from rezoning.optimize.model.shapes import is_surrogate, lowest
from rezoning.optimize.result import Progress, TracePoint, Watcher
from rezoning.optimize.solvers.base import Clock
from rezoning.scenario.goals import WHOLE

WHOLE_SLACK = 1e-6  # a bound so little above a whole number may be the solver's rounding
SAME = 1e-12  # natural value: what differs by less is no better
LIE = 1e-5  # of the value: a bound that is farther above a plan's value is no rounding

Objective = Sequence[tuple[Terms, float]]
OnPlan = Callable[[Ints, float], object]  # told of a better plan and its value


@dataclass
class Tracker:
    """Keeps the best plan and bound of one objective; takes only plans that obey every row and are contiguous.

    Parameters
    ----------
    formulation, objective
        The question, with the goals before it held.
    clock
        Seconds since the whole solve began.
    watcher
        Told of every improvement.
    goal
        The goal's place in the list, from 1; None for a weighted sum.
    cutoff
        A value that a plan of a wider question has: where the bound has reached it, nothing that is of use is left to find.
    """

    formulation: Formulation
    objective: Objective
    clock: Clock
    watcher: Watcher | None = None
    goal: int | None = None
    phase: str = ""
    plan: Ints | None = None
    value: float | None = None
    bound: float | None = None
    cuts: int = 0
    trace: list[TracePoint] = field(default_factory=list)
    source: str = ""  # who vouches for the bounds to come
    bounds: dict[str, float] = field(default_factory=dict)  # the best of each source
    disbelieved: dict[str, str] = field(default_factory=dict)  # sources whose bound was above a plan's value, and what they said
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    on_news: Callable[[Tracker], object] | None = None  # told of every improvement, as the watcher is
    cutoff: float | None = None

    def __post_init__(self) -> None:
        self.separator = Separator(self.formulation)
        self.is_surrogate = any(is_surrogate(terms) for terms, weight in self.objective if weight)
        self._is_whole = all(terms.goal.minimize in WHOLE and weight == 1 for terms, weight in self.objective)
        self._lowest = sum(weight * lowest(self.formulation, terms) for terms, weight in self.objective)

    def offer(self, school_of_node: Ints) -> bool:
        """Take a plan if it is better than the best and breaks nothing; whether it was taken. Any thread may offer."""
        found = value(self.objective, self.formulation, school_of_node)
        if self.value is not None and found >= self.value - SAME:
            return False
        if not is_feasible(self.formulation, school_of_node, self.separator):
            return False
        with self.lock:
            if self.value is not None and found >= self.value - SAME:
                return False
            self.plan, self.value = school_of_node.copy(), found
            self.hold_against(found)
        self._tell()
        return True

    def raise_bound(self, bound: float | None) -> None:
        """Take a valid lower bound if it is better; never above the best value, which is an upper bound of the optimum and refutes what is higher.

        None is taken where the rows are restricted or something else is minimized in the goal's stead: solvers then bound another question. One that
        is above the value by more than rounding is a lie: nothing that its source says is believed any more.
        """
        if bound is None or not np.isfinite(bound) or not self.is_bounded or self.source in self.disbelieved:
            return
        with self.lock:
            self.bounds[self.source] = max(bound, self.bounds.get(self.source, -np.inf))
            if self.value is not None:
                self.hold_against(self.value)
            is_better = self._believe()
        if is_better:
            self._tell()

    @property
    def is_bounded(self) -> bool:
        """Whether a solver's bound is one of this question."""
        return not (self.formulation.is_restricted or self.is_surrogate)

    def credit(self, source: str) -> None:
        """Say who vouches for the bounds to come."""
        self.source = source

    def hold_against(self, value: float) -> None:
        """Take back everything said by those whose bound is above a value that a plan has."""
        for source, bound in list(self.bounds.items()):
            if bound > value + LIE * max(1.0, abs(value)):
                self.disbelieve(source, f"said that no plan has less than {bound:.6g}, though one with {value:.6g} is known")

    def disbelieve(self, source: str, why: str) -> None:
        """Take back every bound of a source, in the trace too, and take none from it any more."""
        self.disbelieved[source] = why
        if self.bounds.pop(source, None) is None:
            return
        self.bound = None
        self._believe()
        left = self.bound
        self.trace = [replace(point, bound=None if point.bound is None or left is None else min(point.bound, left)) for point in self.trace]

    def _believe(self) -> bool:
        """Make the best of all bounds that are believed the bound; whether it rose."""
        best = max(self.bounds.values(), default=-np.inf)
        if best == -np.inf:
            return False
        best = max(best, self._lowest)
        best = float(np.ceil(best - WHOLE_SLACK)) + 0.0 if self._is_whole else best  # 0.0: no minus before nothing
        best = best if self.value is None else min(best, self.value)
        if self.bound is not None and best <= self.bound:
            return False
        self.bound = best
        return True

    def add_cuts(self, count: int) -> None:
        """Count cuts."""
        self.cuts += count

    def is_within(self, gap: float, gap_abs: float) -> bool:
        """Whether value, or what cuts it off, and bound are as near as asked."""
        known = [value for value in (self.value, self.cutoff) if value is not None]
        if not known or self.bound is None:
            return False
        return min(known) - self.bound <= max(gap_abs, gap * abs(min(known)), 1e-9)

    def say(self, phase: str) -> None:
        """Tell the watcher what is being done."""
        self.phase = phase
        if self.watcher is not None:
            self.watcher(Progress(phase, self.clock(), self.value, self.bound, self.cuts, self.goal))

    def _tell(self) -> None:
        self.trace.append(TracePoint(self.clock(), self.goal, self.value, self.bound))
        self.say(self.phase)
        if self.on_news is not None:
            self.on_news(self)
