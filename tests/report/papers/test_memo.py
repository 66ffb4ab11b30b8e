"""The memo: one page of letter and of A4 whatever the number of options, with everything a board asks for, and no sentence written twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from comparing_drawn import PLANS, book, scenario
from edition_cases import edition_of, squared
from page_reader import read_page

from rezoning.report.papers import printing
from rezoning.report.papers.briefing import briefing_of, once
from rezoning.report.papers.memo import memo_page, write_memo
from rezoning.report.papers.printing import find_browser, pdf_of
from rezoning.report.titles import title_of

SIZES = """() => {
  const sheet = document.getElementById("sheet"), memo = sheet.firstElementChild;
  return [memo.getBoundingClientRect().height, sheet.getBoundingClientRect().height, 0.75 * parseFloat(getComputedStyle(sheet).fontSize)];
}"""
LONG = {"en": "A long title that a committee has agreed on " * 3, "es": "Un título larguísimo acordado por la comisión " * 3}


def edition(count: int, code: str):
    asked = scenario(report={"title": LONG[code], "language": code, "min_cell": 0, "sources": LONG["en"] * 3, "author": LONG["es"][:150]})
    return edition_of(squared(asked=asked, plans=[PLANS[k % len(PLANS)] for k in range(count)]))


def spaced(text: str) -> str:
    """As a page is read: one space for each kind."""
    return " ".join(text.split())


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_memo_has_what_a_board_asks_for(count):
    made = edition(count, "en")
    page, briefing = read_page(memo_page(made)), briefing_of(made)
    text = page.text
    for option in briefing.story.options:
        assert text.count(spaced(option.sentence)) == 1
        assert spaced(made.statements[option.letter]["verdict"]["line"]) in text
    for trade in briefing.story.trade_offs:
        assert spaced(trade.gain.text) in text
    for statement in (*briefing.certain, *briefing.uncertain):
        assert text.count(spaced(statement.text)) == 1
    table = page.one("table")
    assert [[cell.text for cell in row.all("td")] for row in table.one("tbody").all("tr")] == [list(map(spaced, row.texts)) for row in briefing.rows]
    assert len(page.one("main").all("svg")) == (2 if count == 1 else count)
    assert all(svg.attributes["aria-label"] for svg in page.one("main").all("svg"))
    assert title_of(made.book, made.language)[:100] in page.one("h1").text
    assert [link.attributes["href"] for link in page.all("a")] == ["report.html"]
    assert page.one("html").attributes["lang"] == "en"


def test_without_polygons_or_with_many_options_there_is_a_memo_without_maps():
    assert not read_page(memo_page(edition_of(book()))).all("svg")
    assert not read_page(memo_page(edition(8, "en"))).all("svg")


def test_a_sentence_of_several_options_is_said_once_with_their_letters():
    found = once({"A": ["same", "own"], "B": ["same"], "C": ["same", "own"]})
    assert [(one.text, one.before) for one in found] == [("same", ""), ("own", "A, C")]


def test_the_same_plans_give_the_same_memo():
    assert memo_page(edition(2, "es")) == memo_page(edition(2, "es"))


def test_without_a_browser_the_memo_is_a_page_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(printing.NAMED_BY, str(tmp_path / "none"))
    (told,) = write_memo(edition(1, "en"), tmp_path)
    assert "Open memo.html and print it" in told
    assert [file.name for file in tmp_path.iterdir()] == ["memo.html"]


def test_a_memo_fits_its_page_at_every_width_and_number_of_options(tmp_path: Path, browser):
    """As paper sees it; that the letters are large enough to be read, and what is left out where there is too much."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    try:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        for count, code in ((1, "en"), (1, "es"), (2, "en"), (2, "es"), (4, "en"), (4, "es"), (8, "es")):
            file = tmp_path / f"{count}{code}.html"
            file.write_text(memo_page(edition(count, code)), encoding="utf-8")
            page.goto(file.as_uri())
            high, room, size = page.evaluate(SIZES)
            assert high <= room <= 10 * 96, (count, code)
            assert size >= 7.4, (count, code, size)
            wide = "() => document.documentElement.scrollWidth <= innerWidth"
            assert page.evaluate(wide)
        for width in (320, 375, 768):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto((tmp_path / "4es.html").as_uri())
            assert page.evaluate(wide), width
        assert said == []
    finally:
        context.close()


def slow(*values: object) -> object:
    return pytest.param(*values, marks=pytest.mark.slow)


@pytest.mark.skipif(find_browser() is None, reason="no Chromium is installed")
@pytest.mark.parametrize(("count", "code", "size"), [(1, "en", "A4"), (4, "es", "letter"), slow(2, "es", "A4"), slow(4, "en", "A4")])
def test_a_printed_memo_is_one_page(tmp_path: Path, count: int, code: str, size):
    from pypdf import PdfReader

    page, made = tmp_path / "memo.html", edition(count, code)
    page.write_text(memo_page(made), encoding="utf-8")
    assert pdf_of(page, tmp_path / "memo.pdf", size) is None
    read = PdfReader(tmp_path / "memo.pdf")
    assert len(read.pages) == 1
    text = " ".join(read.pages[0].extract_text().split())
    assert "report.html" in text
    assert made.book.options[-1].name in text or count == 1
    assert "file:" not in str(read.pages[0].get("/Annots", ""))
