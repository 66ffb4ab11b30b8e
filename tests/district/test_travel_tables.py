"""Travel files: long and wide, every measure, and every message about them."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_files import TRAVEL, SmallFiles

LONG = "from_id,to_id,travel_time_p50\na,S,2\na,N,8\nb,S,3\nb,N,6\nc,S,6\nc,N,3\nd,S,8\nd,N,2\n"
EXPECTED = [[2, 8], [3, 6], [6, 3], [8, 2]]


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        LONG.replace("from_id,to_id,travel_time_p50", "block,school,m"),
        LONG.replace("from_id,to_id,travel_time_p50", "one,two,three"),
        "to_id,note,from_id,minutes\n" + "".join(f"{s},x,{u},{m}\n" for u, s, m in (line.split(",") for line in LONG.split()[1:])),
        "u,s,extra,tt\n" + "".join(f"{u},{s},x,{m}\n" for u, s, m in (line.split(",") for line in LONG.split()[1:])),
        TRAVEL.replace("id,S,N", ",S,N"),
        "row,block,N,note,S\n" + "".join(f"{k},{u},{n},x,{s}\n" for k, (u, s, n) in enumerate(line.split(",") for line in TRAVEL.split()[1:])),
    ],
)
def test_long_and_wide_are_told_apart_by_shape(files, text):
    files.csv("travel.csv", text)
    assert files.load().travel.tolist() == EXPECTED


@pytest.mark.parametrize(
    ("measure", "factor", "unit"),
    [
        ("minutes", 1, "min"),
        ("seconds", 1 / 60, "min"),
        ("meters", 1e-3, "km"),
        ("kilometers", 1, "km"),
        ("miles", 1.609344, "km"),
        ("feet", 3.048e-4, "km"),
    ],
)
def test_measures_are_converted(files, measure, factor, unit):
    district = files.say("travel", measure=measure).load()
    np.testing.assert_allclose(district.travel, np.array(EXPECTED) * factor, rtol=1e-15)
    assert district.travel_unit == unit
    assert not district.travel_is_estimate


def test_travel_from_parquet(files):
    frame = pd.read_csv(files.folder / "travel.csv")
    frame.to_parquet(files.folder / "travel.parquet")
    assert files.say("travel", path=files.folder / "travel.parquet").load().travel.tolist() == EXPECTED


def test_absent_and_blank_pairs_are_unknown(files):
    files.csv("travel.csv", LONG.replace("b,N,6\n", "").replace("c,S,6", "c,S,"))
    district = files.load()
    assert np.isnan(district.travel).tolist() == [[False, False], [False, True], [True, False], [False, False]]
    assert "travel.csv: travel of 2 pairs of unit and school is unknown" in district.notes


def test_other_units_and_schools_are_left_out_and_noted(files):
    files.csv("travel.csv", LONG + "z,S,1\na,X,1\n")
    notes = files.load().notes
    assert "travel.csv: left out 1 id in column 'from_id' that is no unit of units.csv: 'z'" in notes
    assert "travel.csv: left out 1 school that schools.csv does not have: 'X'" in notes
    files.csv("travel.csv", "id,S,N,X\na,2,8,1\nb,3,6,1\nc,6,3,1\nd,8,2,1\n")
    assert "travel.csv: left out 1 column of no open school: 'X'" in files.load().notes


def test_units_and_schools_without_travel_are_doubtful(files):
    files.csv("travel.csv", "id,S\na,2\nb,3\nd,8\n")
    assert files.load().warnings == (
        "travel.csv: no travel from 1 unit: 'c'; they can only keep today's school",
        "travel.csv: no travel to 1 school: 'N'; only today's units can be in its zone",
        "travel to today's school is unknown for 2 units with 20 students: no limit of increase holds for them, and added travel leaves them out",
    )


@pytest.mark.parametrize(("measure", "median"), [("seconds", "0.075"), ("minutes", None)])
def test_an_improbable_median_is_doubtful(files, measure, median):
    warnings = files.say("travel", measure=measure).load().warnings
    assert warnings == ((f"travel.csv: the median trip is {median} min; check data.travel.measure",) if median else ())


def test_a_median_of_hours_is_doubtful(files):
    files.csv("travel.csv", "id,S,N\na,200,800\nb,300,600\nc,600,300\nd,800,200\n")
    assert files.load().warnings == ("travel.csv: the median trip is 450 min; check data.travel.measure",)
    assert files.say("travel", measure="meters").load().warnings == ()


CASES = {
    "neither": (
        "id,x\na,1\n",
        "travel.csv, row 1: is neither a long table nor a wide one. Columns: id, x. "
        "Expected from_id, to_id and a value, or a column of unit ids and one per school, headed 'S', 'N'.",
    ),
    "no number, wide": (
        TRAVEL.replace("b,3", "b,near"),
        "travel.csv, row 3: column 'S' holds 'near', not a number. Write plain numbers; leave the cell blank where the way is unknown.",
    ),
    "negative, wide": (
        TRAVEL.replace("b,3", "b,-3"),
        "travel.csv, row 3: column 'S' holds negative values: -3. Leave the cell blank where the way is unknown.",
    ),
    "no number, long": (
        LONG.replace("b,S,3", "b,S,near"),
        "travel.csv, row 4: column 'travel_time_p50' holds 'near', not a number. Write plain numbers; leave the cell blank where the way is unknown.",
    ),
    "infinite": (
        LONG.replace("b,S,3", "b,S,inf"),
        "travel.csv, row 4: column 'travel_time_p50' holds 'inf', not a number. Write plain numbers; leave the cell blank where the way is unknown.",
    ),
    "negative, long": (
        LONG.replace("b,S,3", "b,S,-3"),
        "travel.csv, row 4: column 'travel_time_p50' holds negative values: -3. Leave the cell blank where the way is unknown.",
    ),
    "pair twice": (
        LONG + "a,S,3\n",
        "travel.csv, rows 2, 10: 1 pair of unit and school given more than once: 'a' to 'S'. Keep one row per pair.",
    ),
    "unit twice": (TRAVEL + "a,1,1\n", "travel.csv, rows 2, 6: more than one row for unit 'a'. Keep one row per unit."),
    "other units": (
        "id,S,N\nw,1,2\nx,1,2\n",
        "travel.csv: none of its 2 unit ids is a unit: 'w', 'x'. Units are like 'a', 'b'.",
    ),
    "other schools": (
        "from_id,to_id,time\na,X,1\nb,X,2\n",
        "travel.csv: none of the ids in column 'to_id' is an open school: 'X'. Schools are 'S', 'N'.",
    ),
    "shortened": (
        TRAVEL.replace("b,", "5.1E+14,"),
        "travel.csv, row 3: unit id '5.1E+14' was shortened by a spreadsheet, and its digits are lost. "
        "Export the file again with this column as text.",
    ),
    "only a header": ("id,S,N\n", "travel.csv: has no rows. Export it again, or name another file."),
    "ragged": (
        TRAVEL + "e,1,2,3\n",
        "travel.csv: has 1 row with more than the header's 3 fields: 6. "
        "Give every column a name, and put quotes round text that holds the delimiter.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_problem_is_said_in_full(files, case):
    text, expected = CASES[case]
    files.csv("travel.csv", text)
    assert files.problems() == [expected]


def test_one_school_in_two_columns(files):
    for name, old, new in [("schools.csv", "S,South", "060000000001,South"), ("schools.csv", "N,North", "060000000002,North")]:
        files.edit(name, old, new)
    files.say("units", current_school=None).edit("travel.csv", "id,S,N", "id,060000000001,60000000001")
    assert files.problems() == ["travel.csv, row 1: columns '060000000001' and '60000000001' are both the school '060000000001'. Keep one of them."]


def test_a_cut_file_is_named(files):
    whole = gzip.compress("".join(["id,S,N\n", *(f"{k},1,2\n" for k in range(100_000))]).encode())
    (files.folder / "travel.csv.gz").write_bytes(whole[: len(whole) // 2])
    assert files.say("travel", path=files.folder / "travel.csv.gz").problems() == [
        "travel.csv.gz: cannot be read: Compressed file ended before the end-of-stream marker was reached. Export it again, or name another file."
    ]


@settings(max_examples=20)
@given(st.data())
def test_long_and_wide_say_the_same(tmp_path_factory, data):
    values = data.draw(st.lists(st.one_of(st.none(), st.floats(0, 500)), min_size=8, max_size=8))
    files = SmallFiles(tmp_path_factory.mktemp("travel"))
    told = ["" if value is None else repr(value) for value in values]
    files.csv("travel.csv", "id,S,N\n" + "".join(f"{u},{told[2 * k]},{told[2 * k + 1]}\n" for k, u in enumerate("abcd")))
    wide = files.load().travel
    pairs = data.draw(st.permutations([f"{u},{s},{told[2 * k + j]}\n" for k, u in enumerate("abcd") for j, s in enumerate("SN")]))
    files.csv("travel.csv", "from_id,to_id,time\n" + "".join(pairs))
    np.testing.assert_array_equal(wide, files.load().travel)
    np.testing.assert_allclose(wide.ravel(), [np.nan if value is None else value for value in values], rtol=1e-15)
