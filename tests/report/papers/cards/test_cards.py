"""Cards for families: one for each area that changes, in every language, with nothing about how many live there."""

from __future__ import annotations

import re

import numpy as np
import paper_cases
import pytest

from rezoning.report.finder.facts import trips
from rezoning.report.language import Language
from rezoning.report.papers.cards import write_cards
from rezoning.report.papers.cards.areas import family_areas
from rezoning.report.papers.cards.facts import trip_words, who_may_stay
from rezoning.report.papers.printing import find_browser, pdf_of
from rezoning.scenario.languages import LANGUAGES


@pytest.fixture(scope="module")
def edition():
    return paper_cases.edition()


@pytest.fixture(scope="module")
def folder(edition, tmp_path_factory):
    found = tmp_path_factory.mktemp("cards")
    assert write_cards(edition, found) == []
    return found


def test_areas_are_all_that_changes_each_in_one_piece(edition):
    book = edition.book
    areas = family_areas(book)
    for letter, change in book.changes.items():
        ours = [area for area in areas if area.letter == letter]
        assert sorted(np.concatenate([area.units for area in ours]).tolist()) == sorted(change.moved.tolist())
        for area in ours:
            assert set(book.today.zone[area.units]) == {area.origin}
            assert set(book.views[letter].zone[area.units]) == {area.target}
            reached = {int(area.units[0])}
            while True:
                further = {int(v) for a, b in book.district.edges for u, v in ((a, b), (b, a)) if u in reached and v in area.units} - reached
                if not further:
                    break
                reached |= further
            assert reached == set(area.units.tolist())


def test_every_language_has_every_card(edition, folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"cards.{code}.html" for code in LANGUAGES)
    number = len(family_areas(edition.book))
    for code in LANGUAGES:
        page = (folder / f"cards.{code}.html").read_text(encoding="utf-8")
        assert f'<html lang="{code}">' in page
        assert page.count('class="family-card"') == number
        assert Language(code).text("cards.change") in page
        assert page.count(paper_cases.CONTACT.get(code, paper_cases.CONTACT["en"])) == number
        assert page.count('class="blank"') == number, "until when comments are taken is not said, and left for writing"


def test_no_card_says_how_many_live_there(edition, folder):
    """Whatever the counts are, the cards are the same."""
    page = (folder / "cards.en.html").read_text(encoding="utf-8")
    words = re.sub(r"<svg.*?</svg>|<style>.*?</style>|<[^>]*>", " ", page, flags=re.S)
    for area in family_areas(edition.book):
        count = f"{edition.book.district.students[area.units].sum():g}"
        assert not re.search(rf"\b{count} (students|children|families)\b", words)
    assert "students of grade 5 may stay" in words


def test_who_may_stay_and_who_cannot(edition):
    book, language = edition.book, edition.language
    areas = family_areas(book)
    closing = next(area for area in areas if not book.views[area.letter].schools[area.origin].is_open)
    assert who_may_stay(book, closing, language) == [f"Nobody: {book.schools[closing.origin].name} would close."]
    staying = next(area for area in areas if book.views[area.letter].schools[area.origin].is_open)
    said = " ".join(who_may_stay(book, staying, language))
    assert "In 2027, students of grade 5 may stay at" in said
    assert "about 50\N{NARROW NO-BREAK SPACE}% of students of grade 4 may stay" in said
    assert "brothers and sisters" in said


def test_a_trip_is_that_of_the_middle_of_the_area(edition):
    book, language = edition.book, edition.language
    travel = trips(book)
    area = next(area for area in family_areas(book) if book.views[area.letter].schools[area.origin].is_open)
    now, then = (round(float(np.median(travel[area.units, s]))) for s in (area.origin, area.target))
    said = trip_words(book, area, travel, language)
    assert re.findall(r"\d+", said)[:2] == [str(now), str(then)]
    assert trip_words(book, area, None, language) == "not known"


@pytest.mark.slow
def test_two_cards_fit_a_sheet(folder, edition, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    if find_browser() is None:
        pytest.skip("there is no Chromium on this machine")
    number = len(family_areas(edition.book))
    for code in LANGUAGES:
        for size in ("letter", "A4"):
            assert pdf_of(folder / f"cards.{code}.html", tmp_path / "cards.pdf", size) is None
            pages = pypdf.PdfReader(tmp_path / "cards.pdf").pages
            assert len(pages) == (number + 1) // 2
            said = [re.sub(r"\s+", " ", page.extract_text()) for page in pages]
            for k in range(number):  # the last line of each card is on its sheet: none is cut
                last = Language(code).text("cards.number", number=str(k + 1), total=str(number))
                assert last in said[k // 2]
