"""A frontier in words and as a picture: every sentence once, every number with its unit."""

from __future__ import annotations

import copy
import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from rezoning.report.figures.amounts import without_idle_zeros
from rezoning.report.figures.frontier import draw_frontier, frontier_figure
from rezoning.report.frontier import (
    csv_rows,
    frontier_page,
    goal_keys,
    price_sentence,
    slope_sentence,
    values_words,
    why_not,
)
from rezoning.report.goal_words import gained, goal_of, step
from rezoning.report.language import ENGLISH, plain

D = {"minimize": "dissimilarity", "group": "low_income"}
MOVED = {"minimize": "reassigned", "group": None}
TRAVEL = {"minimize": "travel", "group": None}
EDGES = {"minimize": "cut_edges", "group": None}
GAP = {"minimize": "burden_gap", "group": None, "measure": "added_travel"}


def point(number, ceiling, values, bound, status="feasible", plan="x"):
    gap = None if values is None or bound is None else (values[0] - bound) / values[0]
    return {
        "point": number, "ceilings": [ceiling], "values": values, "bound": bound, "gap": gap, "status": status, "seconds": 1.5, "answer": str(number),
        "plan": plan, "same_plan_as": None,
    }  # fmt: skip


@pytest.fixture
def document():
    return {
        "name": "oak", "exit_code": 0, "goals": [D, MOVED], "attributes": {"low_income": "optimize"}, "travel_unit": "min",
        "travel": {"unit": "min", "source": "file", "is_estimate": False},
        "walk": None,
        "students": {"estimated": False, "method": None},
        "today": {"values": [0.5, 0.0], "passed": True},
        "ends": [
            {"answer": "end-2", "values": [0.5, 0.0], "bounds": [0.5, 0.0], "status": "optimal", "seconds": 1.0},
            {"answer": "end-1", "values": [0.2, 0.3], "bounds": [0.19, None], "status": "feasible", "seconds": 1.0},
        ],
        "points": [
            point(1, 0.0, [0.5, 0.0], 0.5, "optimal"), point(2, 0.15, [0.3, 0.1], 0.25), point(3, 0.3, [0.2, 0.3], 0.19, "within_gap"),
        ],
        "slopes": [
            {"goal": 1, "from": 1, "to": 2, "values": 4 / 3, "bounds": 5 / 3}, {"goal": 1, "from": 2, "to": 3, "values": 2 / 3, "bounds": None},
        ],
        "prices": {"bound": 0.19, "prices": [
            {"key": "rules.capacity.max", "subject": "", "value": 1.15, "step": 0.01, "change": -0.004, "name": ""},
            {"key": "rules.capacity.min", "subject": "", "value": 0.85, "step": 0.01, "change": 0.001, "name": ""},
            {"key": "rules.capacity", "subject": "A", "value": 400.0, "step": 1.0, "change": -0.00012, "name": "Oak Hill"},
            {"key": "rules.burden[0].max_extra", "subject": "", "value": 1.0, "step": 1.0, "change": -0.1, "name": ""},
            {"key": "rules.statement", "subject": "finding 5", "value": 5.0, "step": 0.0, "change": -0.002, "name": ""},
            {"key": "rules.burden[1].max_ratio", "subject": "", "value": 1.1, "step": 0.01, "change": -0.0002, "name": ""},
        ]},
        "rejected": [], "seconds": 12.0, "warnings": [], "notes": [],
    }  # fmt: skip


def page(document) -> str:
    out = io.StringIO()
    frontier_page(Console(file=out, width=120, highlight=False, markup=False), document, Path("runs/oak"))
    return out.getvalue()


def test_the_page(document):
    said = page(document)
    for sentence in (
        "oak: frontier between dissimilarity of low-income students and students who change schools",
        "Students who change schools 0.0 %; with it dissimilarity of low-income students 0.500.",
        "Dissimilarity of low-income students 0.200; with it students who change schools 30.0 %.",
        "Today: dissimilarity of low-income students 0.500, students who change schools 0.0 %.",
        "proven best",
        "limit came first",
        "gap proven",
        "What a step along it buys, in plans found",
        "What the rules cost, without any ceiling",
        "An independent audit found no broken rule in any of these plans.",
        "runs/oak",
    ):
        assert sentence in said
    assert ENGLISH.text("frontier.prices_note") in " ".join(said.split())


def test_what_is_missing_is_not_said(document):
    document |= {"points": [], "slopes": [], "prices": None, "today": None, "ends": document["ends"][:1]}
    document["ends"][0] = document["ends"][0] | {"values": None, "status": "no_plan"}
    said = page(document)
    assert "Students who change schools: no plan found." in said
    assert "Points" not in said
    assert "What" not in said


