"""Access: walk zones, the nearest school, barriers, limits of walks and bus rides, units with limits of their own."""

import numpy as np
import pytest
from audited import draw, found, plan

from rezoning.auditing import Violation, audit, audit_today
from rezoning.scenario.schema import Rules

WALKABLE = np.array([[True, False], [True, True], [False, True], [False, False]])
LINE = "AabB"


def test_who_walks_keeps_the_school():
    district = draw(LINE, walkable=WALKABLE)
    result = audit(plan("abbb"), district, Rules.model_validate({"walk": {"guarantee": "keep"}}))
    assert result.violations == (Violation("walk", "01", 1, 0, "walk: unit '01' can walk to Oak Hill today and would go to Elm Grove"),)
    assert found("aaab", district, walk={"guarantee": "keep"}) == ["walk: unit '02' can walk to Elm Grove today and would go to Oak Hill"]
    assert found("aabb", district, walk={"guarantee": "keep"}) == []
    assert found("bbbb", draw("zAbB", walkable=WALKABLE), walk={"guarantee": "keep"}, school_in_own_zone=False) == [
        "walk: unit '01' can walk to Oak Hill today and would go to Elm Grove"
    ]


def test_who_can_walk_somewhere_walks():
    district = draw(LINE, walkable=WALKABLE)
    assert found("abbb", district, walk={"guarantee": "any"}) == []
    assert found("aaab", district, walk={"guarantee": "any"}) == [
        "walk: unit '02' can walk to Elm Grove, and would belong to Oak Hill, to which it cannot"
    ]
    today = audit_today(draw("AaaB", walkable=WALKABLE), Rules.model_validate({"walk": {"guarantee": "any"}}))
    assert [v.message for v in today.violations] == ["walk: unit '02' can walk to Elm Grove, and belongs to Oak Hill, to which it cannot"]


TRIPS = np.array([[0.0, 9], [2, 4], [np.nan, 5], [8, 0]])


def test_nearest():
    district = draw(LINE, travel=TRIPS)
    result = audit(plan("abbb"), district, Rules.model_validate({"nearest": {"within": 3}}))
    message = "nearest: unit '01' is 2 min from Oak Hill, within 3 min, and would belong to Elm Grove, 4 min off"
    assert result.violations == (Violation("nearest", "01", 4, 2, message),)
    assert found("abbb", district, nearest={"within": 1.9}) == []
    assert found("aaab", district, nearest={"within": 5}) == [
        "nearest: unit '02' is 5 min from Elm Grove, within 5 min, and would belong to Oak Hill, an unknown way off"
    ]
    assert found("aaab", district, nearest={"within": 4.9}) == []


def test_schools_equally_near_are_both_nearest():
    trips = np.array([[0.0, 9], [2, 2 + 1e-7], [9, 2], [8, 0]])
    assert found("abbb", draw(LINE, travel=trips), nearest={"within": 3}) == []
    trips[1, 1] = 2 + 1e-5
    assert len(found("abbb", draw(LINE, travel=trips), nearest={"within": 3})) == 1


def test_barriers():
    crossed = np.array([[False, False], [True, False], [True, False], [False, False]])
    district = draw(LINE, crossed=crossed)
    assert found("aaab", district, no_crossing={}) == ["no_crossing: a barrier lies between unit '02' and Oak Hill, to which it would belong"]
    assert found("aabb", district, no_crossing={}) == []
    assert found("aabb", district, no_crossing={"today": "forbid"}) == [
        "no_crossing: a barrier lies between unit '01' and Oak Hill, to which it would belong"
    ]
    assert [v.message for v in audit_today(district, Rules.model_validate({"no_crossing": {"today": "forbid"}})).violations] == [
        "no_crossing: a barrier lies between unit '01' and Oak Hill, to which it belongs"
    ]
    assert found("aabb", draw(LINE, crossed=crossed, current=None), no_crossing={}) == [
        "no_crossing: a barrier lies between unit '01' and Oak Hill, to which it would belong"
    ]


def test_assign_locked_and_stay_override_none_of_the_three():
    district = draw("AaaB", walkable=WALKABLE, travel=TRIPS, crossed=np.array([[False, False]] * 2 + [[True, False]] + [[False, False]]))
    rules = {"assign": {"02": "A"}, "protected": {"units": ["02"]}, "locked": {"units": ["02"]}, "travel": {"max": 1}}
    three = {"walk": {"guarantee": "any"}, "nearest": {"within": 5}, "no_crossing": {"today": "forbid"}}
    result = audit(plan("aaab"), district, Rules.model_validate(rules | three))
    assert [(v.rule, v.subject) for v in result.violations] == [("walk", "02"), ("nearest", "02"), ("no_crossing", "02")]


# -- modes -----------------------------------------------------------------------------------------------------------

WALKS = np.array([[0.0, np.nan], [12, 20], [np.nan, 15], [40, 0]])
RIDES = np.array([[0.0, 9], [3, 4], [6, 5], [8, 0]])


@pytest.mark.parametrize(
    ("school", "modes", "messages"),
    [
        ("abbb", {"walk": {"max": 20}}, []),
        ("abbb", {"walk": {"max": 15}}, ["travel: the walk from unit '01' to Elm Grove would take 20 min, 5 above its limit of 15 min"]),
        (
            "abbb",
            {"walk": {"max_increase": 0.5}},
            ["travel: the walk from unit '01' to Elm Grove would take 20 min, 2 above its limit of 18 min (50 % over today's 12 min)"],
        ),
        ("abbb", {"bus": {"max": 1}}, []),
        ("aaab", {"bus": {"max": 5.5}}, ["travel: the bus ride from unit '02' to Oak Hill would take 6 min, 0.5 above its limit of 5.5 min"]),
        ("aaab", {"bus": {"max_increase": 0.1}}, []),  # '02' walks 15 min today
        ("aaab", {"walk": {"max": 0.5}}, []),  # '01' stays
    ],
)
def test_modes(school, modes, messages):
    assert found(school, draw(LINE, walkable=WALKABLE, travel=RIDES, walk=WALKS), travel={"modes": modes}) == messages


