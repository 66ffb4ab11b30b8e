"""A process that works for this one, and what passes between them (its other side is `worker`).

It is a fresh Python that never imports the caller's main module, so that unguarded scripts and notebooks may call us. It hears of its work on its
standard input and answers on its standard output; both are ours alone, for what solvers print goes to a file. It has a session of its own: Ctrl-C
does not reach it, and it is killed with all that it started. It ends with its parent, for then its input ends. Its temporary files stand in a folder
that its parent removes, or the next process that needs one.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from multiprocessing.spawn import get_executable
from pathlib import Path
from typing import Any

from rezoning.errors import RezoningError
from rezoning.optimize.solvers.scratch import scratch

TICK = 0.05  # seconds between two looks at the clock and at the wish to end
PATIENCE = 2.0  # seconds that a worker has to end when it is asked to
MOST_TASKS, MOST_MB = 200, 1_000  # of one worker: then a fresh one takes its place
SOLVERS = "rezoning.optimize.remote"
_GONE = ("gone", None)


class BrokenWorker(Exception):  # noqa: N818 (what happened to a worker, not to us)
    """A worker died, hung, raised something or said what cannot be: what it did, as the rest of a sentence about it."""

    def __init__(self, what: str, is_overdue: bool = False, is_nonsense: bool = False, is_death: bool = False) -> None:
        super().__init__(what)
        self.what, self.is_overdue, self.is_nonsense, self.is_death = what, is_overdue, is_nonsense, is_death
        self.printed = ""  # by the worker, as far as who asked it has kept that


class Left(Exception):  # noqa: N818
    """A worker was asked to end and did not in time; nobody waits for it any more."""


class Worker:
    """A process that does one thing after the other; `on_change` hears when it has done something, and when it has ended.

    Parameters
    ----------
    loads
        The module that it imports before it says that it is ready.
    """

    def __init__(self, on_change: Callable[[Worker], object], loads: str = SOLVERS) -> None:
        self._on_change, self.is_ended = on_change, False
        self._scratch = scratch()
        self._folder = self._scratch.path
        self._printed, self._read, self._last = self._folder / "printed.log", 0, ""
        self.tasks, self.mb, self.is_ready = 0, 0.0, threading.Event()
        path = [p for p in sys.path if isinstance(p, str)]
        code = f"import sys; sys.path[:] = {path!r}; from rezoning.optimize.solvers.worker import main; main({loads!r})"
        home = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._folder))
        try:
            with self._printed.open("wb") as printed:
                self._process = subprocess.Popen(  # its threads live as long as it
                    [os.fsdecode(get_executable()), "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=printed,
                    env={**os.environ, **home}, start_new_session=True,
                )  # fmt: skip
        except OSError:
            self._scratch.remove()
            raise
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self.descriptors = (self._in.fileno(), self._out.fileno())
        self._heard: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._said: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=work, name="worker", daemon=True) for work in (self._hear, self._say)]
        for thread in self._threads:
            thread.start()

    @property
    def is_fit(self) -> bool:
        """Whether it can take more work."""
        return self._process.poll() is None and self.tasks < MOST_TASKS and self.mb < MOST_MB

    def run(
        self,
        function: str,
        args: tuple[Any, ...],
        *,
        until: float,
        grace: Callable[[], float] = lambda: 0.0,
        hear: Callable[[str, Any], Any] = lambda _kind, _load: None,
        tell: Callable[[], Iterable[tuple[str, Any]]] = tuple,
        must_end: Callable[[], bool] = lambda: False,
        patience: Callable[[], float] = lambda: PATIENCE,
    ) -> Any:
        """What a function returns there. The worker is ended when it does not return.

        Parameters
        ----------
        function
            ``module:name``; it gets a `worker.Link` and `args`.
        until
            On the monotonic clock: when its time is over.
        grace
            Seconds that it may need beyond.
        hear
            Told of what it sends meanwhile; answers what it asks.
        tell
            What to send it meanwhile; asked again and again.
        must_end
            Whether to ask it to end.
        patience
            Seconds that it has then.

        Raises
        ------
        Broken
            It died, raised something that is no `RezoningError`, or is overdue.
        Left
            It did not end when it was asked to.
        RezoningError
            As raised there.
        """
        is_done = False
        try:
            self._send("task", (function, until, args))
            found = self._wait(lambda: until + grace(), hear, tell, must_end, patience)
            is_done = True
        except RezoningError:
            is_done = True
            raise
        finally:
            self.tasks += 1
            if not is_done:
                self.end()
        return found

    def _wait(
        self,
        late: Callable[[], float],
        hear: Callable[[str, Any], Any],
        tell: Callable[[], Iterable[tuple[str, Any]]],
        must_end: Callable[[], bool],
        patience: Callable[[], float],
    ) -> Any:
        asked: float | None = None
        while True:
            try:
                kind, load = self._heard.get(timeout=TICK)
            except queue.Empty:
                kind, load = "", None
            if kind == "done":
                found, self.mb = load
                self._on_change(self)
                return found
            if kind == "raised":
                raise load
            if kind == "failed":
                raise BrokenWorker(load)
            if kind == "gone":
                raise BrokenWorker(self._death(), is_death=True)
            if kind == "ask":
                self._send("answer", hear(*load))
            elif kind:
                hear(kind, load)
            now = time.monotonic()
            if asked is None and must_end():
                asked = now
                self._send("end", None)
            if asked is not None and now > asked + patience():
                raise Left
            if now > late():
                raise BrokenWorker("did not end within its time and was stopped", is_overdue=True)
            for message in tell():
                self._send(*message)

    def printed(self) -> str:
        """What was printed there since this was last asked, natively too; of a worker that ended, also the logs that its solvers left."""
        text, self._last = self._last or self._news(), ""
        return text

    def _news(self) -> str:
        try:
            with self._printed.open("rb") as file:
                file.seek(self._read)
                text = file.read()
        except OSError:
            return ""
        self._read += len(text)
        return text.decode("utf-8", "replace")

    def _death(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        code = self._process.returncode
        if code is None:
            return "does not answer any more and was stopped"
        if code >= 0:
            return f"ended its process with exit code {code}"
        name = signal.Signals(-code).name if -code in {int(s) for s in signal.Signals} else str(-code)
        why = " (the system does that where memory runs out)" if name == "SIGKILL" else ""
        return f"crashed: its process was ended by signal {name}{why}"

    def end(self) -> None:
        """Kill it with all that it started, and take its files away."""
        if self.is_ended:
            return
        self.is_ended = True
        self._on_change(self)
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._said.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(PATIENCE)
        for stream in (self._in, self._out):
            with contextlib.suppress(OSError):
                stream.close()
        self._last = "".join([self._news(), *self._logs()])
        self._scratch.remove()

    def _logs(self) -> list[str]:
        """What solvers wrote there; workers of the worker may take their folders away while we look."""
        found = []
        for folder, _, names in os.walk(self._folder):  # unlike globbing it passes over what is gone
            for path in (Path(folder, name) for name in sorted(names) if name.endswith(".log")):
                if path != self._printed:
                    with contextlib.suppress(OSError):
                        found.append(path.read_text("utf-8", "replace"))
        return found

    def forget(self) -> None:
        """Let it drop what it keeps from one piece of work to the next."""
        self._send("forget", None)

    # -- its two threads: neither end of a pipe may ever make us wait -------------------------------------------------

    def _send(self, kind: str, load: Any) -> None:
        self._said.put(pickle.dumps((kind, load), pickle.HIGHEST_PROTOCOL))

    def _say(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (text := self._said.get()) is not None:
                self._in.write(text)
                self._in.flush()

    def _hear(self) -> None:
        try:
            while True:
                message = pickle.load(self._out)
                if message[0] == "ready":
                    self.is_ready.set()
                else:
                    self._heard.put(message)
        except Exception:  # noqa: BLE001 (the pipe's end, or the last words of a process that is breaking)
            self.is_ready.set()
            self._heard.put(_GONE)
