"""Progress of what Python code asked for: one line that is renewed in a notebook or on a terminal; elsewhere a line for each part of the work."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from typing import Any, TextIO

from rezoning.optimize.result import Progress
from rezoning.report.progress import SAID_S, CountedProgress, progress_line

EVERY = 0.25  # seconds between two renewals


class Line:
    """A watcher, for `run`, `solve`, `sweep` and whatever else takes one: ``run(path, watcher=show_progress())``."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._handle = _notebook_line()
        self._lock = threading.Lock()
        self._told, self._part, self._width = 0.0, "", 0

    def __call__(self, progress: Progress | CountedProgress) -> None:
        """Be told how the work goes; from any thread. Of many runs a log has a line now and then, and the last one."""
        with self._lock:
            now = time.monotonic()
            if isinstance(progress, Progress):
                part, is_last, line = f"{progress.goal} {progress.phase}", False, progress_line(progress, progress.seconds)
            else:
                part, is_last, line = f"{now // SAID_S:.0f}", progress.done == progress.total, progress.words
            is_new = is_last or part != self._part
            if is_new or now - self._told >= EVERY:
                self._told, self._part = now, part
                self._show(line, is_new=is_new)

    def close(self) -> None:
        """Take the line away; in a log lines stay."""
        with self._lock:
            if self._handle is not None:
                self._handle.update({"text/plain": "", "text/html": ""}, raw=True)  # as HTML nothing is drawn, as text an empty line
            elif self._width:
                self._put("\r" + " " * self._width + "\r")
                self._width = 0

    def _show(self, line: str, *, is_new: bool) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": line}, raw=True)
        elif self._is_terminal:
            self._put("\r" + line.ljust(self._width))
            self._width = len(line)
        elif is_new:
            self._put(line.rstrip() + "\n")

    @property
    def _is_terminal(self) -> bool:
        return (self._stream or sys.stderr).isatty()

    def _put(self, text: str) -> None:
        with suppress(OSError, ValueError):  # nobody listens
            (self._stream or sys.stderr).write(text)
            (self._stream or sys.stderr).flush()


def show_progress(stream: TextIO | None = None) -> Line:
    """A watcher that shows how the work goes: in a notebook a line of text that is renewed, elsewhere a line on standard error.

    `run` and `frontier`, which take minutes and write a directory, show it in notebooks by themselves; nothing else does anything by itself.

    Parameters
    ----------
    stream
        Where to write outside of notebooks; standard error when left out.

    Returns
    -------
    Line
        To be given as `watcher`; its `close()` takes the line away.
    """
    return Line(stream)


def is_notebook() -> bool:
    """Whether a kernel runs this: IPython is never imported for it, for where it is not imported yet there is no notebook."""
    module = sys.modules.get("IPython")
    shell = None if module is None else module.get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def _notebook_line() -> Any:
    """A line in the cell that runs now; None outside of notebooks."""
    if not is_notebook():
        return None
    from importlib import import_module

    return import_module("IPython.display").display({"text/plain": ""}, raw=True, display_id=True)
