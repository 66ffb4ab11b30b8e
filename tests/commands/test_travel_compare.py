"""``rezoning travel compare``: numbers, page and tables of two sources of travel, and what cannot be compared."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import SHARED_DATA
from page_reader import read_page
from squares import write_polygons
from typer.testing import CliRunner

from rezoning.cli.app import app
from rezoning.commands.travels import compare_travels
from rezoning.report.language import Language
from rezoning.report.maps.names import map_names
from rezoning.report.travels.picture import BREAKS, travel_map


def called(*args: object) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, ["travel", "compare", *map(str, args)])
    return found.exit_code, found.stdout, found.stderr


@pytest.fixture
def scenario(tmp_path):
    return write_polygons(tmp_path)


def table(scenario: Path, name: str, factor: float, **lines: str) -> Path:
    """The scenario's straight lines times a factor, with some lines replaced."""
    district = compare_travels(scenario, Path("straight_line")).district
    rows = {unit: [f"{factor * value:.6f}" for value in row] for unit, row in zip(district.unit_ids, district.travel.tolist(), strict=True)}
    text = "".join(f"{unit},{lines.get('u' + unit, ','.join(row))}\n" for unit, row in rows.items())
    path = scenario.parent / name
    path.write_text(f"unit,A,B\n{text}", encoding="utf-8")
    return path


