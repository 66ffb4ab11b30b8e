"""What options are called."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator, Sequence
from pathlib import Path

from rezoning.scenario.files import is_folder


def option_name(path: Path) -> str:
    """What an option is called: the run directory's name, or the file's without its endings."""
    return path.resolve().name if is_folder(path) else path.name.split(".")[0]


def letters() -> Iterator[str]:
    """A, B and so on to Z, then AA, AB."""
    for length in itertools.count(1):
        for several in itertools.product(string.ascii_uppercase, repeat=length):
            yield "".join(several)


def distinct(names: Sequence[str]) -> list[str]:
    """Names that differ from one another and from today and nearest: repeated ones are numbered."""
    taken = {"today", "nearest", "measure"}
    found = []
    for name in names:
        unique, k = name, 2
        while unique in taken:
            unique, k = f"{name} ({k})", k + 1
        taken.add(unique)
        found.append(unique)
    return found
