"""Who can walk: matrices of every shape and measure, and polygons of every format."""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from shapely.geometry import MultiPolygon, Point, Polygon, box
from small_files import SmallFiles

from rezoning.district.load import load_district
from rezoning.scenario.schema import Data

SHARED = Path(__file__).parents[3] / "shared"
WALKS = """id,S,N
a,0,
b,800,1600.0000005
c,1700,700
d,,0
"""


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


# -- a matrix ----------------------------------------------------------------------------------------------------------


def walks(files, text=WALKS, name="walks.csv", **keys):
    return files.say("walk", **{"path": files.csv(name, text), "measure": "meters", "within": 1.6, **keys})


def assert_walks(district):
    assert district.walkable.tolist() == [[True, False], [True, True], [False, True], [False, True]]
    np.testing.assert_allclose(district.walk, [[0, np.nan], [0.8, 1.6], [1.7, 0.7], [np.nan, 0]], atol=1e-8)
    assert district.walk_unit == "km"


def test_a_wide_table_is_read(files):
    district = walks(files).load()
    assert_walks(district)
    assert district.travel.tolist() == [[2, 8], [3, 6], [6, 3], [8, 2]]
    assert district.travel_unit == "min"
    assert "walks.csv: 4 of 4 units can walk to a school within 1.6 km" in district.notes
    file = next(file for file in district.inputs if file.path.endswith("walks.csv"))
    assert file.sha256 == hashlib.sha256(WALKS.encode()).hexdigest()


def test_a_long_table_of_only_some_pairs_is_read(files):
    assert_walks(walks(files, "from_id,to_id,m\na,S,0\nb,S,800\nb,N,1600.0000005\nc,S,1700\nc,N,700\nd,N,0\n").load())


def test_a_parquet_table_is_read(files):
    path = files.folder / "walks.parquet"
    pd.DataFrame({"id": list("abcd"), "S": [0, 800, 1700, np.nan], "N": [np.nan, 1600.0000005, 700, 0]}).to_parquet(path)
    assert_walks(files.say("walk", path=path, measure="meters", within=1.6).load())


def test_a_walk_is_compared_with_the_contracts_tolerance(files):
    assert walks(files, within=1.5999995).load().walkable[1, 1]
    assert not walks(files, within=1.59999).load().walkable[1, 1]


def test_walks_in_time_are_minutes_beside_travel_in_km(files):
    files.say("travel", measure="miles")
    district = walks(files, measure="seconds", within=13.4).load()
    assert (district.travel_unit, district.walk_unit) == ("km", "min")
    assert district.walk[1].tolist() == pytest.approx([800 / 60, 1600 / 60])
    assert district.walkable[:2].tolist() == [[True, False], [True, False]]


def test_without_walks_there_is_nothing(files):
    district = files.load()
    assert (district.walkable, district.walk, district.walk_unit) == (None, None, "min")


def test_a_matrix_by_which_nobody_can_walk_is_doubted(files):
    district = walks(files, WALKS.replace("0,", "9,").replace(",0", ",9"), measure="kilometers").load()
    assert district.warnings == ("walks.csv: no walk is within 1.6 km; check data.walk.measure",)
    assert not district.walkable.any()


@pytest.mark.parametrize(
    ("measure", "within", "said"),
    [("meters", 1600, "1600 km to school; data.walk.within is in kilometers, whatever the file holds"),
     ("seconds", 1200, "1200 min to school; data.walk.within is in minutes")],
)  # fmt: skip
def test_a_limit_in_the_unit_of_the_file_is_doubted(files, measure, within, said):
    assert f"nobody walks {said}" in walks(files, measure=measure, within=within).load().warnings


def test_bad_walks_are_told_with_the_matrix_s_name(files):
    walks(files, WALKS.replace("800", "near").replace("1700", "-3"))
    assert files.problems() == [
        "walks.csv, row 3: column 'S' holds 'near', not a number. Write plain numbers; leave the cell blank where the way is unknown.",
        "walks.csv, row 4: column 'S' holds negative values: -3. Leave the cell blank where the way is unknown.",
    ]


def test_a_missing_matrix_and_missing_zones_are_named_even_without_units(files):
    (files.folder / "units.csv").unlink()
    files.say("walk", path=files.folder / "walk.csv", measure="meters", within=1).say("barriers", path=files.folder / "rail.gpkg")
    named = {"units": "units.csv", "walk": "walk.csv", "barriers": "rail.gpkg"}
    said = [f"data.{key}.path: there is no file {name}. Paths are relative to the scenario file." for key, name in named.items()]
    assert files.problems() == said
    files.say("walk", path=None, measure=None, within=None, zones=files.folder / "zones.gpkg")
    assert "data.walk.zones: there is no file zones.gpkg." in files.problems()[1]


