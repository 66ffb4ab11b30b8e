"""From a folder as a planner had it to a report: three commands, no editor."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from planner_folder import write_planner_folder

from rezoning import load_district, load_scenario
from rezoning.cli.app import app
from rezoning.synthetic import RIVERBEND, make_district


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = write_planner_folder(tmp_path_factory.mktemp("files") / "Riverbend 2026")
    with pytest.raises(SystemExit) as ended:
        app(["new", str(folder), "--yes"])
    assert ended.value.code == 0
    return folder


def test_the_folder_becomes_the_district(planned):
    district = load_district(load_scenario(planned / "scenario.yaml").data)
    town = make_district(**RIVERBEND).district
    assert district.num_units == town.num_units
    assert np.array_equal(district.students, town.students)
    assert np.array_equal(district.groups["low_income"], town.groups["low_income"])
    assert np.array_equal(district.groups["hispanic"], town.groups["hispanic"])
    assert np.array_equal(district.current, town.current)
    assert np.array_equal(district.capacity, town.capacity)
    assert (district.travel_unit, district.travel_source) == ("min", "streets")


def test_its_scenario_says_where_everything_comes_from(planned):
    scenario = load_scenario(planned / "scenario.yaml")
    assert scenario.data.students.path.name == "students_oct1.shp"
    assert scenario.data.units.current.path.name == "Elementary zones.shp"
    assert scenario.data.travel.streets.speed_unit == "mph"
    assert scenario.data.schools.path.name == "schools.csv"
    assert (planned / "schools.csv").read_text().splitlines()[1].startswith("juniper-run-es,Juniper Run ES,730,")
    assert scenario.report.level == "elementary schools"


def test_no_student_is_in_what_was_written(planned):
    for name in ("scenario.yaml", "schools.csv", "today.md", "today.json"):
        assert "STUDENT_ID" not in (planned / name).read_text()
    assert json.loads((planned / "today.json").read_text())["counts"]["students"] == pytest.approx(3882)


@pytest.mark.slow
def test_three_commands_lead_to_a_report(planned, tmp_path):
    for words in (("run", planned / "scenario.yaml", "--out", tmp_path / "run"), ("report", tmp_path / "run", "--out", tmp_path / "report")):
        with pytest.raises(SystemExit) as ended:
            app([str(word) for word in words])
        assert ended.value.code == 0
    assert (tmp_path / "report" / "report.html").stat().st_size > 100_000
