"""Trips over random towns against a second way to find them: networkx, every place put into the graph as a node of its own."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point
from towns import EAST, GEOD, NORTH, TO_DEGREES, Town, road, trips

LETTERS = "abcdefghijklmnop"
KMH = {"residential": 25, "tertiary": 40, "primary": 65}


def drawn(seed: int) -> Town:
    """Four by four corners, each moved; some streets are missing, some one-way, some bent in two; units and schools beside them."""
    rng = np.random.default_rng(seed)
    corners = {name: (200.0 * (k % 4) + rng.uniform(-60, 60), 200.0 * (k // 4) + rng.uniform(-60, 60)) for k, name in enumerate(LETTERS)}
    pairs = [(k, k + 1) for k in range(16) if k % 4 < 3] + [(k, k + 4) for k in range(12)]
    streets = []
    for a, b in pairs:
        if rng.random() < 0.15:
            continue
        oneway = {"oneway": str(rng.choice(["yes", "-1"]))} if rng.random() < 0.3 else {}
        streets.append(road(LETTERS[a] + LETTERS[b], str(rng.choice(list(KMH))), **oneway))
    places = [tuple(rng.uniform(-80, 680, 2)) for _ in range(6)]
    return Town(corners, streets, {f"u{k}": places[k] for k in range(4)}, {"S": places[4], "T": places[5]})


def meters(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(GEOD.inv(*a, *b)[2])


def degrees(point: Point) -> tuple[float, float]:
    lon, lat = TO_DEGREES.transform(EAST + point.x, NORTH + point.y)
    return float(lon), float(lat)


def streets_of(town: Town, delay: float) -> nx.MultiDiGraph:
    """Corners, and minutes along each street where it may be driven, those at a junction's arrival included; the longest part that hangs together."""
    graph, met = nx.MultiDiGraph(), dict.fromkeys(town.corners, 0)
    for path, _ in town.streets:
        for corner in path:
            met[corner] += 1
    late = {corner: delay / 60 if times > 2 else 0.0 for corner, times in met.items()}
    for number, (path, tags) in enumerate(town.streets):
        far = meters(town.degrees(path[0]), town.degrees(path[1]))
        cost = 0.06 * far / KMH[tags["highway"]]
        for a, b, against in ((path[0], path[1], "-1"), (path[1], path[0], "yes")):
            if tags.get("oneway") != against:
                graph.add_edge(a, b, key=number, cost=cost, late=late[b], far=far)

    def size(part: set[str]) -> float:
        inner = graph.subgraph(part)
        return sum({key: data["far"] for _, _, key, data in inner.edges(keys=True, data=True)}.values())

    return graph.subgraph(max(nx.strongly_connected_components(graph), key=size)).copy()


def by_hand(town: Town, delay: float) -> np.ndarray[Any, Any]:
    graph = streets_of(town, delay)
    numbers = sorted({key for _, _, key in graph.edges(keys=True)})
    lines = {k: LineString([town.corners[c] for c in town.streets[k][0]]) for k in numbers}

    def snap(place: tuple[float, float]) -> tuple[int, float, float]:
        nearest = min(numbers, key=lambda k: lines[k].distance(Point(place)))
        share = lines[nearest].project(Point(place), normalized=True)
        return nearest, share, meters(degrees(Point(place)), degrees(lines[nearest].interpolate(share, normalized=True)))

    found = np.empty((len(town.units), len(town.schools)))
    for u, home in enumerate(town.units.values()):
        for s, school in enumerate(town.schools.values()):
            here, there = snap(home), snap(school)
            way = graph.copy()
            for k in {here[0], there[0]}:
                a, b = town.streets[k][0]
                stops = sorted([(share, name) for number, share, name in ((*here[:2], "home"), (*there[:2], "school")) if number == k])
                chain = [(0.0, a), *stops, (1.0, b)]
                for start, end, order in ((a, b, chain), (b, a, [(1 - share, name) for share, name in reversed(chain)])):
                    if not graph.has_edge(start, end, k):
                        continue
                    data = graph.edges[start, end, k]
                    way.remove_edge(start, end, k)
                    for (before, one), (after, other) in pairwise(order):
                        way.add_edge(one, other, cost=data["cost"] * (after - before), late=data["late"] if other == end else 0.0)

            for (k, share, _), name in ((here, "home"), (there, "school")):
                if share < 1e-9 or share > 1 - 1e-9:  # at a corner one is in every street there
                    corner = town.streets[k][0][round(share)]
                    way.add_edge(name, corner, cost=0.0, late=0.0)
                    way.add_edge(corner, name, cost=0.0, late=0.0)

            def cost(_a: str, _b: str, edges: dict[Any, dict[str, float]]) -> float:
                return min(data["cost"] + data["late"] for data in edges.values())

            along = nx.shortest_path_length(way, "home", "school", weight=cost)
            found[u, s] = along + 0.06 * (here[2] + there[2]) / 5
    return found


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32), delay=st.sampled_from([0, 7.5]))
def test_random_towns(seed: int, delay: float) -> None:
    town = drawn(seed)
    if not any(len(part) > 1 for part in nx.strongly_connected_components(streets_of(town, delay))):
        return
    with tempfile.TemporaryDirectory() as folder:
        found = trips(town, {"path": town.osm(Path(folder) / "streets.osm"), "junction_delay": delay})
    np.testing.assert_allclose(found, by_hand(town, delay), atol=0.02)


def test_lengths_are_those_of_the_ellipsoid() -> None:
    """Against geodesics, from the equator to the north of Alaska and across the date line."""
    from rezoning.district.streets.network import plane, steps_m

    rng = np.random.default_rng(1)
    for latitude in (0.0, 33.0, -45.0, 71.0):
        points = np.column_stack([179.99 + np.cumsum(rng.uniform(-0.01, 0.012, 60)), latitude + np.cumsum(rng.uniform(-0.01, 0.01, 60))])
        points[:, 0] = (points[:, 0] + 180) % 360 - 180
        exact = GEOD.inv(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])[2]
        np.testing.assert_allclose(steps_m(points), exact, rtol=1e-6)
        flat = plane(points, points[0])
        np.testing.assert_allclose(np.hypot(*np.diff(flat, axis=0).T), exact, rtol=0.02)
        assert shapely.LineString(flat).is_valid
