"""Rules that a plan breaks: how often, and who is concerned. Amounts stay out, for some of them count students."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rezoning.auditing import Audit
from rezoning.public.book import Book
from rezoning.public.cell import Cell
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.kinds import together
from rezoning.report.catalogue.rows import ComparedRow, make_row
from rezoning.report.language import Language
from rezoning.report.page.provenance import rule_name
from rezoning.runs.option import has_several_questions


@dataclass(frozen=True)
class BrokenRule:
    """A rule, how often it is broken, and the schools and units concerned, each once."""

    rule: str
    times: int
    subjects: tuple[str, ...]


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


def broken_rules(book: Book, letter: str, language: Language) -> list[BrokenRule]:
    """The rules that an option breaks."""
    option = next(option for option in book.options if option.letter == letter)
    names = dict(zip(option.district.school_ids, option.district.school_names, strict=True))
    found: dict[str, list[str]] = {}
    for violation in option.audit.violations:
        found.setdefault(violation.rule, []).append(_subject(violation.subject, names, language))
    return [BrokenRule(rule_name(rule, language), len(subjects), tuple(dict.fromkeys(subjects))) for rule, subjects in found.items()]


def _subject(text: str, names: dict[str, str], language: Language) -> str:
    """A school's name, the district, or the id as it is."""
    if text == "district":
        return language.text("compare.district")
    return names.get(text, text)


def _audits(book: Book) -> dict[str, Audit]:
    """What is known of today and of each option, each by its own rules."""
    found = {option.letter: option.audit for option in book.options}
    now = book.first.audit_today
    return found if now is None or book.today is None else {"today": now, **found}
