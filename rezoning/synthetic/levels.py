"""Upper levels over the same blocks: middle and high schools, their students and zones, which most elementary schools feed whole.

Drawn from a source of its own, so that the rest of the district is the same without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from rezoning.synthetic.fabric import Fabric, Ints, to_degrees
from rezoning.synthetic.ids import level_names, slug
from rezoning.synthetic.noise import Floats
from rezoning.synthetic.people import Homes, draw_groups
from rezoning.synthetic.planning import Flags
from rezoning.synthetic.schools import seats, site_schools
from rezoning.synthetic.streets import Streets
from rezoning.synthetic.zones import add_up

LEVELS = (("middle", 0.47, 4), ("high", 0.61, 8))
"""Name, students per elementary student, and elementary schools per school of the level."""
SPLIT_SHARE, SMALL_SHARE = 0.38, 0.09
"""Shares of an elementary school's students that a line of the past sends to another middle school than the rest: one many, one few."""


@dataclass(frozen=True, eq=False)
class Level:
    """An upper level of a made-up district.

    Parameters
    ----------
    name
        ``middle`` or ``high``.
    students, groups
        Students of the level's grades in each block, all and by group, shape (n,) each.
    zone
        Today's school of each block, shape (n,); in one piece each, but where an elementary zone has an island.
    school_ids, school_names, school_unit, school_place, capacity
        The level's schools: ids, names, blocks, longitude and latitude, and seats.
    travel
        Minutes by car from each block to each school, shape (n, m).
    """

    name: str
    students: Ints
    groups: dict[str, Ints]
    zone: Ints
    school_ids: tuple[str, ...]
    school_names: tuple[str, ...]
    school_unit: Ints
    school_place: Floats
    capacity: Ints
    travel: Floats


def draw_levels(
    fabric: Fabric, graph: csr_array, streets: Streets, homes: Homes, lower: Ints, lower_unit: Ints, people: tuple[Floats, Floats, float], seed: int
) -> tuple[Level, ...]:
    """Draw the middle and the high schools of a district.

    Parameters
    ----------
    fabric, graph, streets
        The blocks, who is next to whom, and the ways.
    homes
        Land use and elementary students.
    lower, lower_unit
        Today's elementary school of each block, shape (n,), and the block of each school.
    people
        Hardship of each block, the uneven spread of races, and the dissimilarity of low income between elementary zones.
    seed
        Of the district; the draws are not those of `make_district`.
    """
    rng = np.random.Generator(np.random.PCG64([seed, len("levels")]))
    found = []
    for name, per_student, per_school in LEVELS:
        students = np.floor(np.round(homes.students * per_student, 6) + rng.random(len(lower))).astype(np.int64)
        schools = max(2 if name == "middle" else 1, round(len(lower_unit) / per_school))
        unit = _sites(fabric, students, lower, lower_unit, schools, rng)
        zone = _whole_feeders(fabric, graph, students, lower, lower_unit, unit)[lower]
        if name == "middle":
            zone = _with_old_lines(graph, homes.students, lower, unit, zone)
        hard, uneven, segregation = people
        names = level_names(name, schools)
        found.append(
            Level(
                name=name,
                students=students,
                groups=draw_groups(students, hard, lower, segregation, uneven, rng),
                zone=zone,
                school_ids=tuple(slug(text) for text in names),
                school_names=tuple(names),
                school_unit=unit,
                school_place=to_degrees(fabric.center[unit]),
                capacity=seats(add_up(zone, students), rng),
                travel=np.round(streets.travel(unit), 2),
            )
        )
    return tuple(found)


