"""The frontier against every plan there is: the true least value below each ceiling, bounds that hold, values that never rise."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from drawn import case
from hypothesis import given
from hypothesis import strategies as st
from oracle import Oracle

from rezoning.auditing import audit
from rezoning.commands import frontier as tradeoff
from rezoning.commands.frontier import document
from rezoning.district.plan import Plan
from rezoning.district.plans.read import read_plan
from rezoning.formulation.formulate import formulate
from rezoning.metrics.goals import goal_value
from rezoning.optimize import frontier
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.frontier import Known, best_below, grid, is_answered, is_below, nodes_of, solve_below, spread, without_hopeless
from rezoning.optimize.result import Ended, GoalResult, Result, Status
from rezoning.optimize.search.anneal import Search
from rezoning.scenario.schema import Goal

CLOSE = 1e-6
GOALS = {
    "moves": [{"minimize": "dissimilarity", "group": "low"}, {"minimize": "reassigned"}],
    "trips": [{"minimize": "imbalance"}, {"minimize": "travel"}],
    "three": [{"minimize": "dissimilarity", "group": "low"}, {"minimize": "reassigned"}, {"minimize": "travel"}],
}
SEEDS = {"moves": (5, 13, 16, 32, 41), "trips": (16, 41, 95, 100, 108)}  # the first questions with something to trade


@pytest.fixture(autouse=True)
def _fast(monkeypatch):
    """No picture, and little time for a first plan where none exists."""
    repair = Search.repair
    monkeypatch.setattr(Search, "repair", lambda self, start, seconds, *rest: repair(self, start, min(seconds, 0.02), *rest))
    monkeypatch.setattr(document, "draw_frontier", lambda _document, path, _ending, _language: path.touch())


@cache
def asked(seed: int, kind: str):
    """District, scenario and the values of all plans."""
    drawn = case(seed, 9, method="exact")
    goals = tuple(Goal.model_validate(goal) for goal in GOALS[kind])
    scenario = drawn.scenario.model_copy(update={"goals": goals})
    values = Oracle(drawn.district, scenario).values_of_plans
    assert len(values) > 3
    assert (np.ptp(values, axis=0) > 0.01).all()
    return drawn.district, scenario, values


def least(values: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    """The goals of the best plan, one goal after the other."""
    for j in order:
        values = values[values[:, j] <= values[:, j].min() + 1e-8]
    return values[0]


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind, drawn in SEEDS.items() for seed in drawn])
def test_two_goals_agree_with_all_plans(kind, seed, tmp_path):
    district, scenario, values = asked(seed, kind)
    found = tradeoff.trace(scenario, district, tmp_path / "out", points=4)
    assert found.exit_code == 0
    low, high = values[:, 1].min(), least(values, (0, 1))[1]
    points = found.document["points"]
    assert [point["ceilings"][0] for point in points] == pytest.approx(list(spread(low, high, 4)), abs=CLOSE)
    check(found, district, scenario, values)
    firsts = [point["values"][0] for point in points]
    assert (np.diff(firsts) <= 1e-9).all()
    assert (np.diff([point["bound"] for point in points]) <= 1e-9).all()
    assert all(point["status"] == "optimal" for point in points)
    assert [end["values"] for end in found.document["ends"]] == [pytest.approx(least(values, order), abs=CLOSE) for order in ((1, 0), (0, 1))]


@pytest.mark.parametrize("seed", [16, 41])
def test_three_goals_agree_with_all_plans(seed, tmp_path):
    district, scenario, values = asked(seed, "three")
    found = tradeoff.trace(scenario, district, tmp_path / "out", points=3)
    assert found.exit_code == 0
    check(found, district, scenario, values)
    for one in found.document["points"]:
        for other in found.document["points"]:
            if one["values"] is not None and is_below(one["ceilings"], other["ceilings"]):
                assert other["values"][0] <= one["values"][0] + 1e-9
                assert other["bound"] <= one["bound"] + 1e-9


def check(found, district, scenario, values) -> None:
    """Every point: the plan on disk is sound, has the values it is said to have, and is the best below its ceilings; the bound is valid."""
    for point in found.document["points"]:
        below = values[(values[:, 1:] <= np.array(point["ceilings"]) + 1e-8).all(axis=1)]
        if not len(below):
            assert (point["values"], point["status"]) == (None, "infeasible")
            continue
        best = least(below, tuple(range(values.shape[1])))
        assert point["values"] == pytest.approx(best, abs=CLOSE)
        assert best[0] - CLOSE <= point["bound"] <= best[0] + CLOSE
        plan = read_plan(found.directory / point["plan"], district)
        assert audit(plan, district, scenario.rules).passed
        assert [goal_value(goal, plan, district, scenario.rules) for goal in scenario.goals] == pytest.approx(point["values"], abs=1e-12)


def test_where_the_goals_agree_there_is_one_point(tmp_path):
    drawn = case(5, 9, method="exact")
    scenario = drawn.scenario.model_copy(update={"goals": (Goal(minimize="reassigned"), Goal(minimize="schools_changed"))})
    found = tradeoff.trace(scenario, drawn.district, tmp_path / "out", points=4)
    assert found.exit_code == 0
    assert 1 <= len(found.document["points"]) <= 4


# -- one solve -------------------------------------------------------------------------------------------------------


def test_a_solve_starts_from_the_best_plan_it_is_given(monkeypatch):
    """Which then is its first plan, whatever the engine does: values along the curve cannot rise."""
    district, scenario, values = asked(5, "moves")
    problem = formulate(district, scenario)
    plans = Oracle(district, scenario).plans()
    best = plans[np.lexsort((values[:, 1], values[:, 0]))[0]]
    settings = scenario.solve.model_copy(update={"method": "anneal", "time_limit": 0.1})
    result = solve_below(problem, (0, 1), (np.inf, np.inf), settings, [Plan(plan) for plan in (*plans[:3], best)])
    assert result.goals[0].value == pytest.approx(values[:, 0].min())


def test_below_impossible_ceilings_there_is_no_plan():
    district, scenario, values = asked(5, "moves")
    result = solve_below(formulate(district, scenario), (0, 1), (np.inf, values[:, 1].min() - 0.005), scenario.solve)
    assert (result.status, result.plan, result.goals) == (Status.INFEASIBLE, None, ())


@pytest.mark.parametrize("seed", SEEDS["moves"][:4])
def test_what_no_plan_below_the_ceilings_can_use_is_left_out_and_nothing_else(seed):
    """Units with more students than may move lose every school but today's; every plan below the ceiling stays one."""
    district, scenario, values = asked(seed, "moves")
    problem, ceiling = formulate(district, scenario), values[:, 1].min() + 0.05
    every = Oracle(district, scenario).plans()[values[:, 1] <= ceiling]
    start = nodes_of(problem, Plan(every[0]))
    smaller = without_hopeless(replace(problem, start=start).hold(problem.terms[1], ceiling))
    assert len(smaller.pairs) < len(problem.pairs)
    for plan in every:
        nodes = nodes_of(problem, Plan(plan))
        if is_feasible(problem, nodes):
            assert is_feasible(smaller, nodes)
    away = replace(problem, start=np.full_like(problem.start, -1)).hold(problem.terms[1], ceiling)
    assert without_hopeless(away) is away


