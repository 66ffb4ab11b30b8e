"""All parts of the engine with levels that feed each other: rows for fractional points, files, ceilings, further plans, counted work, prices."""

from functools import cache

import highspy
import numpy as np
import pytest
from levels_drawn import Joint, drawn_levels

from rezoning.formulation.formulation import Formulation
from rezoning.formulation.stacked import split
from rezoning.optimize.alternatives import apart
from rezoning.optimize.asking import Order
from rezoning.optimize.engine import solve
from rezoning.optimize.exact import branch_and_cut
from rezoning.optimize.floor import floor
from rezoning.optimize.frontier import solve_below
from rezoning.optimize.model import feeding
from rezoning.optimize.model.milp import UNIT, build
from rezoning.optimize.prices import Prices, prices
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Clock, Limits, Watch
from rezoning.optimize.solvers.registry import backend
from rezoning.optimize.writing import write_program

CLOSE = 1e-6
SEEDS = (15, 18, 36, 45, 49, 56, 92, 94, 117)  # of questions with products whose first goal has several values


@cache
def questions() -> list[tuple[Joint, Formulation]]:
    drawn = [drawn_levels(seed) for seed in SEEDS]
    return [(Joint(levels), levels.formulated()) for levels in drawn]


def best(joint: Joint, k: int = 0) -> float:
    return float(joint.values[k][joint.holds].min())


def test_there_are_questions_with_each_shape():
    shapes = {block.shape for _, problem in questions() for held in problem.held for block in held.terms.blocks}
    assert {"split", "small"} <= {str(shape) for shape in shapes}
    assert all(problem.links is not None and np.ptp(joint.values[0][joint.holds]) > 0 for joint, problem in questions())


@pytest.mark.parametrize("solver", ["scip", "highs"])
def test_rows_that_come_as_they_are_broken_say_the_same(solver, monkeypatch):
    """Even where no column has a row of its own from the start."""
    monkeypatch.setattr(feeding, "DIRECT", 0)
    for joint, problem in questions()[:5]:
        tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock())
        ending = branch_and_cut(tracker, backend(solver), Limits(60.0), Watch())
        assert tracker.value == pytest.approx(best(joint), abs=CLOSE)
        assert ending.is_proven or tracker.is_within(0.0, CLOSE)
        assert all(point.bound is None or point.bound <= best(joint) + CLOSE for point in tracker.trace)


def test_rows_for_fractional_points_cut_no_plan_off(monkeypatch):
    """Every plan's columns keep every row that any fractional point asked for."""
    monkeypatch.setattr(feeding, "DIRECT", 0)
    rng, asked = np.random.default_rng(0), 0
    for joint, problem in questions():
        milp = build(problem, [(problem.terms[0], 1.0)])
        places = np.argwhere(joint.holds)
        plans = [np.concatenate([joint.plans[name][k] + level.schools[0] for name, level, k in zip(joint.names, problem.levels, place, strict=True)])
                 for place in places[rng.permutation(len(places))[:20]]]  # fmt: skip
        every = np.arange(problem.pairs.num_nodes)
        starts = [milp.start(nodes) for nodes in map(problem.pairs.of_units, plans) if (problem.pairs.lookup[every, nodes] >= 0).all()]
        for _ in range(20):
            x = np.zeros(len(problem.pairs))
            share = rng.random(len(x)) ** 3 + 1e-9
            x[:] = share / np.bincount(problem.pairs.node, share)[problem.pairs.node]
            values = np.zeros(len(milp.columns))
            values[: len(milp.free)] = problem.with_products(x)[milp.free]
            for row in milp.tangents(problem.with_products(x), values, is_plan=False):
                asked += 1
                index, coefficient, upper = milp.row_of(row)
                assert np.array(coefficient) @ values[index] > upper
                assert all(np.array(coefficient) @ start[index] <= upper + 1e-9 for start in starts)
    assert asked > 20


@pytest.mark.parametrize("ending", ["mps", "lp"])
def test_a_program_in_a_file_has_the_same_best_plan(ending, tmp_path):
    for joint, problem in questions()[:3]:
        units = tuple(f"{level.name} {text}" for level in problem.levels for text in joint.levels.districts[level.name].unit_ids)
        schools = tuple(f"{level.name} {text}" for level in problem.levels for text in joint.levels.districts[level.name].school_ids)
        path = tmp_path / f"model.{ending}"
        told = write_program(Order(problem, [(problem.terms[0], 1.0)], "flow", None, units, schools), path, Watch())
        assert told["missing"] == []
        assert len(set(told["pairs"])) == len(told["pairs"])
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.readModel(str(path))
        highs.run()
        assert highs.getInfo().objective_function_value / UNIT == pytest.approx(best(joint), abs=CLOSE)


@pytest.mark.slow
def test_a_ceiling_is_kept_and_the_other_goal_made_small():
    seen = 0
    for joint, problem in questions():
        if len(problem.terms) < 2 or problem.weights is not None or seen == 3:
            continue
        values, other = joint.values[0][joint.holds], joint.values[1][joint.holds]
        ceiling = float(np.median(other))
        found = solve_below(problem, (0, 1), (np.inf, ceiling), joint.scenario.solve.model_copy(update={"solver": "highs"}))
        assert found.goals[0].value == pytest.approx(values[other <= ceiling + 1e-9].min(), abs=CLOSE)
        seen += 1
    assert seen


@pytest.mark.slow
def test_a_further_plan_is_far_from_the_first():
    for joint, problem in questions()[:3]:
        settings = joint.scenario.solve.model_copy(update={"solver": "highs"})
        first = solve(problem, settings)
        students = np.concatenate([joint.levels.districts[level.name].students for level in problem.levels])
        further = solve(apart(problem, [first.plan], students, 0.2), settings)
        if further.plan is not None:
            moved = further.plan.school != first.plan.school
            assert students[moved].sum() >= 0.2 * students.sum() - CLOSE
            assert joint.holds[joint.place(split(problem, further.plan))]


@pytest.mark.slow
def test_counted_work_is_repeated():
    joint, problem = questions()[0]
    settings = joint.scenario.solve.model_copy(update={"solver": "highs", "cycles": 2, "method": "exact"})
    one, two = solve(problem, settings), solve(problem, settings)
    assert one.plan == two.plan
    assert one.is_counted
    assert two.is_counted


def test_nothing_goes_below_the_floor_and_levels_have_no_prices():
    for joint, problem in questions()[:4]:
        told: list[float] = []
        floor(problem, problem.terms[0], 10.0, Watch(), told.append)
        assert told
        assert max(told) <= best(joint) + CLOSE
        name = joint.names[0]
        assert prices(problem, problem.terms[0], joint.levels.districts[name], joint.levels.asked[name].scenario) == Prices()
