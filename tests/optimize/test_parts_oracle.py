"""Units in several places, and units that are kept together: every engine against the oracle, which knows that contiguity is about the land."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from conftest import few, shared_out, swept
from drawn import Case, case, parted, picture, scenario
from lever_cases import lever_case
from levers import LeverOracle
from oracle import Oracle, Truth

from rezoning.auditing import audit
from rezoning.district.district import Land
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.metrics.measure import measure
from rezoning.optimize.engine import solve
from rezoning.optimize.result import Status
from rezoning.optimize.search.anneal import Search

SEEDS = range(400)
CLOSE = 1e-6


@cache
def tied(seed: int, in_places: bool) -> Case:
    """A drawn case in which two or three units, wherever they are, are kept together."""
    drawn, rng = (parted if in_places else case)(seed, 9, method="exact"), np.random.default_rng([seed, 3])
    groups = [rng.permutation(drawn.district.unit_ids)[: rng.integers(2, 4)].tolist()]
    rule = scenario({"keep_together": {"groups": groups}}).rules.keep_together
    rules = drawn.scenario.rules.model_copy(update={"keep_together": rule})
    return Case(drawn.district, drawn.scenario.model_copy(update={"rules": rules}))


KINDS: dict[str, tuple[type[Oracle], Callable[[int], Case]]] = {
    "plain": (Oracle, parted),
    "levers": (LeverOracle, lambda seed: lever_case(seed, in_places=True)),
    "tied": (LeverOracle, lambda seed: tied(seed, False)),
    "tied and in places": (LeverOracle, lambda seed: tied(seed, True)),
}


@cache
def oracle(seed: int, kind: str = "plain") -> Oracle:
    judge, drawn = KINDS[kind]
    return judge(drawn(seed).district, drawn(seed).scenario)


@cache
def truth(seed: int, kind: str = "plain") -> Truth:
    return oracle(seed, kind).truth()


@pytest.fixture(autouse=True)
def _short_repair(monkeypatch):
    """Where no plan exists the search for a first one only ends with its time: give it little."""
    repair = Search.repair
    monkeypatch.setattr(Search, "repair", lambda self, start, seconds, *rest: repair(self, start, min(seconds, 0.02), *rest))


def check(seed: int, kind: str, **settings) -> None:
    """The exact engines find the optimum, prove it, and bound it validly; where there is no plan they say so."""
    district, asked = KINDS[kind][1](seed).district, KINDS[kind][1](seed).scenario
    best = truth(seed, kind)
    try:
        problem = formulate(district, asked)
    except Infeasible:
        assert not best.is_feasible
        return
    result = solve(problem, asked.solve.model_copy(update=settings))
    if not best.is_feasible:
        assert (result.status, result.plan) == (Status.INFEASIBLE, None)
        return
    assert result.plan is not None
    is_restricted = asked.rules.contiguity.method == "closer_neighbor"
    assert oracle(seed, kind).breaches(result.plan.school) == []
    assert audit(result.plan, district, asked.rules).passed or is_restricted
    assert [goal.value for goal in result.goals] == pytest.approx(oracle(seed, kind).values(result.plan.school), abs=CLOSE)
    last, least = (result.goals[-1], best.values[-1]) if result.objective is None else (result.objective, best.objective)
    assert last.value == pytest.approx(least, abs=CLOSE)
    proven = {Status.OPTIMAL, Status.WITHIN_GAP} if any(goal.give_up for goal in asked.goals) else {Status.OPTIMAL}
    assert result.status in ({Status.FEASIBLE} if is_restricted else proven)
    assert last.bound is None if is_restricted else last.bound <= least + CLOSE


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("seeds", "solver"), shared_out(["scip", "highs", "cbc"], SEEDS[::50], SEEDS))
def test_exact_engines_agree(seeds, kind, solver):
    for seed in seeds:
        check(seed, kind, solver=solver)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seeds", swept(SEEDS[::100], SEEDS))
def test_auto_agrees(seeds, kind):
    for seed in seeds:
        check(seed, kind, method="auto")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seeds", swept(SEEDS[::100], SEEDS))
def test_the_search_obeys_every_rule(seeds, kind):
    for seed in seeds:
        check_search(seed, kind)


def check_search(seed: int, kind: str) -> None:
    district, asked = KINDS[kind][1](seed).district, KINDS[kind][1](seed).scenario
    try:
        problem = formulate(district, asked)
    except Infeasible:
        return
    result = solve(problem, asked.solve.model_copy(update={"method": "anneal", "time_limit": 0.2}))
    if result.plan is None:
        return
    assert truth(seed, kind).is_feasible
    assert oracle(seed, kind).breaches(result.plan.school) == []
    assert [goal.value for goal in result.goals] == pytest.approx(oracle(seed, kind).values(result.plan.school), abs=CLOSE)


@pytest.mark.parametrize("seed", few(range(120), 10))
def test_the_audit_agrees_on_any_plan(seed):
    district, asked = parted(seed).district, parted(seed).scenario
    rng = np.random.default_rng(seed)
    for _ in range(20):
        plan = rng.integers(0, district.num_schools, district.num_units)
        if rng.random() < 0.7:
            plan[district.school_unit] = np.arange(district.num_schools)
        found = {broken.rule for broken in audit(Plan(plan), district, asked.rules).violations}
        is_told = "school_in_own_zone" in found  # which is said instead of an anchor without its school
        if asked.rules.contiguity.method != "closer_neighbor" and not is_told:
            assert ("contiguity" in found) == ("contiguity" in oracle(seed).breaches(plan))


def test_the_cases_are_of_all_kinds():
    """Plans, none, and plans that only the drawn land forbids."""
    feasible = sum(truth(seed).is_feasible for seed in SEEDS[:80])
    assert 20 < feasible < 75
    stricter = sum(truth(seed) != Oracle(replace(parted(seed).district, parts=None), parted(seed).scenario).truth() for seed in SEEDS[:80])
    assert stricter > 15


# -- by hand: a row of six squares, of which the first and the last are one unit ------------------------------------------------


def row(today: str, **more):
    """Units 0 to 4 in a row, and a second piece of unit 0 at the end."""
    land = Land(np.array([0, 1, 2, 3, 4, 0]), np.array([(k, k + 1) for k in range(5)]))
    return picture(today, edges=[(0, 1), (0, 4), (1, 2), (2, 3), (3, 4)], parts=land, **more)


def test_a_unit_in_two_places_holds_no_zone_together():
    """B's zone lies between the two places of A's unit: what A has at the other end is cut off from its school."""
    district, asked = row("AbBba"), scenario({"contiguity": {"islands": "forbid"}})
    with pytest.raises(Infeasible, match=r"drawn in several places.*data\.adjacency\.links: \[\['00', '00'\]\]"):
        formulate(district, asked)
    report = audit(Plan(np.array([0, 1, 1, 1, 0])), district, asked.rules)
    assert [broken.message for broken in report.violations] == [
        "contiguity: School A's zone would have a detached piece of 1 unit with 10 students and 1 part of a unit drawn in several places: "
        "unit '04' and its neighbors"
    ]
    assert measure(Plan(np.array([0, 1, 1, 1, 0])), district)["pieces"] == {"A": 2, "B": 1}


def test_todays_pieces_stay_around_their_anchors():
    """Under `keep` the other end may stay, for it is a piece of today's zone; the unit beside it may leave, as the anchor is the unit with more."""
    district = row("AbBba", students=[20, 10, 10, 10, 10])
    asked = scenario({"contiguity": {"islands": "keep"}, "forbid": [["04", "A"]]})
    result = solve(formulate(district, asked), asked.solve)
    assert result.plan is not None
    assert result.plan.school.tolist() == [0, 1, 1, 1, 1]
    assert audit(result.plan, district, asked.rules).passed


def test_what_nothing_touches_is_named():
    district = row("AbBba")
    alone = replace(district, parts=Land(district.land.unit, district.land.edges[:-1]))
    with pytest.raises(Infeasible, match=r"a part of a unit drawn in several places can be joined to no school over land: 00\."):
        formulate(alone, scenario({"contiguity": {"islands": "forbid"}}))


def test_units_that_are_kept_together_hold_no_zone_together_either():
    """The ends of a row have one school by rule, which is no way across what lies between them."""
    district = picture("AbBba")
    asked = scenario({"keep_together": {"groups": [["00", "04"]]}, "contiguity": {"islands": "forbid"}})
    with pytest.raises(Infeasible):
        formulate(district, asked)
    assert not audit(Plan(np.array([0, 1, 1, 1, 0])), district, asked.rules).passed
