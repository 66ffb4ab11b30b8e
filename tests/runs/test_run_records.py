"""Run directories that somebody has edited, cut off or saved in another encoding: refused by file and key, never taken for a fault of ours."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import few
from squares import write_polygons
from typer.testing import CliRunner

from rezoning import run
from rezoning.cli.app import app

WRONG: list[Any] = [None, True, -1, 1e300, 10**400, float("nan"), "", "text", [], [[]], {}, {"": None}, [None], "x" * 3000]
FILES = ("run.json", "scenario.yaml", "plan.csv", "schools.csv", "metrics.json", "trace.csv")
WAYS = ("cut", "empty", "utf-16", "latin-1", "nul", "list", "deep", "gone", "folder")
MAKE = {
    "report": [], "finder": [], "export": ["--to", "dra", "--to", "geojson"], "figures": ["--format", "svg"],
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    assert run(write_polygons(folder), folder / "run").exit_code == 0
    return folder


@pytest.fixture
def harmed(whole, tmp_path):
    """A copy beside the data, to be harmed."""
    place = whole / tmp_path.name
    shutil.copytree(whole / "run", place)
    yield place
    shutil.rmtree(place)


def places(document: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a document something could be something else."""
    if at:
        yield at
    if isinstance(document, dict):
        for key in document:
            yield from places(document[key], (*at, key))
    elif isinstance(document, list) and document:
        yield from places(document[0], (*at, 0))


def called(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert "Traceback" not in result.output
    return result.exit_code, result.stdout, result.stderr


def used(harmed, tmp_path, command: str) -> tuple[int, str, str]:
    said = called(command, harmed, *MAKE[command], "--json", "--replace", "--out", tmp_path / "made")
    assert said[0] in (0, 3), said
    assert json.loads(said[1])
    return said


@pytest.mark.parametrize("number", few(range(700), 250))
def test_a_wrong_value_in_the_record_is_refused_by_its_key_or_harmless(harmed, tmp_path, number):
    path = harmed / "run.json"
    document = json.loads(path.read_text())
    cases = [(place, value) for place in places(document) for value in [*WRONG, "gone"]]
    for place, value in cases[number::700]:
        edited = json.loads(path.read_text())
        at = edited
        for part in place[:-1]:
            at = at[part]
        if value == "gone":
            del at[place[-1]]
        else:
            at[place[-1]] = value
        (harmed / "run.json").write_text(json.dumps(edited))
        code, _, err = used(harmed, tmp_path, list(MAKE)[number % len(MAKE)])
        if code == 3:
            assert "run.json" in err
            assert str(place[0]) in err, (place, value, err)
        path.write_text(json.dumps(document))


HARMS = [(file, way, command) for file in FILES for way in WAYS for command in MAKE]


@pytest.mark.parametrize(("file", "way", "command"), few(HARMS, 50))
def test_a_harmed_file_is_named(harmed, tmp_path, file, way, command):
    path = harmed / file
    text = path.read_text(encoding="utf-8")
    if way in ("gone", "folder"):
        path.unlink()
        if way == "folder":
            path.mkdir()
    else:
        path.write_bytes({
            "cut": text[: len(text) // 2].encode(), "empty": b"", "utf-16": text.encode("utf-16"), "latin-1": b"\xe9\xff" + text.encode(),
            "nul": b"\0" * 100 + text.encode(), "list": b"[1, 2]", "deep": b"[" * 100_000 + b"]" * 100_000,
        }[way])  # fmt: skip
    code, _, err = used(harmed, tmp_path, command)
    if code == 3:
        assert file in err or "found no plan" in err


@pytest.mark.parametrize(("file", "way"), few([(file, way) for file in ("run.json", "plan.csv", "scenario.yaml") for way in ("cut", "nul")], 5))
def test_comparing_and_evaluating_a_harmed_run_is_no_fault(harmed, whole, tmp_path, file, way):
    path = harmed / file
    text = path.read_bytes()
    path.write_bytes(text[: len(text) // 2] if way == "cut" else b"\0" * 100 + text)
    for command in ("evaluate", "compare"):
        code, out, _ = called(command, whole / "scenario.yaml", harmed, "--json")
        assert code in (0, 3)
        assert json.loads(out)
