"""Shortest closed ways round zones: never above what the best plan cuts, and what it cuts where zones are simple."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import case, picture, scenario
from enumerated import plans

from rezoning.errors import RezoningError
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.cuts import curves
from rezoning.optimize.cuts.curves import least_cut
from rezoning.optimize.exact import branch_and_cut
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Clock, Limits, Watch
from rezoning.optimize.solvers.registry import backend

PICTURES = ("aAbb/aabB/ccCc", "AabB/aabb/cCcc", "AaaB/aabb/aabb", "AaB/abb/CdD", "aaaa/aAba/aBba/aaaa")


def bounded(problem: Formulation, value: float | None = None) -> float | None:
    return least_cut(problem, problem.terms[0], value, 1e3, lambda: False, [].append)


def best(problem: Formulation) -> float | None:
    values = [problem.terms[0].value(problem.vector(plan)) for plan in plans(problem)]
    return min(values, default=None)


def drawn(seed: int, within: float) -> Formulation:
    rng = np.random.default_rng(seed)
    district = picture(PICTURES[seed % len(PICTURES)])
    students = rng.integers(0, 20, district.num_units).astype(float)
    students[0] += 1
    district = replace(district, students=students, capacity=np.full(district.num_schools, students.sum() / district.num_schools))
    return formulate(district, scenario({"capacity": {"min": 1 - within, "max": 1 + within}}, [{"minimize": "cut_edges"}]))


def test_no_plan_cuts_less():
    """Also where a zone parts another from the rest, and whatever value is known."""
    tight = said = 0
    for seed in range(15):
        problem = drawn(seed, (0.1, 0.3, 0.6)[seed % 3])
        least, found = best(problem), bounded(problem)
        assert found is not None
        if least is not None:
            said += 1
            assert 0 < found <= least
            assert bounded(problem, least) <= least
            tight += np.ceil(found) == least
    assert said > 5
    assert tight > said / 3


def test_no_plan_of_any_question_cuts_less():
    said = 0
    for seed in range(100):
        asked = case(seed, 9)
        try:
            problem = formulate(asked.district, asked.scenario.model_copy(update={"goals": scenario({}, [{"minimize": "cut_edges"}]).goals}))
        except RezoningError:
            continue
        found, least = bounded(problem), best(problem)
        if found is not None and least is not None:
            said += 1
            assert found <= least
    assert said > 5


def grid(deviation: float) -> Formulation:
    """Twelve by ten units, a school in each of two corners far from each other."""
    drawing = "/".join(["A" + "a" * 11] + ["a" * 6 + "b" * 6] * 8 + ["b" * 11 + "B"])
    district = replace(picture(drawing, students=np.ones(120)), capacity=np.full(2, 60.0))
    return formulate(district, scenario({"capacity": {"min": 1 - deviation, "max": 1 + deviation}}, [{"minimize": "cut_edges"}]))


@pytest.mark.parametrize(("deviation", "cut"), [(0.0, 10), (0.05, 10), (0.3, 10), (0.7, 9)])
def test_halves_of_a_grid_are_parted_where_it_is_narrow(deviation, cut, monkeypatch):
    """Rounding is exact where shares are a multiple of the students. Of 120 units 18 in a corner have a border of nine edges, 21 of ten."""
    monkeypatch.setattr(curves, "SHARES", 1_200)
    assert bounded(grid(deviation)) == cut


def test_it_is_a_proof_for_the_engine():
    problem = grid(0.05)
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock())
    straight = np.array([0] * 60 + [1] * 60)
    straight[:] = (np.arange(120) % 12) >= 6
    straight[0], straight[119] = 0, 1
    assert tracker.offer(problem.pairs.of_units(straight))
    branch_and_cut(tracker, backend("scip"), Limits(30.0), Watch(is_done=lambda: tracker.is_within(0.0, 0.0)))
    assert tracker.value == tracker.bound == 10


def test_with_two_schools_its_ways_are_plans():
    problem = grid(0.05)
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock())
    assert least_cut(problem, problem.terms[0], None, 1e3, lambda: False, tracker.offer) == tracker.value == 10


def test_in_no_time_nothing_is_said():
    problem = grid(0.05)
    assert least_cut(problem, problem.terms[0], None, 1e-6, lambda: False, [].append) is None
    assert least_cut(problem, problem.terms[0], None, 1e3, lambda: True, [].append) is None
    assert 5 < least_cut(problem, problem.terms[0], None, 0.05, lambda: False, [].append) <= 10


def test_without_limits_on_zones_or_one_piece_each_nothing_is_said():
    district = picture(PICTURES[0])
    cut = [{"minimize": "cut_edges"}]
    assert bounded(formulate(district, scenario({"contiguity": {"method": "none"}}, cut))) is None
    assert bounded(formulate(district, scenario({}, cut))) is None
    assert bounded(formulate(district, scenario({"capacity": {"max": 1.5, "of": "current"}}, [{"minimize": "reassigned"}]))) is None
