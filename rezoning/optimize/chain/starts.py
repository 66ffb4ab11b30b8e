"""Where chains set out: plans that the search finds for the hard rules alone."""

from __future__ import annotations

import threading

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.search.anneal import Search, prepare


def searched_start(formulation: Formulation, near: Ints | None, seed: int, seconds: float, stop: threading.Event | None = None) -> Ints | None:
    """A plan, school of each node; None where the time was too short.

    Parameters
    ----------
    near
        What it should be near, whether it is a plan or not; None for zones that grow from the schools in an order that the seed shuffles.
    seed
        Repeats it exactly, as long as the time suffices.
    seconds
        Wall clock.
    """
    prepare(formulation, (), seed)
    given = np.full(formulation.pairs.num_nodes, -1, dtype=np.int64) if near is None else near
    return Search(formulation, (), seed).repair(given, seconds, stop)
