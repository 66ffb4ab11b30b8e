"""Points in, answers out: what is there already is not solved again, and no more is held in memory than is being solved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rezoning.commands.points.local import Local
from rezoning.commands.points.point import Point, Reader, broken_key
from rezoning.commands.points.serving import Order, Outcome
from rezoning.commands.points.solved import Solved
from rezoning.commands.points.store import ANSWERED, Store
from rezoning.errors import OutputError, Problem, ScenarioError
from rezoning.runs.question import FAULT
from rezoning.scenario.schema import Scenario

TICK = 0.25  # seconds between two looks at the wish to end
SPARE = 600.0  # seconds that a point may need to read, audit and write, beyond three times its solves


class Crew(Protocol):
    """Who answers points."""

    @property
    def window(self) -> int:
        """How many it takes before it has answered any."""

    def submit(self, order: Order) -> Future[Outcome | None]:
        """Have a point answered."""

    def close(self) -> None:
        """Let go of everything."""


def solve_points(
    points: Iterable[Point],
    folder: str | Path,
    *,
    workers: int | None = None,
    seconds: float | None = None,
    memory_gb: float | None = None,
    is_fresh: bool = False,
    scheduler: str | None = None,
    retry: bool = False,
    part: str = "",
    watcher: Callable[[Point], object] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Solved]:
    """Answer points; each is given as soon as it is known, those that are on the disk already without being solved.

    A point is a whole run directory ``folder/runs/<key>/``, or ``folder/failed/<key>.json``. A point that does not say `solve.threads` gets one. A
    worker that dies costs nothing: its point is given to another once, and is a failure when that dies too. Points are drawn from the iterable as
    workers get free, so that it may be a generator of any length.

    Parameters
    ----------
    points
        What is asked.
    folder
        Where answers are, and will be. One command at a time works there.
    workers
        Processes that solve at a time; as many as there are cores when left out, and never more. Threads of all together never exceed the cores.
    seconds
        Wall clock after which a point is ended and is a failure; three times its time limits and ten minutes when left out.
    memory_gb
        Most address space of a point's process, and of each process that solves for it, in GB (on Linux and macOS).
    is_fresh
        Whether each point gets a new process, as measurements of time and memory want; else workers live on and remember the last districts.
    scheduler
        Address of a Dask scheduler (``tcp://host:8786``) whose workers see `folder` and the data under the same paths; here when left out.
    retry
        Whether points that failed before, or whose plan the audit rejected, are solved again.
    part
        Name of the part of a whole that these points are, where several commands share the folder.
    watcher
        Told of each point that is given to be solved.
    stop
        When set, what is being solved is dropped and the iterator ends.

    Raises
    ------
    OutputError
        The folder holds something else, another command works there, or results cannot be written: then nothing more is solved.
    ClusterError
        The cluster cannot be reached, or cannot do it.
    """
    store = Store(Path(folder).absolute())
    with store.opened(part):
        crew: Crew = Local(workers)
        if scheduler is not None:
            from rezoning.commands.points.cluster import Cluster

            crew = Cluster(scheduler, store.folder)
        try:
            work = _Work(store, crew, seconds, memory_gb, is_fresh, retry, watcher, stop or threading.Event())
            yield from work.answers(points)
        finally:
            crew.close()


@dataclass(frozen=True)
class _Given:
    """What was given to be solved, and the points that wait for it."""

    order: Order
    future: Future[Outcome | None]
    points: list[Point]


class _Work:
    """What is being solved, and for which points."""

    def __init__(
        self, store: Store, crew: Crew, seconds: float | None, memory_gb: float | None, is_fresh: bool, retry: bool,
        watcher: Callable[[Point], object] | None, stop: threading.Event,
    ) -> None:  # fmt: skip
        self._store, self._crew, self._stop, self._retry = store, crew, stop, retry
        self._seconds, self._memory_gb, self._is_fresh, self._watcher = seconds, memory_gb, is_fresh, watcher
        self._reader = Reader()
        self._running: dict[str, _Given] = {}
        self._held = 0  # points that wait for an answer; several may wait for one

    def answers(self, points: Iterable[Point]) -> Iterator[Solved]:
        """All of them."""
        for point in points:
            while self._held >= self._crew.window and not self._stop.is_set():
                yield from self._ended()
            if self._stop.is_set():
                return
            known = self._begun(point)
            if known is not None:
                yield known
        while self._running and not self._stop.is_set():
            yield from self._ended()

    def _begun(self, point: Point) -> Solved | None:
        """The answer, when it is known; else it is being looked for afterwards."""
        try:
            scenario = self._reader.scenario(point)
            key = self._reader.key(scenario)
        except ScenarioError as error:
            return self._store.settle(point, broken_key(point), Outcome(error.exit_code, 0.0, error.title, error.problems))
        if key in self._running:
            self._running[key].points.append(point)
            self._held += 1
            return None
        known = self._store.load(point, key)
        if known is not None and not (self._retry and (known.directory is None or known.exit_code not in ANSWERED)):
            return known
        if self._watcher is not None:
            self._watcher(point)
        self._give(Order(scenario, self._store.place(key), self._limit(scenario), self._memory_gb, self._is_fresh), key, [point])
        return None

    def _give(self, order: Order, key: str, points: list[Point]) -> None:
        self._running[key] = _Given(order, self._crew.submit(order), points)
        self._held += len(points)

    def _limit(self, scenario: Scenario) -> float:
        if self._seconds is not None:
            return self._seconds
        solves = 1 + (0 if scenario.alternatives is None else scenario.alternatives.count)
        return 3 * scenario.solve.time_limit * solves + SPARE

    def _ended(self) -> Iterator[Solved]:
        """Those that end within a moment."""
        done, _ = wait([given.future for given in self._running.values()], TICK, FIRST_COMPLETED)
        for key in [key for key, given in self._running.items() if given.future in done]:
            given = self._running.pop(key)
            self._held -= len(given.points)
            outcome = self._outcome(given.future)
            if outcome is not None and outcome.problems and outcome.exit_code == OutputError.exit_code:
                raise OutputError(outcome.problems)  # a full disk is no point's fault, and those that follow would fare no better
            if outcome is not None:
                for point in given.points:
                    yield self._store.settle(point, key, outcome)
            elif not self._stop.is_set():  # a worker of the cluster was ended before its point had ended: another one will do
                self._give(given.order, key, given.points)

    def _outcome(self, future: Future[Outcome | None]) -> Outcome | None:
        """What the crew has to say; a cluster may lose a point with all who worked on it."""
        try:
            return future.result()
        except CancelledError as error:
            if self._stop.is_set():
                return None
            from rezoning.commands.points.cluster import lost

            raise lost("its scheduler ended") from error
        except Exception as error:  # noqa: BLE001 (whatever a cluster raises of a task that it gave up)
            said = f"the cluster gave it up ({type(error).__name__}: {error})."
            return Outcome(FAULT, 0.0, "the worker broke", (Problem("the point", said, "See the logs of the cluster's workers; then add --retry."),))
