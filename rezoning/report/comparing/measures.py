"""The planner's measures, options as columns: what every packet of options has, in the order in which boards discuss it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.report.catalogue.columns import Side, sides
from rezoning.report.catalogue.measures import COMPARE, TOPICS
from rezoning.report.catalogue.rows import ComparedRow, rows_of, scope_of
from rezoning.report.comparing.goals import goal_rows
from rezoning.report.comparing.rules import rule_rows
from rezoning.report.language import Language


@dataclass(frozen=True, eq=False)
class MeasureSection:
    """Rows under a heading, with a remark for readers."""

    key: str
    title: str
    rows: tuple[ComparedRow, ...]
    note: str


def columns_of(book: Book, language: Language) -> tuple[Side, ...]:
    """Today where it is known, the options, and the nearest schools where travel is known."""
    return tuple(sorted(sides(book, language), key=lambda side: side.key == "nearest"))


def measure_rows(book: Book, language: Language) -> list[MeasureSection]:
    """All measures, under headings; rows about what the data do not have are left out."""
    columns = columns_of(book, language)
    rows = rows_of(COMPARE, columns, scope_of(book, language))
    made = [
        _section("goals", goal_rows(book, columns, language), language),
        *(_section(topic, [row for row in rows if row.measure is not None and row.measure.topic == topic], language) for topic in TOPICS),
        _section("rules", rule_rows(book, columns, language), language),
    ]
    return [section for section in made if section.rows]


def _section(key: str, rows: Iterable[ComparedRow], language: Language) -> MeasureSection:
    note = language.text(f"measures.note_{key}", one=language.number(1.0, 2))
    return MeasureSection(key, language.text(f"measures.topic_{key}"), tuple(row for row in rows if row.says_something), note)
