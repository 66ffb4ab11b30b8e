"""One row a goal: its words in every language, the measure that it is, and whether its value may be known, the same for every reader."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import comparing_drawn as drawn
import pytest

from rezoning.metrics.goals import goal_value
from rezoning.public.cell import HIDDEN, Rounded, is_number, look
from rezoning.report.catalogue.goals import GOALS, bounds_of_measures, goal_cell, goal_kind, is_hidden, rounded
from rezoning.report.goal_words import amount, goal_asks, goal_name, goal_of, proof
from rezoning.report.language import ENGLISH, Language, plain
from rezoning.runs.record import goal_entry
from rezoning.scenario.goals import Goal, Minimize
from rezoning.scenario.languages import LANGUAGES

NEEDS = {
    **{name: {"group": "low"} for name in ("dissimilarity", "normalized_exposure", "isolation", "max_deviation", "closure_burden")},
    "burden_gap": {"measure": "long_rides", "over": 20, "groups": ("low",)},
    "long_rides": {"over": 20},
    "out_of_utilization": {"min": 0.8, "max": 1},
    "small_feeders": {"min_share": 0.25},
}
EVERY = [Goal(minimize=name, **NEEDS.get(name, {})) for name in get_args(Minimize)]
IDS = [goal.minimize for goal in EVERY]
NEAR = ", which is about the best: no plan within these rules can go lower by an amount that shows in these numbers."


def test_every_goal_has_a_row_and_words_in_every_language():
    assert list(GOALS) == list(get_args(Minimize))
    for code in LANGUAGES:
        strings = Language(code).part("goals")
        for kind in ("name", "ask"):
            assert {key.removeprefix(f"{kind}_") for key in strings if key.startswith(f"{kind}_")} == set(GOALS)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("goal", EVERY, ids=IDS)
def test_an_entry_of_a_document_has_the_words_of_its_goal(goal, code):
    language = Language(code)
    again = goal_of(goal_entry(goal, value=0.3, bound=0.2, gap=0.5, today=None))
    for said in (goal_name, goal_asks):
        assert said(again, "min", language) == said(goal, "min", language)
        assert "{" not in said(goal, "min", language)
    assert amount(again, 0.3, "min", language) == amount(goal, 0.3, "min", language)


def test_a_goal_that_equals_its_measure_has_its_value():
    made = drawn.book(plans=[[0, 0, 0, 0, 1, 1]])
    option, seen = made.first, 0
    for goal in EVERY:
        facts = GOALS[goal.minimize]
        found = look(made.views["A"].measures, facts.measure, *([] if goal.group is None else [goal.group])) if facts.equals else None
        if is_number(found):
            assert goal_value(goal, option.plan, option.district, option.scenario.rules) == pytest.approx(found)
            seen += 1
    assert seen >= 8


# -- what may be known -----------------------------------------------------------------------------------------------


def test_what_is_made_from_a_hidden_measure_is_hidden_whatever_it_is_made_by():
    made = replace(drawn.book(plans=[[0, 0, 0, 0, 1, 1]]), is_hidden=True)
    view = made.views["A"]
    for goal in EVERY:
        measure = GOALS[goal.minimize].measure
        hiding = replace(view, measures={**view.measures, measure: {"low": HIDDEN} if goal.group is not None else HIDDEN})
        assert is_hidden(made, goal, hiding)
        assert goal_cell(made, goal, 0.5, hiding) == HIDDEN
        assert is_hidden(made, goal, view) == (view.measures.get(measure) is None)
        assert is_hidden(made, goal, None)
    assert is_hidden(made, None, view)


def test_a_share_less_its_measure_is_told_where_the_measure_is():
    made = replace(drawn.book(plans=[[0, 0, 0, 0, 1, 1]]), is_hidden=True)
    view = replace(made.views["A"], measures={**made.views["A"].measures, "walk_share": 0.25})
    assert goal_cell(made, Goal(minimize="not_walking"), 0.75, view) == 0.75


def test_a_bound_is_as_exact_as_its_value():
    made = drawn.book()
    assert rounded(made, Goal(minimize="reassigned"), 0.123456) == 0.123456
    hiding = replace(made, is_hidden=True)
    value, bound = (rounded(hiding, Goal(minimize="reassigned"), one) for one in (0.12349, 0.123456))
    assert isinstance(bound, Rounded)
    assert (bound, bound.digits) == (0.123, 3)
    said = proof(Goal(minimize="reassigned"), {"value": value, "bound": bound, "gap": 0.1}, "min", ENGLISH)
    assert plain(said) == f"This plan reaches 12.3 %{NEAR}"


def test_a_bound_that_was_rounded_up_is_never_above_what_was_reached():
    entry = {"value": 5.3845, "bound": Rounded(5.3844, 1), "gap": 0.001, "today": 5.3845}
    said = f"This plan reaches 3.4 mi (today 3.4 mi){NEAR}"
    assert plain(proof(Goal(minimize="boundary_length"), entry, "min", ENGLISH)) == said
    told = "No plan within these rules can go below 3.345 mi; this one reaches 3.346 mi (today 3.346 mi)."
    assert plain(proof(Goal(minimize="boundary_length"), {**entry, "value": 5.3852, "today": 5.3852, "bound": 5.3841}, "min", ENGLISH)) == told


def test_bounds_stand_beside_the_measures_that_they_are_bounds_of():
    goals = [{"minimize": "dissimilarity", "group": "low"}, {"minimize": "schools_changed"}, {"minimize": "over_capacity"}, {"minimize": "travel"}]
    made = drawn.book(asked=drawn.scenario(goals=goals), plans=[[0, 0, 0, 0, 1, 1]])
    entries = [{**entry, "bound": bound} for entry, bound in zip(made.first.record["goals"], (0.1, 1.0, 0.2, None), strict=True)]
    option = replace(made.first, record={**made.first.record, "goals": entries})
    assert bounds_of_measures(made, option) == {"dissimilarity.low": 0.1, "schools_changed": 1.0}


def test_kinds_follow_the_measure_of_a_gap_and_the_unit_of_travel():
    gap = Goal(minimize="burden_gap", measure="added_travel")
    assert [goal_kind(gap, unit) for unit in ("min", "km")] == ["travel", "travel_km"]
    assert goal_kind(Goal(minimize="burden_gap", measure="reassigned"), "km") == "percent"
    assert goal_kind(None, "min") == "index"
