"""Trips that cannot be true: longer than a day, or nothing between places that are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import Mask
from rezoning.district.district import Floats, Ints
from rezoning.district.reading import Reading, counted
from rezoning.district.travel import is_minutes
from rezoning.errors import shown

if TYPE_CHECKING:
    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.data import Travel

LONGEST = {True: 24 * 60.0, False: 2_000.0}
"""Minutes and kilometers that no child travels to school."""

NEAR_KM = 0.75
"""What a trip that was rounded to nothing may be away."""

FASTEST = 200 / 60
"""Kilometers in a minute of the fastest trip to believe."""


def doubt_trips(
    section: Travel, travel: Floats, units: UnitTable, schools: SchoolTable, school_unit: Ints, edges: Ints, reading: Reading
) -> None:
    """Warn of trips that are too long, or too short for the distance they span.

    Parameters
    ----------
    section
        ``data.travel``, with a path.
    travel
        Shape (n, m), in minutes or kilometers, NaN where unknown.
    school_unit
        The unit that holds each school, shape (m,).
    edges
        Pairs of neighbors: a trip next door may be rounded to nothing.
    """
    assert section.path is not None
    name, unit = section.path.name, "min" if is_minutes(section) else "km"
    with np.errstate(invalid="ignore"):
        endless = travel > LONGEST[is_minutes(section)]
    if endless.any():
        said = _named(endless, travel, units, schools, unit)
        limit = "a day" if is_minutes(section) else f"{LONGEST[False]:,.0f} km"
        reading.warn(f"{name}: {counted(int(endless.sum()), 'trip')} of more than {limit}: {said}; leave the cell blank where there is no way")
    straight = _straight_km(units, schools, school_unit)
    nothing = _nothing_between(travel, straight, school_unit, edges)
    if nothing.any():
        said = _named(nothing, travel, units, schools, unit)
        reading.warn(f"{name}: {counted(int(nothing.sum()), 'trip')} of 0 {unit} between places that are apart: {said}; "
                     "leave the cell blank where there is no way")  # fmt: skip
    short = _too_short(travel, straight, is_time=is_minutes(section)) & ~nothing
    if short.sum() > 0.02 * travel.size:
        said = _named(short, travel, units, schools, unit)
        reading.warn(f"{name}: {counted(int(short.sum()), 'trip')} shorter than the way can be: {said}; check data.travel.measure and the ids")


def _named(where: Mask, travel: Floats, units: UnitTable, schools: SchoolTable, unit: str) -> str:
    return shown([f"'{units.ids[u]}' to '{schools.ids[s]}' {travel[u, s]:,.4g} {unit}" for u, s in np.argwhere(where)])


def _straight_km(units: UnitTable, schools: SchoolTable, school_unit: Ints) -> Floats | None:
    """Kilometers between each unit's polygon and that of each school, shape (n, m); None without polygons."""
    import shapely

    if units.geometry is None:
        return None
    shapes = np.asarray(units.geometry.array)
    gaps: Floats = shapely.distance(shapes[:, None], shapes[school_unit][None, :]) / 1000
    return gaps


def _nothing_between(travel: Floats, straight: Floats | None, school_unit: Ints, edges: Ints) -> Mask:
    """Trips of 0 from units that neither hold the school nor lie beside it."""
    apart = travel <= 0
    schools = np.arange(travel.shape[1])
    apart[school_unit, schools] = False
    for s, home in enumerate(school_unit):
        beside = np.concatenate([edges[edges[:, 0] == home, 1], edges[edges[:, 1] == home, 0]])
        apart[beside, s] = False
    return apart if straight is None else apart & (straight > NEAR_KM / 2)


def _too_short(travel: Floats, straight: Floats | None, *, is_time: bool) -> Mask:
    """Trips that are faster than any bus, or shorter than half of the straight line."""
    if straight is None:
        return np.zeros(travel.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        far = straight > NEAR_KM
        return far & (travel * (FASTEST if is_time else 2.0) < straight)
