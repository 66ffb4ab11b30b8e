"""The other side of `apart`: the process that works. It loads what solvers need, then does what it is told until its input ends."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import pickle
import queue
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from rezoning.errors import RezoningError
from rezoning.optimize.solvers.memory import held_mb
from rezoning.optimize.solvers.scratch import PREFIX

ORPHAN_SECONDS = 60.0  # beyond its time, after which a worker ends itself: its parent is no more, or it would have


class Link:
    """What a task has of its parent."""

    def __init__(self, replies: BinaryIO) -> None:
        self._replies, self._lock = replies, threading.Lock()
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.stop = threading.Event()  # the parent wants it to end
        self.on_plan: Callable[[Any], object] = lambda _plan: None  # told of plans that others found; in a thread of its own
        self.kept: dict[str, Any] = {}  # what a task leaves for the next one

    def send(self, kind: str, load: Any = None) -> None:
        """Tell the parent."""
        text = pickle.dumps((kind, load), pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._replies.write(text)
            self._replies.flush()

    def ask(self, kind: str, load: Any) -> Any:
        """Ask the parent, and wait for the answer; None once it wants an end."""
        self.send("ask", (kind, load))
        return self._answers.get()

    def take(self, kind: str, load: Any) -> None:
        """A message of the parent's while a task runs."""
        if kind == "end":
            self.stop.set()
        elif kind == "plan":
            self.on_plan(load)
        elif kind == "answer":
            self._answers.put(load)


def main(loads: str) -> None:
    """Import the module `loads`, then work until the input ends."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _redirect()
    link, tasks = Link(replies), queue.SimpleQueue[tuple[str, Any]]()
    threading.Thread(target=_hear, args=(requests, link, tasks), daemon=True).start()
    with contextlib.suppress(Exception):  # who needs it will say what is wrong with it
        import_module(loads)
    link.send("ready")
    while True:
        kind, load = tasks.get()
        if kind == "forget":
            link.kept.clear()
        else:
            _work(link, *load)


def _redirect() -> None:
    """What is printed here, natively or not, goes where errors go, and that is a file; the pipes are for messages."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()


def _hear(requests: BinaryIO, link: Link, tasks: queue.SimpleQueue[tuple[str, Any]]) -> None:
    try:
        while True:
            kind, load = pickle.load(requests)
            if kind in ("task", "forget"):
                link.stop.clear()
                tasks.put((kind, load))
            else:
                link.take(kind, load)
    except EOFError:
        pass
    except Exception:  # noqa: BLE001 (a message that cannot be read is as bad as none)
        traceback.print_exc()
    _die()


def _die() -> None:
    """The parent is gone: take everything away, with what this process started.

    The folder is the one that the parent made and named. `tempfile` must not be asked for it: where another process has taken it away by now, it
    would name the folder of everybody's temporary files.
    """
    home = Path(os.environ.get("TMPDIR", ""))
    if home.name.startswith(PREFIX):
        shutil.rmtree(home, ignore_errors=True)
    if hasattr(os, "killpg"):
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


def _work(link: Link, function: str, until: float, args: tuple[Any, ...]) -> None:
    module, _, name = function.partition(":")
    faulthandler.dump_traceback_later(max(until - time.monotonic(), 0.0) + ORPHAN_SECONDS, exit=True)
    kind, load = "", None
    try:
        kind, load = "done", getattr(import_module(module), name)(link, *args)
    except RezoningError as error:
        kind, load = "raised", error
    except MemoryError:
        kind, load = "failed", "ran out of memory"
    except BaseException as error:  # noqa: BLE001 (a solver's plug-ins may raise anything)
        traceback.print_exc()
        kind, load = "failed", f"failed: {_words(error)}"
    faulthandler.cancel_dump_traceback_later()
    link.on_plan = lambda _plan: None
    _flush()
    link.send(kind, (load, held_mb() or 0.0) if kind == "done" else load)


def _words(error: BaseException) -> str:
    said = str(error).rstrip(".!")
    return said if said and type(error) is Exception else f"{type(error).__name__}: {said}".rstrip(": ")


def _flush() -> None:
    """Let what native code has printed reach the file."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)
