"""The lie of the land: district outline, a river with two banks, a rail line, and the pieces they cut the district into."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from rezoning.synthetic.noise import Field, Floats, waves

MEAN_BLOCK_M2 = 100_000.0
"""Mean area of a block; about that of real suburban districts."""
SHORTEST_M = 12.0
"""No side of a piece is shorter, so that every shared border counts as one."""
OUTLINE, BANK, WATER, RAIL, LOCAL, COLLECTOR, ARTERIAL = range(7)
"""What runs along an edge between two blocks."""
IN_WATER = -1
"""Region of a water face."""


@dataclass(frozen=True, eq=False)
class Terrain:
    """The district before any street is drawn; a plane in meters with downtown at the origin.

    Parameters
    ----------
    radius
        Radius of a disk of the district's area.
    heading
        Direction of downtown's street grid in radians.
    outline
        The district.
    river, rail
        Center line of the river; the rail line inside the district.
    faces
        Rings of the pieces, counterclockwise, last point not repeated, shape (k, 2) each; they share their corners exactly.
    region
        Piece of dry land (0, 1, …) that each face is, or `IN_WATER`.
    crowding
        Field of how many blocks there are per area, relative.
    """

    radius: float
    heading: float
    outline: shapely.Polygon
    river: shapely.LineString
    rail: shapely.Geometry
    faces: tuple[Floats, ...]
    region: NDArray[np.int64]
    crowding: Field


def draw_land(units: int, towns: int, rng: np.random.Generator) -> Terrain:
    """Draw land until river and rail cut it into four fair pieces.

    Parameters
    ----------
    units
        Number of blocks the district is to have; sets its size.
    towns
        Number of town centers; downtown is the first.
    rng
        Source of draws.
    """
    radius = math.sqrt(units * MEAN_BLOCK_M2 / math.pi)
    crowding = _crowding(radius, towns, rng)
    for _ in range(2000):
        outline = _outline(radius, rng)
        heading = math.pi * rng.random()
        river, left, right = _river(radius, heading, rng)
        rail = _rail(radius, heading, rng)
        if rail.intersection(river).geom_type != "Point":
            continue
        cuts = _water_cuts(outline, left, right, max(2, round(0.4 * math.sqrt(units))))
        faces, region = _pieces(outline, left, right, cuts, rail)
        land = np.array([face.area for face, r in zip(faces, region, strict=True) if r != IN_WATER])
        rings = tuple(shapely.get_coordinates(shapely.orient_polygons(face))[:-1] for face in faces)
        shortest = min(float(np.linalg.norm(ring - np.roll(ring, 1, axis=0), axis=1).min()) for ring in rings)
        fair = len(land) == 4 and land.min() > 0.07 * outline.area and (region == IN_WATER).sum() == len(cuts) + 1
        if fair and shortest > SHORTEST_M:
            return Terrain(radius, heading + 0.35, outline, river, rail.intersection(outline), rings, region, crowding)
    raise RuntimeError("no river and rail line found that cut the district into four pieces")  # pragma: no cover (one draw in ten fits)


def edge_kinds(land: Terrain, middles: Floats, ring_of_water: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Say what runs along edges of the faces.

    Parameters
    ----------
    land
        The land.
    middles
        Middle points of the edges, shape (e, 2).
    ring_of_water
        Whether each edge was taken from a water face, shape (e,).
    """
    points = shapely.points(middles)
    near_rail = shapely.distance(points, land.rail) < 0.5
    near_outline = shapely.distance(points, land.outline.exterior) < 0.5
    kinds = np.where(ring_of_water, WATER, BANK)
    kinds[near_outline] = OUTLINE
    kinds[near_rail & ~ring_of_water] = RAIL
    return kinds


def _crowding(radius: float, towns: int, rng: np.random.Generator) -> Field:
    """Blocks per area: a high downtown, lower town centers, thin country; uneven by a quarter."""
    centers, heights, widths = [(0.0, 0.0)], [1.0], [0.30 * radius]
    for _ in range(towns - 1):
        angle, distance = 2 * math.pi * rng.random(), radius * (0.4 + 0.5 * rng.random())
        centers.append((distance * math.cos(angle), distance * math.sin(angle)))
        heights.append(0.3 + 0.4 * rng.random())
        widths.append(radius * (0.06 + 0.08 * rng.random()))
    uneven = waves(rng, 0.9 * radius)
    places, tall, wide = np.array(centers), np.array(heights), np.array(widths)

    def field(points: Floats) -> Floats:
        squared = ((points[:, None, :] - places) ** 2).sum(axis=2) / wide**2
        values: Floats = (0.06 + (tall / (1 + squared) ** 1.5).sum(axis=1)) * np.exp(0.25 * uneven(points))
        return values

    return field


