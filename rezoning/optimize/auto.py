"""Search for plans and bounds together: the search's plan is the tree's incumbent and cutoff, the tree's plan is a start for the search.

With two threads the search runs beside branch and cut; with one it goes first, for so many coolings: then the same seed makes the same steps, and
only a time limit that comes before the proof can end them elsewhere. What the search does beside the tree, it does in turns that go to what has been
paying (`search.operators`); which of two threads is first is the machine's affair, so that several threads promise a plan as good, not the same plan.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, count

from rezoning.formulation.formulation import Ints
from rezoning.optimize.neighboring import Neighboring
from rezoning.optimize.proving import Prover
from rezoning.optimize.search import anneal
from rezoning.optimize.search.anneal import Search
from rezoning.optimize.search.operators import IN_A_ROW, Operator, OperatorSelection
from rezoning.optimize.search.tracker import OnPlan, Tracker
from rezoning.optimize.solvers.base import Ending, Limits, Watch
from rezoning.optimize.solvers.counted import Counted

ALONE_SHARE = 0.5  # of a goal's time that the search may have where it cannot run beside branch and cut
REPAIR_MOST = 0.5  # seconds for a round's broken plan
NEXT_SEED = 104_729
LOOK = 0.2  # seconds between two looks at whether the search has closed the gap
ALONE_CYCLES = 6  # coolings, counted and not timed, so that they repeat


def search_and_prove(tracker: Tracker, prover: Prover, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """Minimize the tracker's objective with everything there is; plans and bounds go to the tracker.

    Parameters
    ----------
    search
        Of the tracker's formulation and objective.
    start
        Where the search sets out while the tracker has no plan: any assignment, -1 where a node has none.
    """
    watch = replace(watch, is_done=lambda: tracker.is_within(limits.gap, limits.gap_abs))
    is_beside = limits.counted is None and runs_beside(prover, limits.threads)
    return (_side_by_side if is_beside else _in_turn)(tracker, prover, limits, watch, search, start)


def runs_beside(prover: Prover, threads: int) -> bool:
    """Whether the search runs beside branch and cut; where the work is counted it never does, for there it has an end."""
    return threads > 1 and prover.cuts_inside_tree


def search_alone(tracker: Tracker, prover: Prover, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """Look for plans until the time is over; nothing is proven."""
    tracker.say("search")
    ends = tracker.clock() + limits.seconds
    if limits.counted is not None:
        _count_off(tracker, prover, search, limits, limits.counted, watch, start)
        return Ending()
    with _turns(tracker, prover, search, limits, limits.threads, start) as (turns, _hurry):
        while tracker.clock() < ends and not watch.must_end():
            turns.take(ends - tracker.clock(), watch.stop)
    return Ending()


def prove_then_search(tracker: Tracker, prover: Prover, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """Branch and cut; the search has the time that it leaves, where every solver is broken or something else was minimized in the goal's stead."""
    ends = tracker.clock() + limits.seconds

    def repair(loose: Ints) -> Ints | None:
        seconds = REPAIR_MOST if limits.counted is None else ends - tracker.clock()
        return search.repair(loose, seconds, watch.stop, limits.counted and replace(limits.counted, cycles=1))

    ending = prover.prove(tracker, limits, watch, repair)
    left = ends - tracker.clock()
    if left > 0 and _is_open(tracker, prover, limits, ending):
        watch = replace(watch, is_done=lambda: tracker.is_within(limits.gap, limits.gap_abs))
        search_alone(tracker, prover, replace(limits, seconds=left), watch, search, start if tracker.plan is None else tracker.plan)
    return ending


def _is_open(tracker: Tracker, prover: Prover, limits: Limits, ending: Ending) -> bool:
    """Whether there is something to search for when branch and cut has ended before its time."""
    is_left = tracker.is_surrogate or ending.failure != "" or prover.solver is None
    return is_left and not ending.is_infeasible and not tracker.is_within(limits.gap, limits.gap_abs)


