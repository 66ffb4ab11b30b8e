"""Small towns, drawn in meters: streets between corners, units and schools beside them, written as every kind of file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from shapely.geometry import LineString, Point, box

from rezoning.district.district import District
from rezoning.district.load import load_district
from rezoning.district.streets.load import made
from rezoning.district.streets.places import Places
from rezoning.district.streets.speeds import own_speeds
from rezoning.errors import RezoningError
from rezoning.scenario.load import load_scenario
from rezoning.scenario.streets import Streets, WalkingStreets

CRS, EAST, NORTH = "EPSG:32616", 500_000.0, 4_400_000.0
TO_DEGREES = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
GEOD = pyproj.Geod(ellps="WGS84")
TAGS = ("highway", "oneway", "maxspeed", "junction", "access", "motor_vehicle", "foot")


@dataclass
class Town:
    """Corners by letter in meters, streets along them with tags of OpenStreetMap, units and schools by their points."""

    corners: dict[str, tuple[float, float]]
    streets: list[tuple[str, dict[str, str]]]
    units: dict[str, tuple[float, float]] = field(default_factory=dict)
    schools: dict[str, tuple[float, float]] = field(default_factory=dict)

    def degrees(self, corner: str) -> tuple[float, float]:
        """Longitude and latitude, as a file of OpenStreetMap has them."""
        x, y = self.corners[corner]
        lon, lat = TO_DEGREES.transform(EAST + x, NORTH + y)
        return round(lon, 7), round(lat, 7)

    def line(self, path: str) -> LineString:
        return LineString([self.degrees(corner) for corner in path])

    def length(self, path: str) -> float:
        """Geodesic meters."""
        return float(GEOD.line_length(*zip(*(self.degrees(corner) for corner in path), strict=True)))

    # -- streets as files --------------------------------------------------------------------------------------------

    def osm(self, path: Path) -> Path:
        """OpenStreetMap's XML, with ids that do not rise."""
        number = {corner: 900 - 7 * k for k, corner in enumerate(self.corners)}
        nodes = [f'<node id="{number[c]}" lat="{self.degrees(c)[1]:.7f}" lon="{self.degrees(c)[0]:.7f}" version="1"/>' for c in self.corners]
        ways = []
        for k, (corners, tags) in enumerate(self.streets):
            inside = "".join(f'<nd ref="{number[c]}"/>' for c in corners) + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
            ways.append(f'<way id="{50 - k}" version="1">{inside}</way>')
        text = "\n".join(['<?xml version="1.0"?><osm version="0.6">', *nodes, *ways, "</osm>"])
        path.write_text(text, encoding="utf-8")
        return path

    def frame(self) -> gpd.GeoDataFrame:
        columns = {tag: [tags.get(tag) for _, tags in self.streets] for tag in TAGS if any(tag in tags for _, tags in self.streets)}
        return gpd.GeoDataFrame(columns, geometry=[self.line(path) for path, _ in self.streets], crs="EPSG:4326")

    def layer(self, path: Path, crs: Any = "EPSG:4326", **options: Any) -> Path:
        """A layer of roads."""
        self.frame().to_crs(crs).to_file(path, **options)
        return path

    def osmnx(self, path: Path) -> Path:
        """Nodes and edges in one GeoPackage, as OSMnx writes them."""
        nodes = gpd.GeoDataFrame({"osmid": range(len(self.corners))}, geometry=[Point(self.degrees(c)) for c in self.corners], crs="EPSG:4326")
        nodes.to_file(path, layer="nodes")
        edges = self.frame()
        edges["oneway"] = [tags.get("oneway") == "yes" for _, tags in self.streets]
        edges["highway"] = [f"['{kind}', 'primary']" if k == 0 else kind for k, kind in enumerate(edges["highway"])]
        edges.to_file(path, layer="edges")
        return path

    def graphml(self, path: Path) -> Path:
        """OSMnx's GraphML: an edge from corner to corner for every direction."""
        import networkx as nx

        graph = nx.MultiDiGraph(crs="epsg:4326")
        for corner in self.corners:
            lon, lat = self.degrees(corner)
            graph.add_node(corner, x=str(lon), y=str(lat))
        for corners, tags in self.streets:
            said = {key: value for key, value in tags.items() if key in ("highway", "maxspeed")}
            for a, b in pairwise(corners):
                if tags.get("oneway") != "-1":
                    graph.add_edge(a, b, **said, geometry=self.line(a + b).wkt)
                if tags.get("oneway") != "yes":
                    graph.add_edge(b, a, **said)
        nx.write_graphml(graph, path)
        return path

    # -- the district ------------------------------------------------------------------------------------------------

    def write(self, folder: Path, streets: dict[str, Any], section: str = "travel", **data: Any) -> Path:
        """Units as squares of 2 m round their points, one without students at each school, schools, and the scenario."""
        homes = self.units | {f"at {school}": place for school, place in self.schools.items()}
        units = gpd.GeoDataFrame(
            {"id": list(homes), "students": [10] * len(self.units) + [0] * len(self.schools), "zone": next(iter(self.schools))},
            geometry=[box(EAST + x - 1, NORTH + y - 1, EAST + x + 1, NORTH + y + 1) for x, y in homes.values()],
            crs=CRS,
        )
        units.to_crs("EPSG:4326").to_file(folder / "units.geojson")
        places = [TO_DEGREES.transform(EAST + x, NORTH + y) for x, y in self.schools.values()]
        rows = [(name, 500, lon, lat, f"at {name}") for name, (lon, lat) in zip(self.schools, places, strict=True)]
        pd.DataFrame(rows, columns=["school_id", "seats", "lon", "lat", "block"]).to_csv(folder / "schools.csv", index=False)
        pairs = [f"{one},{other}" for one, other in pairwise(homes)]
        (folder / "edges.csv").write_text("\n".join(["one,other", *pairs]) + "\n")
        said = {
            "units": {"path": "units.geojson", "id": "id", "students": "students", "current_school": "zone"},
            "schools": {"path": "schools.csv", "id": "school_id", "capacity": "seats", "unit": "block"},
            "adjacency": {"path": "edges.csv"},
            section: {"streets": {key: str(value) if isinstance(value, Path) else value for key, value in streets.items()}},
        }
        for name, keys in data.items():
            said[name] = said.get(name, {}) | keys
        path = folder / "scenario.yaml"
        path.write_text(json.dumps({"name": "town", "data": said, "goals": [{"minimize": "reassigned"}]}))
        return path


