"""Projected students, grades, portable seats, and the columns that rules may name."""

from __future__ import annotations

import pickle

import geopandas as gpd
import numpy as np
import pytest
from small_files import SmallFiles

UNITS = """id,students,poor,zone,k,g1,s28,low,area,moved
a,10,4,S,4,6,12,9,west,2021
b,10,2,S,5,5,8,8,west,
c,20,5,N,10,9,25,18, east ,2019
d,0,0,N,0,0,3,,,
"""
COLUMNS = "id, students, poor, zone, k, g1, s28, low, area, moved"


@pytest.fixture
def files(tmp_path):
    files = SmallFiles(tmp_path)
    files.csv("units.csv", UNITS)
    files.csv("schools.csv", "school_id,name,capacity,block,rooms,price\nS,South,25,a,50,6.5\nN,North,25,d,0,0\n")
    return files.say("units", students_by_year={"2028": "s28"}, growth={"low": "low"}, grades={"K": "k", "1": "g1"})


def known(files):
    """Without the cell that is blank: a layer has null there."""
    return files.edit("units.csv", "0,0,3,,,", "0,0,3,0,,")


# -- counts ------------------------------------------------------------------------------------------------------------


def assert_counts(district):
    assert {year: count.tolist() for year, count in district.years.items()} == {"2028": [12, 8, 25, 3]}
    assert {name: count.tolist() for name, count in district.growth.items()} == {"low": [9, 8, 18, 0]}
    assert {grade: count.tolist() for grade, count in district.grades.items()} == {"K": [4, 5, 10, 0], "1": [6, 5, 9, 0]}


def test_years_growth_and_grades_are_counts_of_their_columns(files):
    district = files.load()
    assert_counts(district)
    assert "units.csv: the grades (K, 1) hold 39 of 40 students" in district.notes
    assert "units.csv: 1 blank cell in column 'low' read as 0" in district.notes


@pytest.mark.parametrize("name", ["units.gpkg", "units.geojson", "units.shp", "units.parquet"])
def test_layers_hold_them_too(files, name):
    assert_counts(known(files).drawn(name).load())


@pytest.mark.parametrize("name", ["units.gpkg", "units.geojson", "units.shp", "units.parquet"])
def test_null_in_a_layer_is_no_zero(files, name):
    assert files.drawn(name).problems() == [
        f"{name}, row 4: column 'low' has no value (null) for 1 unit. Write 0 where it is known that nobody lives. "
        "What is not known is no zero: get the numbers, leave the group out, or write an estimate and say that it is one."
    ]


def test_without_the_keys_there_is_nothing(files):
    district = files.say("units", students_by_year=None, growth=None, grades=None).load()
    assert (district.years, district.growth, district.grades, district.portables, district.portable_price) == ({}, {}, {}, None, None)


