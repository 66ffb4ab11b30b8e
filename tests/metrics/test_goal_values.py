"""Every goal's natural value on one district, by hand, and what it says where it has none."""

from math import log, pi
from typing import get_args

import numpy as np
import pytest
from lined import FARTHER, PLAN, line, rules

from rezoning.district.plan import Plan
from rezoning.errors import ScenarioError
from rezoning.metrics.feeders import BETWEEN
from rezoning.metrics.goals import UNDEFINED, VALUES, goal_value
from rezoning.scenario.goals import Minimize
from rezoning.scenario.schema import Goal


def test_every_goal_has_a_value_and_a_reason_to_have_none():
    assert set(VALUES) | set(BETWEEN) == set(UNDEFINED) == set(get_args(Minimize))
    assert not set(VALUES) & set(BETWEEN)


def value(goal, plan=PLAN, given=None, **changes) -> float:
    return goal_value(Goal.model_validate(goal), plan, line(**changes), given)


def _entropy(*shares: float) -> float:
    return -sum(p * log(p) for p in shares if p)


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ({"minimize": "normalized_exposure", "group": "poor"}, (60 * 0.14**2 + 40 * 0.21**2) / (100 * 0.36 * 0.64)),
        ({"minimize": "isolation", "group": "poor"}, 30 / 36 * 0.5 + 6 / 36 * 0.15),
        (
            {"minimize": "theil_h"},  # poor, rich, other: 36, 30, 34 in all, 30, 9, 21 at Oak Hill, 6, 21, 13 at Elm Grove
            1 - (60 * _entropy(30 / 60, 9 / 60, 21 / 60) + 40 * _entropy(6 / 40, 21 / 40, 13 / 40)) / (100 * _entropy(0.36, 0.3, 0.34)),
        ),
        ({"minimize": "max_deviation", "group": "poor"}, 0.36 - 0.15),
        ({"minimize": "reassigned"}, 0.3),
        ({"minimize": "schools_changed"}, 2),
        ({"minimize": "burden_gap", "measure": "reassigned"}, 12 / 36 - 0.3),
        ({"minimize": "burden_gap", "measure": "reassigned", "groups": ["rich"]}, 0),
        ({"minimize": "not_walking"}, 0.3),
        ({"minimize": "walk_lost"}, 0),
        ({"minimize": "long_rides", "over": 2}, 0.3),
        ({"minimize": "long_rides", "over": 1.5}, 0.7),
        ({"minimize": "long_rides", "over": 3}, 0),
        ({"minimize": "added_travel"}, 0),
        ({"minimize": "travel"}, 2.0),
        ({"minimize": "over_capacity"}, 0.1),
        ({"minimize": "out_of_utilization", "min": 0.7, "max": 1}, (10 + 2) / 100),
        ({"minimize": "out_of_utilization", "min": 0.7}, 0.02),
        ({"minimize": "out_of_utilization", "max": 0.5}, (35 + 10) / 100),
        ({"minimize": "utilization_spread"}, 60 / 50 - 40 / 60),
        ({"minimize": "portables"}, 10),
        ({"minimize": "boundary_length"}, 0.1),
        ({"minimize": "cut_edges"}, 1),
        ({"minimize": "polsby_popper"}, 1 - (4 * pi * 0.04 / 1.0**2 + 4 * pi * 0.02 / 0.6**2) / 2),
    ],
    ids=lambda part: part["minimize"] if isinstance(part, dict) else "",
)
def test_by_hand(goal, expected):
    assert value(goal) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ({"minimize": "added_travel"}, 20 * 6 / 70),
        ({"minimize": "walk_lost"}, 0.2),
        ({"minimize": "not_walking"}, 0.5),
        ({"minimize": "long_rides", "over": 7}, 0.2),
        ({"minimize": "burden_gap", "measure": "added_travel"}, 10 * 6 / 24 - 120 / 70),
        ({"minimize": "burden_gap", "measure": "walk_lost"}, 10 / 36 - 0.2),
        ({"minimize": "burden_gap", "measure": "long_rides", "over": 7, "groups": ["rich", "poor"]}, 10 / 36 - 0.2),
        ({"minimize": "burden_gap", "measure": "long_rides", "over": 7, "groups": ["rich"]}, 0),
        ({"minimize": "reassigned"}, 0.5),
        ({"minimize": "cut_edges"}, 3),
        ({"minimize": "boundary_length"}, 0.3),
        ({"minimize": "polsby_popper"}, 1 - (4 * pi * 0.03 / (1.2 - 0.2) ** 2 + 4 * pi * 0.03 / (1.2 - 0.2) ** 2) / 2),
    ],
    ids=lambda part: part["minimize"] if isinstance(part, dict) else "",
)
def test_a_plan_that_takes_more(goal, expected):
    assert value(goal, FARTHER) == pytest.approx(expected, abs=1e-12)


