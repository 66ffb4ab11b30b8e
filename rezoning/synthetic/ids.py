"""Fifteen-digit block ids and school names that sound real."""

from __future__ import annotations

import math

import numpy as np

from rezoning.synthetic.fabric import Fabric, Ints
from rezoning.synthetic.land import IN_WATER
from rezoning.synthetic.noise import Floats

COUNTY = "07019"
"""State 07 is no state, so that nobody takes the district for a real one; its leading zero is easily lost, as with real ids."""
TRACT_BLOCKS, GROUP_BLOCKS = 42, 14

DOWNTOWN = ("Central", "Lincoln", "Courthouse Square", "Market Street")
RIVERSIDE = ("Ferry Landing", "Millrace", "Riverbend", "Heron Point", "Stone Bridge", "Willow Bank")
TRACKSIDE = ("Junction Road", "Depot Street", "Roundhouse", "Foundry Hill")
FIRST = (
    "Cedar", "Maple", "Oak", "Orchard", "Prairie", "Fox", "Meadow", "Clear",
    "Spring", "Walnut", "Quarry", "Sunset", "Birch", "Hawthorn", "Juniper", "Laurel",
)  # fmt: skip
SECOND = (
    "Grove", "Ridge", "Hollow", "Creek", "Hill", "Park", "Heights", "Valley",
    "Crossing", "View", "Glen", "Terrace", "Lane", "Woods", "Run", "Knoll",
)  # fmt: skip


LEVEL_NAMES = {
    "middle": ("Roosevelt", "Washington", "Franklin", "Banneker", "Whitman", "Dickinson", "Carver", "Curie"),
    "high": ("Riverbend", "Truman", "Madison", "Bethune", "Eastgate", "Westgate"),
}
"""Of upper levels; numbered where a county has more schools than names."""


def block_ids(fabric: Fabric) -> list[str]:
    """Number the blocks as a census does: tracts of neighbors, groups of neighbors in them, blocks in those; water is group 0.

    Returns
    -------
    list of str
        County (5 digits), tract (6), block (4, the first its group), in the fabric's order.
    """
    ids = [""] * len(fabric.region)
    tracts = _nested(fabric.center, np.arange(len(ids)), TRACT_BLOCKS)
    for t, tract in enumerate(tracts):
        code = f"{COUNTY}{t + 1:04d}00"
        wet = [u for u in tract.tolist() if fabric.region[u] == IN_WATER]
        for k, u in enumerate(wet):
            ids[u] = f"{code}0{k + 1:03d}"
        dry = tract[fabric.region[tract] != IN_WATER]
        for g, group in enumerate(_nested(fabric.center, dry, GROUP_BLOCKS) if len(dry) else []):
            for k, u in enumerate(group.tolist()):
                ids[u] = f"{code}{g + 1}{k:03d}"
    return ids


def _nested(points: Floats, members: Ints, most: int) -> list[Ints]:
    """Halve across the longer side until no part has more than `most`; neighbors stay together."""
    if len(members) <= most:
        return [members]
    own = np.round(points[members], 1)
    axis = int(np.ptp(own[:, 1]) > np.ptp(own[:, 0]))
    order = members[np.lexsort((own[:, 1 - axis], own[:, axis]))]
    half = len(order) // 2
    return [*_nested(points, order[:half], most), *_nested(points, order[half:], most)]


def school_names(place: Floats, radius: float, by_river: Floats, by_rail: Floats, rng: np.random.Generator) -> list[str]:
    """A name for each school after where it is: downtown, at the river, at the rail line, or out in the green.

    Parameters
    ----------
    place
        Plane meters with downtown at the origin, shape (m, 2).
    radius
        Radius of the district in meters.
    by_river, by_rail
        Distance of each school to river and rail line in meters, shape (m,).
    rng
        Source of draws.
    """
    green = [f"{FIRST[i]} {SECOND[(i + j) % len(SECOND)]}" for j in range(len(SECOND)) for i in _shuffled(len(FIRST), rng)]
    left = {"downtown": list(DOWNTOWN), "river": list(RIVERSIDE), "rail": list(TRACKSIDE), "green": green}
    near = 0.13 * min(radius, 5000.0)
    names: list[str] = []
    for (x, y), river, rail in zip(place.tolist(), by_river.tolist(), by_rail.tolist(), strict=True):
        kind = "downtown" if math.hypot(x, y) < 0.22 * radius else "river" if river < near else "rail" if rail < near else "green"
        pool = left[kind] or left["green"]
        names.append(pool.pop(0) if pool else f"School {len(names) + 1}")
    return names


def level_names(level: str, schools: int) -> list[str]:
    """A name for each school of an upper level, none twice: ``Roosevelt Middle``."""
    pool = LEVEL_NAMES[level]
    rounds = [divmod(k, len(pool)) for k in range(schools)]
    return [f"{pool[k]}{f' {again + 1}' if again else ''} {level.capitalize()}" for again, k in rounds]


def _shuffled(size: int, rng: np.random.Generator) -> list[int]:
    return [int(k) for k in np.argsort(rng.random(size), kind="stable")]


def slug(name: str) -> str:
    """A name as a short id: lower case, hyphens."""
    return name.lower().replace(" ", "-")
