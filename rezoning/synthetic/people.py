"""Who lives where: what each block is used for, how many students it has, and of which groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rezoning.synthetic.fabric import Fabric, Ints
from rezoning.synthetic.land import BANK, IN_WATER, RAIL, Terrain
from rezoning.synthetic.noise import Floats, standardized, waves
from rezoning.synthetic.zones import add_up

USES = ("homes", "water", "shops", "industry", "park", "fields")
RACES = ("white", "hispanic", "black", "asian", "other")
BASE_SHARE = (0.42, 0.26, 0.20, 0.07, 0.05)
LEAN = (-0.75, 0.55, 0.75, -0.25, 0.0)
"""How much each race's log share rises with the hardship of a block."""
POORER = (-0.3, 0.3, 0.35, -0.4, 0.0)
"""How much likelier (in log odds) a student of each race is from a low-income home than the block says."""
EMPTY_SHARE = 0.34
LOW_INCOME_SHARE = 0.44
LEAST_CHANCE = 0.05
"""No block is all poor or all rich but by chance."""


@dataclass(frozen=True, eq=False)
class Homes:
    """Land use of each block (index into `USES`) and how many students live there, shape (n,) each."""

    use: Ints
    students: Ints


def settle(fabric: Fabric, land: Terrain, total: int, rng: np.random.Generator) -> Homes:
    """Give every block a use and spread `total` students over the homes.

    Parameters
    ----------
    fabric
        The blocks.
    land
        River, rail line, downtown.
    total
        Number of students; blocks with homes have at least one.
    rng
        Source of draws.
    """
    use = _uses(fabric, land, rng)
    homes = np.flatnonzero(use == 0)
    crowded = land.crowding(fabric.center[homes])
    uneven = (1 - np.log1p(-rng.random(len(homes)))) * np.exp(0.3 * waves(rng, 0.5 * land.radius)(fabric.center[homes]))
    weight = (fabric.area[homes] * crowded) ** 0.5 * uneven
    share = np.round(weight / weight.sum(), 9)
    students = np.zeros(len(use), dtype=np.int64)
    students[homes] = 1 + np.floor(share * max(total - len(homes), 0) + rng.random(len(homes))).astype(np.int64)
    return Homes(use, students)


def _uses(fabric: Fabric, land: Terrain, rng: np.random.Generator) -> Ints:
    """Use of each block: the likeliest third is no place to live."""
    n = len(fabric.region)
    touches = {kind: np.unique(fabric.beside[fabric.kind == kind]) for kind in (BANK, RAIL)}
    distance = np.linalg.norm(fabric.center, axis=1) / land.radius
    score = np.full((n, len(USES)), -9.0)
    score[:, 2] = 1.6 - 12 * distance
    score[:, 3] = waves(rng, 0.8 * land.radius)(fabric.center) - 1.0
    score[touches[RAIL][touches[RAIL] >= 0], 3] += 1.6
    score[:, 4] = waves(rng, 0.25 * land.radius)(fabric.center) - 1.0
    score[touches[BANK][touches[BANK] >= 0], 4] += 1.0
    score[:, 5] = waves(rng, 0.5 * land.radius)(fabric.center) + 2.2 * (distance - 0.95)
    score = np.round(score + 0.9 * rng.random(score.shape), 6)
    wet = fabric.region == IN_WATER
    strength = np.where(wet, np.inf, score.max(axis=1))
    empty = np.argsort(-strength, kind="stable")[: max(round(EMPTY_SHARE * n), int(wet.sum()))]
    use = np.zeros(n, dtype=np.int64)
    use[empty] = score[empty].argmax(axis=1)
    use[wet] = USES.index("water")
    return use


def hardship(fabric: Fabric, land: Terrain, num_schools: int, rng: np.random.Generator) -> Floats:
    """How poor a block is, standardized, shape (n,): hills a zone or two wide, the far side of the tracks, a little of each block's own."""
    hills = waves(rng, 4.6 * land.radius / max(num_schools, 4) ** 0.5)(fabric.center)
    region = np.maximum(fabric.region, 0)
    by_region = standardized(np.argsort(rng.random(int(region.max()) + 1)).astype(np.float64))[region]
    own = rng.random(len(region)) + rng.random(len(region)) - 1.0
    tracks = np.exp(-shapely.distance(shapely.points(fabric.center), land.rail) / 900.0)
    return standardized(np.round(hills + 0.7 * by_region + 0.8 * tracks + 0.6 * own, 6))


def draw_groups(students: Ints, hard: Floats, zone: Ints, segregation: float, waves_of: Floats, rng: np.random.Generator) -> dict[str, Ints]:
    """Draw race and income of every single student.

    Parameters
    ----------
    students
        Students of each block, shape (n,).
    hard
        Hardship of each block, shape (n,).
    zone
        Today's school of each block, shape (n,).
    segregation
        Dissimilarity of low income between today's zones that the expected counts have, as far as it can be reached.
    waves_of
        One smooth field per race that spreads it unevenly, shape (n, 5).
    rng
        Source of draws.

    Returns
    -------
    dict of str to array
        ``low_income`` and each race but ``other``, students per block.
    """
    log_share = np.log(BASE_SHARE) + np.outer(hard, LEAN) + 0.55 * waves_of
    share = np.exp(log_share)
    share = np.round(share / share.sum(axis=1, keepdims=True), 6)
    chance = _income_chance(students, hard, zone, share, segregation)
    block = np.repeat(np.arange(len(students)), students)
    race = (rng.random(len(block))[:, None] > np.cumsum(share, axis=1)[block, :-1]).sum(axis=1)
    poor = rng.random(len(block)) < np.round(chance, 6)[block, race]
    counts = {"low_income": np.bincount(block[poor], minlength=len(students))}
    for r, name in enumerate(RACES[:-1]):
        counts[name] = np.bincount(block[race == r], minlength=len(students))
    return counts


def _income_chance(students: Ints, hard: Floats, zone: Ints, share: Floats, segregation: float) -> Floats:
    """Chance of low income by block and race, shape (n, 5), with the contrast that gives the wanted dissimilarity of zones."""

    def chances(contrast: float) -> Floats:
        chance: Floats = np.zeros_like(share)
        low, high = -8.0, 8.0
        for _ in range(40):  # the level that gives the district's share
            level = (low + high) / 2
            odds = np.clip(level + contrast * hard[:, None] + np.array(POORER), -30, 30)
            chance = LEAST_CHANCE + (1 - 2 * LEAST_CHANCE) / (1 + np.exp(-odds))
            mean = float((students[:, None] * share * chance).sum() / students.sum())
            low, high = (level, high) if mean < LOW_INCOME_SHARE else (low, level)
        return chance

    low, high = 0.0, 6.0
    for _ in range(24):
        contrast = (low + high) / 2
        poor = add_up(zone, students * (share * chances(contrast)).sum(axis=1))
        rest = add_up(zone, students) - poor
        reached = 0.5 * float(np.abs(poor / poor.sum() - rest / rest.sum()).sum())
        low, high = (contrast, high) if reached < segregation else (low, contrast)
    return chances((low + high) / 2)