def loaded(scenario: Path) -> District:
    """The district of a scenario file."""
    return load_district(load_scenario(scenario).data)


def trips(town: Town, streets: dict[str, Any], mode: str = "drive") -> np.ndarray[Any, Any]:
    """Minutes from units to schools, as they are made."""
    section = (Streets if mode == "drive" else WalkingStreets).model_validate(streets)
    homes, schools = (
        np.array([TO_DEGREES.transform(EAST + x, NORTH + y) for x, y in places.values()]).reshape(-1, 2) for places in (town.units, town.schools)
    )
    places = Places(tuple(town.units), tuple(town.schools), homes, schools, np.ones(len(homes), dtype=bool))
    return made(section, own_speeds(section)[0], places).minutes


def problem(town: Town, folder: Path, streets: dict[str, Any]) -> str:
    """What is said where the load ends in a refusal."""
    try:
        loaded(town.write(folder, streets))
    except RezoningError as error:
        return "\n".join(str(one) for one in error.problems).replace(f"{folder}/", "")
    return ""


def told(district: District) -> str:
    return "\n".join([*district.notes, *district.warnings])


def minutes(meters: float, kmh: float) -> float:
    return 0.06 * meters / kmh


def road(path: str, kind: str = "residential", **tags: str) -> tuple[str, dict[str, str]]:
    return path, {"highway": kind, **tags}


def square(units: dict[str, tuple[float, float]], schools: dict[str, tuple[float, float]], *streets: tuple[str, dict[str, str]]) -> Town:
    """Corners a to d of a square of 1 km, counterclockwise from the origin."""
    return Town({"a": (0, 0), "b": (1000, 0), "c": (1000, 1000), "d": (0, 1000)}, list(streets), units, schools)
