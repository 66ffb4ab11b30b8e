"""The names that users get: listed, documented, each what it says, and printed on one screen."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from squares import write_polygons

import rezoning

SCREEN = (24, 200)  # lines and columns
ASKED = (
    "load_scenario load_district formulate solve audit measure run evaluate ensemble explain frontier write_report write_export "
    "District Plan Scenario Result"
)


def test_the_surface_is_what_the_docstring_lists():
    listed = set(re.findall(r"`(\w+)`", inspect.getdoc(rezoning) or "")) - {"problems"}
    assert listed == set(rezoning.__all__)
    assert set(ASKED.split()) <= listed


def test_every_error_that_users_can_mend_is_on_it():
    from rezoning import errors

    kinds = {name for name, one in vars(errors).items() if inspect.isclass(one) and issubclass(one, errors.RezoningError)}
    assert kinds <= set(rezoning.__all__)


def test_completion_shows_it_and_nothing_else():
    code = "import rezoning.commands.run, rezoning.optimize.engine, rezoning\nprint(*[name for name in dir(rezoning)])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(rezoning.__all__)


@pytest.mark.parametrize("name", rezoning.__all__)
def test_every_name_is_documented(name):
    one = getattr(rezoning, name)
    text = inspect.getdoc(one) or ""
    assert text
    if inspect.isfunction(one) and len(inspect.signature(one).parameters) > 1:
        assert "Parameters\n----------" in text


def test_no_room_has_the_name_of_a_function():
    rooms = {path.stem for path in Path(rezoning.__file__).parent.iterdir()}
    assert not rooms & set(rezoning.__all__)


def test_what_they_give_is_printed_on_one_screen(tmp_path):
    path = write_polygons(tmp_path)
    scenario = rezoning.load_scenario(path)
    district = rezoning.load_district(scenario.data)
    problem = rezoning.formulate(district, scenario)
    result = rezoning.solve(problem, scenario.solve)
    outcome = rezoning.run(path, tmp_path / "run")
    option = rezoning.evaluate(path, tmp_path / "run")
    given = [
        scenario,
        district,
        problem,
        result,
        result.plan,
        rezoning.audit(result.plan, district, scenario.rules),
        outcome,
        outcome.question,
        option,
    ]
    why, curve = rezoning.explain(path), rezoning.frontier(path, ["dissimilarity", "reassigned"], tmp_path / "frontier", points=2)
    given += [why, curve, rezoning.compare(path, [tmp_path / "run"]), rezoning.validate(path), rezoning.diagnose(path, seconds=0)]
    given += [rezoning.ensemble(path, steps=400, every=20, audits=0)]
    assert list(why.to_frame().columns) == ["key", "from", "to", "words", "is_minimal"]
    assert list(curve.to_frame().index) == [1, 2]
    assert curve.plot(ax=Figure().subplots()).get_xlabel()
    speaking = [one for one in given if hasattr(one, "_repr_html_")]
    assert len(speaking) == len(given) - 1  # a formulation is for engines
    assert all(one._repr_html_().count("<tr>") <= SCREEN[0] * 3 for one in speaking)
    given += [rezoning.write_report([tmp_path / "run"]), rezoning.write_export([tmp_path / "run"], ["baf"])]
    for one in given:
        lines = repr(one).splitlines()
        assert 0 < len(lines) <= SCREEN[0], one
        assert max(map(len, lines)) <= SCREEN[1], one
    assert (tmp_path / "run-report" / "report.html").exists()
    assert (tmp_path / "run-export").is_dir()
    assert option.audit.passed
