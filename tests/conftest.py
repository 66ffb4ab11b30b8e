"""A tiny district drawn as text, written as files with its scenario."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from browsing import axe, browser, opened, violations  # noqa: F401 (fixtures)
from hypothesis import HealthCheck, settings

# The same few examples in every run, so that a failure is the change's; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("same", derandomize=True, max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", settings.get_profile("same"), derandomize=False, max_examples=200, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
os.environ.pop("COLUMNS", None)  # a terminal's width, which the workers of a parallel run inherit, is no fact of a page

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL, LARGE = ("baltimore/relieve", "shaker_heights/balance", "mount_vernon/balance"), "fairfax_hs/balance"  # scenarios there
EACH_REAL = [*REAL, pytest.param(LARGE, marks=pytest.mark.slow)]


LONG = (
    "test_faults",
    "test_shapes",
    "test_pages_shared",
    "test_shared_runs",
    "test_cli_stdout",
    "test_cli_terminal",
    "test_published_attack",
    "test_levers_oracle",
    "test_fuzz_levers",
    "test_shared_cases",
    "test_kills",
    "test_finder_browser",
)
"""Files that take longest: they begin first, so that no worker is left with one when the others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file's tests stay with one worker, for what they share is made once; files begin in the order in which they are collected."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log) if config.getoption("dist") == "load" else None


# Twelve units, two schools: A stands in the west, B in the east; the poor live in the west, so today's zones are segregated.
TODAY = """
AABB
AABB
AABB
"""
STUDENTS = 10
POOR = (9, 6, 3, 1)  # by column
SCHOOLS = {"A": "u-1-0", "B": "u-1-3"}

ScenarioWriter = Callable[..., Path]


def few(values: Iterable[Any], every: int) -> list[Any]:
    """Every so many by default; the others are slow, for those who have more time."""
    each = [(value if type(value) is tuple else (value,)) for value in values]  # a tuple is the values of several names
    return [pytest.param(*value, marks=() if i % every == 0 else pytest.mark.slow) for i, value in enumerate(each)]


def swept(quick: Sequence[Any], all_: Iterable[Any]) -> list[Any]:
    """Lists of values: each quick one alone, and the others by the fifty in slow tests, for thousands of tests take long to be counted alone."""
    others = [value for value in all_ if value not in quick]
    slow = [others[k : k + 50] for k in range(0, len(others), 50)]
    return [
        *(pytest.param([value], id=str(value)) for value in quick),
        *(pytest.param(many, id=f"{many[0]}-{many[-1]}", marks=pytest.mark.slow) for many in slow),
    ]


def shared_out(names: Sequence[str], quick: Sequence[Any], all_: Sequence[Any]) -> list[Any]:
    """As `swept`, with a name for each: the quick values take turns with the names, and in the slow tests every value is under every name."""
    each = [(name, values) for k, name in enumerate(names) for values in swept(quick[k :: len(names)], all_)]
    return [pytest.param(*values.values, name, id=f"{name}-{values.id}", marks=values.marks) for name, values in each]


def cells(drawing: str) -> dict[str, str]:
    """Unit id (``u-row-column``) to the letter drawn there."""
    rows = drawing.split()
    return {f"u-{i}-{j}": letter for i, row in enumerate(rows) for j, letter in enumerate(row)}


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_district(folder: Path, drawing: str = TODAY) -> None:
    """units.csv, schools.csv, travel.csv and edges.csv of a drawing; a dot is a unit without a school today."""
    today = cells(drawing)
    place = {unit: tuple(int(part) for part in unit.split("-")[1:]) for unit in today}
    units = [
        {"unit": unit, "students": STUDENTS, "poor": POOR[place[unit][1]], "today": "" if school == "." else school} for unit, school in today.items()
    ]
    write_rows(folder / "units.csv", units)
    write_rows(folder / "schools.csv", [{"school": s, "name": f"{s} Elementary", "seats": 70, "unit": u} for s, u in SCHOOLS.items()])
    distance = {
        (unit, school): 2 * (abs(place[unit][0] - place[home][0]) + abs(place[unit][1] - place[home][1]))
        for unit in today
        for school, home in SCHOOLS.items()
    }
    write_rows(folder / "travel.csv", [{"from_id": unit, "to_id": school, "value": value} for (unit, school), value in distance.items()])
    edges = [{"u": a, "v": b} for a, (i, j) in place.items() for b in (f"u-{i + 1}-{j}", f"u-{i}-{j + 1}") if b in place]
    write_rows(folder / "edges.csv", edges)


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with `changes` merged into it, section by section; None takes a key away."""
    result = dict(base)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key, {}), value) if isinstance(value, dict) else value
    return result


SCENARIO: dict[str, Any] = {
    "name": "tiny",
    "data": {
        "units": {"path": "units.csv", "id": "unit", "students": "students", "groups": {"poor": "poor"}, "current_school": "today"},
        "schools": {"path": "schools.csv", "id": "school", "name": "name", "capacity": "seats", "unit": "unit"},
        "travel": {"path": "travel.csv", "measure": "minutes"},
        "adjacency": {"path": "edges.csv"},
    },
    "rules": {"capacity": {"min": 0.5, "max": 1.0}},
    "goals": [{"minimize": "dissimilarity", "group": "poor"}, {"minimize": "reassigned"}],
    "solve": {"method": "exact", "time_limit": 30, "gap": 0, "threads": 1},
}


@pytest.fixture
def tiny(tmp_path: Path) -> ScenarioWriter:
    """Write the tiny district and its scenario with changes merged in; gives the scenario's path."""

    def write(drawing: str = TODAY, **changes: Any) -> Path:
        folder = tmp_path / "tiny"
        folder.mkdir(exist_ok=True)
        write_district(folder, drawing)
        path = folder / "scenario.yaml"
        path.write_text(json.dumps(merged(SCENARIO, changes), indent=1), encoding="utf-8")  # JSON is YAML
        return path

    return write


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, str, str]]:
    """Run the command line in a fresh working directory; gives exit code, stdout and stderr."""
    from rezoning.cli.app import app

    monkeypatch.chdir(tmp_path)

    def command(*args: Any) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as ended:
            app([str(arg) for arg in args])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return ended.value.code, said.out, said.err

    return command
