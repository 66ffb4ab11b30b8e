"""What a map says of a school that is clicked, in public numbers: students, seats, groups, trips, and who comes and goes under each option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.public.cell import HIDDEN, Cell, decimals, hundredfold
from rezoning.report.language import Language
from rezoning.scenario.languages import LANGUAGES

if TYPE_CHECKING:
    from rezoning.public.book import Book, Flow, SchoolRow, View


def school_facts(book: Book) -> dict[str, Any]:
    """Numbers of every school in every view, HIDDEN where they are kept back.

    Returns
    -------
    dict
        ``groups``: language to names; ``unit`` of travel; ``views``: key to ``schools``, of each ``[is open, students, seats, students in a hundred
        seats, mean trip, shares in hundredths…]``, None where unknown, and ``flows``: ``[from, to, students]``, with ``[at least, less than]`` for a
        range, the largest first.
    """
    views = [*([] if book.today is None else [book.today]), *book.views.values()]
    said = {code: Language(code, tuple(book.settings.labels.items())) for code in LANGUAGES}
    return {
        "groups": {code: [language.group(name) for name in book.groups] for code, language in said.items()},
        "unit": book.district.travel_unit,
        "views": {view.key: {"schools": [_row(book, row) for row in view.schools], "flows": _flows(book, view)} for view in views},
    }


def _row(book: Book, row: SchoolRow) -> list[Any]:
    shares = [_rounded(_hundred(row.shares.get(name)), 1) for name in book.groups]
    seats = None if row.capacity is None else round(row.capacity)
    return [int(row.is_open), _rounded(row.students, 0), seats, _rounded(_hundred(row.utilization), 1), _rounded(row.travel_mean, 2), *shares]


def _flows(book: Book, view: View) -> list[list[Any]]:
    change = book.changes.get(view.key)
    return [] if change is None else [[flow.origin, flow.target, _told(flow)] for flow in change.flows if flow.students != 0]


def _told(flow: Flow) -> Any:
    return [round(end) for end in flow.between] if flow.between is not None else _rounded(flow.students, 0)


def _hundred(value: Cell) -> Cell:
    return value if value is None or isinstance(value, str) else hundredfold(value)


def _rounded(value: Cell, digits: int) -> Cell:
    """A cell with no more decimals than it may have."""
    if value is None or isinstance(value, str):
        return HIDDEN if value is not None else None
    most = decimals(value, digits)
    return round(float(value), most) if most > 0 else round(float(value))
