"""Bands on a group's share (or the mean of an index) in each school, and the rule that no new school isolates a group.

A band says L <= a_s / n_s <= U of every zone that is not empty: ``a_s - U n_s <= 0`` and ``a_s - L n_s >= 0``, with n_s its students and a_s those
of the group, or the sum of the index over its students.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.district.column_values import numbers
from rezoning.district.district import District
from rezoning.formulation.formulation import Block, Either, Floats, Ints, Matrix, Pairs, RowName, Rows, Shape
from rezoning.formulation.sums import gathered_by_school, stacked_rows
from rezoning.scenario.bands import BandRule
from rezoning.scenario.schema import Scenario

Limits = tuple[float, float]


def band_load(district: District, rule: BandRule) -> Floats:
    """What a unit adds to a_s: students of the group, or students times index; shape (n,)."""
    if rule.group is not None:
        return district.groups[rule.group]
    assert rule.index is not None
    return district.students * np.nan_to_num(numbers(district, rule.index))  # blank only where there are no students


def band_schools(district: District, rule: BandRule) -> Ints:
    """The open schools that a band is on."""
    return np.flatnonzero([rule.holds_for(text) for text in district.school_ids])


def band_limits(district: District, rule: BandRule) -> list[Limits]:
    """The ranges of which each school keeps one, in order, with those that overlap or touch joined; infinite where there is no limit."""
    load = band_load(district, rule)
    share = float(load.sum() / district.total_students)
    joined: list[Limits] = []
    for low, high in sorted(part.limits(share) for part in rule.ranges_at(share)):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def bands(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """Bands of one range: two rows per school."""
    found = []
    for rule, limits in _hard(district, scenario):
        if len(limits) == 1:
            schools, load = band_schools(district, rule), band_load(district, rule)
            names = tuple(RowName("bands", district.school_ids[s]) for s in schools)
            low, high = limits[0]
            if np.isfinite(high):
                found.append(share_at_most(pairs, district, load, schools, np.full(len(schools), high), names))
            if np.isfinite(low):
                found.append(share_at_most(pairs, district, -load, schools, np.full(len(schools), -low), names))
    return stacked_rows(found)


def band_choices(pairs: Pairs, district: District, scenario: Scenario) -> list[Either]:
    """Bands of several ranges: each school keeps one, and the least of the students outside must be none."""
    found = []
    for rule, limits in _hard(district, scenario):
        if len(limits) > 1:
            schools, load = band_schools(district, rule), band_load(district, rule)
            found += [Either(RowName("bands", district.school_ids[s]), outside(pairs, district, load, s, limits)) for s in schools.tolist()]
    return found


def isolation(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """No school above a share of a group, or above its own share of today where that is higher."""
    schools, found = np.arange(district.num_schools), []
    for rule in scenario.rules.isolation:
        group = district.groups[rule.group]
        highest = np.maximum(rule.above, share_of_today(district, group))
        names = tuple(RowName("isolation", text) for text in district.school_ids)
        found.append(share_at_most(pairs, district, group, schools, highest, names))
    return stacked_rows(found)


def share_of_today(district: District, group: Floats) -> Floats:
    """A group's share in each school of today, 0 where nobody is there; shape (m,)."""
    inside = district.stayable >= 0
    held = np.bincount(district.stayable[inside], weights=group[inside], minlength=district.num_schools)
    students = district.enrollment(district.stayable)
    return np.where(students > 0, held / np.where(students > 0, students, 1.0), 0.0)


def _hard(district: District, scenario: Scenario) -> Iterator[tuple[BandRule, list[Limits]]]:
    return ((rule, band_limits(district, rule)) for rule in scenario.rules.bands if not rule.soft)


def share_at_most(pairs: Pairs, district: District, load: Floats, schools: Ints, highest: Floats, names: tuple[RowName, ...]) -> Rows:
    """One row per school, sum of load - highest x students <= 0; `highest` has shape (len(schools),)."""
    from scipy.sparse import csr_array, diags_array

    students = gathered_by_school(pairs, district.students, schools)
    matrix = csr_array(gathered_by_school(pairs, load, schools) - diags_array(highest) @ students)
    return Rows(matrix, np.full(len(schools), -np.inf), np.zeros(len(schools)), names)


def outside(pairs: Pairs, district: District, load: Floats, s: int, limits: list[Limits]) -> Block:
    """Students that one school has outside the nearest of several ranges."""
    from scipy.sparse import csr_array, vstack

    parts: list[Matrix] = []
    param: list[float] = []
    for a, (low, high) in enumerate(limits):
        for share, sign in ((high, 1.0), (low, -1.0)):
            if np.isfinite(share):
                parts.append(gathered_by_school(pairs, sign * (load - share * district.students), np.array([s])))
                param.append(float(a))
    return Block(Shape.LEAST, csr_array(vstack(parts, format="csr")), np.zeros(len(parts)), 1.0, np.array(param), district.school_ids[s])


ROWS = (bands, isolation)
