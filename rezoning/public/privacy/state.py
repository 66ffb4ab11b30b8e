"""How much of each number is told: all of it, a range that it lies in, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rezoning.public.privacy.cells import HAIR, Bools, Cells, Floats, Ints

WIDTHS = (1, 2, 3, 5, 10, 20, 50)
"""Widths of ranges, times the least number that is not small."""
EXACT, KEPT = 0, len(WIDTHS) + 1
"""Levels of telling: exactly, by range (the level is the place of its width, from 1), not at all."""


@dataclass(eq=False)
class State:
    """What is told of cells and facts.

    Parameters
    ----------
    level
        Of each cell, shape (k,): EXACT to KEPT.
    is_told
        Whether each fact is told, shape (f,).
    lost
        Small cells that could not be protected: what gives them away may not be changed any more.
    """

    level: Ints
    is_told: Bools
    lost: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, cells: Cells) -> State:
        """As much is told as ever may be."""
        return cls(cells.is_rough.astype(np.int64), np.ones(0 if cells.facts is None else len(cells.facts.most), dtype=bool))

    def copy(self) -> State:
        """Another that can be changed."""
        return State(self.level.copy(), self.is_told.copy(), self.lost)

    @property
    def hidden(self) -> Bools:
        """Cells that are not told exactly, shape (k,)."""
        return self.level > EXACT

    def coarsen(self, cells: Cells, which: int) -> None:
        """Tell less of a cell, or no more of a fact, which are numbered after the cells."""
        if which >= len(self.level):
            self.is_told[which - len(self.level)] = False
        elif cells.may_be_range[which]:
            self.level[which] += 1
        else:
            self.level[which] = KEPT

    def cost(self, cells: Cells) -> Floats:
        """What is lost by telling less of each cell and fact, shape (k + f,); of a range that is widened a tenth of it."""
        facts = np.zeros(0) if cells.facts is None else cells.facts.cost
        return np.concatenate([np.where(cells.may_be_range, 0.1 * (1 + self.level), 1.0) * cells.cost, facts])


def ends(values: Floats, level: Ints, least: float) -> tuple[Floats, Floats]:
    """Both ends of the ranges that hold numbers, at multiples of their width: the lower one belongs to the range, the upper one does not."""
    width = least * np.array([1, *WIDTHS, 1])[level]
    low = np.floor((values + HAIR) / width) * width
    return low, low + width
