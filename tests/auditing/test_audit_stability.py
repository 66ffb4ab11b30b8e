"""Stability: protected units, units moved lately, units that go together, neighbors, budgets."""

import numpy as np
import pytest
from audited import draw, found, plan

from rezoning.auditing import Violation, audit, audit_today
from rezoning.scenario.schema import Rules

TRIPS = np.array([[0.0, 30], [10, 18], [45.25, 0]])


def test_protected_units_that_are_listed():
    district = draw("Aaz./aaBb")
    assert found("abbb/aabb", district, protected={"units": ["01", "02", "03", "10"]}) == [
        "protected: unit '01' would go from Oak Hill to Elm Grove",
    ]  # '02' is a closed school's and '03' is new: neither has a school to keep
    assert found("aabb/aabb", district, protected={"units": ["00", "01"]}) == []


def test_protected_units_of_a_column():
    marks = np.array(["no", "Yes", "TRUE", "1", "y", "t", " x ", "", "f"])
    district = draw("aaaAaaaz.B", columns={"public": np.append(marks, "0")})
    result = audit(plan("bbbbbbbbbb"), district, Rules.model_validate({"protected": {"column": "public"}}))
    # '08' is new and unmarked, '07' is a closed school's: neither has a school to keep
    assert [v.subject for v in result.violations if v.rule == "protected"] == ["01", "02", "03", "04", "05", "06"]
    marked = draw("Az.B", columns={"public": np.array(["", "x", "x", "x"])})
    assert found("aabb", marked, protected={"column": "public"}) == []


def test_listed_and_marked_is_one_violation():
    district = draw("AaB", columns={"public": np.array(["", "x", ""])})
    assert found("abb", district, protected={"units": ["01"], "column": "public"}) == ["protected: unit '01' would go from Oak Hill to Elm Grove"]


def test_not_again():
    district = draw("AaaazB", columns={"moved": np.array(["", "2023", "2024.0", "", "2024", ""])})
    rule = {"column": "moved", "years": 3, "year": 2026}
    assert found("abbbbb", district, not_again=rule) == ["not_again: unit '02' changed schools in 2024 and would go from Oak Hill to Elm Grove"]
    assert found("abbbbb", district, not_again=rule | {"years": 2}) == []
    assert len(found("abbbbb", district, not_again=rule | {"years": 4})) == 2
    assert found("aaaabb", district, not_again=rule | {"years": 100}) == []


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        ({"protected": {"units": ["01"]}}, True),
        ({"protected": {"column": "stays"}}, True),
        ({"protected": {"units": ["00"]}}, False),
        ({"not_again": {"column": "moved", "years": 2, "year": 2026}}, True),
        ({"not_again": {"column": "moved", "years": 1, "year": 2026}}, False),
    ],
)
def test_who_must_stay_may_travel_any_length(rule, passes):
    district = draw("AaB", travel=TRIPS, columns={"stays": np.array(["", "x", ""]), "moved": np.array(["", "2025", ""])})
    assert (found("aab", district, travel={"max": 9}, stay_allowed=False, **rule) == []) is passes


def test_keep_together_by_list():
    district = draw("Aab/aBb")
    result = audit(plan("aab/abb"), district, Rules.model_validate({"keep_together": [["01", "02"], ["10", "00"], ["12"]]}))
    assert result.violations == (
        Violation("keep_together", "01", 2, 1, "keep_together: units '01', '02' belong together and would have 2 schools: Oak Hill, Elm Grove"),
    )
    assert found("abb/abb", district, keep_together=[["01", "02"], ["10", "00"]]) == []


def test_groups_that_share_a_unit_are_one():
    district = draw("Aab/aBb", columns={"hood": np.array(["n", "", "s", "n", "", "s"])})
    assert found("aab/bbb", district, keep_together=[["00", "01"], ["10", "01"]], contiguity={"method": "none"}) == [
        "keep_together: units '00', '01', '10' belong together and would have 2 schools: Oak Hill, Elm Grove"
    ]
    both = {"groups": [["01", "02"]], "column": "hood"}
    assert found("aab/abb", district, keep_together=both) == [
        "keep_together: units '01', '02', '12' belong together and would have 2 schools: Oak Hill, Elm Grove"
    ]
    assert found("aab/abb", district, keep_together={"column": "hood"}) == []


def test_units_of_today_without_a_school_are_not_apart():
    district = draw("Az.B")
    assert [v.rule for v in audit_today(district, Rules.model_validate({"keep_together": [["00", "01", "02"]]})).violations] == ["assignment"] * 2


UNITY = {"contiguity": {"method": "none"}, "school_in_own_zone": False}


