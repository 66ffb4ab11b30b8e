"""How much room a text takes: measured with letters that are wider than those that the slides are set in, so that it fits on every machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import combining, east_asian_width

LINE = 1.2  # height of a line, of the size of its letters
POINTS = 72  # of an inch
BREAKS = r"[ \t\n]+"  # spaces of which lines can end; others keep number and unit together
UNKNOWN = 1.0  # width of a letter that the font does not have


@cache
def _font(*, bold: bool) -> Any:
    """DejaVu Sans, which comes with matplotlib and is about a tenth wider than Arial, at 100 pixels."""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(Path(get_data_path()) / "fonts" / "ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")))
    font.set_size(100, 72)
    return font


@cache
def _width(char: str, *, bold: bool) -> float:
    """Width of a letter in parts of the size."""
    if combining(char):
        return 0.0
    font = _font(bold=bold)
    known = font.get_char_index(ord(char)) != 0
    own = font.load_char(ord(char)).linearHoriAdvance / 65536 / 100 if known else UNKNOWN
    return max(own, UNKNOWN if east_asian_width(char) in "WF" else 0.0)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line in points."""
    return size * sum(_width(char, bold=bold) for char in text)


def lines(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """A text in lines of at most `room` points; a word that is longer is broken."""
    found, line = [], ""
    for word in _parts(re.split(BREAKS, text.strip()), room, size, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, bold=bold) > room:
            found.append(line)
            line = word
        else:
            line = longer
    return [*found, line]


def _parts(words: Sequence[str], room: float, size: float, *, bold: bool) -> Iterable[str]:
    for word in words:
        rest = word
        while width(rest, size, bold=bold) > room and len(rest) > 1:
            most = next(k for k in range(len(rest) - 1, 0, -1) if k == 1 or width(rest[:k], size, bold=bold) <= room)
            yield rest[:most]
            rest = rest[most:]
        yield rest


@dataclass(frozen=True)
class Paragraph:
    """A text of one size; `scale` is its size beside that of others in the box, `before` a mark, `color` of its letters."""

    text: str
    bold: bool = False
    scale: float = 1.0
    bullet: bool = False
    color: str = ""


GAP = 0.35  # between paragraphs, of the size of the letters
INDENT = 1.1  # of a bullet, of the size of the letters


def height(paragraphs: Sequence[Paragraph], room: float, size: float) -> float:
    """Height in points that paragraphs take in a box so many points wide."""
    total = 0.0
    for one in paragraphs:
        own = size * one.scale
        inner = room - (INDENT * own if one.bullet else 0.0)
        total += len(lines(one.text, inner, own, bold=one.bold)) * own * LINE
    return total + GAP * size * max(0, len(paragraphs) - 1)


def fitted(paragraphs: Sequence[Paragraph], wide: float, high: float, most: float, least: float) -> tuple[float, list[Paragraph]]:
    """The largest size, in half points, at which paragraphs fit a box of inches; where even the least is too large, they are shortened.

    Examples
    --------
    >>> size, (kept,) = fitted([Paragraph("one two three")], 10, 1, 20, 10)
    >>> size, kept.text
    (20, 'one two three')
    >>> size, (kept,) = fitted([Paragraph("word " * 200)], 2, 0.5, 20, 10)
    >>> size, kept.text[-1]
    (10, '…')
    """
    room, space = wide * POINTS, high * POINTS
    size = most
    while size > least and height(paragraphs, room, size) > space:
        size = max(least, size - 0.5)
    kept = list(paragraphs)
    while len(kept) > 1 and height(kept[:-1], room, size) > space:
        kept.pop()
    if height(kept, room, size) > space:
        kept[-1] = _shortened(kept, room, space, size)
    return size, kept


def _shortened(kept: Sequence[Paragraph], room: float, space: float, size: float) -> Paragraph:
    """The last paragraph, with as many letters as fit."""
    last = kept[-1]
    low, high = 0, len(last.text)
    while low < high:
        middle = (low + high + 1) // 2
        shorter = Paragraph(last.text[:middle].rstrip() + "…", last.bold, last.scale, last.bullet, last.color)
        low, high = (middle, high) if height([*kept[:-1], shorter], room, size) <= space else (low, middle - 1)
    return Paragraph(last.text[:low].rstrip() + "…", last.bold, last.scale, last.bullet, last.color)
