"""The table of measures against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import comparing_drawn as drawn
import numpy as np
import pytest

from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Rounded
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.kinds import together, written
from rezoning.report.catalogue.rows import ComparedRow, make_row
from rezoning.report.comparing import measure_rows
from rezoning.report.language import Language

ENGLISH = Language("en")


def rows(book: Book, language: Language = ENGLISH) -> dict[str, ComparedRow]:
    return {row.key: row for section in measure_rows(book, language) for row in section.rows}


HAND = {
    "goal_1": ((0.0, 0.3, 0.2, None), "B"),
    "students_reassigned": ((0, 30, 20, 50), "B"),
    "share_reassigned": ((0, 0.3, 0.2, 0.5), "B"),
    "units_moved": ((None, 1, 1, None), ""),
    "schools_changed": ((0, 2, 2, 2), ""),
    "students_reassigned_by_group.low": ((0, 0, 5, 5), "A"),
    "reassigned_by_group.low": ((0, 0, 5 / 30, 5 / 30), "A"),
    "burden.low.reassigned.ratio": ((None, 0, 5 / 30 / 0.2, 5 / 30 / 0.5), ""),
    "district_share.low": ((0.3, 0.3, 0.3, 0.3), ""),
    "lowest_share.low": ((5 / 60, 5 / 30, 0, None), ""),
    "highest_share.low": ((25 / 40, 25 / 70, 0.5, None), ""),
    "max_deviation.low": ((25 / 40 - 0.3, 0.3 - 5 / 30, 0.3, 0.3), "A"),
    "dissimilarity.low": ((0.5 * 2 * (25 / 30 - 15 / 70), 25 / 30 - 45 / 70, 30 / 30 - 30 / 70, None), "A"),
    "utilization_min": ((1.0, 0.6, 0.8, None), "B"),
    "utilization_max": ((1.2, 1.75, 1.5, None), "B"),
    "over_110": ((1, 1, 1, None), ""),
    "over_100": ((1, 1, 1, None), ""),
    "under_90": ((0, 1, 1, None), ""),
    "under_80": ((0, 1, 0, None), "B"),
    "over_capacity_students": ((10, 30, 20, None), "B"),
    "islands": ((0, 0, 0, None), ""),
    "cut_edges": ((3, 3, 2, None), "B"),
    "schools_outside": ((0, 0, 0, None), ""),
    "rules_broken": ((0, 1, 1, None), ""),
    "rule.capacity": ((0, 1, 1, None), ""),
}
TRIPS = {
    "travel_mean": (10 * 1 + 20 * 2 + 30 * 3 + 10 * 3 + 20 * 2 + 10 * 1, 10 + 40 + 150 + 30 + 40 + 10, 10 + 40 + 90 + 30 + 80 + 10),
    "travel_max": (300, 500, 400),
}


def moved_to_nearest() -> Book:
    """Nearest schools that differ from today's: the two units in the middle change places."""
    minutes = np.array(drawn.MINUTES, dtype=float)
    minutes[2] = [1, 9]
    minutes[4] = [1, 9]
    return drawn.book(drawn.district(travel=minutes))


@pytest.mark.parametrize("key", HAND)
def test_measures_are_those_worked_out_by_hand(key: str) -> None:
    row = rows(moved_to_nearest())[key]
    (today, a, b, nearest), best = HAND[key]
    for column, value in (("today", today), ("A", a), ("B", b), ("nearest", nearest)):
        if column == "nearest" and value is None:
            continue
        assert row.values[column] == (None if value is None else pytest.approx(value)), column
    assert row.best == frozenset(best)
    assert row.differs == (round(a, 3) != round(b, 3))


@pytest.mark.parametrize("key", TRIPS)
def test_trips_are_those_worked_out_by_hand(key: str) -> None:
    row = rows(drawn.book())[key]
    assert [row.values[column] for column in ("today", "A", "B")] == pytest.approx([total / 100 for total in TRIPS[key]])
    assert row.unit == "min"


def test_a_single_option_is_compared_with_today_and_is_not_best() -> None:
    found = rows(drawn.book(plans=drawn.PLANS[:1]))
    assert found["utilization_max"].differs
    assert not found["schools_outside"].differs
    assert not any(row.best for row in found.values())


