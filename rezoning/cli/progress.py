"""Progress on a terminal: one line that says the goal, how far it is, seconds of how many, and by which way. Anywhere else nothing is drawn."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rezoning.optimize.result import Progress
from rezoning.report.progress import progress_line

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
