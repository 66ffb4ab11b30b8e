"""Needless changes taken back: of the plans whose goals are no worse, one with fewer students who move, then fewer units, then shorter borders.

The search walks from the plan with little heat, one criterion after the other, each held while the next is made small. Its work is counted, so that
one thread repeats it exactly; the time it may take is a safeguard for districts that are very large.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import same_school_components
from rezoning.formulation.formulation import Contiguity, Formulation, Ints, Terms
from rezoning.formulation.restrict import restrict
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.result import TIDY, Progress, TracePoint, Watcher
from rezoning.optimize.search.anneal import CHUNK, Search, Tuning
from rezoning.optimize.solvers.base import Clock
from rezoning.scenario.schema import Solve

log = logging.getLogger(__name__)
FAULT = "The plan could not be tidied, by a fault of the program; please report it. It stays as the goals left it."

LEAST_SECONDS, SHARE = 4.0, 0.1  # of the time limit: what tidying may take, whatever the goals have left
FIRST_SHARE = 0.5  # of a criterion's time, for units that count nowhere
HOPS = 2  # a unit may come to zones that are so near
CYCLES = 4  # every other one sets out from the best plan
FEWEST, MOST, MANY = 20, 60, 120_000  # draws of a cycle per slot of a possible move; units with a choice times draws from which on they become fewer
LOOKS, SMALL = 4, 1_000  # looks of a cycle at what is broken, and draws between two of them, in the smallest districts
# Goals that are held cost little at first, so that the walk comes to plans that change less, and soon very much, so that it comes back from there.
GENTLE = Tuning(hot=0.1, cold=0.01, reheat=0.5, price=2.0, rise=2.0)
NOTHING = 1e-9  # of a criterion's value: less is rounding


@dataclass(frozen=True, eq=False)
class Tidied:
    """What became of a plan.

    Parameters
    ----------
    plan
        School of each node: the plan that was found, where nothing was needless.
    seconds
        What it took.
    trace
        A point for each criterion, once it was made small.
    is_cut_short
        The time that it may take was over before its work was done.
    """

    plan: Ints
    seconds: float
    trace: tuple[TracePoint, ...]
    is_cut_short: bool = False


def tidied(problem: Formulation, plan: Ints, settings: Solve, stop: threading.Event, clock: Clock, watcher: Watcher | None = None) -> Tidied | None:
    """Take needless changes back from a plan; None where that is not asked, cannot be counted, or must not begin any more.

    Parameters
    ----------
    problem
        The question that the plan answers; each of its goals is held at the plan's value.
    clock
        Seconds since the solve began.
    """
    if not settings.tidy or not problem.tidy or stop.is_set():
        return None
    is_counted = settings.cycles is not None
    began = clock()
    ends = (max(began, settings.time_limit) if is_counted else began) + max(LEAST_SECONDS, SHARE * settings.time_limit)
    trace: list[TracePoint] = []

    def say(terms: Terms, value: float) -> None:
        trace.append(TracePoint(clock(), TIDY, value, None))
        if watcher is not None:
            watcher(Progress(f"{TIDY} ({terms.goal.minimize})", clock(), value, None, 0))

    try:
        better = _less(problem, plan, _Work(settings.seed, stop, clock, ends, is_counted), say)
    except Exception:
        log.exception(FAULT)
        better = plan
    return Tidied(better, clock() - began, tuple(trace), is_cut_short=clock() > ends)


@dataclass(frozen=True, eq=False)
class _Work:
    """Who tidies, and until when; where the work is counted, each criterion may have all the time that is left."""

    seed: int
    stop: threading.Event
    clock: Clock
    ends: float
    is_counted: bool

    def smaller(self, question: Formulation, terms: Terms, plan: Ints, share: float) -> Ints:
        """A plan with less of a criterion, found in a share of the time that is left; the plan itself where there is none."""
        left, value = self.ends - self.clock(), terms.value(question.vector(plan))
        if left <= 0 or self.stop.is_set() or value <= _floor(question, terms) + NOTHING:
            return plan
        search = Search(question, [(terms, 1.0)], self.seed, _tuning(question))
        seconds = left if self.is_counted else share * left
        other = search.improve(plan, seconds, self.stop, lambda *_: None, threads=1, cycles=CYCLES)
        return other if terms.value(question.vector(other)) < value - NOTHING * max(1.0, abs(value)) else plan


def _floor(question: Formulation, terms: Terms) -> float:
    """No plan has less of a criterion: were every node where it costs least. Infinite where no node has a choice."""
    pairs = question.lifted
    return float(terms.constant + np.minimum.reduceat(terms.linear, pairs.first[:-1]).sum()) if (pairs.choices > 1).any() else np.inf


def _less(problem: Formulation, plan: Ints, work: _Work, say: Callable[[Terms, float], None]) -> Ints:
    """The plan with as little as could be found of one criterion after the other; of each first in nodes that no goal and no rule counts."""
    whole = kept_as_found(problem, plan)
    if not is_feasible(whole, plan):
        return plan
    nearby = restrict(whole, _near(whole, plan))
    is_free, best = _counted_nowhere(nearby), plan
    criteria = [nearby.over_all(criterion(nearby.pairs)) for criterion in whole.tidy]
    for i, terms in enumerate(criteria):
        x, share = nearby.vector(best), 1 / (len(criteria) - i)
        question = nearby
        for before in criteria[:i]:
            question = question.hold(before, before.value(x))
        own = nearby.pairs.school == best[nearby.pairs.node]
        within = restrict(question, own | is_free[nearby.pairs.node])
        best = work.smaller(within, within.over_all(whole.tidy[i](within.pairs)), best, FIRST_SHARE * share)
        best = work.smaller(question, terms, best, share)
        say(terms, terms.value(nearby.vector(best)))
    return best if is_feasible(whole, best) else plan


def _counted_nowhere(question: Formulation) -> NDArray[np.bool_]:
    """Nodes that are the same to every row and every held goal, whatever school they have; shape (N,)."""
    pairs, matters = question.pairs, np.zeros(len(question.lifted), dtype=bool)
    goals = [held.terms for held in question.held]
    blocks = [*(block for terms in goals for block in terms.blocks), *(either.block for either in question.either)]
    for matrix in (question.rows.matrix, *(terms.parts for terms in goals), *(block.parts for block in blocks)):
        matters[matrix.indices] = True
    for terms in goals:
        matters |= terms.linear != terms.linear[question.lifted.first[question.lifted.node]]
    matters = question.of_pairs(matters)
    return np.asarray(np.bincount(pairs.node, weights=matters, minlength=pairs.num_nodes) == 0)


def _tuning(question: Formulation) -> Tuning:
    """As many draws as the district is large, and looks at what is broken often enough."""
    free = max(int((question.pairs.choices > 1).sum()), 1)  # there are several slots for each unit with a choice
    draws = max(FEWEST, min(MOST, MANY // free), LOOKS * SMALL // free)
    return replace(GENTLE, draws=draws, chunk=min(max(draws * free, SMALL), CHUNK))


def kept_as_found(problem: Formulation, plan: Ints) -> Formulation:
    """The question of the plans whose goals are no worse than this one's, each by itself, and whose detached pieces are its pieces."""
    x = problem.vector(plan)
    for terms in problem.terms:
        problem = problem.hold(terms, terms.value(x))
    return replace(problem, weights=None, contiguity=_no_new_pieces(problem, plan), start=plan)


