"""What is to be told of schools that are paired, or left alone, beside every measure: those are of buildings by themselves (`district.graded`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.district.graded import buildings_view
from rezoning.district.plan import Plan
from rezoning.metrics.zones import Zones, today_zones
from rezoning.scenario.schema import Scenario

TOLERANCE = 1e-6  # students


def exempt_schools(plan: Plan, district: District, scenario: Scenario) -> list[dict[str, Any]]:
    """Schools that are left alone and break `rules.capacity` as they are, which `pairing.alone: exempt` lets stand: students, and the limit."""
    pairing, rule = scenario.pairing, scenario.rules.capacity
    if plan.buildings is None or pairing is None or pairing.alone != "exempt" or pairing.given or rule is None:
        return []
    seen, place = buildings_view(plan, district)
    students, base = Zones(place, seen.school).students, _base(district, scenario)
    found = []
    for s in np.flatnonzero(plan.buildings.is_alone()).tolist():
        least, most = rule.limits(district.school_ids[s])
        extra = float(district.portables[s]) if rule.portables and district.portables is not None else 0.0
        for limit, side in ((None if most is None else most * float(base[s]) + extra, 1), (least * float(base[s]), -1)):
            if limit is not None and side * (float(students[s]) - limit) > TOLERANCE:
                found.append({"school": district.school_ids[s], "students": float(students[s]), "limit": limit})
    return found


def _base(district: District, scenario: Scenario) -> Floats:
    """What shares of `rules.capacity` are of: seats, or today's enrollment where there is any; shape (m,)."""
    assert scenario.rules.capacity is not None
    seats = np.zeros(district.num_schools) if district.capacity is None else district.capacity
    now = today_zones(district)
    if scenario.rules.capacity.of == "capacity" or now is None:
        return seats
    enrolled = now.students[: district.num_schools]
    return np.where((enrolled > 0) | (district.capacity is None), enrolled, seats)
