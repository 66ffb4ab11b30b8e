"""What a planning office knows of its blocks besides who lives there today: grades, forecasts, areas, neighborhoods, past changes.

All of it is drawn from a source of its own, so that the rest of the district is the same without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rezoning.synthetic.fabric import Fabric, Ints
from rezoning.synthetic.ids import FIRST, SECOND
from rezoning.synthetic.land import IN_WATER
from rezoning.synthetic.noise import Floats, waves
from rezoning.synthetic.people import USES, Homes
from rezoning.synthetic.zones import add_up, clump

Flags = NDArray[np.bool_]

GRADES = ("k", "g1", "g2", "g3", "g4", "g5")
GRADE_SHARE = (0.175, 0.172, 0.168, 0.165, 0.162, 0.158)
"""Fewer children were in the older cohorts' place when they began: classes shrink a little from year to year."""
AREAS = ("north", "east", "south", "west")
AREA_GROWTH = (-0.10, -0.02, 0.05, 0.13)
"""Growth to 2031 of the four areas, in an order that is drawn."""
UNSURE = 0.06
"""How far below and above the forecast for 2031 the low and the high one lie."""
NEW_HOMES_CHANCE, NEW_STUDENTS = 0.15, (6, 22)
"""Fields in growing areas: how many are built on by 2031, and with how many students."""
NEIGHBORHOOD_SIZE, NEIGHBORHOOD_SHARE = (4, 12), 0.4
REZONED_SIZE, REZONED_SHARE, REZONED_YEARS = (3, 8), 0.07, (2021, 2025)
PROGRAMS = {"prekindergarten": 0.7, "dual_language": 0.4, "arts": 0.25}
"""Programs and the share of schools that has each."""
SEATS_PER_ROOM, PORTABLE_PRICE = 25, (5.5, 9.5)
CROWDED, ROOMY = 1.05, 0.7
"""Students per seat above which a school has portables for all, and below which it has none."""


@dataclass(frozen=True, eq=False)
class Planning:
    """What a planning office knows; one entry per block, or per school.

    Parameters
    ----------
    grades
        Students by grade, shape (n,) each; they sum to the students.
    years, growth
        Students expected in 2028 and 2031, and in 2031 if few or many come (``low``, ``high``), shape (n,) each.
    area
        Planning area of each block: north, east, south or west.
    neighborhood
        Name of a connected group of blocks in one of today's zones; blank for most blocks.
    rezoned
        Year in which a block last changed schools, 0 where none is known, shape (n,).
    protected
        Blocks that were promised to keep their school, shape (n,).
    ses
        Category of the block's neighbors and itself, from 1 (most low-income students) to 3, shape (n,).
    portables, portable_price
        Seats in portable classrooms of each school, and the price of a seat in thousand dollars a year, shape (m,) each.
    programs
        Whether each school has a program, shape (m,) each: some have it, none has all.
    """

    grades: dict[str, Ints]
    years: dict[str, Ints]
    growth: dict[str, Ints]
    area: tuple[str, ...]
    neighborhood: tuple[str, ...]
    rezoned: Ints
    protected: Flags
    ses: Ints
    portables: Ints
    portable_price: Floats
    programs: dict[str, Flags]


def draw_planning(
    fabric: Fabric,
    graph: csr_array,
    homes: Homes,
    ids: Sequence[str],
    zone: Ints,
    low_income: Ints,
    capacity: Floats,
    names: Sequence[str],
    seed: int,
) -> Planning:
    """Draw what a planning office knows.

    Parameters
    ----------
    fabric, graph
        The blocks, and who is next to whom.
    homes
        Land use and students.
    ids
        Block ids; blocks with the same first twelve digits are one group of the census.
    zone
        Today's school of each block, shape (n,).
    low_income
        Students of low income in each block, shape (n,).
    capacity
        Seats of each school, shape (m,).
    names
        Names of the schools, which neighborhoods do not share.
    seed
        Of the district; the draws are not those of `make_district`.
    """
    rng = np.random.Generator(np.random.PCG64([seed, len("planning")]))
    area = _areas(fabric)
    years, growth = _forecasts(fabric, homes, area, rng)
    rezoned = _rezoned(graph, homes, zone, rng)
    portables, price = _portables(add_up(zone, homes.students), capacity, rng)
    return Planning(
        grades=_grades(homes.students, rng),
        years=years,
        growth=growth,
        area=tuple(AREAS[k] for k in area),
        neighborhood=_neighborhoods(graph, homes, fabric.region != IN_WATER, zone, names, rng),
        rezoned=rezoned,
        protected=_protected(homes.students, rezoned, rng),
        ses=_categories(ids, homes.students, low_income),
        portables=portables,
        portable_price=price,
        programs=_programs(len(capacity), rng),
    )


