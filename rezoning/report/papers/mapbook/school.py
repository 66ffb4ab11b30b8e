"""What the page of one school shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rezoning.district.district import Ints
from rezoning.public.book import Book, Flow
from rezoning.public.cell import HIDDEN
from rezoning.report.enrollment import views_of
from rezoning.report.language import Language
from rezoning.report.maps.localmaps import Change, Ground, Sheet, frame_of, local_map
from rezoning.report.papers.edition import Edition
from rezoning.report.papers.mapbook.exchange import Exchange, OptionPart
from rezoning.report.papers.mapbook.room import map_ratio
from rezoning.report.papers.mapbook.seats import seats_chart
from rezoning.report.papers.streets import streets_in
from rezoning.report.papers.tables import PaperTable, columns_of, facts_table, grades_table, mix_table, years_table

MOST_STREETS = 7  # that one line names
WIDE = 900.0  # of all maps of a page together, in the pictures' units
GAP = 18.0


@dataclass(frozen=True, eq=False)
class SchoolPage:
    """A school's page; `place` is where its name stands among all, from 1."""

    index: int
    slug: str
    name: str
    place: int
    maps: tuple[tuple[str, str, Markup], ...]
    tables: tuple[PaperTable, ...]
    chart: Markup | None
    options: tuple[OptionPart, ...]
    columns: int


def school_page(edition: Edition, s: int, slug: str, place: int) -> SchoolPage:
    """Everything about one of the book's schools."""
    book, language, ground = edition.book, edition.language, edition.ground
    tables = (facts_table(book, s, language), mix_table(book, s, language), years_table(book, s, language), grades_table(book, s, language))
    known = tuple(table for table in tables if table is not None)
    options = tuple(_part(edition, option.letter, option.name, s) for option in book.options)
    chart, number = seats_chart(book, s, language), len(columns_of(book, language))
    ratio = map_ratio(number, maps_beside(number), known, options, has_chart=chart is not None)
    maps = () if ground is None else tuple(_maps(book, s, ground, ratio, language))
    return SchoolPage(s, slug, book.schools[s].name, place, maps, known, chart, options, maps_beside(number))


def _part(edition: Edition, letter: str, name: str, s: int) -> OptionPart:
    book = edition.book
    change, row = book.changes.get(letter), book.views[letter].schools[s]
    flows = () if change is None else change.flows
    comes = [_exchange(edition, letter, flow, flow.origin) for flow in flows if flow.target == s]
    goes = [_exchange(edition, letter, flow, flow.target) for flow in flows if flow.origin == s]
    return OptionPart(letter, name, row.is_open, tuple(comes), tuple(goes))


def _exchange(edition: Edition, letter: str, flow: Flow, other: int) -> Exchange:
    units, language = flow_units(edition.book, letter, flow), edition.language
    names = [] if edition.streets is None else streets_in(edition.streets, units)
    said = language.between(flow.between) if flow.between is not None else "" if flow.students == HIDDEN else language.count(flow.students)
    grades = edition.book.views[letter].grades_at(flow.target)
    return Exchange(other, said, tuple(names[:MOST_STREETS]), max(0, len(names) - MOST_STREETS), len(units), grades)


def flow_units(book: Book, letter: str, flow: Flow) -> Ints:
    """The units of a flow."""
    assert book.today is not None
    moved = book.changes[letter].moved
    is_its = (book.today.zone[moved] == flow.origin) & book.views[letter].goes_to(flow.target)[moved]
    return np.asarray(moved[is_its], dtype=np.int64)


def _maps(book: Book, s: int, ground: Ground, ratio: float, language: Language) -> Sequence[tuple[str, str, Markup]]:
    """Title, letter and picture of the zone in every view, all of the same place."""
    import shapely

    views, columns = views_of(book), columns_of(book, language)
    zones = [ground.zones[key][s] for key in views]
    shapes = [shape for shape in zones if not shape.is_empty]
    point = ground.points[s]
    if point is not None:
        shapes.append(shapely.Point(*point))
    if not shapes:
        return []
    beside = maps_beside(len(columns))
    frame = frame_of(shapes, ratio, (WIDE - (beside - 1) * GAP) / beside, least=max(*ground.size) / 40)
    found = []
    for column in columns:
        sheet = Sheet(column.key, (s,), _changes(book, column.key, s, ground))
        says = language.text("mapbook.map_says", school=book.schools[s].name, view=column.title)
        found.append((column.title, column.letter, local_map(ground, frame, sheet).saying(says)))
    return found


def maps_beside(number: int) -> int:
    """How many of so many maps stand in a row."""
    return 2 if number == 4 else min(3, number)


def _changes(book: Book, key: str, s: int, ground: Ground) -> tuple[Change, ...]:
    """Areas that come to a school, or leave it, under an option."""
    change = book.changes.get(key)
    found = []
    for flow in () if change is None else change.flows:
        if s in (flow.origin, flow.target):
            comes = flow.target == s
            other = ground.names[flow.origin if comes else flow.target]
            shape = ground.area(flow_units(book, key, flow))
            grades = book.views[key].grades_at(flow.target)
            said = f"{other}: {grades}" if grades else other
            found.append(Change(shape, f"← {said}" if comes else f"→ {said}", "comes" if comes else "goes"))
    return tuple(found)
