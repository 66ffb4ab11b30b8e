"""All levels in one page, in a browser: the switch by mouse and keyboard, links into a level, without scripts, on paper, and what axe says."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import PHONE, WIDE
from level_districts import riverbend_options

from rezoning.public.levels import make_levels_book
from rezoning.report.finder.page import LevelsWay, finder_page
from rezoning.report.language import Language
from rezoning.report.levels.names import with_names
from rezoning.report.levels.page import joined_page
from rezoning.report.levels.way import levels_facts
from rezoning.report.links import plans_of
from rezoning.report.page import report_page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("levels")
    book, language = make_levels_book(with_names(riverbend_options("report.min_cell=0"))), Language()
    report, finder = folder / "report.html", folder / "finder.html"
    report.write_text(joined_page(book, {name: report_page(one, {}, language) for name, one in book.books.items()}, language, ""), encoding="utf-8")
    finder.write_text(finder_page(book.lowest, language, levels=LevelsWay(plans_of(book), levels_facts(book))), encoding="utf-8")
    return report, finder


def shown(page) -> list[str]:
    return [one.get_attribute("id") for one in page.query_selector_all("[data-level]") if one.is_visible()]


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_one_level_at_a_time(pages, opened, size) -> None:
    with opened(pages[0], size) as found:
        page = found.page
        assert shown(page) == ["level-level1"]
        page.click(".level-switch a:nth-of-type(1) >> text=Middle schools")
        assert shown(page) == ["level-level2"]
        assert page.get_attribute(".level-switch a[aria-current]", "data-to") == "level2"
        assert page.is_visible("#level2-map-place .leaflet-container")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert shown(page) == ["level-level3"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
        assert found.is_clean()


def test_a_link_leads_into_its_level(pages, opened) -> None:
    with opened(pages[0], WIDE) as found:
        found.page.evaluate("location.hash = '#level2-schools'")
        found.page.wait_for_timeout(200)
        assert shown(found.page) == ["level-level2"]


def test_without_scripts_and_on_paper_all_levels_are_there(pages, browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages[0].as_uri())
    assert len(shown(page)) == 3
    context.close()
    page = browser.new_page()
    page.goto(pages[0].as_uri())
    page.emulate_media(media="print")
    assert len(shown(page)) == 3
    page.close()


def test_a_childs_way_stands_above_the_answer(pages, opened) -> None:
    with opened(pages[1], WIDE) as found:
        found.page.evaluate("location.hash = '#unit=070190008002006'")
        found.page.wait_for_selector("[data-way]")
        rows = [" ".join(one.inner_text().split()) for one in found.page.query_selector_all(".way-row ol")]
        assert len(rows) == 3
        assert "Walnut View" in rows[0]
        assert "Washington Middle" in rows[0]
        assert "Roosevelt Middle (changes)" in rows[2]
        found.page.click("[data-language=es]")
        found.page.wait_for_timeout(100)
        assert "El camino" in found.page.inner_text("[data-way]")


def test_nothing_stands_in_the_way_of_anybody(pages, opened, axe) -> None:
    for path in pages:
        with opened(path, WIDE) as found:
            found.page.evaluate(axe)
            told = found.page.evaluate("axe.run({resultTypes: ['violations']}).then((said) => said.violations.map((one) => one.id))")
            assert told == []
