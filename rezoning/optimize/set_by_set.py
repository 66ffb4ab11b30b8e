"""Open sets one by one: each is an ordinary question with fewer pairs, and what no set goes below, no plan does.

First the bare relaxation of every set; then a plan of the most promising one; with its value as cutoff the relaxations of the others, cut until they
reach it; then branch and cut, always of the set whose bound is lowest, for twice as long as the last time. A set is dropped as soon as its bound has
reached the best plan's value. Where relaxations leave many, or when half of the time is over, those that are left are solved as one, with schools
fixed that all of them open or close.
One that ends at a limit has the bound that it has, and so the whole has no better one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.asking import REMOTE
from rezoning.optimize.model.shapes import is_surrogate
from rezoning.optimize.opensets import Depth, OpenSets, objective_of, open_sets
from rezoning.optimize.proving import RELAXATION, Prover
from rezoning.optimize.search.anneal import Search
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers import apart
from rezoning.optimize.solvers.base import Ending, Limits, Watch, together
from rezoning.optimize.solvers.process import BrokenWorker, Left
from rezoning.scenario.schema import Solve

SOURCE = "open sets"  # who vouches for the bound of all
FIRST_SHARE, FLOORS_SHARE = 0.2, 0.2  # of the time that is left, for bare relaxations of all sets, and for relaxations with cuts
FEW_LEFT, FEW_SHARE = 2, 0.34  # sets, or of all sets: if relaxations leave more, they say little, and one tree and one search are worth more
TURN_SHARE = 0.5  # of the time that is left, for a turn of each set that is left
REST_SHARE = 0.5  # of the time, for the sets that are left then, as one
LEAST_TURN, LEAST_LEFT = 0.5, 0.05  # seconds
NEXT_SEED = 611_953
QUICKER = 200  # sets up to which one by one is quicker than one tree, as a rule

BEYOND = 1e-7  # of a value: a bound that is so far above what a goal may be held at leaves a set no plan

How = Callable[[Tracker, Prover, Limits, Watch, Search, Ints], Ending]


@dataclass
class SolvedSet:
    """What is known of one open set.

    Parameters
    ----------
    number
        Its place among all.
    bound
        What no plan with it goes below; infinite where there is no plan.
    plan, value
        The best that was found with it.
    turn
        Seconds of its last turn.
    is_exhausted
        More time would change nothing.
    """

    number: int
    bound: float = -math.inf
    plan: Ints | None = None
    value: float | None = None
    turn: float = 0.0
    turns: int = 0
    is_exhausted: bool = False


@dataclass
class SetBySet:
    """One objective over all open sets; plans, and the bound of all, go to the tracker.

    Parameters
    ----------
    tracker
        Of the whole question.
    sets
        All its open sets, or those that are left of them.
    how
        Solves one of them (`auto`).
    """

    tracker: Tracker
    sets: OpenSets
    prover: Prover
    limits: Limits
    watch: Watch
    how: How
    found: list[SolvedSet] = field(default_factory=list)
    ending: Ending = field(default_factory=Ending)
    taken_back: int = 0

    def __post_init__(self) -> None:
        self.found = self.found or [SolvedSet(k) for k in range(len(self.sets))]
        self.ends = self.tracker.clock() + self.limits.seconds
        self.turns_end = self.ends - REST_SHARE * self.limits.seconds

    def run(self) -> Ending:
        """Work until every set is proven, dropped or exhausted, or the time is over."""
        if not self.found:
            return Ending(is_infeasible=True)
        self._floors(FIRST_SHARE, rounds=1)
        is_cut = False
        while (one := self._next()) is not None:
            self._turn(one)
            if self.tracker.value is not None and not is_cut:
                self._floors(FLOORS_SHARE)
                is_cut = True
                if sum(not self._is_done(other) for other in self.found) > max(FEW_LEFT, FEW_SHARE * len(self.found)):
                    break
        self._rest()
        is_open = any(not self._is_done(one) for one in self.found)
        none = self.tracker.plan is None and all(one.bound == math.inf for one in self.found)
        return replace(self.ending, is_proven=not is_open and not none, is_infeasible=none)

    def left(self) -> float:
        """Seconds until the end."""
        return self.ends - self.tracker.clock()

    def _is_done(self, one: SolvedSet) -> bool:
        """Whether no plan of the set can be better than the best by more than the gap."""
        value = self.tracker.value
        return one.bound == math.inf or (value is not None and one.bound >= value - self._slack)

    @property
    def _slack(self) -> float:
        """How far a bound may stay below the best plan's value."""
        value = self.tracker.value
        return 0.0 if value is None else max(self.limits.gap_abs, self.limits.gap * abs(value), 1e-9)

    def _next(self) -> SolvedSet | None:
        """The most promising set that time can still help; None where there is none, or no time."""
        if self.watch.stop.is_set() or self.tracker.clock() >= self.turns_end or self.prover.solver is None:
            return None
        open_ones = [one for one in self.found if not self._is_done(one) and not one.is_exhausted]
        return min(open_ones, key=lambda one: (one.bound == -math.inf, one.bound, one.turns, one.number), default=None)

    # -- relaxations -------------------------------------------------------------------------------------------------

    def _floors(self, share: float, rounds: int | None = None) -> None:
        """A bound of every set that is left from its relaxation, which weak duality proves; the most promising sets first."""
        self.tracker.say("relaxations of open sets")
        seconds = share * self.left()
        until = time.monotonic() + seconds
        left = [one for one in self.found if not self._is_done(one) and not one.turns]
        waiting = [one.number for one in sorted(left, key=lambda one: one.bound)]
        if not self.tracker.is_bounded or not waiting or RELAXATION in self.prover.broken:
            return
        tracker = self.tracker
        cutoff = None if tracker.value is None else tracker.value - self._slack
        question = tracker.formulation, tracker.objective, self.sets
        args = (question, waiting, until - apart.grace_for(seconds) / 2, Depth(cutoff, rounds))
        try:
            with apart.hired() as worker:
                worker.run(
                    f"{REMOTE}:set_floors", args, until=until, grace=lambda: apart.grace_for(seconds), hear=self._hear_floor,
                    must_end=self.watch.stop.is_set,
                )  # fmt: skip
        except BrokenWorker as broken:
            if not broken.is_overdue:
                self.prover.blame(RELAXATION, f"highs, at the linear relaxation, {broken.what}.")
        except (Left, OSError):
            pass
        self._raise()

    def _hear_floor(self, kind: str, load: tuple[int, float]) -> None:
        if kind == "bound" and not math.isnan(load[1]):
            by_number = {one.number: one for one in self.found}
            by_number[load[0]].bound = max(by_number[load[0]].bound, load[1])

    # -- turns -------------------------------------------------------------------------------------------------------

    def _turn(self, one: SolvedSet) -> None:
        """Work on one set for twice as long as the last time."""
        waiting = [other for other in self.found if not self._is_done(other) and not other.is_exhausted]
        self.tracker.say(f"open sets, {len(waiting)} of {len(self.found)} left")
        question = self.sets.question(self.tracker.formulation, one.number)
        if question is None:
            one.bound = math.inf
            return
        left = max(self.turns_end - self.tracker.clock(), LEAST_TURN)
        one.turn = min(max(2.0 * one.turn, TURN_SHARE * left / len(waiting), LEAST_TURN), left, self.left())
        one.turns += 1
        before, began = (one.bound, one.value), self.tracker.clock()
        ended = self._solved([one], question, one.turn)
        is_early = self.tracker.clock() - began < 0.5 * one.turn
        one.is_exhausted = ended.is_proven or (is_early and (one.bound, one.value) == before)

    def _rest(self) -> None:
        """The sets that are left as one question, in which schools are fixed that all of them open or close."""
        left = [one for one in self.found if not self._is_done(one)]
        if not left or self.watch.stop.is_set() or self.left() < LEAST_LEFT or all(one.is_exhausted for one in left):
            return
        question = self.sets.shared(self.tracker.formulation, [one.number for one in left])
        if question is not None:
            self.tracker.say(f"{len(left)} open sets together")
            self._solved(left, question, self.left())

    def _solved(self, ones: list[SolvedSet], question: Formulation, seconds: float) -> Ending:
        """Work on a question that holds some sets; their bounds, the best plan, and how it ended."""
        own = self._tracker_of(ones, question)
        limits = replace(self.limits, seconds=seconds, seed=self.limits.seed + NEXT_SEED * max(0, *(one.turns - 1 for one in ones)))
        start = question.start if own.plan is None else own.plan
        watch = replace(self.watch, is_done=lambda: own.is_within(limits.gap, limits.gap_abs))
        ended = self.how(own, self.prover, limits, watch, Search(question, own.objective, limits.seed), start)
        self._learn(ones, own, ended)
        return ended

    def _tracker_of(self, ones: list[SolvedSet], question: Formulation) -> Tracker:
        """A tracker of some sets, told what is known of them, whose news are news of the whole."""
        whole = self.tracker
        objective = objective_of(whole.objective, whole.formulation, question)
        own = Tracker(question, objective, whole.clock, None, whole.goal)
        for one in ones:
            if one.plan is not None:
                own.offer(one.plan)
        if whole.plan is not None:
            is_ours = self.sets.of(whole.plan, whole.formulation) in {one.number for one in ones}
            if is_ours:
                own.offer(whole.plan)
            own.cutoff = None if is_ours else whole.value
        if math.isfinite(least := min(one.bound for one in ones)):
            own.credit(RELAXATION)
            own.raise_bound(least)
        own.on_news = lambda _own: self._news(ones, own)
        return own

    def _news(self, ones: list[SolvedSet], own: Tracker) -> None:
        if own.plan is not None:
            self.tracker.offer(own.plan)
        if own.bound is not None and not own.disbelieved:
            for one in ones:
                one.bound = own.bound if len(ones) == 1 else max(one.bound, own.bound)
            self._raise()

    def _learn(self, ones: list[SolvedSet], own: Tracker, ended: Ending) -> None:
        """What a turn has found; where a solver has lied in it, its bounds are taken back."""
        bound = math.inf if ended.is_infeasible and own.plan is None else -math.inf if own.bound is None else own.bound
        number = None if own.plan is None else self.sets.of(own.plan, self.tracker.formulation)
        for one in ones:
            if one.number == number and (one.value is None or (own.value is not None and own.value < one.value)):
                one.plan, one.value = own.plan, own.value
            one.bound = bound if len(ones) == 1 or own.disbelieved else max(one.bound, bound)
        if own.disbelieved:
            self.tracker.disbelieve(self._source, next(iter(own.disbelieved.values())))
            self.taken_back += 1
        ending = self.ending
        log = "\n".join(text for text in (ending.log, ended.log) if text)
        failure = " ".join(dict.fromkeys(filter(None, (ending.failure, ended.failure))))
        self.ending = Ending(log=log, failure=failure, nodes=together(ending.nodes, ended.nodes))
        self.tracker.add_cuts(own.cuts)
        self._raise()

    @property
    def _source(self) -> str:
        return f"{SOURCE} {self.taken_back}" if self.taken_back else SOURCE

    def _raise(self) -> None:
        """What no set goes below is the bound of all."""
        least = min(one.bound for one in self.found)
        if math.isfinite(least):
            self.tracker.credit(self._source)
            self.tracker.raise_bound(least)


def left_of(found: Sequence[SolvedSet], upper: float) -> list[SolvedSet]:
    """The sets for the next goal: those that cannot keep the one before at `upper` have no plan any more."""
    most = upper + BEYOND * max(1.0, abs(upper))
    return [SolvedSet(one.number, math.inf if one.bound > most else -math.inf) for one in found]


def sets_of(problem: Formulation, settings: Solve) -> OpenSets | None:
    """The open sets of a question, where they are solved one by one; None where one tree has the choice.

    Not where work is counted, where nothing is proven anyway, or where the sets are more than `opensets.FEW`.
    """
    is_proving = settings.method != "anneal" and settings.cycles is None and not problem.is_restricted
    if not is_proving or settings.parts.open_sets == "joint" or any(is_surrogate(terms) for terms in problem.terms):
        return None
    found = open_sets(problem)
    if found is None or len(found) < 2:
        return None
    return found if settings.parts.open_sets == "each" or len(found) <= QUICKER else None
