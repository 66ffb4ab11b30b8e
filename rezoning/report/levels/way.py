"""A child's way through all levels, for the school finder: of each unit its school at every level, today and under each option."""

from __future__ import annotations

from typing import Any

from rezoning.public.book import Book
from rezoning.public.levels import LevelsBook
from rezoning.report.enrollment import views_of
from rezoning.report.finder.facts import TODAY
from rezoning.report.language import Language
from rezoning.report.levels.names import level_title
from rezoning.scenario.languages import LANGUAGES

WORDS = ("way", "way_cards", "way_today", "way_option", "way_plan", "way_none", "way_changed")


def levels_facts(book: LevelsBook) -> dict[str, Any]:
    """What the finder's script for several levels knows: levels with their schools and zones, and its words in every language."""
    return {
        "today": TODAY,
        "units": list(book.lowest.district.unit_ids),
        "options": [option.letter for option in book.options],
        "levels": [_level(name, one) for name, one in book.books.items()],
        "words": {code: {key: Language(code).part("levels")[key] for key in WORDS} for code in LANGUAGES},
    }


def _level(name: str, book: Book) -> dict[str, Any]:
    return {
        "title": {code: level_title(name, Language(code)) for code in LANGUAGES},
        "schools": [school.name for school in book.schools],
        "zones": {key: view.zone.tolist() for key, view in views_of(book).items()},
    }
