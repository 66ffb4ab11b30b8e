"""Where the numbers come from: data, programs, rules, what was proven and audited, and how to make them again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rezoning.public.book import Book
from rezoning.report.broken import BrokenRule, broken_rules, scenario_name
from rezoning.report.language import Language, capital
from rezoning.report.outcome import option_outcome
from rezoning.report.page.goals import proofs
from rezoning.report.public_text import GIVEN_UP, named, public, without, without_folders
from rezoning.report.rule_words import rules_words
from rezoning.runs.option import Option
from rezoning.scenario.policy import hidden_groups
from rezoning.scenario.resolve import resolved
from rezoning.scenario.sources import scenario_files


@dataclass(frozen=True, eq=False)
class OptionOrigin:
    """What is said of one option."""

    option: Option
    facts: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    violated: tuple[BrokenRule, ...]
    violated_today: tuple[BrokenRule, ...] | None
    scenario_name: str
    audit: str
    changed: tuple[str, ...]
    notes: tuple[str, ...]
    scenario: str


def origin(book: Book, option: Option, language: Language) -> OptionOrigin:
    """Everything about how an option was made."""
    today, excluded = option.audit_today, hidden_groups(option.scenario)
    names = dict(zip(option.district.school_ids, option.district.school_names, strict=True))
    violated = broken_rules(option, option.audit.violations, language)
    return OptionOrigin(
        option,
        tuple(_facts(book, option, language)),
        tuple(map(capital, rules_words(option.scenario.rules, option.district.travel_unit, language, names))),
        violated,
        None if today is None else broken_rules(option, today.violations, language),
        scenario_name(option),
        audit_words(option, violated, language),
        tuple(map(public, option.changed)),
        tuple(_notes(option, language)),
        without(_scenario_text(option), excluded),
    )


def audit_words(option: Option, violated: Sequence[BrokenRule], language: Language, *, is_all: bool = False) -> str:
    """Whether a plan keeps the rules that it was checked by: whose they are, and which it breaks; with `is_all` also who breaks them."""
    if not violated:
        return language.text("broken.keeps_checked" if option.is_run else "broken.keeps", scenario=scenario_name(option))
    rules = "; ".join(one.line(language) for one in violated) if is_all else ", ".join(one.short for one in violated)
    count = language.count(float(len(violated)))
    said = language.text("broken.breaks" if len(violated) > 1 else "broken.breaks_one", scenario=scenario_name(option), rules=rules, count=count)
    return said if option.is_run else f"{said} {language.text('broken.not_made_for')}"


def versions(book: Book) -> list[tuple[str, str]]:
    """Program to version; several where options were made with different ones."""
    names = dict.fromkeys(name for option in book.options for name in option.record.get("versions", {}))
    found = []
    for name in names:
        by: dict[str, list[str]] = {}
        for option in book.options:
            version = option.record.get("versions", {}).get(name)
            if version is not None:
                by.setdefault(version, []).append(option.letter)
        if by:
            found.append((name, ", ".join(by) if len(by) == 1 else ", ".join(f"{version} ({', '.join(letters)})" for version, letters in by.items())))
    return found


def commands(book: Book) -> list[str]:
    """How to make the plans and this report again."""
    names = [(option, shlex.quote(option.path.name)) for option in book.options]
    runs = [f"rezoning run {name}/scenario.yaml --out {name}-again" for option, name in names if option.is_run]
    judge = [shlex.quote(path.name) for path in scenario_files(book.first.scenario)[:1] if not book.first.is_run]
    hows = [option.brought.how for option in book.options if option.brought is not None and not option.is_run]
    columns = tuple(how.column for how in hows if how.column)
    if len(set(columns)) > 1:
        hows = [replace(hows[0], column=None, columns=columns)]
    said = hows[0].options() if hows else []
    return [*runs, " ".join(["rezoning report", *judge, *(f"{name}-again" if option.is_run else name for option, name in names), *said])]


# -- of one option ---------------------------------------------------------------------------------------------------


def _facts(book: Book, option: Option, language: Language) -> Iterator[tuple[str, str]]:
    record = option.record
    yield language.text("page.fact_status"), option_outcome(option, language)
    if not option.is_run:
        return
    yield language.text("page.fact_solver"), f"{record.get('solver')} ({language.text('page.fact_method')}: {record.get('method')})"
    gaps = [proof.gap for proof in proofs(book, option, language) if proof.gap]
    yield language.text("page.fact_gap"), "; ".join(gaps) if gaps else language.text("page.not_proven")
    yield language.text("page.fact_seed"), str(record.get("seed"))
    if record.get("threads") is not None:
        yield language.text("page.fact_threads"), str(record["threads"])
    seconds = record.get("seconds", {}).get("total")
    if seconds is not None:
        yield language.text("page.fact_seconds"), f"{language.number(seconds, 1)}\N{NO-BREAK SPACE}s"


def _notes(option: Option, language: Language) -> Iterator[str]:
    """What the program says of reading and solving, groups by what people call them; what was given up is told with the goals."""
    groups = {name: str(language.group(name)) for name in option.district.groups if "_" in name}
    for text in (*option.record.get("warnings", ()), *option.record.get("notes", ())):
        if not GIVEN_UP.search(text):
            yield named(without(public(text), hidden_groups(option.scenario)), groups)


def _scenario_text(option: Option) -> str:
    """The scenario as it was asked, with file names for paths."""
    path = option.path / "scenario.yaml"
    if option.is_run and not path.is_file():
        return ""
    return without_folders(path.read_text(encoding="utf-8") if option.is_run else resolved(option.scenario))
