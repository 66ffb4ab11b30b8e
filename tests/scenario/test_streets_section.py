"""The section `streets`: which alternative wins, written out and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from rezoning.errors import ScenarioError
from rezoning.scenario.load import load_scenario
from rezoning.scenario.resolve import resolved

CASES = Path(__file__).parent.parent / "scenarios" / "valid"
STREETS, EVERYTHING, ESTIMATE = CASES / "streets.yaml", CASES / "everything.yaml", CASES / "estimate.yaml"


def test_it_is_read_with_defaults_and_absolute_paths() -> None:
    data = load_scenario(STREETS).data
    assert data.travel is not None
    assert data.travel.streets is not None
    assert data.travel.source == "streets"
    assert data.travel.streets.path == CASES / "county.osm.pbf"
    assert data.travel.streets.speed_table == CASES / "speeds.csv"
    assert data.travel.streets.speeds == {"residential": 30, "S1400": 40}
    assert (data.travel.streets.mode, data.travel.streets.delay_s) == ("drive", 3)
    assert data.walk is not None
    assert data.walk.streets is not None
    assert (data.walk.streets.mode, data.walk.streets.delay_s) == ("walk", 0)
    assert data.walk.streets.folder == CASES


def test_written_out_it_is_the_same(tmp_path: Path) -> None:
    scenario = load_scenario(STREETS)
    again = tmp_path / "again.yaml"
    again.write_text(resolved(scenario, tmp_path))
    assert load_scenario(again) == scenario


@pytest.mark.parametrize(
    ("base", "change", "source"),
    [
        (EVERYTHING, "streets={path: county.osm.pbf}", "streets"),
        (ESTIMATE, "streets={path: county.osm.pbf}", "streets"),
        (STREETS, "estimate=straight_line", "straight_line"),
        (STREETS, "path=travel.csv", "file"),
    ],
)
def test_a_child_chooses_another_source(base: Path, change: str, source: str) -> None:
    measure = ["data.travel.measure=minutes"] if source == "file" else []
    travel = load_scenario(base, [f"data.travel.{change}", *measure]).data.travel
    assert travel is not None
    assert travel.source == source
    assert [travel.path, travel.streets, travel.estimate].count(None) == 2


def test_walks_choose_too() -> None:
    walk = load_scenario(STREETS, ["data.walk.zones=zones.gpkg", "data.walk.within=null"]).data.walk
    assert walk is not None
    assert walk.streets is None
    walk = load_scenario(EVERYTHING, ["data.walk={streets: {path: county.osm.pbf}, within: 20}"]).data.walk
    assert walk is not None
    assert walk.streets is not None


def test_walks_in_minutes_are_not_compared_with_distances() -> None:
    modes = "rules.travel.modes.walk.max_increase=0.2"
    today = "data.units.current_school=zone"
    with pytest.raises(ScenarioError, match=r"of data\.walk and data\.travel one is time, the other distance"):
        load_scenario(STREETS, ["data.travel={path: travel.csv, measure: meters}", modes, today])
    load_scenario(STREETS, [modes, today])
