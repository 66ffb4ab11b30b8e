"""The whole statement as a record: plain values that a page can show and JSON can hold."""

from __future__ import annotations

from typing import Any

from rezoning.equity import Finding
from rezoning.public.book import Book
from rezoning.report.catalogue.kinds import written
from rezoning.report.certainty import draws_words
from rezoning.report.crowding import sets_limit
from rezoning.report.estimated import book_labels
from rezoning.report.files import files_of
from rezoning.report.language import Language
from rezoning.report.policy import group_uses
from rezoning.report.statement.baselines import baselines
from rezoning.report.statement.facts import fact_record, finding_values, is_any_hidden
from rezoning.report.statement.headline import headline
from rezoning.report.statement.subject import Subject
from rezoning.report.statement.verdict import verdict_record
from rezoning.scenario.bands import PRESETS

NARRATIVE = ("involved", "why", "alternatives", "community", "mitigation", "phase_in", "monitoring")
QUESTIONS = range(1, 6)


def statement_record(book: Book, letter: str, language: Language) -> dict[str, Any]:
    """The equity impact statement of an option.

    Findings are judged on true numbers; numbers in the record are those of the book, so that some may be HIDDEN.

    Parameters
    ----------
    book
        Options with all that may be shown of them.
    letter
        Of the option.
    language
        In which it is told.

    Returns
    -------
    dict
        ``option, name, language, title, illustrative, disclaimer, estimates, definition, settings, verdict, headline, findings, baselines, narrative,
        protocol, attributes, files, sources``; texts are ready to be shown, and ``narrative`` has an empty ``text`` for people to fill.
    """
    subject = Subject(book, letter, language)
    return {
        "option": letter,
        "name": subject.option.name,
        "scenario": subject.option.scenario.name,
        "language": language.code,
        "title": subject.text("title"),
        "illustrative": None if book.settings.official else subject.text("illustrative"),
        "disclaimer": subject.text("not_advice"),
        "estimates": list(book_labels(book, language).sentences),
        "definition": _definition(subject),
        "settings": subject.settings.model_dump(mode="json"),
        "verdict": verdict_record(subject),
        "headline": headline(subject),
        "findings": [_finding(subject, finding) for finding in subject.statement.findings],
        "baselines": baselines(subject),
        "narrative": [
            {"key": key, "heading": subject.text(f"narrative.{key}.heading"), "prompt": subject.text(f"narrative.{key}.prompt"), "text": ""}
            for key in NARRATIVE
        ],
        "protocol": [{"question": subject.text(f"protocol.{number}"), "text": ""} for number in QUESTIONS],
        "attributes": _attributes(subject),
        "files": [{"name": file.name, "sha256": file.sha256} for file in files_of(subject.option)],
        "sources": _sources(subject),
    }


def _definition(subject: Subject) -> list[str]:
    """How the tool decides, in sentences."""
    settings, language, statement = subject.settings, subject.language, subject.statement
    required = ", ".join(str(number) for number in sorted(set(settings.required)))
    draws, confidence = language.count(settings.draws), draws_words(settings.confidence, language)
    said = [
        subject.definition_text,
        subject.text(f"definition.rule.{settings.definition}"),
        subject.text("definition.required", findings=required) if required else subject.text("definition.required_none"),
        subject.text(f"definition.index.{settings.index}"),
        subject.text_of_chance("definition.least_drawn", draws=draws, confidence=confidence)
        if settings.min_change is None
        else subject.text("definition.least_given", least=written(settings.min_change, "index", language)),
        subject.text_of_chance("definition.noise", draws=draws),
        subject.text(f"definition.{settings.definition}", confidence=confidence),
    ]
    judged = [subject.group(name) for name in statement.judged]
    said.append(subject.text("definition.judged", groups=subject.listed(judged)) if judged else subject.text("definition.judged_none"))
    if statement.too_small:
        small = subject.listed([subject.group(name) for name in statement.too_small])
        said.append(subject.text("definition.too_small", groups=small, min_students=language.count(settings.min_students)))
    return said


def _finding(subject: Subject, finding: Finding) -> dict[str, Any]:
    """One finding with its words and its facts."""
    values = finding_values(subject, finding)
    if finding.status == "not_assessed":
        sentence = subject.text(f"reason.{finding.reason}", **values)
    else:
        say = subject.text_of_chance if finding.key == "noise" else subject.text
        sentence = say(f"{finding.key}.{finding.status}", **values)
        if "nobody_moves" in finding.notes:
            sentence = subject.text("note.nobody_moves")
    return {
        "number": finding.number,
        "key": finding.key,
        "title": subject.text(f"{finding.key}.title"),
        "required": finding.number in subject.settings.required,
        "status": finding.status,
        "status_word": subject.text(f"status.{finding.status}"),
        "reason": finding.reason,
        "whom": values["who"],
        "sentence": sentence,
        "notes": [subject.text(f"note.{key}", **values) for key in _notes(subject, finding, values)],
        "facts": [fact_record(subject, finding, fact) for fact in finding.facts],
        "is_hidden": is_any_hidden(subject, finding.facts),
    }


def _notes(subject: Subject, finding: Finding, values: dict[str, str]) -> list[str]:
    """Keys of what a reader must know besides: for whom else it cannot be told, that it meets for others, and what the finding says itself."""
    is_open_for_some = finding.status == "uncertain" and bool(values["who"]) and any(fact.status == "meets" for fact in finding.facts)
    said = [("unsure", bool(values["unsure"])), ("others_meet", is_open_for_some)]
    own = {"limit_is_rule": "limit_is_rule" if subject.book.today is not None else "limit_is_rule.without_today"}
    said += [("limit_is_seats", finding.key == "capacity" and finding.status != "not_assessed" and not sets_limit(subject.option.scenario))]
    return [*(key for key, is_so in said if is_so), *(own.get(key, key) for key in finding.notes if key != "nobody_moves")]


def _attributes(subject: Subject) -> list[dict[str, str]]:
    """What goals and rules used of each group that may be shown, and what the policy permits."""
    return [
        {"group": one.group, "label": one.label, "used": one.used, "use": one.permitted, "text": one.used_text, "permitted_text": one.permitted_text}
        for one in group_uses(subject.option, subject.language)
    ]


def _sources(subject: Subject) -> list[dict[str, str]]:
    """Where the presets among the bands come from."""
    used = {band.preset for band in subject.option.scenario.rules.bands}
    return [{"preset": name, "source": subject.text(f"preset.{name}")} for name in PRESETS if name in used]
