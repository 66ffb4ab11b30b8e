"""One small place in every kind of file: its streets, waters and places with their names; and what is refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from conftest import SHARED_DATA

from rezoning.district.basemap.features import Geography, clean
from rezoning.district.basemap.ranks import COLLECTOR, LOCAL, MAIN, MOTORWAY
from rezoning.district.basemap.read import read_geography
from rezoning.errors import DataError
from rezoning.scenario.basemap import Basemap
from rezoning.scenario.streets import Streets

BOX = (-87.0, 40.0, -86.9, 40.1)
STREETS = [  # name, class of OpenStreetMap and of TIGER, vertices
    ("Oak Street", "residential", "S1400", [(-86.99, 40.01), (-86.95, 40.01), (-86.91, 40.011)]),
    ("Main Street", "primary", "S1200", [(-86.95, 40.005), (-86.95, 40.05), (-86.951, 40.12)]),
    ("I 65", "motorway", "S1100", [(-86.98, 40.0), (-86.97, 40.09)]),
    ("Exit 7", "motorway_link", "S1630", [(-86.97, 40.09), (-86.96, 40.09)]),
    ("", "residential", "S1400", [(-86.93, 40.02), (-86.93, 40.03)]),
    ("Back Alley", "service", "S1730", [(-86.94, 40.02), (-86.94, 40.03)]),
    ("Far Road", "residential", "S1400", [(-86.5, 40.01), (-86.4, 40.01)]),
]
RANKS = {"Oak Street": LOCAL, "Main Street": MAIN, "I 65": MOTORWAY}


def osm(path: Path) -> Path:
    """OpenStreetMap's XML: the streets, a river, a lake, a swimming pool and a town."""
    lake = [(-86.92, 40.05), (-86.915, 40.05), (-86.915, 40.055), (-86.92, 40.055)]
    ways = [
        *((points, {"highway": kind} | ({"name": name} if name else {})) for name, kind, _, points in STREETS),
        ([(-86.99, 40.08), (-86.91, 40.07)], {"waterway": "river", "name": "Wabash River"}),
        ([(-86.99, 40.06), (-86.98, 40.06)], {"waterway": "stream", "tunnel": "culvert", "name": "Hidden Creek"}),
        ([*lake, lake[0]], {"natural": "water", "name": "Mirror Lake"}),
        ([(x, y - 0.02) for x, y in [*lake, lake[0]]], {"natural": "water", "water": "swimming_pool"}),
    ]
    nodes, written = [], []
    for k, (points, tags) in enumerate(ways):
        closed = points[0] == points[-1]
        ids = [9000 - 100 * k - i for i in range(len(points) - closed)]
        nodes += [f'<node id="{i}" lat="{y}" lon="{x}" version="1"/>' for i, (x, y) in zip(ids, points, strict=False)]
        inside = "".join(f'<nd ref="{i}"/>' for i in [*ids, *ids[:closed]]) + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        written.append(f'<way id="{500 - k}" version="1">{inside}</way>')
    town = '<node id="1" lat="40.05" lon="-86.95" version="1"><tag k="place" v="town"/><tag k="name" v="Lafayette"/></node>'
    path.write_text("\n".join(['<?xml version="1.0"?><osm version="0.6">', town, *nodes, *written, "</osm>"]), encoding="utf-8")
    return path


def frame(**columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[shapely.LineString(points) for *_, points in STREETS], crs=4326)


def city(path: Path) -> Path:
    frame(road_name=[one[0] for one in STREETS], road_type=[one[1] for one in STREETS]).to_crs(32616).to_file(path)
    return path


def tiger(path: Path) -> Path:
    edges = frame(FULLNAME=[one[0] for one in STREETS], MTFCC=[one[2] for one in STREETS], ROADFLG="Y")
    edges.loc[len(edges)] = ["Some Rail Line", "R1011", "N", shapely.LineString([(-86.99, 40.03), (-86.91, 40.03)])]
    edges.to_crs(4269).to_file(path)
    return path


