"""How a run goes, as one line: on a terminal, in a notebook, in a log."""

from __future__ import annotations

from typing import Protocol

from rezoning.optimize.result import Progress, relative_gap
from rezoning.report.language import plain

SAID_S = 15.0  # seconds between two lines about many runs where nothing can be drawn


class CountedProgress(Protocol):
    """How many of many runs are known, as sweeps and benches tell it."""

    @property
    def done(self) -> int:
        """That are known."""

    @property
    def total(self) -> int:
        """In all."""

    @property
    def words(self) -> str:
        """As a line."""


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
