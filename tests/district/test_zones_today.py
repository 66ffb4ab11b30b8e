"""Zones as polygons for today's schools and as a plan, through the whole program, with students' points where they are given."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Point
from squares import write_polygons

from rezoning.commands.evaluation import evaluate, evaluation_record
from rezoning.district.load import load_district
from rezoning.district.plans.read import bring_plan
from rezoning.errors import DataError
from rezoning.scenario.load import load_scenario

X, Y = 500_000, 4_400_000
CRS = 32616


def strip(left: float, right: float, bottom: float = 0, top: float = 3) -> shapely.Polygon:
    """A rectangle over the twelve squares, in sides of a unit from their lower left corner."""
    return shapely.box(X + 100 * left, Y - 300 + 100 * bottom, X + 100 * right, Y - 300 + 100 * top)


def zones(path, shapes, **columns):
    gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_file(path)
    return path


@pytest.fixture
def squares(tmp_path):
    write_polygons(tmp_path)

    def district(current=None, **data):
        said = json.loads((tmp_path / "scenario.yaml").read_text())
        said["data"] |= data
        if current is not None:
            said["data"]["units"].pop("current_school", None)
            said["data"]["units"]["current"] = current
        (tmp_path / "scenario.yaml").write_text(json.dumps(said))
        return load_district(load_scenario(tmp_path / "scenario.yaml").data)

    district.folder = tmp_path
    return district


def schools(district):
    return "".join("AB."[s] for s in district.current)


def test_today_from_zones_and_all_split_units_in_the_record(squares):
    zones(squares.folder / "zones.shp", [strip(0, 1.3), strip(1.3, 4)], SCHOOL=["A", "B"])
    district = squares(current={"path": "zones.shp"})
    assert schools(district) == "ABBB" * 3
    assert [district.unit_ids[one.unit] for one in district.today_split] == ["001", "011", "021"]
    assert "zones.shp: divides 3 units with 300 students" in " ".join(district.warnings)
    assert any(one.path.endswith("zones.shp") for one in district.inputs)
    found = evaluate(squares.folder / "scenario.yaml", squares.folder / "zones.shp")
    record = evaluation_record(found.scenario, found.district, found)
    entries = record["today_split"]
    assert [one["unit"] for one in entries] == ["001", "011", "021"]
    assert entries[0]["shares"] == pytest.approx({"B": 0.7, "A": 0.3})
    assert entries[0]["students"] == 100


def test_units_outside_of_todays_zones_are_new_and_named(squares):
    zones(squares.folder / "zones.gpkg", [strip(0, 2), strip(2, 4, 1)], name=["A", "B"])
    district = squares(current={"path": "zones.gpkg"})
    assert schools(district) == "AABBAABBAA.."
    assert "zones.gpkg: 2 units outside every zone, taken as new: '022', '023'" in " ".join(district.warnings)
    with pytest.raises(DataError) as error:
        bring_plan(squares.folder / "zones.gpkg", district)
    assert "has no zone over 2 of 12 units: '022', '023'" in str(error.value)


def test_a_school_that_is_not_there_is_refused_with_its_row_and_what_was_meant(squares):
    (squares.folder / "schools.csv").write_text("school,name,seats,unit\nA,Ash,700,010\nB,Birch,700,013\n")
    zones(squares.folder / "zones.gpkg", [strip(0, 2), strip(2, 4)], name=["Ash ES", "Brich"])
    with pytest.raises(DataError) as error:
        squares(current={"path": "zones.gpkg"})
    assert "'Brich' (row 2, 6 units)" in str(error.value)
    assert "Did you mean 'Birch'?" in str(error.value)
    said = json.loads((squares.folder / "scenario.yaml").read_text())
    said["data"]["units"]["current_school"] = "today"
    del said["data"]["units"]["current"]
    (squares.folder / "scenario.yaml").write_text(json.dumps(said))
    with pytest.raises(DataError) as error:
        evaluate(squares.folder / "scenario.yaml", squares.folder / "zones.gpkg")
    assert "'Brich' (row 2)" in str(error.value)
    assert "Did you mean 'Birch'?" in str(error.value)


def test_a_closed_schools_zone_is_todays_and_no_plans(squares):
    (squares.folder / "schools.csv").write_text("school,name,seats,unit,open\nA,Ash,700,010,yes\nB,Birch,700,013,yes\nZ,Zinnia,10,011,no\n")
    zones(squares.folder / "zones.gpkg", [strip(0, 1), strip(1, 2), strip(2, 4)], school=["A", "Z", "B"])
    said = {"path": "schools.csv", "id": "school", "name": "name", "capacity": "seats", "unit": "unit", "open": "open"}
    district = squares(current={"path": "zones.gpkg"}, schools=said)
    assert district.current.tolist() == [0, 2, 1, 1] * 3
    with pytest.raises(DataError, match="'Z' is closed"):
        bring_plan(squares.folder / "zones.gpkg", district)


def test_one_level_of_several_by_a_filter(squares):
    zones(squares.folder / "zones.gpkg", [strip(0, 2), strip(2, 4), strip(0, 1), strip(1, 4)], school=["A", "B"] * 2, level=["E", "E", "M", "M"])
    with pytest.raises(DataError, match="filter"):
        squares(current={"path": "zones.gpkg"})
    assert schools(squares(current={"path": "zones.gpkg", "filter": {"column": "level", "equals": "E"}})) == "AABB" * 3


def test_broken_unit_polygons_are_told_once(squares):
    document = json.loads((squares.folder / "units.geojson").read_text())
    document["features"][0]["geometry"] = None
    (squares.folder / "units.geojson").write_text(json.dumps(document))
    zones(squares.folder / "zones.gpkg", [strip(0, 2), strip(2, 4)], name=["A", "B"])
    with pytest.raises(DataError) as error:
        squares(current={"path": "zones.gpkg"})
    assert len(error.value.problems) == 1


def test_students_points_decide_and_land_where_nobody_lives(squares):
    """The border leaves most land of the second column in the east, and most of its students in the west; in the last row there is nobody."""
    zones(squares.folder / "zones.gpkg", [strip(0, 1.3), strip(1.3, 4)], name=["A", "B"])
    homes = [(0.5, 0.5)] * 3 + [(1.1, 0.5)] * 7 + [(1.9, 0.5)] * 3 + [(1.1, 1.5), (1.9, 1.5), (1.2, 1.5), (3.5, 1.5)]
    points = [Point(X + 100 * x, Y - 100 * y) for x, y in homes]
    gpd.GeoDataFrame({"poor": ["Y"] * len(points)}, geometry=points, crs=CRS).to_crs(4326).to_file(squares.folder / "students.geojson")
    unit = {"path": "units.geojson", "id": "unit", "current_school": "today"}
    section = {"path": "students.geojson", "groups": {"poor": {"column": "poor", "equals": "Y"}}}
    district = squares(current={"path": "zones.gpkg"}, units=unit, students=section)
    assert schools(district) == "AABBAABBABBB"
    assert [(district.unit_ids[one.unit], one.of) for one in district.today_split] == [("001", "students"), ("011", "students"), ("021", "land")]
    assert dict(district.today_split[0].shares) == pytest.approx({"A": 0.7, "B": 0.3})
    brought = bring_plan(squares.folder / "zones.gpkg", district)
    assert np.array_equal(brought.plan.school, district.current)
    assert [one.of for one in brought.split] == ["students", "students", "land"]
