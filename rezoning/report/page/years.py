"""Students against seats at every school, now and in each coming year, growth forecast and year of the transition: a table an option."""

from __future__ import annotations

from dataclasses import dataclass

from rezoning.public.book import Book, View
from rezoning.public.cell import Cell, is_number
from rezoning.report.crowding import is_over, limits_of
from rezoning.report.enrollment import Enrollment, by_year, told_words
from rezoning.report.language import NOTHING, Language
from rezoning.runs.option import Option


@dataclass(frozen=True)
class YearCell:
    """Students in words; ``seats`` or ``rules`` where they are more than these."""

    text: str
    over: str = ""


@dataclass(frozen=True)
class YearLine:
    """A school: its seats, then for each time today's zones, where they are known, and the plan."""

    name: str
    seats: str
    cells: tuple[YearCell, ...]


@dataclass(frozen=True)
class YearsTable:
    """The table of an option.

    Parameters
    ----------
    times
        What each time is called.
    views
        What stands under each: today's zones, where they are known, and the plan.
    """

    letter: str
    name: str
    times: tuple[str, ...]
    views: tuple[str, ...]
    lines: tuple[YearLine, ...]


def years_table(book: Book, option: Option, language: Language) -> YearsTable | None:
    """None where the data tell of no other time than now."""
    views = [key for key in ("today", option.letter) if key != "today" or book.today is not None]
    times = [one for one in by_year(book, language) if any(cell is not None for key in views for cell in one.cells[key])]
    if not times:
        return None
    rows = book.views[option.letter].schools
    now = Enrollment("now", language.text("statement.time.now"), "now", {key: tuple(row.students for row in _view(book, key).schools) for key in views})
    at = [i for i, row in enumerate(rows) if row.is_open]
    lines = tuple(YearLine(book.schools[i].name, language.count(rows[i].capacity), _cells(book, [now, *times], views, i, language)) for i in at)
    heads = tuple(language.text("measures.today") if key == "today" else language.text("page.column_plan", letter=key) for key in views)
    return YearsTable(option.letter, option.name, (now.title, *(one.title for one in times)), heads, lines)


def _view(book: Book, key: str) -> View:
    found = book.today if key == "today" else book.views[key]
    assert found is not None
    return found


def _cells(book: Book, times: list[Enrollment], views: list[str], school: int, language: Language) -> tuple[YearCell, ...]:
    """A school's students at each time in each view, marked by the limit that they are over."""
    made = []
    for one in times:
        for key in views:
            row, limits, cell = _view(book, key).schools[school], limits_of(book, _view(book, key)), one.cells[key][school]
            text = NOTHING if cell is None else told_words(cell, language)
            made.append(YearCell(text, "" if cell is None or isinstance(cell, tuple) else _over(cell, row.capacity, limits, school)))
    return tuple(made)


def _over(students: Cell, seats: float | None, limits: list[float] | None, school: int) -> str:
    if limits is not None and is_over(students, limits[school]):
        return "rules"
    return "seats" if seats is not None and is_number(students) and is_over(students, seats) else ""
