"""What arithmetic says about the levers before any solver: every sentence once in full."""

import numpy as np
import pytest
from drawn import picture, scenario

from rezoning.district.questions import rule_notes
from rezoning.errors import Infeasible, ScenarioError
from rezoning.formulation.arithmetic import most_students, possibilities
from rezoning.formulation.attainable import attainable
from rezoning.formulation.formulate import formulate

COLUMNS = {
    "moved": np.array(["2020", "soon", "", "20.5", "2021"]),
    "index": np.array(["1", "", "x", "", "3"]),
    "area": np.array(["w", "w ", "", "e", "e"]),
    "safe": np.array(["yes", "", "", "", ""]),
}


def school_district(**changes):
    given = {
        "students": [10, 10, 10, 0, 10],
        "columns": COLUMNS,
        "groups": {"low": np.array([8.0, 5, 5, 0, 0])},
        "capacity": np.array([20.0, 20.0]),
        "travel": np.ones((5, 2)),
        "grades": {"5": np.ones(5)},
        "walkable": np.eye(5, 2) == 1,
        "crossed": np.eye(5, 2) == 1,
    }
    return picture("AabbB", **(given | changes))


def said(district, rules, error=Infeasible) -> list[str]:
    with pytest.raises(error) as caught:
        formulate(district, scenario(rules))
    return [str(problem) for problem in caught.value.problems]


def test_names_that_are_not_there():
    rules = {
        "capacity": {"schools": {"Q": {"max": 1}}},
        "travel": {"units": {"99": 3}},
        "protected": {"units": ["98"], "column": "sfe"},
        "not_again": {"column": "moved", "years": 3, "year": 2024},
        "keep_together": {"groups": [["00", "97"]], "column": "hood"},
        "reassigned": {"groups": {"lo": 0.1}, "schools": {"R": 0.1}},
        "phase_in": [{"year": "1", "stay": {"6": 1}}],
        "bands": [{"group": "loww", "within": 0.1, "schools": ["S"], "except_schools": ["T"]}, {"index": "index", "min": 1}],
        "isolation": [{"group": "x", "above": 0.5}],
        "burden": [{"group": "y", "measure": "reassigned", "max_ratio": 1}],
        "flow_balance": [{"column": "area", "between": ["w", "east"], "group": "z"}, {"column": "ara", "between": ["w", "e"]}],
    }
    units, schools = "in the district. Write its id as in the units file.", "in the district. The schools are A, B."
    assert said(school_district(), rules, ScenarioError) == [
        f"rules.capacity.schools.Q: there is no school 'Q' {schools}",
        f"rules.travel.units.99: there is no unit '99' {units}",
        f"rules.protected.units[0]: there is no unit '98' {units}",
        "rules.protected.column: there is no column 'sfe' in the units file. Did you mean 'safe'?",
        "rules.not_again.column: column 'moved' needs a whole number, or blank; unit '01' has 'soon', unit '03' has '20.5'. "
        "Write a year like 2021, or leave it blank.",
        f"rules.keep_together.groups[0][1]: there is no unit '97' {units}",
        "rules.keep_together.column: there is no column 'hood' in the units file. Known here: moved, index, area, safe.",
        "rules.reassigned.groups.lo: 'lo' is not a group of data.units.groups. Did you mean 'low'?",
        f"rules.reassigned.schools.R: there is no school 'R' {schools}",
        "rules.phase_in[0].stay.6: '6' is not a grade of data.units.grades. Known here: 5.",
        "rules.bands[0].group: 'loww' is not a group of data.units.groups. Did you mean 'low'?",
        f"rules.bands[0].schools[0]: there is no school 'S' {schools}",
        f"rules.bands[0].except_schools[0]: there is no school 'T' {schools}",
        "rules.bands[1].index: column 'index' needs a number in every unit with students; unit '01' is blank, unit '02' has 'x'. "
        "Write a number, with a point for decimals.",
        "rules.isolation[0].group: 'x' is not a group of data.units.groups. Known here: low.",
        "rules.burden[0].group: 'y' is not a group of data.units.groups. Known here: low.",
        "rules.flow_balance[0].group: 'z' is not a group of data.units.groups. Known here: low.",
        "rules.flow_balance[1].column: there is no column 'ara' in the units file. Did you mean 'area'?",
        "rules.flow_balance[0].between[1]: no unit has 'east' in column 'area'. Known here: e, w.",
    ]


