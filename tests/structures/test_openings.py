"""Closing and opening by hand: what is asked of open schools alone, what a broken rule is told by, and how files and scenarios are read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import picture, scenario

from rezoning.auditing import audit, audit_today
from rezoning.commands.run import ask
from rezoning.district.district import District
from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.district.questions import problems
from rezoning.errors import DataError, Infeasible, ScenarioError
from rezoning.explaining import explain
from rezoning.explaining.relaxing.edits import edits_for
from rezoning.formulation.formulate import formulate
from rezoning.formulation.openings import ALWAYS, NEVER, opened
from rezoning.metrics.goals import goal_value
from rezoning.metrics.measure import by_school, measure, measure_nearest, measure_today
from rezoning.optimize.engine import solve
from rezoning.scenario.data import Data
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Goal, Rules

OPEN, MAY_CLOSE, CANDIDATE = range(3)


def street(status: str = "ocx", **changes: Any) -> District:
    """Six units in a row with schools A, B and C in units 0, 2 and 5, ten students in each: A open, B may close, C is a candidate."""
    code = {"o": OPEN, "c": MAY_CLOSE, "x": CANDIDATE}
    kinds = np.array([code[letter] for letter in status])
    at = np.array([0, 2, 5])
    travel = np.abs(np.arange(6)[:, None] - at) * 2.0 + 1
    given: dict[str, Any] = {
        "school_ids": ("A", "B", "C"), "school_names": ("Ash", "Birch", "Cedar"), "school_unit": at, "optional": kinds != OPEN,
        "is_candidate": kinds == CANDIDATE, "capacity": np.array([50.0, 40, 40]), "travel": travel, "cost_if_open": np.array([3.0, 5, 4]),
        "current": np.array([0, 0, 1, 1, 1, 1]), "groups": {"low": np.array([2.0, 2, 8, 8, 4, 4])}, "walkable": travel <= 3,
    }  # fmt: skip
    return picture("AaBbbb", **(given | changes))


TODAY, ALONE, WITH_SITE, ALL = (Plan(plan) for plan in ([0, 0, 1, 1, 1, 1], [0] * 6, [0, 0, 0, 2, 2, 2], [0, 0, 1, 1, 2, 2]))


def rules(**said: Any) -> Rules:
    return scenario(said).rules


def broken(plan: Plan, district: District | None = None, **said: Any) -> set[tuple[str, str]]:
    return {(one.rule, one.subject) for one in audit(plan, street() if district is None else district, rules(**said)).violations}


def best(district: District, said: dict[str, Any], goal: dict[str, Any]) -> tuple[Plan, float]:
    """The proven best plan, which the auditor passes, and its value by the second witness."""
    asked = scenario(said, [goal], solver="highs")
    result = solve(formulate(district, asked), asked.solve)
    assert result.plan is not None
    assert audit(result.plan, district, asked).passed
    value = goal_value(asked.goals[0], result.plan, district, asked.rules)
    assert result.goals[0].value == pytest.approx(value, abs=1e-9)
    assert result.goals[0].bound == pytest.approx(value, abs=1e-6)
    return result.plan, value


# -- what open is ------------------------------------------------------------------------------------------------------


def test_a_school_is_open_exactly_when_its_zone_has_a_unit() -> None:
    assert [plan.open_schools(street()).tolist() for plan in (TODAY, ALONE, WITH_SITE, ALL)] == [
        [True, True, False], [True, False, False], [True, False, True], [True, True, True],
    ]  # fmt: skip


def test_without_a_status_every_school_is_open() -> None:
    d = street("ooo")
    assert not d.has_optional
    assert ALONE.open_schools(d).all()
    assert picture("AabB").optional.tolist() == [False, False]


def test_open_is_the_pair_of_the_schools_unit() -> None:
    problem = formulate(street(), scenario())
    pair = opened(problem.pairs, street())
    assert pair[0] == ALWAYS
    assert problem.pairs.school[pair[1:]].tolist() == [1, 2]
    x = problem.vector(problem.pairs.of_units(WITH_SITE.school))
    assert x[pair[1:]].tolist() == [0, 1]
    shut = formulate(street(), scenario({"openings": {"must_close": ["C"]}}))
    assert opened(shut.pairs, street()).tolist()[2] == NEVER
    assert not (shut.pairs.school == 2).any()


# -- traps -------------------------------------------------------------------------------------------------------------


def test_a_least_number_of_students_binds_no_closed_school() -> None:
    asked = {"capacity": {"min": 0.5, "max": 1.3}}
    assert broken(ALONE, **asked) == set()
    assert broken(Plan([0, 0, 1, 0, 0, 0]), contiguity={"method": "none"}, **asked) == {("capacity", "B")}
    assert best(street(), asked, {"minimize": "schools_open"}) == (ALONE, 1.0)


def test_the_share_of_openings_stands_in_place_of_the_least_of_capacity() -> None:
    asked = {"capacity": {"min": 0.9}, "openings": {"least": 0.5}}
    assert broken(WITH_SITE, **asked) == {("capacity", "A")}  # 30 of 50 seats, of a school that no plan closes; Cedar has 30 of 40
    assert broken(Plan([0, 0, 0, 0, 0, 2]), openings={"least": 0.5}) == {("openings", "C")}
    assert broken(Plan([0, 0, 0, 0, 0, 2]), capacity={"min": 0.1}) == set()


def test_an_empty_school_is_no_emptiest_one() -> None:
    d = street()
    assert goal_value(Goal(minimize="utilization_spread"), ALONE, d) == 0
    assert goal_value(Goal(minimize="utilization_spread"), WITH_SITE, d) == pytest.approx(30 / 40 - 30 / 50)
    assert goal_value(Goal(minimize="out_of_utilization", min=0.5, max=2), ALONE, d) == 0
    plan, value = best(d, {}, {"minimize": "utilization_spread"})
    assert (plan, value) == (ALONE, 0)
    said = measure(ALONE, d)
    assert (said["utilization_min"], said["utilization_max"]) == (1.2, 1.2)
    assert [row["utilization_after"] for row in by_school(ALONE, d)] == [1.2, None, None]


def test_a_closed_school_has_no_share_that_deviates_or_is_out_of_a_band() -> None:
    d = street()
    assert goal_value(Goal(minimize="max_deviation", group="low"), ALONE, d) == 0
    band = {"bands": [{"group": "low", "within": 0.01}]}
    assert broken(ALONE, **band) == set()
    assert best(d, band, {"minimize": "schools_open"})[0] == ALONE


def test_nearest_schools_are_those_that_are_open_in_the_plan() -> None:
    d = street()
    assert measure_nearest(d)["travel_mean"] == pytest.approx((1 + 3 + 1 + 3 + 5 + 7) / 6)  # without a plan: today's schools
    assert measure_nearest(d, None, WITH_SITE)["travel_mean"] == pytest.approx((1 + 3 + 5 + 5 + 3 + 1) / 6)
    assert measure(WITH_SITE, d)["nearest_share"] == 1
    assert broken(WITH_SITE, nearest={"within": 1}) == set()
    assert broken(ALL, nearest={"within": 3}) == set()


def test_the_unit_of_a_closed_school_belongs_to_another() -> None:
    plan, _ = best(street(), {"openings": {"must_close": ["B"], "open": 1}}, {"minimize": "travel"})
    assert plan.school[2] == 0
    with pytest.raises(Infeasible, match="has no school that all rules allow"):
        formulate(street(), scenario({"openings": {"must_close": ["B", "C"]}, "forbid": [["02", "A"]]}))


def test_the_smallest_school_is_not_always_the_cheapest_to_close() -> None:
    """B has twenty students and C twenty-five; who lives by B has a long way to any other school, and who lives by C has not."""
    d = street("occ", students=[10, 5, 10, 10, 15, 10], current=np.array([0, 0, 1, 1, 2, 2]), travel=np.array(
        [[1, 9, 9], [1, 9, 9], [30, 1, 30], [30, 1, 30], [4, 9, 3], [4, 9, 3.0]]), edges=[(a, b) for b in range(6) for a in range(b)])  # fmt: skip
    assert d.enrollment(d.stayable).tolist() == [15, 20, 25]
    plan, _ = best(d, {"openings": {"close": 1}, "contiguity": {"method": "none"}}, {"minimize": "travel"})
    assert plan.open_schools(d).tolist() == [True, True, False]


def test_longer_trips_of_who_loses_the_school_count_from_the_nearest_that_stays() -> None:
    """Unit 05 has 7 minutes to Birch today and 11 to Ash; if Birch closes its limit is over Ash's 11, and if it stays over 7."""
    asked = {"travel": {"max_increase": 0.1}}
    assert broken(ALONE, **asked) == set()
    assert broken(Plan([0, 0, 1, 0, 0, 0]), contiguity={"method": "none"}, **asked) == {("travel", f"0{u}") for u in (3, 4, 5)}
    assert best(street(), asked, {"minimize": "schools_open"})[0] == ALONE
    unsure = street("ccc")
    assert broken(Plan([2] * 6), unsure, **asked) == set()  # no school is sure to stay: no limit of increase for who loses one


