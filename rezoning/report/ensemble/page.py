"""An ensemble as one page: complete in itself, for a screen, a phone and paper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rezoning.public.book import Book
from rezoning.report.ensemble.rows import Shown, ways_of
from rezoning.report.ensemble.words import Row, Words
from rezoning.report.estimated import book_labels
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.titles import title_of

SECTIONS = ("short", "where", "how")


def ensemble_page(record: Row, rows: Sequence[Shown], hidden: Sequence[str], book: Book, language: Language) -> str:
    """The page as HTML that needs nothing but itself.

    Parameters
    ----------
    record
        The document of the ensemble.
    rows
        Its measures, as everybody may see them.
    hidden
        What those are called that nobody may see.
    book
        With what may be shown of the plans.
    """
    say, name = Words(record, language), title_of(book, language)
    beside = [(row.label, cells) for row in rows if (cells := say.peer_cells(row)) is not None]
    return render(
        "ensemble.html.j2",
        language,
        book=book,
        say=say,
        name=name,
        title=say.title(name),
        ways=ways_of(record, language),
        short=list(say.short(rows)),
        topics=[(topic, list(group)) for topic, group in groupby(sorted(rows, key=_order), key=_topic)],
        rows=rows,
        hidden=hidden,
        beside=beside,
        estimates=book_labels(book, language),
        sections=SECTIONS,
    )


def _topic(row: Shown) -> str:
    return "goals" if row.goal is not None else row.topic


def _order(row: Shown) -> tuple[int, str]:
    """Goals first; the others by topic, in the order of the catalogue."""
    from rezoning.report.catalogue.measures import TOPICS

    topic = _topic(row)
    return (0 if topic == "goals" else 1 + TOPICS.index(topic), "")