def test_eight_options_have_eight_columns() -> None:
    found = rows(drawn.book(plans=[*drawn.PLANS, *drawn.PLANS, *drawn.PLANS, *drawn.PLANS]))
    assert list(found["students_reassigned"].values) == ["today", *"ABCDEFGH", "nearest"]
    assert found["students_reassigned"].best == frozenset("BDFH")


def test_without_today_nothing_speaks_of_change() -> None:
    found = rows(drawn.book(drawn.district(current=None), drawn.scenario(goals=[{"minimize": "travel"}])))
    assert list(found["utilization_max"].values) == ["A", "B", "nearest"]
    assert not any(key.startswith(("students_reassigned", "reassigned_by", "burden", "schools_changed")) for key in found)
    assert found["district_share.low"].values["A"] == pytest.approx(0.3)


def test_without_groups_and_travel_their_rows_are_left_out() -> None:
    sections = {section.key: section for section in measure_rows(drawn.book(drawn.district(groups={}, travel=None)), ENGLISH)}
    assert "mixing" not in sections
    assert "transport" not in sections
    assert list(sections["capacity"].rows[0].values) == ["today", "A", "B"]


def test_seats_that_are_not_known_count_no_school() -> None:
    asked = drawn.scenario(rules={})
    assert "over_110" not in rows(drawn.book(drawn.district(capacity=None), asked))


# -- several questions -----------------------------------------------------------------------------------------------


def test_goals_of_each_option_are_measured_in_all_and_bounds_stand_where_they_hold() -> None:
    even = drawn.scenario(goals=[{"minimize": "dissimilarity", "group": "low"}, {"minimize": "reassigned", "give_up": 0.5}])
    place = drawn.district()
    first = drawn.option("A", drawn.PLANS[0], place, proof={"bound": 0.1, "gap": 2.0}, status="feasible")
    found = rows(drawn.make_book([first, drawn.option("B", drawn.PLANS[1], place, even)]))
    assert found["goal_1"].values == {"today": 0.0, "A": pytest.approx(0.3), "B": pytest.approx(0.2), "nearest": None}
    assert found["goal_1_bound"].values == {"today": None, "A": 0.1, "B": None, "nearest": None}
    assert found["goal_1_bound"].label == "Proven bound: students who change schools"
    assert found["goal_2"].values["A"] == pytest.approx(25 / 30 - 45 / 70)
    assert "goal_2_bound" not in found
    assert "goal_3" not in found


def test_the_first_year_over_the_limit_says_how_long_a_plan_lasts() -> None:
    grown = {"2031": np.array([10.0, 20, 30, 10, 20, 10]) * 1.05, "2028": np.array([10.0, 20, 30, 10, 20, 10])}
    place = drawn.district(years=grown, capacity=np.array([60.0, 50]))
    found = rows(drawn.book(place, drawn.scenario(rules={"capacity": {"max": 1.25}}), plans=[*drawn.PLANS, [0, 0, 1, 0, 1, 1]]))
    limits = found["longevity"]
    assert limits.label == "First year with a school above its limit"
    assert limits.values == {"today": "2031", "A": "none by 2031", "B": "none by 2031", "C": "2031", "nearest": None}
    assert [key for key in found if key.endswith(".max")] == ["utilization_by_year.2028.max", "utilization_by_year.2031.max"]


def test_zones_in_pieces_and_schools_outside_their_zone_are_counted() -> None:
    found = rows(drawn.book(plans=[[0, 1, 0, 0, 1, 1], [1, 0, 1, 0, 1, 1]]))
    assert (found["islands"].values["A"], found["islands"].values["B"]) == (1, 2)
    assert (found["schools_outside"].values["A"], found["schools_outside"].values["B"]) == (0, 1)


# -- privacy ---------------------------------------------------------------------------------------------------------


def test_what_follows_from_a_hidden_cell_is_hidden() -> None:
    made = drawn.hiding(drawn.book(), "A", 1, shares={"low": HIDDEN}, utilization=HIDDEN)
    found = rows(made)
    for key in ("lowest_share.low", "highest_share.low", "over_110", "under_80"):
        assert found[key].values["A"] == HIDDEN
        assert found[key].values["B"] != HIDDEN
        assert not found[key].best
        assert not found[key].differs


