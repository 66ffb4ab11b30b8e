"""What arithmetic finds before any solver: every message once in full, and never without being right."""

import numpy as np
import pytest
from drawn import cases, picture, scenario
from hypothesis import given
from oracle import Oracle

from rezoning.errors import Infeasible, ScenarioError
from rezoning.formulation.formulate import formulate

nan = np.nan
TRIPS = np.array([[0.0, 9.0], [3.0, 5.0], [8.0, 2.0], [9.0, 0.0]])
LIMITS = {"travel": {"max": 1}, "stay_allowed": False}


def said(district, rules, error=Infeasible, goals=None) -> list[str]:
    with pytest.raises(error) as caught:
        formulate(district, scenario(rules, goals))
    return [str(problem) for problem in caught.value.problems]


def test_unknown_ids():
    rules = {
        "assign": {"77": "A", "00": "Q"},
        "forbid": [["78", "B"], ["00", "Z"], ["00", "Y"]],
        "locked": {"units": ["79"], "schools": ["R", "Z"]},
    }
    assert said(picture("AaBz"), rules, ScenarioError) == [
        "rules.locked.units[0]: there is no unit '79' in the district. Write its id as in the units file.",
        "rules.locked.schools[0]: there is no school 'R' in the district. The schools are A, B.",
        "rules.locked.schools[1]: the school 'Z' is closed in this scenario. The schools are A, B. Name one of them, or open it in the schools file.",
        "rules.assign.77: there is no unit '77' in the district. Write its id as in the units file.",
        "rules.assign.00: there is no school 'Q' in the district. The schools are A, B.",
        "rules.forbid[0]: there is no unit '78' in the district. Write its id as in the units file.",
        "rules.forbid[2]: there is no school 'Y' in the district. The schools are A, B.",
    ]


LOW, WHITE = {"minimize": "dissimilarity", "group": "low"}, {"minimize": "dissimilarity", "group": "low", "versus": "white"}


@pytest.mark.parametrize(
    ("low", "white", "goals", "messages"),
    [
        ([0, 0, 0], [1, 0, 0], [LOW], ["dissimilarity compares 'low', which has 0 students in this district."]),
        ([10, 10, 10], [1, 0, 0], [LOW], ["dissimilarity compares 'others', which has 0 students in this district."]),
        ([1, 0, 0], [0, 0, 0], [WHITE], ["dissimilarity compares 'white', which has 0 students in this district."]),
        ([1, 0, 0], [1, 0, 0], [LOW, WHITE], []),
    ],
)
def test_goals_that_compare_nobody(low, white, goals, messages):
    district = picture("AaB", groups={"low": np.array(low, dtype=float), "white": np.array(white, dtype=float)})
    if messages:
        assert said(district, {}, ScenarioError, goals) == [f"goals.group: {message} Choose another group." for message in messages]
    else:
        assert len(formulate(district, scenario(goals=goals)).terms) == 2


def test_no_students_no_values():
    goals = [{"minimize": "reassigned"}, {"minimize": "imbalance", "groups": ["low"]}]
    assert said(picture("AaB", students=[0, 0, 0], groups={"low": np.zeros(3)}), {}, ScenarioError, goals) == [
        "goals.minimize: the district has no students, so no goal has a value. Check data.units.students."
    ]


def test_parts_without_a_school():
    district = picture("AaB/..b", students=[1, 1, 1, 5, 7, 9], edges=[(0, 1), (1, 2), (3, 4)])
    cure = "Join them with data.adjacency.links (a bridge or ferry), widen data.adjacency.snap_m, or drop them from the units."
    assert said(district, {}) == [
        f"rules.contiguity: 2 units with 12 students hang together with no school: 10, 11. {cure}",
        f"rules.contiguity: 1 unit with 9 students hang together with no school: 12. {cure}",
    ]
    scattered = picture("Aa.....B", students=[1, 1, 1, 5, 7, 9, 4, 1], edges=[(0, 7)])
    assert said(scattered, {}) == [
        "rules.contiguity: 6 units with 27 students lie in 6 pieces of ground that hang together with no school: "
        f"01, 02, 03, 04, 05 and 1 more. {cure}"
    ]
    assert len(said(district, {"contiguity": {"islands": "keep"}})) == 1  # 12 is an island of today's
    assert len(said(district, {"contiguity": {"method": "closer_neighbor", "islands": "keep"}})) == 1
    formulate(district, scenario({"contiguity": {"method": "none"}}))


