"""What a map says of a school that is clicked, in public numbers: students, seats, groups, trips, and who comes and goes under each option."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.kinds import Kind, manner, settled, together
from rezoning.report.language import Language, language_of
from rezoning.scenario.languages import LANGUAGES

if TYPE_CHECKING:
    from rezoning.public.book import Book, Flow, View


def school_facts(book: Book) -> dict[str, Any]:
    """Numbers of every school in every view, HIDDEN where they are kept back.

    Returns
    -------
    dict
        ``groups``: language to names; ``unit`` that trips are written in; ``views``: key to ``schools``, of each ``[is open, students, seats,
        students in a hundred seats, mean trip, shares in hundredths…]``, None where unknown, with no more decimals than it takes to tell a school's
        views apart, and ``flows``: ``[from, to, students]``, with ``[at least, less than]`` for a range, the largest first.
    """
    views = [*([] if book.today is None else [book.today]), *book.views.values()]
    said = {code: Language(code, tuple(book.settings.labels.items())) for code in LANGUAGES}
    trip, plain = settled("travel", book.district.travel_unit), language_of(book.settings)
    rows = [_rows(book, views, s, trip, plain) for s in range(len(book.schools))]
    return {
        "groups": {code: [language.group(name) for name in book.groups] for code, language in said.items()},
        "unit": manner(trip, plain).unit,
        "views": {view.key: {"schools": [row[k] for row in rows], "flows": _flows(book, view)} for k, view in enumerate(views)},
    }


def _rows(book: Book, views: Sequence[View], s: int, trip: Kind, language: Language) -> list[list[Any]]:
    """A school's row in every view."""
    schools = [view.schools[s] for view in views]
    columns = [
        _beside([row.utilization for row in schools], "percent", language),
        _beside([row.travel_mean for row in schools], trip, language),
        *(_beside([row.shares.get(name) for row in schools], "percent", language) for name in book.groups),
    ]
    seats = [None if row.capacity is None else round(row.capacity) for row in schools]
    return [[int(row.is_open), _whole(row.students), seats[k], *(column[k] for column in columns)] for k, row in enumerate(schools)]


def _beside(cells: Sequence[Cell], kind: Kind, language: Language) -> list[Cell]:
    """Numbers as they are written beside each other."""
    said = together(cells, kind, language)
    return [said.shown(cell) for cell in cells]


def _flows(book: Book, view: View) -> list[list[Any]]:
    change = book.changes.get(view.key)
    return [] if change is None else [[flow.origin, flow.target, _told(flow)] for flow in change.flows if flow.students != 0]


def _told(flow: Flow) -> Any:
    return [round(end) for end in flow.between] if flow.between is not None else _whole(flow.students)


def _whole(value: Cell) -> Cell:
    return round(value) if is_number(value) else value
