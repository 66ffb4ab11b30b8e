"""The proofs suite: its made-up counties are what they say they are, and its table reads what was kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from rezoning.district.load import load_district
from rezoning.formulation.formulate import formulate
from rezoning.scenario.load import load_scenario

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import counties
import proofs


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


def test_the_table_has_medians_and_says_how_many_are_proven(tmp_path):
    asked = proofs.Asked(tmp_path, 60.0, 3)
    for instance, values in {"counties-00": [(10.0, 10.0)] * 3, "counties-01": [(20.0, 10.0), (20.0, 19.0), (20.0, None)]}.items():
        for seed, (value, bound) in enumerate(values):
            path = asked.result(instance, seed)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"value": value, "bound": bound, "today": 30.0, "mb": 100.0, "ended": "limit"}), encoding="utf-8")
    lines = proofs.table(asked, ["counties-00", "counties-01"])
    assert "| counties-00 | 3 | 30 | 10 | 10 | 0.0 % | 3 | 100 | limit |" in lines
    assert "| counties-01 | 3 | 30 | 20 | 14.5 | 27.5 % | 0 | 100 | limit |" in lines
    assert lines[-1] == "counties: 1 of 2 proven, median gap 13.8 %, worst 27.5 %."
