"""Rules and goals of a program's own: engines and auditor against every plan of drawn districts, and what is said of functions that are wrong."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from conftest import shared_out
from drawn import case, parted, picture, scenario
from oracle import Oracle
from scipy.sparse import csr_array

from rezoning.auditing import audit
from rezoning.district.custom import Breach, CustomGoal, CustomRule, Deviation, Largest, Limit, Linear, with_custom
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible, RezoningError, ScenarioError
from rezoning.formulation.custom import read_custom, value_in
from rezoning.formulation.formulate import formulate
from rezoning.metrics.custom import custom_value
from rezoning.optimize.engine import solve
from rezoning.optimize.result import Status
from rezoning.optimize.search.anneal import Search

WAYS = ("scip", "highs", "anneal")
CLOSE = 1e-6


@pytest.fixture(autouse=True)
def _short_repair(monkeypatch):
    repair = Search.repair
    monkeypatch.setattr(Search, "repair", lambda self, start, seconds, *rest: repair(self, start, min(seconds, 0.02), *rest))


@cache
def drawn(seed: int):
    """A district, a scenario of one goal, and all its plans; every fourth has units in several places."""
    found = (parted if seed % 4 == 0 else case)(seed, 9)
    asked = found.scenario.model_copy(update={"goals": (found.scenario.goals[0].model_copy(update={"weight": None}),)})
    return found.district, asked, Oracle(found.district, asked).plans()


def own(seed: int, plans: np.ndarray):
    """A rule that half of the plans obey, and a goal with a cost, two deviations and a peak; what they say is computed again from the plan."""
    district = drawn(seed)[0]
    rng, (n, m) = np.random.default_rng(seed), (district.num_units, district.num_schools)
    table, cost, load = rng.integers(-3, 6, (3, n, m)).astype(float)
    load *= rng.random((n, m)) < 0.5  # units that nothing counts may still be folded away
    unit = np.arange(n)
    limit = float(np.median([table[unit, plan].sum() for plan in plans])) if len(plans) else 0.0

    def rows(district):
        yield Limit(table, upper=limit, subject="all")

    def check(plan, district):
        total = table[unit, plan.school].sum()
        if total > limit + CLOSE:
            yield Breach("all", total, limit)

    def terms(district):
        yield Linear({(u, district.school_ids[s]): cost[i, s] for i, u in enumerate(district.unit_ids) for s in range(m)}, constant=7)
        yield Deviation(csr_array(load), target=4, over=2, under=0.5)
        yield Largest([np.where(np.arange(m) == s, load, 0.0) for s in range(m)], offsets=[1.0] * m, weight=3)

    def value(plan, district):
        amount = load[unit, plan.school]
        peak = max(amount[plan.school == s].sum() - 1 for s in range(m))
        off = amount.sum() - 4
        return cost[unit, plan.school].sum() + 7 + max(2 * off, -0.5 * off) + 3 * peak

    return CustomRule("half", rows, check), CustomGoal("mine", terms, value, place=1)


@pytest.mark.parametrize(("seeds", "way"), shared_out(WAYS, range(0, 120, 8), range(120)))
def test_every_engine_finds_the_best_of_all_plans(seeds, way):
    for seed in seeds:
        district, asked, plans = drawn(seed)
        rule, goal = own(seed, plans)
        left = [Plan(plan) for plan in plans if not list(rule.check(Plan(plan), district))]
        settings = asked.solve.model_copy(update={"method": "anneal", "time_limit": 0.3} if way == "anneal" else {"solver": way})
        try:
            result = solve(formulate(district, asked, [rule, goal]), settings)
        except Infeasible:
            assert not left
            continue
        is_closer = asked.rules.contiguity.method == "closer_neighbor"
        if way == "anneal" and result.plan is None:
            continue  # the search proves nothing
        assert (result.plan is None) == (not left)
        if result.plan is None:
            assert result.status in (Status.INFEASIBLE, Status.NO_PLAN)
            continue
        if not is_closer:
            assert audit(result.plan, district, asked, custom=[rule, goal]).passed
        best = min(goal.value(plan, district) for plan in left)
        first = result.goals[0]
        assert (first.minimize, len(result.goals)) == ("mine", 2)
        assert first.value == pytest.approx(goal.value(result.plan, district), abs=CLOSE)
        assert first.value >= best - CLOSE
        if way != "anneal":
            assert first.value == pytest.approx(best, abs=1e-5)
            assert is_closer or first.bound == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("seed", range(12))
def test_both_witnesses_say_the_same_of_any_plan(seed):
    district, asked, plans = drawn(seed)
    rule, goal = own(seed, plans)
    read, rng = read_custom([rule, goal], district), np.random.default_rng(seed)
    mine = with_custom(asked, [rule, goal]).goals[0]
    for plan in map(Plan, rng.integers(0, district.num_schools, (5, district.num_units))):
        assert all(row.holds(plan.school) for row in read.limits) == (not list(rule.check(plan, district)))
        assert value_in(mine, read, plan.school, district) == pytest.approx(custom_value("mine", [rule, goal], plan, district), abs=1e-9)


# -- names and places ------------------------------------------------------------------------------------------------


def nothing(*_):
    return []


def zero(*_):
    return 0.0


def test_goals_stand_at_their_places_and_are_there_once():
    custom = [CustomGoal("last", nothing, zero), CustomGoal("second", nothing, zero, place=2), CustomGoal("first", nothing, zero, place=1)]
    asked = with_custom(scenario(), custom)
    assert [goal.minimize for goal in asked.goals] == ["first", "second", "reassigned", "last"]
    assert with_custom(asked, custom) is asked


@pytest.mark.parametrize(
    ("custom", "said"),
    [
        ([CustomGoal("travel", nothing, zero)], "'travel' cannot be its name. Take letters"),
        ([CustomRule("capacity", nothing, nothing)], "'capacity' cannot be its name"),
        ([CustomRule("a b", nothing, nothing)], "'a b' cannot be its name"),
        ([CustomRule("a", nothing, nothing), CustomGoal("a", nothing, zero)], "the name is given twice"),
        ([CustomGoal("a", nothing, zero, weight=2)], "Give a weight to every goal"),
    ],
)
def test_names_that_are_not_fit_are_refused(custom, said):
    with pytest.raises(ScenarioError, match=said):
        with_custom(scenario(), custom)


# -- functions that are wrong ----------------------------------------------------------------------------------------


def rule(*given):
    return CustomRule("r", lambda _: given, nothing)


def goal(*given):
    return CustomGoal("g", lambda _: given, zero)


def fails(*_):
    raise KeyError("oak")


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (rule(Limit({("00", "Q"): 1})), "rule r: row 1 names school 'Q', which the district does not have. Name units by district.unit_ids"),
        (rule(Limit({("99", "A"): 1})), "names unit '99'"),
        (rule(Limit({(99, -1): 1})), "names unit 99, school -1"),
        (rule(Limit({"000": 1})), r"row 1 cannot be read: .* Give \{\(unit, school\): number\}"),
        (rule(Limit({("00", "A"): float("nan")})), "row 1 has nan for unit '00' and school 'A'.* Leave pairs out"),
        (rule(Limit({("00", "A"): "many"})), "row 1 cannot be read"),
        (rule(Limit(np.ones((2, 2)))), r"row 1 has a table of shape \(2, 2\), and the district has 6 units and 2 open schools"),
        (rule(Limit(np.full((6, 2), np.inf))), "has inf for unit '00'"),
        (rule(Limit({}, lower=2, upper=1)), "row 1 is between 2 and 1"),
        (rule(Linear({})), "rows gives a Linear as row 1. Yield a Limit"),
        (CustomRule("r", fails, nothing), "its function rows failed: KeyError: 'oak'"),
        (CustomRule("r", lambda _: None, nothing), "its function rows failed: TypeError"),
        (goal(Limit({})), "terms gives a Limit as term 1. Yield Linear"),
        (goal(Deviation({}, under=-1)), "term 1 has the numbers .* else the goal is not convex"),
        (goal(Linear({}, constant=float("nan"))), "Give finite ones"),
        (goal(Largest([])), "term 1 is the largest of 0 sums"),
        (goal(Linear({}), Largest([{}], offsets=[1, 2])), "term 2 is the largest of 1 sums with 2 offsets"),
    ],
)
def test_what_cannot_be_is_an_error_with_a_cure(one, said):
    with pytest.raises(RezoningError, match=said) as caught:
        formulate(picture("Aab/aBb"), scenario(), [one])
    assert all(problem.cure for problem in caught.value.problems)
