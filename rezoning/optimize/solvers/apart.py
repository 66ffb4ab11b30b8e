"""Work in processes of their own: what dies, hangs or prints there harms nothing here (see `process`).

Workers are kept for the next work, so that the second they need to load everything is paid once, and mostly while data is read.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from rezoning.optimize.solvers.process import SOLVERS, BrokenWorker, Worker

GRACE, GRACE_SHARE = 0.5, 0.05  # seconds, and share of its time, that a solver may need beyond
START = 10.0  # seconds that are waited for a worker to load everything before a clock runs
KEPT = 3  # workers that wait for work


def grace_for(seconds: float) -> float:
    """Seconds that a solver may need beyond those that it was given."""
    return GRACE + GRACE_SHARE * seconds


class Pool:
    """Workers of one kind that this process has, and those of them that wait for work; they end with it.

    Parameters
    ----------
    loads
        The module that a worker imports before it says that it is ready.
    kept
        How many wait for work at most.
    """

    def __init__(self, loads: str = SOLVERS, kept: int = KEPT) -> None:
        self.loads, self.kept = loads, kept
        self._begin()
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=lambda: _left_behind.extend(self.leave_behind()))

    def _begin(self) -> None:
        self._lock, self._idle, self._all = threading.Lock(), list[Worker](), set[Worker]()
        self.peak_mb = 0.0  # that all workers together have held at the end of a piece of work

    def hire(self, *, is_new: bool = False) -> Worker:
        """A worker that has waited for work, or a new one."""
        if is_new:
            return self._new()
        with self._lock:
            idle, self._idle = self._idle, []
            fit = [worker for worker in idle if worker.is_fit]
            if fit:
                self._idle = fit[:-1]
        for worker in idle:
            if worker not in fit:
                worker.end()
        return fit[-1] if fit else self._new()

    def warm_up(self, count: int = 1) -> None:
        """Start workers until so many wait for work; they load what they need meanwhile."""
        with contextlib.suppress(OSError):
            for _ in range(count - len(self._idle)):
                self.take_back(self._new())

    def await_ready(self, seconds: float = START) -> None:
        """Wait until those that wait for work have loaded everything."""
        ends = time.monotonic() + seconds
        for worker in list(self._idle):
            worker.is_ready.wait(max(ends - time.monotonic(), 0.0))

    def take_back(self, worker: Worker) -> None:
        """Let a worker wait for the next work, or end where it is not fit for it."""
        if not worker.is_fit:
            worker.end()
            return
        worker.forget()
        with self._lock:
            is_kept = len(self._idle) < self.kept
            if is_kept:
                self._idle.append(worker)
        if not is_kept:
            worker.end()

    def note(self, worker: Worker) -> None:
        """Hear that a worker has done something, or has ended."""
        with self._lock:
            if worker.is_ended:
                self._all.discard(worker)
                self._idle = [other for other in self._idle if other is not worker]
            self.peak_mb = max(self.peak_mb, sum(worker.mb for worker in self._all))

    def close(self) -> None:
        """End all workers."""
        for worker in list(self._all):
            worker.end()

    def leave_behind(self) -> list[Worker]:
        """In a process that was forked off: its parent's workers are not its own."""
        left = list(self._all)
        for worker in left:
            for descriptor in worker.descriptors:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
        self._begin()
        return left

    def _new(self) -> Worker:
        worker = Worker(self.note, self.loads)
        with self._lock:
            self._all.add(worker)
        return worker


_left_behind: list[Worker] = []  # kept, for to let one go would close descriptors that may be another's by now
_pool = Pool()
hire, release, warm_up, await_ready, close = _pool.hire, _pool.take_back, _pool.warm_up, _pool.await_ready, _pool.close


@contextlib.contextmanager
def hired() -> Iterator[Worker]:
    """A worker that goes back, or has ended, when the block does."""
    worker = hire()
    try:
        yield worker
    finally:
        release(worker)


def peak_mb() -> float:
    """Memory that workers have held, in MB, as far as they told."""
    return _pool.peak_mb


def call(function: str, *args: Any, seconds: float, must_end: Callable[[], bool] = lambda: False) -> Any:
    """What a function returns that is called in a worker; see `Worker.run`."""
    try:
        with hired() as worker:
            return worker.run(function, args, until=time.monotonic() + seconds, grace=lambda: grace_for(seconds), must_end=must_end)
    except OSError as error:
        raise BrokenWorker(f"could not be given a process of its own ({error})") from error
