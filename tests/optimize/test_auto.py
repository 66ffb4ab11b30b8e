"""The engine as a whole on a made-up district: with one thread it repeats itself, and it ends where it was told to."""

import pytest

from rezoning.district.load import load_district
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.engine import solve
from rezoning.optimize.result import TIDY, Result, Status
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Solve
from rezoning.synthetic import make_district, write_district


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Formulation:
    folder = tmp_path_factory.mktemp("town")
    write_district(folder, make_district(units=120, schools=4, seed=1), max_increase=0.5)
    loaded = load_scenario(folder / "scenario.yaml")
    return formulate(load_district(loaded.data), loaded)


def solved(town: Formulation, **settings) -> Result:
    return solve(town, Solve(**{"threads": 1, "time_limit": 120.0, "gap": 0.0, **settings}))


@pytest.mark.parametrize("solver", ["scip", "highs"])
def test_one_thread_repeats_itself(town, solver):
    first, second = solved(town, seed=3, solver=solver), solved(town, seed=3, solver=solver)
    assert first.status is Status.OPTIMAL
    # how often a bound is told is the clock's affair, which bound and plan it ends with is not
    assert list(dict.fromkeys(point.value for point in first.trace)) == list(dict.fromkeys(point.value for point in second.trace))
    assert first.goals == second.goals
    assert first.plan.school.tolist() == second.plan.school.tolist()


def test_every_way_proves_the_same_value(town):
    ways = [(1, "scip"), (2, "scip"), (1, "highs"), (2, "highs")]
    found = {solved(town, threads=threads, solver=solver).goals[0].value for threads, solver in ways}
    assert max(found) - min(found) < 1e-9


def test_an_absolute_gap_ends_it(town):
    result = solved(town, gap_abs=0.05)
    goal = result.goals[0]
    assert result.status is Status.WITHIN_GAP
    assert goal.value - goal.bound <= 0.05


def test_trace_holds_both_curves(town):
    trace = [point for point in solved(town, threads=2).trace if point.goal != TIDY]
    bounds, values = [p.bound for p in trace if p.bound is not None], [p.value for p in trace if p.value is not None]
    assert bounds == sorted(bounds)
    assert values == sorted(values, reverse=True)
    assert bounds[-1] == pytest.approx(values[-1])
