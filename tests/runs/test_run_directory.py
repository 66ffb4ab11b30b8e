import json
import math
import os
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from rezoning.errors import OutputError
from rezoning.runs.directory import (
    COMPARISON,
    RUN,
    check_new_file,
    check_place,
    check_what_is_there,
    json_text,
    place_for,
    swap,
    write_or_rescue,
    written_whole,
)


def a_run(place: Path, exit_code: int = 0, text: str = "earlier") -> Path:
    place.mkdir(parents=True)
    (place / "run.json").write_text(json.dumps({"exit_code": exit_code}))
    (place / "plan.csv").write_text(text)
    return place


def litter(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_a_directory_appears_only_when_it_is_whole(tmp_path):
    place = tmp_path / "deep" / "run"
    with written_whole(place) as partial:
        (partial / "plan.csv").write_text("new")
        assert not place.exists()
    assert (place / "plan.csv").read_text() == "new"
    assert litter(place.parent) == []


def test_a_whole_run_replaces_an_earlier_one_with_all_its_files(tmp_path):
    place = a_run(tmp_path / "run")
    with written_whole(place) as partial:
        (partial / "run.json").write_text("{}")
    assert [path.name for path in place.iterdir()] == ["run.json"]
    assert litter(tmp_path) == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_what_fails_half_way_leaves_the_earlier_run_as_it_was(tmp_path, error):
    place = a_run(tmp_path / "run")

    def half_way() -> None:
        with written_whole(place) as partial:
            (partial / "plan.csv").write_text("half")
            raise error

    with pytest.raises(OutputError if error is OSError else error):
        half_way()
    assert (place / "plan.csv").read_text() == "earlier"
    assert litter(tmp_path) == []


def cannot_exchange(monkeypatch):
    """As on a system, or a file system, that cannot let two names change places."""
    monkeypatch.setattr(swap, "exchange", lambda one, other: False)


def no_room(monkeypatch, is_refused):
    """Renaming fails where `is_refused` says so of the old name."""
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if is_refused(self):
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)


def test_an_earlier_run_comes_back_when_the_renaming_fails(tmp_path, monkeypatch):
    place = a_run(tmp_path / "run")
    cannot_exchange(monkeypatch)
    no_room(monkeypatch, lambda path: path.name == "new")
    with pytest.raises(OutputError) as raised, written_whole(place) as partial:
        (partial / "plan.csv").write_text("new")
    assert str(raised.value) == f"{place}: cannot be written (No space left on device). Give --out a place that you may write and that has room."
    assert (place / "plan.csv").read_text() == "earlier"
    assert litter(tmp_path) == []


@pytest.fixture
def full_disk(tmp_path, monkeypatch):
    """Nothing can be renamed within a folder of this name."""
    no_room(monkeypatch, lambda path: "full" in path.parts)
    return tmp_path / "full"


def fill(partial, place):
    (partial / "plan.csv").write_text(f"plan for {place.name}")


def test_results_are_kept_elsewhere_when_the_disk_fails(tmp_path, full_disk, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OutputError) as raised:
        write_or_rescue(full_disk / "run", fill)
    why, where = raised.value.problems
    assert "No space left on device" in why.message
    assert where.message == "the results are kept here instead."
    assert (Path(where.place) / "plan.csv").read_text() == "plan for run"


def test_a_disk_that_fails_everywhere_is_said_once(full_disk, monkeypatch):
    full_disk.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(full_disk))
    with pytest.raises(OutputError) as raised:
        write_or_rescue(full_disk / "run", fill)
    assert len(raised.value.problems) == 1


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    real = a_run(tmp_path / "real")
    link = tmp_path / "link"
    link.symlink_to(real)
    with written_whole(link) as partial:
        (partial / "run.json").write_text("new")
    assert link.is_symlink()
    assert (real / "run.json").read_text() == "new"


