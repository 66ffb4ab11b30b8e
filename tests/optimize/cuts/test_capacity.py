"""Trees of too many students for one zone: rows that no plan breaks, and bounds that they raise but not too far."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from drawn import picture, scenario
from enumerated import plans

from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize import exact
from rezoning.optimize.cuts.capacity import Spreading
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.cuts.relaxation import tighten
from rezoning.optimize.exact import branch_and_cut
from rezoning.optimize.model.milp import Milp, build
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Answer, Clock, Limits, Outcome, Watch
from rezoning.optimize.solvers.registry import backend

SEEDS = range(6)
PICTURES = ("aAbb/aabB/ccCc", "AabB/aabb/cCcc", "AaaB/aabb/aabb")


@cache
def question(seed: int, goal: str = "cut_edges", most: float | None = 1.2) -> Formulation:
    rng = np.random.default_rng(seed)
    students = rng.integers(1, 20, 12).astype(float)
    district = picture(PICTURES[seed % 3], students=students)
    district = replace(district, capacity=np.full(district.num_schools, students.sum() / district.num_schools) * rng.uniform(1.0, 1.1))
    rules = {"capacity": {"min": 0.4}} if most is None else {"capacity": {"min": 0.6, "max": most}}
    return formulate(district, scenario(rules, [{"minimize": goal}]))


@cache
def every(seed: int) -> np.ndarray:
    return plans(question(seed))


def model(problem: Formulation) -> Milp:
    return build(problem, [(problem.terms[0], 1.0)])


def best(seed: int) -> float:
    problem = question(seed)
    return min(problem.terms[0].value(problem.vector(plan)) for plan in every(seed))


def test_no_plan_breaks_a_row():
    """Rows for random points, of all sizes of trees and of every root."""
    rows_of = dict.fromkeys(SEEDS, 0)
    for seed in SEEDS:
        problem, rng = question(seed), np.random.default_rng(seed)
        milp = model(problem)
        spreading = Spreading(milp)
        starts = [milp.start(plan) for plan in every(seed)]
        for scale in (0.0, 0.05, 0.1, 0.2, 0.4):
            values = np.concatenate([rng.random(len(milp.free)), scale * rng.random(len(milp.columns) - len(milp.free))])
            for row in spreading.cuts(values, 1000):
                assert np.dot(row.values, values[list(row.columns)]) > row.upper
                assert all(np.dot(row.values, start[list(row.columns)]) <= row.upper + 1e-9 for start in starts)
                rows_of[seed] += 1
    assert all(rows_of.values())


def test_a_point_of_a_plan_breaks_nothing():
    for seed in SEEDS:
        milp = model(question(seed))
        assert all(not Spreading(milp).cuts(milp.start(plan), 10) for plan in every(seed)[::5])


def test_rows_raise_the_bound_but_not_above_the_best_plan():
    raised = 0
    for seed in SEEDS:
        milp = model(question(seed))
        before, after = list[float](), list[float]()
        tighten(milp, Fractional(question(seed)), 20.0, Clock(), Watch(on_bound=before.append))
        tighten(milp, Fractional(question(seed)), 20.0, Clock(), Watch(on_bound=after.append), spreading=Spreading(milp))
        assert max(after) <= best(seed) + 1e-8
        raised += max(after) > max(before) + 0.1
    assert raised >= 3


@pytest.mark.parametrize("solver", ["scip", "highs"])
def test_the_optimum_is_proven(solver):
    for seed in SEEDS:
        problem = question(seed)
        tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock())
        branch_and_cut(tracker, backend(solver), Limits(60.0), Watch())
        assert (tracker.value, tracker.bound) == (pytest.approx(best(seed)), pytest.approx(best(seed)))
        assert all(point.bound is None or point.bound <= best(seed) + 1e-8 for point in tracker.trace)


def test_without_borders_or_limits_there_is_nothing_to_ask():
    assert Spreading(model(question(0, "reassigned"))).is_idle
    assert Spreading(model(question(0, most=None))).is_idle
    assert not Spreading(model(question(0))).is_idle


class Idle:
    """A solver that does nothing."""

    name, cuts_inside_tree = "idle", True

    def solve(self, *_asked: object) -> Answer:
        """Nothing in no time."""
        return Answer(Outcome.LIMIT, None, None)


def test_two_schools_on_many_units_have_a_bound_before_the_tree_begins(monkeypatch):
    """Where two zones halve a grid of twelve by ten, ten edges or more are cut; the bare relaxation pays for the corner of a school alone."""
    drawing = "/".join(["A" + "a" * 11] + ["a" * 6 + "b" * 6] * 8 + ["b" * 11 + "B"])
    district = replace(picture(drawing, students=np.ones(120)), capacity=np.full(2, 60.0))
    problem = formulate(district, scenario({"capacity": {"min": 0.95, "max": 1.05}}, [{"minimize": "cut_edges"}]))
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock())
    monkeypatch.setattr(exact, "least_cut", lambda *_: None)  # as where the graph is not planar
    bounds = []
    milp = model(problem)
    tighten(milp, Fractional(problem), 20.0, Clock(), Watch(on_bound=bounds.append))
    branch_and_cut(tracker, Idle(), Limits(300.0), Watch(is_done=lambda: (tracker.bound or 0) > 7))
    assert max(bounds) < 3
    assert 7 < tracker.bound <= 10
