"""The zone that each unit belongs to, and what is wrong with zones that leave it open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import Mask
from rezoning.district.plans.zones.shares import LEAST, Shares
from rezoning.district.plans.zones.united import Zones
from rezoning.district.split_units import SplitUnit

if TYPE_CHECKING:
    from rezoning.district.district import Floats, Ints
    from rezoning.district.geometry import Shapes

COVERED = 0.25
"""A unit of which zones hold less lies outside of them, unless its students live in one. Where zones are drawn 20 m beside the units' borders, as
many units of either side fall on the wrong side of this share; a larger one would take units from a zone that ends at a shore."""

WIDE = 0.9
"""A zone of more than this share of the district's land, on which those of other schools lie, is one of open enrollment."""

TOLD_OUTSIDE = 0.1
"""A larger share in no zone is told."""


@dataclass(frozen=True, eq=False)
class Laid:
    """Zones over units.

    Parameters
    ----------
    zone
        The zone of each unit, shape (n,); -1 where it lies outside of all.
    by_students
        Units whose students' points say it, and not their land; shape (n,).
    contested
        Units that lie in zones of two schools alike, for these overlap there.
    split
        Units that belong to more than one zone, in unit order.
    """

    zone: Ints
    by_students: Mask
    contested: tuple[int, ...]
    split: tuple[SplitUnit, ...]


def open_enrollment(zones: Zones, land: Shares, area: Floats) -> Mask:
    """Zones of the district's schools that cover nearly all of it while others lie on them; shape (k,)."""
    held = np.bincount(land.zone, land.share * area[land.unit], len(zones.labels))
    wide = zones.known & (held > WIDE * area.sum())
    others = np.minimum(land.total(zones.known & ~wide), 1) @ area
    return wide if others > 0.5 * area.sum() else np.zeros_like(wide)


def decided(zones: Zones, land: Shares, of_students: Shares | None) -> Laid:
    """Give each unit the zone that holds most of its students, of its land where nobody is known to live in a zone."""
    known = zones.known
    zone, best = land.best(known)
    covered = land.total(known)
    outside = covered < COVERED
    zone[outside] = -1
    others = replace(land, share=np.where(land.zone == zone[land.unit], -1.0, land.share))
    rival, second = others.best(known)
    tied = (zone >= 0) & (rival >= 0) & (second >= best - LEAST) & (best + second > 1 + LEAST)
    split = _split(zones, land, "land", np.where(covered < 1 - TOLD_OUTSIDE, covered, 1))
    by_students = np.zeros(len(zone), dtype=bool)
    if of_students is not None:
        lived_in = of_students.best(known)[0]
        by_students = lived_in >= 0
        zone[by_students], tied[by_students] = lived_in[by_students], False
        split = {u: one for u, one in split.items() if not by_students[u]} | _split(zones, of_students, "students", np.ones(len(zone)))
    return Laid(zone, by_students, tuple(np.flatnonzero(tied).tolist()), tuple(split[u] for u in sorted(split) if zone[u] >= 0))


def _split(zones: Zones, shares: Shares, of: str, covered: Floats) -> dict[int, SplitUnit]:
    """Units with more than one part that is worth telling; a part outside of all zones is one."""
    told = zones.known[shares.zone] & ~shares.is_noise
    parts = np.bincount(shares.unit[told], minlength=shares.size[0]) + (covered < 1)
    several = told & (parts[shares.unit] > 1)
    found: dict[int, list[tuple[str, float]]] = {}
    for u, k, share in zip(shares.unit[several].tolist(), shares.zone[several].tolist(), shares.share[several].tolist(), strict=True):
        found.setdefault(u, []).append((zones.labels[k], share))
    return {u: SplitUnit(u, tuple(sorted(parts, key=lambda part: (-part[1], part[0]))), of) for u, parts in found.items()}


def lost_to_strangers(zones: Zones, land: Shares, laid: Laid, units: Shapes) -> Ints:
    """The zone of no known school that holds more of a unit than any school's, on ground that no school's zone covers; -1 elsewhere, shape (n,).

    A layer of several levels holds zones of other schools on top of those that are wanted; they take no unit away.
    """
    import shapely

    known = zones.known
    stranger, share = land.best(~known)
    best, covered = land.best(known)[1], land.total(known)
    lost = np.full(len(units), -1, dtype=np.int64)
    for u in np.flatnonzero((stranger >= 0) & (share >= COVERED) & (share > best) & (covered < 1 - 2 * LEAST) & ~laid.by_students).tolist():
        free = share[u]
        if covered[u] > LEAST:
            ours = shapely.union_all(zones.shapes[np.unique(land.zone[(land.unit == u) & known[land.zone]])])
            part = shapely.intersection(units[u], zones.shapes[stranger[u]])
            free = shapely.area(shapely.difference(part, ours)) / shapely.area(units[u])
        if free > best[u]:
            lost[u] = stranger[u]
    return lost
