"""Progress of many runs: one line drawn on a terminal, a line told now and then elsewhere. Heavy like the board: commands import it late."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from rezoning.cli.guard import say
from rezoning.cli.progress import Board

if TYPE_CHECKING:
    from rich.text import Text

SAID_S = 15.0  # seconds between two lines where nothing can be drawn


class Counted(Board):
    """The last words that were heard of many runs."""

    def __init__(self, is_quiet: bool) -> None:
        super().__init__()
        self._is_quiet, self._said, self._heard = is_quiet, 0.0, ""

    def hear(self, words: str, *, is_last: bool = False) -> None:
        """Be told how far it is; what is heard last is said in any case."""
        self._heard = words
        now = time.monotonic()
        is_due = is_last or now - self._said >= SAID_S
        if self.live is None and not self._is_quiet and is_due and not sys.stderr.isatty():
            self._said = now
            say(words)

    def line(self) -> Text:
        """What is drawn now."""
        from rich.text import Text

        return Text(self._heard, no_wrap=True, overflow="ellipsis") if self._heard else super().line()
