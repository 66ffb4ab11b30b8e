"""What is said of the base of maps: under them for readers, and on the terminal for who made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rezoning.report.language import Language
from rezoning.report.maps.basemap.base import base_of
from rezoning.scenario.languages import LANGUAGES

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.report.maps.basemap.base import Basemap


def notes_by_language(base: Basemap | None) -> dict[str, list[str]]:
    """What stands under a map, in every language: that streets are missing, and whose data they are."""
    return {code: map_notes(base, Language(code)) for code in LANGUAGES}


def map_notes(base: Basemap | None, language: Language) -> list[str]:
    """What stands under a map."""
    missing = [] if base is not None and base.has_streets else [language.text("basemap.missing")]
    credit = [language.text("basemap.credit")] if base is not None and base.geography.is_osm else []
    return [*missing, *credit]


def notes_of(book: Book) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Notes and warnings for who makes the maps; none for a district that has none."""
    if book.district.geometry is None:
        return (), ()
    base = base_of(book)
    if base is None:
        return (Language().text("basemap.missing_note"),), ()
    missing = () if base.geography.has_streets else (Language().text("basemap.missing_note"),)
    return (*base.geography.notes, *missing), base.geography.warnings
