"""What the auditor cannot answer: data that the district lacks and names that it does not have, all at once."""

import numpy as np
import pytest
from audited import draw, plan

from rezoning.auditing import audit
from rezoning.district.rule_names import unknown_names
from rezoning.errors import ScenarioError
from rezoning.scenario.schema import Rules

EVERY_RULE = {
    "capacity": {"max": 1, "of": "current", "portables": True, "schools": {"Q": {"max": 1}}},
    "travel": {"units": {"77": 5}, "modes": {"bus": {"max_increase": 1}}},
    "protected": {"units": ["78"], "column": "public"},
    "not_again": {"column": "moved", "years": 2, "year": 2026},
    "walk": {"guarantee": "keep"},
    "nearest": {"within": 1},
    "no_crossing": {},
    "keep_together": {"groups": [["79", "00"]], "column": "hood"},
    "unity": {"min_share": 0.5},
    "reassigned": {"groups": {"red": 0.1}, "schools": {"R": 0.1}},
    "phase_in": [{"year": "2027", "stay": {"5": 1}}],
    "bands": [{"group": "blue", "within": 0.1, "schools": ["S"], "except_schools": ["T"]}, {"index": "category", "max": 2}],
    "isolation": [{"group": "green", "above": 0.5}],
    "burden": [{"group": "gold", "measure": "added_travel", "max_ratio": 1}, {"group": "low", "measure": "walk_lost", "max_ratio": 1}],
    "flow_balance": [{"column": "area", "between": ["N", "S"], "group": "pink"}],
}


def said(district, rules) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        audit(plan("aab"), district, Rules.model_validate(rules))
    return [str(problem) for problem in caught.value.problems]


def test_a_district_that_has_nothing():
    today = "today's zones are needed, and the district has none. Give data.units.current_school, or drop it."
    asking = (
        "capacity.of", "travel.modes.bus.max_increase", "protected", "not_again", "walk.guarantee", "unity", "reassigned", "phase_in",
        "flow_balance", "burden[0]", "burden[1]",
    )  # fmt: skip
    bare = draw("AaB", current=None, groups={"low": np.zeros(3)})
    assert said(bare, EVERY_RULE) == [
        *(f"rules.{key}: {today}" for key in asking),
        "rules.capacity.portables: the schools have no portables. Give data.schools.portables, or drop it.",
        *(f"rules.{key}: the district has no travel. Give data.travel, or drop the rule." for key in ("travel", "nearest", "burden[0]")),
        *(f"rules.{key}: the district has no walks. Give data.walk, or drop the rule." for key in ("travel.modes", "walk", "burden[1]")),
        "rules.no_crossing: the district has no barriers. Give data.barriers, or drop the rule.",
        *(str(problem) for problem in unknown_names(bare, Rules.model_validate(EVERY_RULE))),
    ]


def test_a_transition_without_capacity():
    district = draw("AaB", grades={"5": np.ones(3)})
    assert said(district, {"phase_in": [{"year": "2027", "stay": {"5": 1}}]}) == [
        "rules.phase_in: there is no capacity to check the years of the transition against. Give rules.capacity, or drop it."
    ]


def test_a_closed_school_may_have_limits():
    rules = {"capacity": {"max": 2, "schools": {"Z9": {"max": 0}}}, "bands": [{"group": "low", "min": 0, "schools": ["Z9", "A"]}]}
    district = draw("AzB", capacity=np.array([10.0, 10]), groups={"low": np.zeros(3)})
    assert audit(plan("aab"), district, Rules.model_validate(rules)).passed
