"""The ways to assign units that stand side by side in tables: today, nearest, and the options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rezoning.public import Book, View
from rezoning.report.language import HIDDEN, Cell, Language


@dataclass(frozen=True, eq=False)
class Column:
    """One of them.

    Parameters
    ----------
    key
        ``today``, ``nearest``, or an option's letter.
    css
        Class that gives it its color.
    letter
        What stands in its swatch; empty for today and nearest.
    name
        For people.
    measures
        As in metrics.json, with HIDDEN.
    view
        None for nearest.
    """

    key: str
    css: str
    letter: str
    name: str
    measures: Mapping[str, Any]
    view: View | None


def columns(book: Book, language: Language, *, with_nearest: bool = True) -> tuple[Column, ...]:
    """Today (if known), nearest (if known and wanted), options."""
    found = []
    if book.today is not None:
        found.append(Column("today", "option-today", "", language.text("page.today"), book.today.measures, book.today))
    if with_nearest and book.nearest is not None:
        found.append(Column("nearest", "option-nearest", "", language.text("page.nearest"), book.nearest, None))
    for option in book.options:
        view = book.views[option.letter]
        found.append(Column(option.letter, f"option-{option.letter.lower()}", option.letter, option.name, view.measures, view))
    return tuple(found)


def cell_of(measures: Mapping[str, Any], *keys: str) -> Cell:
    """A measure by its keys; None where there is none, HIDDEN where any part of the way to it is hidden."""
    found: Any = measures
    for key in keys:
        if found == HIDDEN or found is None:
            return HIDDEN if found == HIDDEN else None
        found = found.get(key)
    return found if isinstance(found, (int, float, str)) else None


def schools_over(view: View) -> tuple[int, bool] | None:
    """Schools with more students than seats, and whether that of some is hidden; None where no seats are known."""
    used = [row.utilization for row in view.schools if row.is_open and row.utilization is not None]
    if not used:
        return None
    return sum(use > 1 + 1e-9 for use in used if not isinstance(use, str)), HIDDEN in used
