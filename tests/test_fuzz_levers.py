"""Spoiled scenarios and files of a district that pulls every lever: a message and exit code 3, or a correct run; never a traceback."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
from conftest import ScenarioWriter, few
from test_fuzz import MAY_END, WEIRD, spoil

from rezoning.cli.app import app

FILES = ("scenario.yaml", "units.geojson", "scenario.yaml", "schools.csv", "walks.csv", "lines.geojson")
STEP = 0.01  # degrees: the side of a drawn unit

DATA = {
    "units": {
        "path": "units.geojson",
        "groups": {"poor": "poor", "rich": "rich"},
        "partition": ["poor", "rich"],
        "students_by_year": {"2030": "later"},
        "growth": {"high": "high"},
        "grades": {"K": "k", "1": "g1"},
    },
    "schools": {"portables": "portables", "portable_price": "price"},
    "walk": {"path": "walks.csv", "measure": "minutes", "within": 2},
    "barriers": {"path": "lines.geojson", "filter": {"column": "kind", "equals": "rail"}},
    "adjacency": None,
}
RULES = {
    "capacity": {"min": 0.3, "max": 1.1, "portables": True, "schools": {"A": {"min": 0.4}}},
    "travel": {"max": 12, "always_within": 2, "modes": {"walk": {"max": 9}, "bus": {"max": 12, "max_increase": 9}}, "units": {"u-0-0": 20}},
    "contiguity": {"method": "exact", "islands": "keep"},
    "protected": {"units": ["u-1-0"], "column": "protected"},
    "not_again": {"column": "rezoned", "years": 5, "year": 2027},
    "walk": {"guarantee": "keep"},
    "nearest": {"within": 0},
    "no_crossing": {"today": "keep"},
    "keep_together": {"groups": [["u-0-0", "u-0-1"]], "column": "street"},
    "unity": {"min_share": 0.2},
    "reassigned": {"max_share": 0.6, "groups": {"poor": 0.7}, "schools": {"A": 0.7}, "each_school": 0.8},
    "phase_in": [{"year": "2027", "stay": {"K": 0.5, "1": 1}}],
    "bands": [
        {"group": "poor", "within": 0.45},
        {"group": "poor", "preset": "court15", "soft": True},
        {"group": "rich", "within": 0.3, "either": [{"min": 0, "max": 0.9}], "except_schools": ["B"]},
        {"index": "ses", "preset": "jcps_index"},
    ],
    "isolation": [{"group": "poor", "above": 0.6}],
    "burden": [
        {"group": "poor", "measure": "reassigned", "max_ratio": 2},
        {"group": "poor", "measure": "added_travel", "max_extra": 3},
        {"group": "poor", "measure": "walk_lost", "max_extra": 0.5},
        {"group": "poor", "measure": "long_rides", "over": 4, "max_ratio": 3},
    ],
    "flow_balance": [{"column": "area", "between": ["north", "south"], "max_ratio": 5}],
}
GOALS = [
    [{"minimize": "out_of_band"}, {"minimize": "portables"}],
    [{"minimize": "normalized_exposure", "group": "poor"}, {"minimize": "schools_changed"}],
    [{"minimize": "theil_h"}, {"minimize": "burden_gap", "measure": "added_travel"}],
    [{"minimize": "max_deviation", "group": "poor"}, {"minimize": "walk_lost"}],
    [{"minimize": "boundary_length"}, {"minimize": "not_walking"}],
    [{"minimize": "utilization_spread"}, {"minimize": "cut_edges"}],
    [{"minimize": "isolation", "group": "poor", "weight": 1}, {"minimize": "out_of_utilization", "min": 0.8, "max": 1, "weight": 2}],
]

KEYS = [
    "data.walk", "data.walk.path", "data.walk.within", "data.walk.measure", "data.walk.zones", "data.barriers", "data.barriers.path",
    "data.barriers.filter.equals", "data.units.students_by_year", "data.units.students_by_year.2030", "data.units.growth.high", "data.units.grades.K",
    "data.units.partition", "data.schools.portables", "data.schools.portable_price", "data.schools.open",
    "rules.capacity.schools", "rules.capacity.schools.A", "rules.capacity.schools.A.min", "rules.capacity.portables", "rules.capacity.max",
    "rules.travel.modes", "rules.travel.modes.walk.max", "rules.travel.modes.bus.max_increase", "rules.travel.units", "rules.travel.units.u-0-0",
    "rules.protected", "rules.protected.units", "rules.protected.column", "rules.not_again.column", "rules.not_again.years", "rules.not_again.year",
    "rules.walk", "rules.walk.guarantee", "rules.nearest", "rules.nearest.within", "rules.no_crossing.today", "rules.keep_together",
    "rules.keep_together.groups", "rules.keep_together.column", "rules.unity", "rules.unity.min_share", "rules.reassigned.max_share",
    "rules.reassigned.groups", "rules.reassigned.groups.poor", "rules.reassigned.schools.A", "rules.reassigned.each_school",
    "rules.phase_in", "rules.phase_in.0.stay", "rules.phase_in.0.stay.K", "rules.phase_in.0.year", "rules.bands", "rules.bands.0.within",
    "rules.bands.0.target", "rules.bands.0.group", "rules.bands.0.schools", "rules.bands.0.relative", "rules.bands.1.preset", "rules.bands.2.either",
    "rules.bands.2.except_schools", "rules.bands.3.index", "rules.isolation.0.above", "rules.isolation.0.group", "rules.burden.0.max_ratio",
    "rules.burden.0.measure", "rules.burden.3.over", "rules.flow_balance.0.column", "rules.flow_balance.0.between", "rules.flow_balance.0.ways",
    "rules.flow_balance.0.group", "rules.flow_balance.0.max_ratio", "goals", "goals.0.minimize", "goals.0.give_up", "attributes",
    "attributes.poor", "alternatives", "alternatives.count", "alternatives.distance", "solve.solver", "solve.method",
]  # fmt: skip
VALUES = [
    "", "{}", "[]", "[[]]", "0", "1", "-1", "1e300", ".nan", "2", "true", "x", "A", "B", "[A, B]", "u-0-0", "[u-0-0, u-2-3]", "[[u-0-0, u-2-3]]",
    "poor", "ses", "blank", "students", "protected", "{A: 0}", "{u-2-3: 9}", "{poor: exclude}", "{K: 1}", "keep", "any", "reassigned", "walk_lost",
    "exact", "units.geojson", "travel.csv", "[{group: poor, min: 0.5}]", "[{minimize: polsby_popper}]", "[north, south]",
]  # fmt: skip


def square(i: int, j: int) -> list[list[list[float]]]:
    """The ring of the unit in row i and column j."""
    west, north = j * STEP, -i * STEP
    corners = [(west, north), (west + STEP, north), (west + STEP, north - STEP), (west, north - STEP), (west, north)]
    return [[[x, y] for x, y in corners]]


def feature(shape: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": shape, "coordinates": coordinates}}


def write_layer(path: Path, features: list[dict[str, object]]) -> None:
    """One feature a line, so that spoiling a line spoils one."""
    lines = ",\n".join(json.dumps(one) for one in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8")


def units_of(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    """The drawn units with everything that levers look at."""
    features = []
    for row in rows:
        i, j = (int(part) for part in row["unit"].split("-")[1:])
        poor = int(row["poor"])
        counted = {**row, "students": 10, "poor": poor, "rich": 10 - poor, "later": 9 + i, "high": 11}
        counted |= {"k": 4 + j % 2, "g1": 6 - j % 2, "ses": 1 + j % 3}
        told = {"protected": "yes" if (i, j) == (2, 3) else "", "rezoned": 2025 if (i, j) == (2, 0) else None, "blank": None}
        placed = {"area": "north" if i == 0 else "south", "street": "elm" if i == 0 and j > 1 else ""}
        features.append(feature("Polygon", square(i, j), **counted, **told, **placed))
    return features


def write_levers(folder: Path) -> None:
    """The files that levers need, beside the tiny district's."""
    with (folder / "units.csv").open(encoding="utf-8") as file:
        write_layer(folder / "units.geojson", units_of(list(csv.DictReader(file))))
    line = [[1.99 * STEP, 0.5 * STEP], [1.99 * STEP, -0.8 * STEP]]
    write_layer(folder / "lines.geojson", [feature("LineString", line, kind="rail"), feature("Point", line[0], kind="bridge")])
    schools = "school,name,seats,unit,portables,price\nA,A Elementary,60,u-1-0,5,1.5\nB,B Elementary,60,u-1-3,0,2\n"
    (folder / "schools.csv").write_text(schools, encoding="utf-8")
    (folder / "walks.csv").write_text((folder / "travel.csv").read_text(encoding="utf-8"), encoding="utf-8")


