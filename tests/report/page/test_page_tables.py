"""The tables of the report: schools, options, all measures."""

from dataclasses import replace

import pytest
from comparing_drawn import PLANS, book, district, hiding, scenario

from rezoning.public.cell import HIDDEN
from rezoning.report.catalogue.columns import sides as columns
from rezoning.report.catalogue.derived import schools_beyond
from rezoning.report.language import Language
from rezoning.report.page.measures import index_parts, option_rows
from rezoning.report.page.schools import school_table
from rezoning.report.page.summary import tiles

ENGLISH = Language("en")


def text(value: str) -> str:
    return value.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def line(table, name):
    (found,) = [one for one in table.lines if one.name == name]
    return dict(zip(table.columns, found.entries, strict=True))


def test_a_school_today_and_in_the_plan():
    made = book(plans=[[0, 0, 0, 0, 1, 1]])
    table = school_table(made, made.first, ENGLISH)
    assert table.columns == [
        "Seats", "Students, Today", "Students, Plan A", "Utilization, Today", "Utilization, Plan A",
        "Share: low, Today", "Share: low, Plan A", "Share: low, change in points", "Mean trip (min), Today", "Mean trip (min), Plan A",
    ]  # fmt: skip
    school = line(table, "School A")
    assert [school[key].text for key in ("Seats", "Students, Today", "Students, Plan A")] == ["40", "40", "70"]
    assert text(school["Utilization, Plan A"].text) == "175.0 %"
    assert (school["Utilization, Today"].flag, school["Utilization, Plan A"].flag) == ("", "over")
    assert line(table, "School B")["Utilization, Plan A"].flag == "under"
    assert (text(school["Share: low, Today"].text), text(school["Share: low, Plan A"].text), school["Share: low, change in points"].text) == (
        "62.5 %",
        "35.7 %",
        "−26.8",
    )
    assert school["Share: low, change in points"].sort == "-0.267857"


def test_what_is_hidden_is_sorted_nowhere_and_its_change_is_hidden():
    made = hiding(book(plans=[[0, 0, 0, 0, 1, 1]]), "A", 0, students=HIDDEN, shares={"low": HIDDEN}, utilization=HIDDEN)
    school = line(school_table(made, made.first, ENGLISH), "School A")
    for key in ("Students, Plan A", "Share: low, Plan A", "Share: low, change in points", "Utilization, Plan A"):
        assert (school[key].text, school[key].sort, school[key].flag) == (HIDDEN, "", "")
    assert school["Students, Today"].text == "40"
    assert schools_beyond(made.views["A"], "over_100") == HIDDEN


@pytest.mark.parametrize(
    ("changes", "gone"),
    [({"capacity": None}, ("Seats", "Utilization")), ({"travel": None}, ("Mean trip",)), ({"current": None}, ("Today", "change"))],
)
def test_columns_without_numbers_are_left_out(changes, gone):
    made = book(district(**changes), scenario(rules={}, goals=[{"minimize": "cut_edges"}]), [[0, 0, 0, 0, 1, 1]])
    names = " ".join(school_table(made, made.first, ENGLISH).columns)
    assert not any(word in names for word in gone)
    assert "Students, Plan A" in names


def test_the_best_option_is_marked_and_nobody_where_all_are_alike():
    made = book()
    shown = columns(made, ENGLISH)
    rows = {row.label: row for row in option_rows(made, shown, ENGLISH)}
    assert [column.key for column in shown] == ["today", "nearest", "A", "B"]
    moved = rows["Students who change schools"]
    assert [value.text for value in moved.values] == ["0", "0", "30", "20"]
    assert [value.is_best for value in moved.values] == [False, False, False, True]
    over = rows["Schools with more students than seats"]
    assert over.values[1].text == "–"  # nearest schools are no plan: their rows are not in the book
    assert [value.text for value in over.values[2:]] == ["1", "1"]
    assert not any(value.is_best for value in over.values)


def test_nobody_is_best_where_the_best_may_be_hidden():
    made = book(plans=[*PLANS, PLANS[0]])
    view = replace(made.views["C"], measures={**made.views["C"].measures, "students_reassigned": HIDDEN})
    made = replace(made, views={**made.views, "C": view})
    rows = {row.label: row for row in option_rows(made, columns(made, ENGLISH), ENGLISH)}
    assert not any(value.is_best for value in rows["Students who change schools"].values)
    assert any(value.is_best for value in rows["Share of students who change schools"].values)


def test_better_and_worse_are_said_in_words_against_today():
    made = book(plans=[[0, 0, 0, 0, 1, 1]])
    parts = {part.title: part for part in index_parts(made, columns(made, ENGLISH), ENGLISH)}
    value = parts["Dissimilarity"].rows[0].values[-1]
    assert value.trend == "better"
    assert value.note.endswith(", better")
    assert parts["Who changes schools"].rows[0].values[-1].note == ""  # today nobody changes, so more is no news
    trip = next(row for row in parts["Getting to school"].rows if row.label == "Students at their nearest school")
    assert trip.hint == "higher is better"


def test_a_bound_stands_beside_its_measure():
    made = book(asked=scenario(goals=[{"minimize": "dissimilarity", "group": "low"}, {"minimize": "over_capacity"}]), plans=[[0, 0, 0, 0, 1, 1]])
    goals = [{**goal, "bound": 0.125, "gap": 0.2} for goal in made.first.record["goals"]]
    made = replace(made, options=(replace(made.first, record={**made.first.record, "goals": goals}),))
    bounds = {
        (part.title, row.label): row.bound.text for part in index_parts(made, columns(made, ENGLISH), ENGLISH) for row in part.rows if row.bound.text
    }
    assert bounds == {("Dissimilarity", "Low"): "0.125"}  # students above capacity are counted, and the goal is a share


def test_cards_say_what_a_board_asks_first():
    asked = scenario(goals=[{"minimize": "dissimilarity", "group": "low"}], rules={"bands": [{"group": "low", "within": 0.1, "soft": True}]})
    made = book(asked=asked, plans=[[0, 0, 0, 0, 1, 1]])
    card = {tile.label: tile for tile in tiles(made, made.first, ENGLISH)}
    moved = card["Students who change schools"]
    assert (moved.value, text(moved.note)) == ("30", "30.0 % of 100 students")
    assert card["Dissimilarity: low"].was == "0.619"
    assert card["Dissimilarity: low"].trend == "better"
    assert (card["Schools with more students than seats"].was, card["Schools with more students than seats"].value) == ("1", "1")
    band = card["Schools outside the band: low"]
    assert (band.was, band.value, band.note) == ("2", "1", "aim: ±10 points")
    assert card["Groups that carry more of the change"].value == "None"


def test_a_group_that_moves_more_is_named():
    made = book(asked=scenario(report={"statement": {"min_students": 1}}), plans=[[1, 1, 1, 0, 0, 1]])
    flag = next(tile for tile in tiles(made, made.first, ENGLISH) if tile.label.startswith("Groups"))
    assert flag.value == "1"
    assert flag.note.startswith("low: ")