def test_a_finished_run_makes_room_for_a_finished_run_only(tmp_path):
    place = a_run(tmp_path / "run")
    assert place_for(place, 0) == place
    for code in (1, 4, 5, 7):
        assert place_for(place, code) == tmp_path / "run.failed"
    assert place_for(place, 130) == tmp_path / "run.interrupted"


@pytest.mark.parametrize("earlier", [1, 4, 5, 7, 130])
@pytest.mark.parametrize("code", [0, 4, 5, 7, 130])
def test_a_failed_run_makes_room_for_any(tmp_path, earlier, code):
    place = a_run(tmp_path / "run", earlier)
    assert place_for(place, code) == place


def test_a_run_that_cannot_be_read_is_protected(tmp_path):
    place = a_run(tmp_path / "run")
    (place / "run.json").write_text("not json")
    assert place_for(place, 5) == tmp_path / "run.failed"


def test_what_stands_beside_an_earlier_run_is_not_replaced_unless_it_is_a_run(tmp_path):
    place = a_run(tmp_path / "run")
    (tmp_path / "run.failed").write_text("my notes")
    assert place_for(place, 5) == tmp_path / "run.failed2"


def test_an_empty_or_new_place_is_taken_by_anything(tmp_path):
    (tmp_path / "empty").mkdir()
    assert place_for(tmp_path / "empty", 5) == tmp_path / "empty"
    assert place_for(tmp_path / "new", 4) == tmp_path / "new"


def test_places_that_can_be_written_are_fine_and_left_as_they_were(tmp_path):
    (tmp_path / "empty").mkdir()
    a_run(tmp_path / "run")
    for name in ("new", "deep/new", "empty", "run"):
        check_place(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "run"]


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as raised:
        check_place(tmp_path / "file")
    assert str(raised.value) == f"{tmp_path / 'file'}: there is a file of this name. Give --out a directory, or move the file away."
    assert raised.value.exit_code == 2


def test_somebody_elses_directory_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(OutputError) as raised:
        check_place(tmp_path)
    assert str(raised.value) == f"{tmp_path}: the directory is not empty and holds no run.json, so it is not replaced. Give another --out."


def test_a_run_is_not_replaced_by_a_comparison(tmp_path):
    place = a_run(tmp_path / "run")
    with pytest.raises(OutputError, match=r"holds no compare\.json"):
        check_place(place, COMPARISON)


def test_a_file_for_a_parent_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as raised:
        check_place(tmp_path / "file" / "run")
    assert str(raised.value) == f"{tmp_path / 'file'}: cannot be written (Not a directory). Give --out a place that you may write and that has room."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_parent_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        check_place(tmp_path / "run")


def test_a_name_too_long_is_refused(tmp_path):
    with pytest.raises(OutputError, match="too long"):
        check_place(tmp_path / ("x" * 300))


def test_json_has_null_where_a_number_is_undefined():
    document = {"a": math.nan, "b": [math.inf, 1.5, np.float64("nan")], "c": np.int64(3), "d": np.array([1.0, np.nan]), "e": Path("x"), "ü": True}
    assert json.loads(json_text(document)) == {"a": None, "b": [None, 1.5, None], "c": 3, "d": [1.0, None], "e": "x", "ü": True}
    assert "ü" in json_text(document)


# -- whose results they are ------------------------------------------------------------------------------------------


def test_results_of_another_scenario_stay_unless_they_may_be_replaced(tmp_path):
    place = a_run(tmp_path / "run")
    (place / "run.json").write_text('{"exit_code": 0, "name": "first"}')
    check_place(place, RUN, "first")
    check_place(place, RUN, "second", replace=True)
    with pytest.raises(OutputError) as raised:
        check_place(place, RUN, "second")
    assert str(raised.value) == (
        f"{place}: the directory holds results of the scenario 'first', not of 'second', and they are kept. "
        "Give another --out, or add --replace to put these results in their place."
    )
    (place / "run.json").write_text("half")
    with pytest.raises(OutputError, match="cannot be read, so it is not known whose"):
        check_place(place, RUN, "first")