def test_a_goal_is_hidden_where_its_measure_is() -> None:
    made = drawn.book()
    view = made.views["A"]
    hidden = replace(made, views={**made.views, "A": replace(view, measures={**view.measures, "share_reassigned": HIDDEN})}, is_hidden=True)
    assert rows(hidden)["goal_1"].values["A"] == HIDDEN
    assert rows(hidden)["goal_1"].values["B"] == pytest.approx(0.2)


def test_a_goal_that_no_measure_vouches_for_is_hidden_as_soon_as_anything_is() -> None:
    asked = drawn.scenario(goals=[{"minimize": "added_travel"}])
    assert rows(drawn.book(asked=asked))["goal_1"].values["A"] == pytest.approx(30 * 2 / 100)
    hidden = replace(drawn.book(asked=asked), is_hidden=True)
    assert rows(hidden)["goal_1"].values["A"] == HIDDEN


def test_trips_of_goals_and_bounds_are_no_more_exact_than_the_book_s() -> None:
    asked = drawn.scenario({"min_cell": 1}, goals=[{"minimize": "travel"}])
    minutes = np.array(drawn.MINUTES) + 0.1234
    options = [drawn.option("A", drawn.PLANS[0], drawn.district(travel=minutes), asked, proof={"bound": 2.7777, "gap": 0.05}, status="feasible")]
    found = rows(drawn.make_book(options))
    assert (found["goal_1"].values["A"], found["goal_1_bound"].values["A"]) == (2.9, 2.8)


def test_a_group_that_one_option_may_not_show_is_in_no_row() -> None:
    asked, shy = drawn.scenario(goals=[{"minimize": "dissimilarity", "group": "low"}]), drawn.scenario(attributes={"low": "exclude"})
    place = drawn.district()
    found = rows(drawn.make_book([drawn.option("A", drawn.PLANS[0], place, asked), drawn.option("B", drawn.PLANS[1], place, shy)]))
    assert not any("low" in row.label.split() or row.label.endswith(": low") for row in found.values())
    assert "goal_1" in found
    assert "goal_2" not in found


# -- marks and words -------------------------------------------------------------------------------------------------

COLUMNS = tuple(Side(key, key, key, {}) for key in ("today", "A", "B"))


@pytest.mark.parametrize(
    ("a", "b", "direction", "best", "differs"),
    [
        (1.0, 2.0, "lower", "A", True),
        (1.0, 2.0, "higher", "B", True),
        (1.0, 2.0, None, "", True),
        (1.004, 1.0041, "lower", "A", True),
        (1.004, 1.0040001, "lower", "", False),
        (Rounded(1.004, 2), Rounded(1.0041, 2), "lower", "", False),
        (1.0, None, "lower", "", False),
        (1.0, HIDDEN, "lower", "", False),
        (None, None, "lower", "", False),
    ],
)
def test_marks(a: float, b: float, direction: str, best: str, differs: bool) -> None:
    cells = {"A": a, "B": b, "today": 7.0}
    row = make_row(COLUMNS, "key", "label", "ratio", cells, together(cells.values(), "ratio", ENGLISH), direction=direction)
    assert (row.best, row.differs) == (frozenset(best), differs)


@pytest.mark.parametrize(
    ("kind", "english", "spanish"),
    [("percent", "1,234.5\u202f%", "1,234.5\u202f%"), ("points", "1,234.5", "1,234.5"), ("count", "12", "12"), ("index", "12.345", "12.345")],
)
def test_values_are_written_in_the_reader_s_language(kind: str, english: str, spanish: str) -> None:
    assert written(12.345, kind, ENGLISH) == english
    assert written(12.345, kind, Language("es")) == spanish
    assert (written(None, kind, ENGLISH), written(HIDDEN, kind, ENGLISH)) == ("–", HIDDEN)


def test_spanish_has_a_label_for_every_row() -> None:
    spanish = rows(drawn.book(), Language("es", (("low", "bajos ingresos"),)))
    assert spanish["reassigned_by_group.low"].label == "Porcentaje de estudiantes que cambian de escuela: bajos ingresos"
    assert spanish["rule.capacity"].label == "Cupos"
