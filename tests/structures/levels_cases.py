"""The cases of several levels as scenarios, and what runs of them say."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from cases_reader import need, scenario_of
from typer.testing import CliRunner

from rezoning.cli.app import app

TWO, JOINT = "B-two-levels", "B-joint-beats-sequence"
LEVELS = ("elementary", "middle")
TOTAL = {"elementary": 342, "middle": 183}
BOTH = [{"minimize": "dissimilarity", "group": "low_income", "level": level, "weight": 1} for level in LEVELS]


def level(name: str, **more: Any) -> dict[str, Any]:
    """A level of the cases: columns of units.csv, and its schools."""
    schools = {"path": "schools.csv", "id": "school", "capacity": "capacity", "unit": "unit", "filter": {"column": "level", "equals": name}}
    return {"students": f"students_{name}", "groups": {"low_income": f"low_income_{name}"}, "schools": schools, **more}


def asked(case: str, goals: list[dict[str, Any]], *feeders: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A scenario of a case with both levels; `more` are further keys of a level by its name."""
    today = {name: {"current_school": f"{name}_today"} for name in LEVELS if case == TWO and "current" not in more.get(name, {})}
    return {
        "name": "levels",
        "data": {"units": {"path": "units.csv", "id": "unit"}, "adjacency": {"path": "adjacency.csv"}},
        "levels": {name: level(name, **{**today.get(name, {}), **more.get(name, {})}) for name in LEVELS},
        "rules": {"capacity": {"max": 1}, **({"feeders": list(feeders)} if feeders else {})},
        "goals": goals,
        "solve": {"gap": 0, "gap_abs": 0},
    }


def alone(case: str, name: str, goals: list[dict[str, Any]]) -> dict[str, Any]:
    """One level as an ordinary scenario of one level."""
    said = level(name)
    schools = said.pop("schools")
    return {
        "name": "alone",
        "data": {"units": {"path": "units.csv", "id": "unit", **said}, "schools": schools, "adjacency": {"path": "adjacency.csv"}},
        "rules": {"capacity": {"max": 1}},
        "goals": goals,
        "solve": {"gap": 0, "gap_abs": 0},
    }


def commanded(*words: object) -> Any:
    """What a command answers: its exit code and output."""
    return CliRunner().invoke(app, [str(word) for word in words])


def solved(case: str, said: dict[str, Any], tmp_path: Path, solver: str) -> Path:
    """The run of a case's scenario through the command line, which ends well, passes the audit and is proven."""
    file = scenario_of(case, tmp_path / "case", said)
    out = tmp_path / f"{said['name']}-{solver}"
    done = commanded("run", file, "--out", out, "--set", f"solve.solver={solver}", "--quiet")
    assert done.exit_code == 0, done.output
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["audit"]["passed"]
    assert record["status"] == "optimal", record["status"]
    assert all(goal["ended"] == "proven" for goal in record["goals"])
    return out


def document(run: Path, name: str = "run.json") -> Any:
    """A JSON document of a run."""
    return json.loads((run / name).read_text(encoding="utf-8"))


def plan_of(run: Path, name: str) -> dict[str, str]:
    """School of each unit at a level."""
    with (run / f"plan.{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit_id"]: row["school_id"] for row in csv.DictReader(file)}


def put_plans(folder: Path, plans: dict[str, dict[str, str]]) -> Path:
    """A folder with a plan file for each level."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, plan in plans.items():
        (folder / f"plan.{name}.csv").write_text("\n".join(["unit,school", *(f"{u},{s}" for u, s in plan.items())]), encoding="utf-8")
    return folder


def whole(case: str) -> dict[str, Any]:
    """All of a case's reference."""
    found: dict[str, Any] = json.loads((need(case) / "reference.json").read_text(encoding="utf-8"))
    return found
