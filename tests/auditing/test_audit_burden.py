"""Burden and balance of flows: who carries the change, against hand-computed shares and minutes."""

from dataclasses import replace

import numpy as np
import pytest
from audited import draw, found, plan

from rezoning.auditing import Violation, audit, audit_today
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


def test_who_has_no_trip_today_has_nothing_to_add_to():
    """A new unit counts with nothing added; where today's trip is unknown nobody counts; and nobody may have an unknown trip."""
    rule = burden("added_travel", max_extra=0)
    assert found("abab", one(current=np.array([0, -1, 0, 1])), **rule) == []
    assert found("abab", one(travel=np.where(TRIPS == 2, np.nan, TRIPS)), **rule) == []
    lost = one(travel=np.where(TRIPS == 8, np.nan, TRIPS))
    assert found("abab", lost, **rule) == ["travel: no trip from unit '01' to Elm Grove is known"]
    assert found("aaab", lost, **rule) == []


def test_added_travel_of_a_closed_school_is_counted():
    """'01' goes 2 min to the closed school, and would go 8: like one that leaves Oak Hill."""
    closed = one(current=np.array([0, 2, 0, 1]), closed_ids=("Z9",), closed_travel=np.full((4, 1), 2.0))
    assert found("abab", closed, **burden("added_travel", max_extra=1))[0].startswith("burden: 3 min would be added")
    assert found("abab", replace(closed, closed_travel=None), **burden("added_travel", max_extra=1)) == []
    assert found("abab", replace(closed, closed_walkable=np.full((4, 1), True)), **burden("walk_lost", max_extra=0)) != []


@pytest.mark.parametrize(("ratio", "passes"), [(1.1, True), (1, True), (0.9, True)])
def test_a_ratio_below_zero_asks_for_no_more_than_everyones(ratio, passes):
    """Everyone's trip gets 6 min shorter, the group's too: equal treatment is never a breach, whatever the ratio."""
    shorter = one(travel=np.array([[8.0, 2], [8, 2], [8, 2], [8, 2]]), current=np.zeros(4, dtype=np.int64))
    rules = burden("added_travel", max_ratio=ratio) | {"contiguity": {"method": "none"}, "school_in_own_zone": False}
    assert (found("bbbb", shorter, **rules) == []) is passes
    assert found("abbb", shorter, **rules) == []
    assert found("babb", shorter, **rules) == [
        "burden: -3 min would be added to the trip of the mean student of group 'black', "
        "above the limit of -4.5 min (no more than the -4.5 min of all students)"
    ]


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
    assert now.violations[0].message == ("burden: 75 % of group 'black' have a long ride, above the limit of 50 % (1 times the 50 % of all students)")


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