def osmnx(path: Path) -> Path:
    frame(
        name=[f"['{one[0]}', 'Second Name']" if one[0] == "Oak Street" else one[0] or None for one in STREETS], highway=[one[1] for one in STREETS]
    ).to_file(path, layer="edges")
    gpd.GeoDataFrame({"osmid": [1]}, geometry=[shapely.Point(-86.95, 40.01)], crs=4326).to_file(path, layer="nodes")
    return path


def graphml(path: Path) -> Path:
    import networkx as nx

    graph = nx.MultiDiGraph(crs="epsg:4326")
    for name, kind, _, points in STREETS:
        for x, y in points:
            graph.add_node(f"{x} {y}", x=str(x), y=str(y))
        for (a, b), (c, d) in pairwise(points):
            said = {"highway": kind} | ({"name": name} if name else {})
            graph.add_edge(f"{a} {b}", f"{c} {d}", **said)
            graph.add_edge(f"{c} {d}", f"{a} {b}", **said)
    nx.write_graphml(graph, path)
    return path


FILES = {"x.osm": osm, "city.gpkg": city, "city.geojson": city, "edges.shp": tiger, "osmnx.gpkg": osmnx, "x.graphml": graphml}


def geography(travel: Streets | None = None, **files: Any) -> Geography:
    data: Any = SimpleNamespace(travel=SimpleNamespace(streets=travel), walk=None)
    found = read_geography(Basemap.model_validate(files), data, BOX)
    assert found is not None
    return found


@pytest.mark.parametrize("name", FILES)
def test_streets_of_every_kind_of_file_are_the_same(name: str, tmp_path: Path) -> None:
    path = FILES[name](tmp_path / name)
    found = geography(streets=str(path))
    streets = found.streets
    named = {text: int(rank) for text, rank in zip(streets.name, streets.rank, strict=True) if text}
    assert named == RANKS  # no ramp has a name, no alley is there, nothing far away
    assert COLLECTOR in streets.rank[streets.name == ""]  # the ramp
    west, south, east, north = shapely.total_bounds(streets.shapes)
    assert (west >= BOX[0], south >= BOX[1], east <= BOX[2], north) == (True, True, True, pytest.approx(BOX[3]))  # Main Street is cut off
    assert {Path(one.path).name for one in found.inputs} >= {name}
    assert found.is_osm == name.endswith((".osm", ".graphml"))


def test_an_extract_gives_its_waters_and_places_too(tmp_path: Path) -> None:
    found = geography(streets=str(osm(tmp_path / "x.osm")))
    assert found.lakes.name.tolist() == ["Mirror Lake"]
    assert found.rivers.name.tolist() == ["Wabash River"]
    assert (found.places.name.tolist(), found.places.rank.tolist()) == (["Lafayette"], [1])
    assert len(found.inputs) == 1


def test_the_streets_of_trips_are_taken_unless_that_is_not_wanted(tmp_path: Path) -> None:
    travel = Streets(path=osm(tmp_path / "x.osm"))
    assert len(geography(travel).streets)
    data: Any = SimpleNamespace(travel=SimpleNamespace(streets=travel), walk=None)
    assert read_geography(None, data, BOX) is not None
    assert read_geography(Basemap(travel_streets=False), data, BOX) is None
    assert set(geography(travel, streets=str(city(tmp_path / "city.gpkg"))).streets.name) == {*RANKS, ""}


