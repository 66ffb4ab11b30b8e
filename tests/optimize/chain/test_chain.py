"""The chain against every plan of tiny districts: which ones it reaches, how often, and that each is a plan."""

from __future__ import annotations

from collections import Counter, deque
from itertools import combinations

import numpy as np
import pytest
from drawn import Case, case, cases, picture, scenario
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle import Oracle

from rezoning.auditing import audit
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


def reached(plans: np.ndarray, start: int) -> set[bytes]:
    """Plans that changes of one node lead to, through plans."""
    far = (plans[:, None, :] != plans[None, :, :]).sum(axis=2)
    seen, queue = {start}, deque([start])
    while queue:
        for other in np.flatnonzero(far[queue.popleft()] == 1).tolist():
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return {plans[i].tobytes() for i in seen}


@pytest.mark.parametrize("seed", [3, 9])
def test_flips_reach_all_that_flips_can_reach_each_as_often_as_any_other(seed: int) -> None:
    drawn = next(one for one in (case(1000 * seed + i, 9, method="exact") for i in range(500)) if _is_interesting(one))
    problem = _asked(drawn)
    plans = _plans(problem, drawn)
    within = sorted(reached(plans, 0))
    count = 6000
    chain = Chain(problem, plans[0], seed)
    visits = Counter(school.tobytes() for school in chain.samples(count, 8 * len(within)))  # so far apart that they are nearly independent
    assert sorted(visits) == within
    assert _surprise(visits, dict.fromkeys(within, 1.0)) < 4.5
    moves = {plan: _num_moves(problem, np.frombuffer(plan, dtype=np.int64)) for plan in within}
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
    return 12 <= len(plans) <= 60 and len(reached(plans, 0)) >= 12


@settings(max_examples=8)
@given(cases(9), st.integers(0, 2**20), st.sampled_from([0.0, 0.5, 1.0]))
def test_every_sample_is_a_plan_by_the_auditor_and_by_the_oracle(drawn: Case, seed: int, mix: float) -> None:
    problem = _asked(drawn)
    known = {plan.tobytes() for plan in Oracle(drawn.district, drawn.scenario).plans()}
    plans = _plans(problem, drawn)
    assume(len(plans))
    chain = Chain(problem, plans[seed % len(plans)], seed, mix)
    for school in chain.samples(20, 7):
        plan = problem.expand(school)
        assert plan.school.tobytes() in known
        assert audit(plan, drawn.district, drawn.scenario).passed
    if problem.contiguity.is_exact:
        assert chain.num_moves == _num_moves(problem, chain.school)


def _wide() -> Formulation:
    return formulate_all(picture("Aaabbb/aaabbb/aaabbB"), scenario({"contiguity": {"method": "exact"}}))


def test_a_seed_repeats_the_samples_and_another_does_not() -> None:
    problem = _wide()

    def drawn(seed: int) -> bytes:
        return b"".join(school.tobytes() for school in Chain(problem, problem.start, seed, 0.3).samples(50, 10))

    assert drawn(4) == drawn(4) != drawn(5)


def test_samples_are_the_same_however_the_steps_are_cut() -> None:
    problem = _wide()
    one, other = Chain(problem, problem.start, 8, 0.2), Chain(problem, problem.start, 8, 0.2)
    one.advance(900)
    for _ in range(9):
        other.advance(100)
    assert (one.school == other.school).all()


def test_a_recombination_draws_trees_alike_and_their_legal_cuts_alike() -> None:
    """One step from one plan, against all spanning trees of the ground with the schools' hubs, listed one by one."""
    district = picture("Aab/abB", capacity=np.array([40.0, 40.0]))
    problem = formulate_all(district, scenario({"capacity": {"max": 1.0}}))
    n, edges = 6, [tuple(sorted(pair)) for pair in district.edges.tolist()]
    assert problem.pairs.num_nodes == n
    edges += [(int(problem.contiguity.sources[s][0]), n + s) for s in range(2)]
    expected: Counter[bytes] = Counter()
    trees = [tree for tree in combinations(edges, n + 1) if len(_joined(tree, 0)) == n + 2]
    for tree in trees:
        cuts = [school for edge in tree if (school := _cut(tree, edge, n)) is not None]
        legal = [school for school in cuts if school[0] == 0 and school[5] == 1 and 2 <= int((school == 0).sum()) <= 4]
        for school in legal or [problem.start]:
            expected[school.astype(np.int64).tobytes()] += 1 / len(legal or [0]) / len(trees)
    seen: Counter[bytes] = Counter()
    for seed in range(500):
        chain = Chain(problem, problem.start, seed, 1.0)
        chain.advance(1)
        seen[chain.school.tobytes()] += 1
    assert set(seen) == set(expected)
    assert _surprise(seen, dict(expected)) < 4.5


def _joined(edges: tuple[tuple[int, ...], ...], origin: int) -> set[int]:
    found, size = {origin}, 0
    while size < len(found):
        size = len(found)
        found |= {v for edge in edges if found & set(edge) for v in edge}
    return found


def _cut(tree: tuple[tuple[int, ...], ...], edge: tuple[int, ...], n: int) -> np.ndarray | None:
    """Zones where an edge is cut; None where the hubs stay together."""
    side = _joined(tuple(one for one in tree if one != edge), n)
    return None if n + 1 in side else np.array([0 if v in side else 1 for v in range(n)])


def test_zones_that_need_not_hang_together_are_not_recombined() -> None:
    problem = formulate_all(picture("Aab/abB"), scenario({"contiguity": {"method": "none"}}))
    chain = Chain(problem, problem.start, 1, 0.5)
    chain.advance(200)
    assert chain.mix == 0
    assert chain.recombinations.tried == 0
    assert chain.flips.accepted > 0


def test_a_start_that_is_no_plan_is_refused() -> None:
    problem = formulate_all(picture("Aab/abB"), scenario({"contiguity": {"method": "exact"}}))
    with pytest.raises(ValueError, match="no plan"):
        Chain(problem, np.array([0, 1, 0, 1, 0, 1]), 1)
