"""Text that other programs can take: no control characters, names short enough for dBASE, numbers for programs that number their districts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SHORT = 10
"""Longest name of a column in a shapefile."""

LONGEST = 254
"""Longest text in a shapefile, in bytes."""

KNOWN = {"school_today": "today", "utilization": "util", "school_id": "school_id"}
"""Short names that say more than the first ten letters."""


def clean(text: str) -> str:
    """A text without control characters and unpaired surrogates, which XML cannot hold; line breaks and tabs become spaces."""
    spaced = re.sub(r"[\t\n\r]+", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufffe\uffff")


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Names of columns as a shapefile can hold them: at most ten ASCII letters, digits and underscores, no two alike in any case."""
    taken: set[str] = set()
    found = {}
    for name in names:
        plain = KNOWN.get(name, name.removeprefix("group_"))
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
        base = re.sub(r"\W+", "_", plain, flags=re.ASCII).strip("_")[:SHORT] or "group"
        short, k = base, 2
        while short.lower() in taken:
            short, k = f"{base[: SHORT - len(str(k)) - 1]}_{k}", k + 1
        taken.add(short.lower())
        found[name] = short
    return found


def cut(text: str, limit: int = LONGEST) -> str:
    """The beginning of a text that fits into so many bytes of UTF-8, never half a character."""
    return text.encode("utf-8")[:limit].decode("utf-8", "ignore")


def numbered(ids: Sequence[str]) -> list[int]:
    """A number 1..n for each school, for programs that number their districts.

    A school whose id is such a number keeps it, so that no number can be taken for the id of another school; the others get the free ones in order.
    """
    own = [int(text) if re.fullmatch(r"[1-9]\d{0,8}", text) and int(text) <= len(ids) else 0 for text in ids]
    free = iter(sorted(set(range(1, len(ids) + 1)) - set(own)))
    return [number or next(free) for number in own]
