"""Today's zones: grown from the schools, balanced, contiguous, but for one island."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from rezoning.synthetic.fabric import Fabric, Ints
from rezoning.synthetic.neighbors import BlockPairs
from rezoning.synthetic.noise import Floats

KMH = 30.0


def add_up(label: Ints, values: ArrayLike) -> Floats:
    """Sum of values by label."""
    return np.bincount(label, weights=np.asarray(values, dtype=np.float64)).astype(np.float64)


def draw_zones(fabric: Fabric, neighbors: BlockPairs, students: Ints, school_unit: Ints, rng: np.random.Generator) -> Ints:
    """Draw today's zones: each grows from its school over neighbors, the ones with too many students starting late; contiguous by construction.

    Every block joins the school with the least ``start + way``; all blocks on its shortest way join the same, so no zone has a second piece.

    Parameters
    ----------
    fabric, neighbors
        The blocks and who is next to whom.
    students
        Students of each block, shape (n,).
    school_unit
        The block of each school, shape (m,).
    rng
        Source of draws.

    Returns
    -------
    array of int
        Index of today's school of each block, shape (n,).
    """
    ways = _ways(fabric, neighbors, rng)
    num_schools = len(school_unit)
    wanted = 0.7 + 0.75 * rng.random(num_schools)
    wanted *= students.sum() / wanted.sum()
    step = 0.5 * 60 / KMH * np.sqrt(fabric.area.sum() / num_schools) / 1000
    start = np.zeros(num_schools)
    zone = _grown(ways, school_unit, start)
    for k in range(30):
        filled = np.clip(add_up(zone, students)[:num_schools] / wanted, 0.2, 5.0)
        trial = start + step * 0.93**k * np.log(filled)
        trial = np.round(trial - trial.min(), 6)
        grown = _grown(ways, school_unit, trial)
        if (grown[school_unit] == np.arange(num_schools)).all():
            start, zone = trial, grown
        else:
            step *= 0.7
    return zone


def _ways(fabric: Fabric, neighbors: BlockPairs, rng: np.random.Generator) -> csr_array:
    """Minutes from block to block, uneven so that borders are not straight."""
    i, j = neighbors.edges[:, 0], neighbors.edges[:, 1]
    km = np.linalg.norm(fabric.center[i] - fabric.center[j], axis=1) / 1000
    minutes = np.round(km * 60 / KMH * (0.75 + 0.6 * rng.random(len(km))), 6) + 0.01
    n = len(fabric.region)
    return csr_array(coo_array((np.tile(minutes, 2), (np.append(i, j), np.append(j, i))), shape=(n, n)))


def _grown(ways: csr_array, school_unit: Ints, start: Floats) -> Ints:
    """School of each block: the root of its shortest way."""
    n, num_schools = ways.shape[0], len(school_unit)
    base = coo_array(ways)
    row = np.append(base.row.astype(np.int64), np.full(num_schools, n, dtype=np.int64))
    col = np.append(base.col.astype(np.int64), school_unit)
    value = np.append(base.data, start + 1e-3)
    graph = csr_array(coo_array((value, (row, col)), shape=(n + 1, n + 1)))
    before = dijkstra(graph, indices=np.array([n]), return_predecessors=True)[1][0, :n].astype(np.int64)
    at_school = before == n
    before[at_school] = np.flatnonzero(at_school)
    while not np.array_equal(before, before[before]):
        before = before[before]
    school = np.full(n, -1, dtype=np.int64)
    school[school_unit] = np.arange(num_schools)
    grown: Ints = school[before]
    return grown


def add_island(fabric: Fabric, neighbors: BlockPairs, students: Ints, school_unit: Ints, zone: Ints) -> Ints:
    """Zones with one island: a few blocks inside one zone that a school elsewhere has, as a busing order or a lost estate leaves behind.

    The blocks touch no other block of their new zone, and the zone around them stays in one piece. The zones as they were where no such blocks exist.
    """
    graph = neighbors.graph(len(zone))
    pairs = _zone_pairs(fabric, neighbors, zone, school_unit)
    size = max(1, min(9, round(len(zone) / len(school_unit) / 12)))
    for most in dict.fromkeys((size, max(1, size // 2), 1)):
        for home, around in pairs:
            island = _island(fabric, graph, students, school_unit, zone, home, around, most)
            if island is not None:
                changed = zone.copy()
                changed[island] = home
                return changed
    return zone


def _zone_pairs(fabric: Fabric, neighbors: BlockPairs, zone: Ints, school_unit: Ints) -> list[tuple[int, int]]:
    """Zones (of the island, around it) to try, the closest schools first."""
    touching = np.unique(zone[neighbors.edges], axis=0)
    touching = touching[touching[:, 0] != touching[:, 1]]
    pairs = np.unique(np.concatenate([touching, touching[:, ::-1]]), axis=0)
    place = fabric.center[school_unit]
    far = np.round(np.linalg.norm(place[pairs[:, 0]] - place[pairs[:, 1]], axis=1))
    return [(int(a), int(b)) for a, b in pairs[np.lexsort((pairs[:, 1], pairs[:, 0], far))]]


def _island(fabric: Fabric, graph: csr_array, students: Ints, school_unit: Ints, zone: Ints, home: int, around: int, size: int) -> list[int] | None:
    """`size` connected lived-in blocks of zone `around`, two blocks away from zone `home`, without which `around` is one piece; or None."""
    at_home = (zone == home).astype(np.float64)
    free = (zone == around) & (graph @ at_home == 0) & (graph @ (graph @ at_home) == 0)
    free[school_unit] = False
    seeds = np.flatnonzero(free & (students > 0))
    place = fabric.center[school_unit[home]]
    for seed in seeds[np.argsort(np.round(np.linalg.norm(fabric.center[seeds] - place, axis=1)), kind="stable")][:40].tolist():
        island = clump(graph, free & (students > 0), seed, size)
        if len(island) == size:
            rest = np.flatnonzero((zone == around) & ~np.isin(np.arange(len(zone)), island))
            if connected_components(graph[rest][:, rest], directed=False)[0] == 1:
                return island
    return None


def clump(graph: csr_array, free: Ints, seed: int, size: int) -> list[int]:
    """Up to `size` free blocks round a seed, breadth first."""
    found = [seed]
    for u in found:
        for v in sorted(graph.indices[graph.indptr[u] : graph.indptr[u + 1]].tolist()):
            if free[v] and v not in found and len(found) < size:
                found.append(v)
    return found
