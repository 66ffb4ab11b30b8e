"""Columns that say which school has which program."""

from __future__ import annotations

import pytest
from small_files import SmallFiles

SCHOOLS = "school_id,name,capacity,block,open,arts,music\nZ,Zed,9,,no,yes,1\nS,South,25,a,yes,TRUE,0\nN,North,25,d,yes,No,f\n"
COLUMNS = "school_id, name, capacity, block, open, arts, music"


@pytest.fixture
def files(tmp_path):
    files = SmallFiles(tmp_path)
    files.csv("schools.csv", SCHOOLS)
    return files.say("schools", open="open", programs={"arts": "arts", "dual language": "music"})


def test_open_schools_come_first_and_then_closed_ones(files):
    district = files.load()
    assert (district.school_ids, district.closed_ids) == (("S", "N"), ("Z",))
    assert {name: has.tolist() for name, has in district.programs.items()} == {"arts": [True, False, True], "dual language": [False, False, True]}


def test_without_the_key_there_are_none(files):
    assert files.say("schools", programs=None).load().programs == {}


CASES = {
    "neither": (
        lambda f: f.edit("schools.csv", "25,d,yes,No", "25,d,yes,some"),
        "schools.csv, row 4: column 'arts' holds 'some', neither yes nor no. Write true or false, yes or no, 1 or 0.",
    ),
    "blank": (
        lambda f: f.edit("schools.csv", "Z,Zed,9,,no,yes", "Z,Zed,9,,no,"),
        "schools.csv, row 2: column 'arts' holds '', neither yes nor no. Write true or false, yes or no, 1 or 0.",
    ),
    "missing": (
        lambda f: f.say("schools", programs={"arts": "art"}),
        f"data.schools.programs.arts: schools.csv has no column 'art'. Did you mean 'arts'? Columns: {COLUMNS}.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_message(files, case):
    spoil, message = CASES[case]
    assert spoil(files).problems() == [message]
