"""Students of every school by year, against seats, and by grade: today's zones and all options side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rezoning.public.book import Book, Told, View
from rezoning.report.crowding import is_over, limit_words, limits_of, option_of
from rezoning.report.enrollment import Enrollment, by_grade, by_year, now, told_words, views_of
from rezoning.report.language import NOTHING, Language

MOST_COLUMNS = 9  # of numbers in one table, so that paper holds it


@dataclass(frozen=True)
class EnrollmentCell:
    """Students in words; ``seats`` or ``rules`` where they are more than these, and what the rules allow, in words."""

    text: str
    over: str = ""
    allowed: str = ""


@dataclass(frozen=True)
class EnrollmentLine:
    """A school: its seats, blank in tables of grades, then for each time or grade today's zones, where they are known, and every option."""

    name: str
    seats: str
    cells: tuple[EnrollmentCell, ...]


@dataclass(frozen=True)
class EnrollmentTable:
    """Some of the times, or grades.

    Parameters
    ----------
    key
        Names the table in the page.
    heads
        What each time or grade is called.
    views
        What stands under each: today's zones, where they are known, and every option.
    """

    key: str
    heads: tuple[str, ...]
    views: tuple[str, ...]
    lines: tuple[EnrollmentLine, ...]


def year_tables(book: Book, language: Language) -> list[EnrollmentTable]:
    """Now and every later time; none where the data tell of no other time than now."""
    later = [one for one in by_year(book, language) if any(cell is not None for cells in one.cells.values() for cell in cells)]
    return _tables(book, "years", [now(book, language), *later], language) if later else []


def grade_tables(book: Book, language: Language) -> list[EnrollmentTable]:
    """Every grade; none where the scenario names no columns of grades."""
    return _tables(book, "grades", by_grade(book, language), language)


def _tables(book: Book, key: str, rows: Sequence[Enrollment], language: Language) -> list[EnrollmentTable]:
    """As many as the columns need; a time keeps all its views together."""
    views = views_of(book)
    heads = tuple(language.text("measures.today") if name == "today" else language.text("page.column_plan", letter=name) for name in views)
    at = [i for i in range(len(book.schools)) if any(view.schools[i].is_open for view in views.values())]
    each = max(1, MOST_COLUMNS // len(views))
    parts = [rows[first : first + each] for first in range(0, len(rows), each)]
    limits = {name: limits_of(book, view) for name, view in views.items()}
    found = []
    for number, part in enumerate(parts, 1):
        lines = []
        for i in at:
            cells = [_cell(book, view, one.cells[name][i], limits[name], i, one.kind, language) for one in part for name, view in views.items()]
            seats = next((row.capacity for view in views.values() if (row := view.schools[i]).is_open), None)
            lines.append(EnrollmentLine(book.schools[i].name, language.count(seats) if key == "years" else "", tuple(cells)))
        name = key if len(parts) == 1 else f"{key}-{number}"
        found.append(EnrollmentTable(name, tuple(one.title for one in part), heads, tuple(lines)))
    return found


def _cell(book: Book, view: View, told: Told | None, limits: Sequence[float] | None, school: int, kind: str, language: Language) -> EnrollmentCell:
    """A number, marked by the limit that it is over; a grade has none."""
    text = NOTHING if told is None else told_words(told, language)
    if told is None or isinstance(told, tuple) or kind == "grade":
        return EnrollmentCell(text)
    if limits is not None and is_over(told, limits[school]):
        return EnrollmentCell(text, "rules", limit_words(option_of(book, view).scenario, language))
    seats = view.schools[school].capacity
    return EnrollmentCell(text, "seats" if seats is not None and is_over(told, seats) else "")
