"""Which straight ways to school cross a barrier: geometry against shapely one by one, formats, and every message."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point, box
from small_files import SmallFiles

from rezoning.district import barriers
from rezoning.district.barriers import crossings


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


def wall(at, kind="rail", low=-50, high=150):
    """A line from south to north `at` so many units from the west edge, for squares of 100 m in a row."""
    x = 400_000 + 100 * at
    return kind, LineString([(x, 4_300_000 + low), (x + 1, 4_300_000 + high)])


def lined(files, rows, name="lines.gpkg", crs=4326, **keys):
    """Write lines, (kind, shape) each; crs None writes no CRS."""
    layer = gpd.GeoDataFrame({"kind": [kind for kind, _ in rows]}, geometry=[shape for _, shape in rows], crs=32618)
    layer = layer.to_crs(crs) if crs is not None else layer.set_crs(None, allow_override=True)
    path = files.folder / name
    layer.to_parquet(path) if name.endswith("parquet") else layer.to_file(path)
    return files.say("barriers", path=path, **keys)


# -- geometry ----------------------------------------------------------------------------------------------------------


def random_lines(rng, number):
    parts = [np.cumsum(rng.normal(0, 900, (rng.integers(2, 12), 2)), axis=0) + rng.uniform(0, 9000, 2) for _ in range(number)]
    lines = [LineString(part) for part in parts]
    return np.array([*lines[2:], MultiLineString(lines[:2])], dtype=object)


@given(seed=st.integers(0, 2**32), number=st.integers(2, 8))
def test_crossings_are_what_shapely_says_one_by_one(seed, number):
    rng = np.random.default_rng(seed)
    lines, starts, ends = random_lines(rng, number), rng.uniform(0, 9000, (23, 2)), rng.uniform(0, 9000, (4, 2))
    expected = [[any(LineString([start, end]).intersects(line) for line in lines) for end in ends] for start in starts]
    assert crossings(starts, ends, lines).tolist() == expected


def test_crossings_do_not_depend_on_how_many_are_made_at_once(monkeypatch):
    rng = np.random.default_rng(3)
    lines, starts, ends = random_lines(rng, 5), rng.uniform(0, 9000, (101, 2)), rng.uniform(0, 9000, (3, 2))
    whole = crossings(starts, ends, lines)
    assert 0 < whole.sum() < whole.size
    monkeypatch.setattr(barriers, "AT_ONCE", 10)
    np.testing.assert_array_equal(crossings(starts, ends, lines), whole)


def test_a_way_of_no_length_and_a_way_that_only_touches():
    starts, ends = np.array([[0.0, 0.0], [5.0, 0.0]]), np.array([[0.0, 0.0], [10.0, 0.0]])
    at_the_end, away = LineString([(10, -1), (10, 1)]), LineString([(0, 7), (9, 7)])
    assert crossings(starts, ends, np.array([away, at_the_end], dtype=object)).tolist() == [[False, True], [False, True]]
    assert not crossings(starts, ends, np.array([], dtype=object)).any()


# -- a district --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "crs"),
    [("lines.gpkg", 4326), ("lines.geojson", 4326), ("lines.shp", 32618), ("lines.parquet", 3857), ("lines.gpkg", 2263)],
)
def test_ways_lead_to_the_point_inside_the_school_s_unit(files, name, crs):
    district = lined(files.drawn(), [wall(2)], name, crs).load()
    assert district.crossed.tolist() == [[False, True], [False, True], [True, False], [True, False]]
    assert f"{name}: the straight line of 4 of 8 pairs of unit and school crosses a barrier" in district.notes
    assert any(file.path.endswith(name) for file in district.inputs)
    assert district.warnings == ()


def test_ways_lead_to_the_school_s_own_point_where_it_is_known(files):
    files.drawn()
    points = gpd.GeoSeries.from_xy([400_090.0, 400_310.0], [4_300_050.0, 4_300_050.0], crs=32618).to_crs(4326)
    rows = [f"{school},25,{unit},{point.x:.8f},{point.y:.8f}" for school, unit, point in zip("SN", "ad", points, strict=True)]
    files.csv("schools.csv", "\n".join(["school_id,capacity,block,lon,lat", *rows]))
    district = lined(files, [wall(0.7)]).load()
    assert district.crossed.tolist() == [[True, True], [False, False], [False, False], [False, False]]
    assert district.warnings == ("lines.gpkg: a barrier lies between a school and the middle of its own unit: 'S'",)


def test_the_filter_keeps_some_lines(files):
    rows = [wall(1), wall(2, "river"), ("bridge", Point(400_000, 4_300_000)), wall(3)]
    district = lined(files.drawn(), rows, filter={"column": "kind", "equals": "rail"}).load()
    assert district.crossed.tolist() == [[False, True], [True, True], [True, True], [True, False]]
    assert "lines.gpkg: filter kind = rail keeps 2 of 4 rows" in district.notes


def test_a_layer_of_the_whole_world_serves(files):
    """Lines at the other side of the globe cannot be projected to the district's zone, and one runs from there into the district."""
    path = files.folder / "world.geojson"
    files.drawn()
    x, y = shapely.get_coordinates(gpd.GeoSeries([Point(400_200, 4_300_050)], crs=32618).to_crs(4326).array)[0]
    lines = [LineString([(105, -89), (105, 89)]), LineString([(x, y + 0.01), (x, y - 0.01), (x - 170, 0)]), LineString([(15, -90), (15, 90)])]
    gpd.GeoDataFrame(geometry=lines, crs=4326).to_file(path)
    district = files.say("barriers", path=path).load()
    assert district.crossed.tolist() == [[False, True], [False, True], [True, False], [True, False]]


