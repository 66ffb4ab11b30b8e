"""What a facilities office knows of the schools: which may close, where one may be built, what each costs, and how each building is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from rezoning.synthetic.fabric import Fabric, Ints, to_degrees
from rezoning.synthetic.land import IN_WATER
from rezoning.synthetic.noise import Floats
from rezoning.synthetic.streets import Streets
from rezoning.synthetic.zones import add_up

HALF_EMPTY = 0.65
"""Students per seat below which a school is one of those that may close."""
COST_PER_SEAT, COST_OF_A_SCHOOL = (2.1, 2.9), (900, 1200)
"""Thousand dollars a year to have a school open: per seat, and whatever its size."""
LEAST_SHARE = 0.4
"""Of a school's seats: least students if it is open."""
SITE_SEATS, SITE_NAME = 450, "New School Site"
BUILT, CONDITION, ACRES = (1931, 2009), (0.04, 0.46), (3.0, 14.0)


@dataclass(frozen=True, eq=False)
class Sites:
    """Schools and one candidate site after them; shape (m + 1,) each unless said otherwise.

    Parameters
    ----------
    status
        ``open``, ``may_close`` or ``candidate``.
    cost_if_open
        Thousand dollars a year that it costs to have the school open.
    least_students
        Least students if it is open.
    built, condition, acres
        Year of the building (0 where there is none), repairs that are due over the cost of a new building (0 good, 1 bad), and the size of the lot.
    unit, place, capacity, name
        Of the candidate alone: its block, longitude and latitude, seats and name.
    travel
        Minutes by car from each block to the candidate, shape (n,).
    """

    status: tuple[str, ...]
    cost_if_open: Ints
    least_students: Ints
    built: Ints
    condition: Floats
    acres: Floats
    unit: int
    place: Floats
    capacity: int
    name: str
    travel: Floats


def draw_sites(fabric: Fabric, streets: Streets, students: Ints, zone: Ints, school_unit: Ints, capacity: Ints, seed: int) -> Sites:
    """Draw what a facilities office knows.

    Parameters
    ----------
    fabric, streets
        The blocks and the ways.
    students, zone
        Students and today's school of each block, shape (n,).
    school_unit, capacity
        Block and seats of each school, shape (m,).
    seed
        Of the district; the draws are not those of `make_district`.
    """
    rng = np.random.Generator(np.random.PCG64([seed, len("sites")]))
    unit = _candidate(fabric, students, zone, school_unit, capacity)
    filled = add_up(zone, students) / capacity
    may_close = (filled < HALF_EMPTY) | (np.arange(len(filled)) == np.argmin(filled))
    all_seats = np.append(capacity, SITE_SEATS)
    draws = np.round(rng.random((5, len(all_seats))), 6)

    def between(limits: tuple[float, float], k: int) -> Floats:
        values: Floats = limits[0] + (limits[1] - limits[0]) * draws[k]
        return values

    cost = np.round(between(COST_OF_A_SCHOOL, 0) + between(COST_PER_SEAT, 1) * all_seats, 0).astype(np.int64)
    built = np.floor(between(BUILT, 2)).astype(np.int64)
    condition = np.round(between(CONDITION, 3), 2)
    built[-1], condition[-1] = 0, 0.0
    return Sites(
        status=(*("may_close" if may else "open" for may in may_close), "candidate"),
        cost_if_open=cost,
        least_students=(5 * np.round(LEAST_SHARE * all_seats / 5)).astype(np.int64),
        built=built,
        condition=condition,
        acres=np.round(between(ACRES, 4), 1),
        unit=unit,
        place=to_degrees(fabric.center[[unit]])[0],
        capacity=SITE_SEATS,
        name=SITE_NAME,
        travel=np.round(streets.travel(np.array([unit]))[:, 0], 2),
    )


def _candidate(fabric: Fabric, students: Ints, zone: Ints, school_unit: Ints, capacity: Ints) -> int:
    """A block on dry land where the most students of the fullest school live far from every school."""
    filled = add_up(zone, students) / capacity
    far = cKDTree(fabric.center[school_unit]).query(fabric.center)[0]
    around = cKDTree(fabric.center).query_ball_point(fabric.center, np.median(far))
    crowd = students * filled[zone]
    score = np.round(np.array([crowd[blocks].sum() for blocks in around]) * far)
    score[(fabric.region == IN_WATER) | (fabric.area > np.quantile(fabric.area, 0.9))] = -1
    score[school_unit] = -1
    return int(np.argmax(score))
