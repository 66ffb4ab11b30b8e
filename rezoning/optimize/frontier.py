"""The frontier between goals: the first made small while ceilings hold the others, one solve for each set of ceilings.

A plan below tight ceilings is one below looser ones, and a bound that holds below loose ceilings holds below tighter ones: what one solve finds
serves all the others, so that values and bounds of the points never contradict one another.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product

import numpy as np

from rezoning.district.plan import Plan
from rezoning.formulation.formulation import Floats, Formulation, Ints
from rezoning.formulation.restrict import restrict
from rezoning.optimize.cuts.feasible import is_feasible, total_violation
from rezoning.optimize.engine import solve
from rezoning.optimize.result import Ended, GoalResult, Result, Status, Untidied, Watcher
from rezoning.optimize.solvers.base import Clock, together
from rezoning.optimize.tidying import Tidied, tidied
from rezoning.scenario.schema import Solve

SAME = 1e-9  # values that differ by less are equal
STAGE_SHARE = 0.75  # of the time that is left for each goal but the last: below ceilings the others only choose among equals
APPROACH_SHARE = 0.25  # of the first goal's time, for a search from a better plan that is above the ceilings, where the first one found no proof
NEAR = 1.6  # times the ceiling: from plans that are farther above it no search comes down
END_SHARE = 0.5  # without ceilings, where the other goals say how far the ceilings will go
LEAST_SECONDS = 0.05


@dataclass(frozen=True)
class Known:
    """What a solve has shown, in natural values.

    Parameters
    ----------
    ceilings
        Largest value of each goal in the question that was solved; infinite where it was free.
    values
        Value of each goal of its plan; None without a plan.
    bound
        Lower bound of the first goal over all plans below the ceilings; None when none was computed.
    is_infeasible
        Proven: no plan is below the ceilings.
    """

    ceilings: tuple[float, ...]
    values: tuple[float, ...] | None
    bound: float | None
    is_infeasible: bool = False


@dataclass(frozen=True)
class Best:
    """The best that is known below some ceilings: which of the known has the plan, and the bound of the first goal."""

    index: int | None
    bound: float | None
    is_infeasible: bool


def spread(low: float, high: float, count: int) -> tuple[float, ...]:
    """So many ceilings from low to high, both included, evenly apart; one where the two are the same."""
    if high - low <= SAME:
        return (high,)
    return (*np.linspace(low, high, count)[:-1].tolist(), high)


def grid(ranges: Sequence[tuple[float, float]], count: int) -> list[tuple[float, ...]]:
    """Ceilings of all goals but the first, every combination, the tightest first."""
    return list(product(*(spread(low, high, count) for low, high in ranges)))


def is_below(values: Iterable[float], ceilings: Iterable[float]) -> bool:
    """Whether each value is at most its ceiling."""
    return all(value <= ceiling + SAME for value, ceiling in zip(values, ceilings, strict=True))


def best_below(ceilings: tuple[float, ...], known: Sequence[Known]) -> Best:
    """The best plan, bound and proof below some ceilings, of everything known.

    A plan counts when its values are below. A bound counts, and so does a proof that there is no plan, when it was found below ceilings that are as
    loose or looser. Among plans that are equal in the first goal the next ones decide.
    """
    looser = [one for one in known if is_below(ceilings, one.ceilings)]
    bounds = [one.bound for one in looser if one.bound is not None]
    below = [i for i, one in enumerate(known) if one.values is not None and is_below(one.values, ceilings)]
    for j in range(len(ceilings)):
        least = min((_value(known[i], j) for i in below), default=0.0)
        below = [i for i in below if _value(known[i], j) <= least + SAME]
    index = below[0] if below else None
    bound = max(bounds, default=None)
    if index is not None and bound is not None:
        bound = min(bound, _value(known[index], 0))
    return Best(index, bound, index is None and any(one.is_infeasible for one in looser))


def _value(known: Known, goal: int) -> float:
    assert known.values is not None
    return known.values[goal]


def is_answered(ceilings: tuple[float, ...], known: Sequence[Known]) -> bool:
    """Whether a question with looser ceilings was answered by a plan below these, or by the proof that there is none: no solve can add to it."""
    looser = [one for one in known if is_below(ceilings, one.ceilings)]
    return any(one.is_infeasible or (one.values is not None and is_below(one.values, ceilings)) for one in looser)


def solve_below(
    problem: Formulation,
    order: Sequence[int],
    ceilings: Sequence[float],
    settings: Solve,
    known: Sequence[Plan] = (),
    *,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
) -> Result:
    """Minimize goals one after the other while ceilings hold.

    Parameters
    ----------
    problem
        Its terms are the goals; weights are not used.
    order
        Positions of the goals in order of importance.
    ceilings
        Largest value of each goal; infinite where it is free.
    settings
        `time_limit` is for all goals together.
    known
        Plans to start from: the best one that obeys everything, else the one that is nearest to it.

    Returns
    -------
    Result
        Goals stand in the problem's order. The bound of the goal at ``order[k]`` is one over all plans that obey the rules, the ceilings and the
        rows that hold the goals before it.
    """
    clock = Clock()
    asked = replace(problem, weights=None)
    for terms, ceiling in zip(problem.terms, ceilings, strict=True):
        if np.isfinite(ceiling):
            asked = asked.hold(terms, float(ceiling))
    asked = replace(asked, start=_start(asked, order[0], known))
    share = STAGE_SHARE if len(asked.held) > len(problem.held) else END_SHARE
    stages: list[Result] = []
    for rank, i in enumerate(order):
        asked = without_hopeless(asked)
        question = replace(asked, terms=(asked.terms[i],))
        left = settings.time_limit - clock()
        seconds = left if rank == len(order) - 1 else share * left
        above = _better_above(problem, asked, i, ceilings, known) if rank == 0 and settings.method == "auto" else None
        found = _solve(question, settings, seconds if above is None else (1 - APPROACH_SHARE) * seconds, watcher, stop)
        if above is not None and found.status is Status.FEASIBLE and not found.is_interrupted:
            searching = settings.model_copy(update={"method": "anneal"})
            found = _better(found, _solve(replace(question, start=above), searching, APPROACH_SHARE * seconds, watcher, stop))
        if found.status is Status.NO_PLAN and not found.is_interrupted and rank < len(order) - 1:
            found = _solve(question, settings, settings.time_limit - clock(), watcher, stop)  # the other goals are nothing without a plan
        stages.append(found)
        if found.plan is None or found.is_interrupted:
            break
        upper = found.goals[0].value + settings.gap_abs
        asked = replace(asked.hold(asked.terms[i], upper), start=nodes_of(problem, found.plan))
    tidy = None if stages[-1].plan is None else tidied(asked, nodes_of(problem, stages[-1].plan), settings, stop or threading.Event(), clock, watcher)
    return _joined(problem, order, stages, tidy)


def _solve(question: Formulation, settings: Solve, seconds: float, watcher: Watcher | None, stop: threading.Event | None) -> Result:
    """One goal; what is tidied is the plan of them all."""
    return solve(question, settings.model_copy(update={"time_limit": max(seconds, LEAST_SECONDS), "tidy": False}), watcher=watcher, stop=stop)


def _better_above(problem: Formulation, asked: Formulation, goal: int, ceilings: Sequence[float], known: Sequence[Plan]) -> Ints | None:
    """Of the known plans that are better than the start and a little above the ceilings the nearest; -1 where its school is not admissible."""
    start = problem.terms[goal].value(problem.vector(asked.start)) if (asked.start >= 0).all() else -np.inf
    plans = [nodes for nodes in (nodes_of(problem, plan) for plan in known) if _is_near(problem, nodes, ceilings)]
    better = [plan for plan in plans if problem.terms[goal].value(problem.vector(plan)) < start - SAME]
    if not better:
        return None
    nearest = min(better, key=lambda plan: total_violation(asked, plan))
    return np.where(asked.pairs.lookup[np.arange(len(nearest)), nearest] >= 0, nearest, -1)


def _is_near(problem: Formulation, nodes: Ints, ceilings: Sequence[float]) -> bool:
    x = problem.vector(nodes)
    return all(terms.value(x) <= NEAR * ceiling for terms, ceiling in zip(problem.terms, ceilings, strict=True) if np.isfinite(ceiling))


def _better(found: Result, other: Result) -> Result:
    """The first result, with the plan of the other where that is better; its bound stays, for it is about the same question."""
    is_counted = None if found.is_counted is None else bool(found.is_counted and other.is_counted)
    found = replace(
        found,
        warnings=tuple(dict.fromkeys((*found.warnings, *other.warnings))),
        nodes=together(found.nodes, other.nodes),
        cuts=found.cuts + other.cuts,
        is_counted=is_counted,
    )
    if other.plan is None or not found.goals or other.goals[0].value >= found.goals[0].value:
        return replace(found, is_interrupted=found.is_interrupted or other.is_interrupted)
    bound = found.goals[0].bound
    goal = replace(other.goals[0], bound=None if bound is None else min(bound, other.goals[0].value))
    return replace(found, plan=other.plan, goals=(goal,), is_interrupted=other.is_interrupted)


def without_hopeless(asked: Formulation) -> Formulation:
    """The same question without the pairs that no plan below the ceilings can use.

    Were every other node at its cheapest, such a pair alone would break a ceiling; what a goal has beside costs of pairs is never negative. Only for
    a question whose start is a plan: then some pairs are left.
    """
    pairs, keep = asked.pairs, np.ones(len(asked.pairs), dtype=bool)
    for held in asked.held:
        terms = held.terms
        if not terms.blocks:
            cheapest = np.minimum.reduceat(terms.linear, asked.lifted.first[:-1])
            extra = (terms.linear - cheapest[asked.lifted.node])[: len(pairs)]
            keep &= extra <= held.upper - terms.constant - cheapest.sum() + SAME * max(1.0, abs(held.upper))
    if keep.all() or not (asked.start >= 0).all() or not is_feasible(asked, asked.start):
        return asked
    return restrict(asked, keep)


def _start(asked: Formulation, goal: int, known: Sequence[Plan]) -> Ints:
    """The plan that obeys most, and of those that obey all the best in a goal; today's zones are among them."""
    starts = [nodes_of(asked, plan) for plan in known]
    if (asked.start >= 0).all() or not starts:
        starts.append(asked.start)
    if len(starts) == 1:
        return starts[0]
    return min(starts, key=lambda one: (total_violation(asked, one), asked.terms[goal].value(asked.vector(one))))


