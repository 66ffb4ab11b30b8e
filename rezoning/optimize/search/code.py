"""The search's machine code: loaded from disk, or compiled in a process of its own, once on a machine, while branch and cut is already at work.

numba holds a lock while it compiles, and Python's own for much of that time: in a thread here it would stop whatever hears of the tree. What another
process has compiled stands on disk and is loaded in a second.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from rezoning.optimize.search import kernel
from rezoning.optimize.solvers.process import BrokenWorker

LOOK = 0.1  # seconds between two looks at the wish to end

Load = Callable[[], object]


class Code:
    """Whether the search may be called in this process."""

    def __init__(self) -> None:
        self._is_here, self._lock = threading.Event(), threading.Lock()
        self._is_begun = False

    @property
    def is_here(self) -> bool:
        """Whether everything is loaded."""
        return self._is_here.is_set()

    @property
    def is_late(self) -> bool:
        """Whether it is being compiled while others work."""
        return self._is_begun and not self.is_here

    def load(self, load: Load) -> None:
        """Load it, or compile it, now."""
        if self.is_late:
            self._is_here.wait()
        elif not self.is_here:
            load()
            self._is_here.set()

    def fetch(self, compile_apart: Load, load: Load) -> None:
        """Load it now where it stands on disk; else let it be compiled elsewhere, and load it here as soon as that is done."""
        if is_on_disk():
            self.load(load)
            return
        with self._lock:
            if self.is_here or self._is_begun:
                return
            self._is_begun = True
        threading.Thread(target=self._fetch, args=(compile_apart, load), name="compiling", daemon=True).start()

    def _fetch(self, compile_apart: Load, load: Load) -> None:
        with contextlib.suppress(BrokenWorker, OSError):  # then it is compiled here
            compile_apart()
        try:
            load()
        finally:  # a fault of the search shows where it is called
            self._is_here.set()

    def wait(self, must_end: Callable[[], bool]) -> bool:
        """Wait for it unless one must end; whether it is here."""
        while not self._is_here.wait(LOOK) and not must_end():
            pass
        return self.is_here


def is_on_disk() -> bool:
    """Whether the longest part was compiled before on this machine, from the file as it is. Where this errs, time is lost and nothing else."""
    source = Path(kernel.__file__)
    folder = Path(kernel.anneal.stats.cache_path)  # type: ignore[attr-defined]
    found = folder.glob(f"{source.stem}.{kernel.anneal.__name__}-*.nbi")
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in found)
