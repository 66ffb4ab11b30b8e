"""The same tiny district in every format: one district comes out, and one plan file of any kind is the same plan."""

from __future__ import annotations

import json
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import LineString, Point, box
from small_files import SmallFiles
from written_formats import LAYERS, TABLES, write_table

from rezoning.district.district import District
from rezoning.district.files.read import read_table
from rezoning.errors import DataError
from rezoning.scenario.formats import DBASE, FORMATS, format_of

SCENARIO = """name: tiny
data:
  units: {{path: {units}, id: id, students: students, groups: {{poor: poor}}, current_school: zone}}
  schools: {{path: schools.csv, id: school_id, capacity: capacity, unit: block}}
  travel: {{estimate: straight_line}}
rules: {{capacity: {{max: 1.4}}}}
goals: [{{minimize: reassigned}}]
solve: {{method: exact, threads: 1, time_limit: 20}}
"""


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


@pytest.fixture
def layer():
    shapes = [box(400_000 + 100 * k, 4_300_000, 400_100 + 100 * k, 4_300_100) for k in range(4)]
    columns = {"id": ["a", "b", "c", "d"], "students": [10, 10, 20, 0], "poor": [4, 2, 5, 0], "zone": ["S", "S", "N", "N"]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=32618)


def assert_small(district: District) -> None:
    """The district of these files, whatever order a format keeps its features in."""
    order = np.argsort(district.unit_ids)
    assert sorted(district.unit_ids) == ["a", "b", "c", "d"]
    assert district.students[order].tolist() == [10, 10, 20, 0]
    assert district.groups["poor"][order].tolist() == [4, 2, 5, 0]
    assert district.current[order].tolist() == [0, 0, 1, 1]
    pairs = {frozenset(district.unit_ids[u] for u in pair) for pair in district.edges}
    assert pairs == {frozenset("ab"), frozenset("bc"), frozenset("cd")}
    np.testing.assert_allclose(district.border_m, 100, rtol=0.01)


def test_every_format_but_plain_tables_is_written_here(tmp_path, layer):
    read = set()
    for number, write in enumerate(LAYERS.values()):
        (tmp_path / str(number)).mkdir()
        read.add(format_of(write(tmp_path / str(number), layer)))
    assert read == set(FORMATS) - {DBASE}


@pytest.mark.parametrize("kind", LAYERS)
def test_units_of_every_format_are_the_same_district(files, layer, kind):
    files.sections.pop("adjacency")
    files.say("units", path=LAYERS[kind](files.folder, layer))
    assert_small(files.load())


QUICK = ("GeoPackage", "geodatabase", "gzipped GeoJSON", "TopoJSON", "KML with balloons", "workbook with WKT")


@pytest.mark.parametrize("kind", [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.slow) for kind in LAYERS])
def test_validate_run_and_evaluate(tmp_path, layer, call, kind):
    SmallFiles(tmp_path)
    (tmp_path / "tiny.yaml").write_text(SCENARIO.format(units=LAYERS[kind](tmp_path, layer).name))
    assert call("validate", "tiny.yaml")[0] == 0
    assert call("run", "tiny.yaml", "--out", "out")[0] == 0
    (tmp_path / "plans").mkdir()
    plan = layer[["id", "geometry"]].assign(school_id=["S", "N", "N", "N"])
    code, answer, said = call("evaluate", "tiny.yaml", LAYERS[kind](tmp_path / "plans", plan), "--json")
    assert code == 0, said
    assert json.loads(answer)["counts"]["moved_units"] == 1


@pytest.mark.parametrize("ending", TABLES)
def test_tables_of_every_format_say_the_same(files, ending):
    """Schools, travel in both shapes, and neighbors."""
    wanted = files.load()
    for section, name in (("schools", "schools"), ("travel", "travel"), ("adjacency", "edges")):
        table = pd.read_csv(files.folder / f"{name}.csv")
        files.say(section, path=write_table(files.folder / f"{name}x{ending}", table))
    found = files.load()
    for one in ("school_ids", "school_names", "unit_ids"):
        assert getattr(found, one) == getattr(wanted, one)
    for one in ("capacity", "travel", "school_unit", "edges", "border_m"):
        assert getattr(found, one).tolist() == getattr(wanted, one).tolist()
    pairs = pd.read_csv(files.folder / "travel.csv").melt("id", var_name="school", value_name="minutes")
    assert files.say("travel", path=write_table(files.folder / f"long{ending}", pairs)).load().travel.tolist() == wanted.travel.tolist()


