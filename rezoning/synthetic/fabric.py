"""Blocks as finished shapes: bent a little so that streets curve, in degrees and in meters, with who borders whom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from rezoning.synthetic.blocks import Mesh
from rezoning.synthetic.land import Terrain
from rezoning.synthetic.noise import Field, Floats, waves

Ints = NDArray[np.int64]
ORIGIN = (-91.2, 40.3)
"""Longitude and latitude of downtown; the state code of the ids belongs to no state."""
METERS_PER_DEGREE = 111_194.9
DECIMALS = 6
"""Of a degree: a tenth of a meter."""


@dataclass(frozen=True, eq=False)
class Fabric:
    """Blocks with their corners and edges. Blocks are in the mesh's order.

    Parameters
    ----------
    corner
        Corners where edges meet, in plane meters, shape (v, 2).
    edge
        First and second corner of each edge, shape (e, 2).
    kind
        What runs along each edge (see `land`), shape (e,).
    line
        Each edge in degrees, curve and all, shape (e,).
    length
        Length of each edge in plane meters, shape (e,).
    beside
        The two blocks beside each edge, the second -1 at the district's limit, shape (e, 2).
    region
        Piece of dry land that each block lies in, -1 for water, shape (n,).
    polygons
        Blocks in degrees, shape (n,); neighbors share every corner exactly.
    plane
        The same blocks in plane meters.
    """

    corner: Floats
    edge: Ints
    kind: Ints
    line: NDArray[np.object_]
    length: Floats
    beside: Ints
    region: Ints
    polygons: NDArray[np.object_]
    plane: NDArray[np.object_]

    @cached_property
    def center(self) -> Floats:
        """A point inside each block, in plane meters, shape (n, 2)."""
        centroids = shapely.centroid(self.plane)
        points = np.where(shapely.covers(self.plane, centroids), centroids, shapely.point_on_surface(self.plane))
        return shapely.get_coordinates(points).astype(np.float64)

    @cached_property
    def area(self) -> Floats:
        """Area of each block in square meters, shape (n,)."""
        return np.asarray(shapely.area(self.plane)).astype(np.float64)


def to_degrees(plane: Floats) -> Floats:
    """Plane meters as rounded longitude and latitude."""
    latitude = ORIGIN[1] + plane[:, 1] / METERS_PER_DEGREE
    longitude = ORIGIN[0] + plane[:, 0] / (METERS_PER_DEGREE * math.cos(math.radians(ORIGIN[1])))
    return np.column_stack([np.round(longitude, DECIMALS), np.round(latitude, DECIMALS)])


def bending(land: Terrain, rng: np.random.Generator) -> Field:
    """How far each point moves, shape (n, 2) in meters: not at all downtown, up to a street's width or two in the suburbs."""
    fields = [(waves(rng, wavelength), share * wavelength / (2 * math.pi)) for wavelength, share in ((5000.0, 0.15), (1600.0, 0.08)) for _ in "xy"]

    def field(points: Floats) -> Floats:
        distance = np.hypot(points[:, 0], points[:, 1]) / land.radius
        ease = np.clip((distance - 0.2) / 0.5, 0, 1)[:, None] ** 2
        long_x, long_y, short_x, short_y = (wave(points) * scale for wave, scale in fields)
        moved: Floats = ease * np.column_stack([long_x + short_x, long_y + short_y])
        return moved

    return field


def finish(mesh: Mesh, land: Terrain, rng: np.random.Generator) -> Fabric:
    """Bend the mesh and make polygons of its rings.

    Parameters
    ----------
    mesh
        Rings that share their corners.
    land
        The land it was cut from.
    rng
        Source of draws.
    """
    edge, beside, kind, face_edges = _edges(mesh)
    bend = bending(land, rng)
    straight = np.column_stack([mesh.x, mesh.y])
    corner = straight + bend(straight)
    curves, owner = _curves(straight, edge, bend)
    flat = _lines(corner, edge, curves, owner)
    line = _lines(to_degrees(corner), edge, to_degrees(curves), owner)
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(edge)))])
    plane = _polygons(mesh, face_edges, edge, corner, curves, starts)
    degrees = _polygons(mesh, face_edges, edge, to_degrees(corner), to_degrees(curves), starts)
    region = np.array(mesh.region, dtype=np.int64)
    return Fabric(corner, edge, kind, line, shapely.length(flat), beside, region, shapely.normalize(degrees), plane)


def _edges(mesh: Mesh) -> tuple[Ints, Ints, Ints, list[list[int]]]:
    """Edges between corners, the blocks beside them, their kinds, and the edges of each block in ring order."""
    index: dict[tuple[int, int], int] = {}
    beside: list[list[int]] = []
    of_face: list[list[int]] = []
    for face, ring in enumerate(mesh.rings):
        own = []
        for a, b in pairwise([*ring, ring[0]]):
            key = (a, b) if a < b else (b, a)
            e = index.setdefault(key, len(beside))
            if e == len(beside):
                beside.append([face, -1])
            else:
                beside[e][1] = face
            own.append(e)
        of_face.append(own)
    edge = np.array(list(index), dtype=np.int64)
    kind = np.array([mesh.kind[key] for key in index], dtype=np.int64)
    return edge, np.array(beside, dtype=np.int64), kind, of_face


def _curves(straight: Floats, edge: Ints, bend: Field) -> tuple[Floats, Ints]:
    """Points between the ends of edges that bending curves by more than a few meters, first end first, and the edge of each."""
    a, b = straight[edge[:, 0]], straight[edge[:, 1]]
    middle = (a + b) / 2
    sag = np.linalg.norm(bend(middle) - (bend(a) + bend(b)) / 2, axis=1)
    between = np.minimum(np.floor(np.round(np.sqrt(sag / 2.5), 6)), 12).astype(np.int64)
    owner = np.repeat(np.arange(len(edge)), between)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(between) - between, between) + 1
    t = (rank / (between[owner] + 1))[:, None]
    points = a[owner] * (1 - t) + b[owner] * t
    return points + bend(points), owner


def _lines(corner: Floats, edge: Ints, curves: Floats, owner: Ints) -> NDArray[np.object_]:
    """Every edge as a line along its curve."""
    key = np.concatenate([np.arange(len(edge)), owner, np.arange(len(edge))])
    points = np.concatenate([corner[edge[:, 0]], curves, corner[edge[:, 1]]])
    order = np.argsort(key, kind="stable")
    return np.asarray(shapely.linestrings(points[order], indices=key[order]))


def _polygons(mesh: Mesh, face_edges: list[list[int]], edge: Ints, corner: Floats, curves: Floats, starts: Ints) -> NDArray[np.object_]:
    """Rings through corners and curve points."""
    corners, curve_points, first, offset = corner.tolist(), curves.tolist(), edge[:, 0].tolist(), starts.tolist()
    points: list[list[float]] = []
    owner: list[int] = []
    for face, (ring, edges) in enumerate(zip(mesh.rings, face_edges, strict=True)):
        size = len(points)
        for a, e in zip(ring, edges, strict=True):
            points.append(corners[a])
            between = curve_points[offset[e] : offset[e + 1]]
            points.extend(between if first[e] == a else reversed(between))
        points.append(points[size])
        owner.extend([face] * (len(points) - size))
    return np.asarray(shapely.polygons(shapely.linearrings(np.array(points), indices=np.array(owner))))
