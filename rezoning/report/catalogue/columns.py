"""The ways to assign units that stand side by side in tables: today, the options, and the nearest schools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rezoning.public.book import Book, View
from rezoning.report.catalogue.derived import derived
from rezoning.report.language import Language

COLORS = 8  # after which options begin with the first color again


@dataclass(frozen=True, eq=False)
class Side:
    """One of them.

    Parameters
    ----------
    key
        ``today``, ``nearest``, or an option's letter.
    name
        What it is called: an option as its run or file is.
    title
        What it is called where there is little room: an option by its letter.
    measures
        As in metrics.json with HIDDEN, and what follows from them and from the schools.
    css
        Class that gives it its color.
    view
        None for the nearest schools, of which the book has no rows.
    """

    key: str
    name: str
    title: str
    measures: Mapping[str, Any]
    css: str = ""
    view: View | None = None

    @property
    def is_option(self) -> bool:
        """Whether it is one of those that are compared."""
        return self.key not in ("today", "nearest")

    @property
    def letter(self) -> str:
        """What stands in its swatch; empty for today and nearest."""
        return self.key if self.is_option else ""


def sides(book: Book, language: Language) -> tuple[Side, ...]:
    """Today and the nearest schools, as far as they are known, then the options."""
    found = []
    for key, measures in (("today", None if book.today is None else book.today.measures), ("nearest", book.nearest)):
        if measures is not None:
            name = language.text(f"measures.{key}")
            found.append(Side(key, name, name, {**measures, **derived(book, key, language)}, f"option-{key}", book.today if key == "today" else None))
    for i, option in enumerate(book.options):
        view, title = book.views[option.letter], language.text("measures.option", letter=option.letter)
        color = f"option-{chr(ord('a') + i % COLORS)}"
        found.append(Side(option.letter, option.name, title, {**view.measures, **derived(book, option.letter, language)}, color, view))
    return tuple(found)
