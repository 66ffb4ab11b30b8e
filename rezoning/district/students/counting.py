"""Students, groups and grades of each unit, counted from points."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import Mask, check_students, quoted
from rezoning.district.column_values import NO, YES
from rezoning.district.counts import NOT_AVAILABLE, SUPPRESSED
from rezoning.district.detect import Texts
from rezoning.district.files.table import Table, column, texts
from rezoning.district.reading import Reading, counted
from rezoning.district.students.discreet import common
from rezoning.district.students.placing import Placed, placed
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.section import columns_of

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.district import Floats, Ints
    from rezoning.district.geometry import Shapes
    from rezoning.district.units import UnitTable
    from rezoning.scenario.students import PointGroup, StudentPoints

MOST_GRADES = 20
"""A column with more different texts holds no grades: they are ids, or days of birth."""


def count_students(section: StudentPoints, units: UnitTable, partition: tuple[str, ...], reading: Reading) -> None:
    """Fill in the students, groups and grades of the units; what is wrong is among the reading's problems then.

    Parameters
    ----------
    partition
        Groups that do not overlap.
    """
    if units.geometry is None:
        if units.table.geometry is None:  # else the polygons' own problem is told already
            message = f"students are found in polygons, and {units.table.name} has none."
            reading.problems.add(section.place("path"), message, "Give the units' polygons, or counts in data.units.students.")
        return
    with reading.gathering():
        found = placed(section, units.geometry, reading)
        counts = _Counts(found, _of_grades(section, found.table, reading), len(units.ids))
        groups = {name: mask for name, group in section.groups.items() for mask in _members(section, name, group, found.table, reading)}
        _report_overlap({name: groups[name] for name in partition if name in groups}, found.table, reading)
        units.students = counts.of(np.ones(len(found.unit), dtype=bool))
        units.groups = {name: counts.of(mask) for name, mask in groups.items()}
        units.grades = {name: counts.of(counts.grade == name) for name in _grades(section, counts.grade)}
        check_students(units.students, units.groups, (), units.table, reading)


def counted_points(section: StudentPoints, geometry: gpd.GeoSeries, reading: Reading) -> tuple[Shapes, Ints]:
    """A point for each student who is counted in a unit, and the unit, shape (k,) each: for whoever asks once more where students live."""
    found = placed(section, geometry, reading)
    grade = _of_grades(section, found.table, reading)
    inside = (found.unit >= 0) & (True if grade is None else grade[1])
    return found.points[inside], found.unit[inside]


class _Counts:
    """Counts of those students who live in a unit and whose grade counts."""

    def __init__(self, found: Placed, grade: tuple[Texts, Mask] | None, size: int) -> None:
        nothing: Texts = np.full(len(found.unit), "", dtype=object)
        self.grade, counts = (nothing, np.ones(len(found.unit), dtype=bool)) if grade is None else grade
        self._unit, self._inside, self._size = found.unit, (found.unit >= 0) & counts, size

    def of(self, mask: Mask) -> Floats:
        """How many of some students live in each unit, shape (n,)."""
        return np.bincount(self._unit[mask & self._inside], minlength=self._size).astype(np.float64)


# -- groups ----------------------------------------------------------------------------------------------------------


def _members(section: StudentPoints, name: str, group: PointGroup, table: Table, reading: Reading) -> list[Mask]:
    """Who belongs to a group, as a list of one; an empty one where that is a problem."""
    with reading.gathering():
        values = texts(column(table, group.column, section.place("groups", name, "column")))
        return [
            _who_say_yes(values, name, group.column, table, reading)
            if group.equals is None
            else _who_equal(section, values, name, group, table, reading)
        ]
    return []


def _who_equal(section: StudentPoints, values: Texts, name: str, group: PointGroup, table: Table, reading: Reading) -> Mask:
    """Students with one of the texts that the scenario names; of a blank cell beside other texts it is not known what it would say."""
    assert group.equals is not None
    wanted = [text.strip() for text in columns_of(group.equals)]
    absent = [text for text in wanted if not (values == text).any()]
    if absent:
        message = f"no student of {table.name} has {shown(quoted(absent))} in column '{group.column}'."
        raise DataError(Problem(section.place("groups", name, "equals"), message, common(values)))
    inside = np.isin(values.astype(str), wanted)
    unknown = ~inside & _says_nothing(values)
    if unknown.any() and (unknown | inside).all():
        reading.note(f"{table.name}: column '{group.column}' of group '{name}' says nothing but {shown(wanted)}; who has nothing there is not in it")
    elif unknown.any():
        reading.warn(
            f"{table.name}: {counted(int(unknown.sum()), 'student')} with nothing in column '{group.column}', counted as not in group '{name}'; "
            "what is not known is no no"
        )
    return np.asarray(inside)


def _who_say_yes(values: Texts, name: str, written: str, table: Table, reading: Reading) -> Mask:
    """Students of whom a column says yes. A blank cell says no only where nothing else does."""
    low = np.array([text.lower() for text in values], dtype=object)
    is_yes, is_no = (np.array([text in words for text in low], dtype=bool) for words in (YES, NO - {""}))
    nothing = ~is_yes & ~is_no & _says_nothing(values)
    unclear = ~is_yes & ~is_no & ~nothing
    if unclear.any():
        message = f"column '{written}' of group '{name}' says neither yes nor no of {counted(int(unclear.sum()), 'student')}."
        raise DataError(Problem(table.place(table.rows(unclear)), message, f"Say which texts count with equals. {common(values)}"))
    if nothing.any() and is_no.any():
        message = f"column '{written}' of group '{name}' says nothing of {counted(int(nothing.sum()), 'student')}, beside yes and no."
        raise DataError(
            Problem(table.place(table.rows(nothing)), message, "What is not known is no no: fill it in, or say which texts count with equals.")
        )
    if nothing.any():
        reading.note(f"{table.name}: column '{written}' of group '{name}' never says no; who has nothing there is not in it")
    return is_yes


def _says_nothing(values: Texts) -> Mask:
    """Cells that are blank, or say that something is missing or hidden."""
    missing = {text for text in NOT_AVAILABLE if len(text) > 1 or not text.isalpha()}  # one letter is a code of the district's
    empty = {text: not text or text.lower() in missing or bool(SUPPRESSED.fullmatch(text)) for text in set(values.tolist())}
    return np.array([empty[text] for text in values], dtype=bool)


def _report_overlap(parts: dict[str, Mask], table: Table, reading: Reading) -> None:
    twice = np.sum(list(parts.values()), axis=0) > 1 if parts else np.zeros(0, dtype=bool)
    if twice.any():
        message = f"{counted(int(twice.sum()), 'student')} in more than one group of the partition ({', '.join(parts)})."
        cure = "Groups of a partition must not overlap: correct the columns, or leave one out of data.units.partition."
        reading.problems.add(table.place(table.rows(twice)), message, cure)


# -- grades ----------------------------------------------------------------------------------------------------------


def _of_grades(section: StudentPoints, table: Table, reading: Reading) -> tuple[Texts, Mask] | None:
    """The grade of each student, and whether it counts; None where the scenario names no column.

    Raises
    ------
    DataError
        Nobody is in a grade that is to count, or the column holds something else than grades.
    """
    if section.grade is None:
        return None
    grade = texts(column(table, section.grade, section.place("grade")))
    there = set(grade.tolist()) - {""}
    absent = [name for name in section.grades if name not in there]
    if absent:
        message = f"no student of {table.name} is in grade {shown(quoted(absent))}."
        raise DataError(Problem(section.place("grades"), message, common(grade)))
    if not section.grades and len(there) > MOST_GRADES:
        message = f"column '{section.grade}' of {table.name} holds {len(there):,} different texts, which are no grades."
        raise DataError(Problem(section.place("grade"), message, "Name another column, or list the grades that count: data.students.grades."))
    counts = np.isin(grade.astype(str), section.grades) if section.grades else np.ones(len(grade), dtype=bool)
    if not counts.all():
        reading.note(
            f"{table.name}: grades {', '.join(section.grades)} hold {int(counts.sum()):,} of {counted(len(grade), 'student')}; others are left out"
        )
    elif (grade == "").any():
        reading.warn(f"{table.name}: {counted(int((grade == '').sum()), 'student')} without a grade, counted in no grade")
    return grade, np.asarray(counts)


def _grades(section: StudentPoints, grade: Texts) -> list[str]:
    return list(section.grades) or sorted(set(grade.tolist()) - {""}, key=_order)


def _order(grade: str) -> tuple[int, int, str]:
    """Kindergarten and what comes before it, then numbers, then words."""
    number = re.fullmatch(r"(?:grade )?0*(\d{1,2})(?:st|nd|rd|th)?", grade.lower())
    early = grade.upper() in ("PK", "K", "KG")
    return (0, ("PK", "K", "KG").index(grade.upper()), grade) if early else (1, int(number[1]), grade) if number else (2, 0, grade)
