"""All measures in one table, ready for JSON: plain numbers, and None where a measure is undefined."""

from __future__ import annotations

from typing import Any

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.metrics import burden, capacity, segregation, shape, travel
from rezoning.metrics.zones import Zones, nearest_zones, today_zones
from rezoning.plan import Plan

Measures = dict[str, Any]


def measure(plan: Plan, district: District) -> Measures:
    """Every measure of a plan: the keys of the contract's metrics.json, and `students`, `travel_unknown_students`, `boundary_km`."""
    return _measures(Zones(district, plan.school))


def measure_today(district: District) -> Measures | None:
    """Every measure of today's zones; None without today's schools. Schools that are closed count as further schools, new units are left out."""
    zones = today_zones(district)
    return None if zones is None else _measures(zones)


def measure_nearest(district: District) -> Measures | None:
    """Every measure of the zones of nearest schools; None without travel. Units whose travel is wholly unknown are left out."""
    zones = nearest_zones(district)
    return None if zones is None else _measures(zones)


def by_school(plan: Plan, district: District) -> list[dict[str, str | float | None]]:
    """Rows of schools.csv: every open school, then every closed one that has units today; before is today, after is the plan."""
    before, after = today_zones(district), Zones(district, plan.school)
    ids = after.ids if before is None else before.ids
    names = (*district.school_names, *ids[district.num_schools :])
    seats = [None] * district.num_schools if district.capacity is None else district.capacity.tolist()
    columns = [_columns(before, len(ids)), _columns(after, len(ids))]
    rows = []
    for s, (text, name) in enumerate(zip(ids, names, strict=True)):
        if s >= district.num_schools and before is not None and not (before.school == s).any():
            continue
        row: dict[str, str | float | None] = {"id": text, "name": name, "capacity": seats[s] if s < len(seats) else None}
        for key in columns[1]:
            row[f"{key}_before"], row[f"{key}_after"] = (column[key][s] if column else None for column in columns)
        rows.append(row)
    return rows


def _measures(zones: Zones) -> Measures:
    """The table of contents."""
    n, groups = zones.students, zones.groups
    use = [share for share in capacity.utilization(zones) if share is not None]
    return {
        "students": float(n.sum()),
        "dissimilarity": {name: segregation.dissimilarity(a, n - a) for name, a in groups.items()},
        "normalized_exposure": {name: segregation.normalized_exposure(a, n) for name, a in groups.items()},
        "isolation": {name: segregation.isolation(a, n) for name, a in groups.items()},
        "gini": {name: segregation.gini(a, n) for name, a in groups.items()},
        "theil_h": segregation.theil_h(_partition(zones)),
        "students_reassigned": burden.students_reassigned(zones),
        "share_reassigned": burden.share_reassigned(zones),
        "reassigned_by_group": burden.reassigned_by_group(zones),
        "travel_mean": travel.mean(zones),
        "travel_p90": travel.percentile(zones, 0.9),
        "travel_max": travel.longest(zones),
        "travel_mean_by_group": travel.mean_by_group(zones),
        "travel_unknown_students": travel.unknown_students(zones),
        "utilization_min": min(use, default=None),
        "utilization_max": max(use, default=None),
        "over_capacity_students": capacity.over_capacity_students(zones),
        "cut_edges": shape.cut_edges(zones),
        "boundary_km": shape.boundary_km(zones),
        "pieces": shape.pieces(zones),
    }


def _partition(zones: Zones) -> Floats:
    """Students of each group of the partition, and of the remainder, in each school; shape (G + 1, M), or (0, M) without a partition."""
    groups = [zones.groups[name] for name in zones.district.partition]
    return np.array([*groups, zones.students - sum(groups)]) if groups else np.zeros((0, len(zones.ids)))


def _columns(zones: Zones | None, num_schools: int) -> dict[str, list[float | None]]:
    """What schools.csv says of one assignment; lists of length `num_schools`, which may be longer than the assignment's own schools."""
    if zones is None:
        return {}
    taken = ("students", "utilization", "travel_mean")
    columns: dict[str, list[float | None]] = {"students": zones.students.tolist()}
    columns |= {f"group_{name}" if name in taken else name: counts.tolist() for name, counts in zones.groups.items()}
    columns |= {"utilization": capacity.utilization(zones), "travel_mean": travel.mean_by_school(zones)}
    counts = ("utilization", "travel_mean")
    return {key: values + [None if key in counts else 0.0] * (num_schools - len(values)) for key, values in columns.items()}