def test_today_that_breaks_a_rule_and_groups_with_a_policy_are_named(document):
    document["today"]["passed"] = False
    document["attributes"] = {"low_income": "optimize", "black": "report_only"}
    said = " ".join(page(document).split())
    assert "0.0 %; today's zones break some of the rules." in said
    assert "Black" in said


def test_rejected_plans_are_named(document):
    document["rejected"] = [{"answer": "2", "violations": [{"rule": "travel", "message": "travel: unit 'u' would travel 9 min."}]}]
    said = page(document)
    assert "Rejected by the audit: 2" in said
    assert "travel: unit 'u' would travel 9 min." in said
    assert "Plans that the audit rejected are not among these." in said
    assert why_not(document) == "The audit rejected a plan; it is kept in points/, as .rejected.csv."


def test_prices_are_sentences(document):
    assert [plain(price_sentence(document, price)) for price in document["prices"]["prices"]] == [
        "Raising rules.capacity.max by one point (1.15 to 1.16) buys 0.004 of dissimilarity of low-income students.",
        "Lowering rules.capacity.min by one point (0.85 to 0.84) buys 0.001 of dissimilarity of low-income students.",
        "Room for one more student at Oak Hill (400 now) buys 0.00012 of dissimilarity of low-income students.",
        "Raising rules.burden[0].max_extra by one minute (1 to 2) buys 0.1 of dissimilarity of low-income students.",
        "Finding 5 of the statement costs 0.002 of dissimilarity of low-income students: without it in rules.statement the bound is so much lower.",
        "Raising rules.burden[1].max_ratio by 0.01 (1.1 to 1.11) buys 0.0002 of dissimilarity of low-income students.",
    ]


def test_steps_are_sentences(document):
    assert [plain(slope_sentence(document, slope)) for slope in document["slopes"]] == [
        "Students who change schools from 0.0 % to 15.0 %: one more point buys 0.013 of dissimilarity of low-income students (by the bounds 0.017).",
        "Students who change schools from 15.0 % to 30.0 %: one more point buys 0.0067 of dissimilarity of low-income students.",
    ]


def test_a_step_within_one_plan_says_that_it_is_one(document):
    document["points"][1]["same_plan_as"] = 1
    assert plain(slope_sentence(document, document["slopes"][0])) == (
        "Students who change schools from 0.0 % to 15.0 %: points 1 and 2 are one plan, so that a plan that gains by it was not found "
        "(by the bounds 0.017)."
    )
    assert "gap proven" in page(document)
    assert "limit came first, same plan as 1" in page(document)


def test_a_step_says_at_which_ceiling_of_the_other_goal_it_holds(document):
    document["goals"].append(TRAVEL)
    for one, most in zip(document["points"], (3.0, 3.0, 4.5), strict=True):
        one["ceilings"] = [*one["ceilings"], most]
    for answer in (*document["points"], *document["ends"], document["today"]):
        answer["values"] = answer["values"] and [*answer["values"], 3.0]
    assert plain(slope_sentence(document, document["slopes"][0])) == (
        "Students who change schools from 0.0 % to 15.0 %, with mean trip to school at most 3.0 min: one more point buys 0.013 "
        "of dissimilarity of low-income students (by the bounds 0.017)."
    )
    along = {"goal": 2, "from": 2, "to": 3, "values": 0.01, "bounds": None}
    assert plain(slope_sentence(document, along)).startswith(
        "Mean trip to school from 3.0 min to 4.5 min, with students who change schools at most 15.0 %: one more minute buys"
    )


@pytest.mark.parametrize(
    ("goal", "expected", "gain"),
    [
        (MOVED, (0.01, "one more point"), "0.4 points"),
        (TRAVEL, (1.0, "one more minute"), "0.004 min"),
        (GAP, (1.0, "one more minute"), "0.004 min"),
        (EDGES, (1.0, "one more"), "0.004"),
        (D, (0.01, "0.01 more"), "0.004"),
    ],
)
def test_steps_have_the_goals_unit(goal, expected, gain):
    assert step(goal_of(goal), "min", ENGLISH) == expected
    assert plain(gained(goal_of(goal), 0.004, "min", ENGLISH)) == gain


def test_numbers_are_written_out():
    assert gained(goal_of(D), 1.234e-05, "min", ENGLISH) == "0.000012"
    assert gained(goal_of(EDGES), 123.4, "min", ENGLISH) == "123"
    assert gained(goal_of(D), 0.0, "min", ENGLISH) == "0"


