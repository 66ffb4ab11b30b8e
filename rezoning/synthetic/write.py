"""Write a made-up district as the files a planner would have; the same district gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from rezoning.synthetic.district import Synthetic
from rezoning.synthetic.fabric import DECIMALS, Ints
from rezoning.synthetic.planning import Planning
from rezoning.synthetic.roads import named_lines
from rezoning.synthetic.tables import beyond_tables, lines_of, wide

BLOCKS, SCHOOLS, TRAVEL, WALKS = "blocks.geojson", "schools.csv", "travel.csv", "walks.csv"
WALK_ZONES, LINES, ADDRESSES, STREETS = "walk_zones.geojson", "lines.geojson", "addresses.csv", "streets.geojson"


def write_district(
    directory: str | Path, town: Synthetic, max_increase: float | None = None, name: str = "synthetic", *, streets: bool = False
) -> list[Path]:
    """Write blocks, schools, travel, walks, walk zones, map lines and addresses; with `max_increase` a scenario that runs on them too.

    Upper levels, sites and groups by grade get files of their own beside these, where the town has them.

    Parameters
    ----------
    directory
        Where the files go; made if need be.
    town
        The made-up district.
    max_increase
        Share that a trip may be longer than today's, for ``scenario.yaml``; None writes no scenario.
    name
        Name of the scenario.
    streets
        Whether to write the streets too, as a layer of lines with name, class (``highway``), driven speed (``kmh``) and ``oneway``.

    Returns
    -------
    list of Path
        The files written.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        BLOCKS: _collection(_block_features(town)),
        SCHOOLS: _school_lines(town),
        TRAVEL: _travel_lines(town),
        WALKS: _walk_lines(town),
        WALK_ZONES: _collection(_walk_zone_features(town)),
        LINES: _collection(({"kind": kind}, shape) for kind, shape in town.lines),
        ADDRESSES: _address_lines(town),
    }
    if streets:
        texts[STREETS] = _collection(named_lines(town.roads, town.edge_names))
    if town.beyond is not None:
        texts |= beyond_tables(town, town.beyond)
    if max_increase is not None:
        texts["scenario.yaml"] = benchmark_scenario(town, max_increase, name).splitlines(keepends=True)
    for file, lines in texts.items():
        with (folder / file).open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(lines)
    return [folder / file for file in texts]


def benchmark_scenario(town: Synthetic, max_increase: float, name: str = "synthetic") -> str:
    """Text of a scenario beside the district's files: even out low income, with trips at most `max_increase` longer than today's.

    Every school keeps its enrollment within 15 %, zones are contiguous and today's island may stay, as in the published national study.
    """
    groups = ", ".join(f"{group}: {group}" for group in town.district.groups)
    return f"""name: {name}
description: A made-up district of {town.district.num_units:,} blocks and {town.district.num_schools} schools.
rules:
  capacity: {{min: 0.85, max: 1.15, of: current}}
  travel: {{max_increase: {max_increase:g}}}
  contiguity: {{method: exact, islands: keep}}
goals:
  - {{minimize: dissimilarity, group: low_income}}
solve: {{time_limit: 60, seed: 0}}
data:
  units:
    path: {BLOCKS}
    id: GEOID20
    students: students
    groups: {{{groups}}}
    partition: [{", ".join(town.district.partition)}]
    current_school: school
  schools: {{path: {SCHOOLS}, id: school_id, name: name, capacity: capacity, unit: GEOID20}}
  travel: {{path: {TRAVEL}, measure: minutes}}
{adjacency_section(town)}"""


def adjacency_section(town: Synthetic) -> str:
    """The ``adjacency`` section of a scenario's ``data``, indented to stand there: bridges as links, river and rail line as barriers."""
    links = _pair_lines(town, town.links, "      # The bridges over the river: the blocks at one bridgehead with those at the other.\n")
    why = "      # No way across: the rail line away from its crossings, and the river (each water block keeps one neighbor on the bank).\n"
    return f"  adjacency:\n    links:\n{links}    barriers:\n{_pair_lines(town, town.barriers, why)}"


def _pair_lines(town: Synthetic, pairs: Ints, why: str) -> str:
    ids = town.district.unit_ids
    return why + "".join(f'      - ["{ids[u]}", "{ids[v]}"]\n' for u, v in pairs.tolist())


Feature = tuple[dict[str, Any], BaseGeometry]


