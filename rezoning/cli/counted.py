"""Progress of many runs: one line drawn on a terminal, a line told now and then elsewhere. Heavy like the board: commands import it late."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from rezoning.cli.guard import say
from rezoning.cli.progress import Board
from rezoning.report.progress import SAID_S, CountedProgress

if TYPE_CHECKING:
    from rich.text import Text


class Counted(Board):
    """The last words that were heard of many runs."""

    def __init__(self, is_quiet: bool) -> None:
        super().__init__()
        self._is_quiet, self._said, self._heard = is_quiet, 0.0, ""

    def hear(self, progress: CountedProgress) -> None:
        """Be told how far it is; the last word is said in any case."""
        self._heard = progress.words
        now = time.monotonic()
        is_due = progress.done == progress.total or now - self._said >= SAID_S
        if self.live is None and not self._is_quiet and is_due and not sys.stderr.isatty():
            self._said = now
            say(self._heard)

    def line(self) -> Text:
        """What is drawn now."""
        from rich.text import Text

        return Text(self._heard, no_wrap=True, overflow="ellipsis") if self._heard else super().line()