def test_whoever_is_protected_keeps_a_school_that_stays_open() -> None:
    asked = {"protected": {"units": ["05"]}}
    assert broken(ALONE, **asked) == set()
    assert broken(ALL, **asked) == {("protected", "05")}
    assert best(street(), {**asked, "openings": {"must_open": ["B"]}}, {"minimize": "travel"})[0].school[5] == 1


def test_who_can_walk_keeps_the_walk_where_the_school_stays() -> None:
    asked = {"walk": {"guarantee": "keep"}}
    assert broken(ALONE, **asked) == set()
    assert broken(Plan([0, 0, 1, 0, 0, 0]), contiguity={"method": "none"}, **asked) == {("walk", "03")}
    assert broken(ALONE, walk={"guarantee": "any"}) == set()
    assert broken(ALL, walk={"guarantee": "any"}) == set()
    assert broken(Plan([0, 0, 1, 1, 1, 2]), walk={"guarantee": "any"}) == {("walk", "04")}


# -- mutations: each opening rule, broken by one plan ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "asked", "subject"),
    [
        (ALL, {"open": 0}, "open"), (ALONE, {"open": 1}, "open"), (ALONE, {"close": 0}, "close"), (ALL, {"close": {"min": 1}}, "close"),
        (ALL, {"total": {"max": 2}}, "total"), (ALONE, {"total": {"min": 2}}, "total"), (ALONE, {"must_open": ["B"]}, "B"),
        (ALL, {"must_close": ["C"]}, "C"), (ALL, {"not_both": [["B", "C"]]}, "B"), (WITH_SITE, {"together": [["B", "C"]]}, "B"),
        (Plan([0, 0, 0, 0, 0, 2]), {"least": 0.5}, "C"),
    ],
)  # fmt: skip
def test_the_auditor_catches_each_broken_rule(plan: Plan, asked: dict[str, Any], subject: str) -> None:
    assert broken(plan) == set()
    assert broken(plan, openings=asked) == {("openings", subject)}
    edits = edits_for(plan, street(), scenario({"openings": asked}))
    assert edits
    assert all(edit.path[:2] == ("rules", "openings") for edit in edits)
    found, _ = best(street(), {"openings": asked, "capacity": {"max": 1.2}}, {"minimize": "travel"})
    assert broken(found, openings=asked) == set()


