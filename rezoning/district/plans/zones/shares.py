"""How much of each unit lies in each zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import Mask

if TYPE_CHECKING:
    from rezoning.district.district import Floats, Ints
    from rezoning.district.geometry import Shapes

LEAST = 0.01
"""A smaller part of a unit is noise."""

SLIVER_SHARE, SLIVER_M = 0.10, 5.0
"""So is a part of less than this share that is on average narrower than this: two maps of one border differ by as much."""


@dataclass(frozen=True, eq=False)
class Shares:
    """Parts of units in zones: one entry for each pair of a unit and a zone that share land.

    Parameters
    ----------
    unit, zone
        Indices, shape (p,).
    share
        Share of the unit's land that lies in the zone, shape (p,).
    is_noise
        Whether the part is too small or too narrow to be told, shape (p,).
    size
        Number of units and of zones.
    """

    unit: Ints
    zone: Ints
    share: Floats
    is_noise: Mask
    size: tuple[int, int]

    def best(self, allowed: Mask) -> tuple[Ints, Floats]:
        """The zone with the largest share of each unit among some zones (mask of shape (k,)), -1 where there is none; and that share."""
        n = self.size[0]
        zone, share = np.full(n, -1, dtype=np.int64), np.zeros(n)
        kept = np.flatnonzero(allowed[self.zone])
        order = kept[np.lexsort((-self.zone[kept], self.share[kept]))]  # the largest last; of two alike the first zone
        zone[self.unit[order]], share[self.unit[order]] = self.zone[order], self.share[order]
        return zone, share

    def total(self, allowed: Mask) -> Floats:
        """Sum of the shares of some zones, shape (n,); above 1 where they overlap."""
        kept = allowed[self.zone]
        return np.bincount(self.unit[kept], self.share[kept], self.size[0]).astype(np.float64)


def land_shares(units: Shapes, zones: Shapes) -> Shares:
    """Shares of land. Only units that a border runs through are intersected, so that 10,000 units take seconds.

    Parameters
    ----------
    units, zones
        Valid polygons in one CRS in meters.
    """
    import shapely

    tree, area = shapely.STRtree(units), shapely.area(units)
    zone, unit = tree.query(zones, predicate="intersects")
    inside_zone, inside = tree.query(zones, predicate="covers")
    whole = np.isin(zone * len(units) + unit, inside_zone * len(units) + inside)
    parts = shapely.intersection(units[unit[~whole]], zones[zone[~whole]])
    share, width = np.ones(len(unit)), np.full(len(unit), np.inf)
    common, length = shapely.area(parts), shapely.length(parts)
    share[~whole] = common / area[unit[~whole]]
    width[~whole] = 2 * common / np.where(length > 0, length, np.inf)
    noise = (share < LEAST) | ((share < SLIVER_SHARE) & (width < SLIVER_M))
    there = share > 0
    return Shares(unit[there], zone[there], share[there], noise[there], (len(units), len(zones)))


def point_shares(points: Shapes, unit: Ints, zones: Shapes, num_units: int) -> Shares:
    """Shares of the students of each unit who live in each zone; entries only where somebody does. On a border one lives in the first zone."""
    import shapely

    holding = np.full(len(points), len(zones), dtype=np.int64)
    zone, held = shapely.STRtree(points).query(zones, predicate="intersects")
    np.minimum.at(holding, held, zone)
    students = np.bincount(unit, minlength=num_units)
    placed = holding < len(zones)
    pairs, times = np.unique(unit[placed] * len(zones) + holding[placed], return_counts=True)
    of_unit, of_zone = pairs // len(zones), pairs % len(zones)
    return Shares(of_unit, of_zone, times / students[of_unit], np.zeros(len(pairs), dtype=bool), (num_units, len(zones)))
