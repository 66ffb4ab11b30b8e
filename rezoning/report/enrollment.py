"""Enrollment by grade and by year, at each school in every view: the same rows for the report, school pages and the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from rezoning.public.book import Book, SchoolRow, Told, View
from rezoning.report.language import Language, capital

Reader = Callable[[SchoolRow], Told | None]


@dataclass(frozen=True)
class Enrollment:
    """Students of one grade, or of one year or forecast, at every school.

    Parameters
    ----------
    key
        Name for machines.
    title
        What people call it.
    kind
        ``grade``, ``now``, ``year``, ``growth`` or ``phase_in``.
    cells
        By view, ``today`` or an option's letter: one a school of the book; None where the view knows nothing of it.
    """

    key: str
    title: str
    kind: str
    cells: Mapping[str, tuple[Told | None, ...]]


def by_grade(book: Book, language: Language) -> list[Enrollment]:
    """A row for each grade of the book; none where the scenario names no columns of grades."""
    return [_read(book, name, capital(grade_name(name, language)), "grade", lambda row, name=name: row.by_grade.get(name)) for name in book.grades]  # type: ignore[misc]


def by_year(book: Book, language: Language) -> list[Enrollment]:
    """A row for each coming year, growth forecast and year of the transition, in the scenario's order; none where it names none."""
    found = {key: (title, kind) for key, title, kind in _years(book, language)}
    return [_read(book, key, *said, lambda row, key=key: row.by_year.get(key)) for key, said in found.items()]  # type: ignore[misc]


def now(book: Book, language: Language) -> Enrollment:
    """The row of today's students, to stand above those of coming years."""
    return _read(book, "now", language.text("statement.time.now"), "now", lambda row: row.students)


def told_words(cell: Told | None, language: Language) -> str:
    """A count as people read it: a number, a range, or the sign of what is hidden."""
    return language.between(cell) if isinstance(cell, tuple) else language.count(cell)


def grade_name(name: str, language: Language) -> str:
    """A grade as people call it within a sentence: ``grade 5``, ``kindergarten``; a name that says itself what it is stays."""
    plain = name.strip().lower()
    if plain in ("k", "kg", "kindergarten"):
        return language.text("finder.kindergarten")
    if plain in ("pk", "prek", "pre-k"):
        return language.text("finder.prekindergarten")
    return language.text("finder.grade", grade=str(int(plain))) if plain.isascii() and plain.isdigit() else name


def views_of(book: Book) -> dict[str, View]:
    """Today, where it is known, and the options."""
    return ({} if book.today is None else {"today": book.today}) | dict(book.views)


def _read(book: Book, key: str, title: str, kind: str, cell: Reader) -> Enrollment:
    return Enrollment(key, title, kind, {name: tuple(map(cell, view.schools)) for name, view in views_of(book).items()})


def _years(book: Book, language: Language) -> Iterator[tuple[str, str, str]]:
    """Key, title and kind of each, under the names of `metrics.capacity.enrollments`, of all options."""
    for asked in book.options or (book.asked,):
        seen = set[str]()
        district, phases = asked.district, asked.scenario.rules.phase_in
        for kind, names in (("year", district.years), ("growth", district.growth), ("phase_in", [year.year for year in phases])):
            for name in names:
                key = name if name not in seen else f"{kind} {name}"
                seen.add(key)
                yield key, language.text(f"statement.time.{kind}", name=name), kind
