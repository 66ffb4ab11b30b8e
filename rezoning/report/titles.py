"""What pages, workbooks and exports are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rezoning.report.language import ENGLISH, Language
from rezoning.runs.names import readable

if TYPE_CHECKING:
    from rezoning.public.book import Book


def title_of(book: Book, language: Language = ENGLISH) -> str:
    """The title that the scenario asks for, else its name made readable."""
    return language.own(book.settings.title) or readable(book.asked.scenario.name)