def test_groups_that_contradict_other_rules():
    assert said(school_district(), {"keep_together": [["00", "01"], ["01", "04"]]}) == [
        "rules.keep_together: units 00, 01, 04 must go to one school, and none is allowed to all of them "
        "('00' only School A, '01' only School A, School B, '04' only School B). Take a unit out of the group, or the rule that binds it."
    ]


@pytest.mark.parametrize(
    ("rule", "place", "who", "least"),
    [
        ({"max_share": 0.1}, "max_share", "10 of 40 students must", "4 (0.1 of them). Raise it to at least 0.25"),
        ({"groups": {"low": 0.2}}, "groups.low", "5 of 18 students of 'low' must", "3.6 (0.2 of them). Raise it to at least 0.278"),
        ({"schools": {"A": 0.3}}, "schools.A", "10 of 20 students of School A must", "6 (0.3 of them). Raise it to at least 0.5"),
        ({"each_school": 0.3}, "each_school", "10 of 20 students of School A must", "6 (0.3 of them). Raise it to at least 0.5"),
        ({"max_share": 0.25, "groups": {"low": 0.278}, "each_school": 0.5}, "", "", ""),
    ],
)
def test_budgets_that_forced_moves_exceed(rule, place, who, least):
    rules = {"assign": {"01": "B"}, "reassigned": rule}
    if not place:
        formulate(school_district(), scenario(rules))
        return
    assert said(school_district(), rules) == [
        f"rules.reassigned.{place}: under the other rules at least {who} change schools, and the budget is {least}, or loosen rules.assign."
    ]


def test_burdens_that_forced_moves_break():
    rules = {
        "assign": {"01": "B"},
        "burden": [{"group": "low", "measure": "reassigned", "max_ratio": 1, "max_extra": 0.01}],
        "flow_balance": [{"column": "area", "between": ["w", "e"]}],
    }
    cure = "Raise it, or loosen rules.assign."
    always = "under the other rules the share whose school changes is always more than"
    assert said(school_district(), rules) == [
        f"rules.burden[0].max_ratio: {always} 1 times everyone's for 'low'. {cure}",
        f"rules.burden[0].max_extra: {always} 0.01 above everyone's for 'low'. {cure}",
        f"rules.flow_balance[0].max_ratio: the other rules send more students from 'w' to 'e' than 1.5 times those who can go the other way. {cure}",
    ]


WIDEN = "Widen the band, name schools that it is not for in except_schools, or"
CURE, SEATED = f"{WIDEN} give up rules.school_in_own_zone.", f"{WIDEN} loosen rules.capacity."
ALL = "Widen the band, or name the schools that it is for."


@pytest.mark.parametrize(
    ("rules", "messages"),
    [
        (
            {"assign": {"01": "B", "02": "B"}, "bands": [{"group": "low", "within": 0.1}]},
            [
                f"School A must have 0.35 to 0.55 low, and under the other rules it has 0.8. {CURE}",
                f"School B must have 0.35 to 0.55 low, and under the other rules it has 0.3333. {CURE}",
            ],
        ),
        (
            {"bands": [{"group": "low", "min": 0.6}]},
            [
                f"every school must have at least 0.6 low, and the district has 0.45. {ALL}",
                f"School B must have at least 0.6 low, and under the other rules it has 0 to 0.3333. {CURE}",
            ],
        ),
        (
            {"bands": [{"group": "low", "max": 0.3}]},
            [
                f"every school must have at most 0.3 low, and the district has 0.45. {ALL}",
                f"School A must have at most 0.3 low, and under the other rules it has 0.6 to 0.8. {CURE}",
            ],
        ),
        (
            {"bands": [{"group": "low", "max": 0.3, "schools": ["A"], "either": [{"min": 0.9}]}]},
            [f"School A must have at most 0.3 or at least 0.9 low, and under the other rules it has 0.6 to 0.8. {CURE}"],
        ),
        (
            {"capacity": {"min": 1}, "bands": [{"group": "low", "min": 0.95, "schools": ["A"]}]},
            [
                f"its schools hold at least 20 students, so at least 19 of 'low', and there are 18. {SEATED}",
                f"School A must have at least 0.95 low, and under the other rules it has 0.6 to 0.8. {CURE}",
            ],
        ),
        ({"bands": [{"group": "low", "min": 0.6, "max": 0.8, "schools": ["A"]}]}, []),
        ({"bands": [{"group": "low", "max": 0.3, "soft": True}]}, []),
    ],
)
def test_bands_that_no_choice_of_units_meets(rules, messages):
    if messages:
        assert said(school_district(), rules) == [f"rules.bands[0]: {message}" for message in messages]
    else:
        formulate(school_district(), scenario(rules))


