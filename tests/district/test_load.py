"""Reading a whole district: what comes out, and every message of what can be wrong with its files."""

from __future__ import annotations

import gzip
import hashlib
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from small_files import SmallFiles

from rezoning.district.district import District


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


# -- what comes out ----------------------------------------------------------------------------------------------------


def assert_small(district: District) -> None:
    assert district.unit_ids == ("a", "b", "c", "d")
    assert district.school_ids == ("S", "N")
    assert district.students.tolist() == [10, 10, 20, 0]
    assert district.groups["poor"].tolist() == [4, 2, 5, 0]
    assert district.current.tolist() == [0, 0, 1, 1]
    assert district.capacity.tolist() == [25, 25]
    assert district.school_unit.tolist() == [0, 3]
    assert district.travel.tolist() == [[2, 8], [3, 6], [6, 3], [8, 2]]
    assert district.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    np.testing.assert_allclose(district.border_m, 100, rtol=0.01)


def test_tables_make_a_district(files):
    district = files.load()
    assert_small(district)
    assert district.school_names == ("South", "North")
    assert district.travel_unit == "min"
    assert district.geometry is None
    assert district.notes == ("schools.csv: school name column 'name' (detected)",)
    assert district.warnings == ()


@pytest.mark.parametrize(
    ("name", "crs"),
    [("units.gpkg", 32618), ("units.gpkg", 4326), ("units.geojson", 4326), ("units.shp", 32618), ("units.shp", 4269), ("units.parquet", 4326)],
)
def test_every_format_makes_the_same_district(files, name, crs):
    district = files.drawn(name, crs).load()
    assert_small(district)
    assert district.geometry.crs.is_projected
    assert list(district.geometry.index) == [0, 1, 2, 3]


def test_a_zipped_shapefile_is_read(files):
    files.drawn("units.shp.zip")
    assert_small(files.load())


def test_every_file_is_in_the_inputs_with_its_hash(files):
    files.drawn("units.shp")
    read = {file.path.rsplit("/", 1)[1]: file.sha256 for file in files.load().inputs}
    assert set(read) == {"units.shp", "units.shx", "units.dbf", "units.prj", "units.cpg", "schools.csv", "travel.csv"}
    assert read["travel.csv"] == hashlib.sha256((files.folder / "travel.csv").read_bytes()).hexdigest()


def test_compressed_tables_are_read(files):
    for name in ("units", "travel", "edges"):
        (files.folder / f"{name}.csv.gz").write_bytes(gzip.compress((files.folder / f"{name}.csv").read_bytes()))
    files.say("units", path=files.folder / "units.csv.gz").say("travel", path=files.folder / "travel.csv.gz")
    assert_small(files.say("adjacency", path=files.folder / "edges.csv.gz").load())


def test_numbers_in_a_layer_match_text_in_tables(files):
    """A layer holds 1 as a number, with a blank beside it as 1.0; the tables hold '1' and '2' as text."""
    layer = pd.DataFrame({"id": [1, 2, 3], "students": [5, 5, 5], "zone": [1.0, np.nan, 2.0]})
    shapes = gpd.GeoSeries.from_xy([0.0, 100, 200], [0.0, 0, 0], crs=32618).buffer(50, cap_style="square")
    gpd.GeoDataFrame(layer, geometry=shapes).to_file(files.folder / "units.gpkg")
    files.csv("schools.csv", "school_id,capacity,block\n1,10,1\n2,10,3\n")
    files.csv("travel.csv", "id,1,2\n1,2,8\n2,3,6\n3,6,3\n")
    files.say("units", path=files.folder / "units.gpkg", groups=None).say("adjacency", path=None)
    district = files.load()
    assert district.unit_ids == ("1", "2", "3")
    assert district.current.tolist() == [0, -1, 1]
    assert "units.gpkg, column 'zone': 1 unit without a school of today, taken as new" in district.notes


