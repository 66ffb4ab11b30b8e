"""The map in a browser: names that never overlap, cards with the book's numbers, areas by keyboard, and what is looked at as a state."""

from __future__ import annotations

from itertools import pairwise

import pytest
from browsing import PHONE, WIDE
from test_atlas_book import book, district

from rezoning.report.charts.flows import how_many
from rezoning.report.language import Language
from rezoning.report.page import report_page

BOXES = """() => [...document.querySelectorAll(".rz-name, .rz-goes")].filter((one) => one.style.visibility !== "hidden").map((one) => {
  const box = one.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom]; })"""
NAMES = ("Boulevard Elementary School", "Fernway Elementary School", "Lomond Elementary School")


@pytest.fixture(scope="module")
def made():
    return book(district(school_names=NAMES))


@pytest.fixture(scope="module")
def page_file(made, tmp_path_factory):
    file = tmp_path_factory.mktemp("map") / "report.html"
    file.write_text(report_page(made, {}, Language()), encoding="utf-8")
    return file


def card(page):
    return page.locator(".rz-status").inner_text()


def test_what_is_clicked_is_told_and_names_never_overlap(page_file, made, opened, violations):
    with opened(page_file, WIDE) as found:
        page = found.page
        page.wait_for_function("window.rezoningMap !== undefined")
        check_names(page)
        a_school_has_a_card_with_the_numbers_of_the_book(page, made)
        areas_are_reached_by_keys(page)
        what_is_looked_at_is_a_state(page, made.schools[1].id)
        assert found.is_clean(), (found.said, found.asked)
        assert violations(page) == []


def check_names(page):
    assert page.locator(".rz-name").all_inner_texts() == ["Boulevard", "Fernway", "Lomond"]
    assert set(page.locator(".rz-goes").all_inner_texts()) <= {"→ Boulevard", "→ Fernway", "→ Lomond"}
    assert page.locator(".rz-goes").count() > 0
    for how in ("whole", "swipe", "changes"):
        page.evaluate("(how) => rezoningMap.compare(how)", how)
        for zoom in (-1, 0, 1, 2):
            page.evaluate("(zoom) => rezoningMap.map.setZoom(rezoningMap.map.getBoundsZoom(rezoningMap.bounds) + zoom, {animate: false})", zoom)
            boxes = page.evaluate(BOXES)
            for k, one in enumerate(boxes):
                for other in boxes[:k]:
                    assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
    page.evaluate("rezoningMap.compare('whole'); rezoningMap.show('today')")
    assert page.locator(".rz-goes").count() == 0
    page.evaluate("rezoningMap.show('A'); rezoningMap.clear()")


def a_school_has_a_card_with_the_numbers_of_the_book(page, made):
    page.locator(".rz-name", has_text="Fernway").click()
    said = card(page)
    rows = [view.schools[1] for view in (made.today, made.views["A"])]
    assert NAMES[1] in said
    assert all(f"{row.students:,.0f}" in said for row in rows)
    flows = [flow for flow in made.changes["A"].flows if flow.target == 1 and flow.students != 0]
    assert flows
    for flow in flows:
        assert f"{made.schools[flow.origin].name} ({how_many(flow, Language())})" in said
    assert page.locator(".rz-schools button[aria-pressed=true]").inner_text().endswith(NAMES[1])


def areas_are_reached_by_keys(page):
    page.evaluate("rezoningMap.clear()")
    page.locator(".rz-place").focus()
    page.keyboard.press("ArrowLeft")
    first = page.evaluate("rezoningMap.cursor")
    assert page.locator(".rz-live").inner_text().startswith(f"Area {first + 1} near ")
    seen = [first]
    for key, step in (("ArrowLeft", -1), ("ArrowUp", -4), ("ArrowRight", 1), ("ArrowDown", 4)):
        page.keyboard.press(key)
        seen.append(page.evaluate("rezoningMap.cursor"))
        row, column = divmod(seen[-2], 4)
        is_edge = {"ArrowLeft": column == 0, "ArrowUp": row == 0, "ArrowRight": column == 3, "ArrowDown": row == 2}[key]
        assert seen[-1] == seen[-2] + (0 if is_edge else step)
    assert any(one != other for one, other in pairwise(seen))
    assert card(page) == ""
    page.keyboard.press("Enter")
    assert f"Area {seen[-1] + 1} near " in card(page).split("\n")[0]
    assert all(name in card(page) for name in ("Today:", "Option A:", "Option B:"))
    page.keyboard.press("Escape")
    assert card(page) == ""


def what_is_looked_at_is_a_state(page, school):
    page.evaluate("window.heard = []; document.addEventListener('rezoning-map', (event) => window.heard.push(event.detail))")
    wanted = {"option": "B", "view": "changes", "school": None, "area": "00"}
    page.evaluate("(state) => rezoningMap.restore(state)", wanted)
    assert page.evaluate("rezoningMap.state()") == wanted
    assert page.evaluate("window.heard.at(-1)") == wanted
    page.evaluate("(school) => rezoningMap.restore({school})", school)
    assert page.evaluate("rezoningMap.state()") == {**wanted, "area": None, "school": school}
    page.evaluate("rezoningMap.restore({option: 'nothing', view: 'nothing', school: null})")
    assert page.evaluate("rezoningMap.state()") == {**wanted, "area": None}


def test_a_phone_has_room_for_fingers(page_file, opened, violations):
    with opened(page_file, PHONE, "dark") as found:
        page = found.page
        page.wait_for_function("window.rezoningMap !== undefined")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        targets = page.locator(".rz-choice, .rz-schools button, .rz-search button, .rz-search input, .leaflet-bar a")
        sizes = targets.evaluate_all("(those) => those.map((one) => one.getBoundingClientRect()).map((box) => [box.width, box.height])")
        assert min(min(size) for size in sizes) >= 44
        row = page.locator(".rz-row").evaluate_all("(those) => those.map((one) => one.scrollWidth - one.clientWidth)")
        assert max(row) <= 0
        shown = page.evaluate(BOXES)
        assert shown
        page.evaluate("rezoningMap.focusSchool(1)")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        assert found.is_clean(), (found.said, found.asked)
        assert violations(page) == []
