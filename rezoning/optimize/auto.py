"""Search for plans and bounds together: the search's plan is the tree's incumbent and cutoff, the tree's plan is a start for the search.

With two threads the search runs beside branch and cut; with one it goes first, for a share of the time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from rezoning.formulation.formulation import Ints
from rezoning.optimize.anneal import Search
from rezoning.optimize.backends import Backend, Limits, Watch
from rezoning.optimize.exact import Ending, branch_and_cut
from rezoning.optimize.tracker import Tracker

FIRST_SHARE = 0.15  # of a goal's time that the search has for itself: the tree wants a good incumbent from the start
FIRST_MOST = 8.0  # seconds
ALONE_SHARE = 0.5  # the same with one thread
ROUND = 10.0  # seconds after which the search looks at what the tree found


def search_and_prove(tracker: Tracker, backend: Backend, limits: Limits, watch: Watch, search: Search) -> Ending:
    """Minimize the tracker's objective with everything there is; plans and bounds go to the tracker.

    Parameters
    ----------
    search
        Of the tracker's formulation and objective. Without a first plan in the tracker, branch and cut works alone.
    """
    watch = replace(watch, is_done=lambda: tracker.is_within(limits.gap, limits.gap_abs))
    if tracker.plan is None:
        return branch_and_cut(tracker, backend, limits, watch)
    began = tracker.clock()
    first = ALONE_SHARE * limits.seconds if limits.threads == 1 else min(FIRST_SHARE * limits.seconds, FIRST_MOST)
    tracker.say("search")
    search.improve(tracker.plan, first, watch.stop, lambda plan, _value: tracker.offer(plan))
    if watch.must_end():
        return Ending()
    left = replace(limits, seconds=limits.seconds - (tracker.clock() - began), threads=max(limits.threads - 1, 1))
    watch = replace(watch, offered=_newer_than(tracker))
    with _searching(tracker, search, left.seconds, watch, is_wanted=limits.threads > 1):
        return branch_and_cut(tracker, backend, left, watch)


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


@contextmanager
def _searching(tracker: Tracker, search: Search, seconds: float, watch: Watch, *, is_wanted: bool) -> Iterator[None]:
    """Run the search in a thread while the body runs; ends it with the body."""
    ends = threading.Event()

    def go() -> None:
        left = tracker.clock() + seconds
        while not ends.is_set() and not watch.stop.is_set() and tracker.clock() < left and tracker.plan is not None:
            search.improve(tracker.plan, min(left - tracker.clock(), ROUND), ends, lambda plan, _value: tracker.offer(plan))

    thread = threading.Thread(target=go, name="search", daemon=True)
    if is_wanted:
        thread.start()
    try:
        yield
    finally:
        ends.set()
        if is_wanted:
            thread.join()
