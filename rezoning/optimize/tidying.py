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

LEAST_SECONDS, SHARE = 2.0, 0.05  # of the time limit: what tidying may take, whatever the goals have left
HOPS = 2  # a unit may come to zones that are so near
DRAWS, CYCLES = 20, 4  # draws of a cycle per slot of a possible move; every other cycle sets out from the best plan
LOOKS, SMALL = 4, 1_000  # looks of a cycle at what is broken, and draws between two of them, at least
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
    """

    plan: Ints
    seconds: float
    trace: tuple[TracePoint, ...]


def tidied(
    problem: Formulation, plan: Ints, settings: Solve, stop: threading.Event, clock: Clock, watcher: Watcher | None = None
) -> Tidied | None:
    """Take needless changes back from a plan; None where that is not asked, cannot be counted, or must not begin any more.

    Parameters
    ----------
    problem
        The question that the plan answers; each of its goals is held at the plan's value.
    clock
        Seconds since the solve began.
    """
    if not settings.tidy or problem.tidy is None or stop.is_set():
        return None
    began, ends = clock(), clock() + max(LEAST_SECONDS, SHARE * settings.time_limit)
    trace: list[TracePoint] = []

    def say(terms: Terms, value: float) -> None:
        trace.append(TracePoint(clock(), TIDY, value, None))
        if watcher is not None:
            watcher(Progress(f"{TIDY} ({terms.goal.minimize})", clock(), value, None, 0))

    try:
        better = _less(problem, plan, settings.seed, stop, clock, ends, say)
    except Exception:
        log.exception(FAULT)
        better = plan
    return Tidied(better, clock() - began, tuple(trace))


def _less(
    problem: Formulation, plan: Ints, seed: int, stop: threading.Event, clock: Clock, ends: float, say: Callable[[Terms, float], None]
) -> Ints:
    """The plan with as little as could be found of one criterion after the other."""
    whole = kept_as_found(problem, plan)
    if whole.tidy is None or not is_feasible(whole, plan):
        return plan
    nearby = restrict(whole, _near(whole, plan))
    criteria, best, question = whole.tidy(nearby.pairs), plan, nearby
    for i, terms in enumerate(criteria):
        left = ends - clock()
        if left <= 0 or stop.is_set():
            break
        search = Search(question, [(terms, 1.0)], seed, _tuning(question))
        other = search.improve(best, left / (len(criteria) - i), stop, lambda *_: None, threads=1, cycles=CYCLES)
        value, less = (terms.value(question.vector(one)) for one in (best, other))
        if less < value - NOTHING * max(1.0, abs(value)):
            best, value = other, less
        say(terms, value)
        question = question.hold(terms, value)
    return best if is_feasible(whole, best) else plan


def _tuning(question: Formulation) -> Tuning:
    """As many draws as the district is large, and looks at what is broken often enough."""
    free = max(int((question.pairs.choices > 1).sum()), 1)  # there are more slots than units with a choice
    draws = max(DRAWS, LOOKS * SMALL // free)
    return replace(GENTLE, draws=draws, chunk=min(max(draws * free // LOOKS, SMALL), CHUNK))


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

    assert problem.tidy is not None
    pairs, graph = problem.pairs, problem.contiguity.graph
    nodes = np.arange(pairs.num_nodes)
    reached = csr_array((np.ones(len(nodes)), (nodes, plan)), shape=pairs.lookup.shape)
    for _ in range(HOPS):
        reached = reached + graph @ reached
    keep = np.asarray(reached.toarray()[pairs.node, pairs.school] > 0)
    *changes, _borders = problem.tidy(pairs)
    for terms in changes:
        keep |= terms.linear < terms.linear[pairs.lookup[nodes, plan]][pairs.node]
    return keep