def _no_new_pieces(problem: Formulation, plan: Ints) -> Contiguity:
    """One node holds up each piece of the plan: none falls apart, none comes into being but at home, where a school has no zone yet."""
    contiguity = problem.contiguity
    held_up: list[list[int]] = [[] for _ in contiguity.sources]
    for nodes in _grouped(same_school_components(contiguity.graph, plan)):
        sources = contiguity.sources[plan[nodes[0]]]
        standing = sources[np.isin(sources, nodes)]
        held_up[plan[nodes[0]]].append(int(standing[0] if len(standing) else nodes[np.argmin(problem.pairs.choices[nodes])]))
    for s, sources in enumerate(contiguity.sources):
        if contiguity.is_exact or not held_up[s]:
            held_up[s] += [int(v) for v in sources[:1] if v not in held_up[s]]
    return replace(contiguity, is_exact=True, sources=tuple(np.array(nodes, dtype=np.int64) for nodes in held_up))


def _grouped(label: Ints) -> list[Ints]:
    """The places of each label."""
    order = np.argsort(label, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _near(problem: Formulation, plan: Ints) -> NDArray[np.bool_]:
    """Pairs that tidying may use, shape (P,): the plan's, those of zones nearby, and those that change less than the plan's."""
    from scipy.sparse import csr_array

    pairs, graph = problem.pairs, problem.contiguity.graph
    nodes = np.arange(pairs.num_nodes)
    reached = csr_array((np.ones(len(nodes)), (nodes, plan)), shape=pairs.lookup.shape)
    for _ in range(HOPS):
        reached = reached + graph @ reached
    keep = np.asarray(reached.toarray()[pairs.node, pairs.school] > 0)
    *changes, _borders = problem.tidy
    for terms in (change(pairs) for change in changes):
        keep |= terms.linear < terms.linear[pairs.lookup[nodes, plan]][pairs.node]
    return keep
