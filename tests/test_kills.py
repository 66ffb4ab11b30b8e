"""Commands killed at any moment, again and again in one place: nothing is lost, nothing is mixed, and the next command leaves nothing behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import rezoning

if not sys.platform.startswith("linux"):
    pytest.skip("processes are looked up in /proc", allow_module_level=True)

ROOT = Path(rezoning.__file__).parent.parent
# Writing takes long enough to be met by many of the kills.
SLOW_DISK = """
import os, time
real = os.fsync
def fsync(handle):
    time.sleep(0.03)
    real(handle)
os.fsync = fsync
"""
RUN_FILES = {"run.json", "scenario.yaml", "solver.log", "plan.csv", "trace.csv", "metrics.json", "schools.csv"}
GOALS = ("--goals", "dissimilarity,reassigned", "--points", "3")


class Place:
    """Where commands are started and killed, with a disk that is slow and temporary files of its own."""

    def __init__(self, tmp_path: Path, scenario: Path) -> None:
        self.folder, self.scenario = tmp_path / "work", scenario
        for part in ("work", "slow", "temporary"):
            (tmp_path / part).mkdir()
        (tmp_path / "slow" / "sitecustomize.py").write_text(SLOW_DISK)
        path = os.pathsep.join([str(tmp_path / "slow"), str(ROOT)])
        self.temporary = tmp_path / "temporary"
        self.environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(self.temporary)}

    def start(self, *args) -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "rezoning", *map(str, args)]
        return subprocess.Popen(words, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                start_new_session=True)  # fmt: skip

    def done(self, *args) -> None:
        process = self.start(*args)
        said = process.communicate(timeout=300)[1]
        assert process.returncode == 0, said

    def killed(self, rng: random.Random, *args) -> bool:
        """Kill the command at some moment, mostly while it writes; whether it was met alive."""
        process = self.start(*args)
        end = time.monotonic() + (rng.uniform(0.1, 4) if rng.random() < 0.3 else 120)
        before = self.hidden()
        while process.poll() is None and time.monotonic() < end and not self.hidden() - before:
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.4) if rng.random() < 0.8 else 0)
        is_met = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        limit = time.monotonic() + 10
        while (left := alive(process.pid)) and time.monotonic() < limit:
            time.sleep(0.05)
        assert not left
        return is_met

    def hidden(self) -> set[Path]:
        """Temporary places; folders may vanish while they are looked through."""
        return {Path(inside, name) for inside, folders, files in os.walk(self.folder) for name in (*folders, *files) if name.startswith(".")}

    def is_clean(self) -> None:
        assert self.hidden() == set()
        assert list(self.temporary.iterdir()) == []


def alive(session: int) -> list[int]:
    """Processes of a session that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of = path.read_text().rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        if int(of) == session and state not in "ZX":
            found.append(int(path.parent.name))
    return found


@pytest.fixture
def place(tmp_path, tiny):
    return Place(tmp_path, tiny(goals=[{"minimize": "dissimilarity", "group": "poor"}]))


@pytest.mark.parametrize("kills", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_a_run_is_there_whole_however_often_it_is_killed(place, kills):
    rng, met = random.Random(kills), 0
    for seed in range(kills):
        met += place.killed(rng, "run", place.scenario, "--out", "here", "--set", f"solve.seed={seed}")
        here = place.folder / "here"
        if here.exists():
            assert {path.name for path in here.iterdir()} == RUN_FILES
            said = YAML(typ="safe").load((here / "scenario.yaml").read_text())["solve"]["seed"]
            assert json.loads((here / "run.json").read_text())["seed"] == said <= seed
    place.done("run", place.scenario, "--out", "here", "--set", f"solve.seed={kills}")
    assert json.loads((place.folder / "here" / "run.json").read_text())["seed"] == kills
    place.is_clean()
    assert met >= kills / 2


@pytest.mark.parametrize("kills", [pytest.param(30, marks=pytest.mark.slow)])
def test_a_report_is_there_whole_however_often_it_is_killed(place, kills):
    rng, there = random.Random(kills), place.folder / "told"
    place.done("run", place.scenario, "--out", "here")
    for number in range(kills):
        place.killed(rng, "report", "here", "--out", "told", "--set", f"report.title=Number {number}")
        if there.exists():
            assert {path.name for path in there.iterdir()} == {"report.html", "statement.json", "statement.csv"}
            assert list(json.loads((there / "statement.json").read_text())) == ["A"]
            assert (there / "report.html").read_text().rstrip().endswith("</html>")
    place.done("report", "here", "--out", "told", "--set", "report.title=The last")
    assert "The last" in (there / "report.html").read_text()
    place.is_clean()


@pytest.mark.parametrize("kills", [pytest.param(30, marks=pytest.mark.slow)])
def test_a_frontier_goes_on_cleanly_however_often_it_is_killed(place, kills):
    rng, there = random.Random(kills), place.folder / "trade"
    for _ in range(kills):
        place.killed(rng, "frontier", place.scenario, *GOALS, "--out", "trade")
        for path in there.rglob("[!.]*.json"):
            json.loads(path.read_text())
    place.done("frontier", place.scenario, *GOALS, "--out", "trade")
    place.done("frontier", place.scenario, *GOALS, "--out", "undisturbed")
    ours, theirs = (json.loads((folder / "frontier.json").read_text()) for folder in (there, place.folder / "undisturbed"))
    assert [point["values"] for point in ours["points"]] == [point["values"] for point in theirs["points"]]
    assert {path.relative_to(there) for path in there.rglob("*")} == {
        path.relative_to(place.folder / "undisturbed") for path in (place.folder / "undisturbed").rglob("*")
    }
    place.is_clean()


def test_two_commands_at_once_leave_one_whole_result(place):
    started = [place.start("run", place.scenario, "--out", "here", "--set", f"solve.seed={seed}") for seed in (1, 2)]
    for process in started:
        said = process.communicate(timeout=300)[1]
        assert process.returncode == 0, said
    here = place.folder / "here"
    assert {path.name for path in here.iterdir()} == RUN_FILES
    said = YAML(typ="safe").load((here / "scenario.yaml").read_text())["solve"]["seed"]
    assert json.loads((here / "run.json").read_text())["seed"] == said
    place.is_clean()
