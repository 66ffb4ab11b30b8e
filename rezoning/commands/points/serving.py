"""One point answered in a process of its own, which may die: by threads of this process, and by tasks of a cluster alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rezoning.errors import Problem, RezoningError
from rezoning.optimize.solvers.apart import Pool
from rezoning.optimize.solvers.process import TICK, BrokenWorker, Left, Worker
from rezoning.optimize.threads import available_threads
from rezoning.runs.question import FAULT
from rezoning.scenario.schema import Scenario

TRIES = 2  # that a point is given to a worker when the first one died of it
PRINTED = 2000  # last characters of what a worker printed that are kept of a failure
IMPORTS = 120.0  # seconds that a worker may need to load everything
TASK = "rezoning.commands.points.task"
_pool = Pool(TASK, kept=available_threads())


@dataclass(frozen=True)
class Order:
    """A point as workers get it.

    Parameters
    ----------
    scenario, place
        What is asked, and the run directory to be.
    seconds
        After which the process is ended, whatever it does.
    memory_gb
        Address space of the process, which is a new one then, and of each that it starts.
    is_fresh
        Whether a new process has to do it.
    """

    scenario: Scenario
    place: Path
    seconds: float
    memory_gb: float | None = None
    is_fresh: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether its process does nothing else, before or after: a limit of memory, once there, stays with all that the process started."""
        return self.is_fresh or self.memory_gb is not None


@dataclass(frozen=True)
class Outcome:
    """How it ended. Without `problems` the run directory is there."""

    exit_code: int
    seconds: float
    error: str = ""
    problems: tuple[Problem, ...] = ()
    printed: str = ""
    tries: int = 1


def serve(order: Order, must_end: Callable[[], bool] = lambda: False) -> Outcome | None:
    """Answer a point; None when it was to end before.

    A worker that dies is replaced once. Whatever it had written is whole or not there.
    """
    began = time.perf_counter()
    for tried in range(1, TRIES + 1):
        if must_end():
            return None
        try:
            code, error, problems, printed = _tried(order, must_end)
        except Left:
            return None
        except BrokenWorker as broken:
            if broken.is_death and tried < TRIES:
                continue
            code, error, printed = FAULT, "the worker broke", broken.printed
            problems = (Problem(str(order.place.name), f"the process that solved it {broken.what}.", _cure(broken, order)),)
        return Outcome(code, time.perf_counter() - began, error, problems, printed, tried)
    raise AssertionError("the last try has an outcome")


def _tried(order: Order, must_end: Callable[[], bool]) -> tuple[int, str, tuple[Problem, ...], str]:
    worker = _hire(order, must_end)
    try:
        args = (order.scenario, order.place, order.memory_gb)
        code = worker.run(f"{TASK}:solve", args, until=time.monotonic() + order.seconds, must_end=must_end, patience=lambda: 0.0)
    except RezoningError as error:
        return error.exit_code, error.title, error.problems, ""
    except BrokenWorker as broken:
        broken.printed = worker.printed()[-PRINTED:]
        raise
    finally:
        if order.is_alone:
            worker.end()
        _pool.take_back(worker)
    return int(code), "", (), ""


def _hire(order: Order, must_end: Callable[[], bool]) -> Worker:
    try:
        worker = _pool.hire(is_new=order.is_alone)
    except OSError as error:
        raise BrokenWorker(f"could not be given a process of its own ({error})") from error
    ends = time.monotonic() + IMPORTS
    while not worker.is_ready.wait(TICK) and time.monotonic() < ends and not must_end():
        pass  # its time is the point's, and not that of its imports; it is ready too when it has died
    return worker


def _cure(broken: BrokenWorker, order: Order) -> str:
    if broken.is_overdue:
        return f"It had {order.seconds:,.0f} seconds; lower solve.time_limit or raise the limit of points."
    if broken.is_death or "memory" in broken.what:
        return "Use fewer workers where memory is short, then add --retry."
    return "What it printed is in the record of the failure; please report it."


def close() -> None:
    """End all workers of points; the next point gets new ones."""
    _pool.close()
