"""Which school each number of a plan's zones stands for: from a table that the user names, or from the one that was written with the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rezoning.district.checks import quoted
from rezoning.district.detect import Texts, by_name
from rezoning.district.files.read import read_any
from rezoning.district.files.table import texts
from rezoning.district.labels import Labels
from rezoning.errors import DataError, Problem, Problems, shown
from rezoning.scenario.files import short, why_unopenable

LABEL = ("label", "zone", "district", "number", "part", "zone_id", "district_id", "id")
SCHOOL = ("school_id", "school", "ncessch", "schl_code", "schoolcode", "school_name", "name")

COMPANION = "plan_districts.csv"
"""The table that is written beside a plan with numbered zones."""

NONE_ASSIGNED = ("0", "-1")
"""How programs that number zones write that a unit has none."""


@dataclass(frozen=True)
class Key:
    """What labels stand for.

    Parameters
    ----------
    path
        The table that says it.
    column
        How it calls the labels.
    schools
        Label to school, both as written; numbers without zeros in front.
    """

    path: Path
    column: str
    schools: Mapping[str, str]

    def read(self, label: str) -> str:
        """The school that a label stands for; the label itself where the table does not know it."""
        return self.schools.get(plain(label), label)

    def covers(self, held: Iterable[str], labels: Labels) -> bool:
        """Whether every label that is not blank stands for a school."""
        given = {plain(label) for label in held if not labels.is_blank(label)} - set(NONE_ASSIGNED)
        return bool(given) and given <= set(self.schools)


def plain(label: str) -> str:
    """A number as people write it: without ``.0`` and zeros in front; any other label as it is."""
    bare = label.removesuffix(".0")
    sign, digits = ("-", bare[1:]) if bare.startswith("-") else ("", bare)
    return f"{sign}{digits.lstrip('0') or '0'}" if digits.isdecimal() else label


def read_key(path: Path, labels: Labels) -> Key:
    """A table with two columns of labels and schools.

    Parameters
    ----------
    labels
        The schools that it may name.

    Raises
    ------
    DataError
        A column is missing, a label has two schools, or a school is none of the district's open ones.
    """
    fault = why_unopenable(path)
    if fault is not None:
        raise DataError(Problem("--labels", f"{short(path)} {fault.reason}.", fault.cure))
    table = read_any(path, lambda _: True)
    label_name, school_name = by_name(table.columns, LABEL), by_name(table.columns, SCHOOL)
    if len(table.columns) == 2 and None in (label_name, school_name):
        label_name, school_name = table.columns
    if label_name is None or school_name is None:
        message = f"has no columns of labels and schools: {shown(table.columns, 40)}."
        raise DataError(Problem(table.name, message, "Name them label and school."))
    problems, schools = Problems(), dict[str, str]()
    held = zip(table.frame.index, texts(table.frame[label_name]), texts(table.frame[school_name]), strict=True)
    for row, label, school in held:
        if not school or not label:
            continue
        if schools.setdefault(plain(label), school) != school:
            problems.add(f"{table.name}, row {row}", f"gives label '{label}' a second school, '{school}'.", "Keep one row per label.")
        elif labels.find(school) < 0:
            near = labels.nearest(school)
            cure = f"Did you mean '{near}'?" if near else "Name open schools by id or name."
            problems.add(f"{table.name}, row {row}", f"names '{school}', which is no one open school.", cure)
    problems.raise_as(DataError)
    return Key(path, label_name, schools)


def companion(path: Path, column: str, held: Texts, labels: Labels) -> Key | None:
    """The table of numbers that was written with a plan and lies beside it; None where there is none, or where it is another plan's."""
    beside = path.parent / COMPANION
    if path.name == COMPANION or not beside.is_file():
        return None
    try:
        key = read_key(beside, labels)
    except DataError:
        return None
    return key if key.column.lower() == column.lower() and key.covers(held.tolist(), labels) else None


def without_numbers_for_none(held: Texts, labels: Labels) -> tuple[Texts, list[str]]:
    """Labels with blanks where programs write 0 or -1 for no zone, and what was so written; a school may be called 0."""
    found = [label for label in dict.fromkeys(held.tolist()) if plain(label) in NONE_ASSIGNED and labels.find(label) < 0]
    if not found or len(found) == len(set(held.tolist()) - {""}):
        return held, []
    cleared = held.copy()
    cleared[[label in found for label in held.tolist()]] = ""
    return cleared, quoted(found)