def test_a_better_plan_above_the_ceilings_is_a_start_too(monkeypatch):
    """Where the time ended without a proof: its neighborhood may hold a better plan below them. The bound is the first solve's."""
    district, scenario, values = asked(5, "moves")
    problem, plans = formulate(district, scenario), Oracle(district, scenario).plans()
    best, today = plans[np.argmin(values[:, 0])], plans[np.argmin(values[:, 1])]
    starts = []

    def solve(question, settings, **_):
        starts.append((settings.method, question.start.tolist(), settings.time_limit))
        plan = Plan(today) if len(starts) == 1 else Plan(best)
        value = question.terms[0].value(question.vector(nodes_of(problem, plan))) if len(starts) == 1 else 0.01
        goal = GoalResult("dissimilarity", "low", value, 0.005 if len(starts) == 1 else None, None)
        return Result(Status.FEASIBLE, plan, (goal,), None, (Ended.LIMIT,), (), settings.method, "scip", 0, 1)

    monkeypatch.setattr(frontier, "solve", solve)
    ceiling = float(values[np.argmin(values[:, 0]), 1]) / 1.5
    settings = scenario.solve.model_copy(update={"method": "auto", "time_limit": 100})
    result = solve_below(problem, (0,), (np.inf, ceiling), settings, [Plan(today), Plan(best)])
    assert [method for method, *_ in starts] == ["auto", "anneal"]
    assert [round(seconds) for *_, seconds in starts] == [75, 25]
    assert starts[0][1] == nodes_of(problem, Plan(today)).tolist()
    above = nodes_of(problem, Plan(best))
    assert all(was in (-1, s) for was, s in zip(starts[1][1], above.tolist(), strict=True))
    assert result.plan == Plan(best)
    assert result.goals[0].bound == 0.005
    starts.clear()
    solve_below(problem, (0,), (np.inf, ceiling / 2), settings, [Plan(today), Plan(best)])
    assert [round(seconds) for *_, seconds in starts] == [100]