def test_bands_of_chosen_schools_leave_too_many_elsewhere():
    district = picture("AabbB", groups={"low": np.full(5, 9.0)}, capacity=np.array([20.0, 30.0]))
    band = {"bands": [{"group": "low", "max": 0.5, "schools": ["A"]}]}
    first = f"rules.bands[0]: its schools may have at most 10 students of 'low' and the others hold 30 students, and there are 45. {SEATED}"
    assert said(district, band | {"capacity": {"max": 1}})[0] == first
    first = f"rules.bands[0]: its schools hold at least 20 students, so at least 10 who are not of 'low', and there are 5. {SEATED}"
    assert said(district, band | {"capacity": {"min": 1}})[0] == first


def test_schools_that_stay_isolated():
    rules = {"isolation": [{"group": "low", "above": 0.3}], "assign": {"01": "B", "02": "B"}}
    cure = "Raise above, or loosen rules.assign."
    assert said(school_district(), rules) == [
        f"rules.isolation[0]: School A must have at most 0.65 low, and under the other rules it has 0.8. {cure}",
        f"rules.isolation[0]: School B must have at most 0.3 low, and under the other rules it has 0.3333. {cure}",
    ]


GROWING = {"years": {"2030": np.array([20.0, 10, 10, 10])}, "growth": {"low": np.ones(4)}, "portables": np.array([0.0, 2.0])}


@pytest.mark.parametrize(
    ("capacity", "messages"),
    [
        (
            {"max": 1},
            ["50 students (2030) do not fit: all schools together may hold 40 (1 of 40). Raise rules.capacity.max to at least 1.25."],
        ),
        (
            {"max": 1.1, "portables": True},
            ["50 students (2030) do not fit: all schools together may hold 46. Raise rules.capacity.max to at least 1.2."],
        ),
        ({"max": 1.2, "portables": True}, []),
        (
            {"min": 0.5, "schools": {"B": {"min": 0.6, "max": 2}}},
            [
                "4 students (low) are too few: all schools together must hold 22. Lower rules.capacity.schools, the least of some of them.",
                "School A must hold at least 10 students, but only 3 (low) live where they may be assigned to it. Lower rules.capacity.min.",
                "School B must hold at least 12 students, but only 3 (low) live where they may be assigned to it. "
                "Lower rules.capacity.schools.B.min.",
            ],
        ),
        (
            {"schools": {"A": {"max": 0.5}, "B": {"max": 0.9}}},
            [
                "40 students do not fit: all schools together may hold 28. Raise the limits of rules.capacity.schools.",
                "50 students (2030) do not fit: all schools together may hold 28. Raise the limits of rules.capacity.schools.",
                "School A may hold at most 10 students, but 20 (2030) have no other school under the rules. "
                "Raise rules.capacity.schools.A.max to at least 1, or give up rules.school_in_own_zone.",
            ],
        ),
    ],
)
def test_years_with_too_few_seats(capacity, messages):
    district = picture("AabB", capacity=np.array([20.0, 20.0]), **GROWING)
    if messages:
        assert said(district, {"capacity": capacity}) == [f"rules.capacity: {message}" for message in messages]
    else:
        formulate(district, scenario({"capacity": capacity}))


