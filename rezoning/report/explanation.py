"""Why no plan exists and what would let one exist, in words that a planner can read."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console

from rezoning.report.frontier import prices_part
from rezoning.report.language import ENGLISH, Language, capital, english
from rezoning.report.screen import Row, audit_words, estimates, heading, lines, listed, remarks, sentence, title, violations, whole_line
from rezoning.runs.files import relaxation_file
from rezoning.runs.names import shown_path

_said = english("explain")

LONGEST = 1200  # characters of settings on a page, which a terminal can still copy; files have them whatever their length

ALWAYS = {"rules.contiguity": "always_contiguity", "rules.school_in_own_zone": "always_school_in_own_zone"}
"""Rules that hold though no scenario writes them: the words say what each asks."""


def explanation_words(record: Row) -> list[str]:
    """The explanation as sentences: whether a plan exists, what would let one exist, which rules conflict, what today's zones break."""
    audit = record["audit_today"]
    today = [] if audit is None else [f"{audit_words('today', audit)}."]
    return [verdict(record), *_cures(record), *_conflict(record), *today]


def verdict(record: Row) -> str:
    """Whether a plan exists."""
    if record["plan_exists"] is None:
        return _said("unknown_edits" if record["relaxations"] else "unknown")
    return _said("exists") if record["plan_exists"] else ENGLISH.text("outcome.infeasible")


def _cures(record: Row) -> list[str]:
    if record["plan_exists"]:
        return []
    ways = [one["words"] for one in record["relaxations"]]
    if not ways:
        return [_said("no_way")]
    return [_said("one_way", way=ways[0]) if len(ways) == 1 else _said("ways", ways=_said("or_way").join(ways))]


def _conflict(record: Row) -> list[str]:
    conflict = record["conflict"]
    if conflict is None:
        return []
    rules = [_said("rule", key=key, words=_said(ALWAYS[key])) if key in ALWAYS else key for key in conflict["rules"]]
    if not rules:
        return [_said("data_alone")]
    said = [_said("rule_alone", rule=rules[0]) if len(rules) == 1 else _said("conflict", rules=_and(rules))]
    if not conflict["is_minimal"]:
        said.append(_said("needed_unproven"))
    elif len(rules) > 1:
        said.append(_said("needed"))
    others = conflict["not_enough"]
    if others:
        said.append(_said("not_enough", rules=others[0] if len(others) == 1 else _said("any_of", rules=_and(others))))
    return [" ".join(said)]


def _and(words: list[str]) -> str:
    return _said("and", rules=", ".join(words[:-1]), last=words[-1]) if len(words) > 1 else words[0]


def explanation_page(console: Console, record: Row, directory: Path | None = None, language: Language = ENGLISH) -> None:
    """The explanation on a terminal, with the settings that make a plan exist; `directory` has them as scenarios too."""
    title(console, _said("title", name=record["name"]))
    estimates(console, record)
    heading(console, ENGLISH.text("terminal.found"))
    lines(console, verdict(record))
    listed(console, "", [sentence(problem) for problem in record["problems"]])
    explanation_part(console, record, directory)
    prices_part(console, record.get("prices"), language)
    if record["audit_today"] is not None:
        heading(console, ENGLISH.text("terminal.todays_zones"))
        violations(console, "today", record["audit_today"])
    remarks(console, record)


def explanation_part(console: Console, record: Row, directory: Path | None = None) -> None:
    """What would let a plan exist, and what conflicts: also below the page of a run that found no plan."""
    if record["plan_exists"]:
        return
    heading(console, _said("heading"))
    if not record["relaxations"]:
        lines(console, _said("no_way"))
    for i, one in enumerate(record["relaxations"], 1):
        is_only = len(record["relaxations"]) == 1
        unsure = "" if one["is_minimal"] else f" {_said('maybe_less')}"
        words = capital(one["words"]) if is_only else _said("other_way" if i > 1 else "first_way", way=one["words"])
        lines(console, f"{words}.{unsure}", mark=f"{i}.")
        _copied(console, one, directory and directory / relaxation_file(i))
    conflict = _conflict(record)
    if conflict:
        heading(console, _said("conflict_heading"))
        lines(console, *conflict)


def _copied(console: Console, relaxation: Row, file: Path | None) -> None:
    """What to add to the command, and the file that says the same."""
    options = " ".join(f"--set {shlex.quote(setting)}" for setting in relaxation["set"])
    if len(options) <= LONGEST:
        whole_line(console, f"     {options}")
    elif file is None:
        lines(console, _said("too_long"), mark="  ")
    if file is not None:
        whole_line(console, f"     rezoning run {shlex.quote(shown_path(file))}")
