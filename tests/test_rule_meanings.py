"""Meanings that are easily taken otherwise, each worked out by hand: solver, audit and measures say what scenarios/README.md says."""

import json
from dataclasses import replace

import numpy as np
import pytest
from drawn import picture, scenario

from rezoning.auditing import audit
from rezoning.cli.app import app
from rezoning.district.plan import Plan
from rezoning.district.questions import rule_notes
from rezoning.errors import Infeasible, ScenarioError
from rezoning.formulation.formulate import formulate
from rezoning.metrics.goals import goal_value
from rezoning.metrics.measure import measure, measure_today
from rezoning.optimize.engine import solve

nan = np.nan
LOOSE = {"contiguity": {"method": "none"}}


def answer(district, rules, *goals):
    """The plan as letters and the goals' values, which audit and measures confirm."""
    asked = scenario(rules, list(goals))
    result = solve(formulate(district, asked), asked.solve)
    assert result.plan is not None
    assert audit(result.plan, district, asked.rules, asked.goals).violations == ()
    values = [goal.value for goal in result.goals]
    assert values == pytest.approx([goal_value(goal, result.plan, district, asked.rules) for goal in asked.goals], abs=1e-9)
    return "".join(district.school_ids[s] for s in result.plan.school), pytest.approx(values, abs=1e-7), result


def refused(district, rules, *goals):
    with pytest.raises(Infeasible) as caught:
        formulate(district, scenario(rules, list(goals) or None))
    return [str(problem) for problem in caught.value.problems]


def broken(district, plan, rules, *goals):
    asked = scenario(rules, list(goals) or None)
    school = np.array([district.school_ids.index(letter) for letter in plan])
    return [violation.message for violation in audit(Plan(school), district, asked.rules, asked.goals).violations]


# -- travel ----------------------------------------------------------------------------------------------------------


def test_a_limit_of_its_own_permits_and_forbids():
    district = picture("AaB", travel=np.array([[0.0, 30], [20, 5], [30, 0]]))
    rules = {**LOOSE, "stay_allowed": False}
    assert refused(district, {**rules, "travel": {"max": 60, "units": {"01": 1}}}) == [
        "rules.travel.units.01: unit '01' has no school within its own limit of 1 min. Raise it to 5 min, or drop it."
    ]
    assert answer(district, {**rules, "travel": {"max": 60, "units": {"01": 6}}}, {"minimize": "reassigned"})[:2] == ("ABB", [1 / 3])
    assert answer(district, {**rules, "travel": {"max": 4, "units": {"01": 20}}}, {"minimize": "reassigned"})[:2] == ("AAB", [0])


def test_a_trip_that_is_unknown_is_none_to_take():
    """Of three units the middle one has no known trip to B."""
    district, goal = picture("AaB", travel=np.array([[0.0, 4], [2, nan], [4, 0]])), {"minimize": "travel"}
    assert answer(district, {}, goal)[:2] == ("AAB", [20 / 30])
    assert broken(district, "ABB", {}, goal) == ["travel: no trip from unit '01' to School B is known"]
    assert broken(district, "ABB", {}, {"minimize": "reassigned"}) == []
    measures = measure(Plan(np.array([0, 1, 1])), district)
    assert (measures["travel_mean"], measures["travel_unknown_students"], measures["added_travel_unknown_students"]) == (0, 10, 10)


def test_not_even_todays_trip_may_be_unknown_where_it_is_measured():
    district = picture("AaB", travel=np.array([[0.0, 4], [nan, 3], [4, 0]]))
    assert answer(district, {}, {"minimize": "travel"})[:2] == ("ABB", [1])
    assert answer(district, {}, {"minimize": "added_travel"})[:2] == ("AAB", [0])  # who stays adds nothing
    assert broken(district, "AAB", {}, {"minimize": "travel"}) == ["travel: no trip from unit '01' to School A is known"]
    assert answer(replace(district, students=np.array([10.0, 0, 10])), {"assign": {"01": "A"}}, {"minimize": "travel"})[:2] == ("AAB", [0])
    lost = replace(district, travel=np.array([[0.0, 4], [nan, nan], [4, 0]]))
    assert refused(lost, {}, {"minimize": "travel"}) == [
        "goals.minimize: trips are measured, and 1 unit has no school to which a trip is known: 01. "
        "Add their rows to the travel file, or drop the goal or rule. The travel file knows no trip at all for 1 of them."
    ]


