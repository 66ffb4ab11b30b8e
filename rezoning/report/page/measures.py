"""Measures as rows, ways to assign units as columns; what is best or better is told in words, not by color alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rezoning.public.book import Book
from rezoning.public.cell import Cell
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.exact import exact_number, unit_of_exact
from rezoning.report.catalogue.goals import bounds_of_measures
from rezoning.report.catalogue.kinds import change_of, written_change, written_with_unit
from rezoning.report.catalogue.measures import OPTIONS, PAGE
from rezoning.report.catalogue.rows import ComparedRow, rows_of, scope_of, verdict
from rezoning.report.charts.parts import main_groups
from rezoning.report.language import Language, capital
from rezoning.report.page.formulas import formula_of


@dataclass(frozen=True)
class Value:
    """One cell of a table: what stands in it, below it in small letters, and whether it is the best of its row, or better than today's.

    `exact` is its number as spreadsheets hold it, for the table's file; empty where there is none.
    """

    text: str
    note: str = ""
    is_best: bool = False
    trend: str = ""
    exact: str = ""


NO_BOUND = Value("")


@dataclass(frozen=True)
class WrittenRow:
    """A measure; `unit` is that of the exact numbers, `formula` the key of an index's formula."""

    label: str
    values: tuple[Value, ...]
    hint: str = ""
    bound: Value = NO_BOUND
    unit: str = ""
    formula: str = ""


@dataclass(frozen=True)
class IndexPart:
    """Rows under a heading."""

    title: str
    rows: tuple[WrittenRow, ...]
    hint: str = ""
    formula: str = ""


def index_parts(book: Book, shown: Sequence[Side], language: Language) -> list[IndexPart]:
    """All indices and trips of today, nearest and options: a part for each that every group has one of, and one for the others of a topic."""
    bounds = bounds_of_measures(book, book.first) if len(book.options) == 1 else {}
    parts = []
    for title, rows in groupby(rows_of(PAGE, shown, scope_of(book, language)), lambda row: _title(row, language)):
        found = list(rows)
        is_own = found[0].group is not None
        hint = language.text(f"measures.hint_{found[0].measure.label}") if is_own and found[0].measure is not None else ""
        named = [(capital(row.who) if is_own else row.label, row) for row in found]
        parts.append(
            IndexPart(title, tuple(_row(label, row, shown, language, bounds) for label, row in named), hint, formula_of(found[0]) if is_own else "")
        )
    return parts


def _title(row: ComparedRow, language: Language) -> str:
    return row.name if row.group is not None or row.measure is None else language.text(f"measures.topic_{row.measure.topic}")


def option_rows(book: Book, shown: Sequence[Side], language: Language) -> list[WrittenRow]:
    """The measures that options are first compared by, of groups those that goals and bands are about; the best option of each row is marked."""
    groups = (None, *main_groups(book))
    found = [row for row in rows_of(OPTIONS, shown, scope_of(book, language)) if row.group in groups]
    return [
        WrittenRow(row.label, tuple(_value(row, column, language) for column in shown), _hint(row, language), unit=unit_of_exact(row.kind, language))
        for row in found
    ]


def _row(label: str, row: ComparedRow, shown: Sequence[Side], language: Language, bounds: Mapping[str, Cell]) -> WrittenRow:
    values = tuple(_changed(row, column, language) for column in shown)
    bound = bounds.get(row.key)
    least = NO_BOUND if bound is None else Value(written_with_unit(bound, row.kind, language), exact=exact_number(bound, row.kind))
    return WrittenRow(label, values, _hint(row, language), least, unit_of_exact(row.kind, language), "" if row.group else formula_of(row))


def _hint(row: ComparedRow, language: Language) -> str:
    return language.text(f"measures.{row.direction}") if row.direction is not None else ""


def _value(row: ComparedRow, column: Side, language: Language) -> Value:
    cell = row.values[column.key]
    return Value(written_with_unit(cell, row.kind, language), is_best=column.key in row.best, exact=exact_number(cell, row.kind))


def _changed(row: ComparedRow, column: Side, language: Language) -> Value:
    """A value, and for an option how it differs from today's, where readers see that it does; that nobody changes today is no news."""
    text, today = written_with_unit(row.values[column.key], row.kind, language), row.values.get("today")
    exact = exact_number(row.values[column.key], row.kind)
    change = change_of(row.values[column.key], today, row.kind)
    if not column.is_option or change is None or row.direction is None or (row.measure is not None and row.measure.topic == "reassigned"):
        return Value(text, exact=exact)
    trend = verdict(row.values[column.key], today, row.kind, row.direction)
    return Value(text, f"{written_change(change, row.kind, language)}, {language.text(f'page.{trend}')}", trend=trend, exact=exact)
