"""Tables of pages made for paper: texts in columns, options side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rezoning.public.book import Book, Told
from rezoning.public.cell import Cell, is_number, look, ratio
from rezoning.report.catalogue.kinds import together
from rezoning.report.catalogue.schools import school_measures
from rezoning.report.crowding import is_over
from rezoning.report.enrollment import Enrollment, by_grade, by_year, now, told_words, views_of
from rezoning.report.language import Language


@dataclass(frozen=True)
class PaperColumn:
    """A column: its view, what stands above it, and the letter of an option."""

    key: str
    title: str
    letter: str = ""


@dataclass(frozen=True)
class PaperTable:
    """Rows of texts.

    Parameters
    ----------
    title
        Above it.
    columns
        In order.
    rows
        Heading and one text a column.
    is_over
        Of each text whether it says that there are more students than seats.
    """

    title: str
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    is_over: frozenset[tuple[int, int]] = frozenset()


def columns_of(book: Book, language: Language) -> tuple[PaperColumn, ...]:
    """Today and the options, in a few letters."""
    options = [PaperColumn(one.letter, language.text("mapbook.option", letter=one.letter), one.letter) for one in book.options]
    return (*([] if book.today is None else [PaperColumn("today", language.text("mapbook.today"))]), *options)


def facts_table(book: Book, s: int, language: Language) -> PaperTable:
    """Seats, students, how full it is and the mean trip of a school, in every view."""
    columns = columns_of(book, language)
    wanted = [one for one in school_measures(book, language) if one.key in ("students", "seats", "utilization", "trip")]
    rows = tuple((one.title, tuple(one.together(s, language).text(one.cells[column.key][s]) for column in columns)) for one in wanted)
    over = {
        (k, j)
        for k, one in enumerate(wanted) if one.key == "utilization"
        for j, column in enumerate(columns) if is_number(cell := one.cells[column.key][s]) and cell > 1
    }  # fmt: skip
    return PaperTable(language.text("mapbook.facts"), columns, rows, frozenset(over))


def mix_table(book: Book, s: int, language: Language) -> PaperTable | None:
    """Each group's share of a school's students in every view, beside its share of the district's; None without groups."""
    if not book.groups:
        return None
    columns = (*columns_of(book, language), PaperColumn("district", language.text("mapbook.district")))
    views, rows = views_of(book), []
    measures = next(iter(views.values())).measures
    for name in book.groups:
        cells: list[Cell] = [view.schools[s].shares.get(name) for view in views.values()]
        cells.append(ratio(look(measures, "students_by_group", name), look(measures, "students")))
        said = together(cells, "percent", language, fewest=0)
        rows.append((language.group(name), tuple(map(said.text, cells))))
    return PaperTable(language.text("mapbook.mix"), columns, tuple(rows))


def grades_table(book: Book, s: int, language: Language) -> PaperTable | None:
    """Students of a school by grade; None where the scenario names no grades."""
    return _enrollment(by_grade(book, language), book, s, language, "grades")


def years_table(book: Book, s: int, language: Language) -> PaperTable | None:
    """Students of a school now and in coming years; None where the scenario names none."""
    later = by_year(book, language)
    return _enrollment([now(book, language), *later], book, s, language, "years") if later else None


def _enrollment(rows: Sequence[Enrollment], book: Book, s: int, language: Language, key: str) -> PaperTable | None:
    if not rows:
        return None
    columns, seats = columns_of(book, language), {name: view.schools[s].capacity for name, view in views_of(book).items()}
    said = tuple((row.title, tuple(told_words(row.cells[column.key][s], language) for column in columns)) for row in rows)
    over = frozenset(_above(rows, columns, seats, s)) if key == "years" else frozenset[tuple[int, int]]()
    return PaperTable(language.text(f"mapbook.{key}"), columns, said, over)


def _above(rows: Sequence[Enrollment], columns: Sequence[PaperColumn], seats: Mapping[str, float | None], s: int) -> Iterator[tuple[int, int]]:
    for k, row in enumerate(rows):
        for j, column in enumerate(columns):
            told: Told | None = row.cells[column.key][s]
            most = seats[column.key]
            if most is not None and told is not None and not isinstance(told, tuple) and is_over(told, most):
                yield k, j
