"""The finder's answers as one JSON document, for a district's own website."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rezoning.public.book import Book, View
from rezoning.report.enrollment import views_of
from rezoning.report.estimated import book_labels
from rezoning.report.finder.facts import TODAY, promises, staying, told, travel_unit, trips
from rezoning.report.language import ENGLISH, Language
from rezoning.report.titles import title_of


def finder_record(book: Book, language: Language = ENGLISH) -> dict[str, Any]:
    """Each unit's school in every view, and trips to these and to the nearest schools.

    Returns
    -------
    dict
        ``title``, ``official``, ``sources``; ``travel_unit`` (None without travel); ``estimates`` (sentences); ``schools`` (id, name);
        ``views`` (key, name, who may stay, units with a promise); ``units``: unit id to ``schools`` (view to school id or None) and
        ``trips`` (school id to minutes or km, one decimal; the nearest first), and where schools are paired ``by_grade`` (view to grade to school id;
        the view's school is that of the zone then).
    """
    travel, views, ids = trips(book), views_of(book), [school.id for school in book.schools]
    near = None if travel is None else told(book, travel)
    units = {}
    for u, unit in enumerate(book.district.unit_ids):
        schools = {key: ids[view.zone[u]] if view.zone[u] >= 0 else None for key, view in views.items()}
        far = {} if travel is None or near is None else {ids[s]: round(float(travel[u, s]), 1) for s in near[u]}
        units[unit] = {"schools": schools, "trips": far} | _by_grade(views, u, ids)
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


def _by_grade(views: Mapping[str, View], u: int, ids: Sequence[str]) -> dict[str, Any]:
    """The school of a unit in every grade, in views in which schools are paired; nothing where there are none."""
    paired = {key: view for key, view in views.items() if view.pairing is not None}
    found = {}
    for key, view in paired.items():
        assert view.pairing is not None
        taught = [] if view.zone[u] < 0 else view.pairing.buildings(int(view.zone[u]))
        found[key] = {grade: ids[one.school] for one in taught for grade in one.grades}
    return {"by_grade": found} if paired else {}


def _options(book: Book) -> list[dict[str, Any]]:
    found = []
    for option in book.options:
        change = book.changes.get(option.letter)
        kept = {} if change is None else promises(option, change.moved)
        named = {kind: [book.district.unit_ids[u] for u in units] for kind, units in kept.items()}
        found.append({"key": option.letter, "name": option.name, "stay": staying(option), "promises": named})
    return found