def test_what_another_command_wrote_meanwhile_is_not_replaced(tmp_path):
    place = tmp_path / "run"

    def meanwhile(partial: Path, _: Path) -> None:
        (partial / "plan.csv").write_text("ours")
        a_run(place)
        (place / "run.json").write_text('{"exit_code": 0, "name": "theirs"}')

    def write() -> None:
        with written_whole(place, partial(check_what_is_there, place, RUN, "ours", replace=False)) as folder:
            meanwhile(folder, place)

    with pytest.raises(OutputError, match="results of the scenario 'theirs'"):
        write()
    assert (place / "plan.csv").read_text() == "earlier"
    assert litter(tmp_path) == []


# -- leftovers -------------------------------------------------------------------------------------------------------


def left_behind(tmp_path: Path, *folders: str) -> Path:
    """What a killed command leaves beside ``run``."""
    left = tmp_path / ".run.abcdefgh.partial"
    for folder in folders:
        a_run(left / folder, text=folder)
    (left / "owner").write_text("")
    return left


def test_what_was_half_written_is_cleaned_away(tmp_path):
    left_behind(tmp_path, "new")
    a_run(tmp_path / ".run.failed.abcdefgh.partial" / "new")
    check_place(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("folders", "there"), [(("new", "earlier"), "new"), (("earlier",), "earlier")])
def test_a_kill_between_two_renames_loses_nothing(tmp_path, folders, there):
    left_behind(tmp_path, *folders)
    check_place(tmp_path / "run")
    assert (tmp_path / "run" / "plan.csv").read_text() == there
    assert litter(tmp_path) == []


def test_a_finished_run_is_not_taken_back_for_leftovers(tmp_path):
    left_behind(tmp_path, "new", "earlier")
    a_run(tmp_path / "run", text="finished")
    check_place(tmp_path / "run")
    assert (tmp_path / "run" / "plan.csv").read_text() == "finished"
    assert litter(tmp_path) == []


def test_what_older_versions_left_is_given_back_or_cleaned_too(tmp_path):
    a_run(tmp_path / ".run.17.earlier")
    a_run(tmp_path / ".run.17.partial", text="half")
    a_run(tmp_path / ".running.17.partial", text="of another place")
    check_place(tmp_path / "run")
    assert (tmp_path / "run" / "plan.csv").read_text() == "earlier"
    assert litter(tmp_path) == [".running.17.partial"]


def test_what_a_living_command_is_writing_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getpid", lambda: 1)  # as in a container, where every command has this number
    place = tmp_path / "run"
    with written_whole(place) as first:
        (first / "plan.csv").write_text("first")
        with written_whole(place) as second:
            assert first != second
            check_place(place)
            (second / "plan.csv").write_text("second")
        assert (place / "plan.csv").read_text() == "second"
        assert (first / "plan.csv").read_text() == "first"
    assert (place / "plan.csv").read_text() == "first"
    assert litter(tmp_path) == []


def test_names_are_exchanged_where_the_system_can(tmp_path):
    one, other = a_run(tmp_path / "one", text="one"), a_run(tmp_path / "other", text="other")
    if not swap.exchange(one, other):
        pytest.skip("the file system cannot")
    assert ((one / "plan.csv").read_text(), (other / "plan.csv").read_text()) == ("other", "one")


def test_a_name_with_hardly_any_room_beside_it_is_fine(tmp_path):
    place = tmp_path / ("x" * 250)
    check_place(place)
    with written_whole(place) as partial:
        (partial / "plan.csv").write_text("new")
    assert (place / "plan.csv").read_text() == "new"
    assert litter(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc here")
def test_where_nothing_can_be_made_it_is_said_and_not_tried_for_ever():
    with pytest.raises(OutputError, match="cannot be written"):
        check_new_file(Path("/proc/town.mps"), may_replace=False)
