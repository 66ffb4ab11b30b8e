"""Ctrl-C, or a notebook's interrupt, while Python code calls what takes long: the first one ends it early with the best plan, the second at once."""

from __future__ import annotations

import functools
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)

STOPPING = "Stopping; the best plan so far is kept. Once more to quit at once."


def interruptible(work: Callable[P, T]) -> Callable[P, T]:
    """Let an interrupt set the event that `work` takes as ``stop``, unless its caller gives one.

    Signals can be had in the main thread alone, and whoever has a handler of their own for them keeps it: commands do, and frameworks may.
    """

    @functools.wraps(work)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        is_main = threading.current_thread() is threading.main_thread()
        if kwargs.get("stop") is not None or not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return work(*args, **kwargs)
        stop = threading.Event()

        def on_signal(number: int, frame: FrameType | None) -> None:
            if stop.is_set():
                signal.default_int_handler(number, frame)
            stop.set()
            log.warning(STOPPING)

        signal.signal(signal.SIGINT, on_signal)
        try:
            kwargs["stop"] = stop
            return work(*args, **kwargs)
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    return wrapped