def test_least_students_of_the_file_bind_open_schools_alone() -> None:
    d = street(least_students=np.array([0.0, 30, 20]))
    assert broken(ALL, d) == {("openings", "B")}
    assert broken(WITH_SITE, d) == set()


def test_an_open_school_needs_its_unit_whatever_zones_may_be() -> None:
    loose = {"contiguity": {"method": "none"}}
    assert broken(Plan([0, 0, 0, 1, 1, 1]), **loose) == {("school_in_own_zone", "B")}
    assert broken(Plan([0, 0, 0, 1, 1, 1]), school_in_own_zone=False, **loose) == {("openings", "B")}


def test_todays_zones_close_and_open_nothing() -> None:
    found = audit_today(street(), rules(openings={"open": 1, "close": 1, "must_open": ["C"]}))
    assert found is not None
    assert found.passed


# -- measures ----------------------------------------------------------------------------------------------------------


def test_what_is_measured_of_closings() -> None:
    d = street()
    said = measure(WITH_SITE, d)
    assert (said["schools_open"], said["cost"], said["closure_students"]) == (2, 7, 40)
    assert said["closure_students_by_group"] == {"low": 24}
    assert said["closure_burden"] == {"low": pytest.approx(24 / 28 - 40 / 60)}
    assert goal_value(Goal(minimize="closure_burden", group="low"), WITH_SITE, d) == pytest.approx(24 / 28 - 40 / 60)
    now = measure_today(d)
    assert now is not None
    assert (now["schools_open"], now["cost"], now["closure_students"], now["closure_burden"]) == (2, 8, 0, {"low": 0})
    assert [row["status"] for row in by_school(WITH_SITE, d)] == ["open", "closes", "opens"]
    assert [row["status"] for row in by_school(TODAY, d)] == ["open", "open", "not opened"]


