"""Which building has which grade of a zone, by the schools of a book: the one place that everything asks that people see of pairing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from rezoning.district.district import Ints


@dataclass(frozen=True)
class Building:
    """A school's building and the grades that it has, lowest first.

    Parameters
    ----------
    school
        Index in the book.
    grades
        Their names.
    span
        The same in short: ``K–2``.
    """

    school: int
    grades: tuple[str, ...]
    span: str


@dataclass(frozen=True)
class Cluster:
    """Schools that share their zones; the building of the lowest grades first.

    Parameters
    ----------
    buildings
        The buildings, each with its grades.
    zones
        Indices of the schools whose zones are pooled.
    """

    buildings: tuple[Building, ...]
    zones: tuple[int, ...]

    @property
    def lead(self) -> int:
        """The school with the lowest grades: maps color the pooled zone as its own."""
        return self.buildings[0].school


@dataclass(frozen=True, eq=False)
class Pairing:
    """The buildings of a view.

    Parameters
    ----------
    grades
        All grades, lowest first.
    at
        Index of the school whose building has a grade of a zone, shape (S, G); S schools of the book.
    uniform_groups
        Groups whose share of a unit is taken to be the same in every grade, because no column counts them by grade.
    students_are_even
        Whether students are taken to be equally many in every grade.
    has_ungraded
        Whether there are students in none of the grades, who go to the school of their zone.
    """

    grades: tuple[str, ...]
    at: Ints
    uniform_groups: tuple[str, ...] = ()
    students_are_even: bool = False
    has_ungraded: bool = False

    def school(self, zone: Ints, grade: int) -> Ints:
        """School of some zones in a grade, by the grade's place; -1 where the zone is."""
        return np.where(zone >= 0, self.at[zone, grade], -1)

    def buildings(self, zone: int) -> tuple[Building, ...]:
        """Where children of a zone go, lowest grades first."""
        schools = self.at[zone].tolist()
        return tuple(self._building(s, [g for g, one in enumerate(schools) if one == s]) for s in dict.fromkeys(schools))

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """Schools that share zones with another, in the order of the book."""
        pooled: dict[tuple[int, ...], list[int]] = {}
        for zone, row in enumerate(self.at.tolist()):
            pooled.setdefault(tuple(row), []).append(zone)
        return tuple(Cluster(self.buildings(zones[0]), tuple(zones)) for row, zones in pooled.items() if len(set(row)) > 1)

    @cached_property
    def lead(self) -> Ints:
        """The school that a zone is drawn as, shape (S,): that of its lowest grades."""
        return self.at[:, 0]

    @cached_property
    def cluster_of(self) -> dict[int, Cluster]:
        """The cluster of each school that is in one."""
        return {building.school: cluster for cluster in self.clusters for building in cluster.buildings}

    @cached_property
    def spans(self) -> tuple[str, ...]:
        """The grades that each school of the book has, in short; empty for one that has none."""
        taught = [np.flatnonzero((self.at == s).any(axis=0)).tolist() for s in range(len(self.at))]
        return tuple(_span(self.grades, places) for places in taught)

    def changes(self, zone: Ints, before: Ints) -> Ints:
        """In how many grades each unit's school is another than before, shape (n,); none for units that had no school."""
        there = (zone >= 0) & (before >= 0)
        return np.where(there, (self.at[zone] != before[:, None]).sum(axis=1), 0)

    def _building(self, school: int, places: Sequence[int]) -> Building:
        return Building(school, tuple(self.grades[g] for g in places), _span(self.grades, places))


def drawn(zone: Ints, pairing: Pairing | None) -> Ints:
    """The school that each unit is drawn as on maps, shape (n,): that of its zone, and of pooled zones one for all."""
    return zone if pairing is None else np.where(zone >= 0, pairing.lead[zone], -1)


def _span(grades: Sequence[str], places: Sequence[int]) -> str:
    """Some of the grades in short: runs of them by their ends, ``K–2``, ``K, 3–5``."""
    ends = [(run[0], run[-1]) for _, one in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0]) if (run := [g for _, g in one])]
    return ", ".join(grades[a] if a == b else f"{grades[a]}–{grades[b]}" for a, b in ends)