# -- what answers are worth to one another ---------------------------------------------------------------------------

numbers = st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0])
ceilings = st.tuples(st.just(np.inf), numbers, numbers)
answers = st.builds(
    Known,
    ceilings=ceilings,
    values=st.none() | st.tuples(numbers, numbers, numbers),
    bound=st.none() | numbers,
)


@given(st.lists(answers, max_size=6), ceilings, ceilings)
def test_looser_ceilings_never_make_it_worse(known, one, other):
    tight = tuple(min(a, b) for a, b in zip(one, other, strict=True))
    loose = tuple(max(a, b) for a, b in zip(one, other, strict=True))
    best, better = best_below(tight, known), best_below(loose, known)
    if best.index is not None:
        assert is_below(known[best.index].values, tight)
        assert known[better.index].values[0] <= known[best.index].values[0] + 2e-9
    if better.bound is not None:
        assert best.bound is not None or best.index is None
        assert best.bound is None or best.bound >= better.bound - 2e-9 or best.bound >= known[best.index].values[0] - 2e-9


def test_the_best_plan_is_the_best_in_the_first_goal_then_in_the_next():
    free = (np.inf, np.inf)
    known = [Known(free, (0.2, 0.1), 0.1), Known(free, (0.1, 0.3), None), Known(free, (0.1, 0.2), 0.05)]
    assert best_below((np.inf, 0.3), known).index == 2
    assert best_below((np.inf, 0.15), known).index == 0
    assert best_below((np.inf, 0.05), known).index is None
    assert best_below((np.inf, 0.3), known).bound == 0.1


def test_a_proof_below_loose_ceilings_is_one_below_tight_ones():
    known = [Known((np.inf, 0.3), None, None, is_infeasible=True)]
    assert best_below((np.inf, 0.2), known).is_infeasible
    assert not best_below((np.inf, 0.4), known).is_infeasible
    assert is_answered((np.inf, 0.3), known)
    assert not is_answered((np.inf, 0.4), known)


def test_a_looser_answer_answers_only_with_a_plan_below():
    known = [Known((np.inf, np.inf), (0.1, 0.3), 0.1)]
    assert is_answered((np.inf, 0.3), known)
    assert not is_answered((np.inf, 0.2), known)


def test_ceilings_go_in_even_steps_the_tightest_first():
    assert spread(0.0, 0.3, 4) == pytest.approx((0.0, 0.1, 0.2, 0.3))
    assert spread(0.1, 0.3, 3)[-1] == 0.3
    assert spread(0.2, 0.2 + 1e-12, 5) == (0.2 + 1e-12,)
    assert grid([(0.0, 1.0), (2.0, 3.0)], 2) == [(0.0, 2.0), (0.0, 3.0), (1.0, 2.0), (1.0, 3.0)]
