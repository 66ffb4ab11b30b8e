"""Tidied plans held against all plans of tiny districts: goals no worse, fewer students, units and borders, and no piece that was not there."""

import logging
import threading
from dataclasses import replace
from functools import partial

import enumerated
import numpy as np
import pytest
from conftest import swept
from drawn import case, parted, picture, scenario
from hypothesis import given
from hypothesis import strategies as st

from rezoning.district.district import same_school_components
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize import tidying
from rezoning.optimize.alternatives import alternatives
from rezoning.optimize.engine import solve
from rezoning.optimize.frontier import solve_below
from rezoning.optimize.result import TIDY, Status
from rezoning.optimize.solvers.base import Clock
from rezoning.optimize.tidying import tidied
from rezoning.scenario.schema import Alternatives, Solve

TWO = [{"minimize": "dissimilarity", "group": "low"}, {"minimize": "reassigned"}]
GOAL, WEIGHTS = TWO[:1], [one | {"weight": 1} for one in TWO]


def tidied_by(problem):
    return [criterion(problem.pairs) for criterion in problem.tidy]


def criteria(problem, plans):
    return np.stack([enumerated.values(terms, enumerated.vectors(problem, plans)) for terms in tidied_by(problem)], axis=1).round(6)


def goals(problem, plans):
    return np.stack([enumerated.values(terms, enumerated.vectors(problem, plans)) for terms in problem.terms], axis=1)


def tidy(problem, plan, **settings):
    found = tidied(problem, plan, Solve(threads=1, **settings), threading.Event(), Clock())
    return plan if found is None else found.plan


def detached(problem: Formulation, plan):
    """Pieces of zones that do not hold what holds the zone's own up, as sets of nodes with the school."""
    label = same_school_components(problem.contiguity.graph, plan)
    home = {int(label[nodes[0]]) for s, nodes in enumerate(problem.contiguity.sources) if len(nodes) and plan[nodes[0]] == s}
    return [
        (int(plan[nodes[0]]), set(nodes.tolist())) for nodes in (np.flatnonzero(label == k) for k in np.unique(label)) if label[nodes[0]] not in home
    ]


def a_plan(drawn, seed):
    """The question, all its plans, and one of them that has something to take back; None where there is no choice."""
    try:
        problem = formulate(drawn.district, drawn.scenario)
    except Infeasible:
        return None
    plans = enumerated.plans(problem)
    return (problem, plans, plans[np.random.default_rng(seed).integers(len(plans))]) if len(plans) > 1 else None


def holds(problem, plans, plan, after):
    assert (plans == after).all(axis=1).any(), "no plan any more"
    (was, now), (had, has) = goals(problem, np.stack([plan, after])), criteria(problem, np.stack([plan, after])).tolist()
    assert (now <= was + 1e-9).all()
    assert has <= had
    before, later = detached(problem, plan), detached(problem, after)
    for s, nodes in later:
        assert any(s == school and nodes & others for school, others in before), "a new island"
    for s in range(problem.pairs.num_schools):
        assert sum(school == s for school, _ in later) <= sum(school == s for school, _ in before)


# -- any plan of tiny districts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("drawn", [partial(case, max_units=8), partial(parted, max_units=7)], ids=["whole", "in several places"])
@given(seed=st.integers(0, 2**31))
def test_a_plan_stays_one_and_no_goal_nor_criterion_is_worse(drawn, seed):
    found = a_plan(drawn(seed), seed)
    if found is not None:
        problem, plans, plan = found
        holds(problem, plans, plan, tidy(problem, plan))


@pytest.mark.parametrize("seeds", swept(list(range(40)), range(400)))
def test_where_there_are_no_islands_nothing_less_is_left(seeds):
    for seed in seeds:
        found = a_plan(case(seed, 9, method="exact", islands="forbid"), seed)
        if found is None:
            continue
        problem, plans, plan = found
        after = tidy(problem, plan)
        is_as_good = (goals(problem, plans) <= goals(problem, plan[None]) + 1e-9).all(axis=1)
        assert criteria(problem, after[None])[0].tolist() == min(criteria(problem, plans[is_as_good]).tolist()), seed


# -- what it is for --------------------------------------------------------------------------------------------------


def corridor():
    """Six by three units: the poor of the north-eastern corner, 5 of 44 students, come to B, where there are most students."""
    students, low = np.zeros(18), np.zeros(18)
    students[[0, 5, 17]], low[5] = (9, 5, 30), 5
    district = picture("Aaaaaa/aaaaaa/bbbbbB", students, groups={"low": low})
    return district, formulate(district, scenario(goals=[{"minimize": "imbalance"}]))


def test_corridors_that_carry_nobody_vanish_and_the_shortest_is_kept():
    _, problem = corridor()
    plan = np.array([int(c) for c in "000111011110111111"])  # by a bow to the west
    after = problem.expand(tidy(problem, problem.pairs.of_units(plan))).school
    assert "".join(map(str, after)) == "000001000001111111"


@pytest.mark.parametrize("has_lengths", [False, True])
def test_borders_are_measured_where_lengths_are_known(has_lengths):
    """The unit in the middle is new: whoever takes it, nobody moves. It has three neighbors in A, and the longest border with B."""
    district = picture("Aab/a.b/aaB")
    length = np.array([500.0 if tuple(edge) == (4, 5) else 100.0 for edge in district.edges.tolist()])
    problem = formulate(replace(district, border_m=length if has_lengths else None), scenario())
    for school in (0, 1):
        plan = np.where(district.current < 0, school, district.current)
        assert problem.expand(tidy(problem, problem.pairs.of_units(plan))).school[4] == has_lengths


