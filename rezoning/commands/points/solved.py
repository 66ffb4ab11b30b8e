"""A point that was answered, or that failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rezoning.commands.points.point import Point
from rezoning.runs.row import Scalar, failed_row, run_row


@dataclass(frozen=True)
class Solved:
    """What came of a point.

    Parameters
    ----------
    point, key
        What was asked, and its content address.
    directory
        The run directory; None where it failed.
    failure
        Why there is none: `exit_code`, `error`, `problems`, `seconds`; None where there is one.
    exit_code
        The contract's: 0 a plan, 4 none exists, 5 none was found in time, 7 the audit rejected it; what a failure has.
    is_new
        Whether it was solved now, and not found on the disk.
    seconds
        That it took, reading and writing with it.
    """

    point: Point
    key: str
    directory: Path | None
    failure: Mapping[str, Any] | None
    exit_code: int
    is_new: bool = False
    seconds: float = 0.0

    def row(self, horizon: float | None = None) -> dict[str, Scalar]:
        """Labels, then the columns of `runs.row`."""
        found = run_row(self.directory, horizon=horizon) if self.directory is not None else failed_row(self.failure or {})
        return {**self.point.labels, "key": self.key, **found}
