"""The street graph along the edges of blocks, and shortest ways over it: by car in minutes, on foot in meters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from rezoning.district.district import same_school_components
from rezoning.synthetic.fabric import Fabric, Ints
from rezoning.synthetic.land import ARTERIAL, BANK, COLLECTOR, IN_WATER, LOCAL, OUTLINE, RAIL, WATER
from rezoning.synthetic.neighbors import BlockPairs
from rezoning.synthetic.noise import Floats
from rezoning.synthetic.roads import Roads, corners_apart, draw_roads

KMH = {OUTLINE: 26.0, BANK: 26.0, RAIL: 20.0, LOCAL: 26.0, COLLECTOR: 36.0, ARTERIAL: 48.0}
BRIDGE_KMH = 40.0
CROSSING_MIN, CROSSING_M = 0.4, 20.0
DRIVEWAY_KMH = 15.0
AT_ONCE = 20
"""Schools whose ways are found in one call: bounds the memory of large districts."""


@dataclass(frozen=True, eq=False)
class Streets:
    """Streets as graphs over the same nodes: first the blocks, then the street corners. Ways end in blocks, so none leads through one.

    Parameters
    ----------
    minutes, meters
        Time by car and length of every stretch of street and of the way from a corner into a block, CSR.
    access
        The same for the way from a block out to its corners: (block, node, minutes, meters).
    num_blocks
        Number of blocks.
    roads
        The streets as lines.
    """

    minutes: csr_array
    meters: csr_array
    access: tuple[Ints, Ints, Floats, Floats]
    num_blocks: int
    roads: Roads

    def travel(self, blocks: Ints) -> Floats:
        """Minutes by car between every block and each of `blocks`, shape (n, len(blocks))."""
        return self._ways(self.minutes, self.access[2], blocks, np.inf)

    def walk(self, blocks: Ints, limit: float) -> Floats:
        """Meters on foot between every block and each of `blocks`, infinite beyond `limit`; shape (n, len(blocks))."""
        return self._ways(self.meters, self.access[3], blocks, limit)

    def _ways(self, graph: csr_array, access: Floats, blocks: Ints, limit: float) -> Floats:
        found = np.empty((self.num_blocks, len(blocks)))
        for start in range(0, len(blocks), AT_ONCE):
            some = blocks[start : start + AT_ONCE]
            out = dijkstra(self._with_sources(graph, access, some), indices=graph.shape[0] + np.arange(len(some)), limit=limit)
            found[:, start : start + len(some)] = out[:, : self.num_blocks].T
        return found

    def _with_sources(self, graph: csr_array, access: Floats, blocks: Ints) -> csr_array:
        """The graph and one more node per source, with ways out of its block and into it."""
        size = graph.shape[0]
        base = coo_array(graph)
        row, col, value = [base.row], [base.col], [base.data]
        for k, block in enumerate(blocks.tolist()):
            own = self.access[0] == block
            row += [np.full(own.sum() + 1, size + k)]
            col += [np.append(self.access[1][own], block)]
            value += [np.append(access[own], access[own].min())]
        shape = (size + len(blocks), size + len(blocks))
        return csr_array(coo_array((np.concatenate(value), (np.concatenate(row), np.concatenate(col))), shape=shape))


def lay_streets(fabric: Fabric, neighbors: BlockPairs) -> Streets:
    """Make the street graph: every edge of a block is a street, a lane runs along either side of the rail line, none over water.

    A corner on the rail line is one node on each side of it; only crossings join the two, as only bridges join the banks.

    Parameters
    ----------
    fabric
        The blocks.
    neighbors
        Where the bridges and crossings are.
    """
    sides = fabric.beside.ravel()
    edge = np.repeat(np.arange(len(fabric.edge)), 2)
    use = (sides >= 0) & (fabric.kind[edge] != WATER)
    use[use] &= fabric.region[sides[use]] != IN_WATER
    edge, block = edge[use], sides[use]
    region = fabric.region[block]
    num_regions = int(fabric.region.max()) + 1
    keys, node = np.unique(np.concatenate([fabric.edge[edge, end] * num_regions + region for end in (0, 1)]), return_inverse=True)
    a, b = node[: len(edge)], node[len(edge) :]
    speed = np.array([KMH.get(kind, 1.0) for kind in range(max(KMH) + 1)])[fabric.kind[edge]]
    joins = _joins(fabric, neighbors, keys, num_regions)
    length = np.concatenate([fabric.length[edge], joins[2]])
    minutes = np.concatenate([fabric.length[edge] * 0.06 / speed, joins[3]])
    a, b = np.concatenate([a, joins[0]]), np.concatenate([b, joins[1]])
    under = _underpasses(a, b, fabric.corner[keys // num_regions])
    a, b = np.concatenate([a, under[:, 0]]), np.concatenate([b, under[:, 1]])
    length = np.concatenate([length, np.full(len(under), CROSSING_M)])
    minutes = np.concatenate([minutes, np.full(len(under), CROSSING_MIN)])
    bank = fabric.kind[edge] == BANK  # water is reached from its banks, and no way leads on from it
    reached = np.concatenate([block, fabric.beside[edge].sum(axis=1)[bank] - block[bank]])
    ends = np.concatenate([node[: len(edge)], node[: len(edge)][bank], node[len(edge) :], node[len(edge) :][bank]])
    access = _access(fabric, np.concatenate([reached, reached]), ends, keys, num_regions)
    n = len(fabric.region)
    place = corners_apart(fabric, keys // num_regions, node, np.concatenate([block, block]))
    along = np.concatenate([edge, np.full(len(a) - len(edge), -1)])
    roads = draw_roads(fabric, place, np.column_stack([a, b]), along, minutes)
    return Streets(_graph(a, b, minutes, access, 2, n, len(keys)), _graph(a, b, length, access, 3, n, len(keys)), access, n, roads)


def _joins(fabric: Fabric, neighbors: BlockPairs, keys: Ints, num_regions: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Bridges and crossings as pairs of nodes with meters and minutes."""
    corner_of = keys // num_regions
    order = np.argsort(corner_of, kind="stable")
    starts = np.searchsorted(corner_of[order], np.arange(len(fabric.corner) + 1))
    copies = [order[starts[c] : starts[c + 1]] for c in range(len(fabric.corner))]
    a, b, meters, minutes = [], [], [], []
    for one, other in neighbors.bridges.tolist():
        length = float(np.linalg.norm(fabric.corner[one] - fabric.corner[other]))
        a.append(copies[one][0])
        b.append(copies[other][0])
        meters.append(length)
        minutes.append(length * 0.06 / BRIDGE_KMH)
    for corner in neighbors.crossings.tolist():
        for k, here in enumerate(copies[corner]):
            for there in copies[corner][k + 1 :]:
                a.append(here)
                b.append(there)
                meters.append(CROSSING_M)
                minutes.append(CROSSING_MIN)
    return np.array(a, dtype=np.int64), np.array(b, dtype=np.int64), np.array(meters), np.array(minutes)


