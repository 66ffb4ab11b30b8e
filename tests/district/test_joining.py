"""Several files for one thing, and several columns for one number: what is matched, what is left alone, what each fault says."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box
from small_files import SmallFiles
from written_formats import workbook, write_table

from rezoning.errors import ScenarioError
from rezoning.scenario.load import load_scenario
from rezoning.scenario.resolve import resolved

COUNTS = [["Enrollment by grade"], [], ["PU", "K", "G1", "LUNCH"], ["a", 4, 6, 4], ["b", 5, 5, 2], ["c", "11", 9, 5], ["d", 0, 0, 0]]
SEATS = [["School", "Permanent", "Portable"], ["South Elementary School", 20, 5], ["NORTH", 25, 0]]


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


@pytest.fixture
def parted(files):
    """Counts of units and seats of schools in workbooks beside a table of each."""

    def write(counts=COUNTS, seats=SEATS, **keys):
        files.csv("units.csv", "id,zone\na,S\nb,S\nc,N\nd,N\n")
        files.csv("schools.csv", "school_id,name,block\nS,South,a\nN,North,d\n")
        join = {"path": workbook(files.folder / "counts.xlsx", {"Sheet1": counts}), "on": "PU", **keys}
        files.say("units", students=["K", "G1"], groups={"poor": "LUNCH"}, join=[join])
        seated = {"path": workbook(files.folder / "seats.xlsx", {"Sheet1": seats}), "on": "School"}
        return files.say("schools", capacity=["Permanent", "Portable"], join=[seated])

    return write


def changed(rows, row, *cells):
    return [*rows[:row], list(cells), *rows[row + 1 :]]


# -- what is matched -------------------------------------------------------------------------------------------------


def test_counts_and_seats_from_workbooks(parted):
    district = parted().load()
    assert district.students.tolist() == [10, 10, 20, 0]
    assert district.groups["poor"].tolist() == [4, 2, 5, 0]
    assert district.capacity.tolist() == [25, 25]
    assert [one.path.rpartition("/")[2] for one in district.inputs][:4] == ["units.csv", "counts.xlsx", "schools.csv", "seats.xlsx"]
    assert "seats.xlsx: schools in column 'School' known by a name like theirs: 'South Elementary School' as 'South'" in district.notes
    assert district.warnings == ()
    assert district.columns["LUNCH"].tolist() == ["4", "2", "5", "0"]


def test_names_below_those_of_groups_find_columns_of_a_joined_workbook(parted):
    """A header of two rows gives ``Grade K``; where one column alone is called K, that finds it."""
    rows = [["", "Grade", "", ""], ["PU", "K", "G1", "LUNCH"], *COUNTS[3:]]
    files = parted(rows)
    assert files.load().students.tolist() == [10, 10, 20, 0]
    assert files.load().groups["poor"].tolist() == [4, 2, 5, 0]
    parted(changed(rows, 2, "a", "x", 6, 4))
    assert files.problems()[0].startswith("counts.xlsx, row 3: column 'K' holds 'x', not a number.")


def test_a_list_of_addresses_is_no_table_of_counts(parted):
    files = parted([["PU", "Student", "Address", "ZIP"], ["12 Elm St", 1, "12 Elm St", "22301"]])
    said = " ".join(files.problems())
    assert "no coordinates" in said
    assert "Geocode it" in said
    assert "Elm" not in said


def test_ids_are_mended_and_that_is_told(parted):
    files = parted([[*COUNTS[2]], *([f"'{row[0]}", *row[1:]] for row in COUNTS[3:])])
    district = files.load()
    assert district.students.tolist() == [10, 10, 20, 0]
    assert any(note.startswith("counts.xlsx: 4 ids found after restoring") for note in district.notes)


def test_another_column_than_the_ids(parted):
    files = parted(changed(COUNTS, 3, "Unit 1", 4, 6, 4), to="label")
    files.csv("units.csv", "id,zone,label\na,S,Unit 1\nb,S,b\nc,N,c\nd,N,d\n")
    assert files.load().students.tolist() == [10, 10, 20, 0]
    files.csv("units.csv", "id,zone,label\na,S,Unit 1\nb,S,b\nc,N,b\nd,N,d\n")
    assert files.problems() == [
        "units.csv, rows 3, 4: column 'label' has 'b' more than once: a row can be joined to one unit only. "
        "Name a column with to that tells the units apart."
    ]


def test_polygons_come_from_the_joined_layer_where_the_first_file_has_none(files):
    layer = gpd.GeoDataFrame(
        {"PU": ["d", "c", "b", "a"]}, geometry=[box(400_000 + 100 * k, 4_300_000, 400_100 + 100 * k, 4_300_100) for k in (3, 2, 1, 0)], crs=32618
    )
    layer.to_file(files.folder / "shapes.gpkg")
    files.sections.pop("adjacency")
    district = files.say("units", join=[{"path": files.folder / "shapes.gpkg", "on": "PU"}]).load()
    assert district.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert district.students.tolist() == [10, 10, 20, 0]


def test_schools_as_points_and_seats_in_a_workbook(parted):
    files = parted()
    files.csv("units.csv", "id,zone,students,poor\na,S,10,4\nb,S,10,2\nc,N,20,5\nd,N,0,0\n")
    files.drawn("drawn.gpkg", students="students", groups={"poor": "poor"}, join=None)
    points = gpd.GeoDataFrame(
        {"school_id": ["S", "N"], "name": ["South", "North"]}, geometry=[Point(400_050, 4_300_050), Point(400_350, 4_300_050)], crs=32618
    )
    points.to_file(files.folder / "schools.gpkg")
    district = files.say("schools", path=files.folder / "schools.gpkg", unit=None).load()
    assert district.school_unit.tolist() == [0, 3]
    assert district.capacity.tolist() == [25, 25]


def test_the_filter_may_be_over_a_joined_column(parted):
    files = parted(seats=[["School", "Permanent", "Portable", "level"], ["S", 20, 5, "E"], ["N", 25, 0, "E"], ["H", 900, 0, "H"]])
    files.csv("schools.csv", "school_id,name,block\nS,South,a\nN,North,d\nH,High,c\n")
    district = files.say("schools", filter={"column": "level", "equals": "E"}).load()
    assert district.school_ids == ("S", "N")


def test_two_files_are_joined_one_after_the_other(parted):
    files = parted()
    more = write_table(files.folder / "more.csv", pd.DataFrame({"unit": ["a", "b", "c", "d"], "G2": [1, 1, 1, 1]}))
    files.say("units", students=["K", "G1", "G2"], join=[*files.sections["units"]["join"], {"path": more, "on": "unit"}])
    assert files.load().students.tolist() == [11, 11, 21, 1]


# -- what is left alone ----------------------------------------------------------------------------------------------


def test_rows_without_a_partner_are_counted_on_both_sides(parted):
    district = parted([*COUNTS[2:6], *([f"x{k}", 1, 1, 0] for k in range(7))]).load()
    assert district.students.tolist() == [10, 10, 20, 0]
    assert district.warnings == (
        "counts.xlsx: 7 of 10 rows name no unit of units.csv, and are left out: "
        "'x0' (row 5), 'x1' (row 6), 'x2' (row 7), 'x3' (row 8), 'x4' (row 9) and 2 more",
        "counts.xlsx: has no row for 1 of 4 units, whose cells are blank: 'd'",
    )
    assert "counts.xlsx: 1 blank cell in column 'K' read as 0" in district.notes


@pytest.mark.parametrize("ending", [".csv", ".gdb", ".parquet"])
def test_a_missing_row_is_blank_whatever_the_file(parted, ending):
    files = parted()
    table = pd.DataFrame({"PU": ["a", "b", "c"], "K": [4, 5, 11], "G1": [6, 5, 9], "LUNCH": [4, 2, 5]})
    path = write_table(files.folder / f"counts{ending}", table)
    district = files.say("units", join=[{"path": path, "on": "PU"}]).load()
    assert district.students.tolist() == [10, 10, 20, 0]
    assert f"counts{ending}: 1 blank cell in column 'K' read as 0" in district.notes


def test_a_null_of_a_joined_layer_is_no_zero(parted):
    files = parted()
    table = pd.DataFrame({"PU": ["a", "b", "c"], "K": [4, None, 11], "G1": [6, 5, 9], "LUNCH": [4, 2, 5]})
    path = write_table(files.folder / "counts.gdb", table)
    [said] = files.say("units", join=[{"path": path, "on": "PU"}]).problems()
    assert said.startswith("counts.gdb, row 2: column 'K' has no value (null) for 1 unit.")


def test_seats_that_no_row_gives_are_missing(parted):
    said = parted(seats=SEATS[:2]).problems()
    assert said[0].startswith("seats.xlsx: no capacity for 'N'. Fill in column 'Permanent'")


def test_a_file_about_other_things_is_refused(parted):
    said = parted([COUNTS[2], ["e", 1, 1, 1], ["f", 1, 1, 1]]).problems()
    assert said == [
        "counts.xlsx: none of its 2 rows names a unit of units.csv in column 'PU': 'e', 'f'. "
        "There they are like 'a', 'b'; name the column that has them with on or to."
    ]


def test_rows_that_repeat_a_unit_are_refused(parted):
    assert parted([*COUNTS, ["b", 1, 1, 1]]).problems() == ["counts.xlsx, rows 5, 8: more than one row for unit 'b'. Keep one row per unit."]


def test_a_column_that_both_files_have(parted):
    files = parted()
    files.csv("units.csv", "id,zone,K\na,S,1\nb,S,1\nc,N,1\nd,N,1\n")
    district = files.load()
    assert district.students.tolist() == [7, 6, 10, 1]  # the first file's own K
    assert "counts.xlsx: units.csv has a column of this name already; the joined one is 'counts.K'" in district.notes
    assert files.say("units", students=["counts.K", "G1"]).load().students.tolist() == [10, 10, 20, 0]


# -- faults ----------------------------------------------------------------------------------------------------------


def test_faults_tell_the_rows_of_the_joined_file(parted):
    said = parted(changed(COUNTS, 5, "c", "n/a", -3, 5)).problems()
    assert said[0].startswith("counts.xlsx, row 6: column 'K' holds 'n/a', not a number.")
    assert said[1] == "counts.xlsx, row 6: column 'G1' holds negative counts: -3. Correct the counts."


def test_a_file_that_is_not_there(files):
    said = files.say("units", join=[{"path": files.folder / "counts.xlsx", "on": "PU"}]).problems()
    assert said == ["data.units.join.path: there is no file counts.xlsx. Paths are relative to the scenario file."]


def test_a_column_that_is_not_there(parted):
    assert parted(on="Unit").problems()[0].startswith("data.units.join.on: counts.xlsx has no column 'Unit'.")


# -- sums ------------------------------------------------------------------------------------------------------------


def test_every_count_may_be_a_sum(files):
    files.csv("units.csv", "id,zone,k,g1,p,q\na,S,4,6,2,2\nb,S,5,5,1,1\nc,N,11,9,5,0\nd,N,0,0,0,0\n")
    sums = {"students": ["k", "g1"], "groups": {"poor": ["p", "q"]}, "grades": {"early": ["k", "g1"]}}
    district = files.say("units", **sums, students_by_year={"2030": ["k", "g1", "p"]}, growth={"low": ["k"]}).load()
    assert district.students.tolist() == [10, 10, 20, 0]
    assert district.groups["poor"].tolist() == [4, 2, 5, 0]
    assert district.grades["early"].tolist() == [10, 10, 20, 0]
    assert district.years["2030"].tolist() == [12, 11, 25, 0]
    assert district.growth["low"].tolist() == [4, 5, 11, 0]


def test_each_column_of_a_sum_is_checked_under_its_name(files):
    files.csv("units.csv", "id,zone,k,g1,poor\na,S,4,x,4\nb,S,-5,5,2\nc,N,11,,5\nd,N,0,0,0\n")
    said = files.say("units", students=["k", "g1"]).problems()
    assert said[0] == "units.csv, row 3: column 'k' holds negative counts: -5. Correct the counts."
    assert said[1].startswith("units.csv, row 2: column 'g1' holds 'x', not a number.")
    assert len(said) == 2
    said = files.say("units", students=["k", "G2"]).problems()
    assert "data.units.students: units.csv has no column 'G2'. Columns: id, zone, k, g1, poor." in said


def test_a_total_among_the_columns_of_a_sum_is_doubted(files):
    files.csv("units.csv", "id,zone,k,g1,all,poor\na,S,4,6,10,4\nb,S,5,5,10,2\nc,N,11,9,20,5\nd,N,0,0,0,0\n")
    doubt = "column 'all' is the sum of the others of data.units.students, so that everybody is counted twice; leave it out"
    assert f"units.csv: {doubt}" in files.say("units", students=["k", "g1", "all"]).load().warnings


SCENARIO = """name: sums
data:
  units: {{path: units.csv, id: id, students: {students}, groups: {{poor: [p, q]}}, join: [{{path: c.xlsx, on: PU, sheet: Kinder}}]}}
  schools: {{path: schools.csv, capacity: [seats], unit: block}}
  adjacency: {{path: edges.csv}}
