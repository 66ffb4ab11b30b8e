"""That students were not counted but estimated, and how."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """How the students of a district's units were estimated.

    Parameters
    ----------
    method
        A word for it.
    """

    method: str
