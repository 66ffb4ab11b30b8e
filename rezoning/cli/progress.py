"""Progress on a terminal: one line that says the goal, how far it is, seconds of how many, and by which way. Anywhere else nothing is drawn."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rezoning.optimize.result import Progress, relative_gap
from rezoning.report.language import plain

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text


B = TypeVar("B", bound="Board")


class Board:
    """Remembers the last word of the run; drawn by the thread that waits."""

    def __init__(self) -> None:
        self.last = Progress("read", 0.0, None, None, 0)
        self.began = self.told = time.perf_counter()
        self.live: Live | None = None

    def __call__(self, progress: Progress) -> None:
        """Be told how the run goes; called from the thread that works."""
        self.last, self.told = progress, time.perf_counter()

    def tick(self) -> None:
        """Draw the last word, when there is something to draw on."""
        if self.live is not None:
            self.live.update(self.line(), refresh=True)

    def line(self) -> Text:
        """What is drawn now."""
        from rich.text import Text

        now = time.perf_counter()
        seconds = self.last.seconds + now - self.told if self.last.aim else now - self.began  # of the solve, else of all
        width = 80 if self.live is None else self.live.console.width
        return Text(progress_line(self.last, seconds, width), no_wrap=True, overflow="ellipsis")


def progress_line(progress: Progress, seconds: float, width: int = 120) -> str:
    """``goal 1 of 2, dissimilarity of low-income students: 0.189, not below 0.106, 12 of 60 s (branch and cut)``.

    Where there is no goal yet: ``compile  3 s``, with value, bound, gap and cuts as far as they are known.
    """
    if progress.aim:
        limit = "" if progress.limit is None or progress.limit == float("inf") else f" of {progress.limit:,.0f}"
        said = plain(f"{progress.aim}, {seconds:,.0f}{limit} s")
        whole = f"{said} ({progress.phase})"
        return whole if len(whole) <= width else said
    parts = [f"{progress.phase:<20} {seconds:4.0f} s"]
    if progress.value is not None:
        parts.append(f"value {progress.value:.4g}")
    if progress.bound is not None:
        parts.append(f"bound {progress.bound:.4g}")
    gap = None if progress.value is None else relative_gap(progress.value, progress.bound)
    if gap is not None:
        parts.append(f"gap {100 * gap:.1f} %")
    if progress.cuts:
        parts.append(f"cuts {progress.cuts}")
    return "  ".join(parts)


@contextmanager
def board(is_quiet: bool) -> Iterator[Board]:
    """A board that draws on stderr while the block runs, when stderr is a terminal."""
    with drawn(Board(), is_quiet) as shown:
        yield shown


@contextmanager
def drawn(shown: B, is_quiet: bool) -> Iterator[B]:
    """The same of a board of one's own."""
    if is_quiet or not sys.stderr.isatty():
        yield shown
        return
    from rich.console import Console
    from rich.live import Live

    with Live(shown.line(), console=Console(stderr=True), auto_refresh=False, transient=True) as shown.live:
        yield shown