def nodes_of(problem: Formulation, plan: Plan) -> Ints:
    """School of each node in a plan, shape (N,)."""
    return problem.pairs.of_units(plan.school)


def _joined(problem: Formulation, order: Sequence[int], stages: Sequence[Result], tidy: Tidied | None) -> Result:
    """The stages as one result, with the plan as it was tidied."""
    last = next((stage for stage in reversed(stages) if stage.plan is not None), stages[0])
    if tidy is not None and last.plan is not None:
        last = replace(last, plan=problem.expand(tidy.plan), untidied=Untidied(last.plan, tidy.seconds))
    goals: tuple[GoalResult, ...] = ()
    if last.plan is not None:
        x = problem.vector(nodes_of(problem, last.plan))
        bounds = {i: stage.goals[0].bound for i, stage in zip(order, stages, strict=False) if stage.goals}
        goals = tuple(_goal(problem, i, x, bounds.get(i)) for i in range(len(problem.terms)))
    ranks = [Status.OPTIMAL, Status.WITHIN_GAP, Status.FEASIBLE]
    is_whole = len(stages) == len(order) and all(stage.plan is not None for stage in stages)
    worst = max((stage.status for stage in stages), key=ranks.index) if is_whole else Status.FEASIBLE
    return replace(
        last,
        status=worst if last.plan is not None else last.status,
        goals=goals,
        ended=_ended(order, stages),
        trace=(*(point for stage in stages for point in stage.trace), *(tidy.trace if tidy else ())),
        log="\n".join(stage.log for stage in stages if stage.log),
        is_interrupted=any(stage.is_interrupted for stage in stages),
        nodes=reduce(together, (stage.nodes for stage in stages)),
        cuts=sum(stage.cuts for stage in stages),
        is_counted=None if last.is_counted is None else all(stage.is_counted for stage in stages) and not (tidy and tidy.is_cut_short),
        warnings=tuple(dict.fromkeys(text for stage in stages for text in stage.warnings)),
    )


def _ended(order: Sequence[int], stages: Sequence[Result]) -> tuple[Ended, ...]:
    """Why each goal ended, in the problem's order; what ended the last one kept those after it from beginning."""
    found = {i: stage.ended[0] for i, stage in zip(order, stages, strict=False)}
    return tuple(found.get(i, stages[-1].ended[0]) for i in range(len(order)))


def _goal(problem: Formulation, i: int, x: Floats, bound: float | None) -> GoalResult:
    terms = problem.terms[i]
    value = terms.value(x)
    return GoalResult(terms.goal.minimize, terms.goal.group, value, None if bound is None else min(bound, value), terms.today)
