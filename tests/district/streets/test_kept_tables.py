"""The table of trips beside the scenario: written once, read again, and never believed where something about it has changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from towns import Town, loaded, road, square, told

from rezoning.district.district import District
from rezoning.district.load import load_district
from rezoning.district.streets import load as along
from rezoning.scenario.load import load_scenario
from rezoning.scenario.resolve import resolved
from rezoning.scenario.schema import Data


def drawn() -> Town:
    return square({"001": (0, 0), "NA": (1000, 800)}, {"S": (1000, 0), "1e5": (0, 1000)}, road("ab"), road("bcda"))


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return drawn().write(tmp_path, {"path": drawn().osm(tmp_path / "streets.osm")})


class Counted:
    """Counts how often trips are made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times, made = 0, along.made

        def count(*given: Any) -> Any:
            self.times += 1
            return made(*given)

        monkeypatch.setattr(along, "made", count)

    def load(self, scenario: Path, *settings: str) -> tuple[District, int]:
        """A district, and how often its trips were made for it."""
        before = self.times
        return load_district(load_scenario(scenario, settings).data), self.times - before


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def table(folder: Path) -> Path:
    (found,) = folder.glob("travel-drive-*.csv")
    return found


def test_the_second_load_reads_what_the_first_has_made(scenario: Path, counted: Counted) -> None:
    first, made = counted.load(scenario)
    again, made_again = counted.load(scenario)
    assert (made, made_again) == (1, 0)
    np.testing.assert_array_equal(again.travel, first.travel)
    assert (again.notes, again.warnings, again.inputs) == (first.notes, first.warnings, first.inputs)
    assert f"these trips are kept in {table(scenario.parent).name} beside the scenario" in told(first)
    assert sum(one.path.endswith("streets.osm") for one in first.inputs) == 1


def test_the_table_is_one_that_can_be_given_as_travel(scenario: Path) -> None:
    first = loaded(scenario)
    frame = pd.read_csv(table(scenario.parent), dtype={"unit": str}, keep_default_na=False)
    assert list(frame.columns) == ["unit", "S", "1e5"]
    assert list(frame["unit"]) == list(first.unit_ids)
    given = load_district(load_scenario(scenario, [f"data.travel={{path: {table(scenario.parent).name}, measure: minutes}}"]).data)
    np.testing.assert_array_equal(given.travel, first.travel)
    assert given.travel_source == "file"


def test_ways_that_are_unknown_stay_unknown(tmp_path: Path, counted: Counted) -> None:
    town = square({"u": (0, 0), "v": (500, 10), "lost": (0, 6_000)}, {"S": (1000, 0)}, road("ab"))
    scenario = town.write(tmp_path, {"path": town.osm(tmp_path / "streets.osm")})
    (first, _), (again, made) = counted.load(scenario), counted.load(scenario)
    assert made == 0
    assert first.travel is not None
    assert np.isnan(first.travel[2, 0])
    np.testing.assert_array_equal(again.travel, first.travel)


def test_whatever_it_was_made_of_makes_another(scenario: Path, counted: Counted) -> None:
    folder = scenario.parent
    assert counted.load(scenario)[1] == 1
    (folder / "speeds.csv").write_text("class,kmh\nresidential,33\n")
    for setting in ("junction_delay=5", "share_of_limit=1", "walking_kmh=4", "speeds={residential: 30}", "speed_table=speeds.csv"):
        assert counted.load(scenario, f"data.travel.streets.{setting}")[1] == 1, setting
    (folder / "speeds.csv").write_text("class,kmh\nresidential,34\n")
    assert counted.load(scenario, "data.travel.streets.speed_table=speeds.csv")[1] == 1
    assert counted.load(scenario)[1] == 0
    text = (folder / "streets.osm").read_text()
    (folder / "streets.osm").write_text(text + "<!-- another file -->")
    assert counted.load(scenario)[1] == 1
    schools = (folder / "schools.csv").read_text()
    (folder / "schools.csv").write_text(schools.replace("\n1e5,", "\n1e6,"))
    assert counted.load(scenario)[1] == 1
    moved = square({"001": (0, 10), "NA": (1000, 800)}, drawn().schools, *drawn().streets)
    moved.write(folder, {"path": folder / "streets.osm"})
    assert counted.load(scenario)[1] == 1
    units = (folder / "units.geojson").read_text()
    (folder / "units.geojson").write_text(units.replace('"students": 10', '"students": 0', 1))
    assert counted.load(scenario)[1] == 1  # what is told of units far from streets is told of those with students
    (folder / "units.geojson").write_text(units.replace('"students": 10', '"students": 11', 1))
    assert counted.load(scenario)[1] == 0


