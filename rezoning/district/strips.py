"""What is too narrow to hold a zone together: ground that is gone when shrunk, and short borders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Ints, symmetric


@dataclass(frozen=True, eq=False)
class Strips:
    """Ground that carries nothing through, and what is left to carry.

    Parameters
    ----------
    is_thin
        Pieces of ground that are gone when shrunk by half the width, and those that no wide border joins to any that is not; shape (l,). The ground
        of a school's unit never is: its zone hangs on it.
    edges
        Pairs of pieces that carry: neither is thin, and their border is not shorter than the width, or not known (a link); shape (k, 2).
    hangs
        Pairs (thin piece, piece that it may hang on): its neighbors that are not thin; where it has none, those neighbors that are fewest steps from
        such; shape (h, 2).
    """

    is_thin: NDArray[np.bool_]
    edges: Ints
    hangs: Ints


def strips(district: District, width_m: float) -> Strips:
    """What is narrower than so many meters.

    Where no border of a school's unit is wide, all of them carry: nothing else could hang on it.
    """
    import shapely

    land = district.land
    size = len(land.unit)
    polygons = land.polygons if land.polygons is not None else np.asarray(district.geometry)[land.unit]
    is_thin = np.asarray(shapely.is_empty(shapely.buffer(polygons, -width_m / 2)))
    is_thin[district.school_unit] = False
    narrow = np.zeros(len(land.edges), dtype=bool) if land.border_m is None else land.border_m < width_m
    is_firm = ~is_thin[land.edges].any(axis=1)
    carries = is_firm & ~narrow
    alone = np.bincount(land.edges[carries].ravel(), minlength=size) == 0
    held = np.zeros(size, dtype=bool)
    held[district.school_unit] = alone[district.school_unit]
    carries |= is_firm & held[land.edges].any(axis=1)
    alone = np.bincount(land.edges[carries].ravel(), minlength=size) == 0
    alone[district.school_unit] = False
    is_thin |= alone
    return Strips(is_thin, land.edges[carries], _hangs(land.edges, is_thin))


def _hangs(edges: Ints, is_thin: NDArray[np.bool_]) -> Ints:
    """For each thin piece its neighbors that are one step nearer to ground that is not thin."""
    from scipy.sparse.csgraph import dijkstra

    firm = np.flatnonzero(~is_thin)
    steps = dijkstra(symmetric(edges, len(is_thin)), unweighted=True, indices=firm, min_only=True)
    both = np.concatenate([edges, edges[:, ::-1]])
    nearer = is_thin[both[:, 0]] & np.isfinite(steps[both[:, 0]]) & (steps[both[:, 1]] < steps[both[:, 0]])
    return np.asarray(both[nearer])
