"""What a book counts where schools are paired: students of every unit by grade, so that each number of a school is one of its building."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.district.graded import Graded, graded
from rezoning.errors import DataError, Problem
from rezoning.metrics.measure import OF_LAND, visible
from rezoning.public.cell import Rounded
from rezoning.public.pairing import Pairing
from rezoning.public.rounding import INDEX
from rezoning.runs.option import Option

MANY = 20.0  # from which a number has no decimals


def split_grades(options: Sequence[Option]) -> tuple[str, ...]:
    """The grades that are split in some option; none where no schools are paired.

    Raises
    ------
    DataError
        Two options split different grades, so that no table holds both.
    """
    found = {option.letter: buildings.grades for option in options if (buildings := shared(option)) is not None}
    first = next(iter(found.values()), ())
    for letter, grades in found.items():
        if grades != first:
            message = f"option {letter} splits the grades {', '.join(grades)}, and another one {', '.join(first)}."
            raise DataError(Problem("options", message, "Compare plans that split the same grades."))
    return first


def shared(option: Option) -> Buildings | None:
    """The buildings of an option in which schools share zones; None where each has its own zone with all grades."""
    buildings = option.plan.buildings
    return None if buildings is None or buildings.is_alone().all() else buildings


def by_grade(district: District, grades: tuple[str, ...]) -> Graded:
    """The graded district with the counts of its grades, where columns count them."""
    view = graded(district, grades)
    if any(grade not in district.grades for grade in grades):
        return view
    students = view.district.students
    counts = {grade: np.where(view.grade == g, students, 0.0) for g, grade in enumerate(grades)}
    return replace(view, district=replace(view.district, grades=counts))


def as_counted(option: Option, view: Graded) -> Option:
    """An option as it is counted: who goes to which building."""
    return replace(option, district=view.district, plan=view.plan(option.plan))


def pairing_of(option: Option, place: Mapping[str, int]) -> Pairing | None:
    """The buildings of an option by the schools of a book; None where none are paired.

    Parameters
    ----------
    place
        Of every school of the book, by its id.
    """
    buildings = shared(option)
    if buildings is None:
        return None
    district = visible(option.district, option.scenario)
    index = np.array([place[text] for text in district.school_ids], dtype=np.int64)
    at = np.repeat(np.arange(len(place))[:, None], len(buildings.grades), axis=1)
    at[index] = index[buildings.at]
    uncounted = any(grade not in district.grades for grade in buildings.grades)
    unknown = [name for name in district.groups if any(grade not in district.groups_by_grade.get(name, {}) for grade in buildings.grades)]
    has_ungraded = graded(option.district, buildings.grades).ungraded > 0
    return Pairing(buildings.grades, at, tuple(unknown), students_are_even=uncounted, has_ungraded=has_ungraded)


def coarse_measures(found: dict[str, Any]) -> dict[str, Any]:
    """Measures of buildings with few digits: those that are made of parts of students would tell with all digits of which parts."""
    return {key: value if key in OF_LAND else _coarse(value) for key, value in found.items()}


def _coarse(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _coarse(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_coarse(one) for one in value]
    if isinstance(value, Rounded) or not isinstance(value, float):
        return value
    return Rounded(value, 0 if abs(value) >= MANY else INDEX)
