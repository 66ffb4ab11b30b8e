"""A bench on the terminal: how it goes, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from rezoning.report.benching.advice import advice_words
from rezoning.report.benching.comparison import Comparison
from rezoning.report.benching.page import asked_words, estimated, title_of
from rezoning.report.benching.tables import Table, instances_table, notes, settings_table
from rezoning.report.language import ENGLISH, english, plain
from rezoning.report.screen import Column, files, heading, lines, table, title
from rezoning.report.sweep.words import duration

_said = english("benching")
NARROW = (0, 1, 2, 4, 6, 7, 11)
"""Columns of the settings' table that a terminal has room for; the page has all."""


def progress_words(done: int, total: int, left: float | None) -> str:
    """``12 of 63 runs, about 9 min left``."""
    rest = _said("beginning") if left is None else _said("left", left=duration(left, ENGLISH))
    return plain(_said("progress", done=f"{done:,}", total=f"{total:,}", left=rest))


def bench_screen(console: Console, found: Comparison, document: Mapping[str, Any], directory: Path) -> None:
    """What to use and how sure that is, then the tables."""
    title(console, title_of(document, ENGLISH))
    lines(console, *estimated(found, ENGLISH).sentences, mark="≈")
    lines(console, *advice_words(found, ENGLISH), *asked_words(document, ENGLISH))
    heading(console, _said("settings_heading"))
    _put(console, narrow(settings_table(found, ENGLISH)))
    if len(found.instances) > 1:
        heading(console, _said("instances_heading"))
        _put(console, instances_table(found, ENGLISH))
    if remarks := notes(found, ENGLISH):
        heading(console, _said("remarks"))
        lines(console, *remarks, mark="-")
    files(console, directory)


def narrow(said: Table) -> Table:
    """The table of settings as far as a screen has room for it."""
    return Table(tuple(said.heads[k] for k in NARROW), tuple(tuple(row[k] for k in NARROW) for row in said.rows))


def _put(console: Console, said: Table) -> None:
    columns: list[Column] = [(head, "left" if k in said.words else "right") for k, head in enumerate(said.heads)]
    table(console, columns, said.rows, whole=True)
