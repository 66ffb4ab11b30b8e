"""Which layers and tables are units: many areas, each with an id of its own, and what their columns count."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from rezoning.commands.new.finds import Found, named
from rezoning.commands.new.looked import Looked
from rezoning.commands.new.words import HOUSES, NOT_COUNTS, STUDENTS, grade_of, group_of, speaks_of, year_of
from rezoning.district.checks import PEOPLE
from rezoning.district.detect import BLOCK, UNIT_ID, by_name, share_matching, words_of

FEWEST, FEWEST_COUNTED = 8, 3
"""Units, and those with students: fewer rows are something else."""

OTHER_IDS = ("pu", "pu_id", "puid", "planunit", "plan_unit", "planning_unit", "planning_area", "study_area", "segment", "segment_id", "node", "grid",
             "grid_id", "block", "blk_id", "area_id", "zone_id", "id")  # fmt: skip
ID_WORDS = frozenset({"id", "code", "unit", "pu", "block", "geoid", "segment", "area", "no", "number"})


def units_in(one: Looked) -> Found | None:
    """A layer or table as units; None where it is something else."""
    key = unit_id(one) if one.shape in ("polygons", "table") else None
    if key is None:
        return None
    counted = counts_in(one, key)
    if one.rows < (FEWEST_COUNTED if counted["students"] or counted["grades"] else FEWEST):
        return None
    is_drawn = one.shape == "polygons"
    if not is_drawn and not counted["students"] and not counted["grades"]:
        return None
    told = [key, *counted["students"][:2], *list(counted["grades"].values())[:2], *[columns[0] for columns in counted["groups"].values()]]
    why = f"{one.rows:,} {'polygons' if is_drawn else 'rows'} with {named(dict.fromkeys(told))}"
    known = by_name([key], UNIT_ID) is not None
    score = 5 * is_drawn + 3 * bool(counted["students"] or counted["grades"]) + 2 * known + bool(counted["groups"])
    return Found(one, "units", why, {"id": key, **counted}, score)


def unit_id(one: Looked) -> str | None:
    """The column of ids: known as such, else called so, else the only one that holds census blocks or each value once."""
    keys = [column for column in one.columns if one.is_key(column) and not _is_measured(one, column)]
    known = by_name(keys, UNIT_ID) or by_name(keys, OTHER_IDS)
    if known is not None:
        return known
    blocks = [column for column in keys if share_matching(one.texts(column), BLOCK) >= 0.99]
    called = [column for column in keys if ID_WORDS & set(words_of(column))]
    return next(iter([*blocks, *called, *keys]), None)


def _is_measured(one: Looked, column: str) -> bool:
    """Whether a column measures something: numbers with decimals, or counts."""
    values = one.numbers(column)
    if values is None:
        return False
    return (
        bool(np.any(np.mod(np.nan_to_num(values), 1)))
        or group_of(column) is not None
        or bool(re.search(r"area|len|land|water", column, re.IGNORECASE))
    )


def counts_in(one: Looked, key: str) -> dict[str, Any]:
    """Columns of students, of groups, of grades, of years to come, and of everybody."""
    free = [column for column in one.columns if column != key and one.counts(column) is not None]
    people = [column for column in free if PEOPLE.fullmatch(column) or HOUSES.fullmatch(column)]
    grades: dict[str, str] = {}
    for column in free:
        grade = grade_of(column)
        if grade is not None and grade not in grades:
            grades[grade] = column
    if len(grades) < 2:
        grades = {}
    rest = [column for column in free if column not in people and column not in grades.values()]
    groups: dict[str, list[str]] = {}
    for column in rest:
        group = group_of(column)
        if group is not None and year_of(column) is None:
            groups.setdefault(group, []).append(column)
    taken = {column for columns in groups.values() for column in columns}
    said = [column for column in rest if column not in taken and speaks_of(column, STUDENTS)]
    years = {year_of(column): column for column in said if year_of(column) is not None}
    growth = {word: column for column in said for word in ("low", "high") if words_of(column)[1:] == [word]}
    if len(growth) < 2:
        growth = {}
    students = [column for column in said if column not in years.values() and column not in growth.values() and not _is_other(column)]
    return {
        "students": sorted(students, key=lambda column: -speaks_of(column, STUDENTS)),
        "groups": groups,
        "grades": grades,
        "years": {str(year): column for year, column in years.items()},
        "growth": growth,
        "people": people,
        "numbers": [column for column in rest if column not in taken and not NOT_COUNTS.fullmatch(column)],
    }


def _is_other(column: str) -> bool:
    """A count of students that is not of all who live in a unit."""
    return bool({"area", "capacity", "cap", "over", "new", "gain", "loss"} & set(words_of(column)))
