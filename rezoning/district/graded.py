"""A graded district: its units are the students of one grade of a unit, so that whatever is measured of its zones is measured of buildings.

Where schools are paired the students of a unit go to several buildings, each grade to one. A unit of the graded district is a (unit, grade), with the
students and groups of that grade; everything else it has from the unit: today's school, trips, walks, columns. It has no land: zones are what hangs
together, and buildings do not. Every measure, goal and budget of a district then means buildings by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from rezoning.district.buildings import Buildings
from rezoning.district.district import District, Floats, Ints, Texts
from rezoning.district.plan import Plan
from rezoning.errors import shown


@dataclass(frozen=True, eq=False)
class Graded:
    """A graded district, and the way back.

    Parameters
    ----------
    district
        Its units are the (unit, grade) in which anybody is counted, by unit, then grade; it has no neighbors and no polygons.
    unit, grade
        Unit and grade of each, shape (k,); grade G is that of all students who are in none of `grades`.
    grades
        The grades that are split, lowest first; G of them.
    assumed
        What was taken to be equal in all grades, as sentences; empty where everything was counted.
    """

    district: District
    unit: Ints
    grade: Ints
    grades: tuple[str, ...]
    assumed: tuple[str, ...] = ()

    @cached_property
    def ungraded(self) -> float:
        """Students who are in none of the grades, and stay with the school of their zone."""
        return float(self.district.students[self.grade == len(self.grades)].sum())

    def plan(self, plan: Plan) -> Plan:
        """The plan of the graded district: the building of each (unit, grade)."""
        return Plan(self.schools(plan.school, plan.buildings))

    def schools(self, zone: Ints, buildings: Buildings | None) -> Ints:
        """The building of each (unit, grade), shape (k,), from the zone of each unit, shape (n,); -1 and closed schools stay what they are."""
        given = np.asarray(zone[self.unit])
        if buildings is None:
            return given
        is_open = (given >= 0) & (given < len(buildings.at)) & (self.grade < len(self.grades))
        at = buildings.at[np.where(is_open, given, 0), np.minimum(self.grade, len(self.grades) - 1)]
        return np.where(is_open, at, given)


@lru_cache(maxsize=4)
def graded(district: District, grades: tuple[str, ...] = ()) -> Graded:
    """The graded district of some grades; of those that the district counts when none are named.

    Where the district does not count a grade, students are taken to be equally many in each of `grades`; where it does not count a group by grade,
    the group's share of a unit is taken to be the same in each.
    """
    grades = grades or tuple(district.grades)
    students = _students(district, grades)
    counts = {name: _of_group(district, name, grades, students) for name in district.groups}
    years, growth = ({name: total[:, None] * _shares(students) for name, total in known.items()} for known in (district.years, district.growth))
    counted = np.any([students > 0, *(one != 0 for one in (*counts.values(), *years.values(), *growth.values()))], axis=0)
    counted[district.school_unit, 0] = True
    unit, grade = np.nonzero(counted)

    def kept(table: Mapping[str, Floats]) -> dict[str, Floats]:
        return {name: values[unit, grade] for name, values in table.items()}

    places: dict[str, Any] = {name: _at(getattr(district, name), unit) for name in _OF_UNITS}
    made = replace(
        district,
        unit_ids=tuple(f"{district.unit_ids[u]} {_called(g, grades)}" for u, g in zip(unit.tolist(), grade.tolist(), strict=True)),
        students=students[unit, grade], groups=kept(counts), years=kept(years), growth=kept(growth), grades={}, groups_by_grade={},
        school_unit=np.searchsorted(unit, district.school_unit),
        columns=_Repeated(district.columns, unit),
        edges=np.zeros((0, 2), dtype=np.int64), border_m=None, parts=None, geometry=None, today_split=(),
        **places,
    )  # fmt: skip
    return Graded(made, unit.astype(np.int64), grade.astype(np.int64), grades, assumptions(district, grades))


_OF_UNITS = ("current", "travel", "walkable", "walk", "closed_travel", "closed_walk", "closed_walkable", "crossed")


def buildings_view(plan: Plan, district: District) -> tuple[Plan, District]:
    """Plan and district as every measure sees them: those of the graded district where schools are paired, else as they are."""
    if plan.buildings is None:
        return plan, district
    view = graded(district, plan.buildings.grades)
    return view.plan(plan), view.district


def assumptions(district: District, grades: tuple[str, ...]) -> tuple[str, ...]:
    """What is taken to be equal in all grades because no column says it, as sentences."""
    if any(grade not in district.grades for grade in grades):
        return (f"students and groups are taken to be equally many in each of the grades {', '.join(grades)}: no columns count them",)
    unknown = [name for name in district.groups if name not in district.groups_by_grade]
    if not unknown:
        return ()
    return (f"the share of {shown(unknown)} is taken to be the same in every grade of a unit: data.units.groups_by_grade has no counts of it",)


def _students(district: District, grades: tuple[str, ...]) -> Floats:
    """Students of each unit by grade, and of none of them; shape (n, G + 1)."""
    if any(grade not in district.grades for grade in grades):
        equal = np.repeat(district.students[:, None] / len(grades), len(grades), axis=1)
        return np.hstack([equal, np.zeros((district.num_units, 1))])
    by_grade = np.array([district.grades[grade] for grade in grades]).T.reshape(district.num_units, len(grades))
    return np.hstack([by_grade, _rest(district.students, by_grade)])


def _of_group(district: District, name: str, grades: tuple[str, ...], students: Floats) -> Floats:
    """Students of a group in each unit by grade, and in none of them; shape (n, G + 1)."""
    known, total = district.groups_by_grade.get(name, {}), district.groups[name]
    if any(grade not in known or grade not in district.grades for grade in grades):
        return total[:, None] * _shares(students)
    by_grade = np.array([known[grade] for grade in grades]).T.reshape(district.num_units, len(grades))
    return np.hstack([by_grade, _rest(total, by_grade)])


def _rest(total: Floats, by_grade: Floats) -> Floats:
    """What is in none of the grades, shape (n, 1): sums of decimals are no reason to have a trillionth of a student."""
    rest = total - by_grade.sum(axis=1)
    return np.where(np.abs(rest) <= 1e-9 * np.maximum(1.0, np.abs(total)), 0.0, rest)[:, None]


def _shares(students: Floats) -> Floats:
    """Each grade's share of the unit's students, equal among the grades where it has none; shape (n, G + 1)."""
    total = students.sum(axis=1, keepdims=True)
    equal = np.full(students.shape, 1.0 / (students.shape[1] - 1))
    equal[:, -1] = 0.0
    return np.where(total > 0, students / np.where(total > 0, total, 1.0), equal)


def _called(grade: int, grades: tuple[str, ...]) -> str:
    return f"grade {grades[grade]}" if grade < len(grades) else "of no grade"


def _at(table: Floats | Ints | None, unit: Ints) -> Floats | Ints | None:
    return None if table is None else table[unit]


class _Repeated(Mapping[str, Texts]):
    """Columns of the units, repeated for every grade when somebody reads them."""

    def __init__(self, columns: Mapping[str, Texts], unit: Ints) -> None:
        self._columns, self._unit = columns, unit

    def __getitem__(self, name: str) -> Texts:
        return self._columns[name][self._unit]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)
