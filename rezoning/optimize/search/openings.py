"""Which schools may be open together: what the rows say that count schools and nothing else, and other sets near a plan's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Formulation, Ints

Mask = NDArray[np.bool_]
FLIPS = 8  # schools that close or open beside the one drawn, until the rows hold
DRAWS = 10
SLACK = 1e-7


class OpenSets:
    """Sets of schools that the rows over the schools' own pairs allow to be open.

    Parameters
    ----------
    formulation
        Its `roots` say which schools may close or open; its rows of their own pairs alone say which may be open together.

    Attributes
    ----------
    schools
        Schools that may be open and may be closed, shape (q,).
    """

    def __init__(self, formulation: Formulation) -> None:
        pairs = formulation.pairs
        may = np.flatnonzero(formulation.roots >= 0)
        own = pairs.lookup[formulation.roots[may], may]
        may, own = may[own >= 0], own[own >= 0]
        is_free = pairs.choices[pairs.node[own]] > 1
        self.schools = may[is_free]
        self.roots = formulation.roots[self.schools]
        cells = formulation.rows.matrix.tocoo()
        is_own = np.zeros(formulation.rows.matrix.shape[1], dtype=bool)
        is_own[own] = True
        others = np.bincount(cells.row[~is_own[cells.col]], minlength=cells.shape[0])
        rows = np.flatnonzero((others == 0) & (np.bincount(cells.row, minlength=cells.shape[0]) > 0))
        counts = formulation.rows.matrix[rows]
        always = np.asarray(counts[:, own[~is_free]].sum(axis=1)).ravel()  # they are open in every plan
        self._counts = counts[:, own[is_free]].toarray()
        self._lower, self._upper = formulation.rows.lower[rows] - always, formulation.rows.upper[rows] - always

    def __len__(self) -> int:
        return len(self.schools)

    def of(self, plan: Ints) -> Mask:
        """Which of the schools are open in a plan, shape (q,)."""
        return np.asarray(plan[self.roots] == self.schools)

    def allows(self, is_open: Mask) -> bool:
        """Whether the rows hold."""
        return self._broken(is_open) <= SLACK

    def near(self, is_open: Mask, rng: np.random.Generator) -> Mask | None:
        """The set itself where the rows hold, else one near it where they do; None where none was found."""
        return is_open if self.allows(is_open) else self._mended(is_open, rng, np.zeros(len(self), dtype=bool))

    def other(self, is_open: Mask, rng: np.random.Generator) -> Mask | None:
        """Another set near this one: one school drawn that opens or closes, and what the rows make of it; None where none was found."""
        for _ in range(DRAWS):
            is_drawn = np.arange(len(self)) == rng.integers(len(self))
            found = self._mended(is_open ^ is_drawn, rng, is_drawn)
            if found is not None:
                return found
        return None

    def _mended(self, is_open: Mask, rng: np.random.Generator, stays: Mask) -> Mask | None:
        """The set after as few changes of other schools as a descent needs until the rows hold."""
        found = is_open.copy()
        for _ in range(FLIPS):
            if self.allows(found):
                return found
            open_ones = np.flatnonzero(~stays)
            if not len(open_ones):
                return None
            broken = [self._broken(found ^ (np.arange(len(self)) == i)) for i in open_ones]
            best = open_ones[np.asarray(broken) <= min(broken) + SLACK]
            change = int(rng.choice(best))
            found[change] = not found[change]
            stays = stays | (np.arange(len(self)) == change)
        return found if self.allows(found) else None

    def _broken(self, is_open: Mask) -> float:
        activity = self._counts @ is_open
        return float(np.maximum(np.maximum(self._lower - activity, activity - self._upper), 0.0).sum())
