"""Which level of schools the question is about, by grades, columns and names."""

from __future__ import annotations

import re
from collections import Counter

from rezoning.commands.new.asking import Asking, Choice
from rezoning.commands.new.finds import Found
from rezoning.commands.new.folder import Folder
from rezoning.commands.new.words import LEVEL_GRADES, level_of
from rezoning.district.school_names import bare_name

LABELS = {"elementary": "kindergarten to grade 5 or 6", "middle": "grades 6 to 8", "high": "grades 9 to 12"}
ASKED = "Which level of schools is this about?"
HELD = 0.8
"""Share of schools of one level that makes a folder one of that level."""


def level_in(folder: Folder, asking: Asking, given: str | None) -> str:
    """The level: given, told by everything that speaks of one, else asked."""
    told = Counter(_schools(folder.schools))
    by_units = _units(folder.units)
    if given is not None:
        asking.answers["level"] = given
        return given
    if len(by_units) == 1:
        return next(iter(by_units))
    if told and told.most_common(1)[0][1] >= HELD * sum(told.values()) and (not by_units or told.most_common(1)[0][0] in by_units):
        return told.most_common(1)[0][0]
    likely = [level for level, _ in told.most_common()] or [level for level in LABELS if level in by_units]
    suggested = likely[0] if likely else "elementary"
    levels = list(LABELS)
    why = "most schools and columns speak of it" if likely else "nothing in the files speaks of a level"
    choices = [Choice(level, LABELS[level]) for level in levels]
    return asking.choose("level", ASKED, choices, levels.index(suggested), why)


def _units(units: Found | None) -> set[str]:
    """Levels of which the counts of the units speak."""
    if units is None:
        return set()
    counted = units.columns
    found = {level for column in counted["students"] if (level := level_of(column))}
    return found or {level for level, grades in LEVEL_GRADES.items() if len(set(grades) & set(counted["grades"])) >= 2}


def _schools(schools: Found | None) -> list[str]:
    """The level of each school that says one."""
    return [] if schools is None else [level for levels in levels_of(schools) if len(levels) == 1 for level in levels]


def levels_of(schools: Found) -> list[set[str]]:
    """The levels that each school has by its grades, its column of levels, or its name; nothing where none tells."""
    one, columns = schools.looked, schools.columns
    found: list[set[str]] = [set() for _ in range(one.rows)]
    if columns["name"]:
        found = [set(bare_name(text).levels) for text in one.texts(columns["name"])]
    if columns["level"]:
        found = [_by_word(text) or old for text, old in zip(one.texts(columns["level"]), found, strict=True)]
    if columns["lowest"] and columns["highest"]:
        spans = zip(one.texts(columns["lowest"]), one.texts(columns["highest"]), strict=True)
        found = [of_span(low, high) or old for (low, high), old in zip(spans, found, strict=True)]
    elif columns["span"]:
        found = [_of_text(text) or old for text, old in zip(one.texts(columns["span"]), found, strict=True)]
    return found


def _by_word(text: str) -> set[str]:
    level = level_of(text)
    return {level} if level else {"1": {"elementary"}, "2": {"middle"}, "3": {"high"}}.get(text, set())


def _of_text(text: str) -> set[str]:
    parts = [part for part in re.split(r"\s*(?:-|–|—|to|thru|through)\s*", text.strip(), flags=re.IGNORECASE) if part]
    return of_span(parts[0], parts[-1]) if len(parts) == 2 else set()


def grade_number(text: str) -> int | None:
    """A grade as a number: kindergarten 0, earlier ones below; None where it is none."""
    plain = text.strip().upper().removeprefix("GRADE").removeprefix("GR").strip(" .")
    if plain in ("PK", "PREK", "PRE-K", "P", "-1"):
        return -1
    if plain in ("K", "KG", "KN", "0", "00", "TK"):
        return 0
    return int(plain) if plain.isdigit() and int(plain) <= 13 else None


def of_span(low: str, high: str) -> set[str]:
    """The levels that a span of grades teaches: those of which it has at least two."""
    first, last = grade_number(low), grade_number(high)
    if first is None or last is None:
        return set()
    taught = set(range(max(first, 0), last + 1))
    spans = {"elementary": range(6), "middle": range(6, 9), "high": range(9, 13)}
    return {level for level, grades in spans.items() if len(taught & set(grades)) >= 2}
