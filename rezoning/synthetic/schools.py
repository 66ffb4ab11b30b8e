"""Where the schools stand, and seats that some schools have too few of and some too many."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from rezoning.synthetic.fabric import Fabric, Ints
from rezoning.synthetic.land import IN_WATER
from rezoning.synthetic.noise import Floats

OVERCROWDED, HALF_EMPTY, USUAL = (1.13, 1.24), (0.52, 0.61), (0.80, 0.98)
"""Ranges of students per seat."""


def site_schools(fabric: Fabric, students: Ints, num_schools: int, rng: np.random.Generator) -> Ints:
    """Choose the blocks that hold schools: spread over where students live (k-means), on blocks that are not too large.

    Parameters
    ----------
    fabric
        The blocks.
    students
        Students of each block, shape (n,).
    num_schools
        Number of schools, m.
    rng
        Source of draws.

    Returns
    -------
    array of int
        Blocks, all different, shape (m,).
    """
    lived_in = np.flatnonzero(students > 0)
    points, weight = np.round(fabric.center[lived_in], 1), students[lived_in].astype(np.float64)
    share = np.cumsum(weight) / weight.sum()
    means = points[np.searchsorted(share, (np.arange(num_schools) + rng.random(num_schools)) / num_schools)]
    for _ in range(12):
        nearest = cKDTree(means).query(points)[1]
        total = np.bincount(nearest, weights=weight, minlength=num_schools)
        sums = np.column_stack([np.bincount(nearest, weights=weight * points[:, k], minlength=num_schools) for k in (0, 1)])
        means = np.round(np.where(total[:, None] > 0, sums / np.maximum(total, 1)[:, None], means), 1).astype(np.float64)
    fit = np.flatnonzero((fabric.region != IN_WATER) & (fabric.area <= np.quantile(fabric.area, 0.9)))
    taken: list[int] = []
    tree = cKDTree(fabric.center[fit])
    for mean in means:
        for k in np.atleast_1d(tree.query(mean, k=min(num_schools, len(fit)))[1]).tolist():
            if int(fit[k]) not in taken:
                taken.append(int(fit[k]))
                break
    place = np.round(fabric.center[taken])
    return np.array(taken, dtype=np.int64)[np.lexsort((place[:, 0], -place[:, 1]))]


def seats(enrollment: Floats, rng: np.random.Generator) -> Ints:
    """Seats of each school: the largest schools are overcrowded, the smallest half empty, the rest have a little room.

    With five schools or more at least two are overcrowded and two half empty; one of each with three or four.
    """
    num_schools = len(enrollment)
    extreme = max(2, round(num_schools / 10)) if num_schools >= 5 else int(num_schools >= 3)
    draws = rng.random(num_schools)
    filled = USUAL[0] + (USUAL[1] - USUAL[0]) * draws
    order = np.lexsort((np.arange(num_schools), -enrollment))
    for chosen, (low, high) in ((order[:extreme], OVERCROWDED), (order[num_schools - extreme :], HALF_EMPTY)):
        filled[chosen] = low + (high - low) * draws[chosen]
    exact = np.round(enrollment / filled, 6) / 5
    down = np.isin(np.arange(num_schools), order[:extreme])
    return (5 * np.maximum(np.where(down, np.floor(exact), np.ceil(exact)), 1)).astype(np.int64)
