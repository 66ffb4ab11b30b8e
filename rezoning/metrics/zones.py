"""What is measured: an assignment of units to schools, and what it gathers at each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats, Ints


@dataclass(frozen=True, eq=False)
class Zones:
    """Units of a district sorted into schools; unlike a plan's, units may be left out and schools may be closed.

    Parameters
    ----------
    district
        The district.
    school
        School of each unit, shape (n,): s for an open school, m + k for ``closed_ids[k]``, -1 for a unit that is left out.
    """

    district: District
    school: Ints

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of the M schools: the m open ones, then closed ones up to the last that has a unit here."""
        m, closed = self.district.num_schools, self.district.closed_ids
        last = max(int(self.school.max(initial=-1)) + 1 - m, 0)
        return (*self.district.school_ids, *closed[:last])

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Units that have a school, shape (n,)."""
        return np.asarray(self.school >= 0)

    def gather(self, values: Floats) -> Floats:
        """Sum of a quantity of units over each school; shape (n,) to (M,)."""
        return np.asarray(np.bincount(self.school[self.counted], weights=values[self.counted], minlength=len(self.ids)), dtype=np.float64)

    @cached_property
    def students(self) -> Floats:
        """Students of each school, shape (M,)."""
        return self.gather(self.district.students)

    @cached_property
    def groups(self) -> dict[str, Floats]:
        """Students of each group in each school, shape (M,) each."""
        return {name: self.gather(group) for name, group in self.district.groups.items()}

    @cached_property
    def partition(self) -> Floats:
        """Students of each group of the partition, and of the remainder, in each school; shape (G + 1, M), or (0, M) without a partition."""
        groups = [self.groups[name] for name in self.district.partition]
        return np.array([*groups, self.students - sum(groups)]) if groups else np.zeros((0, len(self.ids)))

    @cached_property
    def trips(self) -> Floats | None:
        """Travel of each unit to its school, shape (n,); NaN where unknown, as to a closed school. None without travel."""
        if self.district.travel is None:
            return None
        trips = np.full(self.district.num_units, np.nan)
        units = np.flatnonzero(self.counted & (self.school < self.district.num_schools))
        trips[units] = self.district.travel[units, self.school[units]]
        return trips

    @cached_property
    def trips_today(self) -> Floats | None:
        """Travel of each unit to its open school of today, shape (n,); NaN where unknown. None without travel."""
        return Zones(self.district, self.district.stayable).trips

    @cached_property
    def walks(self) -> NDArray[np.bool_] | None:
        """Units that lie in the walk zone of their school, shape (n,); None where walk zones are not known."""
        walkable = self.district.walkable
        if walkable is None:
            return None
        is_open = self.counted & (self.school < self.district.num_schools)
        return np.asarray(np.take_along_axis(walkable, np.where(is_open, self.school, 0)[:, None], axis=1)[:, 0] & is_open)

    @cached_property
    def moved(self) -> NDArray[np.bool_] | None:
        """Units that have a school today and another one here, shape (n,); None without today's schools. New units never move."""
        today = self.district.current
        return None if today is None else self.counted & (today >= 0) & (today != self.school)


def today_zones(district: District) -> Zones | None:
    """Today's zones; None without today's schools."""
    return None if district.current is None else Zones(district, district.current)


def nearest_zones(district: District) -> Zones | None:
    """Every unit at its nearest open school, ties to the first; units whose travel is wholly unknown are left out. None without travel."""
    if district.travel is None:
        return None
    known = np.where(np.isnan(district.travel), np.inf, district.travel)
    closest = known.argmin(axis=1)
    is_known = np.isfinite(known[np.arange(district.num_units), closest])
    return Zones(district, np.where(is_known, closest, -1))
