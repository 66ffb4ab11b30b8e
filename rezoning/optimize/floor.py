"""What no plan that obeys the rules goes below, in seconds: the relaxation's bound of a goal, proven by weak duality or not given at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from rezoning.formulation.formulation import Formulation, Terms
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.cuts.relaxation import tighten
from rezoning.optimize.exact import MANY_PARTS
from rezoning.optimize.model.milp import build
from rezoning.optimize.model.shapes import is_surrogate
from rezoning.optimize.solvers.base import Clock, Watch

FIRST_SHARE = 0.5  # of the time, for the question without limits that make its relaxation long


def floor(problem: Formulation, terms: Terms, seconds: float, watch: Watch, on_bound: Callable[[float], object]) -> None:
    """Tell lower bounds of a goal's natural value over all plans of a question, each as soon as it is known; none where none would be valid.

    Parameters
    ----------
    problem
        The question; its goals are not looked at.
    terms
        The goal.
    seconds
        Wall clock.
    on_bound
        Told of every bound, better than those before or not.
    """
    if problem.is_restricted or is_surrogate(terms):
        return
    clock = Clock()
    for question, share in _questions(problem):
        milp = build(question, [(terms, 1.0)], is_relaxed=True)
        left = share * (seconds - clock())
        if milp.broken or left <= 0:
            return
        if not len(milp.free):
            on_bound(terms.value(question.lifted.is_fixed.astype(np.float64)))
            continue
        tighten(milp, Fractional(question), left, clock, replace(watch, on_bound=on_bound), first=left)


def _questions(problem: Formulation) -> Iterator[tuple[Formulation, float]]:
    """The question, after one with fewer limits where they are many: what no plan of that goes below, none of this does; and parts of the time."""
    if sum(held.terms.num_parts for held in problem.held if held.name is not None) >= MANY_PARTS:
        yield replace(problem, held=tuple(held for held in problem.held if held.name is None)), FIRST_SHARE
    yield problem, 1.0
