"""A run comes again byte for byte, or what changed is said, the likeliest first."""

from __future__ import annotations

import json
import shutil

import pytest
from made_runs import make_run

from rezoning import run
from rezoning.commands.packing import pack
from rezoning.commands.replaying import OTHER, replay
from rezoning.errors import DataError


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    import conftest

    folder = tmp_path_factory.mktemp("solved")
    conftest.write_district(folder)
    (folder / "scenario.yaml").write_text(json.dumps(conftest.SCENARIO))
    run(folder / "scenario.yaml", folder / "one")
    return folder


@pytest.fixture
def there(solved, tmp_path):
    """A copy of it that has nothing but itself."""
    folder = tmp_path / "solved"
    shutil.copytree(solved, folder)
    return folder


def edited(directory, change):
    record = json.loads((directory / "run.json").read_text())
    change(record)
    (directory / "run.json").write_text(json.dumps(record))


def test_an_archive_replays_to_the_same_bytes(solved, tmp_path, call):
    archive = pack(solved / "one", tmp_path / "one.zip").path
    code, out, _ = call("replay", archive, "--out", tmp_path / "again", "--json")
    record = json.loads(out)
    assert (code, record["same"], record["directory"]) == (0, True, str(tmp_path / "again"))
    assert (tmp_path / "again" / "plan.csv").read_bytes() == (solved / "one" / "plan.csv").read_bytes()


def test_a_run_is_not_replaced_by_its_own_replay(there, call):
    before = (there / "one" / "run.json").read_bytes()
    code, _, err = call("replay", there / "one", "--out", there / "one" / ".." / "one")
    assert (code, (there / "one" / "run.json").read_bytes()) == (2, before)
    assert "is the run itself" in err


def test_another_plan_says_what_changed_and_how_far_it_is(tiny, tmp_path, call):
    directory = make_run(tiny(), tmp_path / "one")  # today's zones, which are no answer

    def change(record):
        record["versions"] |= {"highspy": "0.0.1", "scipy": None}
        record["machine"] = {"system": "Plan 9", "cpu": "abacus", "cores": 3, "memory_gb": 0.1}
        record["threads"] = 2
        record["is_counted"] = False
        record["goals"][0]["ended"] = "limit"

    edited(directory, change)
    units = tmp_path / "tiny" / "units.csv"
    units.write_text(units.read_text().replace("u-0-0,10,9", "u-0-0,10,8"))
    found = replay(directory)
    assert (found.exit_code, found.is_same) == (OTHER, False)
    assert list(dict.fromkeys(change.kind for change in found.changes)) == ["inputs", "versions", "machine", "clock", "threads"]
    said = [change.said for change in found.changes]
    assert said[0].startswith("units.csv holds something else than what the run read (SHA-256 ")
    assert any(one.startswith("highspy was 0.0.1, and is ") for one in said)
    assert any(one.startswith("scipy was not installed, and is ") for one in said)
    assert any(one.startswith("The clock decided how much was searched: the limit of 30 s ended goal 1") for one in said)
    assert found.apart["units"] > 0
    assert found.apart["students"] == 10 * found.apart["units"]
    assert found.apart["goals"][0]["was"] > found.apart["goals"][0]["is"]
    assert not found.outcome.directory.exists()


def test_an_older_record_says_what_it_does_not_know(there):
    edited(there / "one", lambda one: [one.pop(key, None) for key in ("asked_sha256", "versions", "machine", "is_counted", "threads", "plan")])
    found = replay(there / "one")
    assert found.is_same
    unknown = {change.kind for change in found.changes if not change.is_known}
    assert {"scenario", "versions", "machine", "threads"} <= unknown


def test_what_is_no_run_is_said(tmp_path, call):
    with pytest.raises(DataError, match=r"holds no run.json"):
        replay(tmp_path)
    code, _, err = call("replay", tmp_path)
    assert code == 3
    assert "Give a directory that rezoning run has written." in err


@pytest.mark.slow
def test_the_screen_says_it_all(tiny, tmp_path, call):
    directory = make_run(tiny(), tmp_path / "one")
    code, out, _ = call("replay", directory)
    assert code == OTHER
    for text in (
        "Another plan, which the audit has accepted.",
        "have another school",
        "Goal 1, dissimilarity: was 0.5",
        "the likeliest reason first",
    ):
        assert text in out


@pytest.mark.slow
def test_riverbend_with_counted_work_comes_again_from_its_archive(tmp_path):
    from pathlib import Path

    scenario = Path(__file__).parents[2] / "scenarios" / "riverbend.yaml"
    outcome = run(scenario, tmp_path / "one", overrides=["solve.cycles=1", "solve.threads=1", "solve.time_limit=3600"])
    assert outcome.record["is_counted"]
    found = replay(pack(outcome.directory, tmp_path / "one.zip").path)
    assert found.is_same
    assert found.exit_code == 0
