"""A chain from a plan: so many steps between samples, every sample a plan; a seed repeats it exactly on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.chain import kernel as steps
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.search import kernel
from rezoning.optimize.search.arrays import compile_model

CHUNK = 1 << 20  # steps of one compiled call: less than a second or two, so that an interrupt is heard


@dataclass(frozen=True)
class Kind:
    """How often steps of a kind were tried, and what came of them; `why` says how many were refused for each reason."""

    tried: int
    accepted: int
    why: dict[str, int]

    @property
    def rate(self) -> float | None:
        """Share of steps that ended in another plan."""
        return self.accepted / self.tried if self.tried else None


class Chain:
    """A Markov chain of plans of a formulation; its goals count for nothing.

    With single flips alone it is reversible and its stationary distribution is uniform over all plans that single flips can reach from the start,
    through plans. With recombination (`mix` above 0) it has no known stationary distribution.

    Parameters
    ----------
    formulation
        Whose pairs, rows, limits and contiguity every plan obeys. Where it has a second contiguity (`Contiguity.also`), plans obey its `ties` in its
        place, which is more than is asked.
    start
        A plan: school of each node, shape (N,).
    seed
        Of all chance.
    mix
        Share of steps that are recombinations, 0 to 1. Where zones need not hang together there are none (`can_recombine`).

    Raises
    ------
    ValueError
        The start is no plan.
    """

    def __init__(self, formulation: Formulation, start: Ints, seed: int, mix: float = 0.0) -> None:
        self.mix = float(mix) if can_recombine(formulation) else 0.0
        self._model = compile_model(formulation, ())
        self._state = kernel.new_state(self._model, seed)
        self._state.total[kernel.BEST] = -np.inf  # nothing is better: no copy of a best plan is ever kept
        self._state.nodes[kernel.ZONE] = start
        if not is_feasible(formulation, start):
            raise ValueError("the start is no plan")
        kernel.settle(self._model, self._state)
        if self._state.tally[kernel.BROKEN]:
            raise ValueError("the start is no plan of the search's contiguity")
        self._chain = steps.new_chain(self._model)
        steps.set_out(self._model, self._state, self._chain)

    @property
    def school(self) -> Ints:
        """The plan where it stands, school of each node, shape (N,)."""
        return np.asarray(self._state.nodes[kernel.ZONE], dtype=np.int64)

    @property
    def num_moves(self) -> int:
        """Single flips that could be proposed now."""
        return int(self._chain.tally[steps.MOVES])

    @property
    def flips(self) -> Kind:
        """What came of the flips."""
        tally = self._chain.tally.tolist()
        why = {"rules": tally[steps.FLIP_BREAKS], "contiguity": tally[steps.FLIP_CUTS], "correction": tally[steps.FLIP_CORRECTED]}
        return Kind(tally[steps.FLIPS], tally[steps.FLIPPED], why)

    @property
    def recombinations(self) -> Kind:
        """What came of the recombinations."""
        tally = self._chain.tally.tolist()
        return Kind(tally[steps.RECOMBINATIONS], tally[steps.RECOMBINED], {"no_cut": tally[steps.NO_CUT], "same": tally[steps.SAME]})

    def advance(self, count: int) -> None:
        """Take some steps. Sums are made afresh after them, so that they never drift."""
        while count > 0:
            steps.walk(self._model, self._state, self._chain, min(count, CHUNK), self.mix)
            kernel.settle(self._model, self._state)
            count -= CHUNK

    def samples(self, count: int, every: int) -> Iterator[Ints]:
        """So many plans, each `every` steps after the one before; the start is none of them."""
        for _ in range(count):
            self.advance(every)
            yield self.school


def can_recombine(formulation: Formulation) -> bool:
    """Whether zones must hang together around their sources, without which there is no tree to cut."""
    return formulation.contiguity.is_exact
