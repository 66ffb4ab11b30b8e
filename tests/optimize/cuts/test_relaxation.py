"""Bounds of the relaxation: valid for every plan there is, whatever the solver's tolerances; five hundred small districts by brute force."""

import threading

import numpy as np
import pytest
from conftest import few
from drawn import case
from enumerated import plans, values, vectors
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.cuts.relaxation import tighten, weak_bound
from rezoning.optimize.model.milp import build
from rezoning.optimize.model.program import Program
from rezoning.optimize.solvers.base import Clock, Watch

SEED = 5  # a question with a plan and choices
MOVED = 71  # one whose bound is raised by cuts


def tightened(seed: int, seconds: float = 60.0, watch: Watch | None = None):
    """Problem, goals with weights, model, what the relaxation said and the bounds it told; None where presolve finds that there is no plan."""
    drawn = case(seed, 9, method="exact")
    try:
        problem = formulate(drawn.district, drawn.scenario)
    except Infeasible:
        return None
    weights = problem.weights or (1.0,) + (0.0,) * (len(problem.terms) - 1)
    objective = [(terms, weight) for terms, weight in zip(problem.terms, weights, strict=True) if weight]
    told: list[float] = []
    watch = watch or Watch(on_bound=told.append)
    milp = build(problem, objective)
    if milp.broken or not len(milp.free):
        return None
    return problem, objective, milp, tighten(milp, Fractional(problem), seconds, Clock(), watch), told


@pytest.mark.parametrize("first", few(range(0, 1500, 150), 3))
def test_no_bound_is_above_the_best_plan(first):
    """Half of the drawn questions have no plan, or one for want of choice: 1,500 are drawn, over 500 asked."""
    asked = 0
    for seed in range(first, first + 150):
        found = tightened(seed)
        if found is None:
            continue
        problem, objective, _, relaxed, told = found
        every = plans(problem)
        if not len(every):
            continue
        x = vectors(problem, every)
        best = sum(weight * values(terms, x) for terms, weight in objective).min()
        assert max(told) <= best + 1e-7 * max(1.0, abs(best)), seed
        for cut in relaxed.cuts:
            assert (x[:, list(cut.plus)].sum(axis=1) - x[:, list(cut.minus)].sum(axis=1) <= cut.upper + 1e-9).all(), seed
        asked += 1
    assert asked >= 40


def test_cuts_raise_the_bound():
    _, _, _, relaxed, told = tightened(MOVED)
    assert relaxed.cuts
    assert max(told) > told[0] + 0.1


@given(seed=st.integers(0, 10_000), columns=st.integers(1, 5), rows=st.integers(1, 5))
def test_any_multipliers_give_a_bound(seed, columns, rows):
    draw = np.random.default_rng(seed)
    point = draw.random(columns)  # obeys everything by construction
    matrix = csr_array(np.round(draw.normal(size=(rows, columns)), 1))
    activity = matrix @ point
    program = Program(
        cost=draw.normal(size=columns),
        lower=point - draw.random(columns),
        upper=point + draw.random(columns),
        matrix=matrix,
        row_lower=np.where(draw.random(rows) < 0.5, -np.inf, activity - draw.random(rows)),
        row_upper=np.where(draw.random(rows) < 0.5, np.inf, activity + draw.random(rows)),
    )
    assert weak_bound(program, draw.normal(size=rows)) <= program.cost @ point + 1e-9


def test_the_model_stays_as_it_was():
    problem, objective, milp, _, _ = tightened(SEED)
    again = build(problem, objective)
    assert len(list(milp.problem.constraints())) == len(list(again.problem.constraints()))


def test_no_time_says_nothing():
    _, _, _, relaxed, told = tightened(SEED, seconds=0.0)
    assert (relaxed.x, relaxed.cuts, told) == (None, [], [])


def test_a_stop_ends_it():
    stop = threading.Event()
    stop.set()
    assert tightened(SEED, watch=Watch(stop=stop))[3].x is None


def test_its_point_is_held_together():
    """What an integral point of it says of its zones, the integer separator says too."""
    for seed in range(40):
        found = tightened(seed)
        if found is None or found[3].x is None or not np.isin(np.round(found[3].x, 4), (0.0, 1.0)).all():
            continue
        problem, _, milp, relaxed, _ = found
        assert Separator(problem).is_contiguous(milp.assignment(relaxed.x[milp.free]))
