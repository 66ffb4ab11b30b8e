"""The finder's answers as one JSON document, for a district's own website."""

from __future__ import annotations

from typing import Any

from rezoning.public.book import Book
from rezoning.report.estimated import book_labels
from rezoning.report.finder.facts import TODAY, promises, staying, told, travel_unit, trips, zones
from rezoning.report.language import ENGLISH, Language
from rezoning.report.titles import title_of


def finder_record(book: Book, language: Language = ENGLISH) -> dict[str, Any]:
    """Each unit's school in every view, and trips to these and to the nearest schools.

    Returns
    -------
    dict
        ``title``, ``official``, ``sources``; ``travel_unit`` (None without travel); ``estimates`` (sentences); ``schools`` (id, name);
        ``views`` (key, name, who may stay, units with a promise); ``units``: unit id to ``schools`` (view to school id or None) and
        ``trips`` (school id to minutes or km, one decimal; the nearest first).
    """
    travel, views, ids = trips(book), zones(book), [school.id for school in book.schools]
    near = None if travel is None else told(book, travel)
    units = {}
    for u, unit in enumerate(book.district.unit_ids):
        schools = {key: ids[zone[u]] if zone[u] >= 0 else None for key, zone in views.items()}
        far = {} if travel is None or near is None else {ids[s]: round(float(travel[u, s]), 1) for s in near[u]}
        units[unit] = {"schools": schools, "trips": far}
    return {
        "title": title_of(book, language),
        "official": book.settings.official,
        "sources": language.own(book.settings.sources),
        "travel_unit": None if travel is None else travel_unit(book),
        "estimates": list(book_labels(book, language).sentences),
        "schools": [{"id": school.id, "name": school.name} for school in book.schools],
        "views": [*([{"key": TODAY, "name": TODAY}] if TODAY in views else []), *_options(book)],
        "units": units,
    }


def _options(book: Book) -> list[dict[str, Any]]:
    found = []
    for option in book.options:
        change = book.changes.get(option.letter)
        kept = {} if change is None else promises(option, change.moved)
        named = {kind: [book.district.unit_ids[u] for u in units] for kind, units in kept.items()}
        found.append({"key": option.letter, "name": option.name, "stay": staying(option), "promises": named})
    return found
