"""Limits of pairing itself, which no other question has: the floor on a building's own students, and the rows of a published model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats, Matrix, Pairs, RowName
from rezoning.formulation.pairing.collapse import TOLERANCE
from rezoning.formulation.pairing.columns import Columns
from rezoning.formulation.pairing.substitute import times
from rezoning.formulation.rules import capacity_limits
from rezoning.formulation.sums import gathered_by_school
from rezoning.scenario.schema import Scenario

FLOOR, FEEDER = "pairing.min_of_own", "pairing.feeder_rows"


def own_limits(pairs: Pairs, a: Matrix, columns: Columns, district: District, scenario: Scenario) -> dict[RowName, NDArray[np.bool_]]:
    """Rule to whether it forbids a column, shape (C,): of the graded district and its scenario."""
    pairing = scenario.pairing
    found: dict[RowName, NDArray[np.bool_]] = {}
    assert pairing is not None
    students = building_students(pairs, a, columns, district)
    own = district.enrollment(district.stayable)
    is_there = (columns.members >= 0) & (columns.sizes > 1)[:, None]
    floor = np.where(is_there, pairing.min_of_own * own[columns.members], -np.inf)
    if pairing.min_of_own > 0:
        found |= _by_school(FLOOR, columns, district, students < floor - TOLERANCE)
    if pairing.feeder_rows:
        found |= _by_school(FEEDER, columns, district, _unfit(students, floor, columns, is_there, district, scenario))
    return found


def building_students(pairs: Pairs, a: Matrix, columns: Columns, district: District) -> Floats:
    """Students of each building of each column, in the order of its members; shape (C, 3), 0 where there is none."""
    gathered = times(gathered_by_school(pairs, district.students, np.arange(district.num_schools)), a).tocsc()
    column, place = np.nonzero(columns.members >= 0)
    found = np.zeros(columns.members.shape)
    found[column, place] = np.asarray(gathered[columns.members[column, place], column]).ravel()
    return found


def _unfit(
    students: Floats, floor: Floats, columns: Columns, is_there: NDArray[np.bool_], district: District, scenario: Scenario
) -> NDArray[np.bool_]:
    """Buildings with higher grades for which the students of one with lower grades are too many or too few; shape (C, 3)."""
    rule = scenario.rules.capacity
    least, most = (np.zeros(district.num_schools), np.full(district.num_schools, np.inf)) if rule is None else capacity_limits(district, scenario)
    unfit = np.zeros(columns.members.shape, dtype=bool)
    for low in range(columns.members.shape[1]):
        for high in range(low + 1, columns.members.shape[1]):
            s, held = columns.members[:, high], students[:, low]
            is_out = (held > most[s] + TOLERANCE) | (held < np.maximum(least[s], floor[:, high]) - TOLERANCE)
            unfit[:, high] |= is_there[:, high] & is_out
    return unfit


def _by_school(rule: str, columns: Columns, district: District, is_out: NDArray[np.bool_]) -> dict[RowName, NDArray[np.bool_]]:
    """By the school for whose building it is broken."""
    found: dict[RowName, NDArray[np.bool_]] = {}
    for s in np.unique(columns.members[is_out]).tolist():
        found[RowName(rule, district.school_ids[s])] = (is_out & (columns.members == s)).any(axis=1)
    return found
