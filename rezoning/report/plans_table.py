"""Plans beside each other on a terminal: every number of metrics.json, each as its kind is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.kinds import settled, written_with_unit
from rezoning.report.catalogue.measures import kind_at
from rezoning.report.goal_words import amount, goal_name, goal_of
from rezoning.report.language import ENGLISH, NOTHING, english
from rezoning.report.screen import Column, Row, Shown, estimates, files, remarks, table, title

_said = english("terminal")


def comparison_page(console: Console, document: Row, directory: Path | None) -> None:
    """One table, plans as columns; as many columns beside each other as fit, then the next ones below."""
    title(console, _said("beside", name=document["name"]))
    estimates(console, document)
    goals, unit = [goal_of(entry) for entry in document["goals"]], document["travel"]["unit"] if document["travel"] else "min"
    rows = [row for row in document["rows"] if not row["measure"].startswith("pieces[")]
    names = [_said("goal", number=i, name=goal_name(goal, unit, ENGLISH)) for i, goal in enumerate(goals, 1)]
    names += [row["measure"] for row in rows[len(goals) :]]
    write: list[Shown] = [partial(amount, goal, travel_unit=unit, language=ENGLISH) for goal in goals]
    write += [_writer(row["measure"], unit) for row in rows[len(goals) :]]
    cells = {name: [shown(row[name]) for shown, row in zip(write, rows, strict=True)] for name in document["columns"]}
    for block in _blocks(cells, console.width - max(map(len, names)) - 4):
        heads: list[Column] = [(_said("measure"), "left"), *((name, "right") for name in block)]
        console.print()
        table(console, heads, [[said, *(cells[name][i] for name in block)] for i, said in enumerate(names)])
    remarks(console, document)
    if directory is not None:
        files(console, directory)


def _blocks(cells: Mapping[str, Sequence[str]], room: int) -> Iterator[list[str]]:
    """Names of the columns that stand beside each other; at least one, however wide."""
    block: list[str] = []
    left = room
    for name, column in cells.items():
        width = max(len(name), *map(len, column)) + 2
        if block and width > left:
            yield block
            block, left = [], room
        block.append(name)
        left -= width
    yield block


def _writer(key: str, travel_unit: str) -> Shown:
    """How a number of compare.json is written: as a measure of the catalogue, where it is one."""
    kind = kind_at(*key.rstrip("]").replace("[", ", ").split(", "))
    return _number if kind is None else partial(written_with_unit, kind=settled(kind, travel_unit), language=ENGLISH)


def _number(value: Cell) -> str:
    """Any number, short enough for a column."""
    if not is_number(value):
        return NOTHING
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.2f}"