def levers(tiny: ScenarioWriter, goals: int = 0, **changes: object) -> Path:
    """The tiny district with every lever pulled."""
    asked = {"data": DATA, "rules": RULES, "goals": GOALS[goals % len(GOALS)], "solve": {"time_limit": 2}, "alternatives": {"count": 1}, **changes}
    scenario = tiny(**asked)
    write_levers(scenario.parent)
    return scenario


def ending(arguments: list[str]) -> object:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        app(arguments)
    return ended.value.code


SEEDS = few(range(60), 20)


@pytest.mark.parametrize("goals", few(range(len(GOALS)), 3))
def test_the_unspoiled_district_runs(goals, tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ending(["run", str(levers(tiny, goals)), "--json", "--out", "out"]) == 0, capsys.readouterr().err
    document = json.loads(capsys.readouterr().out)
    assert document["audit"]["passed"]
    assert all(goal["bound"] is None or goal["bound"] <= goal["value"] + 1e-7 for goal in document["goals"])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_spoiled_file_is_refused_or_runs(seed, tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scenario = levers(tiny, seed)
    path = scenario.parent / FILES[seed % len(FILES)]
    spoiled = spoil(path.read_text(encoding="utf-8"), random.Random(seed))
    path.write_bytes(spoiled)
    code = ending(["run", str(scenario), "--json", "--out", "out"])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert code in MAY_END, (path.name, spoiled, said.err)
    document = json.loads(said.out)
    if code == 3:
        assert document["problems"]
        assert all(problem["place"] and problem["message"] for problem in document["problems"])
        assert not (tmp_path / "out").exists()
    elif code == 0:
        assert document["audit"] == {"passed": True, "violations": []}


@pytest.mark.parametrize("key", few(KEYS, 15))
def test_odd_values_of_a_lever_are_refused_or_understood(key, tiny, capsys, tmp_path):
    """Every odd value in every key of the levers; each refusal names its place."""
    scenario = levers(tiny)
    for value in random.Random(key).sample(VALUES, 8):
        code = ending(["validate", str(scenario), "--json", "--set", f"{key}={value}"])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err, (value, said.err)
        assert code in {0, 3, 4}, (value, said.err)
        if code == 3:
            assert all(problem["place"] and problem["message"] for problem in json.loads(said.out)["problems"]), value


@pytest.mark.parametrize("seed", SEEDS)
def test_odd_values_of_a_lever_leave_the_run_sound(seed, tiny, capsys, tmp_path, monkeypatch):
    """Odd values, solved: what comes out keeps its rules, and no bound is above its value."""
    monkeypatch.chdir(tmp_path)
    rng = random.Random(seed)
    settings = [f"{rng.choice(KEYS)}={rng.choice([*VALUES, *WEIRD[:4]])}"]
    code = ending(["run", str(levers(tiny, seed)), "--json", "--out", "out", *(part for one in settings for part in ("--set", one))])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert code in MAY_END, (settings, said.err)
    if code == 0:
        document = json.loads(said.out)
        assert document["audit"]["passed"], settings
        assert all(goal["bound"] is None or goal["value"] is None or goal["bound"] <= goal["value"] + 1e-7 for goal in document["goals"]), settings
