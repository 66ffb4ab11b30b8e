"""A whole suite: its smallest instance with two settings, and its tables again without running anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def called(*words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, PROJECT / "benchmarks" / "run.py", *words], capture_output=True, text=True, check=False, env=environment, cwd=PROJECT.parent
    )


@pytest.mark.slow
def test_the_smallest_instance_with_two_settings(tmp_path):
    asked = ("--suite", "settings", "--folder", tmp_path, "--seconds", "1", "--seeds", "1", "--instances", "plain-60x3")
    ran = called(*asked, "--settings", "default", "tree-off", "--workers", "2")
    assert ran.returncode == 0, ran.stderr
    assert "2/2 plain-60x3" in ran.stderr
    runs = sorted((tmp_path / "points" / "runs").iterdir())
    assert len(runs) == 2
    assert len((tmp_path / "settings.csv").read_text(encoding="utf-8").splitlines()) == 3
    before = [(path / "run.json").stat().st_mtime_ns for path in runs]
    again = called(*asked, "--settings", "default", "tree-off", "--table")
    assert (again.stdout, again.stderr) == (ran.stdout, "")
    assert [(path / "run.json").stat().st_mtime_ns for path in runs] == before
    assert "| default | 1 |" in ran.stdout
    assert "| plain-60x3 | 60 × 3 |" in ran.stdout
    fewer = called(*asked, "--settings", "default", "highs", "tree-off", "--table")
    assert "2 of 3 runs are there, and 0 are compared" in fewer.stdout


def test_wrong_names_are_said():
    done = called("--suite", "settings", "--folder", "nowhere", "--instances", "plane-60x3")
    assert done.returncode == 2
    assert "plane-60x3 is none of" in done.stderr
