"""Streets as a layer of lines, as a county keeps one: what the street graph joins shares a vertex, what it keeps apart does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rezoning.synthetic.fabric import Fabric, Ints, to_degrees
from rezoning.synthetic.land import ARTERIAL, BANK, COLLECTOR, LOCAL, OUTLINE, RAIL
from rezoning.synthetic.noise import Floats

HIGHWAY = {OUTLINE: "residential", BANK: "residential", LOCAL: "residential", RAIL: "unclassified", COLLECTOR: "tertiary", ARTERIAL: "primary"}
JOIN = "secondary"
"""Bridges, crossings and underpasses."""

ASIDE_M = 10.0
"""How far from the rail line the lanes beside it are drawn."""


@dataclass(frozen=True, eq=False)
class Roads:
    """Lines of streets.

    Parameters
    ----------
    line
        From corner to corner in degrees, shape (k,).
    highway
        Class of each, as OpenStreetMap calls it.
    kmh
        Speed that is driven on each, shape (k,).
    edge
        The edge of a block that each runs along; -1 for a bridge or a crossing. Shape (k,).
    """

    line: NDArray[np.object_]
    highway: tuple[str, ...]
    kmh: Floats
    edge: Ints


def draw_roads(fabric: Fabric, nodes: Floats, ends: Ints, edge: Ints, minutes: Floats) -> Roads:
    """Draw each stretch of street once.

    Parameters
    ----------
    fabric
        The blocks, along whose edges streets run.
    nodes
        Place of every street corner in plane meters, shape (v, 2).
    ends
        The two corners of each stretch, shape (k, 2).
    edge
        The edge it runs along, from its first corner to its second; -1 for a bridge or a crossing. Shape (k,).
    minutes
        By car, shape (k,).
    """
    _, once = np.unique(np.column_stack([ends, edge]), axis=0, return_index=True)
    once.sort()
    ends, edge, minutes = ends[once], edge[once], minutes[once]
    place = to_degrees(nodes)
    kind = np.where(edge < 0, -1, fabric.kind[edge])
    lines = [
        _line(place[pair], None if of < 0 or what == RAIL else fabric.line[of])
        for pair, of, what in zip(ends, edge.tolist(), kind.tolist(), strict=True)
    ]
    meters = np.where((edge < 0) | (kind == RAIL), np.linalg.norm(nodes[ends[:, 0]] - nodes[ends[:, 1]], axis=1), fabric.length[edge])
    return Roads(np.array(lines, dtype=object), tuple(HIGHWAY.get(what, JOIN) for what in kind.tolist()), np.round(meters * 0.06 / minutes, 2), edge)


def named_lines(roads: Roads, edge_names: Sequence[str]) -> Iterator[tuple[dict[str, Any], shapely.LineString]]:
    """Each street as one line as far as its name, class and speed go, with a vertex at every corner; sorted, the same on every machine."""
    names = np.array([*edge_names, ""], dtype=object)[roads.edge]
    groups: dict[tuple[str, str, float], list[shapely.LineString]] = {}
    for name, highway, kmh, line in zip(names.tolist(), roads.highway, roads.kmh.tolist(), roads.line, strict=True):
        groups.setdefault((name, highway, kmh), []).append(line)
    for (name, highway, kmh), lines in sorted(groups.items(), key=lambda one: one[0]):
        parts = shapely.normalize(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))))
        for line in sorted(parts, key=lambda part: part.coords[:]):
            yield {"name": name, "highway": highway, "kmh": kmh, "oneway": "no"}, line


def _line(ends: Floats, curve: shapely.LineString | None) -> shapely.LineString:
    """From corner to corner, along a curve where there is one; lanes beside the rail line are straight, for both would share its bends."""
    between = shapely.get_coordinates(curve)[1:-1] if curve is not None else np.empty((0, 2))
    return shapely.LineString(np.concatenate([ends[:1], between, ends[1:]]))


def corners_apart(fabric: Fabric, corner: Ints, node: Ints, block: Ints) -> Floats:
    """Place of every street corner in plane meters, shape (v, 2): those that lie at one corner of the land lie aside, towards their own blocks.

    Parameters
    ----------
    fabric
        The blocks.
    corner
        Corner of the land of each street corner, shape (v,).
    node, block
        Which street corners lie beside which blocks, shape (k,) each.
    """
    sums = np.column_stack([np.bincount(node, weights=fabric.center[block, axis], minlength=len(corner)) for axis in (0, 1)])
    place = fabric.corner[corner]
    way = sums / np.maximum(np.bincount(node, minlength=len(corner)), 1)[:, None] - place
    far = np.maximum(np.linalg.norm(way, axis=1), 1e-9)[:, None]
    is_several = np.bincount(corner, minlength=len(fabric.corner))[corner] > 1
    return place + np.where(is_several[:, None], way / far * np.minimum(ASIDE_M, far / 2), 0.0)
