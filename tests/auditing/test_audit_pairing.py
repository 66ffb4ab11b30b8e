"""The audit of buildings: a plan that is whole passes, and each way to break one is told by its own rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rezoning.auditing import Audit, audit, audit_today
from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import ScenarioError
from rezoning.scenario.schema import Scenario

GRADES = ("K", "1", "2")
ALL = {"units": {"path": "u.csv", "students": "n", "current_school": "z", "groups": {"low": "l"}}, "schools": {"path": "s.csv", "capacity": "c"}}


def row() -> District:
    """Five schools in a row, each with a unit and 30 students, ten in each grade; E is out of the way of all."""
    tens = np.full(5, 10.0)
    return District(
        unit_ids=tuple("abcde"), students=np.full(5, 30.0), school_ids=tuple("ABCDE"), school_names=tuple("ABCDE"), school_unit=np.arange(5),
        edges=np.array([[0, 1], [1, 2], [2, 3]]), border_m=np.array([100.0, 100.0, 2.0]), current=np.arange(5), capacity=np.full(5, 35.0),
        groups={"low": np.array([30.0, 0, 15, 15, 15])}, grades=dict.fromkeys(GRADES, tens),
    )  # fmt: skip


def asked(rules: dict[str, Any] | None = None, **pairing: Any) -> Scenario:
    goals = [{"minimize": "dissimilarity", "group": "low"}]
    free = {} if "given" in pairing else {"most": 3, "triples": "connected"}
    said = {**free, "grades": list(GRADES), **pairing}
    return Scenario.model_validate({"name": "row", "data": ALL, "pairing": said, "rules": rules or {}, "goals": goals})


def judged(at: dict[str, str], scenario: Scenario | None = None, zone: str = "ABCDE", grades: tuple[str, ...] = GRADES) -> Audit:
    """The audit of a plan: of zones the schools with their grades, K to 2; those that are not named keep theirs."""
    rows = ["ABCDE".index(s) * np.ones(3, dtype=int) for s in "ABCDE"]
    for zones, schools in at.items():
        for s in zones:
            rows["ABCDE".index(s)] = np.array(["ABCDE".index(one) for one in schools])
    plan = Plan(["ABCDE".index(s) for s in zone], Buildings(np.array(rows), grades))
    return audit(plan, row(), scenario or asked({"capacity": {"max": 1}}))


def test_whole_plans_pass() -> None:
    assert judged({}).passed
    assert judged({"ABC": "BAC"}).passed
    assert judged({"ABC": "CBA"}).passed
    assert not judged({"AB": "AAB"}).passed  # 40 students, 35 seats
    assert judged({"AB": "AAB"}, asked()).passed


BROKEN: tuple[tuple[str, dict[str, str], dict[str, Any], str], ...] = (
    ("no neighbors", {"AC": "AAC"}, {}, "no neighbors"),
    ("a border that is too short", {"CD": "CCD"}, {"min_shared_m": 5}, "no neighbors"),
    ("a triple that is a chain", {"ABC": "ABC"}, {"triples": "pairwise"}, "no neighbors"),
    ("too many schools", {"ABC": "ABC"}, {"most": 2}, "cluster of 3"),
    ("a run with a hole", {"AB": "ABA"}, {}, "do not follow"),
    ("a school without a grade", {"AB": "AAA"}, {}, "no grade"),
    ("zones that do not agree", {"A": "AAB", "B": "ABB"}, {}, "different buildings"),
    ("a building of one zone alone", {"A": "AAB"}, {}, "different buildings"),
    ("a run that is not listed", {"AB": "AAB"}, {"spans": [["K"], ["1", "2"]]}, "none of pairing.spans"),
    ("kept apart", {"AB": "AAB"}, {"keep": [["B", "C"]]}, "are to be in one cluster"),
    ("parted together", {"AB": "AAB"}, {"forbid": [["A", "B"]]}, "are not to be in one cluster"),
    ("left alone, and is not", {"AB": "AAB"}, {"except_schools": ["B"]}, "left alone"),
    ("below the floor", {"AB": "AAB"}, {"min_of_own": 0.9}, "below 27"),
    ("published rows", {"AB": "AAB"}, {"feeder_rows": True, "min_of_own": 0.5}, "would not fit"),
)


@pytest.mark.parametrize(("at", "pairing", "said"), [one[1:] for one in BROKEN], ids=[one[0] for one in BROKEN])
def test_each_way_to_break_a_plan_is_told(at: dict[str, str], pairing: dict[str, Any], said: str) -> None:
    scenario = asked({"capacity": {"max": 1.3, "schools": {"B": {"max": 1}}}} if "feeder_rows" in pairing else {}, **pairing)
    found = judged(at, scenario)
    assert not found.passed
    assert any(said in one.message for one in found.violations), found
    assert all(one.rule.startswith("pairing") for one in found.violations)


def test_zones_stay_as_they_are() -> None:
    found = judged({}, zone="AACDE")
    assert [one.rule for one in found.violations] == ["pairing"]
    assert "zones stay as they are" in found.violations[0].message


def test_buildings_of_other_grades_or_schools_are_no_plan() -> None:
    assert "splits the grades" in judged({}, grades=("K", "1", "3")).violations[0].message
    plan = Plan(np.arange(5), Buildings(np.full((5, 3), 7), GRADES))
    assert "one open school" in audit(plan, row(), asked()).violations[0].message


def test_rules_are_of_buildings() -> None:
    """Who changes buildings is reassigned, and shares are those of buildings."""
    paired = {"AB": "AAB"}
    assert judged(paired, asked({"reassigned": {"max_share": 0.2}})).passed  # 10 of B's and 20 of A's... of 150: 30 change
    assert not judged(paired, asked({"reassigned": {"max_share": 0.19}})).passed
    assert not judged({}, asked({"bands": [{"group": "low", "within": 0.3}]})).passed
    assert judged(paired, asked({"bands": [{"group": "low", "within": 0.3}]})).passed
    assert not judged(paired, asked({"locked": {"units": ["a"]}})).passed
    assert not judged(paired, asked({"locked": {"schools": ["A"]}})).passed
    assert judged(paired, asked({"locked": {"schools": ["C"]}})).passed
    assert not judged(paired, asked({"forbid": [["a", "B"]]})).passed


def test_a_school_alone_may_stay_over_its_seats_unless_it_is_held() -> None:
    full = {"capacity": {"max": 1, "schools": {"E": {"max": 0.5}}}}
    assert judged({}, asked(full)).passed
    assert not judged({}, asked(full, alone="held")).passed
    assert not judged({"AB": "AAB"}, asked(full)).passed  # a cluster is held
    assert audit_today(row(), asked(full)).violations  # type: ignore[union-attr]


def test_buildings_that_nobody_asked_for_are_told() -> None:
    plan = Plan(np.arange(5), Buildings.alone(5, GRADES))
    scenario = Scenario.model_validate({"name": "row", "data": ALL, "goals": [{"minimize": "dissimilarity", "group": "low"}]})
    found = audit(plan, row(), scenario.model_copy(update={"rules": scenario.rules.model_copy(update={"school_in_own_zone": True})}))
    assert any("no section pairing" in one.message for one in found.violations)


def test_names_that_are_not_there_are_told() -> None:
    with pytest.raises(ScenarioError, match="no school 'X'"):
        judged({}, asked(keep=[["A", "X"]]))


GIVEN = {"given": [["B", "A"]], "spans": [["K"], ["1", "2"]]}


def test_given_clusters_are_those_that_are_given() -> None:
    scenario = asked({"contiguity": {"method": "none"}}, **GIVEN)
    assert judged({"AB": "BAA"}, scenario).passed
    assert judged({"AB": "BAA"}, scenario, zone="BBCDE").passed  # the shared zone, whichever of its schools it is called by
    assert "cluster that is given" in judged({}, scenario).violations[0].message
    assert "order that is given" in judged({"AB": "ABB"}, scenario).violations[0].message


def test_redrawn_zones_are_in_one_piece_with_their_buildings() -> None:
    scenario = asked({"contiguity": {"islands": "forbid"}}, **GIVEN)
    assert judged({"AB": "BAA"}, scenario, zone="ABCCE").violations  # D's unit is not with D
    moved = judged({"AB": "BAA"}, scenario, zone="CBCDE")
    assert {one.rule for one in moved.violations} >= {"pairing"}