def test_a_walk_is_compared_with_the_ride_of_today():
    """'01' rides 5 min to A, and would walk 11 min to B; the walk to A would take an hour."""
    walk = np.array([[0.0, 25], [60, 11], [25, 0]])
    district = picture("AaB", travel=np.array([[0.0, 5], [5, 3], [5, 0]]), walk=walk, walkable=walk <= 12)
    rules = {**LOOSE, "forbid": [["01", "A"]]}
    assert refused(district, {**rules, "travel": {"modes": {"walk": {"max_increase": 0.1}}}}) != []
    assert answer(district, {**rules, "travel": {"modes": {"walk": {"max_increase": 1.2}}}}, {"minimize": "travel"})[0] == "ABB"


# -- closed schools and new units ------------------------------------------------------------------------------------

CLOSED = {
    "travel": np.array([[0.0, 6], [9, 8], [4, 2], [6, 0]]),
    "closed_travel": np.array([[2.0], [1], [2], [4]]),
    "walkable": np.array([[True, False], [True, False], [False, True], [False, True]]),
    "closed_walkable": np.array([[True], [True], [False], [False]]),
}


def test_trips_and_walks_of_a_closed_school_are_todays():
    district = picture("AzbB", **CLOSED)
    assert answer(district, {}, {"minimize": "walk_lost"}, {"minimize": "added_travel"})[:2] == ("AABB", [0, 80 / 40])
    assert answer(district, {}, {"minimize": "added_travel"}, {"minimize": "walk_lost"})[:2] == ("ABBB", [70 / 40, 0.25])
    assert len(refused(district, {"travel": {"max_increase": 0.5}})) == 1
    today = measure_today(district)
    assert (today["travel_mean"], today["travel_unknown_students"], today["walk_share"]) == ((10 + 20) / 40, 0, 1)
    unknown = replace(district, closed_travel=None)
    assert answer(unknown, {"travel": {"max_increase": 0.5}}, {"minimize": "added_travel"})[1] == [0]  # three units, and none of them moves
    assert measure(Plan(np.array([0, 0, 1, 1])), unknown)["added_travel_unknown_students"] == 10


def test_neighbors_of_a_closed_school_go_together():
    district = picture("AzzB", capacity=np.array([20.0, 20]))
    assert answer(district, {"unity": {"min_share": 1}}, {"minimize": "over_capacity"})[1] == [0.25]
    assert answer(district, {}, {"minimize": "over_capacity"})[1] == [0]


def test_everyone_leaves_a_closed_school():
    district = picture("AzB")
    assert refused(district, {"reassigned": {"each_school": 0.5}}) == [
        "rules.reassigned.each_school: under the other rules at least 10 of 10 students of the closed 'Z' must change schools, and the budget is 5 "
        "(0.5 of them). Write rules.reassigned.schools.Z: 1, for nobody can stay there, or open it."
    ]
    assert broken(district, "AAB", {"reassigned": {"each_school": 0.5}}) != []
    assert answer(district, {"reassigned": {"each_school": 0.5, "schools": {"Z": 1}}}, {"minimize": "reassigned"})[1] == [1 / 3]


def test_a_new_unit_changes_the_school_that_it_joins():
    assert answer(picture("A.B"), {}, {"minimize": "schools_changed"})[1] == [1]
    assert broken(picture("A.B"), "AAB", {"locked": {"schools": ["A"]}}) == ["locked: School A's zone would gain 1 unit (01)"]


# -- burden, bands, goals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [0.5, 1, 1.1, 2])
def test_a_ratio_of_what_is_below_zero_asks_for_no_more_than_everyones(ratio):
    """Today the school's own unit goes to B: once it does not, everyone's trip is 1.5 min shorter, the group's as well."""
    trips = np.array([[0.0, 6], [2, 4], [4, 2], [6, 0]])
    district = picture("AabB", current=np.array([1, 0, 1, 1]), travel=trips, groups={"low": np.full(4, 5.0)})
    rules = {"burden": [{"group": "low", "measure": "added_travel", "max_ratio": ratio}]}
    assert answer(district, rules, {"minimize": "reassigned"})[:2] == ("AABB", [0.25])
    left_out = replace(district, groups={"low": np.array([0.0, 5, 5, 5])})
    assert broken(left_out, "AABB", rules)[0].startswith("burden: 0 min would be added to the trip of the mean student of group 'low', above")


def test_students_outside_a_band_on_an_index():
    """A has 20 students of mean 1.5, .5 below the band, on a scale from 1 to 3: 5 of them would have to change places."""
    columns = {"ses": np.array(["1", "2", "9", "3"], dtype=object)}
    district = picture("AabB", students=[10, 10, 0, 10], columns=columns)
    rules = {"bands": [{"index": "ses", "min": 2, "soft": True}], "assign": {"01": "A"}}
    assert answer(district, rules, {"minimize": "out_of_band"})[1] == [20 * 0.5 / (3 - 1) / 30]


