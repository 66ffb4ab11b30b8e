"""Streets cut the land into blocks: the most crowded piece is halved, again and again, until there are enough."""

from __future__ import annotations

import heapq
import math
from itertools import count, pairwise

import numpy as np

from rezoning.synthetic.cuts import Halving, candidates, is_clear, measure, positions
from rezoning.synthetic.land import ARTERIAL, COLLECTOR, IN_WATER, LOCAL, Terrain, edge_kinds

Edge = tuple[int, int]


class Mesh:
    """Rings that share their corners. A corner put on an edge by one block is found there by the block beyond it."""

    def __init__(self) -> None:
        self.x: list[float] = []
        self.y: list[float] = []
        self.rings: list[list[int]] = []
        self.region: list[int] = []
        self.kind: dict[Edge, int] = {}
        self._middle: dict[Edge, int] = {}

    def corner(self, x: float, y: float) -> int:
        """Add a corner and return its index."""
        self.x.append(round(x, 2))
        self.y.append(round(y, 2))
        return len(self.x) - 1

    def refreshed(self, ring: list[int]) -> list[int]:
        """The ring with every corner that has been put on its edges since."""
        return [v for a, b in pairwise([*ring, ring[0]]) for v in (a, *self._between(a, b))]

    def _between(self, a: int, b: int) -> list[int]:
        m = self._middle.get((a, b) if a < b else (b, a))
        return [] if m is None else [*self._between(a, m), m, *self._between(m, b)]

    def split(self, a: int, b: int, x: float, y: float) -> int:
        """Put a corner on the edge from a to b; both halves stay what the edge was."""
        edge = (a, b) if a < b else (b, a)
        m = self._middle[edge] = self.corner(x, y)
        self.kind[(a, m)] = self.kind[(b, m)] = self.kind[edge]
        return m


def cut_blocks(land: Terrain, units: int, rng: np.random.Generator) -> Mesh:
    """Cut the land into exactly `units` blocks, small ones where the land is crowded.

    Parameters
    ----------
    land
        The land with its river and rail line.
    units
        Number of blocks, water included.
    rng
        Source of draws.
    """
    mesh = _mesh_of(land)
    per_block = _crowding_per_block(land, units)
    order = count()
    heap: list[tuple[float, int, int]] = []

    def push(faces: list[int]) -> None:
        measures = [measure([mesh.x[v] for v in ring], [mesh.y[v] for v in ring]) for ring in (mesh.rings[face] for face in faces)]
        crowding = land.crowding(np.array([center for _, _, center in measures])).tolist()
        for face, (area, _, _), here in zip(faces, measures, crowding, strict=True):
            heapq.heappush(heap, (-area * here / per_block, next(order), face))

    push([face for face, region in enumerate(mesh.region) if region != IN_WATER])
    shelved: list[int] = []
    least_quality = 0.45
    while len(mesh.rings) < units:
        if not heap:
            least_quality *= 0.8
            push(shelved)
            shelved = []
        blocks, _, face = heapq.heappop(heap)
        new = _halve(mesh, face, -blocks, land, least_quality, rng)
        if new is None:
            shelved.append(face)
        else:
            push([face, new])
    mesh.rings = [mesh.refreshed(ring) for ring in mesh.rings]
    return mesh


def _mesh_of(land: Terrain) -> Mesh:
    """The land's faces as a mesh without streets."""
    mesh = Mesh()
    index: dict[tuple[float, float], int] = {}
    for ring, region in zip(land.faces, land.region, strict=True):
        corners = []
        for x, y in np.round(ring, 2).tolist():
            if (x, y) not in index:
                index[x, y] = mesh.corner(x, y)
            corners.append(index[x, y])
        mesh.rings.append(list(dict.fromkeys(corners)))
        mesh.region.append(int(region))
        edges = [(min(a, b), max(a, b)) for a, b in pairwise([*mesh.rings[-1], mesh.rings[-1][0]])]
        middles = np.array([[(mesh.x[a] + mesh.x[b]) / 2, (mesh.y[a] + mesh.y[b]) / 2] for a, b in edges])
        kinds = edge_kinds(land, middles, np.full(len(edges), region == IN_WATER))
        # Land comes after water, so that an edge between the two ends as a bank.
        mesh.kind.update(zip(edges, kinds.tolist(), strict=True))
    return mesh


def _crowding_per_block(land: Terrain, units: int) -> float:
    """How much of the field's integral one block gets."""
    import shapely

    low_x, low_y, high_x, high_y = land.outline.bounds
    xs, ys = np.meshgrid(np.linspace(low_x, high_x, 80), np.linspace(low_y, high_y, 80))
    inside = shapely.contains_xy(land.outline, xs.ravel(), ys.ravel())
    points = np.column_stack([xs.ravel(), ys.ravel()])[inside]
    return float(land.crowding(points).mean()) * land.outline.area / units


def _halve(mesh: Mesh, face: int, blocks: float, land: Terrain, least_quality: float, rng: np.random.Generator) -> int | None:
    """Cut one face in two by the best of a few streets; the index of the new face, or None when none is good enough."""
    ring = mesh.refreshed(mesh.rings[face])
    xs, ys = [mesh.x[v] for v in ring], [mesh.y[v] for v in ring]
    area, _, center = measure(xs, ys)
    snap = 0.33 * math.sqrt(area / max(blocks, 1.0))
    draws = rng.random(6).tolist()
    cuts = candidates(xs, ys, _directions(xs, ys, center, land, draws), draws, snap)
    for cut in sorted(cuts, key=lambda c: -c.quality):
        if cut.quality < least_quality and blocks < 6:
            return None
        if is_clear(xs, ys, cut):
            kind = ARTERIAL if blocks > 40 else COLLECTOR if blocks > 8 else LOCAL
            return _apply(mesh, face, ring, cut, kind)
    return None


def _directions(xs: list[float], ys: list[float], center: tuple[float, float], land: Terrain, draws: list[float]) -> list[float]:
    """Directions a street may take: along downtown's grid near it, along the ring's longest side elsewhere; each with its perpendicular."""
    sides = [(math.hypot(xs[i] - xs[i - 1], ys[i] - ys[i - 1]), math.atan2(ys[i] - ys[i - 1], xs[i] - xs[i - 1])) for i in range(len(xs))]
    longest = max(sides)[1] + 0.16 * (draws[0] - 0.5)
    from_downtown = math.hypot(*center) / land.radius
    main = [land.heading] if from_downtown < 0.34 + 0.1 * (draws[1] - 0.5) else [longest]
    if len(xs) > 12 or from_downtown < 0.34:
        main = [*main, land.heading + 0.4 * (draws[4] - 0.5), longest]
    return [angle for base in main for angle in (base + math.pi / 2, base)]


def _apply(mesh: Mesh, face: int, ring: list[int], cut: Halving, kind: int) -> int:
    """Draw the street into the mesh; the face keeps one half, the new face takes the other."""
    size = len(ring)
    corners = [
        ring[position] if at_corner else mesh.split(ring[position], ring[(position + 1) % size], x, y)
        for position, at_corner, x, y in (cut.start, cut.end)
    ]
    first, second = positions(size, cut.start, cut.end), positions(size, cut.end, cut.start)
    mesh.rings[face] = [corners[0], *(ring[k] for k in first), corners[1]]
    mesh.rings.append([corners[1], *(ring[k] for k in second), corners[0]])
    mesh.region.append(mesh.region[face])
    mesh.kind[min(corners), max(corners)] = kind
    return len(mesh.rings) - 1