def _outline(radius: float, rng: np.random.Generator) -> shapely.Polygon:
    """City limits: a lumpy polygon with long straight sides, with square bites out of it and square bits put on, as annexations leave them."""
    sides = 13 + int(5 * rng.random())
    angle = (np.arange(sides) + 0.6 * rng.random(sides)) * (2 * math.pi / sides)
    reach = np.ones(sides)
    for k in (2, 3, 4):
        reach += (0.04 + 0.07 * rng.random()) * np.cos(k * angle + 2 * math.pi * rng.random())
    limits: shapely.Geometry = shapely.Polygon(radius * reach[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
    for put_on in (False, True, False, True, False):
        about, width, height = 2 * math.pi * rng.random(), radius * (0.25 + 0.25 * rng.random()), radius * (0.2 + 0.2 * rng.random())
        x, y = 0.97 * radius * math.cos(about), 0.97 * radius * math.sin(about)
        square = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        limits = shapely.union(limits, square) if put_on else shapely.difference(limits, square)
    tip = 0.07 * radius
    for width in (-tip, 2 * tip, -tip):  # no spikes, no slits
        limits = shapely.buffer(limits, width, join_style="mitre")
    whole = max(shapely.get_parts(limits).tolist(), key=lambda part: float(part.area))
    smooth = shapely.simplify(shapely.Polygon(whole.exterior), 0.03 * radius)
    return shapely.Polygon(np.round(shapely.get_coordinates(smooth), 1))


def _river(radius: float, heading: float, rng: np.random.Generator) -> tuple[shapely.LineString, shapely.LineString, shapely.LineString]:
    """Center line and the two banks of a river that bends round downtown."""
    along = np.arange(-1.6 * radius, 1.6 * radius, 110.0)
    bend = (0.22 + 0.12 * rng.random()) * np.cos(math.pi * along / (0.9 * radius) + 0.8 * (rng.random() - 0.5))
    wiggle = 0.035 * np.sin(math.pi * along / (0.21 * radius) + 2 * math.pi * rng.random())
    across = radius * (bend + wiggle - 0.02 + 0.08 * rng.random())
    center = _turned(along, across, heading)
    direction = np.gradient(center, axis=0)
    normal = np.column_stack([-direction[:, 1], direction[:, 0]]) / np.linalg.norm(direction, axis=1)[:, None]
    half_width = min(max(0.011 * radius, 25.0), 130.0) * (0.8 + 0.4 * np.linspace(0, 1, len(along)))[:, None]
    banks = (np.round(center + side * half_width * normal, 2) for side in (1, -1))
    left, right = (shapely.LineString(bank) for bank in banks)
    return shapely.LineString(center), left, right


def _rail(radius: float, heading: float, rng: np.random.Generator) -> shapely.LineString:
    """A gently curved line that passes beside downtown and crosses the river."""
    along = np.arange(-1.6 * radius, 1.6 * radius, 260.0)
    side = 1.0 if rng.random() < 0.5 else -1.0
    across = side * radius * (0.16 + 0.1 * rng.random()) + 0.16 * (rng.random() - 0.5) * along**2 / radius
    turn = math.radians(60 + 60 * rng.random())
    return shapely.LineString(np.round(_turned(along, across, heading + turn), 2))


def _turned(along: Floats, across: Floats, heading: float) -> Floats:
    """Points given along and across a heading, in the plane."""
    c, s = math.cos(heading), math.sin(heading)
    return np.column_stack([c * along - s * across, s * along + c * across])


def _water_cuts(outline: shapely.Polygon, left: shapely.LineString, right: shapely.LineString, count: int) -> list[shapely.LineString]:
    """Lines from bank to bank that cut the river into blocks of about equal length."""
    pairs = np.stack([shapely.get_coordinates(left), shapely.get_coordinates(right)], axis=1)
    segments = np.asarray(shapely.linestrings(pairs))
    inside = np.flatnonzero(shapely.within(segments, outline.buffer(-150.0)))
    if len(inside) < 3:
        return []
    chosen = np.unique(np.linspace(0, len(inside) - 1, count + 2).astype(int)[1:-1])
    return [segments[inside[k]] for k in chosen]


def _pieces(
    outline: shapely.Polygon, left: shapely.LineString, right: shapely.LineString, cuts: list[shapely.LineString], rail: shapely.LineString
) -> tuple[list[shapely.Polygon], NDArray[np.int64]]:
    """Faces of the drawing, and which region each is; water first, then land by position."""
    river = shapely.Polygon(np.vstack([shapely.get_coordinates(left), shapely.get_coordinates(right)[::-1]]))
    lines = shapely.union_all([outline.exterior, left, right, *cuts, rail.difference(river)])
    faces = [f for f in shapely.get_parts(shapely.polygonize([lines])) if outline.covers(f.representative_point())]
    wet = [river.covers(f.representative_point()) for f in faces]
    order = sorted(range(len(faces)), key=lambda k: (not wet[k], *(round(c) for c in faces[k].centroid.coords[0])))
    num_wet = sum(wet)
    region = np.array([IN_WATER] * num_wet + list(range(len(faces) - num_wet)), dtype=np.int64)
    return [faces[k] for k in order], region
