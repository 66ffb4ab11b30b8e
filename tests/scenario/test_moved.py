"""A run is moved, alone, with its project, through links, to other systems; its files are found by what they hold, and nothing else is believed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import conftest
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_runs import make_run

from rezoning import load_district, load_scenario
from rezoning.errors import DataError
from rezoning.runs.option_read import read_options
from rezoning.scenario.digest import digest
from rezoning.scenario.moved import INPUTS, name_of, parts_of
from rezoning.scenario.resolve import resolved, said_key, scenario_key

FILES = ("units.csv", "schools.csv", "travel.csv", "edges.csv")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with a run in it; copies of it are moved about."""
    folder = tmp_path_factory.mktemp("project")
    conftest.write_district(folder)
    (folder / "scenario.yaml").write_text(json.dumps(conftest.SCENARIO))
    make_run(folder / "scenario.yaml", folder / "runs" / "one")
    return folder


@pytest.fixture
def there(project, tmp_path):
    """A copy of the project that is elsewhere; the place where it was is not there for its run."""
    folder = tmp_path / "project"
    shutil.copytree(project, folder)
    _record(folder / "runs" / "one", lambda path: path.replace(str(project), "/gone/with/it"))
    return folder


def _record(directory: Path, change) -> None:
    record = json.loads((directory / "run.json").read_text())
    for one in record["inputs"]:
        one["path"] = change(one["path"])
    (directory / "run.json").write_text(json.dumps(record))


def _is_whole(directory: Path) -> bool:
    (option,) = read_options([directory])
    return option.changed == () and option.is_run and option.goals[0]["bound"] is not None


def test_a_run_that_is_moved_alone_finds_its_files_where_it_read_them(project, tmp_path):
    moved = tmp_path / "some" / "where" / "else"
    shutil.copytree(project / "runs" / "one", moved)
    assert _is_whole(moved)
    assert load_scenario(moved / "scenario.yaml").data.units.path == project / "units.csv"


def test_a_project_is_moved_as_a_whole(there):
    assert _is_whole(there / "runs" / "one")


def test_a_run_is_moved_within_a_project_that_was_moved(there):
    (there / "archive" / "of" / "2024").mkdir(parents=True)
    shutil.move(there / "runs" / "one", there / "archive" / "of" / "2024" / "one")
    assert _is_whole(there / "archive" / "of" / "2024" / "one")


def test_a_run_is_reached_through_a_link(there, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(there / "runs" / "one")
    assert _is_whole(link)
    assert load_scenario(link / "scenario.yaml").data.units.path == there / "units.csv"


@pytest.mark.parametrize("inside", ["", "data/of/ours"])
def test_files_are_put_into_the_folder_beside(there, tmp_path, inside):
    moved = tmp_path / "mailed"
    shutil.move(there / "runs" / "one", moved)
    (moved / INPUTS / inside).mkdir(parents=True)
    for name in FILES:
        shutil.move(there / name, moved / INPUTS / inside / name)
    assert _is_whole(moved)


def test_a_record_of_windows_names_places_that_are_not_looked_at(there, tmp_path):
    moved = tmp_path / "mailed"
    shutil.move(there / "runs" / "one", moved)
    _record(moved, lambda path: "D:" + path.replace("/", "\\"))
    for name in FILES:
        (moved / INPUTS).mkdir(exist_ok=True)
        shutil.copy(there / name, moved / INPUTS / name)
    assert _is_whole(moved)
    (moved / INPUTS / "edges.csv").unlink()
    with pytest.raises(DataError) as failed:
        load_district(load_scenario(moved / "scenario.yaml").data)
    (problem,) = failed.value.problems
    assert "D:\\gone\\with\\it\\edges.csv (a place of another system)" in problem.message


def test_another_file_of_the_name_is_not_believed_where_the_right_one_is(project, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for name in FILES:
        (other / name).write_text("of another district\n")
    shutil.copytree(project / "runs" / "one", other / "runs" / "one")
    assert _is_whole(other / "runs" / "one")


def test_what_is_nowhere_is_said_with_every_place_and_the_cure(there, tmp_path):
    moved = tmp_path / "mailed"
    shutil.move(there / "runs" / "one", moved)
    (moved / INPUTS).mkdir()
    (moved / INPUTS / "units.csv").write_text("of another district\n")
    with pytest.raises(DataError) as failed:
        read_options([moved])
    problems = {name: next(one for one in failed.value.problems if f"{name} of this run" in one.message) for name in FILES}
    said = problems["units.csv"]
    assert said.place.startswith(f"{moved}/scenario.yaml, line ")
    assert said.place.endswith(", data.units.path")
    for place in (f"{moved}/inputs/units.csv (holds something else)", "/gone/with/it/units.csv (not there)"):
        assert place in said.message
    assert f"Put it into {moved}/inputs (SHA-256 {digest(there / 'units.csv')[:12]}…)" in said.cure
    assert "rezoning pack" in said.cure
    # what asks for no data is answered all the same
    assert load_scenario(moved / "scenario.yaml").name == "tiny"


def test_what_has_changed_where_it_was_is_read_and_said(there):
    (there / "units.csv").write_text((there / "units.csv").read_text().replace("u-0-0,10,9", "u-0-0,10,2"))
    (option,) = read_options([there / "runs" / "one"])
    assert option.changed[0] == "units.csv has changed since the run."


def test_files_of_one_name_are_told_by_their_folders(project, tmp_path):
    folder = tmp_path / "twice"
    for part, files in (("a", ("units.csv", "edges.csv")), ("b", ("travel.csv", "schools.csv"))):
        (folder / part).mkdir(parents=True)
        for name in files:
            shutil.copy(project / name, folder / part / ("table.csv" if name in ("units.csv", "travel.csv") else name))
    said = conftest.merged(
        conftest.SCENARIO,
        {
            "data": {
                "units": {"path": "a/table.csv"},
                "travel": {"path": "b/table.csv"},
                "adjacency": {"path": "a/edges.csv"},
                "schools": {"path": "b/schools.csv"},
            }
        },
    )
    (folder / "scenario.yaml").write_text(json.dumps(said))
    moved = make_run(folder / "scenario.yaml", folder / "runs" / "one").rename(tmp_path / "apart")
    shutil.copytree(folder / "a", moved / INPUTS / "units and more")
    shutil.copytree(folder / "b", moved / INPUTS / "trips and more")
    shutil.rmtree(folder)
    assert _is_whole(moved)


@pytest.mark.parametrize("record", ["[]", "{", '{"inputs": 3}', '{"inputs": [{"path": 3, "sha256": "a"}]}', '{"inputs": [{}]}', '{"inputs": [null]}'])
def test_a_record_that_is_none_harms_nothing(there, record):
    (there / "runs" / "one" / "run.json").write_text(record)
    assert load_scenario(there / "runs" / "one" / "scenario.yaml").data.units.path == there / "units.csv"


@given(st.text(), st.sampled_from(["/", "D:\\", "\\\\server\\share\\"]))
def test_any_path_of_any_system_has_names(text, root):
    assert all("/" not in part for part in parts_of(root + text))
    assert name_of(root + text) == "" or name_of(root + text) in root + text


def test_the_fingerprint_of_the_question_is_that_of_the_file_that_is_written(project, tmp_path):
    for path in (project / "scenario.yaml", *sorted((Path(__file__).parents[2] / "scenarios").glob("riverbend.yaml"))):
        scenario = load_scenario(path)
        (tmp_path / "scenario.yaml").write_text(resolved(scenario, tmp_path))
        assert said_key(load_scenario(tmp_path / "scenario.yaml")) == scenario_key(scenario)