@pytest.mark.parametrize(
    ("school", "share", "messages"),
    [
        (
            "aab/abb/aab",  # '11' leaves alone; today '01', '10' and '21' are its mates
            0.5,
            ["unity: unit '11' would go from Oak Hill to Elm Grove with 0 of 3 neighbors of its zone (0 %), below the least share of 50 %"],
        ),
        ("aab/abb/abb", 1 / 3, []),
        (
            "aab/abb/abb",
            0.5,
            [
                "unity: unit '11' would go from Oak Hill to Elm Grove with 1 of 3 neighbors of its zone (33.33 %), below the least share of 50 %",
            ],
        ),
        ("aab/aab/aab", 1, []),
    ],
)
def test_unity(school, share, messages):
    district = draw("Aab/aaB/aab")
    assert found(school, district, unity={"min_share": share}, **UNITY) == messages


def test_unity_knows_only_neighbors_of_the_zone_be_its_school_open_or_closed():
    assert found("abb", draw("AzB"), unity={"min_share": 1}) == []
    assert found("abbb", draw("AzzB"), unity={"min_share": 1}) == []
    assert found("aabb", draw("AzzB"), unity={"min_share": 1})[0] == (
        "unity: unit '01' would go from the closed 'Z9' to Oak Hill with 0 of 1 neighbor of its zone (0 %), below the least share of 100 %"
    )
    assert found("bab", draw("AbB"), unity={"min_share": 1}, **UNITY) == [
        "unity: unit '01' would go from Elm Grove to Oak Hill with 0 of 1 neighbor of its zone (0 %), below the least share of 100 %"
    ]
    assert audit_today(draw("AzB/a.b"), Rules.model_validate({"unity": {"min_share": 1}})).violations[0].rule == "assignment"


def test_reassigned_budgets_of_groups():
    district = draw("AaaB", students=[10, 10, 10, 10], groups={"black": np.array([2.0, 6, 2, 0]), "none": np.zeros(4)})
    rules = {"reassigned": {"groups": {"black": 0.5, "none": 0}}}
    result = audit(plan("abbb"), district, Rules.model_validate(rules))
    message = "reassigned: 8 students of 10 of group 'black' would change schools (80 %), 3 above the limit of 5 (50 %)"
    assert result.violations == (Violation("reassigned", "black", 0.8, 0.5, message),)
    assert found("aaab", district, **rules) == []


def test_reassigned_budgets_of_schools():
    district = draw("AaaBbz", students=[10, 10, 10, 10, 10, 10])
    rules = {"reassigned": {"each_school": 0.4, "schools": {"B": 0.5}}, "contiguity": {"method": "none"}, "school_in_own_zone": False}
    closed = "reassigned: 10 students of 10 would leave the closed 'Z9' (100 %), 6 above the limit of 4 (40 %)"
    assert found("abbbab", district, **rules)[-1] == closed
    rules["reassigned"]["schools"]["Z9"] = 1
    assert found("abbbab", district, **rules) == ["reassigned: 20 students of 30 would leave Oak Hill (66.67 %), 8 above the limit of 12 (40 %)"]
    assert found("aabaab", district, **rules) == ["reassigned: 20 students of 20 would leave Elm Grove (100 %), 10 above the limit of 10 (50 %)"]
    assert found("aabbbb", district, **rules) == []
    rules["reassigned"] = {"schools": {"Z9": 0.9}}
    result = audit(plan("aaabbb"), district, Rules.model_validate(rules))
    assert [(v.subject, v.message) for v in result.violations] == [
        ("Z9", "reassigned: 10 students of 10 would leave the closed 'Z9' (100 %), 1 above the limit of 9 (90 %)")
    ]


def test_today_moves_nobody():
    district = draw("AazB/a.bb", groups={"black": np.full(8, 5.0)}, columns={"moved": np.full(8, "2025"), "x": np.full(8, "x")})
    rules = {
        "reassigned": {"max_share": 0, "groups": {"black": 0}, "each_school": 0, "schools": {"Z9": 0}},
        "not_again": {"column": "moved", "years": 5, "year": 2026},
        "protected": {"column": "x", "units": ["02"]},
        "unity": {"min_share": 1},
    }
    assert {v.rule for v in audit_today(district, Rules.model_validate(rules)).violations} == {"assignment"}


@pytest.mark.parametrize("text", ["", "2024"])
def test_years_that_are_long_ago_or_never(text):
    district = draw("AaB", columns={"moved": np.array(["", text, ""])})
    assert audit(plan("aab"), district, Rules.model_validate({"not_again": {"column": "moved", "years": 2, "year": 2030}})).passed
