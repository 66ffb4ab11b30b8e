"""How sure the gains are, for a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console

from rezoning.report.language import ENGLISH, Language, english
from rezoning.report.robustness.words import (
    FOR_BOARDS,
    case_name,
    doubts_words,
    measure_name,
    of_case,
    order_words,
    sentences,
    with_interval,
    written_together,
)
from rezoning.report.screen import Column, estimates, files, heading, lines, remarks, table, title

_said = english("robustness")


def robustness_screen(console: Console, document: dict[str, Any], directory: Path | None, language: Language = ENGLISH) -> None:
    """What a board asks first, intervals, every doubt, and whether options keep their order."""
    shown = {**document, "measures": [entry for entry in document["measures"] if entry["measure"] in FOR_BOARDS]}  # the page has all
    title(console, _said("title", name=document["name"]))
    estimates(console, document)
    for one in document["options"]:
        heading(console, f"{one['letter']}. {one['name']}")
        lines(console, *sentences(document, one["letter"], language), mark="-")
    heading(console, _said("intervals"))
    letters = [one["letter"] for one in document["options"]]
    heads: list[Column] = [(_said("measure"), "left"), *((name, "right") for name in (ENGLISH.text("charts.today"), *letters))]
    table(console, heads, [_values(entry, document, language) for entry in of_case(shown, 0)])
    if document["has_today"]:
        heading(console, _said("doubts"))
        for number, case in enumerate(document["cases"], 1):
            lines(console, case_name(case, language), mark=f"{number}.")
        for letter in letters:
            names = [(_said("measure"), "left"), *((f"{k}", "right") for k in range(1, len(document["cases"]) + 1))]
            heading(console, _said("better_than_today", letter=letter))
            table(console, names, doubts_words(shown, letter, language)[1])  # type: ignore[arg-type]
    order, cells = order_words(shown, language)
    if cells:
        heading(console, _said("order"))
        table(console, [(head, "right" if k else "left") for k, head in enumerate(order)], cells)
    lines(console, _said("how", draws=f"{document['draws']:,}", seed=document["seed"]))
    remarks(console, document)
    if directory is not None:
        files(console, directory)


def _values(entry: dict[str, Any], document: dict[str, Any], language: Language) -> list[str]:
    said = written_together(entry, document, language)
    return [measure_name(entry, language), *(with_interval(side, said, language) for side in (entry["today"], *entry["options"].values()))]