def _in_turn(tracker: Tracker, prover: Prover, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """The search first, then branch and cut from its plan."""
    tracker.say("search")
    began, origin = tracker.clock(), start if tracker.plan is None else tracker.plan
    seconds, cycles = (ALONE_SHARE * limits.seconds, ALONE_CYCLES) if limits.counted is None else (limits.seconds, limits.counted.cycles)
    search.improve(origin, seconds, watch.stop, lambda plan, _value: tracker.offer(plan), limits.threads, cycles, limits.counted)
    if watch.must_end():
        return Ending()
    return prove_then_search(tracker, prover, replace(limits, seconds=began + limits.seconds - tracker.clock()), watch, search, origin)


def _side_by_side(tracker: Tracker, prover: Prover, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """The search in threads of its own while branch and cut runs; each is told of the other's better plans."""
    wake = threading.Event()
    watch = replace(watch, is_accompanied=True, on_plan=lambda _plan: wake.set())
    ends = tracker.clock() + limits.seconds
    with _searching(tracker, prover, search, limits, wake, start):
        ending = prover.prove(tracker, replace(limits, threads=1), watch)
        while _is_open(tracker, prover, limits, ending) and tracker.clock() < ends and not watch.must_end():
            watch.stop.wait(min(LOOK, max(ends - tracker.clock(), 0.0)))
        return ending


def _count_off(tracker: Tracker, prover: Prover, search: Search, limits: Limits, counted: Counted, watch: Watch, start: Ints) -> None:
    """So many coolings, and after every few of them neighborhoods in proportion: by turns, whatever has been paying and however long it takes."""
    ends, left, searches = tracker.clock() + limits.seconds, counted.cycles, _searches(tracker, search, limits)
    neighborhoods = Neighboring(tracker, prover, limits.seed)
    try:
        while left > 0 and tracker.clock() < ends and not watch.must_end():
            turn = Counted(min(IN_A_ROW, left))
            origin = start if tracker.plan is None else tracker.plan
            seconds = ends - tracker.clock()
            next(searches).improve(origin, seconds, watch.stop, lambda plan, _value: tracker.offer(plan), limits.threads, turn.cycles, turn)
            if prover.parts.neighborhoods and tracker.plan is not None:
                seconds = ends - tracker.clock()
                neighborhoods.improve(tracker.plan, seconds, watch.stop, lambda plan, _value: tracker.offer(plan), turn.neighborhoods)
            left -= turn.cycles
    finally:
        neighborhoods.close()


def _searches(tracker: Tracker, search: Search, limits: Limits) -> Iterator[Search]:
    """For every turn another seed: not the same way once more."""
    return chain([search], (Search(tracker.formulation, tracker.objective, limits.seed + i * NEXT_SEED) for i in count(1)))


@contextmanager
def _turns(
    tracker: Tracker, prover: Prover, search: Search, limits: Limits, threads: int, start: Ints
) -> Iterator[tuple[OperatorSelection, Callable[[], None]]]:
    """Annealing, and as soon as there is a plan the re-optimization of a few zones at a time; and how to say that the time is over."""
    neighborhoods = Neighboring(tracker, prover, limits.seed)
    searches = _searches(tracker, search, limits)

    def cool(origin: Ints, seconds: float, stop: threading.Event, on_plan: OnPlan) -> None:
        next(searches).improve(origin, seconds, stop, on_plan, threads=threads)

    try:
        operators = [Operator(cool)] + [Operator(neighborhoods.improve, needs_plan=True, rate=0.0)] * prover.parts.neighborhoods
        yield OperatorSelection(tracker, operators, start), neighborhoods.hurry
    finally:
        neighborhoods.close()


@contextmanager
def _searching(tracker: Tracker, prover: Prover, search: Search, limits: Limits, wake: threading.Event, start: Ints) -> Iterator[None]:
    """Search while the body runs, again from the tracker's plan whenever `wake` is set; ends with the body."""
    over, ends = threading.Event(), tracker.clock() + limits.seconds

    def go() -> None:
        anneal.code.wait(lambda: over.is_set() or tracker.clock() >= ends)
        while anneal.code.is_here and not over.is_set() and tracker.clock() < ends:
            wake.clear()
            if over.is_set():  # set between the question above and the line before
                break
            turns.take(ends - tracker.clock(), wake)

    with _turns(tracker, prover, search, limits, limits.threads - 1, start) as (turns, hurry):
        with ThreadPoolExecutor(1, "search") as pool:
            searching = pool.submit(go)
            try:
                yield
            finally:
                over.set()
                hurry()
                wake.set()
        searching.result()  # a fault of the search is a fault of the run
