"""The graph of units as GerryChain reads it: networkx's adjacency data as JSON, each view's assignment as an attribute of the nodes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.report.exports import words
from rezoning.report.exports.assignments import BLOCK
from rezoning.report.exports.layers import Job, Written, explained, units_columns
from rezoning.runs.files import put

if TYPE_CHECKING:
    import networkx as nx

    from rezoning.district.district import Floats
    from rezoning.report.exports.coverage import Ground, Shapes

HOW = """\
from gerrychain import GeographicPartition, Graph
graph = Graph.from_json("graph.json")
plan = GeographicPartition(graph, assignment="school_{letter}")
Without polygons (no area in the nodes) take Partition instead of GeographicPartition."""


def write_gerrychain(job: Job) -> list[Written]:
    """One graph with all views; without polygons it has neither areas nor lengths of borders."""
    from networkx.readwrite.json_graph import adjacency_data

    path = job.place / "graph.json"
    graph = graph_of(job)
    put(path, json.dumps(adjacency_data(graph), ensure_ascii=False, allow_nan=False) + "\n")
    columns = units_columns(job)
    extra = {"GEOID20": words.meaning("GEOID20")} if _is_blocks(job) else {}
    shaped = words.GRAPH if job.book.district.geometry is not None else {name: words.GRAPH[name] for name in ("id", "shared_perim")}
    return [Written(path, "The units and which of them are neighbors.", explained(columns) | extra | shaped)]


def notes(job: Job) -> list[str]:
    """How to make a partition of it."""
    return ["In Python:", *HOW.format(letter=job.letters[0]).splitlines()]


def graph_of(job: Job) -> nx.Graph[int]:
    """Nodes 0..n-1 in the units' order, edges as the scenario has them, links and barriers included."""
    import networkx as nx

    district = job.book.district
    columns = units_columns(job)
    ground = None if district.geometry is None else job.ground
    graph: nx.Graph[int] = nx.Graph() if ground is None else nx.Graph(crs=ground.crs.to_json())
    for u, values in enumerate(zip(*(column.values for column in columns.values()), strict=True)):
        graph.add_node(u, **dict(zip(columns, values, strict=True)))
    if _is_blocks(job):
        nx.set_node_attributes(graph, dict(enumerate(district.unit_ids)), "GEOID20")
    if ground is not None:
        for name, numbers in _measured(ground).items():
            nx.set_node_attributes(graph, dict(enumerate(numbers)), name)
    shared = _shared(job, ground)
    for (i, j), length in zip(district.edges.tolist(), shared.tolist(), strict=True):
        graph.add_edge(i, j, **({} if np.isnan(length) else {"shared_perim": length}))
    return graph


def _is_blocks(job: Job) -> bool:
    return all(BLOCK.fullmatch(unit) for unit in job.book.district.unit_ids)


def _measured(ground: Ground) -> dict[str, list[Any]]:
    """Area of each unit, and its part of the district's outline."""
    import shapely

    outer = outline_lengths(ground.shapes)
    area = np.nan_to_num(shapely.area(ground.shapes))
    return {"area": area.tolist(), "boundary_node": (outer > 0).tolist(), "boundary_perim": outer.tolist()}


def outline_lengths(shapes: Shapes) -> Floats:
    """Length of each unit's border that no other unit shares, shape (n,).

    In a coverage every stretch between two vertices belongs to one unit or, with the same vertices, to two; so a stretch that occurs once is
    part of the outline. (Intersecting each unit with the outline says the same, and takes minutes for 10,000 blocks.)
    """
    import shapely

    parts, unit = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[:-1] == ring[1:]
    ends = np.stack([xy[:-1][inside], xy[1:][inside]], axis=1)
    owner = unit[part[ring[:-1][inside]]]
    order = np.lexsort((ends[:, :, 1], ends[:, :, 0]), axis=1)
    ends = np.take_along_axis(ends, order[:, :, None], axis=1)
    _, which, times = np.unique(ends.reshape(-1, 4), axis=0, return_inverse=True, return_counts=True)
    alone = times[which.ravel()] == 1
    lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    return np.bincount(owner[alone], weights=lengths[alone], minlength=len(shapes)).astype(np.float64)


def _shared(job: Job, ground: Ground | None) -> Floats:
    """Length of each edge's border: as the district has it, else measured; NaN where there is nothing to measure."""
    import shapely

    district = job.book.district
    given = np.full(len(district.edges), np.nan) if district.border_m is None else district.border_m.copy()
    if ground is None:
        return given
    unknown = np.isnan(given)
    i, j = district.edges[unknown].T
    borders = shapely.boundary(ground.shapes)
    given[unknown] = np.nan_to_num(shapely.length(shapely.intersection(borders[i], borders[j])))
    return given
