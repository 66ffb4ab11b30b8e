"""Facts in words: how each measure is written, and whom a finding speaks of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rezoning.equity import Fact, Finding
from rezoning.equity.burden import FLAG
from rezoning.report.language import HIDDEN, Cell, Language, hundredfold
from rezoning.report.statement.subject import Subject

Written = Callable[[Language, Cell], str]


def hundredths(language: Language, value: Cell) -> str:
    """A share as a number out of 100, without a sign: an index is no percentage of anything."""
    return language.number(hundredfold(value) if isinstance(value, (int, float)) else value, 1)


def _count(language: Language, value: Cell) -> str:
    return language.count(value)


def capital(sentence: str) -> str:
    """A sentence that may begin with the name of a group."""
    return sentence[:1].upper() + sentence[1:]


WRITTEN: dict[str, Written] = {
    "index": hundredths,
    "ratio": lambda language, value: language.number(value, 2),
    "extra_travel": lambda language, value: language.change(value),
    "program_access": lambda language, value: language.percent(value),
    "not_higher": lambda language, value: language.percent(value, 0),
    "when_leaving": hundredths,
    "detectable": lambda language, value: language.points(value),
}
"""How the numbers of a measure are written; all others are counts."""

WITHOUT_TODAY = ("out_of_band", "schools_over", "schools_over_seats")
"""Measures whose facts may know nothing of today."""


def fact_text(subject: Subject, finding: Finding, fact: Fact) -> str:
    """A fact as a line."""
    key = fact.measure if fact.measure != "index" else f"index.{'today' if finding.number == 1 else 'nearest'}"
    if key in WITHOUT_TODAY and fact.today is None:
        key = f"{key}.without_today"
    if key == "index.today" and not isinstance(subject.public(fact)["low"], (int, float)):
        key = f"{key}.without_range"
    return capital(subject.text(f"fact.{key}", **written(subject, fact)))


def written(subject: Subject, fact: Fact) -> dict[str, str]:
    """The names that a fact's template may use."""
    language, write = subject.language, WRITTEN.get(fact.measure, _count)
    values = {key: write(language, value) for key, value in subject.public(fact).items()}
    if fact.measure == "extra_travel":
        values = {key: subject.text(f"unit.{subject.option.district.travel_unit}", value=value) for key, value in values.items()}
    if fact.measure == "detectable":
        values["limit"] = hundredths(language, subject.public(fact)["limit"])
    return {**values, "group": subject.group(fact.group), "subject": subject_text(subject, fact), "time": time_text(subject, fact.time)}


def subject_text(subject: Subject, fact: Fact) -> str:
    """What a fact is of, besides a group."""
    said = fact.subject or ""
    if fact.measure == "breaches":
        return subject.text(f"rule.{said}")
    if fact.measure == "when_leaving":
        return subject.language.percent(float(said))
    if fact.measure == "out_of_band":
        return subject.text("band_number", number=said) if said.isdigit() else said
    return said


def time_text(subject: Subject, time: str | None) -> str:
    """A coming year, a growth scenario or a year of the transition by its name; a name that stands for two of them says which it is."""
    district, name = subject.option.district, time or "now"
    if name == "now":
        return subject.text("time.now")
    kind, _, rest = name.partition(" ")
    if kind not in ("year", "growth", "phase_in") or not rest or name in (*district.years, *district.growth):
        kind, rest = "year" if name in district.years else "growth" if name in district.growth else "phase_in", name
    return subject.text(f"time.{kind}", name=rest)


def fact_record(subject: Subject, finding: Finding, fact: Fact) -> dict[str, Any]:
    """A fact for JSON: what it is, numbers that may be shown, and the line."""
    record: dict[str, Any] = {"measure": fact.measure, "group": fact.group, "subject": fact.subject, "time": fact.time}
    return {**record, **subject.public(fact), "status": fact.status, "text": fact_text(subject, finding, fact)}


# -- whom a finding speaks of ----------------------------------------------------------------------------------------


def finding_values(subject: Subject, finding: Finding) -> dict[str, str]:
    """The names that the sentence of a finding may use."""
    settings, language = subject.settings, subject.language
    values = {
        "who": subject.listed(_who(subject, finding)),
        "all": subject.listed([subject_text(subject, fact) for fact in finding.facts]),
        "above": f"{settings.isolated_above}",
        "min_students": language.count(settings.min_students),
        "opt_out": language.percent(settings.opt_out, 0),
        "flag": language.number(FLAG, 2),
        "limit": "",
    }
    if finding.key == "reassigned":
        values["limit"] = language.number(settings.max_ratio, 2)
    if finding.key == "travel":
        unit = subject.option.district.travel_unit
        values["limit"] = subject.text(f"unit.{unit}", value=language.number(settings.max_extra, 1))
    if finding.key == "moved_twice" and finding.facts:
        values |= {"years": str(finding.facts[0].subject), "count": language.count(finding.facts[0].plan)}
    if finding.key == "reproducible":
        values |= {fact.measure: language.count(fact.plan) for fact in finding.facts}
    return values


def _who(subject: Subject, finding: Finding) -> list[str]:
    """Groups, schools, programs or rules for which a finding has its status."""
    against, facts = finding.against, finding.facts
    if finding.key == "bands":
        return [str(fact.subject) for fact in facts if fact.measure == "no_nearer"]
    if finding.key == "capacity":
        over = [fact for fact in facts if fact.measure == "over"]
        return [subject.text("over_in", school=fact.subject, time=time_text(subject, fact.time)) for fact in over]
    if finding.key == "programs":
        return [subject.text("who_program", program=fact.subject, group=subject.group(fact.group)) for fact in against]
    if finding.key == "promises":
        return [subject_text(subject, fact) for fact in against]
    return [subject.group(fact.group) for fact in against]


def is_any_hidden(subject: Subject, facts: tuple[Fact, ...]) -> bool:
    """Whether some number of some facts is kept back."""
    return any(HIDDEN in subject.public(fact).values() for fact in facts)
