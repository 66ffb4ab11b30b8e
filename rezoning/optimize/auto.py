"""Search for plans and bounds together: the search's plan is the tree's incumbent and cutoff, the tree's plan is a start for the search.

With two threads the search runs beside branch and cut; with one it goes first, for so many coolings: then the same seed makes the same steps, and
only a time limit that comes before the proof can end them elsewhere. What the search does beside the tree, it does in turns that go to what has been
paying (`turns`); which of two threads is first is the machine's affair, so that several threads promise a plan as good, not the same plan.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, count

from rezoning.formulation.formulation import Ints
from rezoning.optimize.anneal import Search
from rezoning.optimize.backends import Backend, Limits, Watch, backend
from rezoning.optimize.exact import Ending, branch_and_cut
from rezoning.optimize.neighborhoods import Neighborhoods
from rezoning.optimize.tracker import OnPlan, Tracker
from rezoning.optimize.turns import Engine, Turns

ALONE_SHARE = 0.5  # of a goal's time that the search may have where it cannot run beside branch and cut
REPAIR_MOST = 0.5  # seconds for a round's broken plan
NEXT_SEED = 104_729
ALONE_CYCLES = 6  # coolings, counted and not timed, so that they repeat


def search_and_prove(tracker: Tracker, backend: Backend, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """Minimize the tracker's objective with everything there is; plans and bounds go to the tracker.

    Parameters
    ----------
    search
        Of the tracker's formulation and objective.
    start
        Where the search sets out while the tracker has no plan: any assignment, -1 where a node has none.
    """
    watch = replace(watch, is_done=lambda: tracker.is_within(limits.gap, limits.gap_abs))
    side_by_side = limits.threads > 1 and backend.cuts_inside_tree
    return (_side_by_side if side_by_side else _in_turn)(tracker, backend, limits, watch, search, start)


def search_alone(tracker: Tracker, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """Look for plans until the time is over; nothing is proven."""
    tracker.say("search")
    ends, turns = tracker.clock() + limits.seconds, _turns(tracker, search, limits, limits.threads, start)
    while tracker.clock() < ends and not watch.must_end():
        turns.take(ends - tracker.clock(), watch.stop)
    return Ending()


def _in_turn(tracker: Tracker, backend: Backend, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """The search first, then branch and cut from its plan."""
    tracker.say("search")
    began, origin = tracker.clock(), start if tracker.plan is None else tracker.plan
    seconds = ALONE_SHARE * limits.seconds
    search.improve(origin, seconds, watch.stop, lambda plan, _value: tracker.offer(plan), threads=limits.threads, cycles=ALONE_CYCLES)
    if watch.must_end():
        return Ending()
    ends = began + limits.seconds
    left = replace(limits, seconds=ends - tracker.clock())
    ending = branch_and_cut(tracker, backend, left, watch, lambda loose: search.repair(loose, REPAIR_MOST, watch.stop))
    if tracker.is_surrogate and not ending.is_infeasible:
        search_alone(tracker, replace(limits, seconds=max(ends - tracker.clock(), 0.0)), watch, search, origin)
    return ending


def _side_by_side(tracker: Tracker, backend: Backend, limits: Limits, watch: Watch, search: Search, start: Ints) -> Ending:
    """The search in threads of its own while branch and cut runs; each is told of the other's better plans."""
    wake = threading.Event()
    watch = replace(watch, is_accompanied=True, offered=_newer_than(tracker), on_plan=lambda _plan: wake.set())
    ends = tracker.clock() + limits.seconds
    with _searching(tracker, search, limits, wake, start):
        ending = branch_and_cut(tracker, backend, replace(limits, threads=1), watch)
        if tracker.is_surrogate and not ending.is_infeasible:  # what the solver is done with is not the goal
            watch.stop.wait(max(ends - tracker.clock(), 0.0))
        return ending


def _newer_than(tracker: Tracker) -> Callable[[], Ints | None]:
    """A question that answers with the tracker's plan when it is another than at the last answer."""
    last = [tracker.plan]

    def ask() -> Ints | None:
        plan = tracker.plan
        if plan is last[0]:
            return None
        last[0] = plan
        return plan

    return ask


def _turns(tracker: Tracker, search: Search, limits: Limits, threads: int, start: Ints) -> Turns:
    """Annealing, and as soon as there is a plan the re-optimization of a few zones at a time."""
    neighborhoods = Neighborhoods(tracker.formulation, tracker.objective, backend("highs"), limits.seed)
    searches = chain([search], (Search(tracker.formulation, tracker.objective, limits.seed + i * NEXT_SEED) for i in count(1)))

    def anneal(origin: Ints, seconds: float, stop: threading.Event, on_plan: OnPlan) -> None:
        next(searches).improve(origin, seconds, stop, on_plan, threads=threads)  # another seed for every turn: not the same way once more

    return Turns(tracker, [Engine(anneal), Engine(neighborhoods.improve, needs_plan=True, rate=0.0)], start)


@contextmanager
def _searching(tracker: Tracker, search: Search, limits: Limits, wake: threading.Event, start: Ints) -> Iterator[None]:
    """Search while the body runs, again from the tracker's plan whenever `wake` is set; ends with the body."""
    over, ends = threading.Event(), tracker.clock() + limits.seconds
    turns = _turns(tracker, search, limits, limits.threads - 1, start)

    def go() -> None:
        while not over.is_set() and tracker.clock() < ends:
            wake.clear()
            if over.is_set():  # set between the question above and the line before
                break
            turns.take(ends - tracker.clock(), wake)

    with ThreadPoolExecutor(1, "search") as pool:
        searching = pool.submit(go)
        try:
            yield
        finally:
            over.set()
            wake.set()
    searching.result()  # a fault of the search is a fault of the run