def test_an_increase_is_over_todays_trip_as_it_is_made_today():
    """'02' goes 5 min by bus to Elm Grove today, and would walk 14 min to Oak Hill; without walks of their own every trip is a ride."""
    walkable, walks = WALKABLE.copy(), WALKS.copy()
    walkable[2], walks[2] = [True, False], [14, 60]
    said = "travel: the walk from unit '02' to Oak Hill would take 14 min, 6.5 above its limit of 7.5 min (50 % over today's 5 min)"
    rules = {"travel": {"modes": {"walk": {"max_increase": 0.5}}}}
    assert found("aaab", draw(LINE, walkable=walkable, travel=RIDES, walk=walks), **rules) == [said]
    assert found("aaab", draw(LINE, walkable=walkable, travel=RIDES), **rules) == []  # 6 min over 5
    ride = "travel: the bus ride from unit '02' to Oak Hill would take 6 min, 0.5 above its limit of 5.5 min (10 % over today's 5 min)"
    assert found("aaab", draw(LINE, walkable=WALKABLE, travel=RIDES), travel={"modes": {"bus": {"max_increase": 0.1}}}) == [ride]


def test_modes_come_on_top_and_a_walk_within_polygons_is_as_long_as_the_trip():
    district = draw(LINE, walkable=WALKABLE, travel=RIDES)
    assert found("abbb", district, travel={"max": 3.5, "modes": {"walk": {"max": 3}}}) == [
        "travel: from unit '01' to Elm Grove would take 4 min, 0.5 above the limit of 3.5 min",
        "travel: the walk from unit '01' to Elm Grove would take 4 min, 1 above its limit of 3 min",
    ]


def test_a_walk_of_unknown_length_has_no_limit():
    walks = WALKS.copy()
    walks[1, 1] = np.nan
    assert found("abbb", draw(LINE, walkable=WALKABLE, travel=RIDES, walk=walks), travel={"modes": {"walk": {"max": 1}}}) == []


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ({}, False),
        ({"travel": {"always_within": 4}}, True),
        ({"travel": {"always_within": 3.9}}, False),
        ({"travel": {"units": {"01": 4}}}, True),
        ({"travel": {"units": {"01": 3.9}}}, False),
        ({"travel": {"units": {"00": 99}}}, False),
        ({"assign": {"01": "B"}}, True),
    ],
)
def test_what_lifts_the_limits_of_modes(rules, passes):
    district = draw(LINE, walkable=WALKABLE, travel=RIDES, walk=WALKS)
    rules = rules | {"travel": {"modes": {"walk": {"max": 15}}} | rules.get("travel", {})}
    assert (found("abbb", district, **rules) == []) is passes


def test_a_stay_is_lifted_only_where_staying_is_allowed():
    district = draw(LINE, walkable=WALKABLE, travel=RIDES, walk=WALKS)
    rules = {"travel": {"modes": {"walk": {"max": 10}}}}
    assert found("aabb", district, **rules) == []
    assert found("aabb", district, **rules, stay_allowed=False) == [
        "travel: the walk from unit '01' to Oak Hill would take 12 min, 2 above its limit of 10 min",
        "travel: the walk from unit '02' to Elm Grove would take 15 min, 5 above its limit of 10 min",
    ]
    assert found("aabb", district, **rules, stay_allowed=False, protected={"units": ["01", "02"]}) == []


@pytest.mark.parametrize(
    ("units", "messages"),
    [
        ({}, ["travel: from unit '01' to Elm Grove would take 4 min, 3 above the limit of 1 min"]),
        ({"01": 4}, []),
        ({"01": 3}, ["travel: from unit '01' to Elm Grove would take 4 min, 1 above the limit of 3 min (its own)"]),
        ({"01": 0.5}, ["travel: from unit '01' to Elm Grove would take 4 min, 3.5 above the limit of 0.5 min (its own)"]),
        ({"02": 4}, ["travel: from unit '01' to Elm Grove would take 4 min, 3 above the limit of 1 min"]),
    ],
)
def test_a_limit_of_a_units_own(units, messages):
    assert found("abbb", draw(LINE, travel=RIDES), travel={"max": 1, "units": units}) == messages


@pytest.mark.parametrize("others", [{"max": 60}, {"always_within": 60}, {"max_increase": 9}, {"max": 60, "modes": {"bus": {"max": 60}}}])
def test_a_limit_of_a_units_own_forbids_what_the_others_allow(others):
    district, rule = draw(LINE, travel=RIDES, walkable=WALKABLE), {"units": {"01": 3.5}, **others}
    assert found("abbb", district, travel=rule) == ["travel: from unit '01' to Elm Grove would take 4 min, 0.5 above the limit of 3.5 min (its own)"]
    assert found("aabb", district, travel=rule | {"units": {"01": 1}}) == []  # it stays
    assert found("aabb", district, travel=rule | {"units": {"01": 1}}, stay_allowed=False)[0].endswith("2 above the limit of 1 min (its own)")


def test_an_unknown_trip_is_within_no_limit_of_its_own():
    trips = RIDES.copy()
    trips[1, 1] = np.nan
    assert found("abbb", draw(LINE, travel=trips), travel={"units": {"01": 99}}) == ["travel: no trip from unit '01' to Elm Grove is known"]
