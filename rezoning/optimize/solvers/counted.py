"""How much of everything is done where work is counted and not timed (`solve.cycles`): then a slower or busier machine does the same.

The numbers are about what one cooling of the search takes on an ordinary machine, in each part's own unit. Time ends nothing but the whole.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """The work on one goal: so many coolings of the search, and all else in proportion."""

    cycles: int

    @property
    def nodes(self) -> int:
        """Of branch and cut, over all rounds of its loop where a solver takes no cuts inside its tree."""
        return 50 * self.cycles

    @property
    def rounds(self) -> int:
        """Of the loop of cuts, if its nodes last so long."""
        return 10 * self.cycles

    @property
    def relaxations(self) -> int:
        """Rounds of a relaxation."""
        return 1 + self.cycles

    @property
    def curves(self) -> float:
        """Seconds of an ordinary machine for shortest borders, which are counted so whatever the machine."""
        return 2.0 * self.cycles

    @property
    def routes(self) -> int:
        """For every node, after which zones cannot be made contiguous."""
        return 20

    @property
    def repairs(self) -> int:
        """Attempts to make a plan of what is none."""
        return self.cycles

    @property
    def neighborhoods(self) -> int:
        """Solves of a few zones, where annealing has no tree beside it."""
        return 12 * self.cycles