def test_without_todays_zones_borders_alone_are_tidied():
    district, _ = corridor()
    problem = formulate(replace(district, current=None), scenario(goals=[{"minimize": "imbalance"}]))
    assert [terms.goal.minimize for terms in tidied_by(problem)] == ["cut_edges"]
    plan = problem.pairs.of_units(np.array([int(c) for c in "000001010111111111"]))
    assert criteria(problem, tidy(problem, plan)[None])[0, 0] < criteria(problem, plan[None])[0, 0]


@pytest.mark.parametrize("rule", [{"method": "exact", "islands": "keep"}, {"method": "none"}])
def test_no_island_of_today_comes_back(rule):
    """The plan has given today's island to its surroundings, where nobody lives; going back would move one unit less."""
    district = picture("Aaaa/abaa/aaaB", np.array([9.0, 9, 9, 9, 9, 0, 9, 9, 9, 9, 9, 9]))
    problem = formulate(district, scenario({"contiguity": rule}))
    plan = problem.pairs.of_units(np.array([0] * 11 + [1]))
    assert (tidy(problem, plan) == plan).all()
    assert (tidy(problem, problem.pairs.of_units(district.current)) == problem.pairs.of_units(district.current)).all()


# -- in a solve ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [GOAL, TWO, WEIGHTS])
@pytest.mark.parametrize("method", ["exact", "auto", "anneal"])
def test_a_solve_is_tidied_and_its_values_stay(asked, method):
    drawn = case(11, 9, method="exact", islands="forbid")
    problem = formulate(drawn.district, scenario(goals=asked))
    settings = Solve(method=method, threads=1, gap=0, gap_abs=1e-9, time_limit=30 if method != "anneal" else 1)
    loose, neat = (solve(problem, settings.model_copy(update={"tidy": one})) for one in (False, True))
    assert loose.untidied is None
    assert {point.goal for point in loose.trace}.isdisjoint({TIDY})
    assert [point.goal for point in neat.trace][-3:] == [TIDY] * 3
    assert [goal.value for goal in neat.goals] == pytest.approx([goal.value for goal in loose.goals], abs=1e-9)
    assert [goal.bound for goal in neat.goals] == pytest.approx([goal.bound for goal in loose.goals], abs=1e-9)
    assert neat.status == loose.status
    nodes = [problem.pairs.of_units(one.school) for one in (neat.untidied.plan, neat.plan)]
    had, has = criteria(problem, np.stack(nodes)).tolist()
    assert has <= had
    assert [point.value for point in neat.trace[-3:]] == pytest.approx(has)
    assert (solve(problem, settings).plan.school == neat.plan.school).all(), "not the same plan again"


def test_each_part_of_a_weighted_sum_is_held():
    """Moving a unit of 5 back is worth more than it costs the other part: the sum may not pay for it."""
    for seed in range(60):
        found = a_plan(case(seed, 8), seed)
        if found is not None:
            problem, plans, plan = found
            holds(
                replace(problem, weights=(1.0,) * len(problem.terms)), plans, plan, tidy(replace(problem, weights=(1.0,) * len(problem.terms)), plan)
            )


def test_points_of_a_frontier_and_further_plans_are_tidied():
    drawn = case(11, 9, method="exact", islands="forbid")
    problem = formulate(drawn.district, scenario(goals=TWO))
    settings = Solve(threads=1, gap=0, gap_abs=1e-9, time_limit=20)
    point = solve_below(problem, (0, 1), (np.inf, np.inf), settings)
    assert point.untidied is not None
    assert [one.goal for one in point.trace].count(TIDY) == 3
    further = alternatives(problem, solve(problem, settings), drawn.district.students, Alternatives(count=1, give_up=1, distance=0.1), settings)
    assert all(one.untidied is not None for one in further.results)


def test_who_stops_gets_the_plan_as_it_is():
    _, problem = corridor()
    stop = threading.Event()
    stop.set()
    assert tidied(problem, problem.start, Solve(), stop, Clock()) is None
    assert tidied(problem, problem.start, Solve(tidy=False), threading.Event(), Clock()) is None


@pytest.mark.parametrize("asked", [GOAL, WEIGHTS])
def test_who_stops_while_it_is_tidied_gets_a_plan_that_is_no_worse(asked):
    drawn = case(7, 9, method="exact", islands="forbid")
    problem, stop, phases = formulate(drawn.district, scenario(goals=asked)), threading.Event(), []

    def stops(progress):
        if progress.phase.startswith(TIDY):
            stop.set()
            phases.append(progress.phase)

    result = solve(problem, Solve(method="exact", threads=1, gap=0, gap_abs=1e-9), watcher=stops, stop=stop)
    assert len(phases) == 3
    assert result.is_interrupted
    assert result.status is Status.OPTIMAL
    holds(problem, enumerated.plans(problem), *(problem.pairs.of_units(one.school) for one in (result.untidied.plan, result.plan)))


def test_a_fault_of_ours_keeps_the_plan(monkeypatch, caplog):
    _, problem = corridor()

    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(tidying, "kept_as_found", fails)
    with caplog.at_level(logging.CRITICAL):
        result = solve(problem, Solve(method="exact", threads=1))
    assert result.status is Status.OPTIMAL
    assert (result.plan.school == result.untidied.plan.school).all()
