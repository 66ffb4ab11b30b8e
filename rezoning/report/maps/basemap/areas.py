"""The streets of areas as a page's scripts know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.report.language import Language
from rezoning.report.maps.basemap.names import street_names
from rezoning.scenario.languages import LANGUAGES

if TYPE_CHECKING:
    from rezoning.public.book import Book

MOST = 4
"""Streets that a page knows of an area; the first two name it, and by each it is found."""


def areas(book: Book) -> dict[str, Any] | None:
    """``names`` of streets, ``of`` each unit the indices of its first few, and the ``words`` of every language; None without named streets."""
    streets = street_names(book)
    if streets is None:
        return None
    names: dict[str, int] = {}
    of = [[names.setdefault(name, len(names)) for name in mine[:MOST]] for mine in streets]
    words = {code: {key: Language(code).part("basemap")[key] for key in ("around", "around_one", "area")} for code in LANGUAGES}
    return {"names": list(names), "of": of, "words": words}