@pytest.mark.parametrize(("low", "breaks", "notes"), [([7, 1, 1, 3], 1, 1), ([7, 5, 5, 7], 0, 0)])
def test_a_diverse_school_is_known_where_the_law_knows_it(low, breaks, notes):
    """A has 70 %: within 25 to 75, and 40 points from a district of 30 %."""
    district = picture("AbbB", groups={"low": np.array(low, dtype=float)})
    rules = {"bands": [{"group": "low", "preset": "ct_diverse"}]}
    assert len(broken(district, "ABBB", rules)) == breaks
    assert bool(formulate_or_none(district, rules)) is not bool(breaks)
    assert len(list(rule_notes(district, scenario(rules).rules))) == notes


def formulate_or_none(district, rules):
    asked = scenario({**rules, "assign": {"01": "B", "02": "B"}})
    try:
        return solve(formulate(district, asked), asked.solve).plan
    except Infeasible:
        return None


def test_what_is_given_up_of_a_value_below_zero():
    """'01' gets 4 min nearer by moving, which is -1 of all, '02' 2 min: -1.5 together. Two fifths given up leave -.9, so only '02' may stay."""
    trips = np.array([[0.0, 9], [6, 2], [3, 1], [9, 0]])
    district = picture("AaaB", travel=trips)
    goals = [{"minimize": "added_travel", "give_up": 0.4}, {"minimize": "reassigned"}]
    plan, values, result = answer(district, LOOSE, *goals)
    assert (plan, values) == ("ABAB", [-1, 0.25])
    assert [goal.bound for goal in result.goals] == pytest.approx([-1.5, 0.25])
    assert result.warnings[0] == "added_travel: -1.5 was reached, and give_up: 0.4 let later goals worsen it to -1."
    assert answer(district, LOOSE, {"minimize": "added_travel", "give_up": 0.3}, {"minimize": "reassigned"})[1] == [-1.5, 0.5]


# -- names -----------------------------------------------------------------------------------------------------------


def test_a_band_for_no_school_is_refused():
    with pytest.raises(ValueError, match="schools and except_schools leave no school"):
        scenario({"bands": [{"group": "low", "within": 0.1, "schools": ["A"], "except_schools": ["A"]}]})
    for rule in ({"except_schools": ["A", "B"]}, {"schools": ["Z"]}):
        with pytest.raises(ScenarioError, match="leave no open school that the band is for"):
            formulate(picture("AzB", groups={"low": np.ones(3)}), scenario({"bands": [{"group": "low", "within": 0.1, **rule}]}))


COMMANDS = (
    ["validate"], ["run", "--out", "out"], ["evaluate", "plan.csv"], ["compare", "plan.csv"], ["explain", "--seconds", "2"],
    ["frontier", "--goals", "dissimilarity:poor,reassigned", "--points", "2", "--time-limit-total", "4"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"assign": {"u-0-0": "Z"}}, 3),
        ({"locked": {"schools": ["Z"]}}, 3),
        ({"bands": [{"group": "poor", "within": 1, "schools": ["Z"]}]}, 3),
        ({"forbid": [["u-0-0", "Z"]], "capacity": {"schools": {"Z": {"max": 1}}}, "reassigned": {"schools": {"Z": 0}}}, 0),
    ],
    ids=["assign", "locked", "bands", "where it may be named"],
)
def test_a_closed_school_in_a_rule_has_one_answer_from_every_command(rules, code, tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tiny(data={"schools": {"open": "open"}}, rules=rules, solve={"time_limit": 5})
    schools = (path.parent / "schools.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{schools[0]},open", *(f"{row},yes" for row in schools[1:]), "Z,Z Elementary,70,u-0-0,no"]
    (path.parent / "schools.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    units = [line.split(",") for line in (path.parent / "units.csv").read_text(encoding="utf-8").splitlines()]
    plan = [f"{row[0]},{row[-1]}" for row in units[1:]]
    (tmp_path / "plan.csv").write_text("\n".join(["unit_id,school_id", *plan]) + "\n", encoding="utf-8")
    for command, *rest in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            app([command, str(path), *rest, "--json"])
        said = capsys.readouterr().out
        assert ended.value.code == code, (command, said)
        if code == 3:
            assert "closed" in said or "no open school" in said, command
            assert json.loads(said)["problems"][0]["place"].startswith(str(path)), command
