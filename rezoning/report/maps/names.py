"""What schools are called on maps, where room is short: without the words that all of them share."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Sequence

KIND = r"(?:elementary|primary|middle|intermediate|secondary|high|junior high|senior high|k-?8|academy)"
AFTER = re.compile(rf"\s+(?:(?:{KIND}\s+)?school|{KIND}|e\.?s\.?|m\.?s\.?|h\.?s\.?|el(?:em)?\.?)$", re.IGNORECASE)
BEFORE = re.compile(r"^(?:escuela|colegio)\s+(?:(?:primaria|elemental|intermedia|secundaria)\s+)?", re.IGNORECASE)
ONLY = re.compile(rf"{KIND}|junior|senior", re.IGNORECASE)
LONGEST = 34
"""Letters of a name on a map, in at most two lines."""
WIDEST = 18
"""Letters of a line."""


def map_names(names: Sequence[str]) -> tuple[str, ...]:
    """A short form of each name: without "Elementary School" and its like, where no two schools then have the same one."""
    brief = [_brief(name.strip()) for name in names]
    often = Counter(text.casefold() for text in brief)
    return tuple(short if often[short.casefold()] == 1 else name.strip() for short, name in zip(brief, names, strict=True))


def _brief(name: str) -> str:
    short = BEFORE.sub("", AFTER.sub("", name)).strip()
    return name if not short or ONLY.fullmatch(short) else short


def lines_of(name: str) -> tuple[str, ...]:
    """A name in one line or two, cut where it is longer than any map has room for."""
    text = " ".join(name.split())
    if len(text) > LONGEST:
        text = text[: LONGEST - 1].rstrip() + "…"
    return tuple(textwrap.wrap(text, WIDEST)[:2]) or ("",)


def width_of(text: str, size: float) -> float:
    """About how wide a text is in bold letters of a size, rather too much than too little."""
    return size * sum(
        1.05 if unicodedata.east_asian_width(letter) in "WF" else 0.68 if letter.isupper() or letter in "mwMW→…" else 0.58 for letter in text
    )
