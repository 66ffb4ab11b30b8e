"""The generator's streets as a layer: trips along them are those that the generator itself measured."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rezoning import load_district, load_scenario
from rezoning.synthetic import make_district, write_district
from rezoning.synthetic.__main__ import main

AS_DRIVEN = "data.travel={streets: {path: streets.geojson, share_of_limit: 1, junction_delay: 0, walking_kmh: 15}}"


def test_travel_along_riverbends_streets_is_riverbends_travel(tmp_path: Path) -> None:
    """Ways from a block to the street differ: the generator's lead to a corner, ours straight to the nearest street."""
    assert main([str(tmp_path), "--streets", "--max-increase", "0.5"]) == 0
    given = load_district(load_scenario(tmp_path / "scenario.yaml").data)
    found = load_district(load_scenario(tmp_path / "scenario.yaml", [AS_DRIVEN]).data)
    assert given.travel is not None
    assert found.travel is not None
    ours, theirs = found.travel.ravel(), given.travel.ravel()
    far = theirs > 2
    assert np.corrcoef(ours, theirs)[0, 1] > 0.985
    assert np.median(ours[far] / theirs[far]) == pytest.approx(1.05, abs=0.05)
    assert np.mean(given.travel.argmin(axis=1) == found.travel.argmin(axis=1)) > 0.9
    assert np.abs(ours - theirs)[far].mean() < 0.6  # minutes, of trips of nine in the mean


@pytest.mark.parametrize(("units", "schools", "seed"), [(60, 2, 1), (150, 3, 4), (240, 4, 77)])
def test_streets_join_what_the_generator_joins(tmp_path: Path, units: int, schools: int, seed: int) -> None:
    """One network without a loose end, in which no way is much shorter than by the generator's graph: nothing is joined over water or rails."""
    town = make_district(units, schools, seed)
    write_district(tmp_path, town, max_increase=0.5, streets=True)
    found = load_district(load_scenario(tmp_path / "scenario.yaml", [AS_DRIVEN]).data)
    assert not any("left out" in note and "streets.geojson" in note for note in found.notes)
    assert found.travel is not None
    assert town.district.travel is not None
    assert np.isfinite(found.travel).all()
    assert (found.travel > 0.75 * town.district.travel - 1.5).all()


def test_the_layer_has_class_speed_and_direction(tmp_path: Path) -> None:
    files = write_district(tmp_path, make_district(60, 2, 1), streets=True)
    assert tmp_path / "streets.geojson" in files
    features = json.loads((tmp_path / "streets.geojson").read_text())["features"]
    assert {tuple(feature["properties"]) for feature in features} == {("name", "highway", "kmh", "oneway")}
    assert {feature["geometry"]["type"] for feature in features} == {"LineString"}
    assert len({json.dumps(feature["geometry"]) for feature in features}) == len(features)
    assert tmp_path / "streets.geojson" not in write_district(tmp_path / "without", make_district(60, 2, 1))
