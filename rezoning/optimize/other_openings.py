"""What it costs to decide otherwise: for each school that may close or open, the best plan in which it does not do what it does in the plan found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.engine import solve
from rezoning.optimize.frontier import nodes_of
from rezoning.optimize.opensets import given, has_schools, open_sets
from rezoning.optimize.result import Result, Watcher
from rezoning.optimize.search.openings import optional
from rezoning.scenario.schema import Solve

SHARE = 0.5  # of the solve's time limit, for all of them together, where the scenario does not say


@dataclass(frozen=True, eq=False)
class OtherOpening:
    """One school decided otherwise.

    Parameters
    ----------
    school
        Its index.
    is_open
        Whether it is open in this answer; it is not so in the plan found.
    result
        The engine's answer to the same question with that given; None where the rules leave no set of open schools.
    """

    school: int
    is_open: bool
    result: Result | None


def other_openings(
    problem: Formulation, result: Result, settings: Solve, *, watcher: Watcher | None = None, stop: threading.Event | None = None
) -> tuple[OtherOpening, ...]:
    """Each school that may close or open decided otherwise, everything else as free as before; those first that the plan closes or opens.

    Goals, rules and gaps are those of the first solve, so that the difference of two values is the price of one decision. Each gets an equal part of
    `other_openings` seconds, half of the first solve's time limit when left out. Ends early with `stop`.
    """
    assert result.plan is not None
    schools = optional(problem)
    seconds = SHARE * settings.time_limit if settings.other_openings is None else settings.other_openings
    if not len(schools) or seconds <= 0:
        return ()
    used = np.isin(np.arange(problem.pairs.num_schools), nodes_of(problem, result.plan))
    each = settings.model_copy(update={"time_limit": seconds / len(schools)})
    return tuple(_answers(problem, schools, used, each, watcher, stop))


def _answers(
    problem: Formulation, schools: Ints, used: NDArray[np.bool_], settings: Solve, watcher: Watcher | None, stop: threading.Event | None
) -> Iterator[OtherOpening]:
    was_open = np.isin(np.arange(problem.pairs.num_schools), problem.start)
    for s in sorted(schools.tolist(), key=lambda s: (used[s] == was_open[s], s)):
        if stop is not None and stop.is_set():
            return
        is_open = not used[s]
        question = given(problem, {s: is_open})
        yield OtherOpening(s, is_open, solve(question, settings, watcher=watcher, stop=stop) if _has_set(question) else None)


def _has_set(question: Formulation) -> bool:
    """Whether every unit has a school left, and the rules on openings a set of open schools."""
    if not has_schools(question):
        return False
    sets = open_sets(question)
    return sets is None or len(sets) > 0