def test_rules_that_contradict_each_other():
    rules = {
        "assign": {"00": "B", "03": "A"},
        "locked": {"units": ["02", "03"], "schools": []},
        "forbid": [["01", "A"], ["01", "B"], ["02", "B"]],
    }
    cure = "Take one of these rules back for this unit."
    assert said(picture("AabB"), rules) == [
        f"rules: unit '00' has no school that all rules allow (assign: only School B; school_in_own_zone: only School A). {cure}",
        f"rules.forbid: unit '01' has no school that all rules allow (forbid: no school). {cure}",
        f"rules: unit '02' has no school that all rules allow (locked: only School B; forbid: only School A). {cure}",
        f"rules: unit '03' has no school that all rules allow "
        f"(locked: only School B; assign: only School A; school_in_own_zone: only School B). {cure}",
    ]


def test_locked_units_without_a_school_to_keep():
    cure = "Take one of these rules back for this unit."
    assert said(picture("Aaz.B"), {"locked": {"units": ["02", "03"], "schools": []}}) == [
        f"rules.locked: unit '02' has no school that all rules allow (locked: no school). {cure}",
        f"rules.locked: unit '03' has no school that all rules allow (locked: no school). {cure}",
    ]


def test_many_forbidden_schools_are_said_as_what_is_left_out():
    district = picture("AaBbCc")
    assert said(district, {"forbid": [["01", "A"]], "assign": {"01": "A"}}) == [
        "rules: unit '01' has no school that all rules allow (assign: only School A; forbid: not School A). "
        "Take one of these rules back for this unit."
    ]


@pytest.mark.parametrize(
    ("trips", "limits", "message", "cure"),
    [
        (TRIPS, {"max": 1}, "2 units have", "Raise rules.travel.max or rules.travel.always_within to 3 min, or drop the limits."),
        (TRIPS, {"max": 2.5}, "1 unit has", "Raise rules.travel.max or rules.travel.always_within to 3 min, or drop the limits."),
        (TRIPS + 0.001, {"max": 2.5}, "1 unit has", "Raise rules.travel.max or rules.travel.always_within to 3.01 min, or drop the limits."),
        (TRIPS, {"max": 2.5, "max_increase": 9}, "1 unit has", "Raise rules.travel.always_within to 3 min, or drop the limits."),
        (
            np.where(TRIPS == 3, nan, np.where(TRIPS == 5, nan, TRIPS)),
            {"max": 5},
            "1 unit has",
            "The travel file knows no trip at all for 1 of them: add their rows.",
        ),
        (
            np.where(TRIPS == 3, nan, np.where(TRIPS == 5, nan, TRIPS)),
            {"max": 1},
            "2 units have",
            "Raise rules.travel.max or rules.travel.always_within to 2 min, or drop the limits. "
            "The travel file knows no trip at all for 1 of them: add their rows.",
        ),
    ],
)
def test_too_long_trips(trips, limits, message, cure):
    units = "01" if message.startswith("1") else "01, 02"
    rules = {"travel": limits, "stay_allowed": False}
    assert said(picture("AabB", travel=trips), rules) == [f"rules.travel: {message} no school within the travel limits: {units}. {cure}"]


def test_trips_that_streets_do_not_lead_to_are_not_asked_of_a_file():
    trips = np.where(TRIPS == 3, nan, np.where(TRIPS == 5, nan, TRIPS))
    district = picture("AabB", travel=trips, travel_source="streets")
    (message,) = said(district, {"travel": {"max": 5}, "stay_allowed": False})
    assert message.endswith("No school is reached along the streets from 1 of them: give streets that lead there.")


def test_a_school_too_far_from_its_own_unit():
    assert said(picture("AabB", travel=TRIPS + 4), {"travel": {"max": 4.5}, "stay_allowed": False})[0] == (
        "rules.travel: 2 units have no school within the travel limits: 01, 02. "
        "Raise rules.travel.max or rules.travel.always_within to 7 min, or drop the limits."
    )
    assert said(picture("AabB", travel=TRIPS[:, ::-1]), {"travel": {"max": 5}, "stay_allowed": False}) == [
        "rules: unit '00' has no school that all rules allow (school_in_own_zone: only School A; travel: only School B). "
        "Take one of these rules back for this unit.",
        "rules: unit '03' has no school that all rules allow (school_in_own_zone: only School B; travel: only School A). "
        "Take one of these rules back for this unit.",
    ]


