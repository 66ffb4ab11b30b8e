"""A run with a rule and a goal of its own: held, audited, named in run.json and in words; and functions that say different things."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import picture, scenario
from squares import write_polygons

from rezoning.auditing import audit
from rezoning.commands.agreement import agree_about_today
from rezoning.commands.evaluation import evaluate
from rezoning.commands.run import run, witness
from rezoning.commands.run_files import input_hash
from rezoning.district.custom import Breach, CustomGoal, CustomRule, Largest, Limit, Linear, with_custom
from rezoning.district.plan import today
from rezoning.errors import ScenarioError
from rezoning.optimize.result import GoalResult
from rezoning.runs.question import DONE, INFEASIBLE


def few_rows(district, most=7):
    """No school has more than some units."""
    for school in district.school_ids:
        yield Limit({(u, school): 1 for u in range(district.num_units)}, upper=most, subject=school)


def few_check(plan, district, most=7):
    for school, count in zip(district.school_ids, np.bincount(plan.school, minlength=district.num_schools), strict=True):
        if count > most:
            yield Breach(school, count, most)


FEW = CustomRule("few_units", few_rows, few_check)
CORNERS = CustomGoal(
    "corners", lambda _: [Linear({("000", "B"): 3, ("023", "A"): 1})], lambda plan, _: 3.0 * plan.school[0] + (plan.school[11] == 0), place=1
)


def test_it_is_held_audited_and_named(tmp_path):
    path = write_polygons(tmp_path)
    done = run(path, tmp_path / "run", custom=[FEW, CORNERS])
    assert done.exit_code == DONE
    assert max(np.bincount(done.plan.school)) <= 7
    assert done.record["own"] == {"rules": ["few_units"], "goals": ["corners"]}
    assert [goal["minimize"] for goal in done.record["goals"]] == ["corners", "dissimilarity", "reassigned"]
    assert done.record["goals"][0]["value"] == done.record["goals"][0]["bound"] == 0
    assert "corners" in done._repr_html_().lower()
    assert "corners" not in (tmp_path / "run" / "scenario.yaml").read_text()
    option = evaluate(path, tmp_path / "run")
    assert [goal["minimize"] for goal in option.goals] == ["dissimilarity", "reassigned"]
    assert [goal["bound"] for goal in option.goals] == [None, None]
    assert "few_units, corners besides" in option.changed[0]


def test_a_rule_that_leaves_no_plan_is_named(tmp_path):
    none = CustomRule("none", lambda d: few_rows(d, 5), lambda plan, d: few_check(plan, d, 5))
    done = run(write_polygons(tmp_path), tmp_path / "run", custom=[none])
    assert (done.exit_code, done.explanation) == (INFEASIBLE, None)
    assert "Leave your own out (none)" in done.record["problems"][0]["cure"]


def test_other_rules_have_another_directory():
    district = picture("Aab/aBb")
    assert len({input_hash(scenario(), district, names) for names in ([], ["a"], ["b"])}) == 3


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (CustomRule("r", few_rows, lambda *_: [Breach("A", 3, 2)]), "rule r: its check says that today's zones break it, its rows that they do not"),
        (CustomRule("r", lambda d: few_rows(d, 2), lambda *_: []), "rule r: its rows say that today's zones break it"),
        (CustomGoal("g", lambda _: [Linear({}, 2)], lambda *_: 1), "goal g: its terms say that today's zones have 2, its value that they have 1"),
        (CustomGoal("g", lambda _: [], lambda *_: float("nan")), "its function value gives nan. Give a finite number"),
        (CustomGoal("g", lambda _: [], lambda *_: "much"), "its function value gives 'much'"),
        (CustomRule("r", lambda _: [], lambda *_: ["A"]), "check gives a str as a breach. Yield a Breach"),
        (CustomRule("r", lambda _: [], lambda *_: 1 / 0), "its function check failed: ZeroDivisionError"),
        (CustomRule("r", lambda _: [], lambda *_: [Breach("A", float("nan"))]), "check gives NaN for 'A'"),
    ],
)
def test_functions_that_disagree_are_told_before_the_solve(one, said):
    district, asked = picture("Aab/aBb"), with_custom(scenario(), [one])
    with pytest.raises(ScenarioError, match=said) as caught:
        agree_about_today(asked, district, [one])
    assert all(problem.cure for problem in caught.value.problems)


def test_a_goal_that_disagrees_about_the_plan_rejects_it(tmp_path):
    """As our own goals: what the engine says is held against the second witness."""
    found = run(write_polygons(tmp_path), tmp_path / "run", custom=[CORNERS])
    lied = replace(found.result, goals=(GoalResult("corners", None, 9.0, None, None), *found.result.goals[1:]))
    judged = witness(replace(found, result=lied))
    assert not judged.audit.passed
    assert "terms and value say different things" in judged.audit.violations[0].message


def test_a_breach_without_a_sentence_is_told_in_one():
    district = picture("Aab/aBb")
    always = CustomRule("r", lambda _: [], lambda *_: [Breach("A", 3, 2), Breach("B"), Breach("B", message="B is too far.")])
    found = audit(today(district), district, scenario().rules, custom=[always])
    assert [one.message for one in found.violations] == ["r: A has 3, the limit is 2.", "r: B breaks the rule.", "r: B is too far."]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ("a rule", "'a rule' is no rule and no goal"),
        (replace(FEW, name=3), "no goal with a name"),
        (replace(CORNERS, place=0), "0 is no place"),
        (replace(CORNERS, place=1.5), "1.5 is no place"),
        (replace(CORNERS, give_up=float("nan")), "give_up is nan"),
        (replace(CORNERS, give_up="much"), "give_up is 'much'"),
        (replace(CORNERS, weight="much"), "its weight is 'much'"),
        (replace(CORNERS, terms=lambda _: [Linear({}, constant=None)]), "term 1 has None for a number"),
        (replace(CORNERS, terms=lambda _: [Largest([{}], offsets=3)]), "the largest of what is no list"),
        (replace(FEW, rows=lambda _: [Limit({}, upper="x")]), "row 1 has 'x' for a number"),
        (replace(FEW, check=lambda _plan, _district: [Breach("A", "many")]), "a breach has 'many' for a number"),
    ],
)
def test_what_is_no_rule_and_no_number_is_an_error_with_a_place(tmp_path, one, said):
    with pytest.raises(ScenarioError, match=said):
        run(write_polygons(tmp_path), tmp_path / "run", custom=[one])
    assert not (tmp_path / "run").exists()
