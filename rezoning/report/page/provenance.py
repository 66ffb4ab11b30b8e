"""Where the numbers come from: data, programs, rules, what was proven and audited, and how to make them again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from rezoning.public.book import Book
from rezoning.report.basemap import base_of
from rezoning.report.language import Language, capital
from rezoning.report.outcome import option_outcome
from rezoning.report.rule_words import rules_words
from rezoning.runs.option import Option, has_several_questions
from rezoning.scenario.policy import hidden_groups
from rezoning.scenario.resolve import resolved
from rezoning.scenario.sources import scenario_files

ABSOLUTE = re.compile(r"""(?<![\w.:/\\<])(?:[A-Za-z]:[\\/]|\\\\|(?:\.\.?/)+|~?/)(?:[^\s"'<>|:;,()\\/]+[\\/])+([^\s"'<>|:;,()\\/]+)""")
TO_THE_END = re.compile(r"""(?m)(?<=: )((?:[A-Za-z]:[\\/]|\\\\|(?:\.\.?/)+|~?/)[^"'#\n]*[^"'#\s])""")
QUOTED = re.compile(r"""(["'])((?:[A-Za-z]:[\\/]|\\\\|(?:\.\.?/)+|~?/)[^"'\n]*)\1""")
VALUES = (
    (re.compile(r"is [-+.\de]+, and was [-+.\de]+(?= when)"), "is not what it was"),
    (re.compile(r"[-+.\de]+ was reached, and (give_up: [-+.\de]+ let later goals worsen it) to [-+.\de]*\d"), r"\1"),
)
"""Sentences that say a goal's values in all their digits, and what everybody may read of them."""
STUDENTS = re.compile(r"\d[\d,.]*(?= students?\b)")


@dataclass(frozen=True)
class File:
    """A data file that was read, by its name alone: paths tell of the machine."""

    name: str
    sha256: str
    letters: str


@dataclass(frozen=True)
class Violated:
    """A rule and the schools or units that break it."""

    rule: str
    subjects: str


@dataclass(frozen=True, eq=False)
class OptionOrigin:
    """What is said of one option."""

    option: Option
    facts: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    violated: tuple[Violated, ...]
    violated_today: tuple[Violated, ...] | None
    audit: str
    rules_title: str
    changed: tuple[str, ...]
    notes: tuple[str, ...]
    scenario: str


def origin(option: Option, book: Book, language: Language) -> OptionOrigin:
    """Everything about how an option was made; rules are named as whose they are where options were judged by several scenarios."""
    record = option.record
    today, excluded = option.audit_today, hidden_groups(option.scenario)
    of, whose = ("_of", {"scenario": without(option.scenario.name, excluded)}) if has_several_questions(book.options) else ("", {})
    audited = "audit_failed" if not option.audit.passed else "audit_passed" if option.is_run else "audit_passed_brought"
    return OptionOrigin(
        option,
        tuple(_facts(option, language)),
        tuple(map(capital, rules_words(option.scenario.rules, option.district.travel_unit, language))),
        _violated(option.audit.violations, option, language),
        None if today is None else _violated(today.violations, option, language),
        language.text(f"page.{audited}{of}", **whose),
        language.text(f"page.rules_title{of}", **whose),
        tuple(map(public, option.changed)),
        tuple(without(public(text), excluded) for text in (*record.get("warnings", ()), *record.get("notes", ()))),
        without(_scenario_text(option), excluded),
    )


def files(book: Book) -> list[File]:
    """Every file that any option was made from, and those that lie under its maps, once for each content."""
    found: dict[tuple[str, str], list[str]] = {}
    for option in book.options:
        for entry in option.record.get("inputs", ()):
            found.setdefault((file_name(entry["path"]), entry["sha256"]), []).append(option.letter)
    base = base_of(book)
    for file in () if base is None else base.geography.inputs:
        found.setdefault((file_name(file.path), file.sha256), [option.letter for option in book.options])
    return [File(name, sha, _letters(letters, book)) for (name, sha), letters in found.items()]


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


def policy(book: Book, language: Language) -> list[tuple[str, list[str]]]:
    """Group to what it was used for in each option; groups that may appear nowhere do not."""
    hidden = {name for option in book.options for name in hidden_groups(option.scenario)}
    names = [name for name in dict.fromkeys(n for o in book.options for n in o.record.get("attributes", {})) if name not in hidden]
    rows = []
    for name in names:
        uses = [option.record.get("attributes", {}).get(name) for option in book.options]
        rows.append((capital(language.group(name)), [language.text(f"page.use_{use}" if use else "page.use_none") for use in uses]))
    return rows


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


def public(text: str) -> str:
    """A sentence of the program without what is not for everybody: paths become file names, counts of students and values of goals go."""
    for values, said in VALUES:
        text = values.sub(said, text)
    return STUDENTS.sub("…", ABSOLUTE.sub(r"\1", QUOTED.sub(lambda found: file_name(found[2]), text)))


def without(text: str, names: Iterable[str]) -> str:
    """A text without the names of groups that no output may show."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    return text


def file_name(path: str) -> str:
    """Last part of a path of any system."""
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name or path


# -- of one option ---------------------------------------------------------------------------------------------------


def _facts(option: Option, language: Language) -> Iterator[tuple[str, str]]:
    record = option.record
    yield language.text("page.fact_status"), option_outcome(option, language)
    if not option.is_run:
        return
    yield language.text("page.fact_solver"), f"{record.get('solver')} ({language.text('page.fact_method')}: {record.get('method')})"
    gaps = [language.percent(goal["gap"], 2) for goal in record["goals"] if goal["gap"] is not None]
    yield language.text("page.fact_gap"), "; ".join(gaps) if gaps else language.text("page.not_proven")
    yield language.text("page.fact_seed"), str(record.get("seed"))
    if record.get("threads") is not None:
        yield language.text("page.fact_threads"), str(record["threads"])
    seconds = record.get("seconds", {}).get("total")
    if seconds is not None:
        yield language.text("page.fact_seconds"), f"{language.number(seconds, 1)}\N{NO-BREAK SPACE}s"


def _violated(violations: Iterable[Any], option: Option, language: Language) -> tuple[Violated, ...]:
    """Rules that are broken and by whom; amounts are left out, for they count students."""
    names = dict(zip(option.district.school_ids, option.district.school_names, strict=True))
    by: dict[str, list[str]] = {}
    for one in violations:
        by.setdefault(one.rule, []).append(names.get(one.subject, language.text("page.district") if one.subject == "district" else one.subject))
    return tuple(Violated(rule_name(rule, language), _some(list(dict.fromkeys(subjects)), language)) for rule, subjects in by.items())


def rule_name(rule: str, language: Language) -> str:
    """What people call a rule of the scenario."""
    section = re.match(r"\w*", rule)
    try:
        return language.text(f"page.rule_{section[0] if section else rule}")
    except KeyError:
        return rule


def _some(names: Sequence[str], language: Language, most: int = 12) -> str:
    shown = ", ".join(name if len(name) <= 80 else f"{name[:79]}…" for name in names[:most])
    return shown if len(names) <= most else language.text("page.and_more", names=shown, more=language.count(float(len(names) - most)))


def _scenario_text(option: Option) -> str:
    """The scenario as it was asked, with file names for paths."""
    path = option.path / "scenario.yaml"
    if option.is_run and not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8") if option.is_run else resolved(option.scenario)
    text = QUOTED.sub(lambda found: f"{found[1]}{file_name(found[2])}{found[1]}", text)
    text = TO_THE_END.sub(lambda found: file_name(found[1]), text)
    return ABSOLUTE.sub(r"\1", text)


def _letters(letters: Sequence[str], book: Book) -> str:
    return ", ".join(letters) if len(book.options) > 1 else ""
