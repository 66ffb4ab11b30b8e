"""What is proven of each goal, in words."""

from dataclasses import replace
from typing import get_args

import pytest
from comparing_drawn import book, district, scenario

from rezoning.public.cell import HIDDEN
from rezoning.report.catalogue.goals import goal_cell, rounded
from rezoning.report.goal_words import goal_name, proof
from rezoning.report.language import Language
from rezoning.report.page.goals import proofs
from rezoning.scenario.goals import Goal, Minimize
from rezoning.scenario.languages import LANGUAGES

ENGLISH, SPANISH = Language("en", (("low", "low-income"),)), Language("es", (("low", "bajos ingresos"),))
DISSIMILARITY = Goal(minimize="dissimilarity", group="low")
BEST = "and no plan within these rules can go below that: it is proven best."
NNBSP, NBSP = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


def entry(value, bound, gap, today=None):
    return {"value": value, "bound": bound, "gap": gap, "today": today}


@pytest.mark.parametrize(
    ("said", "later", "sentence"),
    [
        (entry(0.205, 0.181, 0.1, 0.31), False, "No plan within these rules can go below 0.181; this one reaches 0.205 (today 0.310)."),
        (entry(0.205, 0.181, 0.1), True, "No plan within these rules and the goals before can go below 0.181; this one reaches 0.205."),
        (entry(0.2051, 0.2049, 0.1, 0.31), False, "No plan within these rules can go below 0.2049; this one reaches 0.2051 (today 0.3100)."),
        (entry(0.2, 0.2, 0, 0.3), False, f"This plan reaches 0.200 (today 0.300), {BEST}"),
        (entry(0.2, None, None, 0.3), False, "This plan reaches 0.200 (today 0.300); how much better a plan could be is not proven."),
        (entry(None, None, None), False, "No value is known."),
        (entry(HIDDEN, 0.2, 0.1), False, "The value is hidden to protect the privacy of a few students."),
        (entry(0.2, None, None, HIDDEN), False, "This plan reaches 0.200; how much better a plan could be is not proven."),
    ],
)
def test_value_against_bound_in_words(said, later, sentence):
    assert proof(DISSIMILARITY, said, "min", ENGLISH, comes_after=later) == sentence


def test_value_against_bound_in_spanish():
    said = proof(DISSIMILARITY, entry(0.205, 0.181, 0.1, 0.31), "min", SPANISH, comes_after=True)
    assert said == "Ningún plan con estas reglas y las metas anteriores puede bajar de 0.181; este llega a 0.205 (hoy 0.310)."


@pytest.mark.parametrize(
    ("goal", "value", "words"),
    [
        ({"minimize": "reassigned"}, 0.1894, f"18.9{NNBSP}%"),
        ({"minimize": "travel"}, 3.042, f"3.0{NBSP}min"),
        ({"minimize": "boundary_length"}, 44.944, f"27.9{NBSP}mi"),
        ({"minimize": "cut_edges"}, 1237.0, "1,237"),
        ({"minimize": "portables"}, 12.25, "12"),
        ({"minimize": "burden_gap", "measure": "added_travel"}, 0.5, f"0.5{NBSP}min"),
        ({"minimize": "burden_gap", "measure": "reassigned"}, 0.5, f"50.0{NNBSP}%"),
    ],
)
def test_values_have_their_units(goal, value, words):
    said = proof(Goal(**goal), entry(value, None, None), "min", ENGLISH)
    assert said == f"This plan reaches {words}; how much better a plan could be is not proven."


def test_nothing_is_below_zero():
    said = proof(Goal(minimize="theil_h"), entry(-1e-17, None, None), "min", ENGLISH)
    assert said == "This plan reaches 0.000; no plan shows less in these numbers."
    assert "not proven" in proof(Goal(minimize="added_travel"), entry(0.0, None, None), "min", ENGLISH)  # which may be


def test_no_more_digits_than_may_be_shown():
    made, goal = book(asked=scenario(report={"min_cell": 10})), Goal(minimize="travel")
    said = proof(goal, entry(rounded(made, goal, 3.04217), rounded(made, goal, 3.04209), 0.1), "min", ENGLISH)
    assert said.startswith(f"This plan reaches 3.0{NBSP}min, which is about the best: ")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("minimize", get_args(Minimize))
def test_every_goal_has_a_name(minimize, code):
    more = {"dissimilarity": {"group": "low", "versus": "high"}, "burden_gap": {"measure": "long_rides", "over": 20, "groups": ["low"]}}
    grouped = {"group": "low"} if minimize in ("normalized_exposure", "isolation", "max_deviation", "closure_burden") else {}
    other = {"long_rides": {"over": 20}, "out_of_utilization": {"max": 1}, "small_feeders": {"min_share": 0.25}}.get(minimize, {})
    goal = Goal(minimize=minimize, **(more.get(minimize) or grouped | other))
    name = goal_name(goal, "min", Language(code))
    assert "{" not in name
    assert ("low" in name) == bool({"group", "groups"} & goal.model_fields_set)


def test_a_longest_ride_has_its_unit():
    assert goal_name(Goal(minimize="long_rides", over=20), "min", ENGLISH) == f"students with a trip over 20{NBSP}min"


def test_a_weighted_sum_is_a_goal_of_its_own_and_holds_nothing_before_it():
    asked = scenario(goals=[{"minimize": "reassigned", "weight": 1}, {"minimize": "travel", "weight": 2}])
    made = book(asked=asked, plans=[[0, 0, 0, 0, 1, 1]])
    option = replace(made.first, record={**made.first.record, "objective": {"value": 3.0, "bound": 2.0, "gap": 0.5}})
    said = proofs(made, option, ENGLISH)
    assert said[-1].name == "Weighted sum of the goals"
    assert said[-1].sentence == "No plan within these rules can go below 2.000; this one reaches 3.000."
    assert not any("goals before" in one.sentence for one in said)


def test_a_goal_says_no_more_than_its_measure_does():
    made = book(plans=[[0, 0, 0, 0, 1, 1]])
    view = replace(made.views["A"], measures={**made.views["A"].measures, "share_reassigned": HIDDEN})
    hiding = replace(made, is_hidden=True)
    assert goal_cell(hiding, Goal(minimize="reassigned"), 0.3, view) == HIDDEN
    assert goal_cell(hiding, Goal(minimize="travel"), 2.8, view) == 2.8
    assert goal_cell(hiding, Goal(minimize="long_rides", over=5), 0.3, view) == HIDDEN  # measured nowhere, so nobody has looked at it
    assert goal_cell(made, Goal(minimize="long_rides", over=5), 0.3, made.views["A"]) == 0.3


def test_a_group_that_is_not_in_the_book_is_in_no_goal():
    made = book(district(groups={}), scenario(data={"units": {"path": "u.csv", "students": "n"}, "schools": {"path": "s.csv"}}), [[0, 0, 0, 0, 1, 1]])
    assert goal_cell(made, DISSIMILARITY, 0.3, made.views["A"]) == HIDDEN
