"""Rows of the rules that plans break: how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rezoning.auditing import Audit
from rezoning.public.book import Book
from rezoning.public.cell import Cell
from rezoning.report.broken import rule_name
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.kinds import together
from rezoning.report.catalogue.rows import ComparedRow, make_row
from rezoning.report.language import Language
from rezoning.runs.option import has_several_questions


def rule_rows(book: Book, columns: Sequence[Side], language: Language) -> Iterator[ComparedRow]:
    """All breaches, then those of each rule that someone breaks."""
    audits = _audits(book)
    values: dict[str, Cell] = {key: float(len(audit.violations)) for key, audit in audits.items()}
    title = "compare.rules_broken_each" if has_several_questions(book.options) else "compare.rules_broken"
    yield make_row(columns, "rules_broken", language.text(title), "count", values, together(values.values(), "count", language), direction="lower")
    counted = {key: Counter(violation.rule for violation in audit.violations) for key, audit in audits.items()}
    for rule in dict.fromkeys(violation.rule for audit in audits.values() for violation in audit.violations):
        values = {key: float(counts[rule]) for key, counts in counted.items()}
        said = together(values.values(), "count", language)
        yield make_row(columns, f"rule.{rule}", rule_name(rule, language), "count", values, said, direction="lower")


def _audits(book: Book) -> dict[str, Audit]:
    """What is known of today and of each option, each by its own rules."""
    found = {option.letter: option.audit for option in book.options}
    now = book.first.audit_today
    return found if now is None or book.today is None else {"today": now, **found}
