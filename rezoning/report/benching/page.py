"""A bench as one page: what to use and how sure that is, tables, and value and bound over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rezoning.report.benching.advice import advice_words
from rezoning.report.benching.chart import Chart, charts
from rezoning.report.benching.comparison import Comparison
from rezoning.report.benching.tables import Table, instances_table, notes, settings_table, values_table
from rezoning.report.estimated import EstimateLabels, row_labels
from rezoning.report.goal_words import goal_name, goal_of
from rezoning.report.html import render
from rezoning.report.language import NOTHING, Language
from rezoning.runs.run_record import read_run_record

CHARTS = 6  # scenarios that have lines


def bench_page(found: Comparison, document: Mapping[str, Any], language: Language) -> str:
    """The page as HTML that needs nothing but itself.

    Parameters
    ----------
    found
        The runs against each other.
    document
        The content of bench.json.
    language
        Of every text on the page.
    """
    drawn: list[Sequence[Chart]] = [charts(found, instance, language) for instance in found.instances[:CHARTS]]
    return render(
        "bench.html.j2",
        language,
        title=title_of(document, language),
        estimates=estimated(found, language),
        short=[*advice_words(found, language), *asked_words(document, language)],
        settings=settings_table(found, language),
        about=about_table(document, language),
        instances=instances_table(found, language),
        values=with_goals(values_table(found, language), found, language),
        charts=[one for some in drawn for one in some],
        notes=notes(found, language),
    )


def title_of(document: Mapping[str, Any], language: Language) -> str:
    """Names of the scenarios, or the first of many."""
    names = document["scenarios"]
    said = ", ".join(names) if len(names) <= 3 else language.text("benching.and_more", name=names[0], count=language.count(len(names) - 1))
    return language.text("benching.title", names=said)


def asked_words(document: Mapping[str, Any], language: Language) -> list[str]:
    """What was run, what waits, and what was left out."""
    counts = {key: language.count(count) for key, count in document["runs"].items()}
    sizes = {"instances": language.count(len(document["scenarios"])), "settings": language.count(len(document["settings"]))}
    said = [language.text("benching.asked", runs=counts["there"], **sizes, seeds=document["seeds"], seconds=f"{document['seconds']:g}")]
    waiting = document["runs"]["asked"] - document["runs"]["there"]
    if waiting:
        said.append(language.text("benching.waiting", count=language.count(waiting)))
    return said + [language.text("benching.skipped", setting=one["name"], solver=one["solver"]) for one in document["skipped"]]


def estimated(found: Comparison, language: Language) -> EstimateLabels:
    """What of the scenarios' data is estimated."""
    rows = {trial.instance: trial.row.get("estimates") for trial in found.trials if not trial.is_failed}
    return row_labels([(name, None if text is None else str(text)) for name, text in rows.items()], language)


def with_goals(table: Table, found: Comparison, language: Language) -> Table:
    """The table of values with what each scenario asks for, by the record of one of its runs."""
    names = {trial.instance: _goal(trial.directory, language) for trial in found.trials if trial.directory is not None}
    heads = (table.heads[0], language.text("benching.goal"), *table.heads[1:])
    rows = tuple((row[0], names.get(row[0], NOTHING), *row[1:]) for row in table.rows)
    return Table(heads, rows, (0, 1, *(place + 1 for place in table.words if place)))


def _goal(directory: Path, language: Language) -> str:
    record = read_run_record(directory)
    goal = None if record.get("objective") is not None else goal_of(record["goals"][0])
    return goal_name(goal, (record.get("travel") or {}).get("unit", "min"), language)


def about_table(document: Mapping[str, Any], language: Language) -> Table:
    """What each setting is, in words and keys; the sentence is the file's own."""
    rows = [
        (one["name"], one["about"], ", ".join(f"{key}: {_text(value)}" for key, value in one["settings"].items())) for one in document["settings"]
    ]
    return Table((language.text("benching.setting"), language.text("benching.about"), language.text("benching.keys")), tuple(rows), (0, 1, 2))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