@pytest.mark.parametrize("kind", LAYERS)
def test_walk_zones_of_every_format(files, kind):
    files.drawn("drawn.gpkg")
    zones = gpd.GeoDataFrame({"id": ["z"], "school_id": ["S"]}, geometry=[box(399_990, 4_299_990, 400_210, 4_300_110)], crs=32618)
    district = files.say("walk", zones=LAYERS[kind](files.folder, zones), school="school_id").load()
    assert district.walkable.tolist() == [[True, False], [True, False], [False, False], [False, False]]


@pytest.mark.parametrize("name", ["lines.gpkg", "lines.kml", "lines.gdb", "lines.fgb", "lines.geojsonl"])
def test_barriers_of_other_formats(files, name):
    files.drawn("drawn.gpkg")
    line = gpd.GeoDataFrame({"kind": ["rail"]}, geometry=[LineString([(400_200, 4_299_000), (400_200, 4_301_000)])], crs=32618)
    driver = {".gpkg": "GPKG", ".kml": "LIBKML", ".gdb": "OpenFileGDB", ".fgb": "FlatGeobuf", ".geojsonl": "GeoJSONSeq"}[(files.folder / name).suffix]
    pyogrio.write_dataframe(line.to_crs(4326), files.folder / name, driver=driver)
    district = files.say("barriers", path=files.folder / name).load()
    assert district.crossed.tolist() == [[False, True], [False, True], [True, False], [True, False]]


def test_schools_as_points_of_a_geodatabase(files):
    files.drawn("drawn.gpkg")
    points = gpd.GeoDataFrame(
        {"school_id": ["S", "N"], "capacity": [25, 25]}, geometry=[Point(400_050, 4_300_050), Point(400_350, 4_300_050)], crs=32618
    )
    pyogrio.write_dataframe(
        points, files.folder / "schools.gdb", driver="OpenFileGDB", layer="Schools", TARGET_ARCGIS_VERSION="ARCGIS_PRO_3_2_OR_LATER"
    )
    files.say("schools", path=files.folder / "schools.gdb", unit=None)
    assert files.load().school_unit.tolist() == [0, 3]


# -- layers and tables of one file -----------------------------------------------------------------------------------


@pytest.fixture
def geodatabase(files, layer):
    """A geodatabase with a layer of units and a table of counts, as ArcGIS keeps them."""
    path, modern = files.folder / "district.gdb", {"TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"}
    pyogrio.write_dataframe(layer, path, driver="OpenFileGDB", layer="Units", **modern)
    counts = pd.DataFrame({"PU": ["a", "b", "c", "d"], "K": [1, 2, 3, 4]})
    pyogrio.write_dataframe(counts, path, driver="OpenFileGDB", layer="Counts", append=True, **modern)
    files.sections.pop("adjacency")
    return files.say("units", path=path)


def test_a_layer_and_a_table_of_one_geodatabase(geodatabase):
    path = geodatabase.folder / "district.gdb"
    geodatabase.say("units", layer="Units", students="K", groups={}, join=[{"path": path, "layer": "counts", "on": "PU"}])
    district = geodatabase.load()
    assert district.students.tolist() == [1, 2, 3, 4]
    assert [file.path for file in district.inputs].count(str(path)) == 1


def test_several_layers_are_asked_about(geodatabase):
    assert geodatabase.problems() == ["data.units.path: district.gdb has 2 layers. Say which with the key layer: Units, Counts."]
    assert geodatabase.say("units", layer="Unit").problems() == [
        "data.units.path: district.gdb has no layer 'Unit'. Did you mean 'Units'? Layers: Units, Counts."
    ]


def test_the_hash_of_a_folder_is_that_of_all_that_is_in_it(geodatabase):
    def digest():
        return next(file.sha256 for file in geodatabase.load().inputs if file.path.endswith("district.gdb"))

    geodatabase.say("units", layer="Units")
    first = digest()
    (geodatabase.folder / "district.gdb" / "Units.sr.lock").write_text("a program has it open")
    assert digest() == first
    (geodatabase.folder / "district.gdb" / "note.txt").write_text("changed")
    assert digest() != first


def test_a_folder_that_is_no_geodatabase_is_refused(files):
    (files.folder / "units.gdb").mkdir()
    [said] = files.say("units", path=files.folder / "units.gdb").problems()
    assert said.startswith("units.gdb: cannot be read: ")
    (files.folder / "units").mkdir()
    assert files.say("units", path=files.folder / "units").problems()[0] == "data.units.path: units is a folder. Name the file in it."


def test_styles_that_a_program_keeps_beside_a_layer_are_no_layer(files, layer):
    path = LAYERS["GeoPackage"](files.folder, layer)
    pyogrio.write_dataframe(pd.DataFrame({"styleName": ["blue"]}), path, layer="layer_styles", append=True)
    files.sections.pop("adjacency")
    assert_small(files.say("units", path=path).load())