# -- polygons ----------------------------------------------------------------------------------------------------------


def strip(first, last):
    """The ground of units number `first` up to `last`, for squares of 100 m in a row."""
    return box(400_000 + 100 * first, 4_299_990, 400_000 + 100 * last, 4_300_110)


def zoned(files, rows, name="walk.gpkg", crs=4326, column="school_id", **keys):
    """Write walk zones, (school, shape) each; crs None writes no CRS."""
    layer = gpd.GeoDataFrame({column: [school for school, _ in rows]}, geometry=[shape for _, shape in rows], crs=32618)
    layer = layer.to_crs(crs) if crs is not None else layer.set_crs(None, allow_override=True)
    path = files.folder / name
    layer.to_parquet(path) if name.endswith("parquet") else layer.to_file(path)
    return files.say("walk", zones=path, **keys)


ZONES = [("S", strip(0, 1.9)), ("N", strip(2.6, 4)), ("N", strip(1.2, 1.8))]
INSIDE = [[True, False], [True, True], [False, False], [False, True]]


@pytest.mark.parametrize(
    ("name", "crs"),
    [("walk.gpkg", 4326), ("walk.gpkg", 32618), ("walk.geojson", 4326), ("walk.shp", 2263), ("walk.parquet", 3857)],
)
def test_a_unit_is_inside_where_a_point_of_it_is(files, name, crs):
    district = zoned(files.drawn(), ZONES, name, crs).load()
    assert district.walkable.tolist() == INSIDE
    assert (district.walk, district.walk_unit) == (None, "min")
    assert f"{name}: 3 of 4 units lie in the walk zone of a school" in district.notes
    assert any(file.path.endswith(name) for file in district.inputs)
    assert f"{name}: school column 'school_id' (detected)" in district.notes


def test_the_school_column_is_detected_by_what_it_holds(files):
    district = zoned(files.drawn(), ZONES, column="walks_to").load()
    assert "walk.gpkg: school column 'walks_to' (detected)" in district.notes
    assert district.walkable.tolist() == INSIDE


def test_the_school_column_can_be_named(files):
    district = zoned(files.drawn(), ZONES, column="walks_to", school="walks_to").load()
    assert not any("detected" in note for note in district.notes if note.startswith("walk"))
    assert district.walkable.tolist() == INSIDE


def test_a_point_on_a_zone_s_border_is_inside(files):
    assert zoned(files.drawn(crs=32618), [("S", strip(0, 1.5))], crs=32618).load().walkable.tolist() == [[1, 0], [1, 0], [0, 0], [0, 0]]


def test_a_school_may_have_one_zone_of_several_parts_and_a_hole(files):
    ring = Polygon(strip(0, 4).exterior, [strip(0.9, 3.1).buffer(-10).exterior])
    shape = MultiPolygon([ring, strip(5, 6)])
    assert zoned(files.drawn(), [("S", shape)]).load().walkable[:, 0].tolist() == [True, False, False, True]


def test_zones_of_closed_schools_are_facts_about_today_and_filtered_ones_are_left_out(files):
    rows = "S,25,a,yes,ES\nN,25,d,yes,ES\nX,,b,no,ES\nM,,b,yes,MS\n"
    files.drawn().csv("schools.csv", f"school_id,capacity,block,open,level\n{rows}")
    files.say("schools", open="open", filter={"column": "level", "equals": "ES"})
    district = zoned(files, [*ZONES, ("X", strip(0, 4)), ("M", strip(0, 4)), ("M", strip(0, 1))]).load()
    assert district.walkable.tolist() == INSIDE
    assert district.closed_walkable.tolist() == [[True]] * 4
    assert "walk.gpkg: left out 2 walk zones of schools that are left out by data.schools.filter: 'M'" in district.notes


def test_a_self_crossing_zone_is_repaired_and_said(files):
    (x0, y0, x1, y1) = strip(0, 4).bounds
    bow = Polygon([(x0, y0), (x1, y1), (x1, y0), (x0, y1)])
    district = zoned(files.drawn(), [("S", bow), ZONES[1]], crs=32618).load()
    assert district.walkable[:, 0].tolist() == [True, True, True, True]
    assert district.warnings == ("walk.gpkg, row 1: repaired invalid walk zones, changing no area by more than 2.4e+04 m2",)


def test_zones_that_hold_no_unit_are_doubted(files):
    district = zoned(files.drawn(), [("S", strip(10, 11))]).load()
    assert district.warnings == ("walk.gpkg: no unit lies in the walk zone of an open school; check data.walk.zones",)