def test_a_closed_school_keeps_its_trips_and_walks():
    """Unit 2 goes 1 min to the closed school, on foot, and would go 3 min to Oak Hill, too far to walk."""
    closed = {"closed_travel": np.ones((6, 1)), "closed_walkable": np.full((6, 1), True)}
    assert value({"minimize": "added_travel"}, FARTHER, **closed) == pytest.approx((20 * 6 + 30 * 2) / 100)
    assert value({"minimize": "walk_lost"}, FARTHER, **closed) == pytest.approx(0.5)


def test_shorter_trips_are_less_than_nothing():
    assert value({"minimize": "added_travel"}, Plan([0, 0, 0, 0, 1, 1]), current=np.array([0, 1, 0, 0, 1, 1])) == pytest.approx(-1.2)


def test_portables_have_prices():
    assert value({"minimize": "portables"}, portable_price=np.array([2.5, 7])) == 25


def test_schools_without_seats_have_no_utilization():
    assert value({"minimize": "utilization_spread"}, capacity=np.array([50.0, 0])) == 0


def test_borders_of_unknown_length_count_nothing():
    border = np.array([100.0, np.nan, 100, np.nan, 100])
    assert value({"minimize": "boundary_length"}, FARTHER, border_m=border) == pytest.approx(0.1)
    oak = 4 * pi * 0.04 / (1.6 - 0.2 - 0.2) ** 2  # the border between its second and third unit is not known to be shared
    elm = 4 * pi * 0.02 / 0.6**2
    assert value({"minimize": "polsby_popper"}, border_m=border) == pytest.approx(1 - (oak + elm) / 2)
    assert value({"minimize": "polsby_popper"}, border_m=None) == pytest.approx(1 - (4 * pi * 0.04 / 1.6**2 + 4 * pi * 0.02 / 0.8**2) / 2)


def test_an_empty_zone_has_no_roundness_and_no_share():
    empty = Plan([0] * 6)
    assert value({"minimize": "polsby_popper"}, empty) == pytest.approx(1 - 4 * pi * 0.06 / 1.4**2)
    assert value({"minimize": "max_deviation", "group": "poor"}, empty) == pytest.approx(0)


