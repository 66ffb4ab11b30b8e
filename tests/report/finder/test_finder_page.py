"""The finder's page: what is in it, what is not, and in which language."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import drawn
import numpy as np
import pytest
from exports_cases import PLANS, book_of, drawn_book, drawn_district, drawn_plan
from test_finder_lists import addresses_of

from rezoning.report.finder import finder_page, finder_record
from rezoning.report.finder.page import page_facts
from rezoning.report.language import Language
from rezoning.scenario.reporting import Report

NASTY = ["</script><script>alert(1)</script>", "=cmd()", "A" * 4000, "\N{RIGHT-TO-LEFT OVERRIDE}مدرسة", "École Ñandú & Sœurs"]
GRADES = {"K": np.full(16, 1.0), "4": np.full(16, 2.0), "5": np.full(16, 3.0)}
RULES = {
    "capacity": {"max": 2},
    "phase_in": [{"year": "2027", "stay": {"4": 0.5, "5": 1}}, {"year": "2028", "stay": {"K": 0}}],
    "locked": {"units": ["00"]},
    "protected": {"units": ["01", "12"]},
    "not_again": {"column": "moved", "years": 5, "year": 2027},
}
NOTHING = drawn.scenario(goals=[{"minimize": "dissimilarity", "group": "low"}]).model_copy(update={"report": Report(min_cell=0)})  # without today


def travel() -> np.ndarray:
    found = np.arange(48, dtype=float).reshape(16, 3) * 0.7
    found[3] = np.nan
    return found


@cache
def full_book():
    """Two options with travel, walk zones, promises and a transition."""
    return changed_book()


def changed_book(**changes):
    """The same with a district that has something else."""
    moved = np.array(["2025" if u == 15 else "" for u in range(16)], dtype=object)
    given = {"travel": travel(), "walkable": travel() < 5, "grades": GRADES, "columns": {"moved": moved}} | changes
    return book_of(drawn.scenario(RULES), drawn_district(**given), *(drawn_plan(drawing) for drawing in PLANS.values()))


def inside(page: str, name: str):
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page)[1])


@pytest.fixture(scope="module")
def page() -> str:
    return finder_page(full_book(), Language("en"), addresses_of([("1", 0, "", 0), ("12A", 0, "", 6), ("3", 0, "", 0)]))


def test_every_string_is_used_and_every_string_that_is_used_is_there(page):
    script = page.split("<script>")[-1]
    asked = set(re.findall(r'say\((?:[\w. =]+\? )?"(\w+)"', script)) | set(re.findall(r'data-t(?:-label)?="(\w+)"', page))
    strings = set(Language("en").part("finder"))
    assert {key for key in asked if not key.endswith("_")} <= strings
    mentioned = {key for key in strings if f'"{key}"' in script or f'"{key}"' in page.split('id="facts"')[0]}
    built = {"kind_address", "kind_street", "kind_area", "kind_school", "keep_locked", "keep_protected", "keep_lately"}
    elsewhere = {"language", "title", "official", "search_area", "search_street", "map_none", "noscript"}
    assert strings - mentioned - built <= elsewhere


def test_the_page_loads_nothing_and_says_that_it_sends_nothing(page):
    assert "default-src 'none'" in page
    assert "Your address stays on this device." in page
    assert not re.search(r'<(?:script|link|img|iframe|a|form)\b[^>]+(?:src|href|action)="(?:https?:)?//', page.split("<script", 1)[0])
    assert "<script src" not in page
    assert not re.search(r"\bfetch\(|XMLHttpRequest|sendBeacon|localStorage|sessionStorage|document\.cookie|innerHTML", page.split("<script>")[-1])
    assert not re.search(r'<[^>]+ on\w+="', page)


def test_the_banner_is_the_scenarios(page):
    assert "Illustrative, not a district proposal." in page
    book = full_book()
    scenario = book.first.scenario.model_copy(update={"report": book.settings.model_copy(update={"official": True})})
    official = replace(book, options=(replace(book.first, scenario=scenario), *book.options[1:]))
    text = finder_page(official, Language("en")).split('id="facts"')[0]
    assert "A proposal of the school district." in text
    assert "Illustrative" not in text


def test_it_opens_in_spanish_and_has_english_too():
    page = finder_page(drawn_book(), Language("es"))
    assert '<html lang="es">' in page
    assert "Su dirección se queda en este dispositivo." in page
    assert inside(page, "strings")["finder"]["en"]["today"] == "Today"


def test_numbers_of_students_are_not_in_the_page():
    def told(students):
        return page_facts(book_of(drawn.scenario(), drawn_district(students=students), drawn_plan(PLANS["A"])), None)

    some, others = np.full(16, 40.0), np.arange(16) + 90.0
    assert told(some) == told(others)


def test_what_the_page_knows(page):
    facts = inside(page, "facts")
    assert facts["units"] is None  # the map has them
    assert [view["key"] for view in facts["views"]] == ["today", "A", "B"]
    assert inside(page, "atlas")["views"][1]["zone"] == [0, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 2, 2, 2, 2, 1]
    assert facts["addresses"] == {"count": 3, "streets": [["Oak St", [1, 2, "12A"], [0, 2, 6, 1]]]}
    assert facts["trips"]["pairs"][0] == [0, 0, 1, 1, 2, 1]
    assert facts["trips"]["pairs"][3] == []
    assert facts["walks"][2] == [0, 1]
    option = facts["options"][0]
    assert option["stay"] == [{"year": "2027", "grades": [["4", 0.5], ["5", 1.0]]}, {"year": "2028", "grades": []}]
    assert option["promises"] == {"locked": [0], "protected": [1], "lately": [15]}


def test_a_promise_that_a_plan_breaks_is_not_told():
    broken, kept = (option["promises"]["protected"] for option in page_facts(full_book(), None)["options"])
    assert (broken, kept) == ([1], [1, 6])


def test_it_works_without_polygons_travel_today_and_addresses():
    book = book_of(NOTHING, drawn_district(geometry=None, current=None), drawn_plan(PLANS["A"]))
    page = finder_page(book, Language("en"))
    facts = inside(page, "facts")
    assert facts["units"] == list(book.district.unit_ids)
    assert facts["trips"] is None
    assert facts["walks"] is None
    assert [view["key"] for view in facts["views"]] == ["A"]
    assert 'id="atlas"' not in page
    assert "There is no map" in page
    assert "Type the number of your area" in page


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
def test_odd_names_are_harmless_and_whole(name):
    book = book_of(drawn.scenario(), drawn_district(school_names=(name, "B", "C")), drawn_plan(PLANS["A"]))
    page = finder_page(book, Language("en"), addresses_of([("1", 0, "", 0)], (name, "x", "y")))
    facts = inside(page, "facts")
    assert facts["schools"][0] == ["A", name]
    assert facts["addresses"]["streets"][0][0] == name
    assert "<script>alert" not in page


def test_apartments_of_one_house_are_one_address_where_they_are_in_one_unit():
    homes = [("1", 0, "Apt 1", 0), ("1", 0, "Apt 2", 0), ("3", 0, "Apt 1", 0), ("3", 0, "Apt 2", 6), ("007", 0, "", 6)]
    assert page_facts(drawn_book(), addresses_of(homes))["addresses"]["streets"] == [
        ["Oak St", [1, ["3", "Apt 1"], ["3", "Apt 2"], "007"], [0, 2, 6, 2]]
    ]


def test_trips_in_kilometers_are_tenths():
    facts = page_facts(changed_book(travel_unit="km"), None)
    assert (facts["trips"]["unit"], facts["trips"]["scale"]) == ("km", 10)
    assert facts["trips"]["pairs"][0] == [0, 0, 1, 7, 2, 14]


def test_the_same_book_gives_the_same_page():
    assert finder_page(full_book(), Language("en")) == finder_page(changed_book(), Language("en"))


# -- the record ---------------------------------------------------------------------------------------------------------


def test_the_record_tells_every_unit():
    record = finder_record(full_book())
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert list(record["units"]) == list(drawn_district().unit_ids)
    assert record["units"]["12"] == {"schools": {"today": "A", "A": "B", "B": "A"}, "trips": {"A": 12.6, "B": 13.3, "C": 14.0}}
    assert record["units"]["03"]["trips"] == {}
    assert [view["key"] for view in record["views"]] == ["today", "A", "B"]
    assert record["views"][1]["promises"]["locked"] == ["00"]
    assert (record["official"], record["travel_unit"], record["estimates"]) == (False, "min", [])


def test_the_record_without_travel_and_today():
    book = book_of(NOTHING, drawn_district(geometry=None, current=None), drawn_plan(PLANS["A"]))
    record = finder_record(book)
    assert record["travel_unit"] is None
    assert record["units"]["00"] == {"schools": {"A": "A"}, "trips": {}}
