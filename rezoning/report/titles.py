"""What pages, workbooks and exports are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rezoning.report.language import ENGLISH, Language
from rezoning.runs.names import readable
from rezoning.runs.option import names_in

if TYPE_CHECKING:
    from rezoning.public.book import Book


def title_of(book: Book, language: Language = ENGLISH) -> str:
    """The title that the scenario asks for, else its name made readable."""
    return language.own(book.settings.title) or readable(book.asked.scenario.name)


def option_names(book: Book, language: Language) -> dict[str, str]:
    """What people call each option in a language, by its letter; pages of one language have the names in the book."""
    return dict(zip((option.letter for option in book.options), names_in(book.options, language.code), strict=True))
