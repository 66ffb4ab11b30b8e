"""Facts in words: how each measure is written, and whom a finding speaks of."""

from __future__ import annotations

from typing import Any

from rezoning.equity import Fact, Finding
from rezoning.equity.burden import FLAG
from rezoning.public.cell import HIDDEN, Cell, is_number
from rezoning.report.catalogue.kinds import Kind, manner, settled, signed, together, written
from rezoning.report.certainty import draws_words
from rezoning.report.crowding import limit_words
from rezoning.report.language import Language, capital
from rezoning.report.statement.subject import Subject

KINDS: dict[str, Kind] = {
    "index": "index", "ratio": "ratio", "extra_travel": "travel", "program_access": "percent", "when_leaving": "index", "detectable": "index",
}  # fmt: skip
"""The kind of a fact's numbers; all others are counts."""

COUNTS = ("ratio", "extra_travel", "program_access")
"""Measures that count no students themselves; how many they concern is said besides."""

BY_COUNTING = ("isolated_students", "out_of_band", "no_nearer", "ratio", "extra_travel", "program_access")
"""Measures that are on the wrong side only by what chance can do, where they are uncertain."""

LEAST = 0.05  # students: fewer are nobody

WITHOUT_TODAY = ("out_of_band", "schools_over", "schools_over_seats")
"""Measures whose facts may know nothing of today."""


def fact_text(subject: Subject, finding: Finding, fact: Fact) -> str:
    """A fact as a line."""
    key = fact.measure if fact.measure != "index" else f"index.{'today' if finding.number == 1 else 'nearest'}"
    if key in WITHOUT_TODAY and fact.today is None:
        key = f"{key}.without_today"
    if key == "index.today" and not isinstance(subject.public(fact)["low"], (int, float)):
        key = f"{key}.without_range"
    say = subject.text_of_chance if fact.measure in ("not_higher", "detectable") else subject.text
    said = [capital(say(f"fact.{key}", **fact_values(subject, fact))), _students(subject, fact)]
    if fact.status == "uncertain" and fact.measure in BY_COUNTING:
        said.append(subject.text_of_chance("fact.may_be_chance"))
    return " ".join(filter(None, said))


def _students(subject: Subject, fact: Fact) -> str:
    """How many students a fact concerns, as a sentence; nothing where its line says it already, where nobody is, or it is kept back."""
    cells, students = subject.public(fact), subject.public(fact)["students"]
    if fact.measure not in COUNTS or not is_number(students) or abs(students) < LEAST:
        return ""
    key = "program_access.more" if fact.measure == "program_access" and students > 0 else fact.measure
    if fact.measure == "ratio" and students < 0:
        return ""
    shown = {name: subject.language.count(cells[name]) for name in ("students_today", "students_plan")}
    return subject.text(f"fact.students.{key}", students=signed_count(subject.language, students).lstrip("+\N{MINUS SIGN}"), **shown)


def signed_count(language: Language, students: Cell) -> str:
    """So many students more or fewer; estimates of less than one have a decimal. Nothing where it may not be told."""
    return language.change(students, 0 if abs(students) >= 0.5 else 1) if is_number(students) else ""


def fact_values(subject: Subject, fact: Fact) -> dict[str, str]:
    """The names that a fact's template may use."""
    language, unit = subject.language, subject.option.district.travel_unit
    kind, cells = settled(KINDS.get(fact.measure, "count"), unit), subject.public(fact)
    beside = together(cells.values(), kind, language)
    values = {key: beside.text(value) for key, value in cells.items()}
    if fact.measure == "not_higher":  # a share of draws
        values = {key: draws_words(value, language) for key, value in cells.items()}
        values |= {key: signed(cells[key], "index", language) for key in ("low", "high")}
    if fact.measure == "extra_travel":
        values = {key: subject.text(f"unit.{manner(kind, language).unit}", value=beside.signed(value)) for key, value in cells.items()}
    if fact.measure == "detectable":
        values["plan"] = beside.signed(cells["plan"])
    values |= {key: language.count(cells[key]) for key in ("students", "students_today", "students_plan")}
    return {
        **values,
        "allowed": limit_words(subject.option.scenario, language),
        "group": subject.group(fact.group),
        "subject": subject_text(subject, fact),
        "time": time_text(subject, fact.time),
    }


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
    unsure = () if finding.status == "uncertain" else tuple(fact for fact in finding.facts if fact.status == "uncertain")
    values = {
        "who": subject.listed(_who(subject, finding, finding.against)),
        "unsure": subject.listed(_who(subject, finding, unsure)),
        "all": subject.listed([subject_text(subject, fact) for fact in finding.facts]),
        "above": f"{settings.isolated_above}",
        "min_students": language.count(settings.min_students),
        "opt_out": language.percent(settings.opt_out, 0),
        "flag": written(FLAG, "ratio", language),
        "limit": "",
        "allowed": limit_words(subject.option.scenario, language),
        **_seats_values(subject, finding),
    }
    if finding.key == "reassigned":
        values["limit"] = written(settings.max_ratio, "ratio", language)
    if finding.key == "travel":
        kind = settled("travel", subject.option.district.travel_unit)
        values["limit"] = subject.text(f"unit.{manner(kind, language).unit}", value=written(settings.max_extra, kind, language))
    if finding.key == "moved_twice" and finding.facts:
        values |= {"years": str(finding.facts[0].subject), "count": language.count(finding.facts[0].plan)}
    if finding.key == "reproducible":
        values |= {fact.measure: language.count(fact.plan) for fact in finding.facts}
    return values


def _seats_values(subject: Subject, finding: Finding) -> dict[str, str]:
    """How many schools are over their seats, where the rules allow something else."""
    fact = next((one for one in finding.facts if one.measure == "schools_over_seats"), None)
    cells = {} if fact is None else subject.public(fact)
    return {f"seats_{view}": subject.language.count(cells.get(view)) for view in ("today", "plan")}


def _who(subject: Subject, finding: Finding, against: tuple[Fact, ...]) -> list[str]:
    """Groups, schools, programs or rules that some facts of a finding are of."""
    if not against:
        return []
    if finding.key == "bands":
        return [str(fact.subject) for fact in against if fact.measure == "no_nearer"]
    if finding.key == "capacity":
        over = [fact for fact in finding.facts if fact.measure == "over"]
        return [subject.text("over_in", school=fact.subject, time=time_text(subject, fact.time)) for fact in over]
    if finding.key == "programs":
        return [subject.text("who_program", program=subject.language.program(str(fact.subject)), group=subject.group(fact.group)) for fact in against]
    if finding.key == "promises":
        return [subject_text(subject, fact) for fact in against]
    return [subject.in_list(fact.group) for fact in against]


def is_any_hidden(subject: Subject, facts: tuple[Fact, ...]) -> bool:
    """Whether some number of some facts is kept back."""
    return any(HIDDEN in subject.public(fact).values() for fact in facts)
