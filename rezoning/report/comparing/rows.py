"""Rows of a comparison: a measure, its value in each column, which options are best at it and whether they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rezoning.report.language import HIDDEN, NOTHING, Cell, Language

Kind = Literal["count", "percent", "points", "index", "travel", "travel_km", "km", "ratio", "text"]
Direction = Literal["lower", "higher"]

DIGITS: dict[Kind, int] = {"count": 0, "percent": 1, "points": 1, "index": 3, "travel": 1, "travel_km": 2, "km": 1, "ratio": 2, "text": 0}
"""Decimals that a reader sees; values that look alike count as alike."""

SHARES: tuple[Kind, ...] = ("percent", "points")
"""Kinds whose values are shares of one, and are shown in hundredths."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column of the comparison.

    Parameters
    ----------
    key
        ``today``, an option's letter, or ``nearest``.
    title
        What stands at its head.
    is_option
        Whether it can be chosen, and so be the best.
    """

    key: str
    title: str
    is_option: bool


@dataclass(frozen=True, eq=False)
class Row:
    """A measure.

    Parameters
    ----------
    key
        Name that stays the same in every language.
    label
        What people read; `unit` stands beside it, empty where the values carry their own.
    kind
        How values are written.
    values
        Column to cell; of kind ``text``, words.
    direction
        Which values are better; None where neither is.
    best
        Options that nobody beats; empty where all are alike, or nothing says which way is better.
    differs
        Whether the options differ; a single one, whether it differs from today.
    """

    key: str
    label: str
    unit: str
    kind: Kind
    values: Mapping[str, Cell]
    direction: Direction | None
    best: frozenset[str]
    differs: bool


@dataclass(frozen=True, eq=False)
class Section:
    """Rows under a heading, with a remark for readers, which may be empty."""

    key: str
    title: str
    rows: tuple[Row, ...]
    note: str = ""


def make_row(
    columns: Sequence[Column],
    key: str,
    label: str,
    kind: Kind,
    values: Mapping[str, Cell],
    *,
    direction: Direction | None = None,
    unit: str = "",
) -> Row:
    """A row with its marks; a column without a value gets None."""
    cells = {column.key: values.get(column.key) for column in columns}
    options = [column.key for column in columns if column.is_option]
    return Row(key, label, unit, kind, cells, direction, _best(cells, options, kind, direction), _differs(cells, options, kind))


def _best(cells: Mapping[str, Cell], options: Sequence[str], kind: Kind, direction: Direction | None) -> frozenset[str]:
    """The options with the best value that can be seen; none where a hidden value might be better, or all that are known are alike."""
    if direction is None or any(cells[key] == HIDDEN for key in options):
        return frozenset()
    seen = {key: value for key in options if isinstance(value := as_shown(cells[key], kind), float)}
    if len(seen) < 2 or len(set(seen.values())) < 2:
        return frozenset()
    top = min(seen.values()) if direction == "lower" else max(seen.values())
    return frozenset(key for key, value in seen.items() if value == top)


def _differs(cells: Mapping[str, Cell], options: Sequence[str], kind: Kind) -> bool:
    """Whether readers see different values; what is hidden or not known cannot be told apart from anything."""
    keys = options if len(options) > 1 or "today" not in cells else ["today", *options]
    return len({as_shown(cells[key], kind) for key in keys} - {None, HIDDEN}) > 1


def as_shown(value: Cell, kind: Kind) -> Cell:
    """A number rounded as readers see it; anything else as it is."""
    if value is None or isinstance(value, str):
        return value
    return round(float(value), DIGITS[kind] + (2 if kind in SHARES else 0)) + 0.0


def written(value: Cell, kind: Kind, language: Language) -> str:
    """A value as the language writes it."""
    if kind == "text":
        return NOTHING if value is None else str(value)
    if kind == "percent":
        return language.percent(value)
    shown = 100 * value if kind == "points" and isinstance(value, float) else value
    return language.number(shown, DIGITS[kind])
