"""Exports of the real districts, where they are beside the project: today's plan with some units moved, read back."""

from __future__ import annotations

import geopandas as gpd
import pytest
from conftest import EACH_REAL, SHARED_DATA
from exports_cases import assert_coverage, book_of_file, expected, located
from gerrychain import GeographicPartition, Graph

from rezoning.district.plans.read import read_plan
from rezoning.metrics.measure import measure
from rezoning.report.exports.export import export

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module", params=EACH_REAL)
def book(request):
    path = SHARED_DATA / f"{request.param}.yaml"
    if not path.exists():
        pytest.skip(f"{path} is not beside the project")
    return book_of_file(path, seeds=(1,))


def test_a_block_assignment_file_is_the_same_plan(book, tmp_path):
    export(book, "A", "baf", tmp_path)
    assert read_plan(tmp_path / "BlockAssign_A.txt", book.district) == book.first.plan


def test_zones_of_a_geopackage_are_a_coverage_and_the_same_plan(book, tmp_path):
    export(book, "A", "gpkg", tmp_path)
    zones = gpd.read_file(tmp_path / "plan.gpkg", layer="zones")
    for view in ("today", "A"):
        assert_coverage(zones[zones["view"] == view], book)
    assert located(zones[zones["view"] == "A"], book) == expected(book, "A")
    schools = gpd.read_file(tmp_path / "plan.gpkg", layer="schools")
    assert set(schools["school_id"]) >= set(book.district.school_ids)


@pytest.mark.parametrize("to", ["geojson", "shp", "kml"])
def test_zones_of_other_formats_are_the_same_plan(to, book, tmp_path):
    export(book, "A", to, tmp_path)
    zones = gpd.read_file(tmp_path / f"zones_A.{to}", **({"layer": "zones"} if to == "kml" else {}))
    assert located(zones, book) == expected(book, "A")
    if to == "shp":
        assert_coverage(zones, book)


def test_a_graph_cuts_the_same_edges(book, tmp_path):
    export(book, "A", "gerrychain", tmp_path)
    plan = GeographicPartition(Graph.from_json(str(tmp_path / "graph.json")), assignment="school_A")
    assert {plan.graph.node_data(node)["unit_id"]: plan.assignment[node] for node in plan.graph.nodes} == expected(book, "A")
    assert len(plan["cut_edges"]) == measure(book.first.plan, book.district, book.first.scenario)["cut_edges"]
    perimeters = plan["perimeter"]
    assert all(perimeters[part] > 0 for part in plan.parts)