def test_layers_of_water_and_places(tmp_path: Path) -> None:
    pond = shapely.box(-86.94, 40.04, -86.93, 40.05)
    gpd.GeoDataFrame(
        {"FULLNAME": ["Mill Pond", None], "MTFCC": ["H2030", "H2051"]}, geometry=[pond, shapely.box(-86.92, 40.0, -86.91, 40.01)], crs=4269
    ).to_file(tmp_path / "areawater.shp")
    lines = [shapely.LineString([(-86.99, y), (-86.91, y)]) for y in (40.02, 40.03)]
    gpd.GeoDataFrame({"FULLNAME": ["Tippecanoe Riv", "Burnett Crk"], "MTFCC": "H3010"}, geometry=lines, crs=4269).to_file(
        tmp_path / "linearwater.shp"
    )
    parts = [shapely.box(-86.99, 40.01, -86.98, 40.02), shapely.box(-86.97, 40.01, -86.92, 40.09)]
    gpd.GeoDataFrame({"nhood": ["Small Corner", "Big Quarter"]}, geometry=parts, crs=4326).to_file(tmp_path / "places.gpkg", layer="names")
    found = geography(water={"path": str(tmp_path / "areawater.shp")}, places={"path": str(tmp_path / "places.gpkg"), "layer": "names"})
    assert found.lakes.name.tolist() == ["Mill Pond"]
    assert found.places.name.tolist() == ["Big Quarter", "Small Corner"]
    assert shapely.covers(parts[1], found.places.shapes[0])
    assert not found.has_streets
    rivers = geography(water=str(tmp_path / "linearwater.shp")).rivers
    assert dict(zip(rivers.name, rivers.rank, strict=True)) == {"Tippecanoe Riv": 0, "Burnett Crk": 1}


def test_where_a_file_knows_no_main_streets_the_longest_are(tmp_path: Path) -> None:
    lines = [shapely.LineString([(-86.99, y), (-86.91 if k == 0 else -86.985, y)]) for k, y in enumerate((40.02, 40.03, 40.04))]
    gpd.GeoDataFrame({"name": ["Long Way", "A", "B"]}, geometry=lines, crs=4326).to_file(tmp_path / "plain.gpkg")
    streets = geography(streets=str(tmp_path / "plain.gpkg")).streets
    assert dict(zip(streets.name, streets.rank, strict=True)) == {"Long Way": COLLECTOR, "A": LOCAL, "B": LOCAL}


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(-86.95, 40.0)], crs=4326).to_file(tmp_path / "points.gpkg")
    gpd.GeoDataFrame({"n": ["a"]}, geometry=[shapely.Point(-86.95, 40.05)], crs=4326).to_file(tmp_path / "towns.gpkg")
    (tmp_path / "broken.osm").write_text("<osm><way")
    with pytest.raises(DataError) as caught:
        geography(
            streets=str(tmp_path / "missing.osm"), water=str(tmp_path / "points.gpkg"), places={"path": str(tmp_path / "towns.gpkg"), "name": "NAME"}
        )
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 3
    assert said[0].startswith("report.basemap.streets.path: there is no file")
    assert "points.gpkg holds Point where lines or polygons were expected" in said[1]
    assert "NAME" in said[2]
    with pytest.raises(DataError, match=r"broken\.osm"):
        geography(streets=str(tmp_path / "broken.osm"))


def test_columns_without_names_and_streets_of_elsewhere_are_told(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"x": [1]}, geometry=[shapely.LineString([(10, 50), (11, 50)])], crs=4326).to_file(tmp_path / "away.gpkg")
    found = geography(streets=str(tmp_path / "away.gpkg"))
    assert (len(found.streets), found.has_streets) == (0, True)
    assert any("is it of another place?" in text for text in found.warnings)
    assert any("no column is known to hold names" in text for text in found.warnings)


def test_names_are_cleaned() -> None:
    given = ["Oak\u202e tS", "a\nb\t c", None, "nan", "['Elm St', 'Ash St']", "x" * 99, "Rúa da Água", "مدرسة", float("nan"), '["Elm St", "B"]']
    said = clean(np.array(given, dtype=object)).tolist()
    assert said == ["Oak tS", "a b c", "", "", "Elm St", "x" * 59 + "…", "Rúa da Água", "مدرسة", "", "Elm St"]


def test_a_real_extract() -> None:
    path = SHARED_DATA / "streets" / "columbus.osm.pbf"
    if not path.is_file():
        pytest.skip("there is no extract of Columbus on this machine")
    found = read_geography(Basemap.model_validate({"streets": str(path)}), SimpleNamespace(travel=None, walk=None), (-83.09, 39.9, -82.9, 40.03))  # type: ignore[arg-type]
    assert found is not None
    main = set(found.streets.name[found.streets.rank == MAIN])
    assert {"High Street", "East Broad Street", "Cleveland Avenue"} <= main
    assert "Olentangy River" in set(found.rivers.name)
    assert len(found.lakes) > 20
