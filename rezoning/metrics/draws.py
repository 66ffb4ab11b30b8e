"""Counts drawn anew: what is counted of students, many times over, as the head counts of other years might have it.

Each unit's students of a group and its other students are Poisson numbers with the counts as means (`rezoning.metrics.uncertainty` says why), and
where they are estimates, as far off as these are.
Whatever compares two assignments does so on the same draws. Units of which a measure asks the same are drawn at once: a sum of Poisson numbers
is one itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from scipy.sparse import csr_array

from rezoning.district.district import District, Floats, Ints
from rezoning.district.estimate import Estimate
from rezoning.metrics import burden, shares
from rezoning.metrics.programs import EVERYONE
from rezoning.metrics.zones import Zones
from rezoning.scenario.bands import BandRule

MOST = 2_000_000  # numbers that one array may hold while drawing


class Noise(Protocol):
    """A way in which counts may be others."""

    @property
    def is_error(self) -> bool:
        """Whether it takes the place of chance in the counts; else it comes on top."""

    def __call__(self, district: District, group: str, ours: Floats, others: Floats, shared: np.random.Generator) -> tuple[Floats, Floats]:
        """Students of a group (of EVERYONE, all) and others in each unit, shape (n, K) each, as they may be.

        Parameters
        ----------
        ours, others
            As counted, or as drawn where it comes on top of chance.
        shared
            Makes the same numbers for every group.
        """


def drawn_counts(ours: Floats, others: Floats, draws: int, seed: Sequence[int], width: int = 0) -> Iterator[tuple[Floats, Floats]]:
    """Students of a group and others in each cell, shape (C, K) each, until there are as many draws as wanted.

    Parameters
    ----------
    ours, others
        Their means, shape (C,).
    seed
        Makes chance repeatable.
    width
        Numbers of each draw that its reader holds, where these are more than the cells.
    """
    generator = np.random.default_rng(seed)
    size = max(1, MOST // max(len(ours), width, 1))
    for first in range(0, draws, size):
        number = min(size, draws - first)
        a = generator.poisson(ours[:, None], (len(ours), number)).astype(np.float64)
        yield a, generator.poisson(others[:, None], (len(others), number)).astype(np.float64)


def drawn(
    district: District, group: str, which: Ints, size: int, draws: int, seed: int, width: int, noise: Noise | None = None
) -> Iterator[tuple[Floats, Floats]]:
    """Students of a group (of EVERYONE, all) and others in each cell, shape (size, K) each, until there are as many draws as wanted.

    Parameters
    ----------
    which
        Cell of each unit, shape (n,); units of a negative cell are left out.
    seed
        Makes chance repeatable, together with the name of the group.
    width
        Numbers of each draw that its reader holds.
    noise
        Another way in which counts may be others than chance alone.
    """
    if noise is not None:
        return noisy_counts(district, group, which, size, draws, seed, width, noise)
    both = [seed, *group.encode()]
    if district.estimate is not None:
        return estimated_counts(district, district.estimate, group, which, size, draws, both, width)
    return drawn_counts(*means_of(district, group, which, size), draws, both, width)


def noisy_counts(
    district: District, group: str, which: Ints, size: int, draws: int, seed: int, width: int, noise: Noise
) -> Iterator[tuple[Floats, Floats]]:
    """The same under another noise, which is drawn unit by unit: in the place of chance, or on top of it."""
    n, first = district.num_units, 0
    every, to_cell, shared = np.arange(n), Gather(which, size), np.random.default_rng([seed])
    ours, others = (part[:, None] for part in means_of(district, group, every, n))
    chance = None if noise.is_error else drawn(district, group, every, n, draws, seed, width)
    while first < draws:
        number = min(draws - first, max(1, MOST // max(n, width, 1)))
        a, b = next(chance) if chance is not None else (np.repeat(ours, number, axis=1), np.repeat(others, number, axis=1))
        first += a.shape[1]
        a, b = noise(district, group, a, b, shared)
        yield to_cell(a), to_cell(b)


def estimated_counts(
    district: District, estimate: Estimate, group: str, which: Ints, size: int, draws: int, seed: Sequence[int], width: int
) -> Iterator[tuple[Floats, Floats]]:
    """The same of estimates: what a unit may have in truth, with the count of each school kept within its zone of today.

    Gamma numbers of the estimate's spread, scaled to their zone's sum (`rezoning.district.estimate` says why). Where no count is known, unscaled.
    """
    current = np.full(district.num_units, -1) if district.current is None else district.current
    cells, inside = np.unique(np.stack([which, estimate.held(current)]), axis=1, return_inverse=True)
    inside, (cell, zone) = inside.ravel(), cells
    to_cell, to_zone = Gather(cell, size), Gather(zone, int(zone.max(initial=-1)) + 1)
    means = means_of(district, group, inside, len(cell))
    spreads = estimate.spread.get(group, (1.0, 1.0))
    generator = np.random.default_rng(seed)
    most = max(1, MOST // max(len(cell), width, 1))
    for first in range(0, draws, most):
        number = min(most, draws - first)
        a, b = (_scaled(mean, spread, zone, to_zone, generator, number) for mean, spread in zip(means, spreads, strict=True))
        yield to_cell(a), to_cell(b)


def _scaled(means: Floats, spread: float, zone: Ints, to_zone: Gather, generator: np.random.Generator, number: int) -> Floats:
    """Draws with these means, shape (C, number), of which the cells of a zone keep their sum."""
    found = spread * generator.standard_gamma(means[:, None] / spread, (len(means), number))
    held = zone >= 0
    wanted, sums = to_zone(means[:, None]), to_zone(found)
    factors = np.divide(wanted, sums, out=np.zeros_like(sums), where=sums > 0)[zone[held]]
    lost = (sums <= 0)[zone[held]]  # every cell of the zone fell to nothing: as good as its means
    found[held] = np.where(lost, means[held, None], found[held] * factors)
    return np.asarray(found)


def means_of(district: District, group: str, which: Ints, size: int) -> tuple[Floats, Floats]:
    """Students of a group (of EVERYONE, all) and others in each cell, shape (size,) each; units of a negative cell are left out."""
    mine = district.students if group == EVERYONE else district.groups[group]
    units = which >= 0
    sums = (np.bincount(which[units], weights=np.maximum(counts, 0)[units], minlength=size) for counts in (mine, district.students - mine))
    ours, others = (np.asarray(found, dtype=np.float64) for found in sums)
    return ours, others


class Redrawn:
    """Measures of one district on draws; the same seed gives the same draws.

    Parameters
    ----------
    before, after
        Assignments of its units; `before` may be missing where nothing is compared.
    draws
        How often all counts are drawn anew.
    seed
        Makes chance repeatable, together with the name of the group.
    """

    def __init__(self, before: Zones | None, after: Zones, draws: int, seed: int) -> None:
        self.views = (after,) if before is None else (before, after)
        self.after, self.draws, self.seed = after, draws, seed

    def isolated(self, group: str, above: float) -> Floats:
        """Share of a group's students, today and in the plan, who are in schools where it is at least a share `above` of all; shape (views, K)."""
        schools, which = np.unique(self._schools(), axis=1, return_inverse=True)
        gathers = [Gather(schools[k], len(zones.ids)) for k, zones in enumerate(self.views)]

        def kept(a: Floats, b: Floats) -> Floats:
            found = []
            for gather in gathers:
                ours, others = gather(a), gather(b)
                isolates = (ours > 0) & (ours >= (above - shares.HAIR) * (ours + others))
                found.append(_ratio((ours * isolates).sum(axis=0), ours.sum(axis=0)))
            return np.array(found)

        return self._measured(group, which.ravel(), kept)

    def access(self, group: str, program: str) -> Floats:
        """Share of a group's students who are zoned to a school with a program, today and in the plan; shape (views, K)."""
        offers = self.after.district.programs[program]
        has = [np.where(zones.counted, offers[np.where(zones.counted, zones.school, 0)], -1) for zones in self.views]
        cells, which = np.unique(np.array(has, dtype=np.int64), axis=1, return_inverse=True)
        return self._measured(
            group, which.ravel(), lambda a, _: np.array([_ratio(a[cell == 1].sum(axis=0), a[cell >= 0].sum(axis=0)) for cell in cells])
        )

    def reassigned_ratio(self, group: str) -> Floats:
        """A group's share of reassigned students over everyone's, R_g / R_all; shape (K,), NaN where nobody is reassigned."""
        assert self.after.moved is not None

        def ratio(a: Floats, b: Floats) -> Floats:
            n = a + b
            return _ratio(_ratio(a[1], a.sum(axis=0)), _ratio(n[1], n.sum(axis=0)))

        return self._measured(group, self.after.moved.astype(np.int64), ratio, size=2)

    def extra_travel(self, group: str) -> Floats:
        """A group's mean added travel less everyone's, T_g - T_all, over units where it is known; shape (K,)."""
        added = burden.per_student(self.after, "added_travel")
        assert added is not None
        known = ~np.isnan(added)
        values, at = np.unique(added[known], return_inverse=True)
        which = np.full(len(added), -1)
        which[known] = at.ravel()
        return self._measured(group, which, lambda a, b: _ratio(values @ a, a.sum(axis=0)) - _ratio(values @ (a + b), (a + b).sum(axis=0)))

    def outside(self, band: BandRule) -> tuple[Floats, Floats] | None:
        """Students of each open school to the nearest range of a band, and all its students, today and in the plan; shape (views, m, K) each.

        None where the district has no such group or column.
        """
        district, m = self.after.district, self.after.district.num_schools
        found = shares.counted(district, band)
        if found is None:
            return None
        each = np.zeros(district.num_units)
        if band.group is None:  # the index of each unit, which its students bring
            each = np.divide(found.counts, district.students, out=each, where=district.students > 0)
        cells, which = np.unique(np.vstack([self._schools(), each]), axis=1, return_inverse=True)
        gathers = [Gather(cells[k].astype(np.int64), len(zones.ids)) for k, zones in enumerate(self.views)]

        def outside(a: Floats, b: Floats) -> Floats:
            n = a + b
            a = a if band.group is not None else cells[-1][:, None] * n
            share = _ratio(a.sum(axis=0), n.sum(axis=0)) if band.group is not None else np.zeros(a.shape[1])
            limits = np.moveaxis(np.array([shares.limits_at(band, float(one)) for one in np.nan_to_num(share)]), 0, -1)
            found_in = []
            for gather, zones in zip(gathers, self.views, strict=True):
                ours, everyone = gather(a), gather(n)
                found_in.append([shares.outside(ours, everyone, limits, band, zones.ids)[:m] / found.scale, everyone[:m]])
            return np.array(found_in)

        drawn = self._measured(band.group or EVERYONE, which.ravel(), outside)
        return drawn[:, 0], drawn[:, 1]

    def _schools(self) -> Ints:
        return np.stack([zones.school for zones in self.views])

    def _measured(self, group: str, which: Ints, measure: Callable[[Floats, Floats], Any], size: int = 0) -> Floats:
        size = max(size, int(which.max(initial=-1)) + 1)
        parts = drawn(self.after.district, group, which, size, self.draws, self.seed, max(len(zones.ids) for zones in self.views))
        return np.concatenate([measure(a, b) for a, b in parts], axis=-1)


class Gather:
    """Sums cells over schools; cells without a school are in none."""

    def __init__(self, school: Ints, num_schools: int) -> None:
        some = np.flatnonzero(school >= 0)
        self._sums: Any = csr_array((np.ones(len(some)), (school[some], some)), shape=(num_schools, len(school)))

    def __call__(self, cells: Floats) -> Floats:
        """From shape (C, K) to shape (num_schools, K)."""
        return np.asarray(self._sums @ cells)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """NaN where nobody is the whole."""
    return np.asarray(np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole > 0))
