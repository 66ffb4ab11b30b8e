"""Standard output holds the result and nothing else, whatever libraries print; streams that are closed, full or left early are no fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from squares import write_polygons

import rezoning
from rezoning import run

NOISE = """
import importlib.abc, os, sys

class Loud(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in ("numpy", "pandas", "shapely", "ruamel.yaml"):
            print("noise of Python")
            try:
                os.write(1, b"noise of C\\n")
                sys.__stdout__.write("noise on the first stream\\n")
                sys.__stdout__.flush()
            except (OSError, AttributeError):
                pass

sys.meta_path.insert(0, Loud())
"""
ROOT = Path(rezoning.__file__).parent.parent


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A scenario and its run, and a library that prints."""
    folder = tmp_path_factory.mktemp("town")
    assert run(write_polygons(folder), folder / "run").exit_code == 0
    (folder / "loud").mkdir()
    (folder / "loud" / "sitecustomize.py").write_text(NOISE)
    return folder


def called(town, *args, prefix=(), **kwargs):
    """The command in a process of its own whose libraries print."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(town / "loud"), str(ROOT)])}
    words = [*prefix, sys.executable, "-m", "rezoning", *map(str, args)]
    return subprocess.run(words, cwd=town, env=environment, capture_output=True, text=True, check=False, timeout=300, **kwargs)


def shell(town, script, *args):
    """The same with the streams as a shell sets them up; ``"$@"`` is the command."""
    return called(town, *args, prefix=("bash", "-c", script, "bash"))


COMMANDS = {
    "run": ("run", "scenario.yaml", "--out", "again"),
    "validate": ("validate", "scenario.yaml"),
    "show": ("show", "scenario.yaml"),
    "evaluate": ("evaluate", "scenario.yaml", "run"),
    "compare": ("compare", "scenario.yaml", "run", "run", "--out", "table"),
    "explain": ("explain", "scenario.yaml", "--seconds", "3"),
    "frontier": ("frontier", "scenario.yaml", "--goals", "dissimilarity,reassigned", "--points", "2", "--out", "trade"),
    "report": ("report", "run", "--out", "told"),
    "finder": ("finder", "run", "--out", "found"),
    "export": ("export", "run", "--to", "gpkg", "--out", "sent"),
    "figures": ("figures", "run", "--format", "png", "--out", "drawn"),
    "doctor": ("doctor",),
}
QUICK = ("run", "show")


def some(names):
    return [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.mark.parametrize("command", some(COMMANDS))
def test_json_is_one_document_however_loud_the_libraries_are(town, command):
    done = called(town, *COMMANDS[command], "--json")
    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), dict)
    assert "noise of C" in done.stderr
    assert "noise of Python" in done.stderr


@pytest.mark.parametrize("command", some(name for name in COMMANDS if name != "doctor"))
@pytest.mark.parametrize("how", ["bad", "usage", "place"])
def test_json_is_one_document_where_the_command_fails(town, command, how):
    words = list(COMMANDS[command])
    if how == "bad":
        words[1] = "nowhere"
    elif how == "usage":
        words.append("--loud")
    elif "--out" not in words:
        pytest.skip("it writes nothing")
    else:
        words[words.index("--out") + 1] = "scenario.yaml"
    done = called(town, *words, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == document["exit_code"] == {"bad": 3, "usage": 2, "place": 2}[how]
    assert all(problem["message"] in done.stderr for problem in document["problems"])
    assert "Traceback" not in done.stderr


def test_quiet_is_quiet(town):
    done = called(town, *COMMANDS["run"], "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "again\n", "")


def test_an_interrupt_is_a_document_too(town):
    words = "import os, signal, sys; sys.argv = ['rezoning', 'validate', 'scenario.yaml', '--json']\n"
    words += "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"  # whoever started the tests may be deaf to it, and what they start too
    words += "import rezoning.commands.run\nrezoning.commands.run.read_district = lambda _: os.kill(os.getpid(), signal.SIGHUP)\n"
    words += "from rezoning.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", words], cwd=town, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["exit_code"]) == (130, 130)
    assert done.stderr == "Interrupted; nothing was written.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is full")
def test_a_full_standard_output_is_said(town):
    done = shell(town, '"$@" >/dev/full', "show", "scenario.yaml")
    assert done.returncode == 2
    assert done.stderr.endswith("standard output: cannot be written (No space left on device). Send it to a place that has room.\n")
    done = shell(town, '"$@" >/dev/full', "run", "scenario.yaml", "--out", "full", "--json")
    assert done.returncode == 2
    assert done.stderr.endswith("  full: the results themselves are here.\n")
    assert (town / "full" / "plan.csv").exists()
    assert shell(town, '"$@" 2>/dev/full', "run", "nowhere.yaml").returncode == 3


STREAMS = {"out": '"$@" >&-', "err": '"$@" 2>&-', "in": '"$@" <&-', "all": '"$@" <&- >&- 2>&-', "left": '"$@" | true; exit ${PIPESTATUS[0]}'}


@pytest.mark.parametrize("how", [how if how in ("out", "left") else pytest.param(how, marks=pytest.mark.slow) for how in STREAMS])
def test_closed_streams_are_no_fault_and_no_file_takes_their_place(town, how):
    done = shell(town, STREAMS[how], "run", "scenario.yaml", "--out", "closed", "--json")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    if done.stdout:
        json.loads(done.stdout)
    for path in (town / "closed").iterdir():
        assert path.name == "solver.log" or "noise" not in path.read_text()  # that one is for what solvers' libraries print
    json.loads((town / "closed" / "run.json").read_text())
    assert shell(town, STREAMS[how], "run", "nowhere.yaml").returncode == 3
    assert shell(town, STREAMS[how], "--help").returncode == 0


@pytest.mark.slow
def test_a_little_memory_is_said_and_no_file_is_blamed(town):
    for megabytes in (200, 300, 450, 600):
        done = shell(town, f'ulimit -v {1024 * megabytes}; "$@"', "validate", "scenario.yaml", "--json")
        assert "Traceback" not in done.stderr
        assert done.returncode in (0, 1), (megabytes, done.stderr)
        if done.returncode:
            assert json.loads(done.stdout)["error"] == "out of memory", (megabytes, done.stderr[-2000:])
