"""Burden and balance of flows: who carries the change, against hand-computed shares and minutes."""

import numpy as np
import pytest
from audited import draw, found, plan

from rezoning.auditing import Violation, audit, audit_today
from rezoning.errors import ScenarioError
from rezoning.scenario.schema import Rules

FREE = {"contiguity": {"method": "none"}, "school_in_own_zone": False}
TRIPS = np.array([[0.0, 10], [2, 8], [3, 5], [9, 0]])
WALKABLE = np.array([[True, False], [True, False], [False, True], [False, True]])


def one(**changes):
    """Four units of ten students, of whom 12 in all are black.

    ::

        unit   00  01  02  03
        today   A   a   a   B
        black   2   6   3   1
        to B  +10  +6  +2
    """
    given = {"groups": {"black": np.array([2.0, 6, 3, 1]), "nobody": np.zeros(4)}, "travel": TRIPS, "walkable": WALKABLE}
    return draw("AaaB", **(given | changes))


def burden(measure, **limits):
    return {"burden": [{"group": "black", "measure": measure} | limits], **FREE}


def test_reassigned():
    """6 of 12 black students move, 10 of 40 in all."""
    result = audit(plan("abab"), one(), Rules.model_validate(burden("reassigned", max_ratio=1.1)))
    message = "burden: 50 % of group 'black' would change schools, above the limit of 27.5 % (1.1 times the 25 % of all students)"
    assert result.violations == (Violation("burden", "black", 0.5, pytest.approx(0.275), message),)
    assert found("abab", one(), **burden("reassigned", max_ratio=2)) == []
    assert found("abab", one(), **burden("reassigned", max_extra=0.2)) == [
        "burden: 50 % of group 'black' would change schools, above the limit of 45 % (20 points more than the 25 % of all students)"
    ]
    assert found("abab", one(), **burden("reassigned", max_extra=0.25)) == []
    assert len(found("abab", one(), **burden("reassigned", max_ratio=1, max_extra=0))) == 2


def test_added_travel():
    """6 x 6 min over 12 black students, 10 x 6 min over 40."""
    assert found("abab", one(), **burden("added_travel", max_extra=1)) == [
        "burden: 3 min would be added to the trip of the mean student of group 'black', "
        "above the limit of 2.5 min (1 min more than the 1.5 min of all students)"
    ]
    assert found("abab", one(), **burden("added_travel", max_extra=1.5)) == []
    assert len(found("abab", one(), **burden("added_travel", max_ratio=1.99))) == 1
    assert found("abab", one(), **burden("added_travel", max_ratio=2)) == []


@pytest.mark.parametrize(
    "changes",
    [{"travel": np.where(TRIPS == 2, np.nan, TRIPS)}, {"travel": np.where(TRIPS == 8, np.nan, TRIPS)}, {"current": np.array([0, -1, 0, 1])}],
    ids=["of today", "of the plan", "new"],
)
def test_a_trip_that_is_unknown_adds_nothing(changes):
    assert found("abab", one(**changes), **burden("added_travel", max_extra=0)) == []


def test_walk_lost():
    """'01' could walk to Oak Hill; '02' could not and gains Elm Grove."""
    assert found("abbb", one(), **burden("walk_lost", max_ratio=1.5)) == [
        "burden: 50 % of group 'black' could walk to school no more, above the limit of 37.5 % (1.5 times the 25 % of all students)"
    ]
    assert found("abbb", one(), **burden("walk_lost", max_ratio=2)) == []
    assert found("aabb", one(), **burden("walk_lost", max_ratio=0)) == []