def _sites(fabric: Fabric, students: Ints, lower: Ints, lower_unit: Ints, schools: int, rng: np.random.Generator) -> Ints:
    """Blocks of a level's schools, each in an elementary zone of its own and not where an elementary school stands."""
    free = np.ones(len(lower_unit), dtype=bool)
    found = []
    for wanted in site_schools(fabric, students, schools, rng).tolist():
        far = np.round(np.linalg.norm(fabric.center - fabric.center[wanted], axis=1)) + np.where(free[lower], 0.0, np.inf)
        far[lower_unit] = np.inf
        far[fabric.area > np.quantile(fabric.area, 0.9)] += 1e6
        far[students == 0] += 1e7  # water and fields come last
        unit = int(np.argmin(far))
        free[lower[unit]] = False
        found.append(unit)
    return np.array(found, dtype=np.int64)


def _whole_feeders(fabric: Fabric, graph: csr_array, students: Ints, lower: Ints, lower_unit: Ints, unit: Ints) -> Ints:
    """School of the level that each elementary school feeds: the smallest takes the nearest free zone beside it, until none is free."""
    a, b = np.repeat(np.arange(len(lower)), np.diff(graph.indptr)), graph.indices
    m = len(lower_unit)
    beside = np.zeros((m, m), dtype=bool)
    beside[lower[a], lower[b]] = True
    size = add_up(lower, students)
    far = np.round(np.linalg.norm(fabric.center[lower_unit][:, None] - fabric.center[unit], axis=2))
    feeds = np.full(m, -1, dtype=np.int64)
    feeds[lower[unit]] = np.arange(len(unit))
    while (feeds < 0).any():
        total = [float(size[feeds == k].sum()) for k in range(len(unit))]
        for k in sorted(range(len(unit)), key=total.__getitem__):
            reach = np.flatnonzero((feeds < 0) & beside[feeds == k].any(axis=0))
            if len(reach):
                feeds[reach[np.argmin(far[reach, k])]] = k
                break
    return feeds


def _with_old_lines(graph: csr_array, students: Ints, lower: Ints, unit: Ints, zone: Ints) -> Ints:
    """Zones with one elementary school that is split and another that sends a few students elsewhere, as lines of the past leave behind."""
    touched: set[int] = set()
    for share in (SPLIT_SHARE, SMALL_SHARE):
        for there in range(len(unit)):
            options = [(e, _carved(graph, students, lower == e, zone, unit, there, share)) for e in range(lower.max() + 1) if e not in touched]
            fits = [(abs(_share(students, lower == e, moved) - share), e, moved) for e, moved in options if len(moved)]
            if fits:
                _, e, moved = min(fits, key=lambda one: one[:2])
                touched.add(e)
                zone = zone.copy()
                zone[moved] = there
                break
    return zone


def _pieces(graph: csr_array, blocks: Flags) -> int:
    members = np.flatnonzero(blocks)
    return int(connected_components(graph[members][:, members], directed=False)[0])


def _share(students: Ints, of: Flags, moved: Sequence[int]) -> float:
    return round(float(students[list(moved)].sum() / max(students[of].sum(), 1)), 9)


def _carved(graph: csr_array, students: Ints, of: Flags, zone: Ints, unit: Ints, there: int, share: float) -> list[int]:
    """Blocks of an elementary zone, at most a share of its students, that can join a level's zone beside it and leave the rest in one piece."""
    if (zone[of] == there).any():
        return []
    most = share * students[of].sum() * 1.15
    joined, moved = zone == there, list[int]()
    home = zone == zone[np.argmax(of)]
    while True:
        edge = np.flatnonzero(of & ~joined & (graph @ joined.astype(np.float64) > 0) & ~np.isin(np.arange(len(zone)), unit))
        for u in sorted(edge.tolist(), key=lambda block: -float((graph[[block]] @ joined.astype(np.float64))[0])):
            rest = home & ~joined
            rest[u] = False
            if students[[*moved, u]].sum() <= most and _pieces(graph, rest) <= _pieces(graph, home):
                joined = joined.copy()
                joined[u] = True
                moved.append(u)
                break
        else:  # nothing more fits
            return moved if students[moved].sum() > 0.5 * share * students[of].sum() else []
