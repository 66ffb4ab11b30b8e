"""The school finder: one page on which a family finds its school today and under each option; nothing leaves the browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rezoning.district.district import Floats
from rezoning.public.book import Book, View
from rezoning.report.catalogue.kinds import manner, settled
from rezoning.report.enrollment import views_of
from rezoning.report.estimated import sentences_by_language
from rezoning.report.finder.addresses import AddressBook
from rezoning.report.finder.facts import NEAR, TODAY, promises, staying, told, travel_unit, trips, walks
from rezoning.report.finder.streets import SHORT, folded, house_key
from rezoning.report.html import render
from rezoning.report.language import Language, language_of
from rezoning.report.links import plans_of
from rezoning.report.titles import option_names, title_of
from rezoning.scenario.languages import LANGUAGES

SCALE = {"min": 1, "km": 10}
"""Trips are whole minutes, or tenths of a kilometer or a mile: more than that no travel model knows."""


@dataclass(frozen=True, eq=False)
class LevelsWay:
    """What the page knows of several levels: the plans of all as `plans_of` names them, and the facts of its script."""

    plans: str
    facts: Mapping[str, Any]


def finder_page(book: Book, language: Language, addresses: AddressBook | None = None, report: str = "", levels: LevelsWay | None = None) -> str:
    """The finder as one file of HTML that loads nothing.

    Parameters
    ----------
    book
        Options of one district.
    language
        The one that the page opens in; all are in it.
    addresses
        What people may type besides the id of a unit and the name of a school.
    report
        Address of the report on the same plans.
    levels
        With several levels of schools what `rezoning.report.levels.way` knows of a child's way through them; the book is that of the lowest.
    """
    from rezoning.report.maps.atlas import atlas

    facts = page_facts(book, addresses)
    drawn = atlas(book, language, for_paper=False)
    if drawn is not None:  # the map knows areas and zones already
        facts["units"] = None
        facts["views"] = [{**view, "zone": None} for view in facts["views"]]
    return render(
        "finder.html.j2", language, book=book, atlas=drawn, facts=facts, plans=plans_of(book) if levels is None else levels.plans, report=report,
        levels=None if levels is None else levels.facts,
        example=None if addresses is None else addresses.texts[0],
        skip={code: Language(code).text("page.skip") for code in LANGUAGES},
        unreviewed_words={code: Language(code).unreviewed for code in LANGUAGES},
        strings={code: Language(code).part("finder") for code in LANGUAGES},
        map_strings=None if drawn is None else {code: Language(code).part("map") for code in LANGUAGES},
    )  # fmt: skip


def page_facts(book: Book, addresses: AddressBook | None) -> dict[str, Any]:
    """What the page's script knows, compact."""
    travel = trips(book)
    return {
        "official": book.settings.official,
        "said": {code: _said(book, Language(code)) for code in LANGUAGES},
        "units": list(book.district.unit_ids),
        "schools": [[school.id, school.name] for school in book.schools],
        "views": [_view(view) for view in views_of(book).values()],
        "today": TODAY,
        "options": [_option(book, k) for k in range(len(book.options))],
        "trips": None if travel is None else _trips(book, travel),
        "walks": _walks(book),
        "short": SHORT,
        "estimates": sentences_by_language(book),
        "addresses": None if addresses is None else {"count": len(addresses.texts), "streets": _streets(addresses)},
    }


def _view(view: View) -> dict[str, Any]:
    """Zones as maps draw them, and which buildings have which grades of a zone that schools share."""
    found: dict[str, Any] = {"key": view.key, "zone": view.drawn.tolist()}
    if view.pairing is not None:
        found["shared"] = {cluster.lead: [[one.school, one.grades, one.span] for one in cluster.buildings] for cluster in view.pairing.clusters}
    return found


def _said(book: Book, language: Language) -> dict[str, Any]:
    """What the scenario's author says, in a language."""
    settings = book.settings
    said = {"level": settings.level, "year": settings.year, "author": settings.author, "sources": settings.sources, "until": settings.comments_until}
    names = {"title": title_of(book, language), "options": option_names(book, language)}
    return {**names, **{key: language.own(text) for key, text in said.items()}}


def _option(book: Book, k: int) -> dict[str, Any]:
    option = book.options[k]
    change = book.changes.get(option.letter)
    closed = [i for i, row in enumerate(book.views[option.letter].schools) if not row.is_open]
    return {
        "key": option.letter, "closed": closed,
        "stay": [] if change is None else staying(option), "promises": {} if change is None else promises(option, change.moved),
    }  # fmt: skip


def _trips(book: Book, travel: Floats) -> dict[str, Any]:
    """Of each unit ``[school, trip, school, trip, …]``, the nearest few first; trips in whole parts of `scale`."""
    unit = travel_unit(book)
    scale, said = SCALE[unit], manner(settled("travel", unit), language_of(book.settings))
    pairs = [[part for s in those for part in (s, round(float(travel[u, s]) / said.size * scale))] for u, those in enumerate(told(book, travel))]
    return {"unit": said.unit, "scale": scale, "near": NEAR, "pairs": pairs}


def _walks(book: Book) -> list[list[int]] | None:
    """Schools that each unit can walk to; None where walk zones are not known."""
    known = walks(book)
    return None if (known < 0).all() else [[s for s, walk in enumerate(row) if walk == 1] for row in known.tolist()]


def _streets(addresses: AddressBook) -> list[list[Any]]:
    """Of each street its name, its house numbers and their units: what 200,000 addresses take up is a few bytes each.

    A house number is its distance from the one before, or itself as a text where it is more than a number; units stand with how many
    numbers in a row they have. Apartments of one house in one unit are one address.
    """
    members: dict[int, list[int]] = {}
    for k, street in enumerate(addresses.street.tolist()):
        members.setdefault(street, []).append(k)
    order = sorted(members, key=lambda street: (folded(addresses.streets[street]), addresses.streets[street]))
    return [_street(addresses.streets[street], members[street], addresses) for street in order]


def _street(name: str, members: list[int], addresses: AddressBook) -> list[Any]:
    houses = _houses(members, addresses)
    items: list[int | str | list[str]] = []
    before = 0
    for house, flat, _ in houses:
        if house.isascii() and house.isdigit() and not flat and str(int(house)) == house:
            items.append(int(house) - before)
            before = int(house)
        else:
            items.append([house, flat] if flat else house)
    units: list[int] = []
    for unit, run in groupby(houses, key=lambda one: one[2]):
        units += [unit, len(list(run))]
    return [name, items, units]


def _houses(members: list[int], addresses: AddressBook) -> list[tuple[str, str, int]]:
    """House number, apartment and unit, in order; the apartment is left out where all of the house are in one unit."""
    found: list[tuple[str, str, int]] = []
    ordered = sorted(members, key=lambda k: (*house_key(addresses.house[k], addresses.flat[k]), k))
    for house, those in groupby(ordered, key=lambda k: addresses.house[k]):
        inside = [(addresses.flat[k], int(addresses.unit[k])) for k in those]
        if len({unit for _, unit in inside}) == 1:
            found.append((house, "", inside[0][1]))
        else:
            found += [(house, flat, unit) for flat, unit in inside]
    return found
