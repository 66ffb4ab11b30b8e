"""Questions about questions: whether a formulation has a plan at all, and which plan breaks the rules of an elastic one the least."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rezoning.district.plan import Plan
from rezoning.formulation.elastic import Elastic, free
from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.auto import search_alone, search_and_prove
from rezoning.optimize.proving import Prover
from rezoning.optimize.result import Progress
from rezoning.optimize.search import anneal
from rezoning.optimize.search.anneal import Search
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.apart import await_ready, warm_up
from rezoning.optimize.solvers.base import Clock, Ending, Limits, Watch
from rezoning.optimize.threads import threads_for
from rezoning.scenario.schema import Solve

WAITING = 2  # workers that are kept ready
NOTHING = 1e-7  # mean units: a price below it is rounding
SMALL = 400  # pairs: up to here branch and cut needs no search beside it, which takes seconds to be loaded
LARGE = 20_000  # pairs: from here on the search finds the cheapest plans sooner without branch and cut beside it
log = logging.getLogger(__name__)
GAP = 0.01  # of a price: which rules are broken is settled long before the last digit


@dataclass(frozen=True, eq=False)
class Verdict:
    """Whether a plan exists: the plan, or that it is proven that none does, or neither in the time given."""

    plan: Plan | None
    is_infeasible: bool


@dataclass(frozen=True, eq=False)
class Loosened:
    """The plan that breaks the rules the least.

    Parameters
    ----------
    plan
        None when the time was too short for any.
    price
        What it costs in mean units (see `elastic`), weighted as asked.
    by_rule
        The share of each rule in it, not weighted.
    bound
        No plan costs less; None where nothing is proven.
    """

    plan: Plan | None
    price: float
    by_rule: dict[str, float]
    bound: float | None


def prepare() -> None:
    """Let solvers be loaded before any clock runs: they work in processes of their own, of which one more waits in case that one is stopped."""
    warm_up(WAITING)
    await_ready()


def decide(problem: Formulation, settings: Solve, seconds: float, stop: threading.Event | None = None) -> Verdict:
    """Look for any plan, and for the proof that there is none, at most so many seconds."""
    aimless = replace(problem, terms=(free(len(problem.lifted)),), weights=(1.0,))
    answer = _solve(aimless, settings, seconds, stop, enough=float("inf"))
    return Verdict(answer.plan, answer.is_infeasible)


def relax(question: Elastic, weights: Mapping[str, float], settings: Solve, seconds: float, stop: threading.Event | None = None) -> Loosened:
    """The cheapest plan of an elastic question, with weights of rules (1 where none is given; 0: the rule is taken back)."""
    priced = question.priced(weights)
    answer = _solve(priced, settings, seconds, stop, enough=NOTHING, with_proof=False)
    if answer.school_of_node is None or answer.plan is None:
        return Loosened(None, float("inf"), {}, None)
    x = priced.vector(answer.school_of_node)
    by_rule = {str(terms.goal.minimize): terms.value(x) for terms in priced.terms}
    return Loosened(answer.plan, answer.value, by_rule, answer.bound)


def price_of(question: Elastic, plan: Plan) -> Loosened:
    """What any assignment of units costs; about, where units that are one node have several schools."""
    formulation = question.formulation
    school_of_node = formulation.pairs.school[formulation.pairs.first[:-1]].copy()
    wanted = formulation.pairs.of_units(plan.school)
    is_open = formulation.pairs.lookup[np.arange(len(wanted)), wanted] >= 0
    school_of_node[is_open] = wanted[is_open]
    has_pair = formulation.pairs.lookup[formulation.pairs.node_of_unit, plan.school] >= 0
    school_of_node[formulation.pairs.node_of_unit[has_pair]] = plan.school[has_pair]
    x = formulation.vector(school_of_node)
    by_rule = {rule: terms.value(x) for rule, terms in zip(question.rules, formulation.terms, strict=True)}
    return Loosened(plan, sum(by_rule.values()), by_rule, None)


@dataclass(frozen=True, eq=False)
class _Answer:
    plan: Plan | None
    school_of_node: Ints | None
    value: float
    bound: float | None
    is_infeasible: bool


def _solve(problem: Formulation, settings: Solve, seconds: float, stop: threading.Event | None, enough: float, with_proof: bool = True) -> _Answer:
    """Solve until a plan costs no more than is enough, the time is over or `stop` is set.

    Branch and cut alone where that is soon done; the search alone where a model would take longer to build than there is time for.
    """
    over = threading.Event()

    def watch(progress: Progress) -> None:
        if (progress.value is not None and progress.value <= enough) or (stop is not None and stop.is_set()):
            over.set()

    if stop is not None and stop.is_set():
        return _Answer(None, None, float("inf"), None, False)
    objective = list(zip(problem.terms, problem.weights or (1.0,), strict=True))
    tracker = Tracker(problem, objective, Clock(), watch)
    limits = Limits(max(seconds, 0.1), GAP, NOTHING, threads_for(settings), settings.seed)
    prover = Prover("scip" if problem.contiguity.is_exact else "highs")
    tracker.say("first plan")
    warm_up(WAITING)
    if (problem.start >= 0).all():
        tracker.offer(problem.start)
    if over.is_set():
        ending = Ending()
    elif len(problem.pairs) <= SMALL or problem.is_partition:
        ending = prover.prove(tracker, replace(limits, threads=1), Watch(over))
    else:
        search = Search(problem, objective, settings.seed)
        anneal.prepare(problem, objective, settings.seed)
        if with_proof or len(problem.pairs) <= LARGE:
            ending = search_and_prove(tracker, prover, limits, Watch(over), search, problem.start)
        else:
            ending = search_alone(tracker, prover, limits, Watch(over), search, problem.start)
    for sentence in prover.said:
        log.warning(sentence)
    plan = None if tracker.plan is None else problem.expand(tracker.plan)
    value = float("inf") if tracker.value is None else tracker.value
    return _Answer(plan, tracker.plan, value, tracker.bound, ending.is_infeasible and plan is None)