def test_leading_zeros_survive_and_lost_ones_return(files):
    whole = [f"06001400100100{k}" for k in range(4)]
    for name in ("units.csv", "schools.csv", "travel.csv", "edges.csv"):
        text = (files.folder / name).read_text()
        files.csv(name, re.sub(r"\b[abcd]\b", lambda found: whole["abcd".index(found[0])], text))
    assert files.load().unit_ids == tuple(whole)
    for name in ("units.csv", "travel.csv"):
        files.edit(name, "0600", "600")
    district = files.load()
    assert district.unit_ids == tuple(unit[1:] for unit in whole)  # the scenario names the column, so they are what stands there
    assert district.travel.shape == (4, 2)
    assert any(note.startswith("edges.csv: 4 ids found after restoring lost leading zeros") for note in district.notes)
    for name in ("units.csv", "travel.csv"):
        text = (files.folder / name).read_text()
        files.csv(name, text.replace("id,", "block_id,", 1))
    district = files.say("units", id=None).load()
    assert district.unit_ids == tuple(whole)
    assert "units.csv: padded 4 ids of 14 digits to 15 (a leading zero was lost)" in district.notes


def test_closed_schools_may_be_todays(files):
    files.csv("schools.csv", "school_id,name,capacity,block,open\nS,South,25,a,yes\nX,Old,,b,no\nN,North,25,d,TRUE\n")
    files.edit("units.csv", "b,10,2,S", "b,10,2,X").say("schools", open="open")
    district = files.load()
    assert district.school_ids == ("S", "N")
    assert district.closed_ids == ("X",)
    assert district.current.tolist() == [0, 2, 1, 1]
    assert district.stayable.tolist() == [0, -1, 1, 1]
    assert "units.csv, column 'zone': 1 unit in the zone of 'X', which is closed" in district.notes


def test_the_filter_leaves_schools_out(files):
    files.csv("schools.csv", "school_id,level,capacity,block\nS,ES,25,a\nM,MS,25,a\nN,ES,25,d\n")
    district = files.say("schools", filter={"column": "level", "equals": "ES"}).load()
    assert district.school_ids == ("S", "N")
    assert "schools.csv: filter level = ES keeps 2 of 3 schools" in district.notes


def test_today_from_a_plan_file(files):
    path = files.csv("plan.csv", "unit_id,school_id\na,S\nb,\nc,N\n")
    district = files.say("units", current_school=None, current={"path": path}).load()
    assert district.current.tolist() == [0, -1, 1, -1]
    assert district.warnings == ("plan.csv: 1 unit not listed, taken as new: 'd'",)
    assert district.inputs[2].path == str(path)


def test_todays_schools_are_found_by_their_names_too(files):
    files.edit("units.csv", ",S\n", ",SOUTH\n").edit("units.csv", ",N\n", ",North Elementary School\n")
    district = files.load()
    assert district.current.tolist() == [0, 0, 1, 1]
    assert "units.csv, column 'zone': 1 school found by name: 'SOUTH'" in district.notes
    assert "units.csv, column 'zone': 1 school found by a name that is not quite its own: 'North Elementary School' as 'North'" in district.notes


def test_without_today_travel_and_capacity(files):
    files.sections.pop("travel")
    district = files.say("units", current_school=None).say("schools", capacity=None).load()
    assert district.current is None
    assert district.travel is None
    assert district.capacity is None


def test_schools_are_found_by_location(files):
    layer = gpd.read_file(files.drawn("units.gpkg").folder / "units.gpkg").to_crs(4326).representative_point()
    places = [f"{layer[k].x:.9f},{layer[k].y:.9f}" for k in (0, 3)]
    files.csv("schools.csv", f"school_id,capacity,Longitude,LAT\nS,25,{places[0]}\nN,25,{places[1]}\n")
    assert_small(files.say("schools", unit=None).load())


