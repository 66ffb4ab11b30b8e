"""Which column is which, and ids made comparable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.district.detect import (
    SCHOOL_ID,
    UNIT_ID,
    Lookup,
    by_name,
    census_block_ids,
    clean_ids,
    nces_school_ids,
    report_shortened,
    school_id_column,
    unit_id_column,
)
from rezoning.district.files.table import Table
from rezoning.district.reading import Reading
from rezoning.errors import DataError

BLOCKS = ["060014001001007", "060014001001008"]


def table(**columns):
    frame = pd.DataFrame(columns)
    return Table(Path("t.csv"), frame.set_axis(pd.RangeIndex(2, 2 + len(frame))))


def ids(*values):
    return np.array(values, dtype=object)


def said(error):
    return str(error.value)


def test_names_are_found_in_order_and_in_any_case():
    assert by_name(["block_id", "geoid20"], UNIT_ID) == "geoid20"
    assert by_name(["name", "NCESSCH"], SCHOOL_ID) == "NCESSCH"
    assert by_name(["name"], SCHOOL_ID) is None


def test_block_ids_are_found_by_content():
    assert unit_id_column(table(n=["1", "2"], code=BLOCKS), "id") == "code"
    assert unit_id_column(table(n=["1", "2"], code=[f"1000000US{block}" for block in BLOCKS]), "id") == "code"


def test_several_columns_of_block_ids_are_not_guessed_at():
    with pytest.raises(DataError) as error:
        unit_id_column(table(one=BLOCKS, two=BLOCKS), "data.units.id")
    assert said(error) == "data.units.id: t.csv has 2 columns of block ids: one, two. Say which with data.units.id."


def test_block_groups_are_not_guessed_at():
    with pytest.raises(DataError) as error:
        unit_id_column(table(code=["060014001001", "060014001002"]), "data.units.id")
    assert said(error) == (
        "data.units.id: t.csv has no column known to hold unit ids ('code' holds 11 or 12 digits, which may be a tract, a block group or another "
        "code). Name it with data.units.id. Columns: code."
    )


def test_nces_ids_are_found_by_content():
    assert school_id_column(table(n=["1", "2"], code=["390447501607", "390447501609"]), "id") == "code"
    with pytest.raises(DataError) as error:
        school_id_column(table(one=["390447501607"], two=["390447501609"]), "data.schools.id")
    assert said(error) == "data.schools.id: t.csv has 2 columns of twelve digits: one, two. Name it with data.schools.id. Columns: one, two."


def test_what_a_spreadsheet_shortened_is_refused_with_its_row():
    reading = Reading()
    assert report_shortened(ids("060014001001007", "5.10594E+14", "5.10594E+14"), table(id=["", "", ""]), "unit id", reading)
    assert [str(problem) for problem in reading.problems] == [
        "t.csv, rows 3, 4: unit id '5.10594E+14' was shortened by a spreadsheet, and its digits are lost. "
        "Export the file again with this column as text."
    ]


def test_a_dot_zero_is_dropped_only_where_all_have_it():
    reading = Reading()
    assert clean_ids(ids("1.0", "", "2.0"), table(id=["", "", ""]), "school id", reading).tolist() == ["1", "", "2"]
    assert reading.notes == ["t.csv: dropped '.0' from every school id"]
    assert clean_ids(ids("1.0", "1.1"), table(id=["", ""]), "unit id", reading).tolist() == ["1.0", "1.1"]


def test_block_ids_get_their_fifteen_digits():
    reading = Reading()
    assert census_block_ids(ids("60014001001007", "1000000US060014001001008"), "t.csv", reading).tolist() == BLOCKS
    assert reading.notes == [
        "t.csv: stripped the prefix '1000000US' from 1 id",
        "t.csv: padded 1 id of 14 digits to 15 (a leading zero was lost)",
    ]


@pytest.mark.parametrize("other", [("60014001001007", "a"), ("060014001001", "060014001002"), ("1", "2")])
def test_other_unit_ids_are_left_alone(other):
    reading = Reading()
    assert census_block_ids(ids(*other), "t.csv", reading).tolist() == list(other)
    assert reading.notes == []


def test_nces_ids_get_their_twelve_digits():
    reading = Reading()
    assert nces_school_ids(ids("60000000001", "390447501607"), "t.csv", reading).tolist() == ["060000000001", "390447501607"]
    assert reading.notes == ["t.csv: padded 1 id of 11 digits to 12 (a leading zero was lost)"]
    assert nces_school_ids(ids("101", "60000000001"), "t.csv", reading).tolist() == ["101", "60000000001"]


def test_ids_are_looked_up_as_written_first():
    lookup = Lookup(["060014001001007", "1.0", "1"])
    found, unknown = lookup.find_all(ids("60014001001007", "1000000US060014001001007", "1.0", "1", "2.0", ""))
    assert found.tolist() == [0, 0, 1, 2, -1, -1]
    assert unknown == ["2.0"]


def test_numbers_of_a_layer_are_looked_up_as_text():
    assert Lookup(["1", "2"]).find_all(pd.Series([2.0, np.nan, 1.0]))[0].tolist() == [1, -1, 0]


@given(st.lists(st.text("0123456789", min_size=15, max_size=15), min_size=1, max_size=20, unique=True))
def test_every_block_is_found_with_or_without_its_leading_zero(blocks):
    lookup = Lookup(blocks)
    for place, block in enumerate(blocks):
        assert lookup.find(block) == place
        if block.startswith("0"):
            assert lookup.find(block[1:]) == place
