"""From public files in their real layouts to a scenario whose students are estimated, and said to be so."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import warnings
from contextlib import redirect_stdout

import geopandas as gpd
import openpyxl
import pytest
from public_folder import COUNTY, LEAID, SCHOOLS, cells, children, enrolled, write_public_folder

from rezoning import load_district, load_scenario, run
from rezoning.cli.app import app


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return write_public_folder(tmp_path_factory.mktemp("files") / "Nowhere")


@pytest.fixture
def folder(public, tmp_path):
    """A copy of the public files."""
    return copied(public, tmp_path / "Nowhere")


def copied(public, place):
    place.mkdir()
    for file in public.iterdir():
        (place / file.name).write_bytes(file.read_bytes())
    return place


@pytest.fixture(scope="module")
def joined(public, tmp_path_factory):
    """The folder with its scenario, what was printed as JSON, and as a page; none of it is changed by a test."""
    place = copied(public, tmp_path_factory.mktemp("joined") / "Nowhere")
    said = []
    for more in (["--json"], ["--replace"]):
        with pytest.raises(SystemExit) as ended, redirect_stdout(io.StringIO()) as out:
            app(["new", str(place), "--district", LEAID, "--level", "elementary", "--yes", *more])
        assert ended.value.code == 0
        said.append(out.getvalue())
    return place, json.loads(said[0]), " ".join(said[1].split())


def made(call, folder, *more):
    code, out, err = call("new", folder, "--district", LEAID, "--level", "elementary", "--yes", "--json", *more)
    assert code == 0, err
    return json.loads(out)


def test_every_public_file_is_recognized_and_joined(joined):
    folder, record, _ = joined
    files = {one["file"]: one for one in record["files"]}
    assert {one["kind"] for name, one in files.items() if not name.startswith(("zones", "tl_2024_51999"))} == {"census"}
    assert not [name for name, one in files.items() if one["use"] == "not used"]
    assert {path.rpartition("/")[2] for path in record["written"]} == {
        "units.gpkg", "schools.csv", "zones.gpkg", "SOURCES.md", "today.md", "today.json", "scenario.yaml",
    }  # fmt: skip
    units = gpd.read_file(folder / "units.gpkg")
    assert len(units) == len(cells())  # the blocks of the district to the north are not ours
    assert units["children"].sum() == pytest.approx(1.2 * sum(children(*cell)["all"] for cell in cells()))  # ten-year-olds are a fifth of 10 to 14
    schools = {row["NCESSCH"]: row for row in csv.DictReader((folder / "schools.csv").read_text(encoding="utf-8").splitlines())}
    assert set(schools) == set(SCHOOLS)
    for school in SCHOOLS:
        held = {"all": int(schools[school]["students"]), **{group: int(schools[school][group]) for group in ("hispanic", "white", "black")}}
        assert held == enrolled(school)


def test_students_add_up_to_what_schools_count(joined):
    folder = joined[0]
    district = load_district(load_scenario(folder / "scenario.yaml").data)
    assert district.students_are_estimated
    for s, school in enumerate(district.school_ids):
        inside = district.current == s
        counts = enrolled(school)
        assert district.students[inside].sum() == pytest.approx(counts["all"])
        for group in ("hispanic", "white", "black"):
            assert district.groups[group][inside].sum() == pytest.approx(counts[group])
    assert district.travel_source == "streets"
    assert "low_income" in district.groups


def test_it_is_said_to_be_estimated(call, joined):
    folder, _, page = joined
    assert "Students are ESTIMATED, not counted" in page
    assert "**Students are ESTIMATED" in (folder / "today.md").read_text()
    text = (folder / "scenario.yaml").read_text()
    assert "# Students of each block are an estimate" in text
    assert re.search(r"sources: .*estimated.*2015-16, \d+ years old", text)
    code, out, _ = call("validate", folder / "scenario.yaml")
    assert code == 0
    assert "estimate" in out


def test_sources_are_told_with_hashes_vintage_and_factors(joined):
    folder = joined[0]
    text = (folder / "SOURCES.md").read_text()
    for name in ("tl_2020_51_tabblock20.zip", "P12H.json", "ccd_sch_052_2425_l_1a_073025.zip", "SABS_1516.zip"):
        sha = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        assert sha in row
        assert "public domain" in row
    assert "| school year 2015-16 |" in text
    assert "| school year 2024-25 |" in text
    assert "| census of 2020 |" in text
    assert re.search(r"\| Peña Elementary \| 396 \| 432 \| 0\.92 \|", text)


def test_charter_and_closed_schools_are_left_out_and_told(joined):
    remarks = " ".join(joined[1]["remarks"])
    assert "Bright Futures Elementary (charter school)" in remarks
    assert "Old Elementary (closed)" in remarks


def test_a_group_without_a_seed_is_left_out(call, folder):
    (folder / "ACSDT5Y2023.B17001.zip").unlink()
    record = made(call, folder)
    assert any("Schools count low_income, but no file says where these children live" in remark for remark in record["remarks"])
    scenario = load_scenario(folder / "scenario.yaml")
    assert set(scenario.data.units.groups) == {"hispanic", "white", "black"}
    assert scenario.goals[0].group in {"hispanic", "white"}


def test_seats_of_a_workbook_are_joined(call, folder):
    book = openpyxl.Workbook()
    for row in (["School", "Seats"], *([f"{name} ES", 450] for name in SCHOOLS.values())):
        book.active.append(row)
    book.save(folder / "seats.xlsx")
    made(call, folder)
    scenario = load_scenario(folder / "scenario.yaml")
    district = load_district(scenario.data)
    assert district.capacity.tolist() == [450] * 4
    assert district.students_are_estimated
    assert scenario.rules.capacity.of == "capacity"


@pytest.mark.slow
def test_the_districts_own_zones_come_before_the_surveys(call, folder):
    zones = gpd.read_file(folder / "SABS_1516.zip")[["schnam", "geometry"]].rename(columns={"schnam": "School"})
    zones.to_file(folder / "zones 2026.geojson", driver="GeoJSON")
    record = made(call, folder)
    assert "zones.gpkg" not in {path.rpartition("/")[2] for path in record["written"]}
    assert load_scenario(folder / "scenario.yaml").data.units.current.path.name == "zones 2026.geojson"


@pytest.mark.slow
def test_streets_of_several_counties_are_one(call, folder):
    edges = gpd.read_file(folder / f"tl_2024_51{COUNTY}_edges.zip")
    (folder / f"tl_2024_51{COUNTY}_edges.zip").unlink()
    for name, part in (("51999", edges[: len(edges) // 2]), ("51998", edges[len(edges) // 2 :])):
        part.to_file(folder / f"tl_2024_{name}_edges.shp")
    record = made(call, folder)
    assert "streets.gpkg" in {path.rpartition("/")[2] for path in record["written"]}
    assert load_district(load_scenario(folder / "scenario.yaml").data).travel_source == "streets"


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (["tl_2020_51_tabblock20.zip"], "there is no file of census blocks (tl_2020_SS_tabblock20.zip)"),
        (["tl_2024_51_unsd.zip"], "there is no file of boundary of the district"),
        (["P12.json", "P12H.json", "P12I.json", "P12J.json"], "there is no file of ages by block"),
        (["ccd_sch_052_2425_l_1a_073025.zip"], "there is no file of students of each school"),
        (["EDGE_GEOCODE_PUBLICSCH_2425.zip"], "there is no file of places of the schools"),
    ],
)
def test_what_is_missing_is_named_with_the_list_that_has_it(call, folder, lost, said):
    for name in lost:
        (folder / name).unlink()
    code, _, err = call("new", folder, "--district", LEAID, "--level", "elementary", "--yes")
    assert code == 3
    assert said in err
    assert f"rezoning new --list {LEAID}" in err
    assert not (folder / "scenario.yaml").exists()


def test_another_district_is_refused(call, folder):
    code, _, err = call("new", folder, "--district", "5100007", "--level", "elementary", "--yes")
    assert code == 3
    assert "5100007" in err


def test_files_of_the_census_ask_for_a_district(call, folder):
    code, out, err = call("new", folder, "--yes")
    assert code == 3
    assert "not recognized" not in out
    assert "school directory (CCD 029)" in " ".join(out.split())
    assert f"rezoning new {folder} --district LEAID" in err


def test_what_is_made_of_the_files_is_no_file_of_the_folder(joined):
    assert "zones.gpkg" not in {one["file"] for one in joined[1]["files"]}


def test_without_zones_nothing_can_be_estimated(call, folder):
    (folder / "SABS_1516.zip").unlink()
    code, _, err = call("new", folder, "--district", LEAID, "--level", "elementary", "--yes")
    assert code == 3
    assert "zones" in err


@pytest.mark.slow
def test_from_public_files_to_a_run(call, folder, tmp_path):
    made(call, folder)
    outcome = run(folder / "scenario.yaml", tmp_path / "run")
    assert outcome.exit_code == 0
    assert outcome.audit.passed
