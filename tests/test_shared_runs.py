"""The main job on the real districts, where they are beside the project, and on riverbend; each run checked from outside."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import LARGE, REAL, few

from rezoning.commands.publishing import write_report
from rezoning.commands.run import run
from rezoning.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
CHECK = SHARED / "accept" / "verify_run.py"
SECONDS, WORKED_SECONDS = 6, 2


@pytest.mark.shared
@pytest.mark.parametrize("name", few([*REAL, LARGE], 2))
def test_a_real_district_ends_with_a_better_plan_that_holds(name, tmp_path):
    scenario = SHARED / "data" / f"{name}.yaml"
    if not scenario.exists() or not CHECK.exists():
        pytest.skip(f"{scenario} is not beside the project")
    outcome = run(scenario, tmp_path / "run", overrides=[f"solve.time_limit={SECONDS}"])
    assert outcome.exit_code == 0
    first = outcome.record["goals"][0]
    assert first["value"] < first["today"]
    assert first["bound"] is not None
    assert first["bound"] <= first["value"] + 1e-9
    done = subprocess.run([sys.executable, str(CHECK), str(scenario), str(tmp_path / "run")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name", few(["riverbend-levers", *(f"riverbend-{name}" for name in ("relieve", "budget", "weighted", "locked", "unshaped"))], 6)
)
def test_every_worked_scenario_runs(name, tmp_path):
    outcome = run(ROOT / "scenarios" / f"{name}.yaml", tmp_path / "run", overrides=[f"solve.time_limit={WORKED_SECONDS}"])
    assert outcome.exit_code == 0
    assert outcome.record["audit"]["passed"]
    today = load_scenario(tmp_path / "run" / "scenario.yaml")
    assert today.solve.time_limit == WORKED_SECONDS


@pytest.mark.slow
def test_the_example_is_what_it_promises(tmp_path):
    """Its findings are met, borders no longer than today's, no school over its seats in any year, segregation far below today's."""
    outcome = run(ROOT / "scenarios" / "riverbend.yaml", tmp_path / "run")
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert outcome.exit_code == 0
    assert metrics["plan"]["boundary_km"] <= metrics["today"]["boundary_km"] + 1e-6
    assert metrics["plan"]["dissimilarity"]["low_income"] < 0.6 * metrics["today"]["dissimilarity"]["low_income"]
    report = write_report([tmp_path / "run"], tmp_path / "report")
    option = json.loads((report.directory / "statement.json").read_text())["A"]
    assert {finding["number"] for finding in option["findings"] if finding["status"] == "meets"} >= {1, 2, 3, 5, 6, 7, 8, 9}
    assert option["verdict"]["status"] == "meets"


def test_the_written_scenario_runs_from_its_directory(tmp_path):
    shutil.copytree(ROOT / "scenarios" / "riverbend", tmp_path / "scenarios" / "riverbend")
    for name in ("riverbend.yaml", "riverbend-unshaped.yaml"):
        shutil.copy(ROOT / "scenarios" / name, tmp_path / "scenarios")
    outcome = run(tmp_path / "scenarios" / "riverbend-unshaped.yaml", tmp_path / "first", overrides=["solve.time_limit=1"])
    again = run(tmp_path / "first" / "scenario.yaml", tmp_path / "again")
    assert (outcome.exit_code, again.exit_code) == (0, 0)
    assert json.loads((tmp_path / "again" / "run.json").read_text())["goals"][0]["today"] == outcome.record["goals"][0]["today"]
