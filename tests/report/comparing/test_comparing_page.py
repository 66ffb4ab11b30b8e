"""The page that puts options side by side: what it says, what it hides, and that nothing in it runs or is loaded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import comparing_drawn as drawn
import numpy as np
import pytest
from browsing import PHONE

from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.public.cell import HIDDEN
from rezoning.report.comparing import comparison_page
from rezoning.report.language import Language

ENGLISH, SPANISH = Language("en"), Language("es")
ODD = [
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "=cmd()", "long " * 800,
    "مدرسة النور", "Ñandú & Élan's \"one\"", "{names}",
]  # fmt: skip


class Page(HTMLParser):
    """Cells of tables by their class, tags, and the data of the list of units."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: dict[str, list[str]] = {}
        self.classes: dict[str, str] = {}
        self.row = ""
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        said = dict(attrs)
        if tag == "tr":
            self.row = said.get("data-key") or ""
            self.classes[self.row] = said.get("class") or ""
        if tag == "td" and self.row:
            self.rows.setdefault(self.row, []).append("")
            self.inside = self.row

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[self.inside][-1] += data


def page(book: Book, language: Language = ENGLISH) -> tuple[str, Page]:
    text = comparison_page(book, language)
    return text, Page(text)


def units(text: str) -> dict[str, Any]:
    found = re.search(r'id="units-data">(.*?)</script>', text, re.S)
    assert found is not None
    return dict(json.loads(found[1]))


def test_measures_stand_in_the_table_with_marks() -> None:
    _, found = page(drawn.book())
    assert found.rows["students_reassigned"][:3] == ["0", "30", "★best 20"]
    assert found.rows["utilization_max"][:3] == ["120.0\u202f%", "175.0\u202f%", "★best 150.0\u202f%"]
    assert found.classes["students_reassigned"] == "differs"
    assert found.classes["units_moved"] == ""


def test_options_are_told_in_a_paragraph() -> None:
    text, _ = page(drawn.book())
    assert "30 of 100 students (30.0\u202f%) would change schools, in 1 area." in text
    assert "A plan that was read from a file." in text
    assert "This plan breaks a rule of the scenario “Drawn”: Capacity." in text
    assert "Capacity: School A<" in text
    assert "Illustrative, not a district proposal." in text


def test_what_was_proven_is_said_and_an_official_page_says_so() -> None:
    option = drawn.option("A", drawn.PLANS[0], asked=drawn.scenario({"official": True}), status="optimal", proof={"bound": 0.3, "gap": 0.0})
    text, _ = page(make_book([option]))
    assert "Proven best: no plan within these rules does better." in text
    assert "Proposed by the district." in text and "Illustrative" not in text  # noqa: PT018
    changed = replace(option, changed=("units.csv has changed since the run.",))
    assert "Data have changed since this option was found" in page(make_book([changed]))[0]


def test_units_are_data_for_the_script() -> None:
    found = units(page(drawn.book())[0])
    assert found["ids"] == ["02", "11"]
    assert found["students"] == [30.0, 20.0]
    assert [view["key"] for view in found["views"]] == ["today", "A", "B"]
    assert found["zones"] == [[1, 1], [0, 1], [1, 0]]
    assert found["trips"] == [[3.0, 2.0], [5.0, 2.0], [3.0, 4.0]]


def test_nothing_changes_nothing_is_listed() -> None:
    text, _ = page(drawn.book(plans=[[0, 0, 1, 0, 1, 1]]))
    assert "No unit has different schools." in text
    assert "Nobody would change schools." in text
    assert 'id="units-data"' not in text


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_harmless(name: str) -> None:
    place = drawn.district(school_names=(name, "B"), unit_ids=(name, *(f"u{i}" for i in range(5))))
    asked = drawn.scenario({"title": name, "labels": {"low": name}})
    made = make_book([drawn.option("A", drawn.PLANS[0], place, asked, name=name), drawn.option("B", drawn.PLANS[1], place, asked)])
    plain = Page(comparison_page(drawn.book(), ENGLISH))
    text, found = page(made)
    loud = ("script", "img", "iframe")
    assert [tag for tag, _ in found.tags if tag in loud] == [tag for tag, _ in plain.tags if tag in loud]
    assert not any(key.startswith("on") for _, attributes in found.tags for key in attributes)
    assert units(text)["schools"][0] == name


