"""Two tables of travel on a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console

from rezoning.report.language import ENGLISH, english
from rezoning.report.screen import Column, files, heading, lines, table, title
from rezoning.report.travels.words import facts, pairs, school_rows, sides, unit_rows

_said = english("travels")


def travels_screen(console: Console, document: dict[str, Any], directory: Path | None) -> None:
    """How far they go together, by school, and the units where they differ most."""
    title(console, _said("title", name=document["name"]))
    for letter, name, source in sides(document, ENGLISH):
        lines(console, f"{name}. {source}", mark=f"{letter}:")
    heading(console, _said("together"))
    lines(console, *(f"{name}: {text}" for name, text in facts(document, ENGLISH)), pairs(document, ENGLISH))
    for key, (heads, cells), texts in (("by_school", school_rows(document, ENGLISH), {0}), ("by_unit", unit_rows(document, ENGLISH), {0, 4, 5})):
        if cells:
            heading(console, _said(key))
            columns: list[Column] = [(head, "left" if k in texts else "right") for k, head in enumerate(heads)]
            table(console, columns, cells)
    for _, key in (("A", "first"), ("B", "second")):
        if document[key]["warnings"]:
            heading(console, _said("warnings", name=document[key]["name"]))
            lines(console, *document[key]["warnings"], mark="-")
    if directory is not None:
        files(console, directory)