def test_lines_that_nobody_crosses_are_doubted(files):
    district = lined(files.drawn(), [wall(2, low=200, high=300)]).load()
    assert not district.crossed.any()
    assert district.warnings == ("lines.gpkg: no straight line from a unit to a school crosses a barrier; check data.barriers",)


def test_without_barriers_there_is_nothing(files):
    assert files.load().crossed is None


CASES = {
    "other shapes": (
        lambda f: lined(f, [wall(1), ("area", box(400_000, 4_300_000, 400_010, 4_300_010)), ("gate", Point(400_000, 4_300_000))]),
        "lines.gpkg, rows 2, 3: a Polygon, Point where a line was expected. Name a layer of lines, or keep only the lines with data.barriers.filter.",
    ),
    "nothing drawn": (
        lambda f: lined(f, [wall(1), ("rail", None)]),
        "lines.gpkg, row 2: 1 row without a line. Draw what is missing, or delete the row.",
    ),
    "no CRS": (
        lambda f: lined(f, [wall(1)], "lines.parquet", crs=None),
        "lines.parquet: has no CRS, so it cannot be laid over the units. Set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg lines.parquet; "
        "a shapefile keeps it in its .prj file.",
    ),
    "a table": (
        lambda f: f.say("barriers", path=f.csv("lines.csv", "kind\nrail\n")),
        "lines.csv: has no lines. Name a layer of lines: .gpkg, .shp, .gdb (or zipped), .geojson, .kml, .kmz, .topojson, .fgb or .parquet.",
    ),
    "no such column": (
        lambda f: lined(f, [wall(1)], filter={"column": "kinds", "equals": "rail"}),
        "data.barriers.filter.column: lines.gpkg has no column 'kinds'. Did you mean 'kind'? Columns: kind.",
    ),
    "no such value": (
        lambda f: lined(f, [wall(1), wall(2, "river")], filter={"column": "kind", "equals": "Rail"}),
        "data.barriers.filter.equals: no row of lines.gpkg has 'Rail' in column 'kind'. The column holds 'rail', 'river'.",
    ),
    "no such layer": (
        lambda f: lined(f, [wall(1)], layer="roads"),
        "data.barriers.path: lines.gpkg has no layer 'roads'. Layers: lines.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_barriers_is_said(files, case):
    spoil, said = CASES[case]
    spoil(files.drawn())
    assert files.problems() == [said]


def test_barriers_need_the_polygons_of_the_units(files):
    assert lined(files, [wall(1)]).problems() == [
        "data.barriers: ways across a line are found from polygons, and units.csv has none. "
        "Give the polygons of the units, or leave data.barriers out."
    ]
