"""What options are called: by people, and in documents for programs."""

from __future__ import annotations

import itertools
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rezoning.district.plans.how import PlanReading
from rezoning.runs.directory import RUN
from rezoning.scenario.files import is_folder
from rezoning.scenario.languages import FALLBACK, said_in
from rezoning.scenario.schema import Scenario

PLAN = "plan.csv"
TAKEN = ("today", "nearest", "measure")
"""Columns that stand beside those of options."""


def shown_path(path: Path) -> str:
    """A place as people are told it, and can copy it: from the working directory on where it lies in that, else the whole."""
    whole, here = path.resolve(), Path.cwd().resolve()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def option_key(path: Path) -> str:
    """What a path is called in documents for programs: the name of a run's directory, also for its plan in it, or the file's without its endings."""
    if path.name == PLAN and (path.parent / RUN).exists():
        path = path.parent
    return path.resolve().name if is_folder(path) else path.name.split(".")[0]


def option_keys(paths: Sequence[Path], hows: Sequence[PlanReading]) -> list[str]:
    """Distinct keys of options; one of several columns of a file is called by its column too."""
    times = Counter(paths)
    said = [f" {how.column}" if times[path] > 1 and how.column else "" for path, how in zip(paths, hows, strict=True)]
    return distinct([f"{option_key(path)}{column}" for path, column in zip(paths, said, strict=True)])


def people_names(keys: Sequence[str], asked: Sequence[Scenario | None], code: str = FALLBACK) -> list[str]:
    """What people call options, all different: a run by the title of what it was asked, a plan file by its name made readable.

    Runs that have a title in common are called by their scenarios, and those of one scenario by their directories besides.

    Parameters
    ----------
    keys
        What each is called in documents for programs.
    asked
        What each run was asked; None for a plan file.
    code
        Language of the page that names them.

    Examples
    --------
    >>> people_names(["north-plan", "north_plan"], [None, None])
    ['North plan', 'North plan (2)']
    """
    ways = [_ways(key, scenario, code) for key, scenario in zip(keys, asked, strict=True)]
    while True:
        times = Counter(way[0].casefold() for way in ways)
        further = [way[1:] if times[way[0].casefold()] > 1 and len(way) > 1 else way for way in ways]
        if further == ways:
            return distinct(way[0] for way in ways)
        ways = further


def readable(name: str) -> str:
    """``mount-vernon-balance`` as ``Mount vernon balance``; a name with spaces stays as it is.

    Examples
    --------
    >>> readable("riverbend-balance")
    'Riverbend balance'
    >>> readable("Plan of the co-op")
    'Plan of the co-op'
    """
    text = name if " " in name else re.sub(r"[-_]+", " ", name).strip() or name
    return text[:1].upper() + text[1:]


def letters() -> Iterator[str]:
    """A, B and so on to Z, then AA, AB."""
    for length in itertools.count(1):
        for several in itertools.product(string.ascii_uppercase, repeat=length):
            yield "".join(several)


def distinct(names: Iterable[str]) -> list[str]:
    """Names that differ from one another and from what else stands beside them, whatever their letters' case: repeated ones are numbered."""
    taken = set(TAKEN)
    found = []
    for name in names:
        unique, k = name, 2
        while unique.casefold() in taken:
            unique, k = f"{name} ({k})", k + 1
        taken.add(unique.casefold())
        found.append(unique)
    return found


def _ways(key: str, scenario: Scenario | None, code: str) -> list[str]:
    """Names from the best to the most particular."""
    if scenario is None:
        return [readable(key)]
    title, called = said_in(scenario.report.title, code), readable(scenario.name)
    return [*([title] if title else []), called, f"{called} ({readable(key)})"]