def test_a_school_on_a_border_is_in_the_first_unit(files):
    files.drawn("units.gpkg")
    points = gpd.GeoSeries.from_xy([400_100, 400_350], [4_300_050, 4_300_050], crs=32618)
    gpd.GeoDataFrame({"school_id": ["S", "N"], "capacity": [25, 25]}, geometry=points).to_file(files.folder / "schools.gpkg")
    district = files.say("schools", path=files.folder / "schools.gpkg", unit=None).load()
    assert district.school_unit.tolist() == [0, 3]


def test_links_and_barriers_change_the_neighbors(files):
    district = files.say("adjacency", links=[["d", "a"], ["a", "b"]], barriers=[["c", "b"], ["a", "c"]]).load()
    assert district.edges.tolist() == [[0, 1], [0, 3], [2, 3]]
    assert district.border_m.tolist()[0] == 100
    assert np.isnan(district.border_m[1])
    assert "adjacency.links: 1 of 2 pairs were neighbors already" in district.notes
    assert "adjacency.barriers: 1 of 2 pairs were no neighbors anyway" in district.notes


def test_an_estimate_is_labelled(files):
    files.drawn("units.gpkg").sections.pop("travel")
    district = files.say("travel", estimate="straight_line", speed_kmh=30, detour=1.5).load()
    assert district.travel_is_estimate
    assert district.travel_unit == "min"
    np.testing.assert_allclose(district.travel[0], [0, 0.3 * 1.5 / 30 * 60], atol=1e-9)
    expected = "travel is an estimate: straight lines x 1.5 at 30 km/h, from a point inside each unit to a point inside the unit of each school"
    assert expected in district.notes


# -- files -------------------------------------------------------------------------------------------------------------


def test_all_problems_of_all_files_come_at_once(files):
    files.edit("units.csv", "b,10", "b,ten").edit("schools.csv", "N,North,25", "N,North,").edit("travel.csv", "c,6", "c,-6")
    files.edit("edges.csv", "c,d", "c,x").say("adjacency", links=[["a", "y"]])
    assert [problem.split(":")[0] for problem in files.problems()] == [
        "units.csv, row 3", "schools.csv, row 3", "travel.csv, row 4", "edges.csv", "data.adjacency.links[0]",
    ]  # fmt: skip


def test_missing_files_are_all_named(files):
    for name in ("units.csv", "travel.csv", "edges.csv"):
        (files.folder / name).unlink()
    files.csv("unit.csv", "")
    assert files.problems() == [
        "data.units.path: there is no file units.csv. Did you mean 'unit.csv'?",
        "data.travel.path: there is no file travel.csv. Paths are relative to the scenario file.",
        "data.adjacency.path: there is no file edges.csv. Paths are relative to the scenario file.",
    ]


