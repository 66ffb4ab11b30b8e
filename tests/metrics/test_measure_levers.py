"""Measures of who bears the change, of access, years and shapes, by hand and as identities; and what the policy hides."""

import json
from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lined import FARTHER, PLAN, line, scenario

from rezoning.district.plan import Plan
from rezoning.metrics.goals import goal_value
from rezoning.metrics.measure import by_school, measure, measure_nearest, measure_today
from rezoning.scenario.schema import Goal

NOTHING = {"group": None, "all": None, "ratio": None, "gap": None}


def test_burden():
    burden = measure(FARTHER, line(), scenario(goals=[{"minimize": "long_rides", "over": 7}]))["burden"]
    assert set(burden) == {"poor", "rich", "nobody"}
    expected = {"reassigned": (22 / 36, 0.5), "added_travel": (60 / 24, 120 / 70), "walk_lost": (10 / 36, 0.2), "long_rides": (10 / 36, 0.2)}
    expected["added_minutes_only"] = expected["added_travel"]
    assert burden["poor"] == {
        key: pytest.approx({"group": ours, "all": everyone, "ratio": ours / everyone, "gap": ours - everyone})
        for key, (ours, everyone) in expected.items()
    }
    assert burden["nobody"]["reassigned"] == {"group": None, "all": 0.5, "ratio": None, "gap": None}


def test_burden_without_an_over_has_no_long_rides_and_rules_speak_first():
    assert "long_rides" not in measure(PLAN, line())["burden"]["poor"]
    asked = scenario(goals=[{"minimize": "long_rides", "over": 7}], burden=[{"group": "poor", "measure": "long_rides", "max_ratio": 1, "over": 2}])
    assert measure(PLAN, line(), asked)["burden"]["poor"]["long_rides"]["all"] == 0.3


def test_minutes_saved_offset_minutes_added_in_one_measure_only():
    """Two units trade schools: six minutes more for one student, four less for another."""
    district = line(students=np.ones(6), groups={"poor": np.ones(6)}, partition=(), current=np.array([0, 0, 1, 1, 1, 1]), closed_ids=())
    burden = measure(Plan([0, 1, 0, 1, 1, 1]), district)["burden"]["poor"]
    assert burden["added_travel"]["group"] == pytest.approx((6 - 4) / 6)
    assert burden["added_minutes_only"]["group"] == pytest.approx(6 / 6)
    back = measure(Plan([0, 0, 0, 1, 1, 1]), district)["burden"]["poor"]
    assert back["added_travel"] == {"group": pytest.approx(-4 / 6), "all": pytest.approx(-4 / 6), "ratio": None, "gap": 0}


def test_what_is_not_known_bears_no_burden():
    asked = scenario(goals=[{"minimize": "long_rides", "over": 7}])
    nothing = measure(PLAN, line(current=None, closed_ids=(), travel=None, walkable=None), asked)["burden"]["poor"]
    assert [key for key, entry in nothing.items() if entry != NOTHING] == []
    only_today = measure(PLAN, line(travel=None, walkable=None))["burden"]["poor"]
    assert [key for key, entry in only_today.items() if entry != NOTHING] == ["reassigned"]
    no_today = measure(PLAN, line(current=None, closed_ids=()), asked)["burden"]["poor"]
    assert [key for key, entry in no_today.items() if entry != NOTHING] == ["long_rides"]


def test_flows_and_changed_schools():
    m = measure(FARTHER, line())
    assert m["flows"] == [{"from": "Z", "to": "A", "students": 30.0}, {"from": "A", "to": "B", "students": 20.0}]
    assert m["schools_changed"] == 2
    now = measure_today(line())
    assert (now["flows"], now["schools_changed"]) == ([], 0)
    assert measure(PLAN, line(current=None, closed_ids=()))["flows"] is None


def test_access():
    m, now, nearest = measure(FARTHER, line()), measure_today(line()), measure_nearest(line())
    assert (m["walk_share"], m["nearest_share"]) == (0.5, 0.8)
    assert (now["walk_share"], now["nearest_share"]) == (50 / 80, 50 / 80)  # the closed school is neither walked to nor near
    assert (nearest["walk_share"], nearest["nearest_share"]) == (0.7, 1)


def test_nearest_share_leaves_out_whom_nothing_is_known_of():
    trips = line().travel.copy()
    trips[2] = np.nan
    assert measure(FARTHER, line(travel=trips))["nearest_share"] == pytest.approx(50 / 70)


