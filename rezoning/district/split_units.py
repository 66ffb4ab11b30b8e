"""Units that zones or parts of a plan divide among several schools."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SplitUnit:
    """A unit that a plan divides among several schools.

    Parameters
    ----------
    unit
        Its index.
    shares
        School's label to share of the unit, the largest first; they sum to 1 or, where a part has no school, to less. Where zones overlap, to more.
    of
        What was divided: ``land``, ``students``, ``parts`` that count alike, or the column that says it.
    """

    unit: int
    shares: tuple[tuple[str, float], ...]
    of: str
