"""The chain under every rule there is: each sample obeys it, by the auditor and by the oracle, and flips reach what flips can reach."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import few
from drawn import Case
from lever_cases import lever_case
from levers import LeverOracle
from oracle import Oracle
from shape_cases import ShapeOracle, shape_case
from statement_cases import StatementOracle, statement_case
from test_chain import reached

from rezoning.auditing import audit
from rezoning.errors import RezoningError
from rezoning.optimize.chain.chain import Chain
from rezoning.optimize.chain.question import formulate_all
from rezoning.optimize.cuts.feasible import is_feasible


def _hold(drawn: Case, oracle: Oracle, seed: int) -> None:
    try:
        problem = formulate_all(drawn.district, drawn.scenario)
    except RezoningError:
        return
    known = oracle.plans()
    nodes = [problem.pairs.of_units(plan) for plan in known]
    plans = np.array([school for school in nodes if is_feasible(problem, school)])
    if not len(plans):
        return
    plans = np.unique(plans, axis=0)
    seen = set()
    for mix in (0.0, 0.4):
        try:
            chain = Chain(problem, plans[seed % len(plans)], seed, mix)
        except ValueError:  # a second contiguity, which the chain keeps more strictly
            assert problem.contiguity.also is not None
            continue
        for school in chain.samples(60, 25):
            plan = problem.expand(school)
            assert not oracle.breaches(plan.school)
            assert audit(plan, drawn.district, drawn.scenario).passed
            seen |= {school.tobytes()} if mix == 0 else set()
    if seen and problem.contiguity.also is None:
        assert seen <= reached(plans, seed % len(plans))


@pytest.mark.parametrize("seed", few(range(120), 40))
def test_levers(seed: int) -> None:
    drawn = lever_case(seed)
    _hold(drawn, LeverOracle(drawn.district, drawn.scenario), seed)


@pytest.mark.parametrize("seed", few(range(60), 30))
def test_shapes(seed: int) -> None:
    drawn = shape_case(seed)
    _hold(drawn, ShapeOracle(drawn.district, drawn.scenario), seed)


@pytest.mark.parametrize("seed", few(range(60), 30))
def test_statements(seed: int) -> None:
    drawn = statement_case(seed)
    _hold(drawn, StatementOracle(drawn.district, drawn.scenario), seed)
