"""Checks of ids across files: one state, one census."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from small_files import SmallFiles

UNITS = [f"51059415200{k:04d}" for k in range(40)]


@pytest.fixture
def blocks(tmp_path):
    """Forty blocks in a row."""
    files = SmallFiles(tmp_path)
    files.csv("units.csv", "GEOID20,students,poor,zone\n" + "".join(f"{unit},2,1,{'SN'[k > 19]}\n" for k, unit in enumerate(UNITS)))
    files.csv("schools.csv", f"school_id,capacity,block\nS,25,{UNITS[0]}\nN,25,{UNITS[39]}\n")
    files.csv("travel.csv", "GEOID20,S,N\n" + "".join(f"{unit},{k},{40 - k}\n" for k, unit in enumerate(UNITS)))
    files.csv("edges.csv", "u,v\n" + "".join(f"{u},{v}\n" for u, v in pairwise(UNITS)))
    return files.say("units", id=None).say("schools", id=None)


def rename(files, name, count, new):
    text = (files.folder / name).read_text()
    for unit in UNITS[:count]:
        text = text.replace(unit, new(unit))
    files.csv(name, text)


def test_detected_columns_are_noted(blocks):
    assert blocks.load().notes == ("units.csv: unit id column 'GEOID20' (detected)", "schools.csv: school id column 'school_id' (detected)")


def test_two_states(blocks):
    for name in ("units.csv", "schools.csv", "travel.csv", "edges.csv"):
        rename(blocks, name, 2, lambda unit: "24" + unit[2:])
    assert blocks.problems() == [
        "units.csv, rows 2, 3: block ids of 2 states: 51 (38 blocks), 24 (2 blocks). Check for ids with a wrong or lost digit, and keep one state."
    ]


def test_a_file_of_another_state(blocks):
    rename(blocks, "travel.csv", 40, lambda unit: "24" + unit[2:])
    found = blocks.problems()
    assert len(found) == 1
    assert re.fullmatch(
        r"travel.csv: its block ids are of another state: only 0 of its 40 unit ids are among the 40 units; "
        r"unknown: '\d{15}', '\d{15}', '\d{15}', '\d{15}', '\d{15}' and 35 more. Name the file of this district.",
        found[0],
    )


def test_mixed_vintages(blocks):
    rename(blocks, "travel.csv", 4, lambda unit: unit[:5] + "999999" + unit[11:])
    assert blocks.problems() == [
        "travel.csv: block ids of mixed vintages (2010 and 2020?): only 36 of its 40 unit ids are among the 40 units; unknown: "
        "'510599999990000', '510599999990001', '510599999990002', '510599999990003'. Use files of one census, or a crosswalk between them."
    ]


def test_a_file_of_a_larger_area_or_with_a_few_strangers_is_fine(blocks):
    text = (blocks.folder / "travel.csv").read_text()
    blocks.csv("travel.csv", text + "".join(f"51059999999{k:04d},1,1\n" for k in range(60)))
    assert blocks.load().travel.shape == (40, 2)
    blocks.csv("travel.csv", "".join(text.splitlines(keepends=True)[:21]))
    assert len(blocks.load().warnings) == 2


def test_planning_units_that_do_not_match_are_doubtful(tmp_path):
    files = SmallFiles(tmp_path).edit("travel.csv", "b,3,6", "y,3,6")
    assert files.load().warnings[0] == "travel.csv: only 3 of its 4 unit ids are among the 4 units; unknown: 'y'."