def test_nothing_is_loaded_and_all_is_labeled() -> None:
    text, found = page(drawn.book())
    assert not re.search(r"""(?:src|href)=["'](?!#|data:,)""", text)
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in found.tags:
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids
        if tag == "label" and "for" in attributes:
            assert attributes["for"] in ids
        if "table-box" in (attributes.get("class") or ""):
            assert (attributes["tabindex"], attributes["role"]) == ("0", "region")


def test_hidden_numbers_are_nowhere_and_the_page_says_why() -> None:
    made = drawn.hiding(drawn.book(), "A", 1, students=HIDDEN, utilization=HIDDEN, shares={"low": HIDDEN})
    change = made.changes["A"]
    made = replace(made, changes={**made.changes, "A": replace(change, unit_students=(HIDDEN,))})
    text, found = page(made)
    assert units(text)["students"] is None
    assert found.rows["highest_share.low"][1] == HIDDEN
    assert "* stands for numbers that are hidden" in text
    assert "stands for numbers that are hidden" not in page(drawn.book())[0]


@pytest.mark.parametrize("count", [1, 2, 8])
@pytest.mark.parametrize("language", [ENGLISH, SPANISH], ids=["en", "es"])
def test_any_number_of_options(count: int, language: Language) -> None:
    text, found = page(drawn.book(plans=[drawn.PLANS[i % 2] for i in range(count)]), language)
    assert len(found.rows["cut_edges"]) == count + 2
    assert f'<html lang="{language.code}">' in text
    assert ('class="star"' in text.replace("'", '"').split("<tbody", 1)[1]) == (count > 1)


def test_without_today_groups_and_travel() -> None:
    asked = drawn.scenario(goals=[{"minimize": "cut_edges"}])
    text, found = page(drawn.book(drawn.district(current=None, groups={}, travel=None), asked))
    assert "The data have no schools of today" in text
    assert len(found.rows["cut_edges"]) == 2
    assert units(text)["students"] is None
    assert units(text)["trips"] is None


def test_new_units_and_closed_schools() -> None:
    place = drawn.district(closed_ids=("old",), current=np.array([0, 0, -1, 0, 2, 1]))
    text, _ = page(drawn.book(place))
    assert units(text)["zones"][0] == [-1, 2]
    assert units(text)["nobody"] == "no school today"
    assert ">closed<" in text


def test_the_page_works_in_a_browser(tmp_path: Path, opened) -> None:
    n = 2 * 130
    edges = np.column_stack([np.arange(n - 1), np.arange(1, n)])
    place = drawn.picture("A" + "a" * (n // 2 - 1) + "b" * (n // 2 - 1) + "B", edges=edges, unit_ids=tuple(f"{i:04d}" for i in range(n)))
    plans = [[0] * (n - 1) + [1], [0] * 100 + [1] * (n - 100)]
    file = tmp_path / "compare.html"
    file.write_text(comparison_page(drawn.book(place, drawn.scenario(rules={}), plans), ENGLISH), encoding="utf-8")
    with opened(file, PHONE) as found:
        tab = found.page
        assert tab.evaluate("document.documentElement.scrollWidth") <= 375
        assert tab.inner_text("#units-said") == "1 to 100 of 159 units"
        tab.click("#units-next")
        assert tab.inner_text("#units-table tbody tr:first-child th") == "0200"
        tab.select_option("#units-from", label="Today")
        tab.select_option("#units-to", label="Option A")
        assert tab.inner_text("#units-said") == "1 to 100 of 129 units"
        tab.click("#units-table th[data-column=unit] button")
        tab.click("#units-table th[data-column=unit] button")
        assert tab.inner_text("#units-table tbody tr:first-child th") == "0258"
        tab.fill("#units-find", "nothing like it")
        assert tab.inner_text("#units-said") == "No unit fits."
        tab.focus("#only-different")
        before = tab.locator("table.measures tbody tr:visible").count()
        tab.keyboard.press("Space")
        assert 0 < tab.locator("table.measures tbody tr:visible").count() < before
        assert "rows shown" in tab.inner_text("#rows-said")
        assert found.is_clean(), (found.said, found.asked)
