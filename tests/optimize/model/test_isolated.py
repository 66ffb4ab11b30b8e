"""The shape of isolation: exact where counts have a measure, never above the truth where they have none, and right in the search."""

import numpy as np
import pytest
from drawn import picture
from hypothesis import given
from hypothesis import strategies as st
from statement_cases import asked

from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Block, Formulation, Shape, shape_value
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.engine import solve
from rezoning.optimize.model.epigraph import Space
from rezoning.optimize.model.isolated import Isolated, step_of
from rezoning.optimize.model.shapes import epigraph_of

RULES = {"contiguity": {"method": "none"}, "school_in_own_zone": False}


def town(students, group, goal="reassigned") -> Formulation:
    district = picture("AabB", students=students, groups={"low": np.array(group, dtype=float)})
    goals = [{"minimize": goal} | ({"group": "low"} if goal == "dissimilarity" else {})]
    return formulate(district, asked({**RULES, "statement": [3]}, goals, {"isolated_above": 75}))


def plans(problem: Formulation) -> list[np.ndarray]:
    return [np.array([p >> v & 1 for v in range(4)]) for p in range(16)]


counts = st.lists(st.integers(0, 8), min_size=4, max_size=4)


@given(counts, st.lists(st.floats(0, 1), min_size=4, max_size=4), st.sampled_from([1.0, 0.5, 1 / 3]))
def test_the_rows_say_the_shape_at_every_plan(students, shares, unit):
    """The least z that the rows leave with the best b is the shape's value; without a measure it may be less at the very share."""
    group = [round(n * share) * unit for n, share in zip(students, shares, strict=True)]
    if sum(students) == 0 or sum(group) < 1:
        return
    problem = town(np.array(students) * unit, group)
    for held in problem.held:
        for block in held.terms.blocks:
            check(problem, block, has_step=unit != 1 / 3)


def check(problem: Formulation, block: Block, has_step: bool) -> None:
    space = Space.of(problem)
    epigraph = epigraph_of(space, block)
    assert isinstance(epigraph, Isolated)
    model = epigraph.model
    for plan in plans(problem):
        x = problem.vector(plan)
        least, value = lowest(model, x[space.free]), block.value(x)
        assert least <= value + 1e-5
        assert not has_step or least == pytest.approx(value, abs=1e-4)
        z = epigraph.excess(x[space.free])
        assert (model.rows @ x[space.free] + model.own @ z <= model.row_upper + 1e-9).all()


def lowest(model, x: np.ndarray) -> float:
    rest = float(model.linear @ x + model.constant)
    if not len(model.lower):
        return rest
    slack, own = model.row_upper - model.rows @ x, model.own.toarray()
    best = np.inf
    for b in (0.0, 1.0):
        if own[0, 0] * b <= slack[0] + 1e-9:
            best = min(best, max(0.0, own[1, 0] * b - slack[1]) * model.cost[1])
    return rest + best


def test_the_share_itself_counts_and_an_empty_school_does_not():
    param = np.array([0.75, 0.0])
    assert shape_value(Shape.ISOLATED, np.array([3.0, 4.0]), param) == 3
    assert shape_value(Shape.ISOLATED, np.array([2.999, 4.0]), param) == 0
    assert shape_value(Shape.ISOLATED, np.array([0.0, 0.0]), param) == 0


def test_measures():
    assert step_of(np.array([3.0, -1.5, 0.25])) == 0.25
    assert step_of(np.array([1 / 3, 1.0])) == 0


@pytest.mark.parametrize("solver", ["scip", "highs", "cbc"])
def test_a_plan_at_the_very_share_is_told_where_counts_have_no_measure(solver):
    """Thirds have none: the rows let a school of exactly three quarters pass, and its value does not."""
    third = 1 / 3
    problem = town(np.array([4, 4, 4, 4]) * third, np.array([3, 1, 2, 2]) * third, "dissimilarity")
    good = [plan for plan in plans(problem) if is_feasible(problem, plan)]
    assert len(good) < 16
    best = min(problem.terms[0].value(problem.vector(plan)) for plan in good)
    result = solve(problem, asked({}, [{"minimize": "reassigned"}], {}).solve.model_copy(update={"solver": solver}))
    assert result.goals[0].value == pytest.approx(best, abs=1e-6)
