"""What pages, workbooks and exports are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rezoning.report.language import ENGLISH, Language

if TYPE_CHECKING:
    from rezoning.public.book import Book


def title_of(book: Book, language: Language = ENGLISH) -> str:
    """The title that the scenario asks for, else its name made readable."""
    return language.own(book.settings.title) or readable(book.asked.scenario.name)


def readable(name: str) -> str:
    """``mount-vernon-balance`` as ``Mount vernon balance``; a name with spaces stays as it is.

    Examples
    --------
    >>> readable("riverbend-balance")
    'Riverbend balance'
    >>> readable("Plan of the co-op")
    'Plan of the co-op'
    """
    text = name if " " in name else re.sub(r"[-_]+", " ", name).strip() or name
    return text[:1].upper() + text[1:]
