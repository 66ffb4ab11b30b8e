"""Values that stand beside each other in papers and on cards of the map: different ones never print alike, in the units that people read."""

from __future__ import annotations

from dataclasses import replace

import comparing_drawn as drawn
import pytest
from edition_cases import edition_of, squared

from rezoning.public.book import Book
from rezoning.public.cell import Cell, is_number
from rezoning.report.language import Language
from rezoning.report.maps.atlas.facts import school_facts
from rezoning.report.papers.briefing import briefing_of
from rezoning.report.papers.tables import facts_table, mix_table
from rezoning.report.plain_numbers import lengths
from rezoning.report.story import compared
from rezoning.scenario.reporting import KM_PER_MILE

ENGLISH = Language("en")


def told(book: Book, **measures: float) -> Book:
    """A book whose options A and B have measures that differ by a hair."""
    views = dict(book.views)
    for k, letter in enumerate("AB"):
        own = {name: value * (1 + 0.001 * k) for name, value in measures.items()}
        views[letter] = replace(views[letter], measures={**views[letter].measures, **own})
    return replace(book, views=views)


@pytest.mark.parametrize(("key", "measure", "value"), [("trips", "travel_mean", 7.02), ("borders", "boundary_km", 40.0)])
def test_memo_and_slides_tell_options_apart_that_differ(key, measure, value):
    made = edition_of(told(squared(asked=drawn.scenario(report={"min_cell": 0}), plans=drawn.PLANS[:2]), **{measure: value}))
    row = next(row for row in briefing_of(made).rows if row.key == key)
    texts = dict(zip([column.key for column in briefing_of(made).columns], row.texts, strict=True))
    assert texts["A"] != texts["B"]
    aspect = next(one for one in compared(made.book, ENGLISH) if one.key == key)
    assert aspect.best(["A", "B"]) is None, "too near for one to be called better"


def test_lengths_beside_each_other_are_as_long_as_it_takes():
    km = [12.01 * KM_PER_MILE, 12.02 * KM_PER_MILE, None, "*"]
    assert lengths(km, ENGLISH) == ["12.01 miles", "12.02 miles", "–", "*"]
    assert lengths(km[:1], ENGLISH) == ["12 miles"]


def close(book: Book, cell: Cell, other: Cell, name: str) -> Book:
    """A book where a school is as full, and as mixed, as some views say."""
    views = dict(book.views)
    for letter, value in zip("AB", (cell, other), strict=True):
        first, *rest = views[letter].schools
        first = replace(first, utilization=value, travel_mean=value, shares={**first.shares, name: value})
        views[letter] = replace(views[letter], schools=(first, *rest))
    return replace(book, views=views)


def test_tables_of_a_school_and_its_card_tell_options_apart():
    book = squared(asked=drawn.scenario(report={"min_cell": 0}), plans=drawn.PLANS[:2])
    name = book.groups[0]
    book = close(book, 0.50310, 0.50340, name)
    place = {column.key: k for k, column in enumerate(facts_table(book, 0, ENGLISH).columns)}
    mix = mix_table(book, 0, ENGLISH)
    assert mix is not None
    for table in (facts_table(book, 0, ENGLISH), mix):
        rows = [texts for _, texts in table.rows if texts[place["A"]].startswith(("50.", "0.50"))]
        assert rows
        assert all(texts[place["A"]] != texts[place["B"]] for texts in rows)
    one, other = (school_facts(book)["views"][letter]["schools"][0] for letter in "AB")
    assert [a != b for a, b in zip(one[3:6], other[3:6], strict=True)] == [True] * 3


@pytest.mark.parametrize(("units", "unit", "size"), [("us", "mi", KM_PER_MILE), ("metric", "km", 1.0)])
def test_a_card_of_the_map_says_trips_in_the_units_of_readers(units, unit, size):
    book = squared(asked=drawn.scenario(report={"min_cell": 0, "units": units}), plans=drawn.PLANS[:1])
    option = replace(book.options[0], district=replace(book.options[0].district, travel_unit="km"))
    facts = school_facts(replace(book, options=(option,)))
    assert facts["unit"] == unit
    for key, view in facts["views"].items():
        rows = (book.today if key == "today" else book.views[key]).schools
        told_trips = [(row.travel_mean, said[4]) for row, said in zip(rows, view["schools"], strict=True) if is_number(row.travel_mean)]
        assert told_trips
        assert all(abs(float(mean) / size - said) < 0.006 for mean, said in told_trips)