def test_shares_of_groups():
    m = measure(PLAN, line(groups={"poor": np.array([10.0, 20, 24, 0, 10, 5])}, partition=()))
    assert m["max_deviation"] == {"poor": pytest.approx(0.69 - 15 / 40)}
    assert m["isolated_students"] == {"poor": {"50": 54.0, "75": 54.0, "90": 54.0}}
    assert measure(PLAN, line())["isolated_students"]["poor"] == {"50": 30.0, "75": 0.0, "90": 0.0}


def test_bands():
    bands = [{"group": "poor", "within": 0.1, "soft": True}, {"group": "poor", "preset": "ct25"}, {"index": "category", "max": 2}]
    assert measure(PLAN, line(), scenario(bands=bands))["out_of_band"] == [
        {"group": "poor", "index": None, "preset": None, "soft": True, "students": pytest.approx(6.8), "schools": 2},
        {"group": "poor", "index": None, "preset": "ct25", "soft": False, "students": 0, "schools": 0},
        {"group": None, "index": "category", "preset": None, "soft": False, "students": pytest.approx(10), "schools": 1},
    ]
    assert measure(PLAN, line())["out_of_band"] is None
    assert measure(PLAN, line(columns={}), scenario(bands=bands[2:]))["out_of_band"][0]["students"] is None


def test_seats():
    m = measure(PLAN, line())
    assert (m["over_capacity_students"], m["portable_students"]) == (10, 4)
    assert m["utilization_spread"] == pytest.approx(1.2 - 2 / 3)
    assert measure(PLAN, line(portables=None))["portable_students"] is None


PHASES = [{"year": "2027", "stay": {"5": 1}}, {"year": "2030", "stay": {"5": 0.5}}]


def test_utilization_by_year():
    m = measure(FARTHER, line(), scenario(phase_in=PHASES))
    assert m["utilization_by_year"] == {
        "2030": {"min": pytest.approx(35 / 60), "max": 1.0},
        "high": {"min": pytest.approx(60 / 50), "max": pytest.approx(90 / 60)},
        "2027": {"min": pytest.approx(44 / 50), "max": pytest.approx(56 / 60)},  # 4 of the 20 who go from Oak Hill to Elm Grove finish where they are
        "phase_in 2030": {"min": pytest.approx(42 / 50), "max": pytest.approx(58 / 60)},
    }
    assert measure(FARTHER, line(capacity=None))["utilization_by_year"]["2030"] == {"min": None, "max": None}
    assert measure(PLAN, line(years={}, growth={}))["utilization_by_year"] == {}


def test_by_school_has_years():
    rows = by_school(FARTHER, line(groups={"students_2030": np.ones(6)}, partition=()), scenario(phase_in=PHASES[:1]))
    assert {key: value for key, value in rows[0].items() if key.startswith(("students_", "group_"))} == {
        "students_before": 30.0, "students_after": 40.0, "group_students_2030_before": 2.0, "group_students_2030_after": 3.0,
        "students_2030_before": 40.0, "students_2030_after": 50.0, "students_high_before": 45.0, "students_high_after": 60.0,
        "students_2027_before": 30.0, "students_2027_after": 44.0,
    }  # fmt: skip
    assert (rows[2]["id"], rows[2]["students_2030_before"], rows[2]["students_2030_after"]) == ("Z", 30.0, 0.0)


def test_polsby_popper():
    rounds = {"A": pytest.approx(4 * pi * 0.04), "B": pytest.approx(4 * pi * 0.02 / 0.36)}
    assert measure(PLAN, line())["polsby_popper"] == {"mean": pytest.approx((4 * pi * 0.04 + 4 * pi * 0.02 / 0.36) / 2), "schools": rounds}
    assert measure(Plan([0] * 6), line())["polsby_popper"] == {"mean": pytest.approx(4 * pi * 0.06 / 1.4**2), "schools": {
        "A": pytest.approx(4 * pi * 0.06 / 1.4**2), "B": None}}  # fmt: skip
    assert measure(PLAN, line(geometry=None))["polsby_popper"] is None


def test_roundness_is_that_of_the_merged_polygon():
    district = line()
    for s, zone in enumerate(district.geometry.groupby(FARTHER.school)):
        merged = zone[1].union_all()
        pieces = measure(FARTHER, district)["polsby_popper"]["schools"]["AB"[s]]
        assert pieces == pytest.approx(4 * pi * merged.area / merged.length**2)


# -- the policy ------------------------------------------------------------------------------------------------------


