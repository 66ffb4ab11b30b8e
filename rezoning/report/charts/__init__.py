"""Charts of the report: pictures that are drawn row by row, so that a phone and a printer show them as well as a screen; all in tables too."""

from __future__ import annotations

from typing import Any

from rezoning.public.book import Book
from rezoning.report.charts.dumbbell import dumbbell
from rezoning.report.charts.flows import flows_of
from rezoning.report.charts.parts import main_groups
from rezoning.report.charts.proof import proof
from rezoning.report.charts.trips import trips_of
from rezoning.report.charts.who import bears, who_moves
from rezoning.report.language import Language

__all__ = ["charts"]


def charts(book: Book, language: Language) -> dict[str, Any]:
    """What ``sections/who.html.j2`` and ``sections/integration.html.j2`` need.

    Returns
    -------
    dict
        ``main`` and ``others``: dumbbell charts of the groups that goals and bands are about, and of the others. ``who``: chart of the groups'
        ratios, or None; ``bears`` and ``flows``: by option's letter; ``trips``: or None without travel; ``proof``: letter to HTML, empty
        where there is nothing to show; ``is_hidden``: whether a sign for hidden numbers must be explained; ``has_today``.
    """
    main = main_groups(book)
    return {
        "main": [dumbbell(book, group, language) for group in main],
        "others": [dumbbell(book, group, language) for group in book.groups if group not in main],
        "who": who_moves(book, language),
        "bears": {letter: bears(book, letter, language) for letter in book.changes},
        "flows": {letter: flows_of(book, letter, language) for letter in book.changes},
        "trips": trips_of(book, language),
        "proof": {option.letter: proof(book, option.letter, language) for option in book.options},
        "is_hidden": book.is_hidden,
        "has_today": book.today is not None,
    }
