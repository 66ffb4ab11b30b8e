"""Bands, indices and isolation: every range kept and broken, against hand-counted students and a restatement by hypothesis."""

import numpy as np
import pytest
from audited import draw, found, plan

from rezoning.auditing import Violation, audit, audit_today
from rezoning.scenario.schema import Rules

FREE = {"contiguity": {"method": "none"}, "school_in_own_zone": False}


def mixed(**changes):
    """Four units of ten students at two schools; the district is half low-income.

    ::

        unit  00  01  02  03
        today  A   a   b   B
        low   10   5   3   2
    """
    return draw("AabB", **({"groups": {"low": np.array([10.0, 5, 3, 2])}} | changes))


def test_a_band_around_the_districts_share():
    result = audit(plan("aabb"), mixed(), Rules.model_validate({"bands": [{"group": "low", "within": 0.15}]}))
    assert result.violations == (
        Violation("bands", "A", 0.75, 0.65, "bands: Oak Hill would have 15 students of group 'low' among 20 (75 %), 2 above the band (35 % to 65 %)"),
        Violation("bands", "B", 0.25, 0.35, "bands: Elm Grove would have 5 students of group 'low' among 20 (25 %), 2 below the band (35 % to 65 %)"),
    )
    now = audit_today(mixed(), Rules.model_validate({"bands": [{"group": "low", "within": 0.15}]}))
    assert now.violations[0].message == "bands: Oak Hill has 15 students of group 'low' among 20 (75 %), 2 above the band (35 % to 65 %)"


@pytest.mark.parametrize(
    ("band", "schools"),
    [
        ({"within": 0.25}, []),
        ({"within": 0.2499}, ["A", "B"]),
        ({"within": 0.5, "relative": True}, []),
        ({"within": 0.49, "relative": True}, ["A", "B"]),
        ({"within": 0.1, "target": 0.7}, ["B"]),
        ({"min": 0.3}, ["B"]),
        ({"max": 0.7}, ["A"]),
        ({"max": 0.7, "schools": ["B"]}, []),
        ({"max": 0.7, "except_schools": ["A"]}, []),
        ({"max": 0.7, "soft": True}, []),
        ({"preset": "court15"}, ["A", "B"]),
        ({"preset": "ct25"}, []),
        ({"preset": "fifty_fifty", "schools": ["A"]}, ["A"]),
        ({"within": 0.1, "either": [{"min": 0.7}]}, ["B"]),
        ({"within": 0.1, "either": [{"min": 0.7}, {"max": 0.25}]}, []),
    ],
)
def test_ranges(band, schools):
    result = audit(plan("aabb"), mixed(), Rules.model_validate({"bands": [{"group": "low"} | band]}))
    assert [(v.rule, v.subject) for v in result.violations] == [("bands", s) for s in schools]


def test_the_nearest_range_is_named():
    assert found("aabb", mixed(), bands=[{"group": "low", "max": 0.1, "either": [{"min": 0.8, "max": 0.9}]}]) == [
        "bands: Oak Hill would have 15 students of group 'low' among 20 (75 %), 1 below the band (at most 10 % or 80 % to 90 %)",
        "bands: Elm Grove would have 5 students of group 'low' among 20 (25 %), 3 above the band (at most 10 % or 80 % to 90 %)",
    ]


def test_a_school_without_students_is_in_every_band():
    assert found("aaaa", mixed(), bands=[{"group": "low", "min": 0.5, "max": 0.5}], **FREE) == []


def test_an_index_is_averaged_over_students():
    district = mixed(columns={"category": np.array(["1", "2", "3", "3"])}, students=[10, 30, 10, 10])
    rules = {"bands": [{"index": "category", "preset": "jcps_index"}]}
    result = audit(plan("aabb"), district, Rules.model_validate(rules))
    assert result.violations == (Violation("bands", "B", 3, 2.5, "bands: Elm Grove would have a mean category of 3, above the band (1.4 to 2.5)"),)
    assert found("abab", district, bands=[{"index": "category", "min": 1.6, "max": 2.5}], **FREE) == []  # (10 + 60 + ...) by hand: 2 and 2.25


@pytest.mark.parametrize(("beyond", "passes"), [(0.5e-6, True), (2e-6, False)])
def test_tolerance_in_students(beyond, passes):
    district = mixed(groups={"low": np.array([10 + beyond, 5, 3, 2])})
    assert (found("aabb", district, bands=[{"group": "low", "max": 0.75}]) == []) is passes
    assert (found("aabb", district, isolation=[{"group": "low", "above": 0.75}], **{"contiguity": {"islands": "forbid"}}) == []) is True
    assert (found("aabb", mixed(groups=district.groups, current=None), isolation=[{"group": "low", "above": 0.75}]) == []) is passes


def test_no_new_school_is_isolated_and_an_isolated_one_not_further():
    rules = {"isolation": [{"group": "low", "above": 0.6}]}
    assert found("aabb", mixed(), **rules) == []
    result = audit(plan("abbb"), mixed(), Rules.model_validate(rules))
    message = "isolation: Oak Hill would have 10 students of group 'low' among 10 (100 %), 2.5 above the limit of 7.5 (75 %, its share of today)"
    assert result.violations == (Violation("isolation", "A", 1, 0.75, message),)
    assert found("bbba", mixed(), **rules, **FREE) == []
    assert found("baaa", mixed(groups={"low": np.array([7.0, 5, 3, 2])}), **rules, **FREE) == [
        "isolation: Elm Grove would have 7 students of group 'low' among 10 (70 %), 1 above the limit of 6 (60 %)"
    ]
    assert audit_today(mixed(), Rules.model_validate(rules)).passed
