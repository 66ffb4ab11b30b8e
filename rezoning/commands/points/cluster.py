"""Points on a Dask cluster: its workers are asked the same as processes here, and write run directories to a disk that all see.

A cluster is whatever has a scheduler: ``dask scheduler`` and ``dask worker tcp://host:8786 --nthreads 4`` on machines that share a disk, or
dask-jobqueue, whose ``SLURMCluster`` starts workers as jobs (README, "Sweeps"). Each thread of a worker solves one point at a time, in a process of
its own: give workers as many threads as the cores they may use, divided by `solve.threads`.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from rezoning.commands.points.serving import Order, Outcome, serve
from rezoning.errors import ClusterError, Problem
from rezoning.runs.directory.problems import unwritable
from rezoning.runs.record import versions

PATIENCE = 20  # seconds until a scheduler must answer, and a worker must be there
NEWS = 10.0  # seconds between two questions how many threads there are
AHEAD = 4  # points for each thread of the cluster that it is given at a time
LEAVING = ("closing", "closed", "failed")  # what a Dask worker is called that ends
WANTED = ("executing", "long-running")  # what a Dask task is called that somebody waits for


class Cluster:
    """A scheduler with workers who see the folder."""

    def __init__(self, address: str, folder: Path) -> None:
        distributed = _distributed(address)
        self._log = logging.getLogger("distributed.client")
        self._level = self._log.level
        self._log.setLevel(logging.CRITICAL)  # of what befalls it, we tell ourselves, and without tracebacks
        try:
            self._client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
        except Exception as error:  # noqa: BLE001 (whatever a library raises of a name that is none, a host that is not there, a version that is another)
            self._log.setLevel(self._level)
            raise ClusterError(
                Problem(address, f"cannot be reached ({_first_line(error)}).", "Start it: dask scheduler; then give its address.")
            ) from None
        self._tasks = self._client.get_executor(pure=False)
        self._window, self._asked = 0, 0.0
        try:
            self._wait_for_workers(address)
            self._check(address, folder)
        except BaseException:
            self.close()
            raise

    @property
    def window(self) -> int:
        """How many points it takes at a time: workers come and go, so it is asked again now and then."""
        now = time.monotonic()
        if self._window == 0 or now > self._asked + NEWS:
            with suppress(Exception):  # a scheduler that is busy is asked the next time
                self._window = AHEAD * max(sum(self._client.nthreads().values()), 1)
            self._asked = now
        return max(self._window, 1)

    def submit(self, order: Order) -> Future[Outcome | None]:
        """Have a point answered by whoever is free; by another one when that is lost."""
        try:
            future: Future[Outcome | None] = self._tasks.submit(answer, order)
        except Exception as error:  # noqa: BLE001 (what a library raises of a scheduler that is no more)
            raise lost(_first_line(error)) from None
        return future

    def close(self) -> None:
        """Take back all that is not ended: workers see that nobody waits for it, and end it (`answer`)."""
        with suppress(Exception):
            self._tasks.shutdown(wait=False)
        with suppress(Exception):
            self._client.close()
        self._log.setLevel(self._level)

    def _wait_for_workers(self, address: str) -> None:
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except Exception:  # noqa: BLE001 (a TimeoutError of one kind or another)
            raise ClusterError(Problem(address, "has no workers.", f"Start some: dask worker {address} --nthreads 1.")) from None

    def _check(self, address: str, folder: Path) -> None:
        """Refuse early what would fail at each point: workers of another version, or who do not see the folder."""
        token = secrets.token_hex(8)
        sign = folder / f".{token}.cluster.sign"  # `sweep_files` takes away what a killed command left
        try:
            sign.write_text(token, encoding="utf-8")
            seen: dict[str, Any] = self._client.run(look, str(sign), on_error="return")
        except OSError as error:
            raise unwritable(folder, error) from None
        finally:
            with suppress(OSError):
                sign.unlink(missing_ok=True)
        own, problems = versions()["rezoning"], []
        for worker, found in seen.items():
            if isinstance(found, BaseException):
                said, cure = f"cannot run rezoning ({_first_line(found)})", "Install the same version there."
            elif found[0] != own:
                said, cure = f"has rezoning {found[0]}, and this is {own}", "Install the same version there."
            elif found[1] != token:
                said, cure = (
                    f"does not see {folder}",
                    "Give --out a folder on a disk that all workers see under the same path, and keep the data on it.",
                )
            else:
                continue
            problems.append(Problem(f"{address}, worker {worker}", f"{said}.", cure))
        if problems:
            raise ClusterError(problems)


def look(sign: str) -> tuple[str | None, str]:
    """What a worker has, and what it sees where it will have to write."""
    try:
        seen = Path(sign).read_text(encoding="utf-8")
    except OSError:
        seen = ""
    return versions()["rezoning"], seen


def answer(order: Order) -> Outcome | None:
    """What a worker does with a point. It ends when nobody waits for it: the command was stopped or died, or scheduler or worker end."""
    return serve(order, _is_left())


def _is_left() -> Callable[[], bool]:
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def is_left() -> bool:
        task = worker.state.tasks.get(key)
        return worker.status.name in LEAVING or task is None or task.state not in WANTED

    return is_left


def lost(why: str) -> ClusterError:
    """What is said of a cluster that was there."""
    cure = "Start scheduler and workers again, then give the same command: points that ended are kept."
    return ClusterError(Problem("the cluster", f"was lost while it solved ({why}).", cure))


def _distributed(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise ClusterError(Problem(address, "Dask is not installed.", "pip install 'rezoning[cluster]'")) from None
    return distributed


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0] or type(error).__name__
