"""The page of a sweep: best of each district, which lever matters, what one number costs in another, failures. Small for any number of points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.sweep.charts import legends, lever_charts, trades
from rezoning.report.sweep.tables import districts_table, failures_table, lever_table
from rezoning.report.sweep.words import FirstGoal, estimated, gain, short_words
from rezoning.scenario.tree import override_text

DISTRICTS = 50  # rows of the table


def sweep_page(document: Mapping[str, Any], language: Language) -> str:
    """The content of sweep.html, from that of sweep.json."""
    best = sorted(document["best"], key=gain, reverse=True)
    levers = lever_charts(document, language)
    lever_legend, trade_legend = legends(language)
    more = language.text("sweep.more_districts", count=DISTRICTS, all=language.count(len(best))) if len(best) > DISTRICTS else ""
    return render(
        "sweep.html.j2",
        language,
        name=document["name"],
        title=language.text("sweep.title", name=document["name"]),
        estimates=estimated(document, language),
        short=short_words(document, language),
        districts=districts_table(best[:DISTRICTS], language),
        more=more,
        goal=FirstGoal(document["best"], language).name,
        levers=levers,
        counts=[] if levers else [(lever["lever"], lever_table(lever, document["best"], language)) for lever in document["levers"]],
        lever_legend=lever_legend,
        trades=trades(document, language),
        trade_legend=trade_legend,
        failures=failures_table(document["failures"], language),
        asked=_asked(document),
        versions=[(name, version) for name, version in document["versions"].items() if version],
        notes=document["notes"],
    )


def _asked(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The sweep file, a key a line."""
    said = {key: value for key, value in document["asked"].items() if value not in (None, {}, [], ())}
    lines = []
    for key, value in said.items():
        if key == "districts":
            lines.append((key, ", ".join(value)))
        elif key in ("grid", "set", "overrides"):
            lines += [(f"{key}.{name}", _levels(part) if key == "grid" else override_text(part)) for name, part in value.items()]
        else:
            lines.append((key, value if isinstance(value, str) else override_text(value)))
    return lines


def _levels(levels: Mapping[str, Any]) -> str:
    """``0.5, 1.0``; a value that has a name of its own stands beside it: ``+25 % (0.25)``."""
    said = {label: value if isinstance(value, str) else override_text(value) for label, value in levels.items()}
    return ", ".join(label if label == text else f"{label} ({text})" for label, text in said.items())