def spoil_a_number(folder: Path) -> None:
    path = table(folder)
    path.write_text(path.read_text().replace("001,", "001,9", 1))


def cut_short(folder: Path) -> None:
    path = table(folder)
    path.write_bytes(path.read_bytes()[:-12])


def empty(folder: Path) -> None:
    table(folder).write_bytes(b"")


def spoil_a_note(folder: Path) -> None:
    path = table(folder).with_suffix(".json")
    path.write_text(path.read_text().replace("free flow", "at rush hour"))


def no_record(folder: Path) -> None:
    table(folder).with_suffix(".json").unlink()


def another_record(folder: Path) -> None:
    path = table(folder).with_suffix(".json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "key": "0" * 64}))


def no_json(folder: Path) -> None:
    table(folder).with_suffix(".json").write_text("[" * 100_000)


def a_list(folder: Path) -> None:
    table(folder).with_suffix(".json").write_text("[]")


def no_table(folder: Path) -> None:
    table(folder).unlink()


@pytest.mark.parametrize("spoil", [spoil_a_number, cut_short, empty, spoil_a_note, no_record, another_record, no_json, a_list, no_table])
def test_a_damaged_table_is_not_believed(scenario: Path, counted: Counted, spoil: Any) -> None:
    first, _ = counted.load(scenario)
    spoil(scenario.parent)
    again, made = counted.load(scenario)
    assert made == 1
    np.testing.assert_array_equal(again.travel, first.travel)
    assert "what lay there was damaged or changed by hand, and not believed" in told(again)
    assert counted.load(scenario)[1] == 0


def test_a_folder_that_takes_no_file_is_told(scenario: Path, counted: Counted) -> None:
    loaded(scenario)
    path = table(scenario.parent)
    for kept in (path, path.with_suffix(".json")):
        kept.unlink()
    path.mkdir()
    (path / "something").touch()
    district, made = counted.load(scenario)
    assert made == 1
    assert district.travel is not None
    assert "the table of trips could not be kept beside the scenario (" in told(district)
    assert [name.name for name in scenario.parent.iterdir() if name.name.startswith(".")] == []


def test_children_share_the_table_of_the_file_that_names_the_streets(scenario: Path, counted: Counted) -> None:
    counted.load(scenario)
    (scenario.parent / "below").mkdir()
    child = scenario.parent / "below" / "child.yaml"
    child.write_text("extends: ../scenario.yaml\nname: child\n")
    assert counted.load(child)[1] == 0
    assert list(child.parent.iterdir()) == [child]


def test_nothing_is_put_among_results(scenario: Path, counted: Counted) -> None:
    """The scenario of a run reads the table beside the one that was run; and makes it, and keeps it nowhere, where there is none."""
    run = scenario.parent / "runs" / "town"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    (run / "scenario.yaml").write_text(resolved(load_scenario(scenario), run))
    assert counted.load(run / "scenario.yaml")[1] == 1
    assert list(scenario.parent.glob("travel-*")) == []
    assert counted.load(scenario)[1] == 1
    assert counted.load(run / "scenario.yaml")[1] == 0
    assert sorted(path.name for path in run.iterdir()) == ["run.json", "scenario.yaml"]


def test_a_scenario_that_is_no_file_keeps_nothing(scenario: Path) -> None:
    data = Data.model_validate(load_scenario(scenario).data.model_dump(exclude_unset=True))
    before = sorted(scenario.parent.iterdir())
    assert load_district(data).travel_source == "streets"
    assert sorted(scenario.parent.iterdir()) == before
