"""How sure the gains are, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from rezoning.report.language import ENGLISH, Language, english
from rezoning.report.robustness.words import case_name, doubts_words, for_boards, intervals_words, order_words, sentences
from rezoning.report.screen import estimates, files, heading, lines, remarks, table, title

_said = english("robustness")


def robustness_screen(console: Console, document: dict[str, Any], directory: Path | None, language: Language = ENGLISH) -> None:
    """What a board asks first, intervals, every doubt, and whether options keep their order."""
    shown = for_boards(document)  # the page has all
    title(console, _said("title", name=document["name"]))
    estimates(console, document)
    for one in document["options"]:
        heading(console, f"{one['letter']}. {one['name']}")
        lines(console, *sentences(document, one["letter"], language), mark="-")
    heading(console, _said("intervals"))
    letters = [one["letter"] for one in document["options"]]
    _put(console, *intervals_words(shown, language))
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
        _put(console, order, cells)
    lines(console, _said("how", draws=f"{document['draws']:,}", seed=document["seed"]))
    remarks(console, document)
    if directory is not None:
        files(console, directory)


def _put(console: Console, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    table(console, [(head, "right" if k else "left") for k, head in enumerate(heads)], cells)
