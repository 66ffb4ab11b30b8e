"""The files of a map book."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from rezoning.public.book import Book
from rezoning.report.enrollment import told_words, views_of
from rezoning.report.estimated import book_labels
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.maps.localmaps import Sheet, frame_of, local_map
from rezoning.report.papers.edition import Edition
from rezoning.report.papers.mapbook.school import SchoolPage, maps_beside, school_page
from rezoning.report.papers.printing import Size, pdf_of
from rezoning.report.papers.running_heads import running_heads
from rezoning.report.papers.tables import columns_of
from rezoning.report.school_files import school_files
from rezoning.report.titles import title_of
from rezoning.runs.files import put

FEW_SCHOOLS = 14
SIZES: tuple[Size, ...] = ("letter", "A4")


def write_book(edition: Edition, folder: Path) -> list[str]:
    """``schools/<name>.html`` for every school, ``map-book.html`` with all of them, and that as PDF where a browser can print it."""
    pages = school_pages(edition)
    (folder / "schools").mkdir(parents=True, exist_ok=True)
    for page in pages:
        put(folder / "schools" / f"{page.slug}.html", one_school(edition, page, pages))
    book = folder / "map-book.html"
    put(book, whole_book(edition, pages))
    return [said for size in SIZES if (said := pdf_of(book, folder / f"map-book-{size.lower()}.pdf", size)) is not None]


def school_pages(edition: Edition) -> list[SchoolPage]:
    """A page for every school that some view has open, by name."""
    return [school_page(edition, s, slug, place) for place, (s, slug) in enumerate(school_files(edition.book).items(), 1)]


def one_school(edition: Edition, page: SchoolPage, pages: list[SchoolPage]) -> str:
    """The page of a school by itself."""
    hrefs = {other.index: f"{other.slug}.html" for other in pages}
    heads = running_heads(_heads(edition, [page], len(pages)))
    return render("mapbook/school_page.html.j2", edition.language, page=page, pages=pages, hrefs=hrefs, heads=heads, **_values(edition))


def whole_book(edition: Edition, pages: list[SchoolPage]) -> str:
    """All pages with the district's map and the list of schools before them."""
    book, language = edition.book, edition.language
    hrefs = {page.index: f"#{page.slug}" for page in pages}
    columns = columns_of(book, language)
    heads = running_heads([("contents", title_of(book, language), ""), *_heads(edition, pages, len(pages))])
    rows = [(page, [_students(book, column.key, page.index, language) for column in columns]) for page in pages]
    return render(
        "mapbook/book.html.j2", language, pages=pages, hrefs=hrefs, heads=heads, rows=rows, columns=columns,
        beside=overviews_beside(book, len(columns)), overviews=_overviews(edition),
        **_values(edition),
    )  # fmt: skip


def _students(book: Book, key: str, s: int, language: Language) -> str:
    view = views_of(book)[key]
    return told_words(view.schools[s].students, language) if view.schools[s].is_open or key == "today" else language.text("mapbook.closed_short")


def _values(edition: Edition) -> dict[str, Any]:
    book, language, ground = edition.book, edition.language, edition.ground
    return {
        "book": book, "has_map_streets": ground is not None and ground.geography.has_streets,
        "title": title_of(book, language), "estimates": book_labels(book, language),
        "has_streets": edition.streets is not None,
        "level": language.own(book.settings.level), "year": language.own(book.settings.year),
    }  # fmt: skip


def _heads(edition: Edition, pages: list[SchoolPage], number: int) -> list[tuple[str, str, str]]:
    language, title = edition.language, title_of(edition.book, edition.language)
    return [(f"s{page.index}", page.name, language.text("mapbook.place", title=title, place=str(page.place), number=str(number))) for page in pages]


def overviews_beside(book: Book, number: int) -> int:
    """How many maps of the whole district stand in a row: fewer, and larger ones, where the list of schools leaves room for them."""
    return 2 if number == 3 and len(book.schools) <= FEW_SCHOOLS else maps_beside(number)


def _overviews(edition: Edition) -> list[tuple[str, str, Markup]]:
    """The whole district in the first view and, where there is room, under every option."""
    book, language, ground = edition.book, edition.language, edition.ground
    if ground is None:
        return []
    found = []
    columns = columns_of(book, language)
    beside = overviews_beside(book, len(columns))
    frame = frame_of(ground.grid.shapes, {1: 0.75, 2: 0.78, 3: 1.05}[beside], 900.0 / beside)
    for column in columns:
        says = language.text("mapbook.overview_says", view=column.title)
        found.append((column.title, column.letter, local_map(ground, frame, Sheet(column.key, is_overview=True), 9.5).saying(says)))
    return found