def test_long_rides():
    """Above 4 minutes: '01' and '02' at Elm Grove."""
    rules = burden("long_rides", max_ratio=1, over=4)
    assert found("abbb", one(), **rules) == [
        "burden: 75 % of group 'black' would have a long ride, above the limit of 50 % (1 times the 50 % of all students)"
    ]
    assert found("abbb", one(current=None), **rules) != []
    assert found("abbb", one(), **burden("long_rides", max_ratio=1, over=5)) != []  # 5 minutes are not above 5: only '01', 6 of 12 against 10 of 40
    assert found("abbb", one(), **burden("long_rides", max_ratio=2, over=5)) == []
    assert found("abbb", one(), **burden("long_rides", max_ratio=1, over=8)) == []
    now = audit_today(one(current=np.array([0, 1, 1, 1])), Rules.model_validate(rules))
    assert now.violations[0].message == (
        "burden: 75 % of group 'black' have a long ride, above the limit of 50 % (1 times the 50 % of all students)"
    )


def test_groups_without_students_bear_nothing_and_today_bears_nothing():
    assert found("abab", one(), burden=[{"group": "nobody", "measure": "reassigned", "max_ratio": 0}], **FREE) == []
    rules = {"burden": [{"group": "black", "measure": m, "max_ratio": 0, "max_extra": 0} for m in ("reassigned", "added_travel", "walk_lost")]}
    assert audit_today(one(), Rules.model_validate(rules)).passed


@pytest.mark.parametrize(("beyond", "passes"), [(0.5e-9, True), (2e-9, False)])
def test_tolerance_of_shares(beyond, passes):
    assert (found("abab", one(), **burden("reassigned", max_extra=0.25 - beyond)) == []) is passes


@pytest.mark.parametrize(("beyond", "passes"), [(0.5e-6, True), (2e-6, False)])
def test_tolerance_of_minutes(beyond, passes):
    assert (found("abab", one(), **burden("added_travel", max_extra=1.5 - beyond)) == []) is passes


# -- flows -----------------------------------------------------------------------------------------------------------


def areas(**changes):
    """Oak Hill stands in the north, Elm Grove in the south; '00' to '02' are northern units."""
    given = {"columns": {"area": np.array(["N", "N", "N ", "S", "S"])}, "groups": {"black": np.array([1.0, 2, 3, 4, 5])}}
    return draw("AabbB", **(given | changes))


@pytest.mark.parametrize(
    ("school", "rule", "messages"),
    [
        (
            "abbbb",
            {},
            ["flow_balance: 10 students would go from N to S, 10 above the limit of 0 (1.5 times the 0 who would go from S to N)"],
        ),
        (
            "bbbbb",
            {"max_ratio": 1.5},
            ["flow_balance: 20 students would go from N to S, 20 above the limit of 0 (1.5 times the 0 who would go from S to N)"],
        ),
        ("bbbaa", {"max_ratio": 1}, []),
        (
            "abbaa",
            {"max_ratio": 1},
            ["flow_balance: 20 students would go from S to N, 10 above the limit of 10 (1 times the 10 who would go from N to S)"],
        ),
        ("abbaa", {"max_ratio": 1, "ways": "one"}, []),
        ("abbaa", {"max_ratio": 2}, []),
        (
            "abbaa",
            {"group": "black"},
            ["flow_balance: 9 students of group 'black' would go from S to N, 6 above the limit of 3 (1.5 times the 2 who would go from N to S)"],
        ),
    ],
)
def test_flow_balance(school, rule, messages):
    district = areas()
    rules = {"flow_balance": [{"column": "area", "between": ["N", "S"]} | rule], **FREE}
    assert found(school, district, **rules) == messages


def test_flow_balance_of_today_and_its_subject():
    rules = Rules.model_validate({"flow_balance": [{"column": "area", "between": ["S", "N"], "max_ratio": 1}], **FREE})
    assert audit_today(areas(), rules).passed
    result = audit(plan("abbaa"), areas(), rules)
    assert [(v.rule, v.subject, v.amount, v.limit) for v in result.violations] == [("flow_balance", "S to N", 20, 10)]


def test_areas_that_are_not_there():
    with pytest.raises(ScenarioError) as caught:
        found("aabbb", areas(), flow_balance=[{"column": "area", "between": ["N", "West"]}])
    assert str(caught.value) == "rules.flow_balance[0].between: no unit has 'West' in column 'area'. Use texts of that column."
