"""One town in every kind of file; what each kind says in its own way, and what is refused of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from shapely.geometry import LineString
from towns import EAST, NORTH, TO_DEGREES, Town, loaded, minutes, problem, road, square, told, trips

from rezoning.district.streets.tags import BACKWARD, BOTH, FORWARD, NEITHER, UNKNOWN, one_ways, posted_kmh

PLAIN = {"junction_delay": 0}
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "streets" / "columbus.osm.pbf"


def town() -> Town:
    """Two blocks side by side, a one-way street between them that is bent, a posted speed, a motorway beside."""
    corners = {
        "a": (0, 0),
        "b": (500, 0),
        "c": (1000, 0),
        "d": (1000, 500),
        "e": (500, 500),
        "f": (0, 500),
        "m": (560, 250),
        "x": (-600, 0),
        "y": (1600, 0),
    }
    streets = [
        road("ab", maxspeed="30 mph"),
        road("bc", "primary"),
        road("cd", "tertiary"),
        road("de"),
        road("ef", "secondary", oneway="no"),
        road("fa"),
        road("bme", oneway="yes"),
        road("cy", "trunk"),
        road("ax", maxspeed="50"),
    ]
    return Town(corners, streets, {"u": (480, 520), "v": (20, 250), "w": (1500, 30)}, {"S": (500, -10), "T": (-500, 10)})


FILES: dict[str, Any] = {
    "streets.osm": lambda town, path: town.osm(path),
    "streets.gpkg": lambda town, path: town.layer(path),
    "streets.geojson": lambda town, path: town.layer(path),
    "streets.shp": lambda town, path: town.layer(path, "EPSG:6350"),
    "feet.gpkg": lambda town, path: town.layer(path, "EPSG:2246"),
    "osmnx.gpkg": lambda town, path: town.osmnx(path),
    "osmnx.graphml": lambda town, path: town.graphml(path),
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Trips by OpenStreetMap's file."""
    folder = tmp_path_factory.mktemp("reference")
    return trips(town(), {"path": town().osm(folder / "reference.osm")})


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_trips(tmp_path: Path, name: str, reference: Any) -> None:
    drawn = town()
    assert reference[0, 0] == pytest.approx(minutes(1000, 25) + minutes(500, 48.3 * 0.8) + minutes(500, 55) + 0.6, abs=1.5)
    keys = {"layer": "edges"} if name == "osmnx.gpkg" else {}
    found = trips(drawn, {"path": FILES[name](drawn, tmp_path / name), **keys})
    np.testing.assert_allclose(found, reference, atol=0.011)


def test_the_only_layer_of_lines_needs_no_key(tmp_path: Path, reference: Any) -> None:
    found = trips(town(), {"path": town().osmnx(tmp_path / "graph.gpkg")})
    np.testing.assert_allclose(found, reference, atol=0.011)


def test_a_zipped_shapefile_with_words_of_its_own(tmp_path: Path) -> None:
    """A county's layer: words for classes, speeds in a column that says its unit, FT and TF, and one that has no travel at all."""
    drawn = square({"u": (0, 0)}, {"S": (1000, 0), "T": (1000, 1000)}, road("ab"), road("bc"), road("cd"), road("da"))
    layer = drawn.frame().drop(columns="highway")
    layer["ROAD_CLASS"] = ["Local", "Cobbled", "Minor Arterial", "Local"]
    layer["SPEED_MPH"] = [25.0, 0.0, 0.0, 35.0]
    layer["ONE_WAY"] = ["TF", "N", "B", ""]
    (tmp_path / "roads").mkdir()
    layer.to_crs("EPSG:2246").to_file(tmp_path / "roads" / "roads.shp")
    path = Path(shutil.make_archive(str(tmp_path / "roads"), "zip", tmp_path / "roads"))
    district = loaded(drawn.write(tmp_path, {"path": path, **PLAIN}))
    assert district.travel is not None
    assert np.isnan(district.travel).sum() == 0
    expected = minutes(1000, 35 * 1.609344 * 0.8) + minutes(1000, 50)
    assert district.travel[0, 1] == pytest.approx(expected, abs=0.02)
    said = told(district)
    assert "roads.zip: class column 'ROAD_CLASS' (detected)" in said
    assert "roads.zip: speed column 'SPEED_MPH' (detected)" in said
    assert "roads.zip: one-way column 'ONE_WAY' (detected)" in said
    assert "lines that cross without a shared vertex are not joined" in said