def test_nothing_is_said_of_closings_where_none_may_be() -> None:
    d = street("ooo")
    assert not {"schools_open", "cost", "closure_students", "closure_burden"} & set(measure(ALL, d))
    assert "status" not in by_school(ALL, d)[0]


# -- reading -----------------------------------------------------------------------------------------------------------


def files(tmp_path: Path, statuses: str, **schools: Any) -> Data:
    (tmp_path / "units.csv").write_text("unit,students,zone\nu1,10,A\nu2,10,B\nu3,10,B\n")
    rows = "\n".join(f"{text},{unit},{status}" for text, unit, status in zip("ABC", ("u1", "u2", "u3"), statuses.split(","), strict=True))
    (tmp_path / "schools.csv").write_text("id,unit,status,cost,more,least,built\n" + "\n".join(
        f"{row},{k},1,{k or ''},19{k}0" for k, row in enumerate(rows.split("\n"))))  # fmt: skip
    (tmp_path / "edges.csv").write_text("u,v\nu1,u2\nu2,u3\n")
    said = {
        "units": {"path": tmp_path / "units.csv", "id": "unit", "students": "students", "current_school": "zone"},
        "schools": {"path": tmp_path / "schools.csv", "id": "id", "unit": "unit", "status": "status", **schools},
        "adjacency": {"path": tmp_path / "edges.csv"},
    }
    return Data.model_validate(said)


def test_statuses_costs_and_facts_are_read(tmp_path: Path) -> None:
    d = load_district(files(tmp_path, ",May Close,CANDIDATE", cost_if_open=["cost", "more"], least_students="least", facts={"year built": "built"}))
    assert (d.optional.tolist(), d.is_candidate.tolist()) == ([False, True, True], [False, False, True])
    assert d.cost_if_open is not None
    assert d.least_students is not None
    assert (d.cost_if_open.tolist(), d.least_students.tolist(), d.facts["year built"].tolist()) == ([1, 2, 3], [0, 1, 2], ["1900", "1910", "1920"])


