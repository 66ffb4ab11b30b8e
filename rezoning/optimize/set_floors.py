"""The relaxation of every open set, in a worker: what no plan with that set goes below, and which sets leave no plan by arithmetic alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from rezoning.formulation.formulation import Formulation
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.cuts.relaxation import tighten, weak_bound
from rezoning.optimize.model.milp import Milp, build
from rezoning.optimize.model.program import program_of
from rezoning.optimize.opensets import Depth, OpenSets, objective_of
from rezoning.optimize.search.tracker import Objective
from rezoning.optimize.solvers.base import Clock, Watch
from rezoning.optimize.solvers.highs import NO_PLAN, solved, use_threads

HOPELESS = 1e-6  # in the rows' own unit, for multipliers of length 1: by so much a sum of rows must be broken
NO_PLAN_LEFT = np.inf


def set_floors(
    problem: Formulation,
    objective: Objective,
    sets: OpenSets,
    numbers: Iterable[int],
    seconds: float,
    how: Depth,
    watch: Watch,
    on_bound: Callable[[int, float], object],
) -> None:
    """Tell lower bounds of the objective for open sets, one set after the other; infinity for one that leaves no plan.

    Parameters
    ----------
    numbers
        Which sets; each has what is left of the time over the sets that are left.
    how
        How far.
    on_bound
        Told of a set and its bound, better than those before or not.
    """
    ends, left = time.monotonic() + seconds, list(numbers)
    for done, number in enumerate(left):
        share = (ends - time.monotonic()) / (len(left) - done)
        if share <= 0 or watch.stop.is_set():
            return
        question = sets.question(problem, number)
        milp = None if question is None else build(question, objective_of(objective, problem, question), is_relaxed=True)
        if question is None or milp is None or milp.broken:
            on_bound(number, NO_PLAN_LEFT)
            continue
        if not len(milp.free):
            continue  # one plan, or none: whoever solves it sees
        best = [-np.inf]

        def hear(bound: float, number: int = number, best: list[float] = best) -> None:
            best[0] = max(best[0], bound)
            on_bound(number, bound)

        def is_done(best: list[float] = best) -> bool:
            return how.cutoff is not None and best[0] >= how.cutoff

        tighten(milp, Fractional(question), share, Clock(), replace(watch, on_bound=hear, is_done=is_done), first=share, rounds=how.rounds)
        if best[0] == -np.inf and is_hopeless(milp, max(ends - time.monotonic(), 0.0) / (len(left) - done)):
            on_bound(number, NO_PLAN_LEFT)


def is_hopeless(milp: Milp, seconds: float) -> bool:
    """Whether multipliers of the rows prove that no point obeys them all: their sum is broken by every point between the columns' sides."""
    use_threads(1)
    program = program_of(milp.problem, milp.columns)
    program = replace(program, cost=np.zeros(len(program.cost)))
    options = {"output_flag": False, "threads": 1, "time_limit": max(seconds, 0.01), "solver": "simplex", "presolve": "off"}
    with solved(program, options) as (highs, is_well):
        if not is_well or highs.getModelStatus() not in NO_PLAN:
            return False
        found = highs.getDualRay()
    ray = np.array(found[2], dtype=float) if found[1] else np.zeros(0)
    if len(ray) != len(program.row_lower) or not np.isfinite(ray).all() or not ray.any():
        return False
    ray = ray / np.abs(ray).max()
    return max(weak_bound(program, ray), weak_bound(program, -ray)) > HOPELESS
