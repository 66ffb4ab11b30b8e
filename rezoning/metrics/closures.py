"""Schools that close and open: how many are open, what they cost, and whose schools close. Of districts that have a school which may."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.metrics.burden import mean
from rezoning.metrics.zones import Zones

MEASURES = ("schools_open", "cost", "closure_students", "closure_students_by_group", "closure_burden")
"""Keys of metrics.json that are there only where a school may close or open."""


def schools_open(zones: Zones) -> float:
    """Number of open schools: those that always are, and of those that may close or open the ones with a unit here."""
    return float(zones.is_open.sum())


def cost(zones: Zones) -> float | None:
    """What the open schools cost, Σ_s cost_s, in the currency of the file; None where the scenario names no costs."""
    costs = zones.district.cost_if_open
    return None if costs is None else float(costs[zones.is_open].sum())


def school_closes(zones: Zones) -> NDArray[np.bool_] | None:
    """Units whose school of today is closed here, shape (n,); None without today's schools. Of today's own zones no unit is one."""
    today = zones.district.current
    if today is None:
        return None
    m = zones.district.num_schools
    is_held = np.isin(today, zones.school)
    is_closed = np.where(today < m, ~zones.is_open[np.clip(today, 0, m - 1)], ~is_held)
    return np.asarray((today >= 0) & is_closed)


def closure_students(zones: Zones) -> float | None:
    """Students whose school of today is closed here; None without today's schools."""
    closes = school_closes(zones)
    return None if closes is None else float(zones.district.students[closes].sum())


def closure_students_by_group(zones: Zones) -> dict[str, float | None]:
    """The same of each group."""
    closes = school_closes(zones)
    return {name: None if closes is None else float(group[closes].sum()) for name, group in zones.district.groups.items()}


def closure_burden(zones: Zones, name: str) -> float | None:
    """max(0, share of the group whose school closes - share of everyone); None where the group has no students, or today's schools are not known."""
    closes = school_closes(zones)
    if closes is None:
        return None
    ours, everyone = (mean(who, closes.astype(np.float64)) for who in (zones.district.groups[name], zones.district.students))
    return None if ours is None or everyone is None else max(0.0, ours - everyone)


STATUS = {(True, True): "open", (True, False): "closes", (False, True): "opens", (False, False): "not opened"}


def statuses(before: NDArray[np.bool_], after: NDArray[np.bool_], num_schools: int) -> list[str]:
    """What becomes of each school: ``open``, ``closes``, ``opens`` or ``not opened``; ``closed`` for those that are closed in this scenario.

    Parameters
    ----------
    before, after
        Whether each school that may have a zone is one today, and whether it is open in the plan; shape (m,).
    """
    said = [STATUS[bool(was), bool(now)] for was, now in zip(before, after, strict=True)]
    return [*said, *["closed"] * (num_schools - len(said))]