def test_a_closed_school_is_a_fact_of_today(tmp_path: Path) -> None:
    d = load_district(files(tmp_path, "open,closed,candidate"))
    assert (d.school_ids, d.closed_ids) == (("A", "C"), ("B",))
    assert d.current is not None
    assert d.current.tolist() == [0, 2, 2]


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ("open,maybe,open", "column 'status' holds 'maybe', which is no status. Write open, may_close, candidate or closed; a blank is open."),
        ("open,candidate,open", "'B' is a candidate, and is today's school of 2 units: 'u2', 'u3'."),
        ("candidate,closed,closed", "no school is open: column 'status' says so."),
    ],
)
def test_what_cannot_be_is_told(statuses: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        load_district(files(tmp_path, statuses))
    assert said in str(error.value)


def test_one_unit_may_hold_several_schools_of_which_one_always_is_open(tmp_path: Path) -> None:
    data = files(tmp_path, "open,may_close,candidate")
    table = tmp_path / "schools.csv"
    table.write_text(table.read_text().replace("C,u3", "C,u1"))
    d = load_district(data)
    assert (d.school_unit.tolist(), d.sharing, d.has_site.tolist()) == ([0, 1, 0], ((0, 2),), [False, False, True])
    table.write_text(table.read_text().replace("candidate", "open"))
    with pytest.raises(DataError, match="unit 'u1' holds more than one school: 'A', 'C'"):
        load_district(data)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"must_open": ["A"], "must_close": ["A"]}, "'A' must open and must close."),
        ({"not_both": [["A", "A"]]}, "'A' is paired with itself."),
        ({"open": {}}, "neither min nor max is given."),
        ({"close": {"min": 2, "max": 1}}, "min 2 is above max 1."),
    ],
)
def test_rules_that_contradict_themselves_are_refused(said: dict[str, Any], told: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    document = {"name": "a", "data": {"units": {"path": "u.csv", "students": "n"}, "schools": {"path": "s.csv", "status": "st"}}}
    file.write_text(json.dumps({**document, "rules": {"openings": said}, "goals": [{"minimize": "cut_edges"}]}))
    with pytest.raises(ScenarioError) as error:
        load_scenario(file)
    assert told in str(error.value)


def test_what_needs_columns_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    document = {"name": "a", "data": {"units": {"path": "u.csv", "students": "n"}, "schools": {"path": "s.csv", "status": "st", "open": "o"}}}
    goals = [{"minimize": "cost"}, {"minimize": "closure_burden", "group": "low"}]
    file.write_text(json.dumps({**document, "rules": {"openings": {"least": 0.5}}, "goals": goals}))
    with pytest.raises(ScenarioError) as error:
        load_scenario(file)
    for told in ("open and status both say", "Give data.schools.cost_if_open", "without data.schools.capacity rules.openings.least"):
        assert told in str(error.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"openings": {"must_close": ["A"]}}, "the school 'A' is open and may not close."),
        ({"openings": {"must_open": ["Q"]}}, "there is no school 'Q' in the district."),
        ({"statement": [2]}, "finding 2 of rules.statement compares with the nearest of the open schools"),
    ],
)
def test_what_a_district_cannot_answer_is_refused(said: dict[str, Any], told: str) -> None:
    assert any(told in str(problem) for problem in problems(street(), rules(**said)))


def test_a_mean_over_schools_is_refused_where_schools_may_close() -> None:
    from geopandas import GeoSeries
    from shapely import box

    shapes = GeoSeries([box(i, 0, i + 100, 100) for i in range(0, 600, 100)], crs="EPSG:5070")
    d = replace(street(), geometry=shapes, border_m=np.full(5, 100.0))
    with pytest.raises(ScenarioError, match="which are open is for the plan to say"):
        formulate(d, scenario({}, [{"minimize": "polsby_popper"}]))


# -- explain -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_explain_says_which_closing_leaves_no_plan() -> None:
    """Ash has 50 seats for 60 students; with Birch or Cedar there are enough."""
    asked = scenario(
        {"capacity": {"max": 1}, "openings": {"must_close": ["B", "C"], "close": {"max": 1}, "total": {"min": 1}}}, [{"minimize": "travel"}]
    )
    found = explain(ask(asked, street()), 20)
    assert found.conflict is not None
    assert found.conflict.rules == ("rules.capacity.max", "rules.openings.must_close[0]", "rules.openings.must_close[1]")
    edited = {".".join(map(str, edit.path)) for relaxation in found.relaxations for edit in relaxation.edits}
    assert "rules.openings.must_close" in edited or "rules.capacity.max" in edited


def test_a_diagnosis_of_today_has_no_candidates_among_the_empty_schools() -> None:
    from rezoning.metrics.diagnosis import diagnose, seats_of_open
    from rezoning.metrics.zones import today_zones

    zones = today_zones(street("ocx"))
    assert zones is not None
    found = diagnose(zones, scenario(Rules(), [Goal(minimize="travel")]), None, None)
    assert [s for s, _row in seats_of_open(found)] == [0, 1]
