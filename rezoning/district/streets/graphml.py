"""Streets from a graph that OSMnx saved as GraphML: nodes with places, an edge for each direction."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from rezoning.district.files.faults import unreadable
from rezoning.district.streets.tags import FORWARD, mapped, posted_kmh
from rezoning.district.streets.ways import Ways, drawn
from rezoning.errors import DataError, Problem

NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"


def read_graphml(path: Path) -> Ways:
    """Edges with class, posted speed and shape; a line from node to node where an edge has no shape.

    Raises
    ------
    DataError
        The file is damaged, or its nodes have no places.
    """
    try:
        crs, nodes, edges = _parsed(path)
    except (ElementTree.ParseError, UnicodeError, ValueError, KeyError) as error:
        raise unreadable(path, error) from error
    if not edges or any(end not in nodes for edge in edges for end in (edge["source"], edge["target"])):
        message = "has no edges between nodes with places (x, y)."
        raise DataError(Problem(path.name, message, "Save the graph with osmnx.save_graphml, or as a GeoPackage."))
    return _ways(path, crs, nodes, edges)


def _parsed(path: Path) -> tuple[str, dict[str, tuple[float, float]], list[dict[str, str]]]:
    """CRS, place of every node, and all that is said of every edge."""
    names: dict[str, str] = {}
    nodes: dict[str, tuple[float, float]] = {}
    edges: list[dict[str, str]] = []
    crs = "EPSG:4326"
    for _, item in ElementTree.iterparse(path):
        tag = item.tag.removeprefix(NAMESPACE)
        if tag == "key":
            names[item.attrib["id"]] = item.attrib["attr.name"]
        if tag not in ("node", "edge", "graph"):
            continue
        said = {names.get(data.get("key", ""), ""): (data.text or "").strip() for data in item.findall(f"{NAMESPACE}data")}
        if tag == "node" and "x" in said and "y" in said:
            nodes[item.attrib["id"]] = (float(said["x"]), float(said["y"]))
        elif tag == "edge":
            edges.append({**said, "source": item.attrib["source"], "target": item.attrib["target"]})
        elif tag == "graph":
            crs = said.get("crs") or crs
        if tag != "graph":
            item.clear()
    return crs, nodes, edges


def _ways(path: Path, crs: str, nodes: dict[str, tuple[float, float]], edges: list[dict[str, str]]) -> Ways:
    import pyproj
    import shapely

    number = {name: k for k, name in enumerate(nodes)}
    shapes = np.array([_shape(edge, nodes) for edge in edges], dtype=object)
    points, starts, of = drawn(shapes)
    if not pyproj.CRS.from_user_input(crs).is_geographic:
        points = np.column_stack(pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(*points.T))
    ends = np.array([[number[edge["source"]], number[edge["target"]]] for edge in edges], dtype=np.int64)
    assert shapely.is_valid_input(shapes).all()
    return Ways(
        points, starts, kind=_column(edges, "highway")[of], posted=np.repeat(mapped(_column(edges, "maxspeed"), posted_kmh)[of, None], 2, axis=1),
        oneway=np.full(len(of), FORWARD), private=np.zeros(len(of), dtype=bool), nodes=ends[of], names=_column(edges, "name")[of],
        num_read=len(edges), files=(path,),
    )  # fmt: skip


def _shape(edge: dict[str, str], nodes: dict[str, tuple[float, float]]) -> Any:
    """An edge's line, from its source to its target."""
    import shapely

    start, end = nodes[edge["source"]], nodes[edge["target"]]
    if not edge.get("geometry"):
        return shapely.LineString([start, end])
    line = shapely.from_wkt(edge["geometry"])
    first = shapely.get_coordinates(line)[0]
    is_reversed = np.hypot(*(first - start)) > np.hypot(*(first - end))
    return shapely.reverse(line) if is_reversed else line


def _column(edges: list[dict[str, str]], name: str) -> np.ndarray[Any, np.dtype[np.object_]]:
    """One value of every edge, the first of a list."""
    held = [edge.get(name, "") for edge in edges]
    return np.array([text.strip("[]").split(",")[0].strip(" '\"") if name == "highway" else text for text in held], dtype=object)
