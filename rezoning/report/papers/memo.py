"""One page for a board: what the options do, what that costs, and what is certain; a page made for print, and the same as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rezoning.report.html import render
from rezoning.report.papers.briefing import FEW, Briefing, briefing_of
from rezoning.report.papers.edition import Edition
from rezoning.report.papers.printing import Size, pdf_of
from rezoning.runs.files import put

NUMBERED = 14  # schools whose numbers and names fit on a map of two inches


def write_memo(edition: Edition, folder: Path) -> list[str]:
    """Write ``memo.html``, and ``memo.pdf`` where a browser is installed that prints; what is to be known of them, as sentences."""
    page = folder / "memo.html"
    put(page, memo_page(edition))
    size: Size = "letter" if edition.language.units == "us" else "A4"
    told = pdf_of(page, folder / "memo.pdf", size)
    return [] if told is None else [told]


def memo_page(edition: Edition) -> str:
    """The memo as HTML; it fits one page of letter and of A4."""
    briefing = briefing_of(edition)
    return render(
        "memo.html.j2", edition.language, briefing=briefing, book=edition.book, maps=_maps(briefing),
        verdicts={letter: statement["verdict"] for letter, statement in edition.statements.items()},
        schools=[school.name for school in edition.book.schools] if len(edition.book.schools) <= NUMBERED else [],
    )  # fmt: skip


def _maps(briefing: Briefing) -> dict[str, Any]:
    """Letter to the option's picture; none where there are no polygons, or too many options."""
    book = briefing.edition.book
    drawn = briefing.edition.atlas if len(book.options) <= FEW else None
    return {} if drawn is None else {picture["key"]: picture for picture in drawn["pictures"]}
