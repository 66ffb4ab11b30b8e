"""The real districts, value by value against the third witness's own reader."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from rezoning.district.load import load_district
from rezoning.scenario.schema import Data

SHARED = Path(__file__).parents[3] / "shared"

pytestmark = [pytest.mark.shared, pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="the shared districts are not here")]

DISTRICTS = {
    "baltimore/relieve.yaml": (182, 11, 524, 5443),
    "shaker_heights/balance.yaml": (424, 5, 1219, 1738),
    "mount_vernon/balance.yaml": (982, 14, 2470, 8414),
    "fairfax_hs/balance.yaml": (9404, 24, 23196, 56429),
}


def load(scenario):
    sections = YAML(typ="safe").load(scenario.read_text())["data"]
    for keys in sections.values():
        if "path" in keys:
            keys["path"] = scenario.parent / keys["path"]
    return load_district(Data.model_validate(sections))


def witness(scenario):
    spec = importlib.util.spec_from_file_location("verify_run", SHARED / "accept/verify_run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return module.Case(scenario)


@pytest.mark.parametrize("name", DISTRICTS)
def test_a_real_district_is_what_the_third_witness_reads(name):
    scenario = SHARED / "data" / name
    district, case = load(scenario), witness(scenario)
    assert (district.num_units, district.num_schools, len(district.edges), district.total_students) == DISTRICTS[name]
    assert list(district.unit_ids) == case.units
    assert list(district.school_ids) == case.schools
    np.testing.assert_array_equal(district.students, case.students)
    assert list(district.groups) == list(case.groups)
    for group, count in district.groups.items():
        np.testing.assert_array_equal(count, case.groups[group])
    assert [district.school_ids[s] for s in district.current] == list(case.today)
    if case.capacity is not None:
        np.testing.assert_array_equal(district.capacity, case.capacity)
    assert {school: district.unit_ids[u] for school, u in zip(district.school_ids, district.school_unit, strict=True)} == case.root
    edges = {frozenset((district.unit_ids[i], district.unit_ids[j])) for i, j in district.edges}
    assert edges == {frozenset(edge) for edge in case.graph.edges}
    np.testing.assert_allclose(district.travel, case.travel, rtol=1e-15)


def test_shaker_heights_counts_the_groups_above_the_total():
    assert load(SHARED / "data/shaker_heights/balance.yaml").warnings[0] == (
        "blocks_voronoi.geojson: 16 units with more white students than students (rows 8, 22, 31, 65, 98 and 11 more), kept: "
        "the others are negative there"
    )