goals: [{{minimize: utilization_spread}}]
"""


def test_a_scenario_with_sums_and_joins_is_shown_as_it_was_written(tmp_path):
    (tmp_path / "s.yaml").write_text(SCENARIO.format(students="[k, 01, g2]"))
    scenario = load_scenario(tmp_path / "s.yaml")
    assert scenario.data.units.students == ("k", "01", "g2")
    text = resolved(scenario, tmp_path)
    assert 'students: [k, "01", g2]' in text
    assert "capacity: [seats]" in text
    (tmp_path / "again.yaml").write_text(text)
    assert load_scenario(tmp_path / "again.yaml") == scenario


@pytest.mark.parametrize(
    ("students", "expected"),
    [
        ("[]", "data.units.students: an empty list names no column. Name a column, or leave the key out."),
        ("[k, k]", "data.units.students[1]: 'k' is listed twice, and would be counted twice. List each column once: [K, G1, G2]."),
        ("[k, 1.5]", "data.units.students[1]: 1.5 is not safe to read as an id or a name. Put quotes round it."),
        ("[k, [g1]]", "data.units.students[1]: a name of a column is a text. List each column once: [K, G1, G2]."),
        (
            "{k: 1}",
            "data.units.students: a section stands where a column is expected. Name a column, or list several that are added up: [K, G1, G2].",
        ),
        ("''", "data.units.students: an empty text names nothing. Write a name, or leave the key out."),
    ],
)
def test_what_is_no_sum(tmp_path, students, expected):
    (tmp_path / "s.yaml").write_text(SCENARIO.format(students=students))
    with pytest.raises(ScenarioError) as error:
        load_scenario(tmp_path / "s.yaml")
    assert str(error.value).partition("line 3, ")[2] == expected
    assert len(error.value.problems) == 1
