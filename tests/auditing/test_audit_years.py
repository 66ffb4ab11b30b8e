"""Capacity over time: portables, limits of single schools, coming years, growth, and the years of a transition."""

import numpy as np
import pytest
from audited import draw, found, plan

from rezoning.auditing import Violation, audit, audit_today
from rezoning.scenario.schema import Rules

SEATS = {"capacity": np.array([20.0, 20.0])}


def test_limits_of_a_school_win():
    district = draw("AaaB", **SEATS)
    assert found("aaab", district, capacity={"max": 1.5}) == []
    assert found("aaab", district, capacity={"max": 1.5, "schools": {"A": {"max": 1.25}}}) == [
        "capacity: Oak Hill would hold 30 students, 5 above its limit of 25 (125 % of 20 seats)"
    ]
    assert found("aaab", district, capacity={"max": 1.0, "schools": {"A": {"max": 1.5}, "B": {"min": 0.75}}}) == [
        "capacity: Elm Grove would hold 10 students, 5 below its minimum of 15 (75 % of 20 seats)"
    ]
    assert found("aaab", district, capacity={"schools": {"B": {"max": 0.5}}}) == []


@pytest.mark.parametrize(("use", "message"), [(True, "3.5 above its limit of 26.5 (100 % of 20 seats and 6.5 portable seats)"), (False, None)])
def test_portables_are_seats_on_top(use, message):
    district = draw("AaaB", **SEATS, portables=np.array([6.5, 0]))
    expected = message or "10 above its limit of 20 (100 % of 20 seats)"
    assert found("aaab", district, capacity={"max": 1, "portables": use}) == [f"capacity: Oak Hill would hold 30 students, {expected}"]
    assert found("aabb", district, capacity={"max": 1, "portables": use}) == []


def test_portables_do_not_raise_the_minimum():
    district = draw("AaaB", **SEATS, portables=np.array([100.0, 100]))
    assert found("aabb", district, capacity={"min": 1, "max": 1, "portables": True}) == []


def test_capacity_holds_in_every_year_and_growth_scenario():
    district = draw("AaBb", **SEATS, years={"2030": np.array([10.0, 15, 5, 5])}, growth={"high": np.array([10.0, 10, 10, 12])})
    result = audit(plan("aabb"), district, Rules.model_validate({"capacity": {"min": 0.75, "max": 1}}))
    assert result.violations == (
        Violation("capacity", "A 2030", 25, 20, "capacity: in 2030, Oak Hill would hold 25 students, 5 above its limit of 20 (100 % of 20 seats)"),
        Violation("capacity", "B 2030", 10, 15, "capacity: in 2030, Elm Grove would hold 10 students, 5 below its minimum of 15 (75 % of 20 seats)"),
        Violation(
            "capacity", "B high", 22, 20, "capacity: with growth high, Elm Grove would hold 22 students, 2 above its limit of 20 (100 % of 20 seats)"
        ),
    )
    assert found("aabb", district, capacity={"min": 0.5, "max": 1.25}) == []
    now = audit_today(district, Rules.model_validate({"capacity": {"max": 1.2}}))
    assert [v.message for v in now.violations] == ["capacity: in 2030, Oak Hill holds 25 students, 1 above its limit of 24 (120 % of 20 seats)"]


def test_the_base_of_coming_years_is_todays_enrollment():
    district = draw("AaBb", years={"2030": np.array([10.0, 15, 5, 5])})
    assert found("aabb", district, capacity={"max": 1.2, "of": "current"}) == [
        "capacity: in 2030, Oak Hill would hold 25 students, 1 above its limit of 24 (120 % of today's 20 students)"
    ]


TRANSITION = {"grades": {"4": np.array([4.0, 4, 4, 4]), "5": np.array([0.0, 2, 0, 0])}}


def test_who_may_stay_counts_where_they_stay():
    district = draw("AaBb", **SEATS, **TRANSITION)
    rules = {"capacity": {"min": 0.8, "max": 1}, "phase_in": [{"year": "2027", "stay": {"4": 0.5, "5": 1}}, {"year": "2028", "stay": {"5": 1}}]}
    result = audit(plan("abbb"), district, Rules.model_validate(rules))
    assert [(v.subject, v.amount) for v in result.violations] == [  # 30 at Elm Grove, of whom 2 + 2 stay in the first year, 2 in the second
        ("A", 10), ("B", 30), ("A 2027", 14), ("B 2027", 26), ("A 2028", 12), ("B 2028", 28),
    ]  # fmt: skip
    assert result.violations[3].message == (
        "capacity: in 2027 of the transition, Elm Grove would hold 26 students, 6 above its limit of 20 (100 % of 20 seats)"
    )
    assert found("aabb", district, **rules) == []


def test_a_transition_can_break_what_the_plan_keeps():
    """Oak Hill's old pupils stay while new ones come: full in the first year only."""
    district = draw("AabB", students=[10, 10, 10, 10], **SEATS, grades={"5": np.array([0.0, 10, 0, 0])})
    rules = {"capacity": {"max": 1}, "contiguity": {"method": "none"}, "phase_in": [{"year": "first", "stay": {"5": 1}}]}
    assert found("abab", district, **rules) == [
        "capacity: in first of the transition, Oak Hill would hold 30 students, 10 above its limit of 20 (100 % of 20 seats)"
    ]


def test_nobody_stays_at_a_closed_school_and_new_units_have_none_to_stay_at():
    district = draw("Az.B", **SEATS, **TRANSITION)
    rules = {"capacity": {"max": 0.5}, "phase_in": [{"year": "2027", "stay": {"4": 1}}]}
    result = audit(plan("aabb"), district, Rules.model_validate(rules))
    assert [(v.subject, v.amount) for v in result.violations] == [("A", 20), ("B", 20), ("A 2027", 20), ("B 2027", 20)]


def test_today_is_its_own_transition():
    district = draw("AaBb", **SEATS, **TRANSITION)
    rules = Rules.model_validate({"capacity": {"min": 1, "max": 1}, "phase_in": [{"year": "2027", "stay": {"4": 1}}]})
    assert audit_today(district, rules).passed
