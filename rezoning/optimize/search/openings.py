"""Which schools may be open together: what the rows say that are about nothing else, and other sets near a plan's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Formulation, Ints

Mask = NDArray[np.bool_]
FLIPS = 8  # schools that close or open beside the one drawn, until the rows hold
DRAWS = 10
ROW_TOLERANCE = 1e-7
RULE = "openings"  # whose rows say which sets there are


@dataclass(frozen=True, eq=False)
class OpeningRows:
    """What the rows say of which schools may be open together: ``lower <= said @ is_open <= upper``.

    Parameters
    ----------
    schools
        Schools that may be open or not, indices, shape (k,).
    pair
        The pair of each that says whether it is open, shape (k,).
    said
        Shape (R, k).
    lower, upper
        Shape (R,).
    """

    schools: Ints
    pair: Ints
    said: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def optional(problem: Formulation) -> Ints:
    """Schools whose own node has a choice, so that they may be open or not: indices, shape (k,)."""
    if problem.opened is None:
        return np.zeros(0, dtype=np.int64)
    schools = np.flatnonzero(problem.opened >= 0)
    return np.asarray(schools[~problem.pairs.is_fixed[problem.opened[schools]]], dtype=np.int64)


def opening_rows(problem: Formulation) -> OpeningRows:
    """Rows on openings with no other pair that is free, and that at most one school of a node is open.

    Fixed pairs are constants of a row, so that one without any free pair is met by every set, or by none.

    Parameters
    ----------
    problem
        Whose `opened` says which pair is a school's own.
    """
    from scipy.sparse import csr_array

    assert problem.opened is not None
    schools = optional(problem)
    pairs, rows, pair = problem.pairs, problem.rows, problem.opened[schools]
    matrix = csr_array(rows.matrix)
    is_fixed = np.zeros(matrix.shape[1])  # products of pairs are free
    is_fixed[: len(pairs)] = pairs.is_fixed
    is_other = 1.0 - is_fixed
    is_other[pair] = 0.0
    is_about = np.array([name.rule == RULE for name in rows.names], dtype=bool) | (abs(matrix[:, pair]).sum(axis=1) > 0)
    counts = is_about & (abs(matrix) @ is_other == 0)
    constant = (matrix @ is_fixed)[counts]
    said = matrix[np.flatnonzero(counts)][:, pair].toarray()
    nodes = [v for v in np.unique(pairs.node[pair]) if (pairs.node[pair] == v).sum() > 1]
    alone = np.array([pairs.node[pair] == v for v in nodes], dtype=np.float64).reshape(len(nodes), len(pair))
    least = [float(pairs.choices[v] == (pairs.node[pair] == v).sum()) for v in nodes]
    return OpeningRows(
        schools,
        pair,
        np.concatenate([said, alone]),
        np.concatenate([rows.lower[counts] - constant, least]),
        np.concatenate([rows.upper[counts] - constant, np.ones(len(nodes))]),
    )


class NearSets:
    """Sets of open schools that the rows allow, near those of plans.

    Attributes
    ----------
    schools
        Schools that may be open and may be closed, shape (q,).
    roots
        Their own nodes, shape (q,).
    """

    def __init__(self, formulation: Formulation) -> None:
        self._rows = opening_rows(formulation)
        self.schools, self.roots = self._rows.schools, formulation.pairs.node[self._rows.pair]

    def __len__(self) -> int:
        return len(self.schools)

    def of(self, plan: Ints) -> Mask:
        """Which of the schools are open in a plan, shape (q,)."""
        return np.asarray(plan[self.roots] == self.schools)

    def allows(self, is_open: Mask) -> bool:
        """Whether the rows hold."""
        return self._broken(is_open) <= ROW_TOLERANCE

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
            best = open_ones[np.asarray(broken) <= min(broken) + ROW_TOLERANCE]
            change = int(rng.choice(best))
            found[change] = not found[change]
            stays = stays | (np.arange(len(self)) == change)
        return found if self.allows(found) else None

    def _broken(self, is_open: Mask) -> float:
        rows, activity = self._rows, self._rows.said @ is_open
        return float(np.maximum(np.maximum(rows.lower - activity, activity - rows.upper), 0.0).sum())
