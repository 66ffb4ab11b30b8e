"""With the flow the program alone has exactly the oracle's plans: one column's values per plan, and none that no plan has."""

from collections.abc import Callable

import numpy as np
import pytest
from conftest import few
from drawn import Case, case, parted, picture, scenario
from enumerated import assignments
from oracle import Oracle
from scipy.optimize import linprog
from scipy.sparse import vstack
from shape_cases import ShapeOracle, shape_case

from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.model.milp import Milp, build
from rezoning.optimize.model.program import Program, program_of

TOLERANCE = 1e-6
MOST_OTHERS = 25  # assignments of a case that are no plan, each a linear program

KINDS: dict[str, tuple[type[Oracle], Callable[[int], Case]]] = {
    "keep": (Oracle, lambda seed: case(seed, 8, method="exact", islands="keep")),
    "forbid": (Oracle, lambda seed: case(seed, 8, method="exact", islands="forbid")),
    "parted": (Oracle, lambda seed: parted(seed, 8, method="exact")),
    "closer": (Oracle, lambda seed: case(seed, 8, method="closer_neighbor", islands="keep")),
    "narrow": (ShapeOracle, lambda seed: shape_case(seed, 7)),
}


def excess(program: Program, columns: np.ndarray) -> float:
    """By how much the worst row or end of a column is missed."""
    activity = program.matrix @ columns
    below = np.concatenate([program.row_lower - activity, program.lower - columns])
    above = np.concatenate([activity - program.row_upper, columns - program.upper])
    return float(np.maximum(below, above).max(initial=-np.inf))


def has_point(program: Program, milp: Milp, x: np.ndarray) -> bool:
    """Whether some values of the columns beside the pairs obey every row."""
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[: len(milp.free)] = upper[: len(milp.free)] = x[milp.free]
    high, low = np.isfinite(program.row_upper), np.isfinite(program.row_lower)
    matrix = vstack([program.matrix[high, :], -program.matrix[low, :]])
    sides = np.concatenate([program.row_upper[high], -program.row_lower[low]])
    answer = linprog(np.zeros(len(lower)), A_ub=matrix, b_ub=sides, bounds=np.stack([lower, upper], axis=1), method="highs")
    assert answer.status in (0, 2)
    return answer.status == 0


def formulated(one: Case) -> Formulation | None:
    try:
        return formulate(one.district, one.scenario)
    except Infeasible:
        return None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", few(range(60), 6))
def test_the_program_has_exactly_the_oracles_plans(seed, kind):
    judge, drawn = KINDS[kind]
    one = drawn(seed)
    plans = judge(one.district, one.scenario).plans()
    problem = formulated(one)
    if problem is None:
        assert not len(plans)
        return
    milp = build(problem, [(problem.terms[0], 1.0)], with_dominators=False, has_flow=True)
    program = program_of(milp.problem, milp.columns)
    as_nodes = [problem.pairs.of_units(plan) for plan in plans]  # presolve keeps one of plans that differ in ground without students alone
    good = {tuple(nodes.tolist()) for nodes, plan in zip(as_nodes, plans, strict=True) if (problem.expand(nodes).school == plan).all()}
    separator, rng = Separator(problem), np.random.default_rng(seed)
    assert bool(good) == bool(len(plans))
    for nodes in good:
        assert separator.is_contiguous(np.array(nodes))
        assert excess(program, milp.start(np.array(nodes))) < TOLERANCE
    others = [nodes for nodes in assignments(problem) if tuple(nodes.tolist()) not in good]
    for k in rng.permutation(len(others))[:MOST_OTHERS]:
        assert milp.broken or not has_point(program, milp, problem.vector(others[k]))


def test_a_flow_costs_no_column_where_there_is_nothing_to_say():
    """Without contiguity, and where every node is a source."""
    district = picture("Aab/aBb")
    free = formulate(district, scenario({"contiguity": {"method": "none"}}))
    plain, flowing = (build(free, [(free.terms[0], 1.0)], has_flow=has_flow) for has_flow in (False, True))
    assert len(plain.columns) == len(flowing.columns)
