"""A made-up district, whole: from a seed to blocks, people, schools, zones and ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rezoning.district.district import District, same_school_components
from rezoning.synthetic.addresses import Houses, lay_addresses, names_of_edges
from rezoning.synthetic.blocks import cut_blocks
from rezoning.synthetic.cohorts import groups_by_grade
from rezoning.synthetic.fabric import Fabric, Ints, finish, to_degrees
from rezoning.synthetic.ids import block_ids, school_names, slug
from rezoning.synthetic.land import IN_WATER, RAIL, Terrain, draw_land
from rezoning.synthetic.levels import Level, draw_levels
from rezoning.synthetic.neighbors import BlockPairs, find_neighbors
from rezoning.synthetic.noise import Floats, waves
from rezoning.synthetic.people import RACES, USES, draw_groups, hardship, settle
from rezoning.synthetic.planning import Planning, draw_planning
from rezoning.synthetic.roads import Roads
from rezoning.synthetic.schools import seats, site_schools
from rezoning.synthetic.sites import Sites, draw_sites
from rezoning.synthetic.streets import Streets, lay_streets
from rezoning.synthetic.zones import add_island, add_up, draw_zones

if TYPE_CHECKING:
    import geopandas as gpd

WALK_M, LONGEST_WALK_M = 1000.0, 3000.0
STUDENTS_PER_BLOCK = 6.5
SCHOOL_SIZE = (300, 620)


@dataclass(frozen=True, eq=False)
class Synthetic:
    """A made-up district and what a `District` does not hold.

    Parameters
    ----------
    district
        The district as a reader of its files gets it; polygons in UTM meters.
    polygons
        Blocks in degrees, rounded as they are written, shape (n,).
    use
        Land use of each block: homes, water, shops, industry, park or fields.
    school_place
        Longitude and latitude of each school, shape (m, 2).
    walk_zone
        School that each block is in walking distance of, -1 where none is, shape (n,).
    walk
        Meters on foot from each block to each school, infinite beyond 3 km and from water, shape (n, m).
    planning
        Grades, forecasts, areas, neighborhoods, past changes, portable classrooms.
    addresses
        Houses with street, number and place.
    links, barriers
        Pairs of unit indices that bridges join, and that share a border which nobody can cross; shape (k, 2) each.
    roads
        Streets as lines with class and speed, in degrees.
    edge_names
        What the street along each edge of a block is called, as `Roads.edge` counts edges.
    lines
        Kind (rail, bridge or crossing) and shape in degrees of what a map should show besides blocks.
    beyond
        Upper levels, sites and groups by grade; None where they were not asked for.
    """

    district: District
    polygons: NDArray[np.object_]
    use: tuple[str, ...]
    school_place: Floats
    walk_zone: Ints
    walk: Floats
    planning: Planning
    addresses: Houses
    links: Ints
    barriers: Ints
    roads: Roads
    edge_names: tuple[str, ...]
    lines: tuple[tuple[str, BaseGeometry], ...]
    beyond: Beyond | None = None


@dataclass(frozen=True, eq=False)
class Beyond:
    """What questions beyond one unit and one school need.

    Parameters
    ----------
    levels
        Middle and high schools.
    sites
        Which schools may close, and where one may be built.
    groups_by_grade
        Students of each block by group and grade, shape (n,) each.
    """

    levels: tuple[Level, ...]
    sites: Sites
    groups_by_grade: dict[str, dict[str, Ints]]


def make_district(units: int, schools: int, seed: int, segregation: float = 0.42, *, beyond: bool = False) -> Synthetic:
    """Make up a district: a town on a river with a rail line, its blocks, students, schools and zones.

    Takes time in the order of ``n log n`` for everything but travel, and ``m n log n`` for that. The same arguments give the same district.

    Parameters
    ----------
    units
        Number of blocks, n; at least 12 per school and 60 in all.
    schools
        Number of schools, m; at least 2.
    seed
        Any natural number.
    segregation
        Dissimilarity of low income between today's zones, 0 to 1; drawn students come close to it, small districts less so.
    beyond
        Whether to draw upper levels, sites and groups by grade too; all else is the same with them and without.

    Returns
    -------
    Synthetic
        One connected graph of blocks; today's zones contiguous but for one island; every school in its own zone.

    Raises
    ------
    ValueError
        Too few blocks for the schools.
    """
    if schools < 2 or units < max(60, 12 * schools):
        raise ValueError(f"{units} blocks with {schools} schools: a district needs 2 schools or more, 60 blocks or more and 12 blocks per school.")
    rng = np.random.Generator(np.random.PCG64(seed))
    land = draw_land(units, 1 + min(schools // 5, 24), rng)
    fabric, ids = _numbered(finish(cut_blocks(land, units, rng), land, rng))
    geometry, border_m = _projected(fabric)
    neighbors = find_neighbors(fabric, border_m)
    total = int(np.clip(STUDENTS_PER_BLOCK * units, SCHOOL_SIZE[0] * schools, SCHOOL_SIZE[1] * schools))
    homes = settle(fabric, land, total, rng)
    school_unit = site_schools(fabric, homes.students, schools, rng)
    zone = draw_zones(fabric, neighbors, homes.students, school_unit, rng)
    zone = add_island(fabric, neighbors, homes.students, school_unit, zone)
    uneven = np.column_stack([waves(rng, 1.1 * land.radius)(fabric.center) for _ in RACES])
    hard = hardship(fabric, land, schools, rng)
    groups = draw_groups(homes.students, hard, zone, segregation, uneven, rng)
    streets = lay_streets(fabric, neighbors)
    walk = _walks(fabric, streets, school_unit)
    names = _names(fabric, land, school_unit, rng)
    district = District(
        unit_ids=tuple(ids),
        students=homes.students.astype(np.float64),
        school_ids=tuple(slug(name) for name in names),
        school_names=tuple(names),
        school_unit=school_unit,
        edges=neighbors.edges,
        groups={name: counts.astype(np.float64) for name, counts in groups.items()},
        partition=RACES[:-1],
        current=zone,
        capacity=seats(add_up(zone, homes.students), rng).astype(np.float64),
        travel=np.round(streets.travel(school_unit), 2),
        border_m=neighbors.border,
        geometry=geometry,
    )
    planning = draw_planning(fabric, neighbors.graph(units), homes, ids, zone, groups["low_income"], np.asarray(district.capacity), names, seed)
    return Synthetic(
        district=district,
        polygons=fabric.polygons,
        use=tuple(USES[k] for k in homes.use),
        school_place=to_degrees(fabric.center[school_unit]),
        walk_zone=_walk_zones(neighbors, walk, school_unit),
        walk=walk,
        planning=planning,
        addresses=lay_addresses(fabric, homes, seed),
        links=neighbors.links,
        barriers=neighbors.barriers,
        roads=streets.roads,
        edge_names=names_of_edges(fabric, homes, seed),
        lines=_lines(fabric, neighbors),
        beyond=Beyond(
            levels=draw_levels(fabric, neighbors.graph(units), streets, homes, zone, school_unit, (hard, uneven, segregation), seed),
            sites=draw_sites(fabric, streets, homes.students, zone, school_unit, np.asarray(district.capacity).astype(np.int64), seed),
            groups_by_grade=groups_by_grade(planning.grades, groups, RACES[:-1], seed),
        )
        if beyond
        else None,
    )


def _numbered(fabric: Fabric) -> tuple[Fabric, list[str]]:
    """The fabric with its blocks in the order of their ids, as census files have them."""
    ids = block_ids(fabric)
    order = np.array(sorted(range(len(ids)), key=lambda u: ids[u]))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    beside = np.where(fabric.beside >= 0, place[fabric.beside], -1)
    moved = replace(fabric, beside=beside, region=fabric.region[order], polygons=fabric.polygons[order], plane=fabric.plane[order])
    return moved, [ids[u] for u in order]


def _projected(fabric: Fabric) -> tuple[gpd.GeoSeries, Floats]:
    """Blocks in their UTM zone, as a reader projects them, and the length of every edge there."""
    import geopandas as gpd

    blocks = gpd.GeoSeries(fabric.polygons, crs="EPSG:4326")
    zone = blocks.estimate_utm_crs()
    return blocks.to_crs(zone), gpd.GeoSeries(fabric.line, crs="EPSG:4326").to_crs(zone).length.to_numpy()


def _names(fabric: Fabric, land: Terrain, school_unit: Ints, rng: np.random.Generator) -> list[str]:
    """Names that fit where the schools are."""
    place = fabric.center[school_unit]
    points = shapely.points(place)
    river = shapely.union_all(fabric.plane[fabric.region == IN_WATER])
    by_river, by_rail = (np.asarray(shapely.distance(points, line)) for line in (river, land.rail))
    return school_names(place, land.radius, by_river, by_rail, rng)


def _walks(fabric: Fabric, streets: Streets, school_unit: Ints) -> Floats:
    """Meters on foot, infinite beyond 3 km; nobody sets out from the water."""
    meters = streets.walk(school_unit, LONGEST_WALK_M)
    meters[fabric.region == IN_WATER] = np.inf
    return meters


def _walk_zones(neighbors: BlockPairs, walk: Floats, school_unit: Ints) -> Ints:
    """Nearest school on foot, where the way is short and the blocks hang together with the school's own."""
    nearest = np.where(walk.min(axis=1) <= WALK_M, walk.argmin(axis=1), -1)
    pieces = same_school_components(neighbors.graph(len(nearest)), nearest)
    zones: Ints = np.where((nearest >= 0) & (pieces == pieces[school_unit[nearest]]), nearest, -1)
    return zones


def _lines(fabric: Fabric, neighbors: BlockPairs) -> tuple[tuple[str, BaseGeometry], ...]:
    """Rail line, bridges and crossings, in degrees."""
    corner = to_degrees(fabric.corner)
    rail = shapely.normalize(shapely.line_merge(shapely.multilinestrings(fabric.line[fabric.kind == RAIL])))
    return (
        *(("rail", part) for part in shapely.get_parts(rail)),
        *(("bridge", shapely.linestrings(corner[heads])) for heads in neighbors.bridges),
        *(("crossing", shapely.points(corner[c])) for c in np.sort(neighbors.crossings)),
    )