def test_classes_that_nobody_knows_are_streets_and_doubted(tmp_path: Path) -> None:
    drawn = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab"))
    layer = drawn.frame().drop(columns="highway")
    layer["class"] = "Cobbled"
    layer.to_file(tmp_path / "roads.gpkg")
    district = loaded(drawn.write(tmp_path, {"path": tmp_path / "roads.gpkg"}))
    assert "roads.gpkg: classes that are not known are driven at 25 km/h: 'cobbled'; say speeds: {CLASS: km/h}" in district.warnings
    assert "roads.gpkg: no column says what is one-way; all streets lead both ways" in district.notes


def test_speeds_are_said_of_words_whatever_their_case(tmp_path: Path) -> None:
    drawn = square({"u": (0, 0)}, {"S": (1000, 0), "T": (1000, 1000)}, road("ab"), road("bc"))
    drawn.frame().drop(columns="highway").assign(**{"class": ["Cobbled", "GRAVEL"]}).to_file(tmp_path / "roads.gpkg")
    (tmp_path / "speeds.csv").write_text("class,kmh\ncobbled,50\nGravel,20\n")
    keys = {"path": tmp_path / "roads.gpkg", "speed_table": str(tmp_path / "speeds.csv"), "speeds": {"Cobbled": 10}, **PLAIN}
    np.testing.assert_allclose(trips(drawn, keys)[0], [minutes(1000, 10), minutes(1000, 10) + minutes(1000, 20)], atol=0.02)


