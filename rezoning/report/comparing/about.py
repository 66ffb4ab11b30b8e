"""Provenance for a workbook: what was asked, how good the answer is known to be, from which files, with which versions, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell
from rezoning.report.broken import broken_rules
from rezoning.report.catalogue.goals import goal_cell, goal_kind, rounded
from rezoning.report.catalogue.kinds import Kind
from rezoning.report.comparing.page import status_words
from rezoning.report.estimated import book_labels
from rezoning.report.files import files
from rezoning.report.goal_words import goal_name
from rezoning.report.language import Language, capital
from rezoning.report.outcome import option_kind
from rezoning.report.page.provenance import audit_words, versions
from rezoning.report.policy import policy_table
from rezoning.report.statement import option_verdict
from rezoning.report.titles import title_of
from rezoning.runs.option import Option


@dataclass(frozen=True)
class AboutRow:
    """A row of the sheet; `kinds` says how each cell is written, where it is a number."""

    cells: tuple[Cell, ...]
    is_heading: bool = False
    kinds: tuple[Kind, ...] = ()


def about_rows(book: Book, language: Language) -> list[AboutRow]:
    """All rows, under headings."""
    return [
        *_what(book, language),
        *_options(book, language),
        *_goals(book, language),
        *_policy(book, language),
        *_files(book, language),
        *_versions(book, language),
    ]


def _what(book: Book, language: Language) -> Iterator[AboutRow]:
    said, settings = language.text, book.settings
    yield AboutRow((title_of(book, language), said("compare.official" if settings.official else "compare.illustrative")), True)
    for key, text in (("level", settings.level), ("year", settings.year), ("author", settings.author), ("data_sources", settings.sources)):
        if text:
            yield AboutRow((said(f"compare.{key}"), language.own(text)))
    yield from (AboutRow((said("compare.nav_sources"), sentence)) for sentence in book_labels(book, language).sentences)
    hidden = said("compare.privacy", sign=HIDDEN, few=str(settings.min_cell)) if book.is_hidden else said("compare.privacy_none")
    yield AboutRow((said("compare.privacy_title"), hidden))


def _options(book: Book, language: Language) -> Iterator[AboutRow]:
    said = language.text
    yield AboutRow(())
    yield AboutRow((said("compare.about_option"), *(said("measures.option", letter=option.letter) for option in book.options)), True)
    yield AboutRow((said("compare.name"), *(option.name for option in book.options)))
    yield AboutRow((said("compare.scenario"), *(option.scenario.name for option in book.options)))
    yield AboutRow((said("compare.kind"), *(option_kind(option, language) for option in book.options)))
    yield AboutRow((said("compare.status"), *(status_words(option, language) for option in book.options)))
    yield AboutRow((said("compare.rules"), *(_rules(option, language) for option in book.options)))
    verdicts = [option_verdict(book, option.letter, language) for option in book.options]
    yield AboutRow((said("statement.title"), *(f"{one['status_word']}. {one['line']} {one['definition_text']}" for one in verdicts)))
    for key in ("solver", "method", "seed", "threads"):
        values = tuple(_plain(option.record.get(key)) for option in book.options)
        if any(values):
            yield AboutRow((said(f"compare.{key}"), *values))


def _rules(option: Option, language: Language) -> str:
    broken = broken_rules(option, option.audit.violations, language)
    return audit_words(option, broken, language, is_all=True)


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _goals(book: Book, language: Language) -> Iterator[AboutRow]:
    """Each option's goals in its own order, with what is proven."""
    said = language.text
    yield AboutRow(())
    yield AboutRow((said("compare.goals"), *(said(f"compare.{key}") for key in ("column_option", "value", "bound", "gap"))), True)
    for option in book.options:
        for goal, entry in zip(option.scenario.goals, option.record["goals"], strict=False):
            value = goal_cell(book, goal, entry["value"], book.views[option.letter])
            bound = rounded(book, goal, entry.get("bound"))
            proof = (HIDDEN, HIDDEN) if value == HIDDEN else (bound, entry.get("gap"))
            name = capital(goal_name(goal, option.district.travel_unit, language))
            kind = goal_kind(goal, book.district.travel_unit)
            yield AboutRow((name, option.letter, value, *proof), kinds=("text", "text", kind, kind, "percent"))


def _policy(book: Book, language: Language) -> Iterator[AboutRow]:
    table = policy_table(book, language)
    if table.rows:
        yield AboutRow(())
        yield AboutRow((language.text("policy.title"), language.text("policy.note")))
        yield AboutRow(table.head, True)
        yield from map(AboutRow, table.rows)


def _files(book: Book, language: Language) -> Iterator[AboutRow]:
    said = language.text
    yield AboutRow(())
    yield AboutRow((said("compare.files"), said("compare.sha256"), said("compare.used_by")), True)
    yield from (AboutRow((file.name, file.sha256, file.letters)) for file in files(book))


def _versions(book: Book, language: Language) -> Iterator[AboutRow]:
    yield AboutRow(())
    yield AboutRow((language.text("compare.made_with"), language.text("compare.versions")), True)
    yield from (AboutRow((name, version)) for name, version in versions(book))