def test_columns_bear_the_goals_names(document):
    assert goal_keys([D, MOVED]) == ["dissimilarity", "reassigned"]
    assert goal_keys([D, D | {"group": "black"}]) == ["dissimilarity_low_income", "dissimilarity_black"]
    document["points"][1] = point(2, 0.15, None, None, "no_plan", None)
    rows = csv_rows(document)
    assert rows[1] == {
        "point": 2, "ceiling_reassigned": 0.15, "dissimilarity": None, "bound_dissimilarity": None, "gap": None, "reassigned": None, "seconds": 1.5,
        "status": "no_plan", "plan": None, "same_plan_as": None,
    }  # fmt: skip
    assert "no plan found" in page(document)
    said = values_words([goal_of(D), goal_of(TRAVEL)], [0.25, 7.0], "min")
    assert plain(said) == "dissimilarity of low-income students 0.250, mean trip to school 7.0 min"


# -- the picture -----------------------------------------------------------------------------------------------------


def lines(document) -> dict[str, list]:
    return {plain(line.get_label()): line.get_xydata().tolist() for line in frontier_figure(document, ENGLISH).axes[0].lines}


def test_the_picture_shows_plans_bounds_and_today(document):
    drawn = lines(document)
    assert drawn["best plan found"] == [[0.0, 0.5], [0.1, 0.3], [0.3, 0.2]]
    assert drawn["no plan can be below"] == [[0.0, 0.5], [0.15, 0.25], [0.3, 0.19]]
    assert drawn["today"] == [[0.0, 0.5]]
    ax = frontier_figure(document, ENGLISH).axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("students who change schools, at most", "dissimilarity of low-income students")


def test_ticks_have_the_decimals_that_one_of_them_needs(document):
    assert without_idle_zeros(["300.0 km", "1,000.0 km"]) == ["300 km", "1,000 km"]
    assert without_idle_zeros(["0.0 %", "2.5 %"]) == ["0.0 %", "2.5 %"]
    assert without_idle_zeros(["0.320", "0.340"]) == ["0.32", "0.34"]
    assert without_idle_zeros(["10", "100"]) == ["10", "100"]
    assert without_idle_zeros([]) == []
    formatter = frontier_figure(document, ENGLISH).axes[0].xaxis.get_major_formatter()
    assert [plain(tick) for tick in formatter.format_ticks([0.0, 0.1])] == ["0 %", "10 %"]
    assert [plain(tick) for tick in formatter.format_ticks([0.0, 0.025])] == ["0.0 %", "2.5 %"]


def test_the_shade_lies_between_plans_and_bounds(document):
    """Where a plan is proven best, there is none."""
    ax = frontier_figure(document, ENGLISH).axes[0]
    shade = np.vstack([path.vertices for path in ax.collections[0].get_paths()])
    left = shade[(shade[:, 0] > 0.11) & (shade[:, 0] <= 0.15)]
    assert set(np.round(left[:, 1], 6)) >= {0.25, 0.3}
    assert shade[:, 1].min() == pytest.approx(0.19)
    assert shade[:, 1].max() == pytest.approx(0.5)


def test_three_goals_are_curves_with_a_name_each(document):
    document["goals"] = [D, MOVED, TRAVEL]
    curves = []
    for trip, worse in ((7.0, 0.0), (6.0, 0.1)):
        for one in copy.deepcopy(document["points"]):
            one["ceilings"] = [*one["ceilings"], trip]
            one["values"] = [one["values"][0] + worse, one["values"][1], trip]
            curves.append(one)
    document |= {"points": curves, "today": None}
    drawn = lines(document)
    assert drawn["best plan found, mean trip to school at most 7.0 min"] == [[0.0, 0.5], [0.1, 0.3], [0.3, 0.2]]
    assert drawn["best plan found, mean trip to school at most 6.0 min"][0] == [0.0, 0.6]


def test_a_point_without_plan_or_bound_is_left_out(document):
    document["points"][0] = point(1, 0.0, None, None, "no_plan", None)
    drawn = lines(document)
    assert len(drawn["best plan found"]) == 2
    assert len(drawn["no plan can be below"]) == 2


def test_the_same_frontier_gives_the_same_file(document, tmp_path):
    for ending in ("png", "svg"):
        for name in ("a", "b"):
            draw_frontier(document, tmp_path / f"{name}.{ending}", ending, ENGLISH)
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
