"""Layers that are packed, empty or called what they are not, and keys about neighbors that ask for too much."""

from __future__ import annotations

import zipfile

import geopandas as gpd
import pytest
from small_files import UNITS, SmallFiles

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


def packed(files, members):
    """units.zip with files of the folder under other names, each given as (name in the zip, file)."""
    path = files.folder / "units.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, name in members:
            archive.write(files.folder / name, inside)
    return path


@pytest.mark.parametrize("folder", ["", "blocks 2020/", "a/b/"])
@pytest.mark.parametrize("kind", ["shp", "gpkg", "geojson"])
def test_a_layer_in_a_folder_of_a_zip_file(files, folder, kind):
    """As districts publish them, with what a Mac adds."""
    files.drawn(f"units.{kind}", crs=4326 if kind == "geojson" else 32618)
    expected = files.load()
    names = [f"units{part}" for part in PARTS] if kind == "shp" else [f"units.{kind}"]
    path = packed(files, [(folder + name, name) for name in names] + [("__MACOSX/._units.shp", "schools.csv")])
    assert files.say("units", path=path).load().edges.tolist() == expected.edges.tolist()


def test_a_zip_file_of_two_layers_asks_for_the_key_that_it_may_have(files):
    files.drawn("units.shp")
    path = packed(files, [(f"maps/{name}{part}", f"units{part}") for part in PARTS for name in ("one", "two")])
    assert files.say("units", path=path).problems() == ["data.units.path: units.zip has 2 layers. Say which with the key layer: one, two."]
    assert files.say("units", layer="two").load().unit_ids == ("a", "b", "c", "d")


@pytest.mark.parametrize("name", ["units.gpkg", "units.geojson", "units.shp", "units.zip", "units.parquet"])
@pytest.mark.parametrize(("content", "said"), [(b"", "is empty."), (b"\xff\xfe{\x00 hello", "")])
def test_what_is_no_layer_is_refused_in_our_words(files, name, content, said):
    path = files.folder / name
    path.write_bytes(content)
    (problem,) = files.say("units", path=path).problems()
    assert problem.startswith(f"{name}: {said}")
    assert "driver" not in problem
    assert "/vsi" not in problem


def test_a_wide_gap_that_is_forgiven_is_doubted(files):
    files.drawn()
    said = "units.gpkg: data.adjacency.snap_m: 40 is wide beside units of some 100 m: units become neighbors that lie apart, "
    assert any(warning.startswith(said) for warning in files.say("adjacency", snap_m=40).load().warnings)
    assert files.say("adjacency", snap_m=10).load().warnings == ()


def test_pieces_that_touch_are_not_told_to_be_snapped(files):
    files.drawn()
    (warning,) = files.say("adjacency", min_shared_m=200).load().warnings
    assert warning.endswith("they touch in corners, overlap, or share less than data.adjacency.min_shared_m")


def test_a_crs_of_many_counties_is_told_briefly(files):
    files.csv("units.csv", UNITS)
    (warning,) = files.drawn(crs=32100).load().warnings
    assert "far from where its CRS EPSG:32100 is for (United States (USA) - Montana - " in warning
    assert len(warning) < 400


# -- places of schools -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon_lat", "said"), [("0,0", "1 school outside every unit: 'S' is "), ("15,0", "1 school on another part of the earth, as 0, 0 is")]
)
def test_a_school_on_another_part_of_the_earth(files, lon_lat, said):
    """Where an address was not found, programs write 0, 0; in the CRS of another district that is nowhere at all."""
    (north,) = gpd.GeoSeries.from_xy([400_350], [4_300_050], crs=32618).to_crs(4326)
    files.csv("schools.csv", f"school_id,name,capacity,lon,lat\nS,South,25,{lon_lat}\nN,North,25,{north.x},{north.y}\n")
    (problem,) = files.drawn().say("schools", unit=None).problems()
    assert problem.startswith(f"schools.csv, row 2: {said}")


def test_a_school_far_from_the_unit_that_is_named_for_it_is_doubted(files):
    """Straight lines go to the point, and the rules about zones look at the unit."""
    files.csv("schools.csv", "school_id,name,capacity,block,lon,lat\nS,South,25,a,-76.2,38.8\nN,North,25,d,-76.1497,38.8396\n")
    files.drawn().sections["travel"] = {"estimate": "straight_line", "speed_kmh": 30}
    (warning,) = [warning for warning in files.load().warnings if "far from" in warning]
    assert warning.startswith("schools.csv, row 2: 1 school far from the unit that is named for it: 'S' ")
    assert warning.endswith(" km from 'a'")
