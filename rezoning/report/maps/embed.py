"""The map alone, for frames of other sites: ``map.html`` beside the report, and the code that shows it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from markupsafe import escape

from rezoning.public.book import Book
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.titles import title_of

MAP = "map.html"


def map_page(book: Book, language: Language, drawn: Mapping[str, Any]) -> str:
    """The map as a page that fills its frame, with its title and a way to the report.

    Parameters
    ----------
    drawn
        What `rezoning.report.maps.atlas.atlas` gives.
    """
    shown = {key: value for key, value in drawn.items() if key not in ("pictures", "under")}
    report = book.settings.links.report or "report.html"
    return render("map_alone.html.j2", language, title=title_of(book, language), atlas=shown, report=report, official=book.settings.official)


def embed_code(book: Book, language: Language) -> str:
    """What a site writes into its own page; with the map's address where it is known."""
    address = MAP if book.settings.links.report is None else urljoin(book.settings.links.report, MAP)
    title = escape(title_of(book, language)[:120])
    return f'<iframe src="{escape(address)}" title="{title}" width="100%" height="640" style="border: 0" loading="lazy" allowfullscreen></iframe>'
