"""What options are called."""

from __future__ import annotations

import itertools
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rezoning.district.plans.how import PlanReading
from rezoning.scenario.files import is_folder


def shown_path(path: Path) -> str:
    """A place as people are told it, and can copy it: from the working directory on where it lies in that, else the whole."""
    whole, here = path.resolve(), Path.cwd().resolve()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def option_name(path: Path) -> str:
    """What an option is called: the run directory's name, or the file's without its endings."""
    return path.resolve().name if is_folder(path) else path.name.split(".")[0]


def option_names(paths: Sequence[Path], hows: Sequence[PlanReading]) -> list[str]:
    """Distinct names of options; one of several columns of a file is called by its column too."""
    times = Counter(paths)
    said = [f" {how.column}" if times[path] > 1 and how.column else "" for path, how in zip(paths, hows, strict=True)]
    return distinct([f"{option_name(path)}{column}" for path, column in zip(paths, said, strict=True)])


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
