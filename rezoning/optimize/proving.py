"""The exact method seen from where the plan is kept: solvers work in processes of their own and are believed as far as they can be checked.

Every plan a solver sends is judged anew, every bound held against the best plan. One that dies, hangs, raises or says what cannot be loses nothing:
the rest of the time is another solver's. A lone claim that no plan exists is held against a second solver.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.asking import REMOTE, is_here
from rezoning.optimize.search.tracker import Objective, Tracker
from rezoning.optimize.solvers import apart
from rezoning.optimize.solvers.base import Ending, Limits, Watch, together
from rezoning.optimize.solvers.process import BrokenWorker, Left, Worker
from rezoning.scenario.schema import Parts

INSIDE_THE_TREE = ("scip",)  # solvers that take cuts and plans while they branch
INSTEAD = ("highs", "scip")  # who stands in for another
LEAST = 0.05  # seconds: less is not worth a start
HAD_TIME, HAD_SHARE = 1.0, 0.5  # seconds, or share, of an attempt: who had less is not to blame for not ending, for it may be slow to see its time
OURS = 0.1  # seconds beyond its time for what is no solver's code: building a model, say
MARGIN, MARGIN_SHARE = 0.25, 0.02  # seconds, and share of the time, that a solver is told less than there is
SECOND_LEAST, SECOND_SHARE = 5.0, 2.0  # seconds, and share of what the first took, that a second solver has to find the plan that "there is not"
RELAXATION = "relaxation"  # whose bounds are valid whatever its solver says (`relaxation.weak_bound`)

Repair = Callable[[Ints], Ints | None]


def margin_of(seconds: float) -> float:
    """By how much sooner than that a solver's time is over."""
    return min(MARGIN, MARGIN_SHARE * seconds)


@dataclass(frozen=True)
class Task:
    """What a worker is to do (`remote.minimize`).

    Parameters
    ----------
    formulation, objective
        The question.
    plan, bound, cutoff
        What is known of it, and of a wider question.
    solver
        By name.
    limits
        With `until` on the monotonic clock, which is one for all processes, in place of its seconds.
    is_accompanied
        A search runs beside.
    parts, is_relaxed_first
        See `exact.branch_and_cut`.
    is_repaired
        Assignments whose zones hang in the air can be made plans of here.
    """

    formulation: Formulation
    objective: Objective
    plan: Ints | None
    bound: float | None
    solver: str
    limits: Limits
    until: float
    is_accompanied: bool
    parts: Parts
    is_relaxed_first: bool
    is_repaired: bool
    cutoff: float | None = None


@dataclass
class Prover:
    """The exact method for all goals of a solve, by whatever solver is left.

    Parameters
    ----------
    name
        The solver that comes first.
    parts
        Parts of the engine that are left out or exchanged.
    said
        What broke so far, and what else a reader should know, as sentences.
    """

    name: str
    parts: Parts = field(default_factory=Parts)
    broken: set[str] = field(default_factory=set)
    overdue: set[str] = field(default_factory=set)  # those that missed their time once: slow ones do that too, so a later goal may try them again
    said: list[str] = field(default_factory=list)

    @property
    def solver(self) -> str | None:
        """Who comes next; None when everyone is broken."""
        return next(self._left(), None)

    @property
    def cuts_inside_tree(self) -> bool:
        """Whether a search may bring plans to the next solver while it works."""
        return self.solver in INSIDE_THE_TREE

    def prove(self, tracker: Tracker, limits: Limits, watch: Watch, repair: Repair | None = None) -> Ending:
        """Minimize the tracker's objective exactly; plans and bounds go to the tracker.

        Parameters
        ----------
        limits
            `seconds` counts from now.
        repair
            Makes a plan of an assignment whose zones hang in the air.
        """
        ends, whole = tracker.clock() + limits.seconds, Ending()
        while (solver := self.solver) is not None:
            left = ends - tracker.clock()
            if left < LEAST or watch.must_end():
                break
            attempt = _Attempt(self, solver, tracker, watch, repair)
            found = attempt.run(replace(limits, seconds=left))
            if found.is_infeasible and not found.failure and attempt.is_claim:
                found = self._held_against_another(attempt, found, replace(limits, seconds=ends - tracker.clock()), limits.seconds - left)
            failure, nodes = " ".join(filter(None, (whole.failure, found.failure))), together(whole.nodes, found.nodes)
            whole = Ending(found.is_proven, found.is_infeasible, whole.log + found.log, failure, nodes)
            if not found.failure:
                break
        return whole

    def blame(self, name: str, sentence: str, *, is_overdue: bool = False) -> str:
        """Note that something broke; what to say of it."""
        if not is_overdue or name in self.overdue:
            self.broken.add(name)
        self.overdue |= {name} if is_overdue else set()
        self.said.append(sentence)
        return sentence

    def _left(self, but: str = "") -> Iterator[str]:
        for name in dict.fromkeys((self.name, *INSTEAD)):
            if name not in self.broken and name != but and (name == self.name or is_here(name)):
                yield name

    def _held_against_another(self, first: _Attempt, claim: Ending, limits: Limits, began: float) -> Ending:
        """A claim that no plan exists cannot be checked, but by the plan that another solver finds."""
        tracker, watch = first.tracker, first.watch
        other = next(self._left(but=first.solver), None)
        seconds = limits.seconds if limits.counted else min(limits.seconds, max(SECOND_LEAST, SECOND_SHARE * (first.seconds - began)))
        if tracker.plan is None and other is not None and seconds >= LEAST and not watch.must_end():
            found = _Attempt(self, other, tracker, watch, first.repair).run(replace(limits, seconds=seconds))
            claim = replace(claim, log=claim.log + found.log, nodes=together(claim.nodes, found.nodes))
            if found.is_infeasible:
                return claim
        if tracker.plan is not None:
            return replace(claim, is_infeasible=False, failure=first.disbelieved("said that no plan exists, though there is one"))
        self.said.append(f"That no plan exists is the word of {first.solver} alone; no second solver confirmed it in time.")
        return claim