def test_a_transition_with_too_few_seats():
    """Both units of A move to B at once, but the fifth grade stays behind: A is left with more than it may hold."""
    district = picture("AabB", capacity=np.array([15.0, 40.0]), grades={"5": np.array([9.0, 9, 0, 0])})
    rules = {"capacity": {"max": 1}, "assign": {"01": "B"}}
    formulate(district, scenario(rules))
    assert said(district, rules | {"phase_in": [{"year": "2027", "stay": {"5": 1}}]}) == [
        "rules.capacity: School A may hold at most 15 students, but 19 (2027) have no other school under the rules. "
        "Raise rules.capacity.max to at least 1.267."
    ]


def test_many_units_with_the_same_contradiction_are_said_at_once():
    district = picture("Aaabbbb/aaabbbB", crossed=np.ones((14, 2), dtype=bool))
    assert said(district, {"no_crossing": {"today": "forbid"}}) == [
        "rules: unit '00' has no school that all rules allow (school_in_own_zone: only School A; no_crossing: no school). "
        "Take one of these rules back for this unit.",
        "rules: unit '16' has no school that all rules allow (school_in_own_zone: only School B; no_crossing: no school). "
        "Take one of these rules back for this unit.",
        "rules.no_crossing: 12 units have no school that all rules allow (no_crossing): 01, 02, 03, 04, 05 and 7 more. "
        "Take one of these rules back for them.",
    ]


def test_protected_units_without_a_school_to_keep():
    """Listed or marked, new or with a closed school of today: they have nothing to keep, and a note says so."""
    columns = {"safe": np.array(["", "", "yes", "yes", ""])}
    district = picture("Aa.zB", columns=columns)
    for rule in ({"units": ["02", "03"]}, {"column": "safe"}):
        asked = scenario({"protected": rule})
        assert len(formulate(district, asked).pairs) == 8
        assert list(rule_notes(district, asked.rules)) == [
            "rules.protected: '02', '03' are new, or their school of today is closed: there is no school to keep"
        ]
    both = scenario({"protected": {"units": ["01"], "column": "safe"}})
    assert len(formulate(district, both).pairs) == 7


def test_a_protection_that_is_neither_yes_nor_no():
    columns = {"safe": np.array(["No", "promised", "f", "2", " X "])}
    assert said(picture("Aa.zB", columns=columns), {"protected": {"column": "safe"}}, ScenarioError) == [
        "rules.protected.column: column 'safe' needs yes, no or blank; unit '01' has 'promised', unit '03' has '2'. "
        "Write yes where the unit is protected, and no or nothing where it is not."
    ]


def test_the_limits_of_modes_are_lifted_by_always_within_alone():
    district = school_district(travel=np.full((5, 2), 7.0), current=np.full(5, -1))
    rules = {"travel": {"max": 9, "modes": {"bus": {"max": 6}}}, "school_in_own_zone": False}
    assert said(district, rules) == [
        "rules.travel: 3 units have no school within the travel limits: 02, 03, 04. Raise rules.travel.always_within to 7 min, or drop the limits."
    ]


# -- what is possible ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "low", "high", "most"),
    [
        (0.86, 0.5, 0.5, 0.28),  # Dallas
        (0.8, 0.5, 0.5, 0.4),
        (0.6, 0.5, 0.5, 0.8),
        (0.2, 0.5, 0.5, 0.4),
        (0.86, 0.45, 0.55, 0.14 / 0.45),
        (0.2, 0.4, 0.6, 0.5),
        (0.5, 0.4, 0.6, 1.0),
        (1.0, 0.4, 0.6, 0.0),
        (0.0, 0.4, 0.6, 0.0),
    ],
)
def test_most_students_within_a_range(share, low, high, most):
    assert most_students(share, low, high) == pytest.approx(most)
    tried = [min(share / q if q else 1, (1 - share) / (1 - q) if q < 1 else 1, 1) for q in np.linspace(low, high, 1001)]
    assert max(tried) == pytest.approx(most, abs=1e-3)


def poor(**changes):
    """Four units of 100 students, 86 of them poor."""
    return picture("AabB", students=[100] * 4, groups={"low": np.full(4, 86.0)}, **changes)