def _block_features(town: Synthetic) -> Iterable[Feature]:
    district = town.district
    assert district.current is not None
    columns = {"students": district.students, **district.groups}
    counts = {name: values.astype(np.int64).tolist() for name, values in columns.items()}
    today = district.current.tolist()
    for u, shape in enumerate(town.polygons):
        properties = {"GEOID20": district.unit_ids[u], "use": town.use[u]} | {name: values[u] for name, values in counts.items()}
        yield {**properties, "school": district.school_ids[today[u]], **_planned(town.planning, u)}, shape


def _planned(planning: Planning, u: int) -> dict[str, Any]:
    """What the planning office knows of a block, in columns; null where it knows nothing."""
    counts = planning.grades | {f"students_{name}": values for name, values in (planning.years | planning.growth).items()}
    return {
        **{name: int(values[u]) for name, values in counts.items()},
        "area": planning.area[u],
        "neighborhood": planning.neighborhood[u] or None,
        "rezoned": int(planning.rezoned[u]) or None,
        "protected": "yes" if planning.protected[u] else None,
        "ses": int(planning.ses[u]),
    }


def _walk_zone_features(town: Synthetic) -> Iterable[Feature]:
    district = town.district
    for s, school in enumerate(district.school_ids):
        shape = shapely.coverage_union_all(town.polygons[town.walk_zone == s])
        yield {"school_id": school, "name": district.school_names[s]}, shapely.normalize(shape)


def _collection(features: Iterable[Feature]) -> list[str]:
    """GeoJSON (RFC 7946) with one feature in a line."""
    rows = [
        f'{{"type":"Feature","properties":{json.dumps(properties, separators=(",", ":"))},"geometry":{_geometry(shape)}}}'
        for properties, shape in features
    ]
    return ['{"type":"FeatureCollection","features":[\n', ",\n".join(rows), "\n]}\n"]


def _geometry(shape: BaseGeometry) -> str:
    kind = shape.geom_type
    if kind == "Polygon":
        return f'{{"type":"Polygon","coordinates":{_rings(shape)}}}'
    if kind == "MultiPolygon":
        return f'{{"type":"MultiPolygon","coordinates":[{",".join(_rings(part) for part in shapely.get_parts(shape))}]}}'
    points = _points(shape)
    return f'{{"type":"{kind}","coordinates":{points[1:-1] if kind == "Point" else points}}}'


def _rings(polygon: BaseGeometry) -> str:
    """Outer ring counterclockwise, as the format wants it, then the holes."""
    oriented = shapely.orient_polygons(polygon)
    return f"[{','.join(_points(ring) for ring in shapely.get_rings(oriented))}]"


def _points(line: BaseGeometry) -> str:
    return "[" + ",".join(f"[{x:.{DECIMALS}f},{y:.{DECIMALS}f}]" for x, y in shapely.get_coordinates(line).tolist()) + "]"


def _school_lines(town: Synthetic) -> Sequence[str]:
    district = town.district
    assert district.capacity is not None
    rows = [["school_id", "name", "capacity", "GEOID20", "lon", "lat", "portables", "portable_price", *town.planning.programs]]
    for s, school in enumerate(district.school_ids):
        block = district.unit_ids[district.school_unit[s]]
        place = [f"{degrees:.{DECIMALS}f}" for degrees in town.school_place[s].tolist()]
        portables = [f"{town.planning.portables[s]}", f"{town.planning.portable_price[s]:.1f}"]
        programs = ["yes" if offers[s] else "no" for offers in town.planning.programs.values()]
        rows.append([school, district.school_names[s], f"{district.capacity[s]:.0f}", block, *place, *portables, *programs])
    return lines_of(rows)


def _travel_lines(town: Synthetic) -> Sequence[str]:
    """Wide: a row per block, a column per school, minutes."""
    district = town.district
    assert district.travel is not None
    return wide(district.unit_ids, district.school_ids, district.travel)


def _walk_lines(town: Synthetic) -> Sequence[str]:
    """Long: a row per block and school that is at most 3 km away on foot, whole meters."""
    district = town.district
    rows = zip(*(where.tolist() for where in np.nonzero(np.isfinite(town.walk))), strict=True)
    return [
        *lines_of([["from_id", "to_id", "meters"]]),
        *(f"{district.unit_ids[u]},{district.school_ids[s]},{town.walk[u, s]:.0f}\n" for u, s in rows),
    ]


def _address_lines(town: Synthetic) -> Sequence[str]:
    """A row per house, by street and number."""
    houses = town.addresses
    order = np.lexsort((houses.number, houses.street)).tolist()
    place = [[f"{degrees:.{DECIMALS}f}" for degrees in point] for point in houses.place.tolist()]
    rows = ([str(houses.number[k]), houses.names[houses.street[k]], *place[k]] for k in order)
    return lines_of([["number", "street", "lon", "lat"], *rows])