def test_units_that_cannot_be_joined_to_a_school_they_may_have():
    district = picture("AaabB")
    between = "the units between them and the school may not have that school."
    assert said(district, {"assign": {"01": "B"}, "forbid": [["02", "B"]]}) == [
        f"rules.contiguity: 2 units cannot be joined to any school they may have: 01, 02; {between} "
        "Loosen rules.assign or rules.forbid, or add data.adjacency.links."
    ]
    assert said(picture("Aba/abB"), {"assign": {"02": "A"}, "forbid": [["01", "A"]]}) == [
        f"rules.contiguity: 1 unit cannot be joined to any school they may have: 02; {between} "
        "Loosen rules.assign or rules.forbid, keep today's islands (contiguity.islands: keep), or add data.adjacency.links."
    ]
    assert said(district, {"assign": {"01": "B", "03": "A"}}) == [
        f"rules.contiguity: 3 units cannot be joined to any school they may have: 01, 02, 03; {between} "
        "Loosen rules.assign, or add data.adjacency.links."
    ]


LONG = np.array([[0.0, 8], [2, 6], [4, 4], [6, 2], [8, 0]])


@pytest.mark.parametrize(
    ("rules", "cure"),
    [
        ({"travel": {"max": 8}, "locked": {"units": ["02"]}, "assign": {"03": "A"}}, "Loosen rules.locked or rules.assign"),
        ({"travel": {"max": 8}, "walk": {"guarantee": "any"}, "assign": {"03": "A"}}, "Loosen rules.assign or rules.walk"),
        (
            {"travel": {"max": 8}, "assign": {"01": "B"}, "forbid": [["01", "A"], ["02", "B"]], "locked": {"units": ["02"]}},
            "Loosen rules.assign and rules.forbid together",
        ),
    ],
)
def test_the_rule_that_is_named_is_the_one_to_blame(rules, cure):
    walkable = np.array([[True, False], [True, False], [False, True], [True, True], [False, True]])
    district = picture("AaabB" if "forbid" in rules else "AabbB", travel=LONG, walkable=walkable)
    assert any(cure in text for text in said(district, rules)), said(district, rules)


SEATS = {"capacity": np.array([20.0, 20.0])}


@pytest.mark.parametrize(
    ("seats", "capacity", "message"),
    [
        ([20, 10], {"max": 1.0}, "do not fit: all schools together may hold 30 (1 of 30). Raise rules.capacity.max to at least 1.334."),
        ([40, 40], {"min": 0.75}, "are too few: all schools together must hold 60 (0.75 of 80). Lower rules.capacity.min to at most 0.5."),
        ([0, 0], {"max": 1.0}, "do not fit: all schools together may hold 0 (1 of 0). Give the schools seats."),
    ],
)
def test_seats_of_the_whole_district(seats, capacity, message):
    found = said(picture("AabB", capacity=np.array(seats, dtype=float)), {"capacity": capacity})
    assert found[0] == f"rules.capacity: 40 students {message}"


def test_seats_of_one_school():
    district = picture("AabB", students=[25, 5, 5, 5], capacity=np.array([20.0, 40.0]))
    assert said(district, {"capacity": {"min": 0.9, "max": 1.0}, "forbid": [["01", "B"], ["02", "B"]]}) == [
        "rules.capacity: 40 students are too few: all schools together must hold 54 (0.9 of 60). Lower rules.capacity.min to at most 0.666.",
        "rules.capacity: School A may hold at most 20 students, but 35 have no other school under the rules. "
        "Raise rules.capacity.max to at least 1.75.",
        "rules.capacity: School B must hold at least 36 students, but only 5 live where they may be assigned to it. Lower rules.capacity.min.",
    ]
    district = picture("AabB", students=[25, 5, 5, 5], capacity=np.array([0.0, 40.0]))
    assert said(district, {"capacity": {"max": 1.0}}) == [
        "rules.capacity: School A may hold at most 0 students, but 25 have no other school under the rules. "
        "Give the school seats, or give up rules.school_in_own_zone."
    ]


def test_a_full_district_is_not_called_too_full():
    """0.7 of 30 is 20.999999999999996 in floating point."""
    formulate(picture("AabB", students=[11, 10, 10, 11], capacity=np.array([30.0, 30.0])), scenario({"capacity": {"min": 0.7, "max": 0.7}}))


@given(one=cases(8))
def test_what_arithmetic_refuses_has_no_plan(one):
    if Oracle(one.district, one.scenario).truth().is_feasible:
        formulate(one.district, one.scenario)
