"""The chain against every plan of tiny districts: which ones it reaches, how often, and that each is a plan."""

from __future__ import annotations

from collections import Counter, deque

import numpy as np
import pytest
from drawn import Case, case
from hypothesis import assume
from oracle import Oracle

from rezoning.errors import RezoningError
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.chain.chain import Chain
from rezoning.optimize.chain.question import formulate_all


def _asked(drawn: Case) -> Formulation:
    try:
        return formulate_all(drawn.district, drawn.scenario)
    except RezoningError:
        assume(False)
        raise


def _plans(problem: Formulation, drawn: Case) -> np.ndarray:
    """The oracle's plans, school of each node."""
    found = Oracle(drawn.district, drawn.scenario).plans()
    nodes = [problem.pairs.of_units(plan) for plan in found]
    return np.unique(nodes, axis=0) if nodes else np.zeros((0, problem.pairs.num_nodes), dtype=np.int64)


def _reached(plans: np.ndarray, start: int) -> set[bytes]:
    """Plans that changes of one node lead to, through plans."""
    far = (plans[:, None, :] != plans[None, :, :]).sum(axis=2)
    seen, queue = {start}, deque([start])
    while queue:
        for other in np.flatnonzero(far[queue.popleft()] == 1).tolist():
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return {plans[i].tobytes() for i in seen}


@pytest.mark.parametrize("seed", [3, 5, 9, 12, 20, 26])
def test_flips_reach_all_that_flips_can_reach_each_as_often_as_any_other(seed: int) -> None:
    drawn = next(one for one in (case(1000 * seed + i, 9, method="exact") for i in range(500)) if _is_interesting(one))
    problem = _asked(drawn)
    plans = _plans(problem, drawn)
    reached = sorted(_reached(plans, 0))
    count = 10_000
    chain = Chain(problem, plans[0], seed)
    visits = Counter(school.tobytes() for school in chain.samples(count, 8 * len(reached)))  # so far apart that they are nearly independent
    assert sorted(visits) == reached
    assert _surprise(visits, dict.fromkeys(reached, 1.0)) < 4.5
    moves = {plan: _num_moves(problem, np.frombuffer(plan, dtype=np.int64)) for plan in reached}
    assert _surprise(visits, moves) > 10  # as often as it would be without the correction: this test would see it


def _surprise(visits: Counter[bytes], weights: dict[bytes, float]) -> float:
    """By how many standard deviations Pearson's statistic is above what frequencies by these weights would give."""
    whole, count, free = sum(weights.values()), visits.total(), len(weights) - 1
    statistic = sum((visits[plan] - count * weight / whole) ** 2 / (count * weight / whole) for plan, weight in weights.items())
    return (statistic - free) / np.sqrt(2 * free)


def _num_moves(problem: Formulation, school: np.ndarray) -> float:
    """Pairs of a node and another school that it touches or is a source of, counted one by one."""
    pairs, contiguity, found = problem.pairs, problem.contiguity, 0
    for v, s in zip(pairs.node.tolist(), pairs.school.tolist(), strict=True):
        near = contiguity.graph.indices[contiguity.graph.indptr[v] : contiguity.graph.indptr[v + 1]]
        found += school[v] != s and bool(v in contiguity.sources[s] or (school[near] == s).any())
    return float(found)


def _is_interesting(drawn: Case) -> bool:
    try:
        problem = formulate_all(drawn.district, drawn.scenario)
    except RezoningError:
        return False
    plans = _plans(problem, drawn)
    return 12 <= len(plans) <= 60 and len(_reached(plans, 0)) >= 12