def test_an_excluded_group_is_in_no_measure_and_no_column():
    said = scenario(attributes={"poor": "exclude", "rich": "report_only"}, bands=[{"group": "poor", "max": 0.5}, {"group": "rich", "max": 0.5}])
    for m in (measure(PLAN, line(), said), measure_today(line(), said), measure_nearest(line(), said)):
        assert "poor" not in json.dumps(m)
        assert set(m["dissimilarity"]) == set(m["burden"]) == set(m["reassigned_by_group"]) == {"rich", "nobody"}
        assert m["theil_h"] is None
        assert [band["group"] for band in m["out_of_band"]] == ["rich"]
    assert not any("poor" in key for row in by_school(PLAN, line(), said) for key in row)
    assert any("poor" in key for row in by_school(PLAN, line()) for key in row)


def test_other_policies_hide_nothing():
    said = scenario(attributes={"poor": "report_only", "rich": "constrain"})
    assert measure(PLAN, line(), said) == measure(PLAN, line())
    hidden = scenario(attributes={"nobody": "exclude"})
    assert measure(PLAN, line(), hidden)["theil_h"] == measure(PLAN, line())["theil_h"]


# -- identities ------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 1), min_size=6, max_size=6), st.integers(0, 2**31))
def test_identities(school, seed):
    rng = np.random.default_rng(seed)
    students = rng.integers(0, 30, 6).astype(float)
    students[0] += 1
    poor = np.floor(students * rng.random(6))
    district = line(students=students, groups={"poor": poor, "rich": students - poor}, current=rng.integers(-1, 3, 6))
    plan = Plan(school)
    asked = scenario(goals=[{"minimize": "long_rides", "over": 5}], bands=[{"group": "poor", "within": 0.1}, {"group": "rich", "max": 0.4}])
    m = measure(plan, district, asked)
    json.dumps(m, allow_nan=False)
    total = students.sum()
    assert sum(flow["students"] for flow in m["flows"]) == pytest.approx(m["students_reassigned"])
    assert [flow["students"] for flow in m["flows"]] == sorted((flow["students"] for flow in m["flows"]), reverse=True)
    moved = plan.moved(district)
    if m["students_reassigned"] > 0 and poor.sum() > 0:
        of_movers, of_all = poor[moved].sum() / students[moved].sum(), poor.sum() / total
        assert m["burden"]["poor"]["reassigned"]["ratio"] == pytest.approx(of_movers / of_all)
    if poor.sum() > 0 and (students - poor).sum() > 0:  # two groups that are everyone: their mean is everyone's
        known = {"reassigned", "walk_lost"} | ({"long_rides"} if m["travel_unknown_students"] == 0 else set())
        for key in known | ({"added_travel", "added_minutes_only"} if m["added_travel_unknown_students"] == 0 else set()):
            both = poor.sum() * m["burden"]["poor"][key]["group"] + (students - poor).sum() * m["burden"]["rich"][key]["group"]
            assert both == pytest.approx(total * m["burden"]["poor"][key]["all"])
    assert sum(row["students_2030_after"] for row in by_school(plan, district)) == district.years["2030"].sum()

    def goal(**said):
        return goal_value(Goal.model_validate(said), plan, district, asked.rules)

    assert m["walk_share"] == pytest.approx(1 - goal(minimize="not_walking"))
    assert m["schools_changed"] == goal(minimize="schools_changed")
    assert m["utilization_spread"] == pytest.approx(goal(minimize="utilization_spread"))
    assert m["polsby_popper"]["mean"] == pytest.approx(1 - goal(minimize="polsby_popper"))
    assert sum(band["students"] for band in m["out_of_band"]) == pytest.approx(total * goal(minimize="out_of_band"))
    assert m["over_capacity_students"] == pytest.approx(goal(minimize="portables"))
    assert m["burden"]["poor"]["added_travel"]["all"] == pytest.approx(goal(minimize="added_travel"))
    gaps = [m["burden"][name]["walk_lost"]["gap"] for name in ("poor", "rich")]
    if None not in gaps:
        assert goal(minimize="burden_gap", measure="walk_lost") == pytest.approx(max(0, *gaps))
    if m["max_deviation"]["poor"] is not None:
        assert m["max_deviation"]["poor"] == pytest.approx(goal(minimize="max_deviation", group="poor"))
        assert m["max_deviation"]["poor"] == pytest.approx(m["max_deviation"]["rich"])  # two groups that are everyone
