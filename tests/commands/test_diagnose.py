"""The command `diagnose`: its document, its directory, what it refuses."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from conftest import EACH_REAL, SHARED_DATA
from drawn import case
from squares import write_polygons

from rezoning.commands.diagnosis import Diagnosed, diagnose, write_diagnosis
from rezoning.metrics.diagnosis import diagnose as measure_diagnosis
from rezoning.metrics.measure import visible
from rezoning.metrics.zones import today_zones

KEYS = {
    "name", "exit_code", "privacy", "counts", "travel", "walk", "students", "attributes", "groups", "capacity", "borders", "islands", "corridors",
    "necks", "nearer", "bands", "segregation", "pairings", "notes", "warnings", "inputs", "versions",
}  # fmt: skip


def test_what_a_board_asks_first_by_hand(tmp_path):
    """Twelve squares of 100 m and 100 students, two schools: the poor in the west (90, 60, 30 and 10 of each unit, by column)."""
    record = diagnose(write_polygons(tmp_path), seconds=10).record
    assert set(record) == KEYS
    (border,) = record["borders"]
    assert (border["schools"], border["border_m"], border["km"]) == (["A", "B"], pytest.approx(300), pytest.approx(0.3))
    assert border["shares"]["poor"] == [pytest.approx(0.75), pytest.approx(0.2)]
    assert border["difference"]["poor"] == pytest.approx(0.55)
    assert [(side["students"], side["groups"]["poor"], len(side["units"])) for side in border["along"]] == [(600, 450, 6), (600, 120, 6)]
    lives = record["segregation"]["poor"]
    today = (450 / 570 - 150 / 630 + 480 / 630 - 120 / 570) / 2
    homes = sum(abs(3 * share / 570 - 3 * (100 - share) / 630) for share in (90, 60, 30, 10)) / 2
    assert (lives["today"], lives["units"]) == (pytest.approx(today), pytest.approx(homes))
    assert 0 <= lives["floor"] < today
    assert lives["removable"] == pytest.approx(today - lives["floor"])
    assert lives["removable_share"] == pytest.approx(1 - lives["floor"] / today)
    (pair,) = record["pairings"]
    assert (pair["students"], pair["room"], pair["fits"]) == (1200, 200, True)
    assert pair["groups"]["poor"]["dissimilarity"] == {"today": pytest.approx(today), "pooled": 0, "gain": pytest.approx(today)}
    assert record["capacity"][0]["times"]["now"] == {
        "students": 600,
        "over": 0,
        "over_with_portables": 0,
        "over_allowed": 0,
        "under": 0,
        "under_allowed": 0,
    }
    outside = {band["preset"]: [(one["school"], one["students"]) for one in band["outside"]] for band in record["bands"]}
    assert outside["ct25"] == [("A", pytest.approx(15)), ("B", pytest.approx(15))]
    assert (record["islands"], record["nearer"]) == ([], [])


def test_it_writes_a_page_and_a_document(call, tmp_path):
    path = write_polygons(tmp_path)
    code, out, err = call("diagnose", path, "--seconds", "5")
    place = tmp_path / "squares-diagnosis"
    assert code == 0
    assert "diagnosis.json holds all, not for publication." in err
    assert sorted(file.name for file in place.iterdir()) == ["diagnosis.html", "diagnosis.json"]
    assert "In short" in out
    assert "squares-diagnosis" in out
    assert max(map(len, out.splitlines())) <= 96
    document = json.loads((place / "diagnosis.json").read_text())
    code, out, _ = call("diagnose", path, "--seconds", "5", "--json", "--out", "here")
    printed = json.loads(out)
    assert (code, printed.pop("directory")) == (0, "here")
    assert set(printed) == set(document) == KEYS
    assert printed["borders"] == document["borders"]


def test_the_language_of_the_page(call, tmp_path):
    code, _, _ = call("diagnose", write_polygons(tmp_path), "--seconds", "0", "--language", "es", "--out", "aqui")
    text = (tmp_path / "aqui" / "diagnosis.html").read_text(encoding="utf-8")
    assert (code, '<html lang="es">' in text, "Las zonas de hoy" in text) == (0, True, True)


def test_without_zones_of_today_it_says_what_is_missing(call, tmp_path):
    path = write_polygons(tmp_path)
    said = json.loads(path.read_text())
    del said["data"]["units"]["current_school"]
    said["goals"] = said["goals"][:1]
    path.write_text(json.dumps(said))
    code, out, err = call("diagnose", path, "--json")
    problem = json.loads(out)["problems"][0]
    assert (code, problem["place"]) == (3, "data.units.current_school")
    assert "a diagnosis is of today's zones" in err
    assert problem["cure"]
    assert not (tmp_path / "squares-diagnosis").exists()


def test_stopped_early_it_is_written_without_floors(tmp_path):
    stop = threading.Event()
    stop.set()
    record = diagnose(write_polygons(tmp_path), stop=stop).record
    assert (record["exit_code"], record["segregation"]["poor"]["floor"], record["borders"][0]["border_m"]) == (130, None, pytest.approx(300))


def test_another_scenario_is_not_replaced(call, tmp_path):
    path = write_polygons(tmp_path)
    assert call("diagnose", path, "--seconds", "0", "--out", "here")[0] == 0
    said = json.loads(path.read_text())
    path.write_text(json.dumps({**said, "name": "other"}))
    code, _, err = call("diagnose", path, "--seconds", "0", "--out", "here")
    assert (code, "are kept" in err) == (2, True)
    assert call("diagnose", path, "--seconds", "0", "--out", "here", "--replace")[0] == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    assert call("diagnose", path, "--out", "mine")[0] == 2


def test_a_table_without_shapes_groups_seats_and_trips_is_diagnosed_too(call, tiny, tmp_path):
    path = tiny(data={"units": {"groups": None}, "schools": {"capacity": None}, "travel": None}, rules=None, goals=None)
    said = json.loads(path.read_text())
    path.write_text(json.dumps({**said, "goals": [{"minimize": "reassigned"}]}))
    code, out, _ = call("diagnose", path, "--json")
    record = json.loads(out)
    assert (code, record["borders"][0]["km"], record["borders"][0]["trip"]) == (0, None, None)
    assert (record["capacity"], record["nearer"], record["segregation"], record["pairings"]) == (None, None, {}, [])
    page = (tmp_path / record["directory"] / "diagnosis.html").read_text()
    assert "There is no map" in page
    assert "do not say how many seats" in page


def test_a_page_that_cannot_be_shown_safely_is_not_written(tmp_path):
    """A drawn district where what is told of today's schools gives a few students along a border away."""
    drawn = case(19, 12)
    zones = today_zones(visible(drawn.district, drawn.scenario))
    measured = measure_diagnosis(zones, drawn.scenario, drawn.district.capacity, None)
    found = Diagnosed(drawn.scenario, drawn.district, measured, {}, {"name": drawn.scenario.name})
    refused = write_diagnosis(tmp_path / "here", found)
    assert [file.name for file in (tmp_path / "here").iterdir()] == ["diagnosis.json"]
    assert "could be worked out whatever else is hidden: today, all, A | B" in str(refused)
    assert "to those who may see all" in str(refused)


@pytest.mark.shared
@pytest.mark.parametrize("name", EACH_REAL)
def test_real_districts(name):
    path = SHARED_DATA / f"{name}.yaml"
    if not Path(path).is_file():
        pytest.skip(f"{path} is not there")
    record = diagnose(path, seconds=0).record
    assert set(record) == KEYS
    assert record["borders"]
    for lives in record["segregation"].values():
        if lives["today"] is not None and "shaker" not in name:  # estimates there have more of a group than students in a unit
            assert lives["today"] <= lives["units"] + 1e-9
