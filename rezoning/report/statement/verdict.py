"""The verdict in words: whether the plan advances equal opportunity, and in one line what is better, what is worse and what is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rezoning.equity import Fact, Finding, Point
from rezoning.public.book import EVERYONE, Book
from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.kinds import change_of
from rezoning.report.crowding import limit_words
from rezoning.report.language import Language
from rezoning.report.statement.facts import fact_values, signed_count
from rezoning.report.statement.subject import Subject

SIDES = ("better", "worse", "unknown")
STANDING = ("index", "schools_over", "breaches")
"""Measures that are not met by what today has already."""

MOST = 4  # of whom a finding is told in the line; all are in the record


def option_verdict(book: Book, letter: str, language: Language) -> dict[str, Any]:
    """The verdict on an option, as its statement has it."""
    return verdict_record(Subject(book, letter, language))


def verdict_record(subject: Subject) -> dict[str, Any]:
    """What the findings come to.

    Returns
    -------
    dict
        ``status, status_word, definition, definition_text, sentence, line, sides, better, worse, unknown, reasons, standing_in_the_way``.
        ``better``, ``worse`` and ``unknown`` list findings with group, subject, time, students and words; ``sides`` are the parts of the line.
    """
    statement, definition = subject.statement, subject.settings.definition
    sides = [_side(subject, side) for side in SIDES]
    improved = [subject.in_list(one.group) for one in statement.improvements if one.counts]
    return {
        "status": statement.verdict,
        "status_word": subject.text(f"status.{statement.verdict}"),
        "definition": definition,
        "definition_text": subject.definition_text,
        "sentence": subject.text(f"verdict.{statement.verdict}", improved=subject.listed(improved)),
        "line": " ".join(subject.text("verdict.side", label=side["label"], text=side["text"]) for side in sides),
        "sides": sides,
        **{side: [_point_record(subject, point, side) for point in _points(subject, side)] for side in SIDES},
        "reasons": _reasons(subject),
        "standing_in_the_way": list(statement.standing_in_the_way),
    }


def _reasons(subject: Subject) -> list[str]:
    """What stands in the way."""
    statement, reasons = subject.statement, []
    if statement.standing_in_the_way:
        named = [f"{number} ({subject.text(statement.finding(number).key + '.title')})" for number in statement.standing_in_the_way]
        key = "failed" if statement.verdict == "does_not_meet" else "open"
        reasons.append(subject.text(f"verdict.{key}", findings="; ".join(named)))
    if not any(one.counts for one in statement.improvements):
        reasons.append(subject.text("verdict.no_improvement" if statement.improvements else "verdict.no_index"))
    return reasons


def _points(subject: Subject, side: str) -> Sequence[Point]:
    found: Sequence[Point] = getattr(subject.statement, side)
    return found


def _side(subject: Subject, side: str) -> dict[str, str]:
    """One part of the line: findings in their order, each with whom it concerns."""
    silent = [point.finding for point in _points(subject, side) if _is_silent(point)]
    points = [point for point in _points(subject, side) if not _is_silent(point)]
    keys = dict.fromkeys(point.finding.key for point in points)
    parts = [_part(subject, _folded([point for point in points if point.finding.key == key], side), side) for key in keys]
    if silent:
        parts.append(_not_assessed(subject, silent))
    return {"side": side, "label": subject.text(f"verdict.{side}"), "text": "; ".join(parts) or subject.text(f"verdict.{_nothing(subject, side)}")}


def _nothing(subject: Subject, side: str) -> str:
    """What a side says that is empty: only what is required is told as unknown, and other findings may well be."""
    if side == "unknown":
        return "nothing_required"
    return "nothing" if subject.settings.definition == "strict" else "nothing_sure"


def _folded(points: list[Point], side: str) -> list[Point]:
    """Where more of all students have a program, the line does not name each group of them; the record does."""
    everyone = {point.fact.subject for point in points if point.fact is not None and point.fact.group == EVERYONE}
    return [point for point in points if side != "better" or point.fact is None or point.fact.group == EVERYONE or point.fact.subject not in everyone]


def _part(subject: Subject, points: Sequence[Point], side: str) -> str:
    """What a finding is about, and for whom or what it is so. What is better says what it was, though it may still not meet."""
    finding, facts = points[0].finding, [point.fact for point in points if point.fact is not None]
    if not facts:
        return _not_assessed(subject, [finding]) if _is_silent(points[0]) else subject.text(f"about.{finding.reason}")
    about = _about(subject, finding)
    told = [_told(subject, fact, is_still=side != "better" and _is_still(subject, fact)) for fact in facts]
    if len(told) > MOST + 1:  # for one alone it would be as long to say that there is one more
        told = [*told[:MOST], subject.text("about.more", count=subject.language.count(float(len(told) - MOST)))]
    return subject.text("about.part", about=about, whom=", ".join(told))


def _about(subject: Subject, finding: Finding) -> str:
    return subject.text(f"about.{finding.key}", allowed=limit_words(subject.option.scenario, subject.language))


def _is_silent(point: Point) -> bool:
    """Whether nothing at all is known of a finding."""
    return point.fact is None and point.finding.status == "not_assessed"


def _not_assessed(subject: Subject, findings: Sequence[Finding]) -> str:
    about = ", ".join(_about(subject, finding) for finding in findings)
    return subject.text("about.not_assessed", about=about)


def _told(subject: Subject, fact: Fact, *, is_still: bool) -> str:
    said = _of_whom(subject, fact, is_still=is_still)
    return subject.text("about.of.still", whom=said) if is_still else said


def _of_whom(subject: Subject, fact: Fact, *, is_still: bool) -> str:
    """Whom or what a fact concerns, and by how much where that may be told."""
    cells, values = subject.public(fact), fact_values(subject, fact)
    if fact.measure == "index":
        now = cells["today"] if fact.today is not None else cells["nearest"]
        return subject.text("about.of.by", whom=values["group"], change=_relative(subject, cells["plan"], now)).strip()
    if fact.measure in ("isolated_students", "program_access"):
        names = (
            [values["group"]] if fact.measure == "isolated_students" else [values["subject"], *([values["group"]] if fact.group != EVERYONE else [])]
        )
        whom = ": ".join(names)
        return subject.text("about.of.by", whom=whom, change=signed_count(subject.language, cells["students"])).strip()
    if fact.measure == "out_of_band":
        return subject.text("about.of.out_of_band", **{**values, "students": signed_count(subject.language, cells["students"])})
    is_against_today = fact.measure in ("schools_over", "breaches") and fact.today is not None
    change = subject.text("about.of.change" if is_against_today and not is_still else "about.of.value", **values)
    return change if fact.measure == "schools_over" and fact.time == "now" else subject.text(f"about.of.{fact.measure}", **values, change=change)


def _is_still(subject: Subject, fact: Fact) -> bool:
    """Whether what does not meet is no worse than today, so that nobody takes it for something that the plan does."""
    if fact.status == "meets" or fact.measure not in STANDING:
        return False
    cells = subject.public(fact)
    now = subject.cell("today", *fact.path) if fact.measure == "index" else cells["today"]
    return is_number(now) and is_number(cells["plan"]) and cells["plan"] <= now


def _relative(subject: Subject, value: Cell, now: Cell) -> str:
    """By how much an index changes, in percent of what it was; nothing where that may not be told or seen."""
    change = change_of(value, now, "index")
    if not is_number(change) or not is_number(now) or now < 1e-9:
        return ""
    return f"{subject.language.points(change / now, 0)}\N{NARROW NO-BREAK SPACE}%"


def _point_record(subject: Subject, point: Point, side: str) -> dict[str, Any]:
    finding, fact = point.finding, point.fact
    said: dict[str, Any] = {"finding": finding.number, "key": finding.key, "required": finding.number in subject.settings.required}
    said |= {key: getattr(fact, key, None) for key in ("measure", "group", "subject", "time")}
    students = None if fact is None else subject.public(fact)["students"]
    return {**said, "reason": finding.reason if fact is None else None, "students": students, "text": _part(subject, [point], side)}