CASES = {
    "missing column": (
        lambda f: f.say("units", students="studnts"),
        "data.units.students: units.csv has no column 'studnts'. Did you mean 'students'? Columns: id, students, poor, zone.",
    ),
    "missing group column": (
        lambda f: f.say("units", groups={"poor": "frl"}),
        "data.units.groups.poor: units.csv has no column 'frl'. Columns: id, students, poor, zone.",
    ),
    "missing id column": (
        lambda f: f.say("units", id="ID20"),
        "data.units.id: units.csv has no column 'ID20'. Did you mean 'id'? Columns: id, students, poor, zone.",
    ),
    "missing column of today": (
        lambda f: f.say("units", current_school="school"),
        "data.units.current_school: units.csv has no column 'school'. Columns: id, students, poor, zone.",
    ),
    "id not found": (
        lambda f: f.say("units", id=None),
        "data.units.id: units.csv has no column known to hold unit ids. Name it with data.units.id. Columns: id, students, poor, zone.",
    ),
    "blank id": (
        lambda f: f.edit("units.csv", "c,20", ",20").edit("edges.csv", "b,c", "a,b").edit("edges.csv", "c,", "b,").edit("travel.csv", "c,6,3\n", ""),
        "units.csv, row 4: 1 unit without an id. Fill in the ids or delete the rows.",
    ),
    "duplicate id": (
        lambda f: f.edit("units.csv", "d,0,0,N\n", "d,0,0,N\na,1,1,S\n"),
        "units.csv, rows 2, 6: unit 'a' appears more than once. Keep one row per unit.",
    ),
    "no number": (
        lambda f: f.edit("units.csv", "b,10", "b,ten"),
        "units.csv, row 3: column 'students' holds 'ten', not a number. Write plain numbers.",
    ),
    "negative": (
        lambda f: f.edit("units.csv", "b,10", "b,-10.5"),
        "units.csv, row 3: column 'students' holds negative counts: -10.5. Correct the counts.",
    ),
    "missing codes": (
        lambda f: f.edit("units.csv", "b,10,2", "b,10,-9").edit("units.csv", "a,10,4", "a,10,-1"),
        "units.csv, rows 2, 3: column 'poor' holds negative counts: -1, -9. NCES files write -1 for missing, -2 for not applicable and -9 for "
        "low quality. What is not known is no zero: get the numbers, leave the group out, or write an estimate and say that it is one.",
    ),
    "group above total": (
        lambda f: f.edit("units.csv", "b,10,2", "b,10,12"),
        "units.csv, row 3: 1 unit with more poor students than students. Correct them, or say data.units.groups_above_total: "
        "clip (lower the group to the total) or keep.",
    ),
    "partition above total": (
        lambda f: f.say("units", groups={"poor": "poor", "all": "students"}, partition=["poor", "all"]),
        "units.csv, rows 2, 3, 4: 3 units where the groups of the partition (poor, all) sum to more than the students. "
        "Groups of a partition must not overlap: correct the counts, or leave one out.",
    ),
    "no students": (
        lambda f: f.csv("units.csv", "id,students,poor,zone\na,0,0,S\nb,,0,S\nc,0,0,N\nd,0,0,N\n"),
        "units.csv: the units have no students. Name the column of students with data.units.students.",
    ),
    "unknown school": (
        lambda f: f.edit("units.csv", "5,N", "5,Foo ES").edit("units.csv", "0,N", "0,Foo ES").edit("units.csv", "4,S", "4,9"),
        "units.csv, column 'zone': names schools that schools.csv does not have: '9' (1 unit), 'Foo ES' (2 units). "
        "Schools are 'S', 'N'. Add the missing ones, or leave the cell blank for a new unit.",
    ),
    "other ids": (
        lambda f: f.edit("units.csv", ",S\n", ",25-1\n").edit("units.csv", ",N\n", ",25-2\n").csv(
            "schools.csv", "school_id,name,capacity,block,state_id\nS,South,25,a,25-1\nN,North,25,d,25-2\n"
        ),
        "units.csv, column 'zone': names schools that schools.csv does not have: '25-1' (2 units), '25-2' (2 units). "
        "They stand in its column 'state_id': say data.schools.id: state_id.",
    ),
    "school 0": (
        lambda f: f.edit("units.csv", "5,N", "5,0"),
        "units.csv, column 'zone': names a school that schools.csv does not have: '0' (1 unit). "
        "Leave the cell blank where a unit has no school today.",
    ),
    "filtered school": (
        lambda f: f.edit("units.csv", "5,N", "5,S").edit("units.csv", "0,N", "0,S").edit("units.csv", "2,S", "2,N")
        .say("schools", filter={"column": "name", "equals": "South"}),
        "units.csv, column 'zone': names a school that schools.csv does not have: 'N' (1 unit). "
        "data.schools.filter leaves them out: keep them there, with an open column that says they are closed.",
    ),
    "nobody has a school": (
        lambda f: f.edit("units.csv", ",S\n", ",\n").edit("units.csv", ",N\n", ",\n"),
        "units.csv, column 'zone': no unit has a school of today. Name the right column, or leave the key out.",
    ),
    "duplicate school": (
        lambda f: f.edit("schools.csv", "N,North,25,d\n", "N,North,25,d\nN,Again,25,c\n"),
        "schools.csv, rows 3, 4: school 'N' appears more than once. Keep one row per school.",
    ),
    "school id not found": (
        lambda f: f.edit("schools.csv", "school_id", "code").say("schools", id=None),
        "data.schools.id: schools.csv has no column known to hold school ids. Name it with data.schools.id. Columns: code, name, capacity, block.",
    ),
    "no capacity": (
        lambda f: f.edit("schools.csv", "North,25", "North,"),
        "schools.csv, row 3: no capacity for 'N'. Fill in column 'capacity', or use today's enrollment: "
        "rules.capacity of: current, without data.schools.capacity.",
    ),
    "capacity 0": (
        lambda f: f.edit("schools.csv", "North,25", "North,0"),
        "schools.csv, row 3: a capacity has to be above 0: 'N' has 0. Give its seats, close it with an open column, or use today's enrollment: "
        "rules.capacity of: current, without data.schools.capacity.",
    ),
    "capacity no number": (
        lambda f: f.edit("schools.csv", "North,25", "North,many"),
        "schools.csv, row 3: column 'capacity' holds 'many', not a number. Write the seats as a plain number.",
    ),
    "open unclear": (
        lambda f: f.say("schools", open="name"),
        "schools.csv, rows 2, 3: column 'name' holds 'South', 'North', neither yes nor no. Write true or false, yes or no, 1 or 0.",
    ),
    "none open": (
        lambda f: f.edit("schools.csv", "25", "0").say("schools", open="capacity", capacity=None),
        "schools.csv: no school is open: column 'capacity' says so. Open at least one.",
    ),
    "filter keeps none": (
        lambda f: f.say("schools", filter={"column": "name", "equals": "West"}),
        "data.schools.filter.equals: no row of schools.csv has 'West' in column 'name'. The column holds 'South', 'North'.",
    ),
    "unknown unit of a school": (
        lambda f: f.edit("schools.csv", "25,d", "25,z"),
        "schools.csv, row 3: column 'block' names units that units.csv does not have: 'z' (N). "
        "Name a unit of the district, or close the school with an open column.",
    ),
    "blank unit of a school": (
        lambda f: f.edit("schools.csv", "25,d", "25,"),
        "schools.csv, row 3: no unit for 'N'. Fill in column 'block' with the unit that holds the school.",
    ),
    "two schools in one unit": (
        lambda f: f.edit("schools.csv", "25,d", "25,a"),
        "schools.csv, rows 2, 3: unit 'a' holds more than one school: 'S', 'N'. Merge them: keep one row with the sum of their capacities, and write "
        "its id for today's school of their units; or name another unit for one of them with data.schools.unit, or close it with an open column.",
    ),
    "nowhere": (
        lambda f: f.say("schools", unit=None),
        "schools.csv: where the schools are is unknown: units.csv has no polygons. Name the column with the unit of each school: data.schools.unit.",
    ),
    "nowhere on polygons": (
        lambda f: f.drawn().say("schools", unit=None),
        "schools.csv: where the schools are is unknown: schools.csv has neither points nor lon and lat columns. "
        "Name the column with the unit of each school: data.schools.unit.",
    ),
    "no degrees": (
        lambda f: f.drawn().say("schools", unit=None, path=f.csv("s.csv", "school_id,capacity,lon,lat\nS,1,-76,39\nN,1,39,-176\n")),
        "s.csv, row 3: columns 'lon' and 'lat' hold ('39', '-176'), which is no place in degrees. They seem to be exchanged.",
    ),
    "outside": (
        lambda f: f.drawn(crs=32618).say("schools", unit=None, path=f.csv("s.csv", "school_id,capacity,x,y\nS,1,-76.15,38.8\nN,1,-76.15,38.84\n")),
        "s.csv, rows 2, 3: 2 schools outside every unit: 'S' is 4,789 m from the nearest, 'b', 'N' is 350 m from the nearest, 'b'. "
        "Correct its place, name its unit with data.schools.unit, or leave the school out with data.schools.filter.",
    ),
    "no neighbors": (
        lambda f: f.say("adjacency", path=None),
        "data.adjacency: neighbors are found from polygons, and units.csv has none. "
        "Give the polygons of the units, or a file of pairs: data.adjacency.path.",
    ),
    "no lines": (
        lambda f: f.say("travel", path=None, measure=None, estimate="straight_line"),
        "data.travel.estimate: straight lines need polygons, and units.csv has none. Give the polygons of the units, or a file of travel.",
    ),
    "unknown link": (
        lambda f: f.say("adjacency", links=[["a", "c"], ["a", "dd"]]),
        "data.adjacency.links[1]: units.csv has no unit 'dd'. Did you mean 'd'?",
    ),
    "unknown barrier": (
        lambda f: f.say("adjacency", barriers=[["x", "y"]]),
        "data.adjacency.barriers[0]: units.csv has no unit 'x' and no unit 'y'. Units are like 'a', 'b'.",
    ),
    "link to itself": (
        lambda f: f.say("adjacency", links=[["a", "a"]]),
        "data.adjacency.links[0]: pairs unit 'a' with itself. Name two units.",
    ),
    "no CRS": (
        lambda f: f.drawn("units.shp", crs=None),
        "units.shp: has no CRS, so its lengths have no unit.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_problem_is_said_in_full(files, case):
    spoil, expected = CASES[case]
    spoil(files)
    found = files.problems()
    if case == "no CRS":
        found = [text[: len(expected)] for text in found]
    assert found == [expected]


def test_points_without_a_place_are_named(files):
    files.drawn()
    points = gpd.GeoSeries.from_xy([400_050, 0], [4_300_050, 0], crs=32618)
    points[1] = None
    gpd.GeoDataFrame({"school_id": ["S", "N"], "capacity": [25, 25]}, geometry=points).to_file(files.folder / "points.gpkg")
    files.say("schools", path=files.folder / "points.gpkg", unit=None)
    assert files.problems()[0] == "points.gpkg, row 2: 1 school without a point. Place them on the map, or name their units with data.schools.unit."


@pytest.mark.parametrize(
    ("above", "count", "said"),
    [
        ("clip", 10.0, "units.csv: 1 unit with more poor students than students, lowered to the total (2 students)"),
        ("keep", 12.0, "units.csv: 1 unit with more poor students than students (rows 3), kept: the others are negative there"),
    ],
)
def test_groups_above_the_total_are_settled(files, above, count, said):
    district = files.edit("units.csv", "b,10,2", "b,10,12").say("units", groups_above_total=above).load()
    assert district.groups["poor"][1] == count
    assert said in (district.notes if above == "clip" else district.warnings)


def test_blank_counts_are_zero_and_noted(files):
    district = files.edit("units.csv", "d,0,0", "d,,").load()
    assert district.students[3] == 0
    assert "units.csv: 1 blank cell in column 'students' read as 0" in district.notes


def test_a_group_without_students_is_doubtful(files):
    district = files.csv("units.csv", "id,students,poor,zone\na,1,0,S\nb,0,0,S\nc,0,0,N\nd,0,0,N\n") and files.load()
    assert district.warnings == ("units.csv: group 'poor' has no students; measures of it are undefined",)


def test_an_unknown_trip_of_today_is_counted(files):
    district = files.edit("travel.csv", "a,2,8", "a,,8").load()
    assert district.notes[-1] == "travel.csv: travel of 1 pair of unit and school is unknown"
    said = "travel to today's school is unknown for 1 unit with 10 students: no limit of increase holds for them, and added travel leaves them out"
    assert district.warnings == (said,)
