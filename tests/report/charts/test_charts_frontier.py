"""Options on a frontier: where each stands, and that no more is told of the frontier's plans than of bounds."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from charts_cases import squares
from comparing_drawn import PLANS, book, district, hiding, scenario
from page_reader import read_page

from rezoning.report.charts.frontier import frontier_part
from rezoning.report.language import Language
from rezoning.report.page import report_page
from rezoning.runs.traced import Frontier, Point
from rezoning.scenario.goals import Goal

LOW, MOVED = Goal(minimize="dissimilarity", group="low"), Goal(minimize="reassigned")
# Today 25 of 40 students of A and 5 of 60 of B are low: dissimilarity .643; option A moves 30 of 100 students, option B 20.
POINTS = (Point(1, (0.1,), (0.6, 0.1), 0.5), Point(2, (0.25,), (0.3, 0.2), 0.2), Point(3, (0.4,), (0.1, 0.4), 0.1))


def made(**report):
    return book(district(geometry=squares()), scenario(report, goals=[{"minimize": "dissimilarity", "group": "low"}]), PLANS)


def part(points=POINTS, goals=(LOW, MOVED), language="en", **report):
    return frontier_part(made(**report), Frontier(Path("front"), "oak", goals, points), Language(language))


def test_each_option_is_told_where_it_stands():
    standing = dict(part().standing)
    own = made().options
    values = {one.letter: (one.metrics["plan"]["dissimilarity"]["low"], one.metrics["plan"]["share_reassigned"]) for one in own}
    for letter, (first, second) in values.items():
        beaten = [point.number for point in POINTS if point.values[0] <= first and point.values[1] <= second]
        assert f"{first:.3f}" in standing[letter]
        assert f"{100 * second:.1f}" in standing[letter]
        assert ("at least as good in all of this, and better" in standing[letter]) == bool(beaten)
        assert not beaten or f"Plan {min(beaten, key=lambda k: POINTS[k - 1].values[0])} of the frontier" in standing[letter]


def test_an_option_that_is_a_point_stands_on_the_frontier():
    one = made().options[0].metrics["plan"]
    own = Point(1, (0.5,), (one["dissimilarity"]["low"], one["share_reassigned"]), 0.1)
    assert "It stands on the frontier" in dict(part(points=(own,)).standing)["A"]


def test_the_table_has_every_point_every_option_and_today():
    table = part().table
    assert [row[0] for row in table.rows] == [
        "Plan 1 of the frontier",
        "Plan 2 of the frontier",
        "Plan 3 of the frontier",
        "Today",
        "Option A",
        "Option B",
    ]
    assert table.rows[1][1:] == ("0.300", "20.0\N{NARROW NO-BREAK SPACE}%", "0.200")
    assert table.rows[3][2] == "0.0\N{NARROW NO-BREAK SPACE}%"


def test_the_picture_has_a_dot_for_each_plan_and_a_mark_for_each_option_and_today():
    (panel,) = part().panels
    assert panel.picture.count('class="ch-dot"') == len(POINTS)
    assert len(re.findall(r'class="ch-mark', panel.picture)) == 3
    assert "ch-bound" in panel.picture


def test_three_goals_make_a_picture_for_each_ceiling_of_the_third():
    edges = Goal(minimize="cut_edges")
    points = tuple(Point(k, (0.3, float(third)), (0.3, 0.2, float(third)), None) for k, third in enumerate((2, 4), 1))
    assert [one.title for one in part(points, (LOW, MOVED, edges)).panels] == [
        "neighbors in different zones: at most 2",
        "neighbors in different zones: at most 4",
    ]


@pytest.mark.parametrize("code", ["en", "es"])
def test_plans_that_move_a_few_students_are_kept_back(code):
    """Two of 100 students are too few to be told of, whatever the plan."""
    points = (Point(1, (0.02,), (0.6, 0.02), 0.5), *POINTS[1:])
    rows = part(points, language=code, min_cell=3).table.rows
    assert rows[0][2] == "*"
    assert "20.0" in rows[1][2]


def test_a_goal_whose_value_is_kept_back_shows_no_point():
    hidden = hiding(made(), "A", 0, students="*")
    hidden = replace(
        hidden, views={**hidden.views, "A": replace(hidden.views["A"], measures={**hidden.views["A"].measures, "dissimilarity": {"low": "*"}})}
    )
    found = frontier_part(hidden, Frontier(Path("front"), "oak", (LOW, MOVED), POINTS), Language())
    assert (found.panels, found.table, found.standing) == ((), None, ())
    assert "privacy" in found.notes[-1]


def test_the_page_has_its_section_and_its_place_in_the_contents():
    html = report_page(made(), {}, Language(), Frontier(Path("front"), "oak", (LOW, MOVED), POINTS))
    root = read_page(html)
    section = root.one("section", id="frontier")
    assert "Plan 2 of the frontier" in section.text
    assert "#frontier" in {link.attributes["href"] for link in root.all("a")}
    assert html.index('id="prices"') < html.index('id="frontier"') < html.index('id="numbers"')
