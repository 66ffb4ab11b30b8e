"""Schools whose zones border each other: how long the border is, who lives along it, how far apart the schools are, and how unequal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats, Ints
from rezoning.metrics import segregation
from rezoning.metrics.shape import is_cut
from rezoning.metrics.zones import Zones

RINGS = 2  # of units that count as being along a border


@dataclass(frozen=True, eq=False)
class Beside:
    """Two open schools, by index, the lower first, some units of whose zones are neighbors.

    Parameters
    ----------
    one, other
        The schools.
    border_m
        Length of the border between the zones in meters, over neighbors whose border is known; None where that is known of none.
    along
        Units within so many rings on either side, in the order of `one` and `other`: those with a neighbor in the other zone are the first ring,
        their neighbors inside the same zone the second.
    """

    one: int
    other: int
    border_m: float | None
    along: tuple[Ints, Ints]


def schools_beside(zones: Zones, rings: int = RINGS) -> list[Beside]:
    """Every two open schools that are neighbors, in the order of schools; a link (a bridge, say) makes neighbors like any border."""
    district = zones.district
    edges = district.edges[is_cut(zones)]
    ends = zones.school[edges]
    border = np.full(len(edges), np.nan) if district.border_m is None else district.border_m[is_cut(zones)]
    found = []
    for one, other in np.unique(np.sort(ends, axis=1), axis=0).tolist():
        if other >= district.num_schools:  # closed
            continue
        is_theirs = (ends.min(axis=1) == one) & (ends.max(axis=1) == other)
        known = border[is_theirs]
        length = None if np.isnan(known).all() else float(np.nansum(known))
        touching = np.unique(edges[is_theirs])
        sides = [_within(zones, touching[zones.school[touching] == s], s, rings) for s in (one, other)]
        found.append(Beside(one, other, length, (sides[0], sides[1])))
    return found


def _within(zones: Zones, first: Ints, school: int, rings: int) -> Ints:
    """Units of a zone within some rings of those of the first."""
    inside, reached = zones.school == school, np.zeros(zones.district.num_units, dtype=bool)
    reached[first] = True
    for _ in range(rings - 1):
        reached |= inside & (zones.district.graph @ reached.astype(np.int64) > 0)
    return np.flatnonzero(reached)


def shares_of(zones: Zones, group: str) -> list[float | None]:
    """Share of a group among the students of each school, p_s = a_s / n_s, length M; None where a school has no students."""
    return [float(a / n) if n > segregation.NOBODY else None for a, n in zip(zones.groups[group], zones.students, strict=True)]


def difference(shares: list[float | None], one: int, other: int) -> float | None:
    """How unequal two schools are: |p_one - p_other|; None where one of them has no students."""
    p, q = shares[one], shares[other]
    return None if p is None or q is None else abs(p - q)


def trip_between(district: District, one: int, other: int) -> float | None:
    """Mean of the trips from the unit of each of two schools to the other, in the district's unit of travel; None where neither is known."""
    if district.travel is None:
        return None
    trips = np.array([district.travel[district.school_unit[one], other], district.travel[district.school_unit[other], one]])
    return None if np.isnan(trips).all() else float(np.nanmean(trips))


def km_between(district: District, one: int, other: int) -> float | None:
    """Straight line between the middles (centroids) of the units of two schools in km; None without polygons."""
    if district.geometry is None:
        return None
    first, second = (district.geometry.iloc[int(district.school_unit[s])].centroid for s in (one, other))
    return float(first.distance(second)) / 1000


# -- what pooling two zones would do -----------------------------------------------------------------------------------


def pooled(values: Floats, one: int, other: int) -> Floats:
    """Numbers of schools with those of two added up, shape (M,) to (M - 1,); what is pooled stands last."""
    kept: NDArray[np.bool_] = np.ones(len(values), dtype=bool)
    kept[[one, other]] = False
    return np.append(values[kept], values[one] + values[other])