CASES = {
    "missing year": (
        lambda f: f.say("units", students_by_year={"2028": "s29"}),
        f"data.units.students_by_year.2028: units.csv has no column 's29'. Did you mean 's28'? Columns: {COLUMNS}.",
    ),
    "missing growth": (
        lambda f: f.say("units", growth={"low": "lows"}),
        f"data.units.growth.low: units.csv has no column 'lows'. Did you mean 'low'? Columns: {COLUMNS}.",
    ),
    "missing grade": (
        lambda f: f.say("units", grades={"K": "kk"}),
        f"data.units.grades.K: units.csv has no column 'kk'. Did you mean 'k'? Columns: {COLUMNS}.",
    ),
    "year no number": (
        lambda f: f.edit("units.csv", ",12,9,", ",many,9,"),
        "units.csv, row 2: column 's28' holds 'many', not a number. Write plain numbers.",
    ),
    "growth negative": (
        lambda f: f.edit("units.csv", ",12,9,", ",12,-9.5,"),
        "units.csv, row 2: column 'low' holds negative counts: -9.5. Correct the counts.",
    ),
    "grade negative": (
        lambda f: f.edit("units.csv", "S,4,6", "S,-4,6"),
        "units.csv, row 2: column 'k' holds negative counts: -4. Correct the counts.",
    ),
    "grades above the students": (
        lambda f: f.edit("units.csv", "S,4,6", "S,4,7").edit("units.csv", "N,10,9", "N,10,12"),
        "units.csv, rows 2, 4: 2 units with more students in the grades (K, 1) than students: 11 of 10, 22 of 20. "
        "Correct the counts: the grades are those of the students in column 'students'.",
    ),
    "nobody in a year": (
        lambda f: f.say("units", students_by_year={"2028": "s28", "2031": "none"}).csv(
            "units.csv", "\n".join(f"{row},{'none' if not k else 0}" for k, row in enumerate(UNITS.splitlines()))
        ),
        "data.units.students_by_year.2031: column 'none' of units.csv has no students. Name another column.",
    ),
    "missing portables": (
        lambda f: f.say("schools", portables="room"),
        "data.schools.portables: schools.csv has no column 'room'. Did you mean 'rooms'? Columns: school_id, name, capacity, block, rooms, price.",
    ),
    "portables no number": (
        lambda f: f.say("schools", portables="rooms").edit("schools.csv", "a,50", "a,two"),
        "schools.csv, row 2: column 'rooms' holds 'two', not a number. Write a plain number.",
    ),
    "portables negative": (
        lambda f: f.say("schools", portables="rooms").edit("schools.csv", "a,50", "a,-50"),
        "schools.csv, row 2: portable seats cannot be below 0: 'S' has -50. Correct column 'rooms'.",
    ),
    "missing price": (
        lambda f: f.say("schools", portable_price="cost"),
        "data.schools.portable_price: schools.csv has no column 'cost'. Columns: school_id, name, capacity, block, rooms, price.",
    ),
    "price negative": (
        lambda f: f.say("schools", portable_price="price").edit("schools.csv", "6.5", "-6.5"),
        "schools.csv, row 2: a price cannot be below 0: 'S' has -6.5. Correct column 'price'.",
    ),
    "price blank": (
        lambda f: f.say("schools", portable_price="price").edit("schools.csv", "50,6.5", "50,"),
        "schools.csv, row 2: no price of a portable seat for 'S'. "
        "Fill in column 'price', or leave data.schools.portable_price out: then each costs 1.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_message_says_place_value_and_cure(files, case):
    spoil, said = CASES[case]
    spoil(files)
    assert files.problems() == [said]


def test_all_new_problems_come_with_the_old_ones_at_once(files):
    files.edit("units.csv", "a,10", "a,ten").edit("units.csv", "S,4,6,12", "S,40,6,x").edit("schools.csv", "50,6.5", "-1,")
    files.say("schools", portables="rooms", portable_price="price")
    assert [problem.split(". ")[0] for problem in files.problems()] == [
        "units.csv, row 2: column 'students' holds 'ten', not a number",
        "units.csv, row 2: column 's28' holds 'x', not a number",
        "schools.csv, row 2: portable seats cannot be below 0: 'S' has -1",
        "schools.csv, row 2: no price of a portable seat for 'S'",
    ]


# -- seats -------------------------------------------------------------------------------------------------------------


def test_portables_and_prices_are_those_of_the_open_schools(files):
    files.csv("schools.csv", "school_id,capacity,block,rooms,price,open\nX,,b,-1,,no\nS,25,a,50,6.5,yes\nN,25,d,,0,yes\n")
    district = files.say("schools", portables="rooms", portable_price="price", open="open").load()
    assert district.portables.tolist() == [50, 0]
    assert district.portable_price.tolist() == [6.5, 0]
    assert "schools.csv: no portable seats at 'N', where column 'rooms' is blank" in district.notes


# -- columns -----------------------------------------------------------------------------------------------------------


def test_columns_are_texts_by_name(files):
    columns = files.load().columns
    assert list(columns) == COLUMNS.split(", ")
    assert len(columns) == 10
    assert columns["area"].tolist() == ["west", "west", "east", ""]
    assert columns["moved"].tolist() == ["2021", "", "2019", ""]
    assert columns["id"].tolist() == ["a", "b", "c", "d"]
    assert ("area" in columns, "geometry" in columns, 3 in columns) == (True, False, False)
    assert columns.get("region") is None
    with pytest.raises(KeyError):
        columns["region"]


@pytest.mark.parametrize("name", ["units.gpkg", "units.geojson", "units.shp", "units.parquet"])
def test_columns_of_a_layer_read_like_those_of_a_table_and_never_its_shapes(files, name):
    """Beside an empty cell every format stores the year 2021 as 2021.0."""
    columns = known(files).drawn(name).load().columns
    assert list(columns) == COLUMNS.split(", ")
    assert columns["moved"].tolist() == ["2021", "", "2019", ""]
    assert columns["students"].tolist() == ["10", "10", "20", "0"]
    assert columns["area"].tolist() == ["west", "west", "east", ""]


def test_switches_and_fractions_keep_their_look(files):
    layer = gpd.read_file(known(files).drawn().folder / "units.gpkg").assign(fixed=[True, False, True, False], share=[0.5, np.nan, 1, 2.25])
    layer.to_parquet(files.folder / "units.parquet")
    columns = files.say("units", path=files.folder / "units.parquet").load().columns
    assert columns["fixed"].tolist() == ["True", "False", "True", "False"]
    assert columns["share"].tolist() == ["0.5", "", "1", "2.25"]


def test_columns_are_read_once_cannot_be_changed_and_can_be_sent_to_another_process(files):
    columns = files.load().columns
    assert columns["area"] is columns["area"]
    with pytest.raises(ValueError, match="read-only"):
        columns["area"][0] = "north"
    again = pickle.loads(pickle.dumps(columns))
    assert {name: texts.tolist() for name, texts in again.items()} == {name: texts.tolist() for name, texts in columns.items()}
