"""`rules.statement` in a file: what it may say, and what is refused with place, reason and cure."""

from pathlib import Path

import numpy as np
import pytest
from drawn import picture
from statement_cases import asked

from rezoning.auditing import audit
from rezoning.district.plan import Plan
from rezoning.district.questions import findings_held, problems
from rezoning.errors import ScenarioError
from rezoning.report.language import ENGLISH, Language
from rezoning.report.rule_words import rules_words
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Rules
from rezoning.scenario.standard import Standard

RIVERBEND = Path(__file__).resolve().parents[2] / "scenarios" / "riverbend.yaml"
GOAL = [{"minimize": "dissimilarity", "group": "low"}]


def refused(*settings: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(RIVERBEND, settings)
    return str(caught.value)


@pytest.mark.parametrize(("said", "held"), [("[7, 1, 1, 5]", (1, 5, 7)), ("all", "all"), ("[]", ())])
def test_findings_are_said_once_and_in_order(said, held):
    assert load_scenario(RIVERBEND, [f"rules.statement={said}"]).rules.statement == held


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("[1, 10, 12]", "finding 10 is about what chance may do to a plan and cannot be a rule; finding 12 is about the record of a run"),
        ("[13]", "there is no finding 13. Keep to findings 1, 2, 3, 4, 5, 6, 7, 8, 9 and 11, or write all."),
        ("some", "'some' is neither a list of findings nor all. Write [1, 2, 3, 5, 6, 7], or all."),
        ("5", "5 is neither a list of findings nor all. Write [1, 2, 3, 5, 6, 7], or all."),
        ("['1', all, 13]", "'1' is not the number of a finding; 'all' is not the number of a finding; there is no finding 13. Keep to"),
        ("[1, null, {a: 1}]", "nothing is not the number of a finding; this is not the number of a finding. Keep to findings"),
        ("[1.5]", "there is no finding 1.5."),
        ("[yes]", "yes"),
        ("[4]", "finding 4 of rules.statement counts students outside rules.bands, and there is none. Give rules.bands."),
        ("[11]", "finding 11 of rules.statement reads the column of rules.not_again, and there is none. Give rules.not_again, or drop it."),
    ],
)
def test_what_cannot_be_a_rule_is_refused(said, message):
    assert message in refused(f"rules.statement={said}")


@pytest.mark.parametrize(
    ("missing", "number", "message"),
    [
        ("data.travel", 2, "without data.travel finding 2 of rules.statement is refused. Give data.travel, or drop it."),
        ("data.schools.programs", 7, "without data.schools.programs finding 7 of rules.statement is refused."),
        ("data.units.current_school", 3, "without today's schools finding 3 of rules.statement is refused."),
    ],
)
def test_a_finding_needs_its_data(missing, number, message):
    assert message in refused(f"rules.statement=[{number}]", f"{missing}=null", "rules.travel=null", "rules.contiguity.islands=forbid")


def test_gini_cannot_be_held():
    said = refused("rules.statement=[1, 3]", "report.statement.index=gini")
    assert "rules.statement: finding 1 cannot be a rule of the index gini. Choose another index in report.statement.index" in said
    assert load_scenario(RIVERBEND, ["rules.statement=[3]", "report.statement.index=gini"]).rules.statement == (3,)
    assert "findings 1 and 2 cannot be a rule" in refused("rules.statement=all", "report.statement.index=gini")


def test_a_group_that_is_only_reported_is_no_rule_and_one_that_is_hidden_is_in_none():
    said = refused("rules.statement=[5]", "attributes.black=report_only")
    assert "a rule uses 'black', which is report_only" in said
    assert "rules.statement" in said
    scenario = load_scenario(RIVERBEND, ["rules.statement=[5]", "attributes.black=exclude"])
    assert "black" not in Standard.of(scenario).judged({"black": np.full(3, 50.0)})


def test_all_is_what_the_district_can_judge():
    rules = Rules(statement="all")
    assert findings_held(picture("AabB", current=None), rules) == (9,)
    seated = picture("AabB", capacity=np.full(2, 20.0), travel=np.ones((4, 2)), programs={"arts": np.array([True, False])})
    assert findings_held(seated, rules) == (1, 2, 3, 5, 6, 7, 8, 9)
    nothing = Rules.model_validate({"statement": "all", "contiguity": {"method": "none"}, "school_in_own_zone": False})
    assert 9 not in findings_held(seated, nothing)
    asked_for = nothing.model_copy(update={"statement": (9,)})
    assert ["there is none" in problem.message for problem in problems(seated, asked_for)] == [True]


def test_the_auditor_asks_for_the_thresholds():
    with pytest.raises(ValueError, match="give the scenario"):
        audit(Plan([0, 0, 1, 1]), picture("AabB"), Rules(statement=(1,)))


def test_the_rule_in_words():
    scenario = asked({"statement": [1, 5]}, GOAL, {})
    assert rules_words(scenario.rules, "min", ENGLISH)[-1] == "of the equity statement: findings 1, 5 are met"
    assert rules_words(scenario.rules, "min", Language("es"))[-1].endswith("se cumplen los puntos 1, 5")
