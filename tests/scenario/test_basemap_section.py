"""The section `basemap`: a path alone or a section, written out and read again, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rezoning.errors import ScenarioError
from rezoning.scenario.load import load_scenario
from rezoning.scenario.resolve import resolved

PLAIN = Path(__file__).parent.parent / "scenarios" / "valid" / "estimate.yaml"


def test_a_path_alone_is_a_section_and_written_out_it_is_the_same(tmp_path: Path) -> None:
    assert load_scenario(PLAIN).report.basemap is None
    scenario = load_scenario(PLAIN, ["report.basemap.streets=county.osm.pbf", "report.basemap.places={path: towns.gpkg, layer: names, name: NAME}"])
    found = scenario.report.basemap
    assert found is not None
    assert found.streets is not None
    assert found.places is not None
    assert (found.streets.path, found.places.path, found.places.layer) == (PLAIN.parent / "county.osm.pbf", PLAIN.parent / "towns.gpkg", "names")
    assert (found.water, found.travel_streets) == (None, True)
    again = tmp_path / "again.yaml"
    again.write_text(resolved(scenario, tmp_path), encoding="utf-8")
    assert load_scenario(again) == scenario
    assert load_scenario(again, ["report.basemap.streets=null"]).report.basemap.streets is None  # type: ignore[union-attr]
    assert load_scenario(again, ["report.basemap=null"]).report.basemap is None


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("streets=''", "an empty text names nothing"),
        ("streets=true", "true is not safe to read"),
        ("streets=[a.gpkg, b.gpkg]", "a list stands where"),
        ("streets={layer: roads}", "'path' is missing"),
        ("streets={path: a.osm.pbf, layer: roads}", "layer is for layers, and a.osm.pbf says itself"),
        ("water={path: a.graphml, name: NAME}", "name is for layers"),
        ("streets={path: a.geojson, layer: roads}", "only a GeoPackage"),
        ("roads=a.gpkg", "unknown key 'roads'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(said: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(PLAIN, [f"report.basemap.{said}"])
    assert message in str(caught.value)
    assert "report.basemap" in str(caught.value)
