"""Who is next to whom: shared borders, less what river and rail line keep apart, and the bridges and crossings over them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from rezoning.synthetic.fabric import Fabric, Ints
from rezoning.synthetic.land import BANK, IN_WATER, RAIL
from rezoning.synthetic.noise import Floats

BRIDGE_EVERY_M = 2600.0
CROSSING_EVERY_M = 1500.0


@dataclass(frozen=True, eq=False)
class BlockPairs:
    """Pairs of neighboring blocks, the smaller index first, sorted.

    Parameters
    ----------
    edges, border
        Neighbors by shared border with its length in meters, bridges with NaN; barriers left out. Shapes (e, 2) and (e,).
    links
        Pairs joined by a bridge, shape (k, 2).
    barriers
        Pairs that share a border along water or rail line and have no way across, shape (b, 2).
    bridges
        The two bridgeheads (corners) of each bridge, shape (b, 2).
    crossings
        Corners on the rail line where a street crosses it, shape (c,).
    """

    edges: Ints
    border: Floats
    links: Ints
    barriers: Ints
    bridges: Ints
    crossings: Ints

    def graph(self, n: int) -> csr_array:
        """Symmetric 0/1 matrix of the neighbors, shape (n, n)."""
        return _graph(self.edges, n)


def find_neighbors(fabric: Fabric, border_m: Floats) -> BlockPairs:
    """Find neighbors, put bridges and crossings where streets end on both sides, and keep the rest apart.

    Parameters
    ----------
    fabric
        The blocks.
    border_m
        Length of every edge as it is to be counted in borders, shape (e,).
    """
    pairs, border, pair_of_edge = _shared_borders(fabric, border_m)
    bridges = _bridges(fabric)
    links = _bridge_links(fabric, bridges)
    crossings = _crossings(fabric)
    while True:
        apart = _kept_apart(fabric, pairs, pair_of_edge, crossings)
        missing = _missing_crossing(fabric, np.concatenate([pairs[~apart], links]))
        if missing is None:
            break
        crossings = np.append(crossings, missing)
    edges = np.concatenate([pairs[~apart], links])
    lengths = np.concatenate([border[~apart], np.full(len(links), np.nan)])
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    return BlockPairs(edges[order], lengths[order], links, pairs[apart], bridges, crossings)


def _graph(edges: Ints, n: int) -> csr_array:
    i, j = edges[:, 0], edges[:, 1]
    return csr_array(coo_array((np.ones(2 * len(i)), (np.concatenate([i, j]), np.concatenate([j, i]))), shape=(n, n)))


def _shared_borders(fabric: Fabric, border_m: Floats) -> tuple[Ints, Floats, Ints]:
    """Pairs that share a border, its length, and the pair of every edge (-1 at the district's limit)."""
    inner = fabric.beside[:, 1] >= 0
    pairs, pair = np.unique(np.sort(fabric.beside[inner], axis=1), axis=0, return_inverse=True)
    border = np.bincount(pair.ravel(), weights=border_m[inner], minlength=len(pairs)).astype(np.float64)
    pair_of_edge = np.full(len(fabric.edge), -1, dtype=np.int64)
    pair_of_edge[inner] = pair.ravel()
    return pairs, border, pair_of_edge


def _street_ends(fabric: Fabric, barrier: int) -> dict[int, set[int]]:
    """Corners on the barrier where a street ends, each with the regions of land from which one does."""
    on_barrier = set(fabric.edge[fabric.kind == barrier].ravel().tolist())
    ends: dict[int, set[int]] = {}
    streets = fabric.kind > RAIL
    for (a, b), region in zip(fabric.edge[streets].tolist(), _region_of_edge(fabric)[streets].tolist(), strict=True):
        for corner in (a, b):
            if corner in on_barrier:
                ends.setdefault(corner, set()).add(region)
    return ends


def _bridges(fabric: Fabric) -> Ints:
    """Bridgeheads: for each stretch of river two corners close together on opposite banks, street ends if there are any."""
    bank = fabric.edge[fabric.kind == BANK]
    shore = _shore_of_region(fabric)[_region_of_edge(fabric)[fabric.kind == BANK]]
    corners, first = np.unique(bank.ravel(), return_index=True)
    side = np.repeat(shore, 2)[first]
    ends = _street_ends(fabric, BANK)
    penalty = np.array([0.0 if corner in ends else 60.0 for corner in corners.tolist()])
    chosen: list[tuple[int, int]] = []
    for _, a, b in sorted(_facing(fabric.corner, corners, side == 0, penalty)):
        place = (fabric.corner[a] + fabric.corner[b]) / 2
        if all(np.linalg.norm(place - fabric.corner[list(heads)].mean(axis=0)) > BRIDGE_EVERY_M for heads in chosen):
            chosen.append((a, b))
    return np.array(chosen, dtype=np.int64).reshape(-1, 2)


def _facing(corner: Floats, corners: Ints, is_first_shore: NDArray[np.bool_], penalty: Floats) -> list[tuple[float, int, int]]:
    """Each corner of one shore with the best of its neighbors on the other; short bridges near downtown have the least cost."""
    from scipy.spatial import cKDTree

    ones, others = np.flatnonzero(is_first_shore), np.flatnonzero(~is_first_shore)
    tree = cKDTree(corner[corners[others]])
    distance, found = (np.asarray(values) for values in tree.query(corner[corners[ones]], k=min(6, len(others))))
    cost = distance + penalty[ones][:, None] + penalty[others][found] + 0.02 * np.linalg.norm(corner[corners[ones]], axis=1)[:, None]
    best = np.round(cost, 1).argmin(axis=1)
    rows = np.arange(len(ones))
    return [
        (float(c), int(a), int(b)) for c, a, b in zip(np.round(cost[rows, best], 1), corners[ones], corners[others[found[rows, best]]], strict=True)
    ]


def _shore_of_region(fabric: Fabric) -> Ints:
    """Which side of the river each region of land is on: regions with the rail line between them are on the same side."""
    beside = fabric.region[fabric.beside[(fabric.kind == RAIL) & (fabric.beside[:, 1] >= 0)]]
    shore: Ints = connected_components(_graph(beside, int(fabric.region.max()) + 1), directed=False)[1].astype(np.int64)
    return shore


def _region_of_edge(fabric: Fabric) -> Ints:
    """Piece of dry land beside each edge; along the rail line the one of its first block."""
    first, second = fabric.region[fabric.beside[:, 0]], fabric.region[np.maximum(fabric.beside[:, 1], 0)]
    region: Ints = np.where((first == IN_WATER) & (fabric.beside[:, 1] >= 0), second, first)
    return region


def _crossings(fabric: Fabric) -> Ints:
    """Corners on the rail line where streets from both sides meet, not too close together, those near downtown first."""
    ends = _street_ends(fabric, RAIL)
    both = [corner for corner, regions in sorted(ends.items()) if len(regions) > 1]
    chosen: list[int] = []
    for corner in sorted(both, key=lambda c: (round(math.hypot(*fabric.corner[c])), c)):
        if all(np.linalg.norm(fabric.corner[corner] - fabric.corner[other]) > CROSSING_EVERY_M for other in chosen):
            chosen.append(corner)
    return np.array(chosen, dtype=np.int64)


def _bridge_links(fabric: Fabric, bridges: Ints) -> Ints:
    """The blocks at one bridgehead with the blocks at the other."""
    at: dict[int, set[int]] = {}
    heads = set(bridges.ravel().tolist())
    for (a, b), (f, g) in zip(fabric.edge.tolist(), fabric.beside.tolist(), strict=True):
        for corner in heads.intersection((a, b)):
            at.setdefault(corner, set()).update(u for u in (f, g) if u >= 0 and fabric.region[u] != IN_WATER)
    pairs = {(min(u, v), max(u, v)) for a, b in bridges.tolist() for u in at[a] for v in at[b]}
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _kept_apart(fabric: Fabric, pairs: Ints, pair_of_edge: Ints, crossings: Ints) -> NDArray[np.bool_]:
    """Pairs along the rail line away from crossings, and every pair with water but one for each water block: no zone is joined by water."""
    region = fabric.region[pairs]
    wet = (region == IN_WATER).any(axis=1)
    apart: NDArray[np.bool_] = wet | (region[:, 0] != region[:, 1])
    at_crossing = (fabric.kind == RAIL) & np.isin(fabric.edge, crossings).any(axis=1)
    apart[pair_of_edge[at_crossing]] = False
    dry_neighbors = wet & ~(region == IN_WATER).all(axis=1)
    for block in np.flatnonzero(fabric.region == IN_WATER):
        own = np.flatnonzero(dry_neighbors & (pairs == block).any(axis=1))
        apart[own[0]] = False
    return apart


def _missing_crossing(fabric: Fabric, edges: Ints) -> int | None:
    """A corner on the rail line where one more crossing joins what is apart, the one nearest downtown; None when all is one piece."""
    label = connected_components(_graph(edges, len(fabric.region)), directed=False)[1]
    rail = fabric.edge[(fabric.kind == RAIL) & (label[fabric.beside[:, 0]] != label[fabric.beside[:, 1]])]
    if len(rail) == 0:
        return None
    corners = np.unique(rail)
    return int(corners[np.argmin(np.round(np.linalg.norm(fabric.corner[corners], axis=1)))])
