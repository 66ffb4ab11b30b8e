"""A run is packed, mailed and read anywhere, whatever formats its files have; and what leaves the house is said and asked."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from made_runs import make_run
from squares import write_polygons

from rezoning import evaluate, load_district, load_scenario
from rezoning.commands.packing import pack
from rezoning.commands.verifying import verify
from rezoning.errors import DataError, OutputError
from rezoning.runs.option_read import read_options
from rezoning.runs.packed import opened

sys.path.append(str(Path(__file__).parents[1] / "district"))
from written_formats import LAYERS

FORMATS = ("GeoPackage", "Shapefile", "zipped Shapefile", "geodatabase")


def mailed(archive: Path, folder: Path) -> Path:
    """The run of an archive, unpacked by another program elsewhere."""
    folder.mkdir()
    with zipfile.ZipFile(archive) as held:
        held.extractall(folder)
    (run,) = folder.iterdir()
    return run


@pytest.fixture
def squares(tmp_path):
    folder = tmp_path / "house" / "data"
    folder.mkdir(parents=True)
    return write_polygons(folder)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_run_is_mailed_with_files_of_any_format(squares, tmp_path, kind):
    layer = gpd.read_file(squares.parent / "units.geojson")
    (squares.parent / "units.geojson").unlink()
    written = LAYERS[kind](squares.parent, layer.assign(id=layer["unit"]))
    said = json.loads(squares.read_text())
    said["data"]["units"]["path"] = written.name
    squares.write_text(json.dumps(said))
    run = make_run(squares, tmp_path / "house" / "runs" / "one")
    packed = pack(run, tmp_path / "one.zip")
    there = mailed(packed.path, tmp_path / "there")
    before = read_options([run])[0]
    shutil.rmtree(tmp_path / "house")
    (option,) = read_options([there])
    assert option.changed == ()
    assert option.metrics == before.metrics
    assert verify(there).differences == ()
    assert {Path(one.path).parent.name for one in option.district.inputs} == {"data"}
    assert all(str(there) in one.path for one in option.district.inputs)
    if kind == "Shapefile":
        assert {f"inputs/data/units{ending}" for ending in (".shp", ".shx", ".dbf", ".prj", ".cpg")} <= set(packed.files)


def test_what_lies_under_maps_and_addresses_go_with_it(squares, tmp_path):
    said = json.loads(squares.read_text())
    (squares.parent / "roads.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    said["report"] = {"addresses": {"path": "addresses.csv"}, "basemap": {"streets": "roads.geojson", "water": "gone.geojson"}}
    squares.write_text(json.dumps(said))
    run = make_run(squares, tmp_path / "runs" / "one")
    assert {Path(one["path"]).name for one in json.loads((run / "run.json").read_text())["named"]} == {"addresses.csv", "roads.geojson"}
    packed = pack(run)
    assert packed.path == run.with_name("one.zip")
    assert {"inputs/data/addresses.csv", "inputs/data/roads.geojson"} <= set(packed.files)
    assert packed.notes == ("gone.geojson is not there, and was not read by the run: report.basemap.water.path.",)
    moved = run.rename(tmp_path / "elsewhere")  # without its archive they are found where they were
    assert load_scenario(moved / "scenario.yaml").report.addresses.path == squares.parent / "addresses.csv"


def test_parents_and_files_of_one_name_are_told_apart(tiny, tmp_path):
    path = tiny()
    (path.parent / "a").mkdir()
    (path.parent / "b" / "a").mkdir(parents=True)
    shutil.move(path.parent / "units.csv", path.parent / "a" / "table.csv")
    shutil.move(path.parent / "travel.csv", path.parent / "b" / "a" / "table.csv")
    child = tmp_path / "child.yaml"
    child.write_text("extends: tiny/scenario.yaml\ndata: {units: {path: tiny/a/table.csv}, travel: {path: tiny/b/a/table.csv}}\n")
    packed = pack(make_run(child, tmp_path / "runs" / "one"), tmp_path / "one.zip")
    assert {"inputs/tiny/a/table.csv", "inputs/b/a/table.csv", "inputs/tiny/schools.csv"} <= set(packed.files)
    there = mailed(packed.path, tmp_path / "there")
    assert "extends" not in (there / "scenario.yaml").read_text()
    shutil.rmtree(path.parent)
    assert verify(there).differences == ()


def test_an_archive_is_read_as_a_run_and_packed_again(tiny, tmp_path):
    run = make_run(tiny(), tmp_path / "runs" / "one")
    packed = pack(run, tmp_path / "one.zip")
    first = packed.path.read_bytes()
    pack(run, tmp_path / "one.zip")
    assert packed.path.read_bytes() == first
    assert (opened(packed.path) / "run.json").read_bytes() == (run / "run.json").read_bytes()
    assert pack(packed.path, tmp_path / "two.zip").path.read_bytes() == first
    (option,) = read_options([packed.path])
    assert (option.key, option.is_run, option.changed) == ("one", True, ())
    assert evaluate(tiny(), packed.path).is_run


def test_without_inputs_their_fingerprints_go_and_the_files_are_put_beside(tiny, tmp_path):
    path = tiny()
    packed = pack(make_run(path, tmp_path / "runs" / "one"), tmp_path / "one.zip", with_inputs=False)
    assert not any(name.startswith("inputs/") for name in packed.files)
    there = mailed(packed.path, tmp_path / "there")
    hidden = path.parent.rename(tmp_path / "safe")
    with pytest.raises(DataError, match=r"units.csv of this run is in none of the places"):
        load_district(load_scenario(there / "scenario.yaml").data)
    (there / "inputs").mkdir()
    for file in hidden.glob("*.csv"):
        shutil.copy(file, there / "inputs")
    assert verify(there).differences == ()
    (there / "inputs" / "edges.csv").write_text("u,v\n")
    with pytest.raises(DataError, match=r"edges.csv \(holds something else\)"):
        verify(there)


def test_what_leaves_the_house_is_said_and_no_number_is_shown(tiny, tmp_path, call):
    run = make_run(tiny(), tmp_path / "runs" / "one")
    code, out, err = call("pack", run)
    assert code == 2
    assert out == ""
    assert "Counts of students by unit: plan.csv, inputs/tiny/units.csv." in err
    assert "Of 24 counts of students in a unit, of all or of a group, 12 are above 0 and below 10" in err
    assert "needs a yes" in err
    assert not run.with_name("one.zip").exists()
    code, out, _ = call("pack", run, "--json")
    assert (code, json.loads(out)["exit_code"]) == (2, 2)
    code, out, _ = call("pack", run, "--yes", "--json")
    record = json.loads(out)
    assert code == 0
    assert record["tells"]["small"] == 12
    assert record["path"] == str(run.with_name("one.zip"))


def test_no_archive_stands_in_the_run_that_it_holds(tiny, tmp_path):
    run = make_run(tiny(), tmp_path / "one")
    with pytest.raises(OutputError, match="in the run itself"):
        pack(run, run / "one.zip")
    assert not list(run.glob("*.zip"))


def test_nothing_else_is_replaced(tiny, tmp_path):
    run = make_run(tiny(), tmp_path / "runs" / "one")
    (tmp_path / "thesis.zip").write_text("years of work")
    for place in (tmp_path / "thesis.zip", tmp_path):
        with pytest.raises(OutputError, match="no packed run"):
            pack(run, place)
    with pytest.raises(OutputError, match="cannot be written"):
        pack(run, tmp_path / "no" / "one.zip")
    assert (tmp_path / "thesis.zip").read_text() == "years of work"
    with pytest.raises(DataError, match=r"holds no run.json"):
        pack(tmp_path / "tiny")


def test_links_and_hidden_files_stay_at_home(tiny, tmp_path):
    run = make_run(tiny(), tmp_path / "runs" / "one")
    (tmp_path / "secret").write_text("secret")
    (run / "link.txt").symlink_to(tmp_path / "secret")
    (run / ".hidden").write_text("secret")
    packed = pack(run, tmp_path / "one.zip")
    assert not {"link.txt", ".hidden"} & set(packed.files)
    assert packed.notes == ("link.txt is a link, and stays here.",)
