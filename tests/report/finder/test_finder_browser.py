"""The finder in a browser: typing, arrow keys, clicks, links and both languages, without a request to anyone."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_finder_lists import addresses_of
from test_finder_page import changed_book, full_book

from rezoning.report.finder import finder_page
from rezoning.report.language import Language

HOMES = [("1", 0, "", 0), ("3", 0, "", 6), ("31", 0, "", 7), ("9", 1, "", 2), ("12A", 2, "", 15), ("", 3, "", 4)]
STREETS = ("St. Émile Street", "N Oak Ave, Riverbend", "O'Brien Rd", "Rose Cottage")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("finder")
    pages = {"all": (full_book(), addresses_of(HOMES, STREETS)), "bare": (changed_book(geometry=None), None)}
    for name, (book, addresses) in pages.items():
        (folder / f"{name}.html").write_text(finder_page(book, Language("en"), addresses), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


@pytest.fixture
def visit(browser, files):
    """Opens a page; at the end, nothing was said on the console and nothing was asked of the network."""
    wrong, context = [], browser.new_context(viewport={"width": 375, "height": 800})

    def go(name: str = "all", fragment: str = ""):
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
        page.goto(files[name].as_uri() + fragment)
        return page

    yield go
    context.close()
    assert wrong == []


def offered(page) -> list[str]:
    return page.locator("#offers [role=option] bdi").all_inner_texts()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("1 saint emile", "1 St. Émile Street"),
        ("  3  ST EMILE   STREE", "3 St. Émile Street"),
        ("31 émile st", "31 St. Émile Street"),
        ("9 north oak avenue", "9 N Oak Ave, Riverbend"),
        ("9 oak ave apt 3, riverbend ny 10001", "9 N Oak Ave, Riverbend"),
        ("12a OBrien", "12A O'Brien Rd"),
        ("rose cot", "Rose Cottage"),
        ("school c", "School C"),
        ("33", "33"),
        ("oak", "N Oak Ave, Riverbend"),
    ],
)
def test_what_is_typed_is_found(visit, typed, first):
    page = visit()
    page.fill("#query", typed)
    assert offered(page)[0] == first


def test_the_field_is_a_combobox_for_keys(visit):
    page = visit()
    field, listbox = page.locator("#query"), page.locator("#offers")
    assert (field.get_attribute("role"), field.get_attribute("aria-controls"), listbox.get_attribute("role")) == ("combobox", "offers", "listbox")
    field.press_sequentially("3 st emile")
    assert offered(page) == ["3 St. Émile Street", "31 St. Émile Street"]
    assert field.get_attribute("aria-expanded") == "true"
    assert page.inner_text("#said") == "2 matches. Choose with the arrow keys and Enter."
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "offer-1"
    assert page.get_attribute("#offer-1", "aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "offer-0"
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Enter")
    assert page.url.endswith("#unit=12")
    page.keyboard.press("Escape")
    assert field.input_value() == ""
    assert "#" not in page.url


def test_the_answer_tells_schools_trips_and_who_may_stay(visit):
    page = visit()
    page.fill("#query", "3 st emile st")
    page.keyboard.press("Enter")
    cards = page.locator(".finder-card").all_inner_texts()
    assert [card.split("\n")[0] for card in cards] == ["Today", "A", "B"]
    assert "School A\n\nTrip\n13 minutes" in cards[0]
    assert "School B" in cards[1]
    assert "Your school changes" in cards[1]
    assert "13 minutes today, then 13 minutes: about the same" in cards[1]
    assert "In 2027, about 50\u202f% of students of grade 4 may stay at School A." in cards[1]
    assert "In 2027, students of grade 5 may stay at School A." in cards[1]
    assert "In 2028, nobody is expected to stay at School A." in cards[1]
    assert "Your school stays the same" in cards[2]
    assert "Your area is protected" in cards[2]
    assert page.inner_text("#said") == "3 St. Émile Street Today: School A. Option A: School B, changes. Option B: School A, stays the same."
    assert "mile" not in page.url


def test_a_number_that_is_not_there_gives_the_next_ones(visit):
    page = visit()
    page.fill("#query", "5 st emile")
    assert offered(page)[:2] == ["3 St. Émile Street", "1 St. Émile Street"]
    assert page.inner_text("#note") == "Number 5 of St. Émile Street is not in the list. The nearest numbers are shown."


def test_a_street_asks_for_its_number(visit):
    page = visit()
    page.fill("#query", "oak")
    page.keyboard.press("Enter")
    assert page.inner_text("#note") == "Now type the house number in front of the street."
    page.keyboard.type("9")
    assert offered(page) == ["9 N Oak Ave, Riverbend"]


def test_nothing_found_is_said(visit):
    page = visit()
    page.fill("#query", "zzz")
    assert page.inner_text("#note") == "Nothing was found for “zzz”. Check the spelling, leave out the town, or click your home on the map."
    page.keyboard.press("Enter")
    assert page.locator(".finder-card").count() == 0


def test_a_link_opens_its_answer_in_its_language(visit):
    page = visit(fragment="#unit=12&lang=es")
    assert page.get_attribute("html", "lang") == "es"
    assert "Su escuela cambia" in page.inner_text("#answer")
    assert "13 minutos" in page.inner_text("#answer")
    page.click("text=English")
    assert page.url.endswith("#unit=12")
    assert "Your school changes" in page.inner_text("#answer")
    page.evaluate("location.hash = '#unit=00'")
    page.wait_for_function("document.getElementById('answer').textContent.includes('Area 00')")
    assert "this option does not change it" in page.inner_text("#answer")


@pytest.mark.parametrize("fragment", ["#unit=none", "#unit=%E0%A4%A", "#unit=%3Cimg%20src%3Dx%3E", "#lang=xx", "#__proto__=1", "#main"])
def test_links_that_make_no_sense_do_no_harm(visit, fragment):
    page = visit(fragment=fragment)
    assert page.locator(".finder-card").count() == 0
    assert page.locator("main img").count() == 0


def test_a_click_on_the_map_answers(visit):
    page = visit()
    place = page.locator("#map-place .rz-place")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.45)
    page.wait_for_selector(".finder-card")
    assert page.inner_text(".finder-home") == "Area 12"
    assert page.url.endswith("#unit=12")


def test_without_map_and_addresses_areas_and_schools_are_found(visit):
    page = visit("bare")
    assert "Type the number of your area" in page.inner_text("main")
    page.fill("#query", "21")
    page.keyboard.press("Enter")
    assert page.inner_text(".finder-home") == "Area 21"
    page.fill("#query", "school b")
    page.keyboard.press("Enter")
    assert "Option A: 5 areas in its zone" in page.inner_text("#answer")


def test_nothing_is_wider_than_a_phone(visit):
    page = visit(fragment="#unit=12")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
