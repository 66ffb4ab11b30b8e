"""Every measure of a tiny drawn district, by hand; what is left out, what is undefined."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import ScenarioError
from rezoning.metrics.goals import goal_value, value_or_none
from rezoning.metrics.measure import by_school, measure, measure_nearest, measure_today
from rezoning.scenario.schema import Goal

CONTRACT = {
    "dissimilarity", "normalized_exposure", "isolation", "gini", "theil_h", "students_reassigned", "share_reassigned", "reassigned_by_group",
    "travel_mean", "travel_p90", "travel_max", "travel_mean_by_group", "utilization_min", "utilization_max", "over_capacity_students", "cut_edges",
    "pieces",
}  # fmt: skip
FURTHER = {
    "added_travel_unknown_students", "students_by_group", "students_reassigned_by_group",
    "students", "travel_unknown_students", "boundary_km", "max_deviation", "isolated_students", "out_of_band", "schools_changed", "flows", "burden",
    "walk_share", "nearest_share", "program_access", "utilization_spread", "utilization_by_year", "portable_students", "polsby_popper",
}  # fmt: skip


def line(**changes) -> District:
    """Six units in a row; schools in the first and the last, a closed one in the middle, one new unit.

    ::

        unit      0   1   2   3   4   5
        today     A   A   Z   B   .   B
        students  10  20  30  0   20  20
        poor      8   10  12  0   5   1
    """
    given = {
        "unit_ids": tuple("012345"),
        "students": np.array([10.0, 20, 30, 0, 20, 20]),
        "school_ids": ("A", "B"),
        "school_names": ("Oak Hill", "Elm Grove"),
        "school_unit": np.array([0, 5]),
        "edges": np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]),
        "border_m": np.array([100.0, 200, np.nan, 400, 500]),
        "groups": {"poor": np.array([8.0, 10, 12, 0, 5, 1]), "nobody": np.zeros(6)},
        "partition": ("poor",),
        "current": np.array([0, 0, 2, 1, -1, 1]),
        "closed_ids": ("Z",),
        "capacity": np.array([50.0, 60.0]),
        "travel": np.array([[1.0, 9], [2, 8], [3, 7], [50, 60], [np.nan, 2], [9, 1]]),
    }
    return District(**(given | changes))


PLAN = Plan([0, 0, 0, 0, 1, 1])


def test_a_plan_by_hand():
    m = measure(PLAN, line())
    poor, others = np.array([30, 6]) / 36, np.array([30, 34]) / 64
    d = (abs(poor - others)).sum() / 2
    assert set(m) >= CONTRACT | FURTHER
    assert m["students"] == 100
    assert m["dissimilarity"] == {"poor": pytest.approx(d), "nobody": None}
    assert m["isolation"] == {"poor": pytest.approx(30 / 36 * 0.5 + 6 / 36 * 0.15), "nobody": None}
    assert m["normalized_exposure"]["poor"] == pytest.approx((30 / 36 * 0.5 + 6 / 36 * 0.15 - 0.36) / 0.64)
    assert m["gini"] == {"poor": pytest.approx(60 * 40 * 2 * 0.35 / (2 * 100**2 * 0.36 * 0.64)), "nobody": None}
    assert 0 < m["theil_h"] < 1
    assert (m["students_reassigned"], m["share_reassigned"]) == (30, 0.3)
    assert m["reassigned_by_group"] == {"poor": 12 / 36, "nobody": None}
    assert (m["students_by_group"], m["students_reassigned_by_group"]) == ({"poor": 36, "nobody": 0}, {"poor": 12, "nobody": 0})
    assert m["travel_mean"] == pytest.approx((10 + 40 + 90 + 40 + 20) / 100)
    assert m["travel_mean_by_group"] == {"poor": pytest.approx((8 + 20 + 36 + 10 + 1) / 36), "nobody": None}
    assert (m["travel_p90"], m["travel_max"], m["travel_unknown_students"]) == (3, 3, 0)
    assert (m["utilization_min"], m["utilization_max"], m["over_capacity_students"]) == (40 / 60, 60 / 50, 10)
    assert (m["cut_edges"], m["boundary_km"]) == (1, 0.4)
    assert m["pieces"] == {"A": 1, "B": 1}


def test_today_counts_closed_schools_and_leaves_new_units_out():
    m = measure_today(line())
    poor, others = np.array([18, 1, 12]) / 31, np.array([12, 19, 18]) / 49
    assert m["students"] == 80
    assert m["dissimilarity"]["poor"] == pytest.approx(abs(poor - others).sum() / 2)
    assert (m["students_reassigned"], m["reassigned_by_group"]) == (0, {"poor": 0, "nobody": None})
    assert m["travel_mean"] == pytest.approx((10 + 40 + 20) / 50)
    assert m["travel_unknown_students"] == 30
    assert (m["utilization_min"], m["utilization_max"], m["over_capacity_students"]) == (20 / 60, 30 / 50, 0)
    assert (m["cut_edges"], m["boundary_km"]) == (2, 0.2)
    assert m["pieces"] == {"A": 1, "B": 2, "Z": 1}


def test_nearest():
    m = measure_nearest(line())
    assert m["travel_max"] == 3
    assert m["students_reassigned"] == 30
    assert m["pieces"] == {"A": 1, "B": 1}


def test_nearest_leaves_units_of_unknown_travel_out():
    m = measure_nearest(line(travel=np.array([[1.0, 9], [2, 8], [np.nan, np.nan], [50, 60], [np.nan, 2], [9, 1]])))
    assert (m["students"], m["students_reassigned"], m["pieces"]) == (70, 0, {"A": 2, "B": 1})


def test_what_is_not_known_is_none():
    district = line(current=None, closed_ids=(), capacity=None, travel=None, border_m=None, partition=())
    m = measure(PLAN, district)
    undefined = {key for key, value in m.items() if value is None or (isinstance(value, dict) and all(part is None for part in value.values()))}
    assert undefined & (CONTRACT | FURTHER) == {
        "theil_h", "students_reassigned", "share_reassigned", "reassigned_by_group", "students_reassigned_by_group",
        "travel_mean", "travel_p90", "travel_max", "travel_mean_by_group", "travel_unknown_students",
        "added_travel_unknown_students",
        "utilization_min", "utilization_max", "over_capacity_students", "boundary_km", "out_of_band", "schools_changed", "flows", "walk_share",
        "nearest_share", "program_access", "utilization_spread", "utilization_by_year", "portable_students", "polsby_popper",
    }  # fmt: skip
    assert measure_today(district) is None
    assert measure_nearest(district) is None


def test_nobody_at_all():
    m = measure(PLAN, line(students=np.zeros(6), groups={"poor": np.zeros(6)}))
    assert (m["dissimilarity"], m["theil_h"], m["share_reassigned"], m["travel_mean"], m["travel_p90"]) == ({"poor": None}, None, None, None, None)
    assert (m["students_reassigned"], m["travel_max"], m["utilization_max"]) == (0, None, 0)


def test_lengths_that_nobody_knows():
    assert measure(PLAN, line(border_m=np.full(5, np.nan)))["boundary_km"] is None


def test_a_school_without_seats_has_no_utilization():
    m = measure(PLAN, line(capacity=np.array([0.0, 40.0])))
    assert (m["utilization_min"], m["utilization_max"], m["over_capacity_students"]) == (1, 1, 60)


def test_an_empty_zone_has_no_piece():
    assert measure(Plan([1] * 6), line())["pieces"] == {"A": 0, "B": 1}


@pytest.mark.parametrize(
    ("trips", "students", "p90"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1] * 10, 9),
        ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [1] * 10, 9),
        ([1, 2, 3], [89, 1, 10], 2),
        ([1, 2, 3], [89, 0.9, 10.1], 3),
        ([1, 2, 30], [9, 1, 0], 1),
        ([1, 2, 3], [0.1 + 0.2 + 0.6, 0.05, 0.05], 1),  # sums of floats
    ],
)
def test_p90_is_the_smallest_trip_that_covers_nine_in_ten(trips, students, p90):
    n = len(trips)
    district = District(
        unit_ids=tuple(map(str, range(n))),
        students=np.array(students, dtype=float),
        school_ids=("A",),
        school_names=("A",),
        school_unit=np.array([0]),
        edges=np.zeros((0, 2), dtype=np.int64),
        travel=np.array(trips, dtype=float)[:, None],
    )
    assert measure(Plan([0] * n), district)["travel_p90"] == p90


def test_by_school():
    assert by_school(PLAN, line()) == [
        {
            "id": "A", "name": "Oak Hill", "capacity": 50.0, "students_before": 30.0, "students_after": 60.0, "poor_before": 18.0, "poor_after": 30.0,
            "nobody_before": 0.0, "nobody_after": 0.0, "utilization_before": 0.6, "utilization_after": 1.2,
            "travel_mean_before": pytest.approx(50 / 30), "travel_mean_after": pytest.approx(140 / 60),
        },
        {
            "id": "B", "name": "Elm Grove", "capacity": 60.0, "students_before": 20.0, "students_after": 40.0, "poor_before": 1.0, "poor_after": 6.0,
            "nobody_before": 0.0, "nobody_after": 0.0, "utilization_before": 20 / 60, "utilization_after": 40 / 60,
            "travel_mean_before": 1.0, "travel_mean_after": 1.5,
        },
        {
            "id": "Z", "name": "Z", "capacity": None, "students_before": 30.0, "students_after": 0.0, "poor_before": 12.0, "poor_after": 0.0,
            "nobody_before": 0.0, "nobody_after": 0.0, "utilization_before": None, "utilization_after": None,
            "travel_mean_before": None, "travel_mean_after": None,
        },
    ]  # fmt: skip


def test_by_school_without_today():
    rows = by_school(PLAN, line(current=None, closed_ids=(), travel=None, capacity=None, groups={"students": np.ones(6)}))
    assert [row["id"] for row in rows] == ["A", "B"]
    assert rows[0]["students_before"] is None
    assert (rows[0]["students_after"], rows[0]["group_students_after"], rows[0]["capacity"], rows[0]["travel_mean_after"]) == (60.0, 4.0, None, None)


def test_closed_schools_that_nobody_attends_have_no_row():
    district = line(closed_ids=("Y", "Z", "X"), current=np.array([0, 0, 3, 1, -1, 1]))
    assert [row["id"] for row in by_school(PLAN, district)] == ["A", "B", "Z"]
    assert measure_today(district)["pieces"] == {"A": 1, "B": 2, "Z": 1}


# -- goals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("goal", "value"),
    [
        ({"minimize": "dissimilarity", "group": "poor"}, (30 / 36 - 6 / 36 - 30 / 64 + 34 / 64) / 2),
        ({"minimize": "dissimilarity", "group": "poor", "versus": "others"}, (30 / 36 - 6 / 36 - 30 / 64 + 34 / 64) / 2),
        ({"minimize": "dissimilarity", "group": "poor", "versus": "rich"}, 30 / 36),
        ({"minimize": "imbalance", "groups": ["poor"]}, 2 * (30 - 0.36 * 60) / 100),
        ({"minimize": "imbalance"}, 2 * (30 - 0.36 * 60) / 100 + 2 * (0.1 * 60) / 100),
        ({"minimize": "reassigned"}, 0.3),
        ({"minimize": "travel"}, 2.0),
        ({"minimize": "over_capacity"}, 0.1),
    ],
)
def test_natural_values(goal, value):
    district = line()
    district = line(groups={"poor": district.groups["poor"], "rich": np.array([0.0, 0, 0, 0, 10, 0])})
    assert goal_value(Goal.model_validate(goal), PLAN, district) == pytest.approx(value)


def test_an_unknown_trip_is_left_out_of_the_travel_goal():
    """Of 100 students 20 have no known trip, and are neither above the line nor below it."""
    plan = Plan([0, 0, 0, 0, 0, 1])
    assert goal_value(Goal(minimize="travel"), plan, line()) == measure(plan, line())["travel_mean"] == pytest.approx((10 + 40 + 90 + 20) / 80)
    assert measure(plan, line())["travel_unknown_students"] == 20
    nowhere = line(travel=np.full((6, 2), np.nan))
    assert value_or_none(Goal(minimize="travel"), plan, nowhere) is None
    assert measure(plan, nowhere)["travel_mean"] is None


@pytest.mark.parametrize(
    ("goal", "changes", "message"),
    [
        ({"minimize": "dissimilarity", "group": "nobody"}, {}, "one of the two groups has no students."),
        ({"minimize": "dissimilarity", "group": "rich"}, {}, "the district has no group 'rich'."),
        ({"minimize": "dissimilarity", "group": "poor", "versus": "rich"}, {}, "the district has no group 'rich'."),
        ({"minimize": "imbalance", "groups": ["rich"]}, {}, "the district has no group 'rich'."),
        ({"minimize": "imbalance"}, {"students": np.zeros(6)}, "the district has no students."),
        ({"minimize": "reassigned"}, {"current": None}, "the district has no zones of today, or no students."),
        ({"minimize": "travel"}, {"travel": None}, "the district has no travel, or no student whose trip is known."),
        ({"minimize": "over_capacity"}, {"capacity": None}, "the schools have no capacity, or the district no students."),
    ],
)
def test_goals_without_a_value(goal, changes, message):
    with pytest.raises(ScenarioError) as caught:
        goal_value(Goal.model_validate(goal), PLAN, line(**changes))
    cure = "Name it under data.units.groups." if "no group" in message else "Drop the goal, or give what it needs."
    assert str(caught.value) == f"goals ({goal['minimize']}): {message} {cure}"


# -- invariants ------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 1), min_size=6, max_size=6), st.booleans())
def test_any_plan(school, has_travel):
    district = line() if has_travel else line(travel=None)
    plan = Plan(school)
    m = measure(plan, district)
    json.dumps(m, allow_nan=False)
    assert sum(m["pieces"].values()) == m["cut_edges"] + 1  # in a row, each cut begins a piece
    rows = by_school(plan, district)
    assert sum(row["students_after"] for row in rows) == district.total_students
    assert sum(row["students_before"] for row in rows) == 80
    assert m["share_reassigned"] == pytest.approx(goal_value(Goal(minimize="reassigned"), plan, district))
    assert m["dissimilarity"]["poor"] == pytest.approx(goal_value(Goal(minimize="dissimilarity", group="poor"), plan, district))
    assert m["over_capacity_students"] == pytest.approx(100 * goal_value(Goal(minimize="over_capacity"), plan, district))
    if has_travel:
        assert m["travel_p90"] <= m["travel_max"]
        assert m["travel_mean"] == pytest.approx(goal_value(Goal(minimize="travel"), plan, district))
