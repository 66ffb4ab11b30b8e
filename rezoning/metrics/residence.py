"""How much of segregation lies in where people live, and how much in the lines between zones.

Units are the smallest places that zones are made of. Dissimilarity is convex in the places' counts, so that putting places together never raises it:

    D(zones) <= D(units)    for all zones of whole units,

whatever they are. D(units) is the segregation of homes; what today's zones have less is mixed by zones that hold several kinds of places. No zones
that obey the rules have less than a proven bound, the floor. So of today's dissimilarity D at most ``D - floor`` can be taken away by other lines,
the part ``(D - floor) / D``; the rest stays whatever lines are drawn. ``D - D(nearest)`` is what today's lines add to zones of nearest schools,
or take from them where it is below 0.

References
----------
Monarrez 2023, School Attendance Boundaries and the Segregation of Public Schools in the United States (zones against nearest schools).
"""

from __future__ import annotations

from dataclasses import dataclass

from rezoning.metrics import segregation
from rezoning.metrics.zones import Zones, nearest_zones

SMALL = 1e-9  # dissimilarity


@dataclass(frozen=True)
class Residence:
    """Dissimilarity of a group and all others: of homes, of today's zones, of zones of nearest schools; None where it is undefined."""

    units: float | None
    today: float | None
    nearest: float | None


def residence(today: Zones, group: str) -> Residence:
    """All three for a group; homes are those of units that have a school today, so that the same students are compared."""
    ours, everyone = today.district.groups[group][today.counted], today.district.students[today.counted]
    near = nearest_zones(today.district)
    by_zone = [
        None if zones is None else segregation.dissimilarity(zones.groups[group], zones.students - zones.groups[group]) for zones in (today, near)
    ]
    return Residence(segregation.dissimilarity(ours, everyone - ours), *by_zone)


def removable(today: float | None, floor: float | None) -> float | None:
    """At most so much of today's dissimilarity could other zones take away, max(0, D - floor); None without a proven floor."""
    return None if today is None or floor is None else max(0.0, today - floor)


def part(of: float | None, whole: float | None) -> float | None:
    """One over the other; None where either is undefined, or there is nothing of the whole."""
    return None if of is None or whole is None or whole <= SMALL else of / whole