@dataclass
class _Attempt:
    """One solver's try at one objective: what it says is heard, checked and passed on."""

    prover: Prover
    solver: str
    tracker: Tracker
    watch: Watch
    repair: Repair | None
    source: str = ""  # whose bounds are told
    native: str = ""  # which solver's own code is at work
    since: float = 0.0
    seconds: float = 0.0  # that it has; then, that it took

    def __post_init__(self) -> None:
        self.told = self.tracker.plan

    @property
    def is_claim(self) -> bool:
        """Whether its answer is a solver's word, and not arithmetic."""
        return self.source == self.solver

    @property
    def is_accompanied(self) -> bool:
        """Whether it is told of plans that a search beside it finds."""
        return self.watch.is_accompanied and self.prover.parts.warm_start

    def run(self, limits: Limits) -> Ending:
        """Let it work; how it ended, with a failure in words if it broke."""
        began, seconds = time.monotonic(), limits.seconds
        self.seconds = seconds
        until = began + seconds - margin_of(seconds)
        limits = limits if self.solver == self.prover.name else replace(limits, options={})  # they are the first solver's
        parts, tracker = self.prover.parts, self.tracker
        task = Task(
            tracker.formulation, tracker.objective, tracker.plan if parts.warm_start else None, tracker.bound, self.solver, limits, until,
            self.is_accompanied and self.solver in INSIDE_THE_TREE, parts, RELAXATION not in self.prover.broken, self.repair is not None,
            tracker.cutoff,
        )  # fmt: skip
        try:
            with apart.hired() as worker:
                try:
                    found = self._checked(self._heard(worker, task, began + seconds))
                except Left:
                    found = Ending()
                except BrokenWorker as broken:
                    found = Ending(failure=self._blamed(broken, began + seconds - min(HAD_TIME, HAD_SHARE * seconds)))
                return replace(found, log=found.log + worker.printed())
        except OSError as error:
            return Ending(failure=self.prover.blame(self.solver, f"{self.solver} could not be given a process of its own: {error}."))
        finally:
            self.seconds = time.monotonic() - began

    def _heard(self, worker: Worker, task: Task, until: float) -> Ending:
        # where the work is counted the worker alone sees when the gap is closed: when we would hear of it, and ask it to end, is the clock's affair
        must_end = self.watch.stop.is_set if task.limits.counted else self.watch.must_end
        ending: Ending = worker.run(f"{REMOTE}:minimize", (task,), until=until, grace=self._grace, hear=self.hear, tell=self.tell, must_end=must_end)
        return ending

    def hear(self, kind: str, load: Any) -> Any:
        """A message of the worker's."""
        tracker = self.tracker
        if kind == "plan" and tracker.offer(load):
            self.told = tracker.plan
            self.watch.on_plan(load)
        elif kind == "bound":
            if not np.isfinite(load):
                raise BrokenWorker(f"gave a bound that is no number ({load})", is_nonsense=True)
            tracker.raise_bound(load)
        elif kind == "credit":
            self.source = load
            tracker.credit(load)
        elif kind == "at work":
            self.native, self.since = load, time.monotonic()
        elif kind == "say":
            tracker.say(load)
        elif kind == "cuts":
            tracker.add_cuts(load)
        elif kind == "repair" and self.repair is not None:
            return self.repair(load)
        return None

    def tell(self) -> Iterator[tuple[str, Any]]:
        """News for the worker; ends it where a plan has shown that its bounds are false."""
        if self.source in self.tracker.disbelieved:
            raise BrokenWorker(self.tracker.disbelieved[self.source], is_nonsense=True)
        plan = self.tracker.plan
        if plan is not None and plan is not self.told and self.is_accompanied:
            self.told = plan
            yield "plan", plan

    def disbelieved(self, what: str) -> str:
        """Blame the solver for something that cannot be, and take its bounds back."""
        self.tracker.disbelieve(self.solver, what)
        return self.prover.blame(self.solver, f"{self.solver} {what}; nothing it says is used any more.")

    def _checked(self, found: Ending) -> Ending:
        if self.solver in self.tracker.disbelieved:
            return Ending(log=found.log, failure=self.disbelieved(self.tracker.disbelieved[self.solver]), nodes=found.nodes)
        if found.failure:
            said = self.disbelieved(found.failure) if found.is_nonsense else self.prover.blame(self.solver, f"{self.solver} {found.failure}.")
            return replace(found, failure=said)
        if found.is_infeasible and self.tracker.plan is not None:
            return Ending(log=found.log, failure=self.disbelieved("said that no plan exists, though one is known"), nodes=found.nodes)
        return found

    def _grace(self) -> float:
        """Whoever waits for a solver waits a little longer; what is ours may be left at any moment."""
        return apart.grace_for(self.seconds) if self.since else OURS

    def _blamed(self, broken: BrokenWorker, fair: float) -> str:
        """What to say of a break; empty where time was over for a solver that was not at work by the last fair moment."""
        if broken.is_overdue and not (self.native and self.since <= fair):
            return ""
        if self.source == RELAXATION:
            return self.prover.blame(RELAXATION, f"highs, at the linear relaxation, {broken.what}.", is_overdue=broken.is_overdue)
        if broken.is_nonsense:
            return self.disbelieved(broken.what)
        return self.prover.blame(self.solver, f"{self.solver} {broken.what}.", is_overdue=broken.is_overdue)