ZONE_CASES = {
    "unknown schools": (
        lambda f: zoned(f, [*ZONES, ("Q", strip(0, 1)), ("R", strip(0, 1)), ("Q", strip(2, 3))]),
        "walk.gpkg, rows 4, 5, 6: column 'school_id' names schools that schools.csv does not have: 'Q', 'R'. "
        "Schools are 'S', 'N'. Correct the ids, or name another column with data.walk.school.",
    ),
    "no school": (
        lambda f: zoned(f, [*ZONES, ("", strip(0, 1))]),
        "walk.gpkg, row 4: no school in column 'school_id' for 1 walk zone. Fill it in, or delete the row.",
    ),
    "no column of schools": (
        lambda f: zoned(f, [("Q", strip(0, 1))], column="label"),
        "data.walk.zones: walk.gpkg has no column with the district's schools, which are 'S', 'N'. Name it with data.walk.school. Columns: label.",
    ),
    "wrong column": (
        lambda f: zoned(f, ZONES, school="schol_id"),
        "data.walk.school: walk.gpkg has no column 'schol_id'. Did you mean 'school_id'? Columns: school_id.",
    ),
    "points": (
        lambda f: zoned(f, [*ZONES, ("S", Point(400_000, 4_300_000))]),
        "walk.gpkg, row 4: a Point where a polygon was expected. Walk zones are areas; name the layer with their polygons.",
    ),
    "nothing drawn": (
        lambda f: zoned(f, [*ZONES, ("S", None)]),
        "walk.gpkg, row 4: 1 row without a polygon. Draw what is missing, or delete the row.",
    ),
    "no CRS": (
        lambda f: zoned(f, ZONES, "walk.parquet", crs=None),
        "walk.parquet: has no CRS, so it cannot be laid over the units. Set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg walk.parquet; "
        "a shapefile keeps it in its .prj file.",
    ),
    "a table": (
        lambda f: f.say("walk", zones=f.csv("walk.csv", "school_id,area\nS,3\n")),
        "walk.csv: has no polygons. Name a layer of polygons: .gpkg, .shp, .gdb (or zipped), .geojson, .kml, .kmz, .topojson, .fgb or .parquet.",
    ),
    "wrong degrees": (
        lambda f: (
            zoned(f, [("S", box(400, 300, 410, 310))], "walk.parquet", crs=None)
            and gpd.read_parquet(f.folder / "walk.parquet").set_crs(4326).to_parquet(f.folder / "walk.parquet")
        ),
        "walk.parquet, row 1: 1 shape outside of what the units' CRS can show. Give the file the CRS that its coordinates are in.",
    ),
}


@pytest.mark.parametrize("case", ZONE_CASES)
def test_what_is_wrong_with_zones_is_said(files, case):
    spoil, said = ZONE_CASES[case]
    spoil(files.drawn())
    assert files.problems() == [said]


def test_zones_need_the_polygons_of_the_units(files):
    assert zoned(files, ZONES).problems() == [
        "data.walk.zones: who lies in a walk zone is found from polygons, and units.csv has none. "
        "Give the polygons of the units, or walks as a matrix: data.walk.path with measure and within."
    ]


def test_zones_are_checked_even_where_the_units_polygons_are_not_well(files):
    files.drawn("units.parquet", crs=None)
    problems = zoned(files, [*ZONES, ("Q", strip(0, 1))]).problems()
    assert [problem.split(":")[0] for problem in problems] == ["units.parquet", "walk.gpkg, row 4"]


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="the shared districts are not here")
def test_the_walk_zones_of_baltimore_are_read():
    folder = SHARED / "data/baltimore"
    sections = YAML(typ="safe").load((folder / "relieve.yaml").read_text())["data"]
    for keys in sections.values():
        keys["path"] = folder / keys["path"]
    sections["walk"] = {"zones": folder / "walk_zones.geojson"}
    district = load_district(Data.model_validate(sections))
    assert "walk_zones.geojson: school column 'school' (detected)" in district.notes
    zones = gpd.read_file(folder / "walk_zones.geojson").to_crs(district.geometry.crs).set_index("school")
    inside = district.geometry.representative_point()
    expected = np.column_stack([inside.within(zones.geometry[school]) for school in district.school_ids])
    np.testing.assert_array_equal(district.walkable, expected)
    assert district.walkable.any(axis=0).all()
    at_home = district.walkable[np.arange(district.num_units), district.current]
    assert 0 < at_home.sum() <= district.walkable.any(axis=1).sum() < district.num_units
