"""Small cases of structures with every right value, where they are beside the project: plain tables and `reference.json`, without scenario keys."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

STRUCTURES = Path(__file__).resolve().parents[3] / "shared" / "structures"


def need(name: str) -> Path:
    """The folder of a case; skips where it is not beside the project."""
    folder = STRUCTURES / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder


def reference(name: str) -> dict[str, Any]:
    """The right values of a case, by their names."""
    values: dict[str, Any] = json.loads((need(name) / "reference.json").read_text(encoding="utf-8"))["values"]
    return values


def scenario_of(name: str, tmp_path: Path, said: dict[str, Any]) -> Path:
    """A scenario file beside copies of the case's tables; JSON, which YAML is more than."""
    shutil.copytree(need(name), tmp_path, dirs_exist_ok=True)
    file = tmp_path / "scenario.yaml"
    file.write_text(json.dumps(said, indent=1), encoding="utf-8")
    return file


def plan_of(run: Path) -> dict[str, str]:
    """School of each unit in a run's plan.csv."""
    with (run / "plan.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit_id"]: row["school_id"] for row in csv.DictReader(file)}


def record_of(run: Path) -> dict[str, Any]:
    """run.json of a run."""
    record: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return record