def test_the_same_travel_is_the_same(scenario):
    code, out, _ = called(scenario, "straight_line", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["ratio"] == {"median": 1.0, "p10": 1.0, "p90": 1.0}
    assert document["correlation"]["pearson"] == pytest.approx(1)
    assert document["correlation"]["spearman"] == pytest.approx(1)
    assert document["nearest"] == {"counted": 12, "units": 1.0, "students": 1.0}
    assert document["first"]["travel"] == document["second"]["travel"] == {"unit": "min", "source": "straight_line", "is_estimate": True}


def test_a_table_is_compared_in_its_unit(scenario):
    path = table(scenario, "given.csv", 120, u001="70,60", u012=",50")
    code, out, _ = called(scenario, path, "--measure", "seconds", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["ratio"]["median"] == pytest.approx(2, abs=1e-4)
    assert document["pairs"] == {"all": 24, "first": 24, "second": 23, "both": 23, "compared": document["pairs"]["compared"]}
    assert document["second"]["travel"] == {"unit": "min", "source": "file", "is_estimate": False}
    assert {row["unit_id"] for row in document["units"][:2]} == {"001", "012"}
    assert document["nearest"]["units"] < 1
    assert document["second"]["mean_today"] == pytest.approx(2 * document["first"]["mean_today"], rel=0.3)


def test_two_scenarios_are_compared_in_the_order_of_the_first(scenario, tmp_path):
    """Units and schools may stand in any order in the second."""
    path = table(scenario, "given.csv", 60)
    layer = json.loads((tmp_path / "units.geojson").read_text())
    (tmp_path / "turned.geojson").write_text(json.dumps({**layer, "features": layer["features"][::-1]}))
    head, *schools = (tmp_path / "schools.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "turned.csv").write_text("\n".join([head, *schools[::-1]]) + "\n", encoding="utf-8")
    child = {"extends": "scenario.yaml", "data": {"units": {"path": "turned.geojson"}, "schools": {"path": "turned.csv"},
             "travel": {"path": str(path), "measure": "seconds"}}}  # fmt: skip
    (tmp_path / "other.yaml").write_text(json.dumps(child))
    found = compare_travels(scenario, tmp_path / "other.yaml")
    assert found.document["ratio"] == pytest.approx({"median": 1.0, "p10": 1.0, "p90": 1.0}, abs=1e-3)
    assert found.document["nearest"]["units"] == 1


def test_the_page_and_the_tables(scenario, tmp_path):
    path = table(scenario, "given.csv", 90, u001="700,60")
    out = tmp_path / "out"
    assert called(scenario, path, "--measure", "seconds", "--out", out)[0] == 0
    assert sorted(file.name for file in out.iterdir()) == ["schools.csv", "travels.html", "travels.json", "units.csv"]
    page = (out / "travels.html").read_text(encoding="utf-8")
    assert page.count("<title>") == 1 + 12  # every unit says its ratio
    assert "not along roads" in page
    assert "<script>alert" not in page
    rows = [row.text for row in read_page(page).all("tr")]
    assert any("001" in row for row in rows)
    with (out / "units.csv").open(encoding="utf-8") as stream:
        units = list(csv.DictReader(stream))
    assert len(units) == 12
    assert {row["same_nearest"] for row in units} == {"True", "False"}
    assert called(scenario, path, "--measure", "seconds", "--out", out)[0] == 0  # the same scenario replaces its own
    assert called(scenario, "straight_line", "--out", tmp_path)[0] == 2  # not ours


def test_the_page_speaks_spanish(scenario, tmp_path):
    assert called(scenario, "straight_line", "--out", tmp_path / "out", "--set", "report.language=es")[0] == 0
    page = (tmp_path / "out" / "travels.html").read_text(encoding="utf-8")
    assert '<html lang="es">' in page
    assert "trayectos comparados" in page
    assert "en línea recta" in page


def test_the_screen(scenario):
    path = table(scenario, "given.csv", 120)
    code, out, _ = called(scenario, path, "--measure", "seconds")
    assert code == 0
    assert "squares: travel compared" in out
    assert "A: scenario.yaml. Trips are estimates along straight lines, not along roads." in out
    assert "B: given.csv. Trips from a table, in min." in out
    assert "Ratio of B to A, median: 2.00" in out
    assert "Units with the same nearest school: 100.0 %" in out


def test_every_unit_has_one_color(scenario):
    found = compare_travels(scenario, Path("straight_line"))
    ratios = np.array([*(limit * 0.99 for limit in BREAKS), 1.6, np.nan, *[1.0] * 4])
    drawn = travel_map(found.district, ratios, 1.0, Language())
    assert [len(one.units) for one in drawn.classes] == [1, 1, 1, 5, 1, 1, 1, 1]
    assert [one.is_hatched for one in drawn.classes] == [True] * 3 + [False] * 5
    assert [one.label for one in drawn.classes][:4] == ["below 0.70", "0.70 to 0.85", "0.85 to 0.95", "0.95 to 1.05"]
    assert sorted(text.split(":")[0] for one in drawn.classes for _, text in one.units) == sorted(found.district.unit_ids)
    assert [" ".join(one["lines"]) for one in drawn.schools.names] == list(map_names(found.district.school_names))
    assert travel_map(found.district, ratios, None, Language()) is None


REFUSED = {
    "no unit": (
        ["given.csv"],
        "--measure: given.csv is a table, and no table says its unit. Give minutes, seconds, meters, ",
    ),
    "strange unit": (["given.csv", "--measure", "hours"], "--measure: 'hours' is no unit of travel."),
    "distances": (["given.csv", "--measure", "meters"], "given.csv: is in kilometers, and scenario.yaml in minutes. Compare times with times"),
    "not there": (["gone.csv", "--measure", "minutes"], "there is no file"),
    "a unit for a scenario": (["scenario.yaml", "--measure", "minutes"], "--measure: scenario.yaml is a scenario, which says its unit itself."),
    "no travel": (["still.yaml"], "still.yaml, data.travel: there is no travel to compare."),
    "other schools": (["fewer.yaml"], "fewer.yaml: lacks 1 school of scenario.yaml: 'B'."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_compared_is_refused(scenario, tmp_path, monkeypatch, case):
    table(scenario, "given.csv", 60)
    (tmp_path / "still.yaml").write_text(json.dumps({"extends": "scenario.yaml", "data": {"travel": None}}))
    (tmp_path / "few.csv").write_text("school,name,seats,unit\nA,Ash,700,010\nC,Cedar,700,013\n")
    fewer = {"extends": "scenario.yaml", "data": {"schools": {"path": "few.csv"}, "units": {"current_school": None}}}
    fewer |= {"goals": [{"minimize": "dissimilarity", "group": "poor"}]}
    (tmp_path / "fewer.yaml").write_text(json.dumps(fewer))
    monkeypatch.chdir(tmp_path)
    args, expected = REFUSED[case]
    code, out, err = called(scenario, *args)
    assert (code, out) == (3, "")
    assert expected in " ".join(err.split())


@pytest.mark.shared
@pytest.mark.parametrize("name", ["mount_vernon", pytest.param("fairfax_hs", marks=pytest.mark.slow)])
def test_real_driving_times_against_straight_lines(name):
    """Straight lines are a fair guess of how far, and a poor one of which school is nearest: by the plainest of computations."""
    path = SHARED_DATA / name / "balance.yaml"
    if not path.exists():
        pytest.skip(f"{path} is not beside the project")
    found = compare_travels(path, Path("straight_line"))
    first, second = found.comparison.first, found.comparison.second
    known = np.isfinite(first) & np.isfinite(second)
    assert found.document["pairs"]["both"] == int(known.sum()) > 0.9 * first.size
    assert found.document["correlation"]["pearson"] == pytest.approx(np.corrcoef(first[known], second[known])[0, 1])
    assert 0.8 < found.document["correlation"]["spearman"] < 1
    rows = known.all(axis=1)
    same = (first[rows].argmin(axis=1) == second[rows].argmin(axis=1)).mean()
    assert found.document["nearest"]["units"] == pytest.approx(same, abs=0.02)
    assert 0.5 < same < 0.95
    drawn = travel_map(found.district, found.comparison.unit_ratio, found.document["ratio"]["median"], Language())
    assert sum(len(one.units) for one in drawn.classes) == found.district.num_units
