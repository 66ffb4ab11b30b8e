"""From a scenario to a run directory: every file, every key, every exit code."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import rezoning
from rezoning.commands import run as pipeline
from rezoning.district.plan import Plan
from rezoning.errors import DataError, OutputError, ScenarioError
from rezoning.metrics import goals, measure
from rezoning.optimize import engine
from rezoning.optimize.result import Status
from rezoning.report.terminal import run_page
from rezoning.runs.record import PACKAGES
from rezoning.scenario.load import load_scenario

FILES = {"run.json", "scenario.yaml", "plan.csv", "schools.csv", "metrics.json", "trace.csv", "solver.log"}
KEYS = {
    "status", "goals", "seconds", "peak_rss_mb", "method", "solver", "seed", "threads", "versions", "inputs", "audit", "counts", "warnings",
    "nodes", "cuts", "machine", "is_counted",
}  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


@pytest.fixture
def engine_that(monkeypatch):
    """Let the real engine solve, then change its result: what a fault in it would do."""

    def use(change):
        real = engine.solve
        monkeypatch.setattr(engine, "solve", lambda *args, **kwargs: change(real(*args, **kwargs)))

    return use


# -- a run that ends well --------------------------------------------------------------------------------------------


def test_the_run_directory_has_every_file_and_run_json_every_key(tiny, tmp_path):
    plans, bounds = [], []
    outcome = rezoning.run(tiny(), tmp_path / "out", on_plan=lambda plan, _values: plans.append(plan), on_bound=lambda *told: bounds.append(told))
    assert (outcome.exit_code, outcome.directory) == (0, tmp_path / "out")
    assert plans[-1].school.tolist() == outcome.plan.school.tolist()
    assert bounds[-1] == (2, pytest.approx(outcome.record["goals"][1]["bound"]))
    assert names(outcome.directory) == FILES
    text = (outcome.directory / "run.json").read_text()
    record = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert record == json.loads(json.dumps(outcome.record))
    assert set(record) >= KEYS
    assert set(record["seconds"]) == {"read", "compile", "solve", "audit", "write", "total"}
    assert record["seconds"]["total"] >= sum(seconds for name, seconds in record["seconds"].items() if name != "total") - 1e-3
    assert 20 < record["peak_rss_mb"] < 4000
    assert set(record["versions"]) == {"python", *PACKAGES}
    assert None not in record["versions"].values()
    assert {Path(file["path"]).name for file in record["inputs"]} == {"scenario.yaml", "units.csv", "schools.csv", "travel.csv", "edges.csv"}
    assert all(len(file["sha256"]) == 64 for file in record["inputs"])
    assert set(record["machine"]) == {"system", "cpu", "cores", "memory_gb"}
    assert record["machine"]["cores"] >= 1
    assert record["nodes"] >= 0
    assert (record["cuts"], record["is_counted"]) == (outcome.result.cuts, None)
    assert record["audit"] == {"passed": True, "violations": []}
    assert record["counts"] == {
        "units": 12, "schools": 2, "students": 120, "edges": 17, "pairs": 20, "moved_units": 6, "moved_students": 60,
    }  # fmt: skip


def test_goals_are_proven_and_said_in_order(tiny, tmp_path):
    record = rezoning.run(tiny(), tmp_path / "out").record
    assert record["status"] == "optimal"
    first, second = record["goals"]
    assert list(first) == ["minimize", "group", "value", "bound", "gap", "today", "best", "ended"]
    assert (first["minimize"], first["group"], second["minimize"], second["group"]) == ("dissimilarity", "poor", "reassigned", None)
    assert (first["gap"], second["gap"], second["today"]) == (0, 0, 0)
    # Found by listing all 2 ** 12 assignments, of which 45 obey the rules.
    assert first["value"] == pytest.approx(0.0835421888)
    assert first["bound"] <= first["value"]
    assert second["value"] == pytest.approx(record["counts"]["moved_students"] / record["counts"]["students"])
    assert record["objective"] is None


def test_weights_give_the_sum_an_objective_of_its_own(tiny, tmp_path):
    weighted = [{"minimize": "dissimilarity", "group": "poor", "weight": 1}, {"minimize": "reassigned", "weight": 0.25}]
    record = rezoning.run(tiny(goals=weighted), tmp_path / "out").record
    values = [goal["value"] for goal in record["goals"]]
    assert record["objective"]["value"] == pytest.approx(values[0] + 0.25 * values[1])
    assert record["objective"]["gap"] == 0
    assert record["objective"]["bound"] <= record["objective"]["value"]


def test_the_plan_stands_in_the_order_of_the_input(tiny, tmp_path):
    path = tiny()
    units = path.parent / "units.csv"
    head, *lines = units.read_text().splitlines()
    units.write_text("\n".join([head, *reversed(lines)]) + "\n")
    plan = rows(rezoning.run(path, tmp_path / "out").directory / "plan.csv")
    assert list(plan[0]) == ["unit_id", "school_id", "previous_school_id", "students"]
    assert [row["unit_id"] for row in plan] == [line.split(",")[0] for line in reversed(lines)]
    assert {row["previous_school_id"] for row in plan} == {"A", "B"}


def test_schools_before_and_after(tiny, tmp_path):
    outcome = rezoning.run(tiny(), tmp_path / "out")
    schools = rows(outcome.directory / "schools.csv")
    assert [(row["id"], row["name"], row["capacity"]) for row in schools] == [("A", "A Elementary", "70"), ("B", "B Elementary", "70")]
    for side in ("before", "after"):
        assert {f"{key}_{side}" for key in ("students", "poor", "utilization", "travel_mean")} <= set(schools[0])
        assert sum(float(row[f"students_{side}"]) for row in schools) == 120
    assert float(schools[0]["utilization_before"]) == pytest.approx(60 / 70)


def test_metrics_stand_beside_today_and_nearest(tiny, tmp_path):
    outcome = rezoning.run(tiny(), tmp_path / "out")
    metrics = json.loads((outcome.directory / "metrics.json").read_text())
    assert set(metrics) == {"today", "plan", "nearest"}
    assert metrics["plan"]["dissimilarity"]["poor"] == pytest.approx(outcome.record["goals"][0]["value"])
    assert metrics["today"]["share_reassigned"] == 0


def test_without_travel_and_today_there_is_nothing_to_compare_with(tiny, tmp_path):
    path = tiny(data={"travel": None, "units": {"current_school": None}}, goals=[{"minimize": "dissimilarity", "group": "poor"}])
    outcome = rezoning.run(path, tmp_path / "out")
    metrics = json.loads((outcome.directory / "metrics.json").read_text())
    assert outcome.exit_code == 0
    assert (metrics["today"], metrics["nearest"]) == (None, None)
    assert outcome.record["goals"][0]["today"] is None
    assert (outcome.record["audit_today"], outcome.record["travel"]) == (None, None)
    assert rows(outcome.directory / "plan.csv")[0]["previous_school_id"] == ""


def test_an_estimate_is_labelled_everywhere(tiny, tmp_path):
    path = tiny(data={"units": {"path": "units.geojson"}, "travel": {"path": None, "measure": None, "estimate": "straight_line"}, "adjacency": None})
    draw_polygons(path.parent)
    outcome = rezoning.run(path, tmp_path / "out")
    assert outcome.record["travel"] == {"unit": "min", "source": "straight_line", "is_estimate": True}
    assert any("estimate" in text for text in (*outcome.record["warnings"], *outcome.record["notes"]))
    console = Console(record=True, width=96, file=io.StringIO())
    run_page(console, outcome.question.scenario, outcome.record, (outcome.measures.metrics, outcome.measures.schools), outcome.directory)
    assert "Travel in min (trips estimated from straight lines)\n" in console.export_text()


def draw_polygons(folder: Path) -> None:
    """units.geojson: the rows of units.csv as squares of a hundredth of a degree."""
    features = []
    for row in rows(folder / "units.csv"):
        i, j = (int(part) for part in row["unit"].split("-")[1:])
        corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
        ring = [[(column - 8000) / 100, (4000 - row_) / 100] for row_, column in corners]
        properties = {**row, "students": int(row["students"]), "poor": int(row["poor"])}
        features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    (folder / "units.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def test_every_file_that_was_read_is_among_the_inputs(tiny, tmp_path):
    path = tiny()
    child = tmp_path / "child.yaml"
    child.write_text("extends: tiny/scenario.yaml\nname: child\n")
    inputs = rezoning.run(child, tmp_path / "out").record["inputs"]
    hashes = {file["path"]: file["sha256"] for file in inputs}
    for file in (child, path, path.parent / "edges.csv"):
        assert hashes[str(file)] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_trace_only_goes_forward(tiny, tmp_path):
    trace = rows(rezoning.run(tiny(), tmp_path / "out").directory / "trace.csv")
    seconds = [float(row["seconds"]) for row in trace]
    assert trace
    assert seconds == sorted(seconds)


def test_the_resolved_scenario_runs_from_the_run_directory(tiny, tmp_path, monkeypatch):
    first = rezoning.run(tiny(), tmp_path / "deep" / "out")
    text = (first.directory / "scenario.yaml").read_text()
    assert "../../tiny/units.csv" in text
    monkeypatch.chdir(tmp_path)
    again = rezoning.run(first.directory / "scenario.yaml", tmp_path / "again")
    assert (again.directory / "plan.csv").read_bytes() == (first.directory / "plan.csv").read_bytes()
    assert load_scenario(first.directory / "scenario.yaml") == load_scenario(tiny())


def test_the_place_is_named_by_what_was_asked_of_which_data(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tiny()
    first = rezoning.run(path).directory
    assert first.parent == Path("runs")
    assert rezoning.run(path).directory == first
    assert rezoning.run(load_scenario(path)).directory == first
    others = {first, rezoning.run(path, overrides=["solve.seed=1"]).directory}
    units = path.parent / "units.csv"
    units.write_text(units.read_text().replace("u-0-0,10,9", "u-0-0,10,8"))
    others.add(rezoning.run(path).directory)
    assert len(others) == 3


def test_the_watcher_hears_of_every_step(tiny, tmp_path):
    heard = []
    rezoning.run(tiny(), tmp_path / "out", watcher=heard.append)
    phases = list(dict.fromkeys(progress.phase for progress in heard))
    assert [phase for phase in phases if phase in {"read", "compile", "solve", "audit", "write"}] == ["read", "compile", "solve", "audit", "write"]
    assert any(progress.value is not None and progress.bound is not None for progress in heard)


# -- runs that end otherwise -----------------------------------------------------------------------------------------


def test_bad_data_writes_nothing(tiny, tmp_path):
    path = tiny()
    (path.parent / "units.csv").write_text("unit,students\n")
    with pytest.raises(DataError):
        rezoning.run(path, tmp_path / "out")
    assert names(tmp_path) == {"tiny"}


def test_a_bad_place_is_found_before_anything_is_read(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises((OutputError, ScenarioError)):
        rezoning.run(tmp_path / "nowhere.yaml", tmp_path / "file")


def test_infeasible_by_arithmetic(tiny, tmp_path):
    outcome = rezoning.run(tiny(rules={"capacity": {"min": 0, "max": 0.5}}), tmp_path / "out")
    assert outcome.exit_code == 4
    assert names(outcome.directory) == {"run.json", "scenario.yaml", "solver.log", "explanation.json", "relaxation.1.yaml"}
    assert outcome.record["status"] == "infeasible"
    assert [goal["value"] for goal in outcome.record["goals"]] == [None, None]
    assert outcome.record["problems"]
    assert outcome.record["audit"] is None
    assert outcome.record["problems"][0]["message"] in (outcome.directory / "solver.log").read_text()


def test_infeasible_by_proof(tiny, tmp_path):
    # Both schools want half of the students, but three of A's four columns are locked to it.
    locked = {"assign": {f"u-{i}-{j}": "A" for i in (0, 2) for j in range(4)}, "capacity": {"min": 0.5, "max": 1.0}}
    outcome = rezoning.run(tiny(rules=locked), tmp_path / "out")
    assert outcome.exit_code == 4
    assert outcome.record["status"] == "infeasible"
    assert outcome.record["problems"]


def test_a_limit_without_a_plan(tiny, tmp_path, engine_that):
    engine_that(lambda result: replace(result, status=Status.NO_PLAN, plan=None, goals=()))
    outcome = rezoning.run(tiny(), tmp_path / "out")
    assert outcome.exit_code == 5
    assert names(outcome.directory) == {"run.json", "scenario.yaml", "solver.log"}
    assert (outcome.record["status"], outcome.record["audit"]) == ("no_plan", None)


def test_a_plan_that_breaks_a_rule_is_rejected(tiny, tmp_path, engine_that):
    def break_a_zone(result):
        school = result.plan.school.copy()
        school[[0, 3]] = 1, 0  # the two corners of the first row change sides
        return replace(result, plan=Plan(school))

    engine_that(break_a_zone)
    outcome = rezoning.run(tiny(), tmp_path / "out")
    assert outcome.exit_code == 7
    assert names(outcome.directory) == {"run.json", "scenario.yaml", "solver.log", "trace.csv", "plan.rejected.csv"}
    assert outcome.record["audit"]["passed"] is False
    assert "contiguity" in {violation["rule"] for violation in outcome.record["audit"]["violations"]}


@pytest.mark.parametrize("off", [2e-6, -1e-3, float("nan")])
def test_a_value_that_the_second_witness_does_not_confirm_is_rejected(tiny, tmp_path, engine_that, off):
    def claim(result):
        first, *rest = result.goals
        return replace(result, goals=(replace(first, value=first.value + off, bound=None), *rest))

    engine_that(claim)
    outcome = rezoning.run(tiny(), tmp_path / "out")
    assert outcome.exit_code == 7
    (violation,) = outcome.record["audit"]["violations"]
    assert (violation["rule"], violation["subject"]) == ("objective", "dissimilarity")
    assert violation["message"].startswith("objective: the engine says dissimilarity is ")


def test_a_value_within_the_tolerance_is_confirmed(tiny, tmp_path, engine_that):
    engine_that(lambda result: replace(result, goals=tuple(replace(goal, value=goal.value + 5e-7) for goal in result.goals)))
    outcome = rezoning.run(tiny(), tmp_path / "out")
    assert outcome.exit_code == 0
    scenario, plan, district = outcome.question.scenario, outcome.plan, outcome.question.district
    assert [goal["value"] for goal in outcome.record["goals"]] == [goals.goal_value(goal, plan, district) for goal in scenario.goals]


def test_a_bound_above_the_value_is_rejected(tiny, tmp_path, engine_that):
    engine_that(lambda result: replace(result, goals=tuple(replace(goal, bound=goal.value + 0.01) for goal in result.goals)))
    outcome = rezoning.run(tiny(), tmp_path / "out")
    assert outcome.exit_code == 7
    assert outcome.record["audit"]["violations"][0]["message"].startswith("objective: the engine says no plan has dissimilarity below ")


def test_a_fault_in_the_measures_loses_no_plan(tiny, tmp_path, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(measure, "by_school", fail)
    outcome = rezoning.run(tiny(), tmp_path / "out")
    assert outcome.exit_code == 1
    assert names(outcome.directory) == FILES - {"metrics.json", "schools.csv"}
    assert pipeline.UNMEASURED in outcome.record["warnings"]
    assert "a fault" in caplog.text


def test_an_interrupt_keeps_the_best_plan(tiny, tmp_path):
    stop = threading.Event()

    def watch(progress):
        if progress.value is not None:
            stop.set()

    outcome = rezoning.run(tiny(), tmp_path / "out", watcher=watch, stop=stop)
    assert outcome.exit_code == 130
    assert names(outcome.directory) == FILES
    assert outcome.record["audit"]["passed"] is True


def test_an_interrupt_before_the_solve_writes_nothing(tiny, tmp_path):
    stop = threading.Event()
    stop.set()
    with pytest.raises(KeyboardInterrupt):
        rezoning.run(tiny(), tmp_path / "out", stop=stop)
    assert not (tmp_path / "out").exists()


def test_a_failed_run_never_touches_a_finished_one(tiny, tmp_path, engine_that):
    path = tiny()
    first = rezoning.run(path, tmp_path / "out")
    before = {file.name: file.read_bytes() for file in first.directory.iterdir()}
    engine_that(lambda result: replace(result, status=Status.NO_PLAN, plan=None, goals=()))
    failed = rezoning.run(path, tmp_path / "out")
    assert failed.directory == tmp_path / "out.failed"
    assert {file.name: file.read_bytes() for file in first.directory.iterdir()} == before
    assert names(tmp_path) == {"tiny", "out", "out.failed"}


def test_a_finished_run_replaces_a_failed_one(tiny, tmp_path):
    rezoning.run(tiny(rules={"capacity": {"min": 0, "max": 0.5}}), tmp_path / "out")
    outcome = rezoning.run(tiny(), tmp_path / "out")
    assert (outcome.exit_code, names(outcome.directory)) == (0, FILES)
    assert names(tmp_path) == {"tiny", "out"}
