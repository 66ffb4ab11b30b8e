"""What is said when the place for the results cannot be written."""

from __future__ import annotations

from pathlib import Path

from rezoning.errors import OutputError, Problem

CURE = "Give --out a place that you may write and that has room."


def unwritable(place: Path, error: OSError) -> OutputError:
    """The system's own reason, with the place and the cure."""
    return OutputError(Problem(str(place), f"cannot be written ({error.strerror or error}).", CURE))
