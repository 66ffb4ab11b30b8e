"""Trips that cannot be true: longer than a day, or nothing between places that are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import Mask
from rezoning.district.district import Floats, Ints
from rezoning.district.reading import Reading, counted
from rezoning.errors import shown

if TYPE_CHECKING:
    from rezoning.district.schools import SchoolTable
    from rezoning.district.travel import Trips
    from rezoning.district.units import UnitTable

LONGEST = {"min": 24 * 60.0, "km": 2_000.0}
"""Minutes and kilometers that no child travels to school."""

NEAR_KM = 0.3
"""What a trip that was rounded to nothing may be away."""

ROUNDED = 0.5
"""Kilometers that rounding may take off a trip."""

SOME = 0.02
"""Share of trips that may be too short: a place that is drawn in two parts has such."""

FASTEST = 200 / 60
"""Kilometers in a minute of the fastest trip to believe."""

SHORTEST = 1.25
"""No way is shorter than the straight line; points beside the drawn places are forgiven."""


def doubt_trips(trips: Trips, unit: str, units: UnitTable, schools: SchoolTable, school_unit: Ints, edges: Ints, reading: Reading) -> None:
    """Warn of trips to open schools that are too long, or too short for the distance they span.

    Parameters
    ----------
    trips
        Of a file, to open schools and then to closed ones; the latter only have to be possible.
    unit
        ``min`` or ``km``.
    school_unit
        The unit that holds each open school, shape (m,).
    edges
        Pairs of neighbors: a trip next door may be rounded to nothing.
    """
    travel, apart, ids = trips.travel[:, : len(school_unit)], _apart_km(units, school_unit), schools.with_closed().ids
    nothing = _nothing_between(travel, None if apart is None else apart[0], school_unit, edges)
    endless, short = trips.travel > LONGEST[unit], np.zeros(travel.shape, dtype=bool)
    if apart is not None:
        short = ~nothing & (apart[1] > 0) & (travel * (FASTEST if unit == "min" else SHORTEST) + ROUNDED < apart[1])
    limit = "a day" if unit == "min" else f"{LONGEST[unit]:,.0f} km"
    no_way = "leave the cell blank where there is no way"
    found = [(endless, f"of more than {limit}", no_way), (nothing, f"of 0 {unit} between places that are apart", no_way)]
    if short.sum() > SOME * travel.size:
        found.append((short, "shorter than the way can be", "check data.travel.measure and the ids"))
    for where, what, cure in found:
        if where.any():
            said = shown([f"'{units.ids[u]}' to '{ids[s]}' {trips.travel[u, s]:,.4g} {unit}" for u, s in np.argwhere(where)])
            place = trips.table.place(sorted({int(trips.row[u, s]) for u, s in np.argwhere(where)}))
            reading.warn(f"{place}: {counted(int(where.sum()), 'trip')} {what}: {said}; {cure}")


def _apart_km(units: UnitTable, school_unit: Ints) -> tuple[Floats, Floats] | None:
    """Kilometers from each unit to that of each school, shape (n, m): between their middles, and at least; None without polygons."""
    if units.geometry is None:
        return None
    low, high = np.split(units.geometry.bounds.to_numpy(dtype=np.float64), 2, axis=1)
    middle = (low + high) / 2
    between = middle[:, None, :] - middle[school_unit][None, :, :]
    gaps = np.maximum(low[:, None, :] - high[school_unit][None, :, :], low[school_unit][None, :, :] - high[:, None, :]).clip(min=0)
    return np.hypot(between[..., 0], between[..., 1]) / 1000, np.hypot(gaps[..., 0], gaps[..., 1]) / 1000


def _nothing_between(travel: Floats, middles: Floats | None, school_unit: Ints, edges: Ints) -> Mask:
    """Trips of 0 from units that neither hold the school nor lie beside it."""
    apart = travel <= 0
    apart[school_unit, np.arange(travel.shape[1])] = False
    for s, home in enumerate(school_unit):
        beside = np.concatenate([edges[edges[:, 0] == home, 1], edges[edges[:, 1] == home, 0]])
        apart[beside, s] = False
    return apart if middles is None else apart & (middles > NEAR_KM)
