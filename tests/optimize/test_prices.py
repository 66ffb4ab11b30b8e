"""Prices of rules: the slope of the relaxation's bound, held to what the relaxation itself says when the rule is changed a little."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import few
from drawn import DATA, case, picture
from lever_cases import lever_case
from scipy.sparse import csr_array, vstack
from statement_cases import statement_case

from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Rows
from rezoning.optimize import prices as module
from rezoning.optimize.model.epigraph import Cut
from rezoning.optimize.model.milp import build
from rezoning.optimize.model.program import program_of
from rezoning.optimize.prices import Price, changed, parameters, prices
from rezoning.optimize.relaxed import optimum, relaxed
from rezoning.optimize.solvers.base import Watch
from rezoning.scenario.schema import Scenario

SMALL = 1e-5


def bound(district, scenario, cuts=()) -> float | None:
    """Value of the relaxation, with given cuts, under a scenario; None where arithmetic or the relaxation finds no point."""
    try:
        problem = formulate(district, scenario)
    except Infeasible:
        return None
    milp = build(problem, [(problem.terms[0], 1.0)], is_relaxed=True)
    milp.add_cuts(cuts)
    solved = optimum(program_of(milp.problem, milp.columns), 10)
    return None if solved is None else milp.natural(solved[0])


def with_rules(scenario: Scenario, path, value: float) -> Scenario:
    return scenario.model_copy(update={"rules": changed(scenario.rules, path, value)})


def cases_with_prices(count: int):
    """Drawn questions with rows, zones that may fall into pieces (so that no cut depends on chance), and a relaxation."""
    found = []
    for seed in range(2000):
        drawn = case(seed, 9, method="none")
        if drawn.scenario.rules.capacity is None and drawn.scenario.rules.reassigned is None:
            continue
        if bound(drawn.district, drawn.scenario) is not None:
            found.append(seed)
        if len(found) == count:
            return found
    raise AssertionError


LEVERS = {
    3: {"capacity.max"}, 10: {"burden[0].max_extra"}, 45: {"flow_balance[0].max_ratio"}, 102: {"burden[0].max_ratio", "isolation[0].above"},
    227: {"bands[0].within"}, 269: {"reassigned.schools.A"},
}  # fmt: skip


@pytest.mark.parametrize("seed", LEVERS)
def test_every_rule_that_has_rows_has_prices(seed):
    """Those whose number is a coefficient too: bands, burdens, balances, neighbors that go along."""
    drawn = lever_case(seed)
    contiguity = drawn.scenario.rules.contiguity.model_copy(update={"method": "none"})
    scenario = drawn.scenario.model_copy(update={"rules": drawn.scenario.rules.model_copy(update={"contiguity": contiguity})})
    found = check_slopes(drawn.district, scenario)
    assert LEVERS[seed] <= {price.key.removeprefix("rules.") for price in found.prices}


@pytest.mark.parametrize("seed", cases_with_prices(40))
def test_a_price_is_a_slope_of_the_relaxation(seed):
    check_slopes(case(seed, 9, method="none").district, case(seed, 9, method="none").scenario)


def check_slopes(district, scenario):
    """Between the slopes to either side, which differ where several sets of multipliers are optimal."""
    problem = formulate(district, scenario)
    found = prices(problem, problem.terms[0], district, scenario, 10)
    middle = bound(district, scenario)
    assert found.bound == pytest.approx(middle, abs=1e-7)
    by_key = {price.key: price for price in found.prices if not price.subject}
    for parameter in parameters(scenario):
        above = bound(district, with_rules(scenario, parameter.path, parameter.value + SMALL))
        below = bound(district, with_rules(scenario, parameter.path, parameter.value - SMALL))
        price = by_key.get(parameter.key)
        slope = 0.0 if price is None else price.change / price.step
        if above is not None and below is not None:
            sides = (above - middle) / SMALL, (middle - below) / SMALL
            assert min(sides) - 1e-3 <= slope <= max(sides) + 1e-3
    return found


def test_the_cases_above_have_prices_of_every_kind():
    keys = set()
    for seed in cases_with_prices(40):
        drawn = case(seed, 9, method="none")
        problem = formulate(drawn.district, drawn.scenario)
        keys |= {price.key for price in prices(problem, problem.terms[0], drawn.district, drawn.scenario, 10).prices}
    assert keys >= {"rules.capacity", "rules.capacity.min", "rules.capacity.max"}


# -- a question whose prices are known -------------------------------------------------------------------------------


def asked(**rules):
    """Two schools, all of the poor at A; what may move is what the rules let."""
    district = picture("Aa/bB", students=[40, 60, 50, 50], groups={"poor": np.array([40.0, 60.0, 0.0, 0.0])}, capacity=np.array([100.0, 100.0]))
    data = DATA | {"units": DATA["units"] | {"groups": {"poor": "poor"}}}
    goals = [{"minimize": "dissimilarity", "group": "poor"}]
    scenario = Scenario.model_validate({"name": "known", "data": data, "rules": rules, "goals": goals})
    return district, scenario


def question(**rules):
    district, scenario = asked(**rules)
    return district, scenario, formulate(district, scenario)


def test_a_budget_of_moves_has_the_price_of_a_move():
    """A student more at the other school, of the 100 poor and the 100 others each, lowers D by 1/100: 2 of 200 are a point of the budget."""
    district, scenario, problem = question(reassigned={"max_share": 0.2}, contiguity={"method": "none"})
    found = prices(problem, problem.terms[0], district, scenario, 10)
    assert found.bound == pytest.approx(0.6)
    assert found.prices == (Price("rules.reassigned.max_share", "", 0.2, 0.01, pytest.approx(-0.02)),)


def test_a_school_that_is_full_has_the_price_of_a_seat():
    """The poor that B has no room for stay at A, unless others go there: with room for 100 at A and 80 at B, say."""
    district, scenario, problem = question(capacity={"max": 1.0, "schools": {"B": {"max": 0.8}, "A": {"max": 1.3}}}, contiguity={"method": "none"})
    found = prices(problem, problem.terms[0], district, scenario, 10)
    assert found == prices(problem, problem.terms[0], district, scenario, 10)
    assert all(price.change < 0 for price in found.prices if price.key != "rules.capacity.min")


def test_a_rule_that_binds_nothing_has_no_price():
    district, scenario, problem = question(reassigned={"max_share": 1.0}, capacity={"max": 3.0})
    assert prices(problem, problem.terms[0], district, scenario, 10).prices == ()


def test_the_published_rule_has_no_prices_for_it_has_no_bound():
    district, scenario, problem = question(reassigned={"max_share": 0.2}, contiguity={"method": "closer_neighbor"})
    assert prices(problem, problem.terms[0], district, scenario, 10) == module.Prices()


def test_no_relaxed_point_no_prices():
    district, scenario, problem = question(reassigned={"max_share": 0.2}, contiguity={"method": "none"})
    assert prices(problem.hold(problem.terms[0], 0.1), problem.terms[0], district, scenario, 10) == module.Prices()


def test_a_held_goal_counts():
    """With a ceiling of 10 % on moves beside the rule of 20 %, the rule is free."""
    district, scenario, problem = question(reassigned={"max_share": 0.2}, contiguity={"method": "none"})
    moves = formulate(district, scenario.model_copy(update={"goals": (type(scenario.goals[0])(minimize="reassigned"),)})).terms[0]
    found = prices(problem.hold(moves, 0.1), problem.terms[0], district, scenario, 10)
    assert found.bound == pytest.approx(0.8)
    assert found.prices == ()


def test_cuts_of_contiguity_raise_the_bound_that_prices_are_of():
    district = picture("Aaa/zzz/bbB", students=[10] * 9, groups={"poor": np.array([10.0, 0, 10, 0, 0, 0, 0, 0, 0])})
    data = DATA | {"units": DATA["units"] | {"groups": {"poor": "poor"}}}
    rules = {"reassigned": {"max_share": 0.5}}
    said = {"name": "cut", "data": data, "rules": rules, "goals": [{"minimize": "dissimilarity", "group": "poor"}]}
    scenario = Scenario.model_validate(said)
    problem = formulate(district, scenario)
    found = prices(problem, problem.terms[0], district, scenario, 10)
    assert found.bound is not None
    assert found.bound >= bound(district, scenario) - 1e-9


# -- parameters ------------------------------------------------------------------------------------------------------


def test_parameters_are_the_numbers_of_the_rules():
    _, scenario = asked(
        capacity={"min": 0.5, "max": 1.1, "schools": {"A": {"max": 1.2}}},
        burden=[
            {"group": "poor", "measure": "reassigned", "max_ratio": 1.1}, {"group": "poor", "measure": "reassigned", "max_extra": 0.1},
            {"group": "poor", "measure": "added_travel", "max_extra": 2}, {"group": "poor", "measure": "long_rides", "over": 20, "max_ratio": 1.2},
        ],
    )  # fmt: skip
    found = {parameter.key: (parameter.value, parameter.step) for parameter in parameters(scenario)}
    assert found == {
        "rules.capacity.min": (0.5, 0.01),
        "rules.capacity.max": (1.1, 0.01),
        "rules.capacity.schools.A.max": (1.2, 0.01),
        "rules.burden[0].max_ratio": (1.1, 0.01),
        "rules.burden[1].max_extra": (0.1, 0.01),
        "rules.burden[2].max_extra": (2.0, 1.0),
        "rules.burden[3].max_ratio": (1.2, 0.01),
    }


def test_one_number_is_changed_and_no_other():
    _, scenario, _ = question(
        capacity={"min": 0.5, "schools": {"A": {"max": 1.2}}}, burden=[{"group": "poor", "measure": "reassigned", "max_ratio": 1.1}]
    )
    rules = changed(scenario.rules, ("capacity", "schools", "A", "max"), 1.3)
    assert rules.capacity.schools["A"].max == 1.3
    assert scenario.rules.capacity.schools["A"].max == 1.2
    assert changed(rules, ("burden", 0, "max_ratio"), 2.0).burden[0].max_ratio == 2.0
    assert changed(rules, ("capacity", "min"), 0.5) == rules


def test_rows_that_say_the_same_have_a_multiplier_each():
    """Or the price of a rule with two such rows would count double."""
    _, _, problem = question(reassigned={"max_share": 0.2}, contiguity={"method": "none"})
    rows = problem.rows
    twice = Rows(csr_array(vstack([rows.matrix, rows.matrix])), np.tile(rows.lower, 2), np.tile(rows.upper, 2), rows.names * 2)
    sums = []
    for asked in (problem, replace(problem, rows=twice)):
        milp = build(asked, [(problem.terms[0], 1.0)], is_relaxed=True)
        program = program_of(milp.problem, milp.columns)
        _, _, dual = optimum(program, 10)
        sums.append(module._multipliers(milp, program, dual).sum())
    assert sums[0] == pytest.approx(sums[1])
    assert sums[0] < 0


@pytest.mark.parametrize("seed", few(range(30), 6))
def test_a_finding_costs_what_the_relaxation_gains_without_it(seed):
    """Rows, choices and limits alike; zones may fall into pieces, so that no cut depends on chance."""
    drawn = statement_case(seed)
    loose = drawn.scenario.rules.contiguity.model_copy(update={"method": "none"})
    scenario = drawn.scenario.model_copy(update={"rules": drawn.scenario.rules.model_copy(update={"contiguity": loose})})
    try:
        problem = formulate(drawn.district, scenario)
    except Infeasible:
        return
    found = prices(problem, problem.terms[0], drawn.district, scenario, 20)
    whole = tightened(problem)
    if whole is None:
        assert found.bound is None
        return
    assert found.bound == pytest.approx(whole, abs=1e-6)
    costs = {price.subject: -price.change for price in found.prices if price.key == "rules.statement"}
    for number in scenario.rules.statement:
        left = tuple(other for other in scenario.rules.statement if other != number)
        without = formulate(drawn.district, scenario.model_copy(update={"rules": scenario.rules.model_copy(update={"statement": left})}))
        less = tightened(without)
        if len(without.pairs) == len(problem.pairs):  # finding 6 forbids trips that nobody knows, and a price is for the same pairs
            assert costs.get(f"finding {number}", 0.0) == pytest.approx(max(whole - less, 0.0), abs=1e-4)  # tangents end near the curve


def tightened(problem) -> float | None:
    found = relaxed(problem, problem.terms[0], (), 20, Watch())
    return None if found is None else found.bound


def test_findings_cost_something_somewhere():
    """So that the prices above are not all nothing."""
    costs = set()
    for seed in range(30):
        drawn = statement_case(seed, (1, 3, 4, 5, 7))
        try:
            problem = formulate(drawn.district, drawn.scenario)
        except Infeasible:
            continue
        costs |= {price.subject for price in prices(problem, problem.terms[0], drawn.district, drawn.scenario, 20).prices}
    assert len({subject for subject in costs if subject.startswith("finding")}) >= 3


def test_where_cuts_take_too_long_prices_are_those_without_them(monkeypatch):
    """The first solve has no answer in time, that without cuts has: bound and prices are of the same relaxation."""

    def is_fit(seed):
        asked = statement_case(seed).scenario
        is_straight = asked.report.statement.index == "dissimilarity" and asked.goals[0].minimize != "isolation"  # tangents need `tighten`
        return is_straight and asked.rules.contiguity.method == "exact" and bound(statement_case(seed).district, asked) is not None

    drawn = statement_case(next(filter(is_fit, range(60))))
    problem = formulate(drawn.district, drawn.scenario)
    plain = relaxed(problem, problem.terms[0], (), 20, Watch(), is_cut=False)
    asked = []

    def slow(program, seconds):
        asked.append(program)
        return None if len(asked) == 1 else optimum(program, seconds)

    monkeypatch.setattr("rezoning.optimize.relaxed.optimum", slow)
    monkeypatch.setattr("rezoning.optimize.relaxed.tighten", lambda *_: SimpleNamespace(cuts=[Cut((0,), (), 1.0)]))
    found = prices(problem, problem.terms[0], drawn.district, drawn.scenario, 20)
    assert plain is not None
    assert found.bound == pytest.approx(plain.bound, abs=1e-6)
