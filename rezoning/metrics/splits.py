"""What two neighboring schools would be if they shared their zones of today: the best way to split the grades between the two buildings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rezoning.district.district import Floats
from rezoning.district.graded import Graded, graded
from rezoning.metrics.beside import Beside
from rezoning.metrics.indices import dissimilarity
from rezoning.metrics.zones import Zones

LEAST_GAIN = 0.01  # of an index: pairs that lower it by less are not listed
HAIR = 1e-6  # students


@dataclass(frozen=True, eq=False)
class Split:
    """Two schools that share their zones, the one with the lower grades first.

    Parameters
    ----------
    schools
        Their indices.
    grades
        The grades of each, lowest first.
    after
        Dissimilarity of buildings of each group, all other schools as today; None where it is undefined.
    students
        Of each building.
    moved
        Students whose building would be another than today's.
    trips
        Mean trip of the students of both zones, today and then, in the district's unit of travel; None where a trip is unknown.
    fits
        Whether both buildings have room for their students; None where seats are not known.
    """

    schools: tuple[int, int]
    grades: tuple[tuple[str, ...], tuple[str, ...]]
    after: dict[str, float | None]
    students: tuple[float, float]
    moved: float
    trips: tuple[float, float] | None
    fits: bool | None


@dataclass(frozen=True, eq=False)
class _Counts:
    """Students by zone of today, by grade; shape (M, G + 1), the last column those of no grade."""

    view: Graded
    zones: Zones
    students: Floats
    groups: dict[str, Floats]

    @classmethod
    def of(cls, zones: Zones, groups: Sequence[str]) -> _Counts:
        view = graded(zones.district)
        zone, shape = zones.school[view.unit], (len(zones.ids), len(view.grades) + 1)

        def gathered(values: Floats) -> Floats:
            found = np.zeros(shape)
            np.add.at(found, (zone[zone >= 0], view.grade[zone >= 0]), values[zone >= 0])
            return found

        return cls(view, zones, gathered(view.district.students), {name: gathered(view.district.groups[name]) for name in groups})


def best_splits(zones: Zones, beside: Sequence[Beside], groups: Sequence[str], allowed: Floats | None) -> list[Split]:
    """The pairs of neighbors that are worth a look, by how much they lower the first group's dissimilarity, the most first.

    Of every pair that split of the grades counts that lowers it most of those with room in both buildings, and of those within a thousandth that with
    the fewest students who change buildings. A pair is listed where that is lower than today's by `LEAST_GAIN` at the least.

    Parameters
    ----------
    zones
        Today's.
    groups
        Those that are measured; without any nothing is listed.
    allowed
        Most students of each open school by the rules, shape (m,); None where seats are not known.
    """
    if not groups or len(zones.district.grades) < 2:
        return []
    counts, main = _Counts.of(zones, groups), groups[0]
    today = dissimilarity(zones.groups[main], zones.students)
    if today is None:
        return []
    found = [best for pair in beside if (best := _best(counts, pair, groups, allowed)) is not None]
    worth = [one for one in found if (value := one.after[main]) is not None and today - value >= LEAST_GAIN]
    return sorted(worth, key=lambda one: (float(one.after[main] or 0.0), *one.schools))


def _best(counts: _Counts, pair: Beside, groups: Sequence[str], allowed: Floats | None) -> Split | None:
    splits = [one for one in _splits(counts, pair, groups, allowed) if one.fits is not False and one.after[groups[0]] is not None]
    return min(splits, key=lambda one: (round(float(one.after[groups[0]] or 0.0), 3), one.moved, one.schools), default=None)


def _splits(counts: _Counts, pair: Beside, groups: Sequence[str], allowed: Floats | None) -> Iterator[Split]:
    """Both orders of every cut."""
    grades = counts.view.grades
    for low, high in ((pair.one, pair.other), (pair.other, pair.one)):
        for cut in range(1, len(grades)):
            students = _held(counts.students, low, high, cut)
            after = {name: dissimilarity(_held(counts.groups[name], low, high, cut), students) for name in groups}
            moved = float(counts.students[high, :cut].sum() + counts.students[low, cut : len(grades)].sum())
            fits = None if allowed is None else bool((students[[low, high]] <= allowed[[low, high]] + HAIR).all())
            both = float(students[low]), float(students[high])
            yield Split((low, high), (grades[:cut], grades[cut:]), after, both, moved, _trips(counts, low, high, cut), fits)


def _held(values: Floats, low: int, high: int, cut: int) -> Floats:
    """Students of every building, (M, G + 1) to (M,): the grades below the cut of both zones at `low`, the others at `high`."""
    held = values.sum(axis=1)
    come, go = values[high, :cut].sum(), values[low, cut:-1].sum()
    held[low] += come - go
    held[high] += go - come
    return np.asarray(held)


def _trips(counts: _Counts, low: int, high: int, cut: int) -> tuple[float, float] | None:
    """Mean trips of the students of both zones, today and then."""
    place, grade = counts.view.district, counts.view.grade
    if place.travel is None:
        return None
    zone = counts.zones.school[counts.view.unit]
    inside = ((zone == low) | (zone == high)) & (place.students > 0)
    then = np.where(grade >= len(counts.view.grades), zone, np.where(grade < cut, low, high))
    weights, travel = place.students[inside], place.travel[inside]
    if weights.sum() <= 0:
        return None
    now, later = (float((weights * travel[np.arange(len(weights)), school[inside]]).sum() / weights.sum()) for school in (zone, then))
    return None if np.isnan([now, later]).any() else (now, later)