def _programs(schools: int, rng: np.random.Generator) -> dict[str, Flags]:
    """Each program at about the share of schools that has it, at one school at least and not at all of them."""
    found = {}
    for name, share in PROGRAMS.items():
        count = min(max(round(share * schools), 1), schools - 1)
        offers = np.zeros(schools, dtype=bool)
        offers[np.argsort(rng.random(schools), kind="stable")[:count]] = True
        found[name] = offers
    return found


# -- who will live there ---------------------------------------------------------------------------------------------


def _grades(students: Ints, rng: np.random.Generator) -> dict[str, Ints]:
    """Draw the grade of every single student."""
    block = np.repeat(np.arange(len(students)), students)
    grade = np.searchsorted(np.cumsum(GRADE_SHARE)[:-1], rng.random(len(block)), side="right")
    return {name: np.bincount(block[grade == g], minlength=len(students)) for g, name in enumerate(GRADES)}


def _areas(fabric: Fabric) -> Ints:
    """Quarter of the town that each block lies in, seen from downtown: index into `AREAS`."""
    x, y = np.round(fabric.center, 1).T
    found: Ints = np.where(np.abs(x) > np.abs(y), np.where(x > 0, 1, 3), np.where(y > 0, 0, 2)).astype(np.int64)
    return found


def _forecasts(fabric: Fabric, homes: Homes, area: Ints, rng: np.random.Generator) -> tuple[dict[str, Ints], dict[str, Ints]]:
    """Students in 2028 and 2031 and the low and high guess: areas differ, the rim grows, and fields in growing areas are built on.

    One draw per block rounds all of them, so that a block never has more students in a lower forecast.
    """
    reach = np.linalg.norm(fabric.center, axis=1)
    reach = reach / reach.max()
    by_area = np.array(AREA_GROWTH)[np.argsort(rng.random(len(AREAS)))][area]
    rate = np.round(by_area + 0.12 * (reach - 0.5) + 0.03 * waves(rng, 2500.0)(fabric.center), 6)
    rounding, built, size = rng.random(len(area)), rng.random(len(area)), rng.random(len(area))
    new = (homes.use == USES.index("fields")) & (by_area > 0) & (built < NEW_HOMES_CHANCE)
    new_students = np.where(new, np.round(NEW_STUDENTS[0] + (NEW_STUDENTS[1] - NEW_STUDENTS[0]) * size), 0.0)

    def expected(share: float, more: float) -> Ints:
        """A share of the growth to 2031, and more or less of it than forecast."""
        factor = np.maximum(1 + share * rate + more, 0.5)
        students = np.round(homes.students * factor + new_students * max(share * (1 + 5 * more), 0), 6)
        counts: Ints = np.floor(students + np.where(students > 0, rounding, 0)).astype(np.int64)
        return counts

    years = {"2028": expected(0.5, 0.0), "2031": expected(1.0, 0.0)}
    return years, {"low": expected(1.0, -UNSURE), "high": expected(1.0, UNSURE)}


def _categories(ids: Sequence[str], students: Ints, low_income: Ints) -> Ints:
    """Thirds of the students by the low-income share of their census block group; 2 where nobody lives."""
    group = np.unique([text[:12] for text in ids], return_inverse=True)[1]
    everyone, poor = add_up(group, students), add_up(group, low_income)
    share = np.round(poor / np.maximum(everyone, 1), 9)
    order = np.lexsort((np.arange(len(share)), -share))
    before = np.cumsum(everyone[order]) - everyone[order] / 2
    category = np.full(len(share), 2, dtype=np.int64)
    category[order] = 1 + np.minimum(3 * before / max(everyone.sum(), 1), 2).astype(np.int64)
    category[everyone == 0] = 2
    of_block: Ints = category[group]
    return of_block


