"""What the auditor cannot answer: data that the district lacks and names that it does not have, all at once."""

import numpy as np
import pytest
from audited import draw, plan
from drawn import picture, scenario

from rezoning.auditing import audit
from rezoning.district.plan import Plan
from rezoning.errors import ScenarioError
from rezoning.formulation.formulate import formulate
from rezoning.scenario.checks import cross_check
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


def said(asked) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        asked()
    return [str(problem) for problem in caught.value.problems]


def audited(district, rules) -> list[str]:
    return said(lambda: audit(plan("aab"), district, Rules.model_validate(rules)))


TODAY = "Give data.units.current_school or data.units.current, or drop it."
WALK = "Give data.walk: walk zones or walks, or drop it."


def test_a_district_that_has_nothing():
    bare = draw("AaB", current=None, groups={"low": np.zeros(3)})
    today = ("phase_in", "flow_balance", "travel.modes.bus.max_increase", "protected", "not_again", "unity", "reassigned")
    whole = [
        *((f"rules.{key}", "today's schools", f"rules.{key}", TODAY) for key in today),
        ("rules.capacity.of", "today's schools", "of: current", TODAY),
        ("rules.walk.guarantee", "today's schools", "guarantee: keep", TODAY),
        ("rules.burden[0].measure", "today's schools", "measure: added_travel", TODAY),
        ("rules.burden[1].measure", "today's schools", "measure: walk_lost", TODAY),
        *((f"rules.{key}", "data.travel", f"rules.{key}", "Give data.travel, or drop it.") for key in ("travel.units", "travel.modes", "nearest")),
        ("rules.burden[0].measure", "data.travel", "measure: added_travel", "Give data.travel, or drop it."),
        *((f"rules.{key}", "data.walk", f"rules.{key}", WALK) for key in ("travel.modes", "walk")),
        ("rules.burden[1].measure", "data.walk", "measure: walk_lost", WALK),
        ("rules.no_crossing", "data.barriers", "rules.no_crossing", "Give data.barriers: a layer of lines, or drop it."),
    ]
    needs = [f"{place}: without {data} {what} is refused. {cure}" for place, data, what, cure in whole]
    needs += ["rules.capacity.portables: without data.schools.portables there are no portable seats. Give data.schools.portables, or drop it."]
    found = audited(bare, EVERY_RULE)
    assert sorted(found[: len(needs)]) == sorted(needs)
    names = [text.split(":")[0] for text in found[len(needs) :]]
    assert names == [f"rules.{key}" for key in (
        "capacity.schools.Q", "travel.units.77", "protected.units[0]", "protected.column", "not_again.column", "keep_together.groups[0][0]",
        "keep_together.column", "reassigned.groups.red", "reassigned.schools.R", "phase_in[0].stay.5", "bands[0].group", "bands[0].schools[0]",
        "bands[0].except_schools[0]", "bands[1].index", "isolation[0].group", "burden[0].group", "flow_balance[0].column", "flow_balance[0].group",
    )]  # fmt: skip


@pytest.mark.parametrize("key", EVERY_RULE)
def test_both_witnesses_ask_the_same_door(key):
    """What formulate refuses to compile the auditor refuses to check, in the same words."""
    rules, bare = {key: EVERY_RULE[key]}, draw("AaB", current=None, groups={"low": np.zeros(3)})
    assert audited(bare, rules) == said(lambda: formulate(bare, scenario(rules, [{"minimize": "cut_edges"}])))


def test_a_transition_without_capacity():
    district = draw("AaB", grades={"5": np.ones(3)})
    assert audited(district, {"phase_in": [{"year": "2027", "stay": {"5": 1}}]}) == [
        "rules.phase_in: the years of the transition are checked against rules.capacity, and there is none. Give rules.capacity, or drop it."
    ]


def test_long_rides_are_no_matter_of_today():
    """The one measure of burden that compares with nothing of today asks for trips alone, of a rule and of a goal."""
    bare = draw("AaB", current=None, travel=np.full((3, 2), 5.0), groups={"low": np.array([1.0, 0, 2])})
    rules = {"burden": [{"group": "low", "measure": "long_rides", "over": 4, "max_ratio": 1}]}
    goals = [{"minimize": "burden_gap", "measure": "long_rides", "over": 4}]
    assert audit(plan("aab"), bare, Rules.model_validate(rules)).passed
    assert formulate(bare, scenario(rules, goals)).terms[0].today is None
    plain = scenario(rules, goals).model_dump(mode="json", exclude_none=True, exclude_unset=True)
    del plain["data"]["units"]["current_school"]
    assert not list(cross_check(plain))


def test_a_closed_school_may_have_limits():
    rules = {"capacity": {"max": 2, "schools": {"Z9": {"max": 0}}}, "bands": [{"group": "low", "min": 0, "schools": ["Z9", "A"]}]}
    district = draw("AzB", capacity=np.array([10.0, 10]), groups={"low": np.zeros(3)})
    assert audit(plan("aab"), district, Rules.model_validate(rules)).passed


CLOSED = {
    "assign": ({"assign": {"00": "Z"}}, "rules.assign.00"),
    "locked": ({"locked": {"schools": ["Z"]}}, "rules.locked.schools[0]"),
    "a band for closed schools alone": ({"bands": [{"group": "low", "within": 1, "schools": ["Z"]}]}, "rules.bands[0]"),
    "forbid": ({"forbid": [["00", "Z"]]}, ""),
    "capacity": ({"capacity": {"max": 2, "schools": {"Z": {"max": 0}}}}, ""),
    "reassigned": ({"reassigned": {"schools": {"Z": 1}}}, ""),
    "a band for closed schools too": ({"bands": [{"group": "low", "within": 1, "schools": ["Z", "A"]}]}, ""),
    "a band but for closed schools": ({"bands": [{"group": "low", "within": 1, "except_schools": ["Z"]}]}, ""),
}


@pytest.mark.parametrize(("rules", "place"), CLOSED.values(), ids=CLOSED)
def test_a_closed_school_has_one_answer_from_both_witnesses(rules, place):
    """Refused where it would have to have a zone, accepted where that says something of today or asks for nothing."""
    district = picture("AzB", capacity=np.array([20.0, 20]), groups={"low": np.array([5.0, 0, 5])})
    asked = scenario(rules, [{"minimize": "cut_edges"}])
    both = [lambda: audit(plan("aab"), district, asked.rules), lambda: formulate(district, asked)]
    for one in both:
        assert [text.split(":")[0] for text in said(one)] == [place] if place else one() is not None


def test_a_plan_with_a_closed_school_is_judged_and_not_refused():
    """Rules are refused, plans are not: whoever gives a closed school a zone is told that it has none."""
    violations = audit(Plan(np.array([0, 2, 1])), picture("AzB"), Rules()).violations
    assert [one.rule for one in violations] == ["assignment"]