@pytest.mark.parametrize(
    ("band", "sentences"),
    [
        (
            {"group": "low", "preset": "fifty_fifty", "schools": ["A"]},
            [
                "Band fifty_fifty on low: Dallas 50/50 schools: half of the students from low-income homes, 5 points either side; "
                "configuration, not legal advice.",
                "At a low share of 0.86 at most 28 % of students can be in schools of 50 % (2 x min(P, 1-P)).",
                "At a low share of 0.86 at most 31.1 % of students can be in schools of 45 to 55 %.",
                "50 % of all students (as today) cannot be in School A with 45 to 55 % low: at most 31.1 % can.",
            ],
        ),
        (
            {"group": "low", "preset": "court15"},
            [
                "Band court15 on low: the deviation that courts approved most often, 15 points either side of the district's share; "
                "configuration, not legal advice."
            ],
        ),
        (
            {"index": "index", "preset": "jcps_index"},
            [
                "Band jcps_index on index: Jefferson County, Kentucky: a school's mean of the areas' categories 1 to 3 from 1.4 to 2.5; "
                "configuration, not legal advice."
            ],
        ),
        (
            {"group": "low", "target": 0.9, "within": 0.02},
            [
                "At a low share of 0.86 at most 95.6 % of students can be in schools of 90 % (min(P / 0.9, (1-P) / 0.1)).",
                "At a low share of 0.86 at most 97.7 % of students can be in schools of 88 to 92 %.",
            ],
        ),
        ({"group": "low", "min": 0.3, "max": 0.6}, ["At a low share of 0.86 at most 35 % of students can be in schools of 30 to 60 %."]),
        (
            {"group": "low", "max": 0.3, "either": [{"min": 0.5, "max": 0.6}], "soft": True},
            ["At a low share of 0.86 at most 35 % of students can be in schools of at most 30 % or 50 to 60 %."],
        ),
        (
            {"group": "low", "min": 0.2, "except_schools": ["B"]},
            [
                "At a low share of 0.86 all students can be in schools of at least 20 %.",
                "With 50 % of all students (as today) in School A with at least 20 % low, the other schools are left with at least 72 %.",
            ],
        ),
    ],
)
def test_what_is_possible(band, sentences):
    assert list(possibilities(poor(), scenario({"bands": [band]}))) == sentences


@pytest.mark.parametrize(
    ("changes", "how", "left"),
    [
        ({"current": np.array([0, 1, 1, 1])}, "25 % of all students (as today)", "96.3 to 99.7 %"),
        ({"current": None, "capacity": np.array([20.0, 80.0])}, "20 % of all students (by seats)", "93.8 to 96.2 %"),
        ({"current": None}, "50 % of all students (as if all schools were alike)", ""),
    ],
)
def test_what_is_left_for_the_others(changes, how, left):
    """(P - f q) / (1 - f), for f of the students at a share of q."""
    said = possibilities(poor(**changes), scenario({"bands": [{"group": "low", "target": 0.5, "within": 0.05, "schools": ["A"]}]}))
    if left:
        assert said[-1] == f"With {how} in School A with 45 to 55 % low, the other schools are left with {left}."
    else:
        assert said[-1] == f"{how} cannot be in School A with 45 to 55 % low: at most 31.1 % can."


def test_unknown_groups_have_no_possibilities():
    assert possibilities(poor(), scenario({"bands": [{"group": "lowly", "min": 0.3}]})) == ()


def test_attainable_shares_are_the_ends_over_all_sets_of_units():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        students, group = rng.integers(0, 9, 7).astype(float), rng.integers(-3, 9, 7).astype(float)
        group[students == 0] = 0.0
        students[0] = 5.0
        pairs = formulate(picture("AaaaaaB", students=students), scenario({"contiguity": {"method": "none"}})).pairs
        found = []
        for mask in range(32):
            units = [0, *(u for u in range(1, 6) if mask >> (u - 1) & 1)]
            found.append(group[units].sum() / students[units].sum())
        assert attainable(pairs, students, group, 0) == pytest.approx((min(found), max(found)))
    assert attainable(pairs, np.zeros(7), np.zeros(7), 0) is None
