"""Graphs of counties are what they say they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rezoning.district.load import load_district
from rezoning.formulation.formulate import formulate
from rezoning.scenario.load import load_scenario

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import counties


@pytest.mark.parametrize("name", ["counties-01", "tracts-00"])
def test_a_county_is_planar_and_in_one_piece_and_asks_for_equal_schools(name, tmp_path):
    scenario = load_scenario(counties.write(tmp_path, name))
    district = load_district(scenario.data)
    kind = name.split("-")[0]
    assert counties.SIZES[kind][0] <= district.num_units <= counties.SIZES[kind][1]
    assert district.num_schools in counties.SCHOOLS[kind]
    assert len(district.edges) <= 3 * district.num_units - 6
    assert formulate(district, scenario).pairs.num_schools == district.num_schools
    assert district.students.max() < 1.005 * district.students.sum() / district.num_schools