@pytest.mark.parametrize(
    ("columns", "keys", "message"),
    [
        ({"speed": [30]}, {}, "column 'speed' of roads.gpkg holds speeds of no unit: '30'. Say speed_unit: mph or km/h."),
        (
            {"way": ["up"]},
            {"oneway_column": "way"},
            "roads.gpkg, row 1: column 'way' holds 'up', which says nothing about one-ways. Write yes, no or -1",
        ),
        ({"way": ["up"]}, {"class_column": "kinds"}, "roads.gpkg has no column 'kinds'. "),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, columns: dict[str, list[Any]], keys: dict[str, str], message: str) -> None:
    drawn = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab"))
    drawn.frame().assign(**columns).drop(columns="highway").to_file(tmp_path / "roads.gpkg")
    assert message in problem(drawn, tmp_path, {"path": tmp_path / "roads.gpkg", **keys})


def test_a_unit_makes_plain_speeds_readable(tmp_path: Path) -> None:
    drawn = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab"))
    drawn.frame().assign(speed=[30]).drop(columns="highway").to_file(tmp_path / "roads.gpkg")
    found = trips(drawn, {"path": tmp_path / "roads.gpkg", "speed_unit": "mph", "share_of_limit": 1, **PLAIN})
    assert found[0, 0] == pytest.approx(minutes(1000, 30 * 1.609344), abs=0.02)


@pytest.mark.parametrize("name", ["streets.osm.pbf", "streets.osm", "streets.graphml", "streets.gpkg"])
def test_damaged_files_are_refused_in_words(tmp_path: Path, name: str) -> None:
    drawn = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab"))
    (tmp_path / name).write_bytes(b"<html>Service unavailable<br></html>")
    assert f"{name}: is a web page. " in problem(drawn, tmp_path, {"path": tmp_path / name})
    (tmp_path / name).write_bytes(b"\x07nothing that anyone wrote" * 9)
    assert f"{name}: cannot be read: " in problem(drawn, tmp_path, {"path": tmp_path / name})
    (tmp_path / name).write_bytes(b"")
    assert f"{name}: is empty. Export it again, or name another file." in problem(drawn, tmp_path, {"path": tmp_path / name})


def test_points_are_no_streets(tmp_path: Path) -> None:
    drawn = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab"))
    gpd.GeoDataFrame(geometry=[drawn.line("ab").centroid], crs="EPSG:4326").to_file(tmp_path / "points.geojson")
    assert "points.geojson: holds Point where lines were expected." in problem(drawn, tmp_path, {"path": tmp_path / "points.geojson"})
    assert "there is no file" in problem(drawn, tmp_path, {"path": tmp_path / "roads.gpkg"})


# -- the Census ------------------------------------------------------------------------------------------------------


def edges(tmp_path: Path, rows: list[tuple[list[tuple[float, float]], str, str, int, int]]) -> Path:
    """A county's edges, as TIGER names the columns."""
    lines = [LineString([TO_DEGREES.transform(EAST + x, NORTH + y) for x, y in places]) for places, *_ in rows]
    columns = {"TLID": range(len(rows)), "MTFCC": [row[1] for row in rows], "ROADFLG": [row[2] for row in rows]}
    frame = gpd.GeoDataFrame({**columns, "TNIDF": [row[3] for row in rows], "TNIDT": [row[4] for row in rows]}, geometry=lines, crs="EPSG:4326")
    frame.to_crs("EPSG:4269").to_file(tmp_path / "tl_2025_00000_edges.shp")
    return tmp_path / "tl_2025_00000_edges.shp"


def test_edges_meet_at_their_nodes_and_private_roads_stay(tmp_path: Path) -> None:
    """A private road, a river along the short way, a footpath."""
    drawn = square({"u": (0, 900)}, {"S": (1000, 0)})
    path = edges(
        tmp_path,
        [
            ([(0, 1000), (0, 500)], "S1740", "Y", 1, 2),
            ([(0, 500), (0, 0)], "S1400", "Y", 2, 3),
            ([(0, 0), (1000, 0)], "S1200", "Y", 3, 4),
            ([(0, 1000), (1000, 0)], "H3010", "N", 1, 4),
            ([(0, 1000), (1000, 0)], "S1710", "Y", 1, 4),
            ([(0, 1000), (1000, 0)], "S1400", "N", 1, 4),
        ],
    )
    found = trips(drawn, {"path": path, **PLAIN})[0, 0]
    assert found == pytest.approx(minutes(400, 16) + minutes(500, 35) + minutes(1000, 60), abs=0.02)
    assert trips(drawn, {"path": path, "speeds": {"S1740": 32}, **PLAIN})[0, 0] == pytest.approx(found - minutes(400, 32), abs=0.02)
    on_foot = trips(drawn, {"path": path}, "walk")[0, 0]
    assert on_foot == pytest.approx(minutes(100 + 2**0.5 * 1000, 5), abs=0.02)


def test_a_freeway_is_joined_at_ramps_and_not_at_overpasses(tmp_path: Path) -> None:
    """A street crosses the freeway at node 2, ten kilometers before its ramp at node 3; it ends in a street at node 5."""
    rows = [
        ([(0, 0), (1000, 0)], "S1100", "Y", 1, 2),
        ([(1000, 0), (3000, 0)], "S1100", "Y", 2, 3),
        ([(3000, 0), (4000, 0)], "S1100", "Y", 3, 5),
        ([(4000, 0), (5000, 0)], "S1200", "Y", 5, 6),
        ([(1000, -500), (1000, 0)], "S1400", "Y", 7, 2),
        ([(1000, 0), (1000, 500)], "S1400", "Y", 2, 8),
        ([(3000, 0), (3000, 500)], "S1630", "Y", 3, 9),
        ([(1000, 500), (3000, 500)], "S1400", "Y", 8, 9),
    ]
    drawn = Town({}, [], {"u": (1000, -400)}, {"S": (4500, 0)})
    found = trips(drawn, {"path": edges(tmp_path, rows), **PLAIN})[0, 0]
    assert found == pytest.approx(minutes(900 + 2000, 35) + minutes(500, 45) + minutes(1000, 90) + minutes(500, 60), abs=0.03)


def test_roads_of_the_census_without_nodes_are_doubted(tmp_path: Path) -> None:
    drawn = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab"))
    drawn.frame().drop(columns="highway").assign(MTFCC="S1400", LINEARID="1").to_file(tmp_path / "roads.shp")
    assert "roads.shp: has no nodes (TNIDF, TNIDT)" in told(loaded(drawn.write(tmp_path, {"path": tmp_path / "roads.shp"})))


# -- the real one ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.exists(), reason="the shared extract is not here")
def test_a_real_extract_whose_ids_are_out_of_order(tmp_path: Path) -> None:
    before = pyogrio.get_gdal_config_option("OSM_USE_CUSTOM_INDEXING"), pyogrio.get_gdal_config_option("OSM_CONFIG_FILE")
    lon, lat = np.meshgrid(np.linspace(-83.10, -82.90, 5), np.linspace(39.93, 40.0, 4))
    from pyproj import Transformer

    to_meters = Transformer.from_crs("EPSG:4326", "EPSG:32616", always_xy=True)
    places = [(x - EAST, y - NORTH) for x, y in zip(*to_meters.transform(lon.ravel(), lat.ravel()), strict=True)]
    drawn = Town({}, [], {f"u{k}": place for k, place in enumerate(places)}, {"S": places[7], "T": places[12]})
    scenario = drawn.write(tmp_path, {"path": SHARED}, walk={"streets": {"path": str(SHARED)}, "within": 20})
    district = loaded(scenario)
    assert (pyogrio.get_gdal_config_option("OSM_USE_CUSTOM_INDEXING"), pyogrio.get_gdal_config_option("OSM_CONFIG_FILE")) == before
    assert district.travel is not None
    assert district.walk is not None
    away = np.hypot(*(np.array(places)[:, None, :] - np.array(places)[[7, 12]][None, :, :]).transpose(2, 0, 1)) / 1000
    assert np.isfinite(district.travel).all()
    far = away > 1
    speed = away[far] / district.travel[:20][far] * 60
    assert 12 < np.median(speed) < 60
    assert speed.max() < 90
    assert (away / district.walk[:20] * 60)[far].max() <= 5.05  # nobody walks faster than along a straight line
    assert "km from which one does not get everywhere and back are left out" in told(district)


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("25 mph", 40.2336),
        ("25mph", 40.2336),
        ("50", 50),
        ("50 km/h", 50),
        ("55.5", 55.5),
        ("25;30", 25),
        ("30 mph;25 mph", 40.2336),
        ("['30 mph', '40 mph']", 48.28032),
        ("80|50|50", 80),
        ("RU:urban", 60),
        ("DE:urban", 50),
        ("DE:zone:30", 30),
        ("IT:rural", 90),
        ("GB:nsl_single", 96.5),
        ("10 knots", 18.52),
    ],
)
def test_posted_speeds(text: str, kmh: float) -> None:
    assert posted_kmh(text) == pytest.approx(kmh)


@pytest.mark.parametrize("text", ["", "none", "signals", "variable", "walk fast", "0", "999", "-20", "fast|slow", "implicit", "nan"])
def test_what_posts_no_speed(text: str) -> None:
    assert np.isnan(posted_kmh(text))


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["yes", "no", "-1", None, "reversible"], [FORWARD, BOTH, BACKWARD, BOTH, BOTH]),
        ([True, False, "True"], [FORWARD, BOTH, FORWARD]),
        ([1, 0, -1], [FORWARD, BOTH, BACKWARD]),
        (["F", "T", "B"], [FORWARD, BACKWARD, BOTH]),
        (["FT", "TF", "N", ""], [FORWARD, BACKWARD, NEITHER, BOTH]),
        (["Y", "N"], [FORWARD, BOTH]),
        (["F", "T"], [UNKNOWN, UNKNOWN]),
    ],
)
def test_one_ways(values: list[Any], found: list[int]) -> None:
    assert one_ways(np.array(values, dtype=object)).tolist() == found