def test_zones_change_by_new_units_too():
    assert value({"minimize": "schools_changed"}, Plan([0, 0, 1, 1, 0, 1])) == 2  # Elm Grove gains the closed school's unit, Oak Hill the new one
    assert value({"minimize": "schools_changed"}, Plan([0, 0, 1, 1, 1, 1])) == 1
    assert value({"minimize": "schools_changed"}, Plan([0, 0, 0, 1, 1, 1]), current=np.array([0, 0, 0, 1, -1, 1]), closed_ids=()) == 1


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ([{"group": "poor", "within": 0.1}], (30 - 0.46 * 60 + 0.26 * 40 - 6) / 100),
        ([{"group": "poor", "within": 0.1, "soft": True}], 0.068),
        ([{"group": "poor", "within": 0.1, "soft": True}, {"group": "poor", "max": 0.4}], 0.068 + 0.06),
        ([{"group": "poor", "within": 0.1, "schools": ["B"]}], 0.044),
        ([{"group": "poor", "within": 0.1, "except_schools": ["B"]}], 0.024),
        ([{"group": "poor", "within": 0.1, "either": [{"min": 0.52}]}], (0.52 * 60 - 30 + 0.26 * 40 - 6) / 100),
        ([{"group": "poor", "preset": "ct25"}], 0),
        ([{"index": "category", "max": 2}], ((10 + 40 + 90) - 120) / (3 - 1) / 100),
        ([{"index": "category", "min": 2, "max": 2}], (20 + 80 - 70) / 2 / 100),
    ],
)
def test_out_of_band(bands, expected):
    assert value({"minimize": "out_of_band"}, given=rules(bands=bands)) == pytest.approx(expected)


def test_an_index_that_is_everywhere_the_same_is_not_scaled():
    columns = {"category": np.full(6, "3")}
    assert value({"minimize": "out_of_band"}, given=rules(bands=[{"index": "category", "max": 2}]), columns=columns) == pytest.approx(1)


@pytest.mark.parametrize(
    ("goal", "changes"),
    [
        ({"minimize": "normalized_exposure", "group": "nobody"}, {}),
        ({"minimize": "isolation", "group": "nobody"}, {}),
        ({"minimize": "theil_h"}, {"partition": ()}),
        ({"minimize": "max_deviation", "group": "poor"}, {"students": np.zeros(6)}),
        ({"minimize": "out_of_band"}, {}),
        ({"minimize": "schools_changed"}, {"current": None}),
        ({"minimize": "burden_gap", "measure": "reassigned"}, {"current": None}),
        ({"minimize": "burden_gap", "measure": "added_travel"}, {"travel": None}),
        ({"minimize": "burden_gap", "measure": "walk_lost"}, {"walkable": None}),
        ({"minimize": "burden_gap", "measure": "reassigned", "groups": ["nobody"]}, {}),
        ({"minimize": "added_travel"}, {"travel": None}),
        ({"minimize": "added_travel"}, {"current": None}),
        ({"minimize": "long_rides", "over": 1}, {"travel": None}),
        ({"minimize": "walk_lost"}, {"walkable": None}),
        ({"minimize": "walk_lost"}, {"current": None}),
        ({"minimize": "not_walking"}, {"walkable": None}),
        ({"minimize": "out_of_utilization", "max": 1}, {"capacity": None}),
        ({"minimize": "utilization_spread"}, {"capacity": None}),
        ({"minimize": "utilization_spread"}, {"capacity": np.zeros(2)}),
        ({"minimize": "portables"}, {"capacity": None}),
        ({"minimize": "boundary_length"}, {"border_m": None}),
        ({"minimize": "polsby_popper"}, {"geometry": None}),
    ],
)
def test_goals_without_a_value(goal, changes):
    with pytest.raises(ScenarioError) as caught:
        value(goal, **changes)
    kind = goal["minimize"]
    assert str(caught.value) == f"goals ({kind}): {UNDEFINED[kind]}. Drop the goal, or give what it needs."


@pytest.mark.parametrize(
    ("given", "columns"),
    [
        (rules(), {}),
        (rules(bands=[{"group": "green", "max": 0.5}]), {}),
        (rules(bands=[{"index": "category", "max": 0.5}]), {}),
        (rules(bands=[{"index": "category", "max": 0.5}]), {"category": np.array(["one"] * 6)}),
    ],
)
def test_bands_that_cannot_be_counted(given, columns):
    with pytest.raises(ScenarioError, match=r"there are no rules\.bands, they name a group or a column of numbers that is not there"):
        value({"minimize": "out_of_band"}, given=given, columns=columns)
