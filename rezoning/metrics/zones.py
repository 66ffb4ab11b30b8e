"""What is measured: an assignment of units to schools, and what it gathers at each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats, Ints
from rezoning.district.plan import Plan


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

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """Open schools here, shape (m,): those that no plan closes, and of those that may close or open the ones that have a unit."""
        m = self.district.num_schools
        has_unit = np.bincount(self.school[self.counted], minlength=m)[:m] > 0
        return np.asarray(has_unit | ~self.district.optional)

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
        """Travel of each unit to its school, open or closed, shape (n,); NaN where unknown. None without travel."""
        return None if self.district.travel is None else self._picked(self.district.travel, self.district.closed_travel)

    @cached_property
    def trips_today(self) -> Floats | None:
        """Travel of each unit to its school of today, open or closed, shape (n,); NaN where unknown, and in new units. None without travel."""
        now = today_zones(self.district)
        return np.full(self.district.num_units, np.nan) if now is None and self.trips is not None else None if now is None else now.trips

    @cached_property
    def walks(self) -> NDArray[np.bool_] | None:
        """Units that lie in the walk zone of their school, open or closed, shape (n,); None where walk zones are not known."""
        walkable, closed = self.district.walkable, self.district.closed_walkable
        if walkable is None:
            return None
        return np.asarray(self._picked(walkable.astype(np.float64), None if closed is None else closed.astype(np.float64)) == 1)

    def _picked(self, table: Floats, closed: Floats | None) -> Floats:
        """A table's value at each unit's school, (n, m) and (n, k) to (n,); NaN where a unit has none, or nothing is known of a closed one."""
        n, m = table.shape
        values, s = np.full(n, np.nan), self.school
        to_open = np.flatnonzero((s >= 0) & (s < m))
        values[to_open] = table[to_open, s[to_open]]
        if closed is not None:
            to_closed = np.flatnonzero((s >= m) & (s < m + closed.shape[1]))
            values[to_closed] = closed[to_closed, s[to_closed] - m]
        return values

    @cached_property
    def moved(self) -> NDArray[np.bool_] | None:
        """Units that have a school today and another one here, shape (n,); None without today's schools. New units never move."""
        today = self.district.current
        return None if today is None else self.counted & (today >= 0) & (today != self.school)


def today_zones(district: District) -> Zones | None:
    """Today's zones; None without today's schools."""
    return None if district.current is None else Zones(district, district.current)


def nearest_zones(district: District, is_open: NDArray[np.bool_] | None = None) -> Zones | None:
    """Every unit at its nearest open school, ties to the first; units whose travel is wholly unknown are left out. None without travel.

    Parameters
    ----------
    is_open
        Which schools are, shape (m,), as in the plan that is compared; all but candidates, when left out.
    """
    if district.travel is None:
        return None
    among = ~district.is_candidate if is_open is None else is_open
    known = np.where(np.isnan(district.travel) | ~among, np.inf, district.travel)
    closest = known.argmin(axis=1)
    is_known = np.isfinite(known[np.arange(district.num_units), closest])
    return Zones(district, np.where(is_known, closest, -1))


def nearest_to(district: District, plan: Plan | None) -> Zones | None:
    """Likewise, of the schools that are open in a plan; of today's without one."""
    return nearest_zones(district, None if plan is None else plan.open_schools(district))
