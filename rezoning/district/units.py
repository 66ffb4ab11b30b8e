"""Units: their ids, students, groups, polygons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.address_lists import is_address_list, refusal
from rezoning.district.checks import (
    check_grades,
    check_groups_by_grade,
    check_ids,
    check_one_state,
    check_students,
    doubt_shares,
    quoted,
    settle_groups,
)
from rezoning.district.counts import read_counts
from rezoning.district.detect import UNIT_ID, Lookup, Texts, by_name, census_block_ids, clean_ids, report_shortened, unit_id_column
from rezoning.district.district import Floats
from rezoning.district.files.read import read_source
from rezoning.district.files.table import Table, column, texts
from rezoning.district.joining import joined
from rezoning.district.reading import Reading
from rezoning.district.stray_rows import report_strays
from rezoning.errors import shown
from rezoning.scenario.section import columns_of

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.scenario.schema import Units


@dataclass(eq=False)
class UnitTable:
    """Units as they were read.

    Parameters
    ----------
    table
        Their file.
    ids, lookup
        Text ids, and what finds them.
    students, groups, years, growth, grades, groups_by_grade
        Counts, shape (n,) each; 0 where a problem was found.
    key
        The column of the ids, which names them in other files too.
    current
        Today's school ids as written; None without such a column.
    geometry
        Polygons in meters in unit order, once they are prepared.
    """

    table: Table
    ids: tuple[str, ...]
    lookup: Lookup
    students: Floats
    groups: dict[str, Floats] = field(default_factory=dict)
    years: dict[str, Floats] = field(default_factory=dict)
    growth: dict[str, Floats] = field(default_factory=dict)
    grades: dict[str, Floats] = field(default_factory=dict)
    groups_by_grade: dict[str, dict[str, Floats]] = field(default_factory=dict)
    current: Texts | None = None
    key: str = ""
    geometry: gpd.GeoSeries | None = None


def read_units(section: Units, reading: Reading) -> UnitTable | None:
    """Read and check everything about units but their polygons; None when there are no ids to go on with."""
    table = None
    with reading.gathering():
        table = read_source(section)
    if table is None:
        return None
    reading.took(table)
    if is_address_list(table) and not any(table.find(name) is not None for name in columns_of(section.students or ())):
        reading.problems.extend([refusal(section.place("path"), table.name)])
        return None
    key, ids = _ids(section, table, reading)
    if ids is not None and section.join:
        table = joined(section.join, table, ids, "unit", reading)
    if table is None:
        return None
    found = len(list(reading.problems))
    students, groups, grades = _counts(section, table, reading)
    years, growth = (_projected(section, key, table, reading) for key in ("students_by_year", "growth"))
    by_grade = _by_grade(section, table, groups, grades, reading) if len(list(reading.problems)) == found else {}
    if ids is None:
        return None
    current = None
    if section.current_school is not None:
        with reading.gathering():
            current = texts(column(table, section.current_school, section.place("current_school")))
            report_shortened(current, table.holding(section.current_school), "school id", reading)
    if len(list(reading.problems)) == found:
        named = [name for one in (section.students, *section.groups.values(), section.current_school) if one is not None for name in columns_of(one)]
        report_strays(table, ids, [students, *groups.values()], named, reading)
    return UnitTable(table, tuple(ids), Lookup(tuple(ids)), students, groups, years, growth, grades, by_grade, current, key)


def _ids(section: Units, table: Table, reading: Reading) -> tuple[str, Texts | None]:
    """The column of ids, and the ids: as written where the scenario names the column, at their full length where it was found."""
    name, ids = section.id or "", None
    with reading.gathering():
        place = section.place("id")
        name = section.id if section.id is not None else unit_id_column(table, place)
        ids = texts(column(table, name, place))
        report_shortened(ids, table, "unit id", reading)
        if section.id is None:
            reading.note(f"{table.name}: unit id column '{name}' (detected)")
            ids = census_block_ids(clean_ids(ids, table, "unit id", reading), table.name, reading)
        check_ids(ids, table, "unit", reading)
        if by_name([name], UNIT_ID) is not None:
            check_one_state(ids, table, reading)
    return name, ids


def _counts(section: Units, table: Table, reading: Reading) -> tuple[Floats, dict[str, Floats], dict[str, Floats]]:
    """Students, groups and grades, none where they are counted from points; what they are to each other is looked at only where each is well."""
    nobody = np.zeros(len(table.frame))
    students = nobody
    if section.students is None:
        return students, {}, {}
    found = len(list(reading.problems))
    with reading.gathering():
        students = read_counts(table, section.students, section.place("students"), reading)
    groups, grades = (_by_name(section, key, table, reading) for key in ("groups", "grades"))
    if len(list(reading.problems)) == found:
        groups = settle_groups(groups, students, section.groups_above_total, table, reading)
        check_students(students, groups, section.partition, table, reading)
        doubt_shares(students, groups, section.groups, table, reading)
        check_grades(students, grades, section.students, table, reading)
    return students, groups, grades


def _by_name(section: Units, key: str, table: Table, reading: Reading) -> dict[str, Floats]:
    """Counts of every column that a key of the section names, by the name that the scenario gives it."""
    counts = {}
    for label, name in getattr(section, key).items():
        with reading.gathering():
            counts[label] = read_counts(table, name, section.place(key, label), reading)
    return counts


def _by_grade(section: Units, table: Table, groups: dict[str, Floats], grades: dict[str, Floats], reading: Reading) -> dict[str, dict[str, Floats]]:
    """Students of groups by grade: no more than the group has in the unit, and no more than the grade."""
    found: dict[str, dict[str, Floats]] = {}
    for group, named in (section.groups_by_grade or {}).items():
        counts = {}
        for grade, name in named.items():
            with reading.gathering():
                counts[grade] = read_counts(table, name, section.place("groups_by_grade", group, grade), reading)
        if len(counts) == len(named) and group in groups and set(counts) <= set(grades):
            check_groups_by_grade(group, counts, groups[group], grades, table, reading)
            found[group] = counts
    return found


def _projected(section: Units, key: str, table: Table, reading: Reading) -> dict[str, Floats]:
    """Students of coming years or growth scenarios; a column in which nobody lives anywhere is the wrong one."""
    found = len(list(reading.problems))
    counts = _by_name(section, key, table, reading)
    if len(list(reading.problems)) == found:
        for label, count in counts.items():
            if not count.sum() > 0:
                names = columns_of(getattr(section, key)[label])
                told = f"column{'' if len(names) == 1 else 's'} {shown(quoted(names))}"
                has = "has" if len(names) == 1 else "have"
                reading.problems.add(section.place(key, label), f"{told} of {table.name} {has} no students.", "Name another column.")
    return counts
