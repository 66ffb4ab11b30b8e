"""How zones hang together: the narrowest place that students of a zone hang on by, and units without students that hold others on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.district.district import Ints
from rezoning.metrics.zones import Zones


def necks(zones: Zones) -> dict[str, float | None] | None:
    """Narrowest neck of each open school's zone in meters; None where nobody hangs on by a known border, and without lengths of borders.

    A way inside a zone is as wide as the shortest border that it crosses; links of unknown length do not narrow it. A unit hangs on its school by the
    widest way to the school's unit, and the neck is the narrowest of these over units with students. Detached units hang on nothing.
    """
    district = zones.district
    if district.border_m is None or np.isnan(district.border_m).all():
        return None
    found: dict[str, float | None] = dict.fromkeys(district.school_ids)
    width = np.where(np.isnan(district.border_m), np.inf, district.border_m)
    inside = np.flatnonzero(_is_inside(zones))
    head = list(range(district.num_units))
    has_students, has_school = (district.students > 0).tolist(), [False] * district.num_units
    for s, u in enumerate(district.school_unit.tolist()):
        has_school[u] = has_school[u] or int(zones.school[u]) == s

    def top(u: int) -> int:
        while head[u] != u:
            head[u] = head[head[u]]
            u = head[u]
        return u

    for e in inside[np.argsort(-width[inside], kind="stable")].tolist():  # the widest first, as in a largest spanning tree
        a, b = (top(int(u)) for u in district.edges[e])
        if a == b:
            continue
        a, b = (a, b) if has_school[a] else (b, a)
        if has_school[a] and has_students[b] and np.isfinite(width[e]):
            found[district.school_ids[zones.school[a]]] = float(width[e])
        head[b] = a
        has_students[a] |= has_students[b]
    return found


def corridors(zones: Zones) -> dict[str, list[str]]:
    """Units without students that students of their zone hang on: without one of them alone some are cut off from their school; by school."""
    district, found = zones.district, dict[str, list[str]]()
    for s, root in enumerate(district.school_unit.tolist()):
        if zones.school[root] == s:
            units = [u for u in _holding(zones, s, root) if district.students[u] <= 0]
            found |= {district.school_ids[s]: [district.unit_ids[u] for u in sorted(units)]} if units else {}
    return found


def _is_inside(zones: Zones) -> np.ndarray:
    ends = zones.school[zones.district.edges]
    return np.asarray((ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0) & (ends[:, 0] < zones.district.num_schools))


def _holding(zones: Zones, s: int, root: int) -> Iterator[int]:
    """Units of a zone, but the school's, whose loss cuts others with students off from the school's unit, by a depth-first search (Tarjan 1972)."""
    near, school, students = zones.district.graph, zones.school, zones.district.students
    order, low, behind, above = {root: 0}, {root: 0}, dict[int, float](), {root: -1}
    cut = set[int]()
    stack = [(root, iter(_beside(near, school, s, root)))]
    while stack:
        u, others = stack[-1]
        w = next(others, None)
        if w is None:
            stack.pop()
            p = above[u]
            if p >= 0:
                low[p] = min(low[p], low[u])
                total = behind.get(u, 0.0) + float(students[u])
                behind[p] = behind.get(p, 0.0) + total
                if low[u] >= order[p] and total > 0 and p != root:
                    cut.add(p)
        elif w not in order:
            order[w] = low[w] = len(order)
            above[w] = u
            stack.append((w, iter(_beside(near, school, s, w))))
        elif w != above[u]:
            low[u] = min(low[u], order[w])
    return iter(cut)


def _beside(near: object, school: Ints, s: int, u: int) -> list[int]:
    others = near.indices[near.indptr[u] : near.indptr[u + 1]]  # type: ignore[attr-defined]
    return [int(w) for w in others.tolist() if school[w] == s]