# -- groups of blocks ------------------------------------------------------------------------------------------------


def _clumps(
    graph: csr_array, seeds: Ints, free: Flags, zone: Ints, size: tuple[int, int], wanted: float, rng: np.random.Generator
) -> list[list[int]]:
    """Connected groups of free blocks in one zone each, round seeds in a drawn order, until `wanted` blocks are in one."""
    free, found, total = free.copy(), list[list[int]](), 0
    sizes = size[0] + np.floor((size[1] - size[0] + 1) * rng.random(len(seeds))).astype(np.int64)
    for seed, most in zip(seeds[np.argsort(rng.random(len(seeds)), kind="stable")].tolist(), sizes.tolist(), strict=True):
        if total >= wanted:
            break
        if not free[seed]:
            continue
        group = clump(graph, free & (zone == zone[seed]), seed, most)
        if len(group) >= size[0]:
            found.append(group)
            free[group] = False
            total += len(group)
    return found


def _neighborhoods(graph: csr_array, homes: Homes, dry: Flags, zone: Ints, taken: Sequence[str], rng: np.random.Generator) -> tuple[str, ...]:
    """Names of connected groups of 4 to 12 blocks in one zone, over two fifths of the lived-in blocks."""
    lived_in = np.flatnonzero(homes.students > 0)
    groups = _clumps(graph, lived_in, dry, zone, NEIGHBORHOOD_SIZE, NEIGHBORHOOD_SHARE * len(lived_in), rng)
    pairs = [f"{first} {second}" for first in FIRST for second in SECOND]
    pool = [pairs[k] for k in np.argsort(rng.random(len(pairs)), kind="stable") if pairs[k] not in taken]
    name = [""] * len(zone)
    for number, group in enumerate(groups):
        round_of_names, place = divmod(number, len(pool))
        for u in group:
            name[u] = pool[place] + (f" {round_of_names + 1}" if round_of_names else "")
    return tuple(name)


def _rezoned(graph: csr_array, homes: Homes, zone: Ints, rng: np.random.Generator) -> Ints:
    """Year of the last change for groups of lived-in blocks along the borders of today's zones, else 0."""
    first, second = np.repeat(np.arange(len(zone)), np.diff(graph.indptr)), graph.indices
    lived_in = homes.students > 0
    border = np.unique(first[(zone[first] != zone[second]) & lived_in[first]])
    groups = _clumps(graph, border, lived_in, zone, REZONED_SIZE, REZONED_SHARE * lived_in.sum(), rng)
    low, high = REZONED_YEARS
    year = np.zeros(len(zone), dtype=np.int64)
    for group, draw in zip(groups, rng.random(len(groups)).tolist(), strict=True):
        year[group] = low + int(draw * (high - low + 1))
    return year


def _protected(students: Ints, rezoned: Ints, rng: np.random.Generator) -> Flags:
    """A handful of lived-in blocks that did not change lately."""
    settled = np.flatnonzero((students > 0) & (rezoned == 0))
    chosen = settled[np.argsort(rng.random(len(settled)), kind="stable")[: max(3, min(12, len(students) // 100))]]
    return np.isin(np.arange(len(students)), chosen)


# -- seats -----------------------------------------------------------------------------------------------------------


def _portables(enrollment: Floats, capacity: Floats, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Rooms enough where students are above the seats, one or two at some other schools, none where there is room; and prices."""
    draws, prices = rng.random(len(capacity)), rng.random(len(capacity))
    needed = np.ceil((enrollment - capacity) / SEATS_PER_ROOM)
    some = np.where(draws < 0.4, 1 + np.floor(draws * 5), 0)
    filled = enrollment / capacity
    rooms = np.where(filled > CROWDED, np.maximum(needed, 1), np.where(filled < ROOMY, 0, some))
    price = np.round(PORTABLE_PRICE[0] + (PORTABLE_PRICE[1] - PORTABLE_PRICE[0]) * prices, 1)
    return (SEATS_PER_ROOM * rooms).astype(np.int64), price
