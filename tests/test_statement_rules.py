"""Findings as rules: every engine and the auditor against the oracle, and the statement's own judgement of every plan that is found."""

from functools import cache

import numpy as np
import pytest
from conftest import few, shared_out
from hypothesis import given
from hypothesis import strategies as st
from statement_cases import ALL, StatementOracle, statement_case

from rezoning.auditing import audit, audit_today
from rezoning.district.plan import Plan
from rezoning.equity import EquityCase, judge
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.metrics.measure import measure, measure_nearest, measure_today
from rezoning.optimize.engine import solve
from rezoning.optimize.result import Status
from rezoning.optimize.search.anneal import Search
from rezoning.scenario.standard import Standard

SEEDS = range(120)
CLOSE = 1e-6
ENGINES = {
    "scip": {"method": "exact", "solver": "scip"}, "highs": {"method": "exact", "solver": "highs"}, "cbc": {"method": "exact", "solver": "cbc"},
    "anneal": {"method": "anneal", "time_limit": 0.1},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _short_repair(monkeypatch):
    """Where no plan exists the search for a first one only ends with its time: give it little."""
    repair = Search.repair
    monkeypatch.setattr(Search, "repair", lambda self, start, seconds, *rest: repair(self, start, min(seconds, 0.02), *rest))


@cache
def oracle(seed: int, findings: tuple[int, ...] = ()) -> StatementOracle:
    drawn = statement_case(seed, findings)
    return StatementOracle(drawn.district, drawn.scenario)


def audited(seed: int, plan: np.ndarray, findings: tuple[int, ...] = ()):
    drawn = statement_case(seed, findings)
    return audit(Plan(plan), drawn.district, drawn.scenario.rules, drawn.scenario.goals, Standard.of(drawn.scenario))


@pytest.mark.parametrize("seed", few(SEEDS, 4))
def test_the_auditor_finds_what_a_plan_breaks(seed):
    """Of random plans and of those that obey every rule the auditor names the very findings that the oracle does."""
    drawn, truth = statement_case(seed), oracle(seed)
    rng = np.random.default_rng(seed)
    plans = list(rng.integers(0, drawn.district.num_schools, (8, drawn.district.num_units)))
    good = truth.plans()
    plans += [good[i] for i in rng.permutation(len(good))[:4]]
    for plan in plans:
        found = {int(one.subject.split(",")[0].split()[1]) for one in audited(seed, plan).violations if one.rule == "statement"}
        assert found == {number for number in drawn.scenario.rules.statement if not truth.meets(number, plan[None, :])[0]}


@pytest.mark.parametrize("number", ALL)
def test_each_finding_is_broken_by_some_plan_and_met_by_another(number):
    """So that no test of findings passes for want of a case."""
    broken = met = 0
    for seed in SEEDS[::3]:
        if number in statement_case(seed, (number,)).scenario.rules.statement:
            plans = np.random.default_rng(seed).integers(0, oracle(seed, (number,)).m, (6, oracle(seed, (number,)).n))
            holds = oracle(seed, (number,)).meets(number, plans)
            broken, met = broken + int((~holds).sum()), met + int(holds.sum())
            for plan, is_met in zip(plans, holds, strict=True):
                assert any(one.rule == "statement" for one in audited(seed, plan, (number,)).violations) != is_met
    assert broken > 0
    assert met > 0


@pytest.mark.parametrize(("seeds", "engine"), shared_out(list(ENGINES), SEEDS[::6], SEEDS))
def test_every_engine_agrees(seeds, engine):
    for seed in seeds:
        check_engine(seed, engine, ())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("number", ALL)
def test_every_engine_agrees_on_each_finding(number, engine):
    for seed in SEEDS[number::60]:
        check_engine(seed, engine, (number,))


def check_engine(seed: int, engine: str, findings: tuple[int, ...]) -> None:
    """The exact methods find the best plan and prove it, the search no better one; what is found meets every finding by the statement's own word."""
    drawn = statement_case(seed, findings)
    truth = oracle(seed, findings).truth()
    try:
        problem = formulate(drawn.district, drawn.scenario)
    except Infeasible:
        assert not truth.is_feasible
        return
    result = solve(problem, drawn.scenario.solve.model_copy(update=ENGINES[engine]))
    if result.plan is None:
        assert not truth.is_feasible or engine == "anneal"
        assert result.status is (Status.INFEASIBLE if engine != "anneal" else Status.NO_PLAN)
        return
    plan = result.plan.school
    assert oracle(seed, findings).breaches(plan) == []
    assert audited(seed, plan, findings).passed
    assert not_met(seed, plan, findings) == set()
    assert result.goals[0].value >= truth.values[0] - CLOSE
    if engine != "anneal":
        assert result.goals[0].value == pytest.approx(truth.values[0], abs=CLOSE)
        assert result.goals[0].bound is not None
        assert result.goals[0].bound <= truth.values[0] + CLOSE


def not_met(seed: int, plan: np.ndarray, findings: tuple[int, ...] = ()) -> set[int]:
    """Findings in the rules that the statement says the plan does not meet."""
    drawn = statement_case(seed, findings)
    district, asked = drawn.district, drawn.scenario
    standard = Standard.of(asked)
    metrics = {
        "today": measure_today(district, asked), "plan": measure(Plan(plan), district, asked), "nearest": measure_nearest(district, asked),
    }  # fmt: skip
    case = EquityCase(
        asked, district, Plan(plan), metrics, audit(Plan(plan), district, asked.rules, (), standard), audit_today(district, asked.rules, (), standard)
    )
    found = judge(case)
    return {number for number in asked.rules.statement if found.finding(number).status == "does_not_meet"}


@given(st.integers(0, 2**31))
def test_a_plan_that_obeys_the_rules_is_never_said_not_to_meet_them(seed):
    truth = oracle(seed)
    good = truth.plans()
    for i in np.random.default_rng(seed).permutation(len(good))[:2]:
        assert audited(seed, good[i]).passed
        assert not_met(seed, good[i]) == set()


@pytest.mark.parametrize("seed", few(SEEDS, 5))
def test_the_formulation_takes_the_very_plans_that_meet_the_findings(seed):
    """Row by row: every assignment is a plan of the formulation exactly where the oracle says so."""
    from rezoning.optimize.cuts.contiguity import Separator
    from rezoning.optimize.cuts.feasible import is_feasible

    drawn, good = statement_case(seed), oracle(seed).plans()
    try:
        problem = formulate(drawn.district, drawn.scenario)
    except Infeasible:
        assert not len(good)
        return
    wanted = {plan.tobytes() for plan in good.astype(np.int64)}
    separator = Separator(problem)
    for plan in StatementOracle.__mro__[2].plans(oracle(seed))[:400].astype(np.int64):
        nodes = problem.pairs.of_units(plan)
        is_one = (nodes[problem.pairs.node_of_unit] == plan).all() and is_feasible(problem, nodes, separator)
        assert is_one == (plan.tobytes() in wanted)


def test_trips_that_nobody_knows_count_for_nobody():
    """A unit is assigned where no trip is known: its students are left out of both means of finding 6, on either side."""
    from drawn import picture
    from statement_cases import asked

    from rezoning.optimize.cuts.feasible import is_feasible

    trips = np.array([[0.0, 9], [2, np.nan], [7, 3], [6, 2], [8, 1], [9, 0]])
    students, poor = np.array([10.0, 30, 10, 10, 10, 10]), np.array([9.0, 30, 1, 8, 1, 2])
    district = picture("AaabbB", students=students, groups={"low": poor}, travel=trips)
    rules = {"statement": [6], "assign": {"01": "B"}, "contiguity": {"method": "none"}}
    differing = set()
    for extra in (0.0, 0.1, 0.3, 0.6, 1.0):
        scenario = asked(rules, [{"minimize": "reassigned"}], {"max_extra": extra})
        problem = formulate(district, scenario)
        for code in range(8):
            plan = np.array([0, 1, code & 1, code >> 1 & 1, code >> 2 & 1, 1])
            is_kept = audit(Plan(plan), district, scenario.rules, (), Standard.of(scenario)).passed
            assert is_feasible(problem, problem.pairs.of_units(plan)) == is_kept
            differing.add(is_kept)
    assert differing == {True, False}
