"""Points on this machine: as many at a time as its cores allow, each with the threads that its scenario asks for."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from rezoning.commands.points.serving import Order, Outcome, close, serve
from rezoning.optimize.threads import available_threads, threads_for


class Cores:
    """Cores that are taken and given back, first come first served, so that a point that needs many is not passed over."""

    def __init__(self, count: int) -> None:
        self._free, self._changed, self._turn = count, threading.Condition(), threading.Lock()

    def take(self, count: int) -> None:
        """Wait until so many are free."""
        with self._turn, self._changed:
            self._changed.wait_for(lambda: self._free >= count)
            self._free -= count

    def give(self, count: int) -> None:
        """Give them back."""
        with self._changed:
            self._free += count
            self._changed.notify_all()


class Local:
    """Processes of this machine."""

    def __init__(self, workers: int | None) -> None:
        cores = available_threads()
        self.workers = min(workers or cores, cores)
        self._cores, self._threads, self._stop = Cores(cores), ThreadPoolExecutor(self.workers, "points"), threading.Event()
        self.window = 2 * self.workers  # the next points wait, so that no worker does

    def submit(self, order: Order) -> Future[Outcome | None]:
        """Have a point answered."""
        return self._threads.submit(self._serve, order)

    def _serve(self, order: Order) -> Outcome | None:
        count = threads_for(order.scenario.solve)
        self._cores.take(count)
        try:
            return serve(order, self._stop.is_set)
        finally:
            self._cores.give(count)

    def close(self) -> None:
        """End what is being solved, and all workers."""
        self._stop.set()
        self._threads.shutdown(wait=True, cancel_futures=True)
        close()