def test_folders_of_a_kml_are_layers(files, layer):
    path = LAYERS["KML with balloons"](files.folder, layer)
    other = "<Folder><name>Empty</name></Folder><Folder><name>Pools</name><Placemark><name>p</name><Point><coordinates>-77,39</coordinates></Point>"
    path.write_text(path.read_text().replace("<Folder>", f"{other}</Placemark></Folder><Folder>", 1))
    files.sections.pop("adjacency")
    files.say("units", path=path)
    assert files.problems() == ["data.units.path: units.kml has 2 layers. Say which with the key layer: Pools, units."]
    assert_small(files.say("units", layer="units").load())


def test_a_zip_with_two_layers_of_one_name(files, layer):
    with zipfile.ZipFile(files.folder / "units.zip", "w") as packed:
        for year in ("2023", "2024"):
            (files.folder / year).mkdir()
            LAYERS["GeoJSON"](files.folder / year, layer if year == "2024" else layer.iloc[:2])
            packed.write(files.folder / year / "units.geojson", f"{year}/units.geojson")
    files.sections.pop("adjacency")
    files.say("units", path=files.folder / "units.zip")
    assert "Say which with the key layer: 2023/units.geojson units, 2024/units.geojson units." in files.problems()[0]
    assert_small(files.say("units", layer="2024/units.geojson units").load())


def test_a_zip_without_layers_says_what_is_in_it(files):
    with zipfile.ZipFile(files.folder / "units.zip", "w") as packed:
        packed.writestr("units.pdf", "x")
    cure = "Unpack it, and name the file in it."
    assert files.say("units", path=files.folder / "units.zip").problems()[0] == (
        f"units.zip: cannot be read: it holds no layer that can be read, but units.pdf. {cure}"
    )


def test_letters_of_a_zipped_shapefile_that_does_not_say_its_encoding(files, layer):
    layer["zone"] = ["Peña", "Peña", "N", "N"]
    path = LAYERS["zipped Shapefile"](files.folder, layer)
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(files.folder / "bare.zip", "w") as packed:
        for name in whole.namelist():
            if not name.endswith(".cpg"):
                packed.writestr(name, whole.read(name))
    assert read_table(files.folder / "bare.zip").frame["zone"].tolist() == ["Peña", "Peña", "N", "N"]


# -- shapes in a column ----------------------------------------------------------------------------------------------


def test_what_is_assumed_of_shapes_without_a_crs_is_said(files, layer):
    files.sections.pop("adjacency")
    files.say("units", path=LAYERS["text with WKT"](files.folder, layer))
    assert "units.csv: shapes from column 'WKT', taken for degrees (EPSG:4326), for it names no CRS" in files.load().notes
    files.say("units", path=LAYERS["text with EWKT"](files.folder, layer))
    assert "units.csv: shapes from column 'WKT', in EPSG:32618 as it says" in files.load().notes


def test_shapes_in_meters_without_a_crs_are_refused(files, layer):
    path = write_table(files.folder / "units.csv", layer.drop(columns="geometry").assign(WKT=layer.geometry.to_wkt()))
    [said] = files.say("units", path=path).problems()
    assert said == (
        "units.csv: column 'WKT' names no CRS, and its coordinates, from 400000, 4.3e+06 on, are no degrees. Write the CRS before each shape "
        "(SRID=26918;POLYGON ((...))), or export the layer with its CRS as GeoPackage."
    )


def test_the_row_of_a_shape_that_is_none(files, layer):
    shapes = layer.to_crs(4326).geometry.to_wkt().tolist()
    shapes[2] = shapes[2].replace("))", "")
    path = write_table(files.folder / "units.csv", layer.drop(columns="geometry").assign(WKT=shapes))
    said = files.say("units", path=path).problems()
    assert said[0].startswith("units.csv: 1 polygon cannot be made out: 'c' (row 4): its text is no shape.")


def test_workbooks_of_an_older_kind_are_refused_with_the_cure(files):
    for name in ("units.xls", "units.ods", "units.xlsb"):
        (files.folder / name).write_bytes(b"\xd0\xcf\x11\xe0")
        cure = "Open it and save it as an Excel workbook (.xlsx), or each sheet as CSV."
        said = files.say("units", path=files.folder / name).problems()[0]
        assert said == f"data.units.path: {name} is a workbook of a kind that is not read. {cure}"
    (files.folder / "units.xlsx").write_bytes(b"\xd0\xcf\x11\xe0")
    assert (
        "is no Excel workbook: it is of an older kind, or protected by a password."
        in files.say("units", path=files.folder / "units.xlsx").problems()[0]
    )


def test_a_layer_of_a_file_that_has_none(tmp_path):
    (tmp_path / "t.fgb").write_bytes(b"")
    with pytest.raises(DataError, match=r"t\.fgb has no layers\. Leave layer out\."):
        read_table(tmp_path / "t.fgb", layer="units")