def _underpasses(a: Ints, b: Ints, place: Floats) -> Ints:
    """Pairs of corners, shape (k, 2), that join what bridges and crossings leave apart: nearest corners, the larger part first."""
    streets = csr_array((np.ones(len(a)), (a, b)), shape=(len(place), len(place)))
    part = same_school_components(streets, np.zeros(len(place), dtype=np.int64))
    pairs = []
    while part.any():
        largest, next_largest = np.bincount(part).argsort(kind="stable")[[-1, -2]]
        here, there = np.flatnonzero(part == next_largest), np.flatnonzero(part == largest)
        far, nearest = cKDTree(place[there]).query(place[here])
        i = int(np.argmin(far))
        pairs.append((here[i], there[np.asarray(nearest)[i]]))
        part[here] = largest
        part = np.unique(part, return_inverse=True)[1].astype(np.int64)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _access(fabric: Fabric, block: Ints, node: Ints, keys: Ints, num_regions: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Ways between the middle of each block and the street corners round it."""
    pairs = np.unique(np.column_stack([block, node]), axis=0)
    block, node = pairs[:, 0], pairs[:, 1]
    meters = np.maximum(np.linalg.norm(fabric.center[block] - fabric.corner[keys[node] // num_regions], axis=1), 1.0)
    n = len(fabric.region)
    return block, node + n, meters * 0.06 / DRIVEWAY_KMH, meters


def _graph(a: Ints, b: Ints, cost: Floats, access: tuple[Ints, Ints, Floats, Floats], which: int, n: int, corners: int) -> csr_array:
    """Streets both ways and the ways into blocks; parallel streets keep the cheapest."""
    row = np.concatenate([a + n, b + n, access[1]])
    col = np.concatenate([b + n, a + n, access[0]])
    value = np.concatenate([cost, cost, np.asarray(access[which], dtype=np.float64)])
    order = np.lexsort((value, col, row))
    row, col, value = row[order], col[order], value[order]
    first = np.append(True, (np.diff(row) != 0) | (np.diff(col) != 0))
    size = n + corners
    return csr_array(coo_array((value[first], (row[first], col[first])), shape=(size, size)))
