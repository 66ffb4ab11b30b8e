"""Archives come from anywhere: names that lead elsewhere, bombs and damaged ones are refused with words, and nothing of them is left."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.errors import DataError
from rezoning.runs import packed
from rezoning.runs.packed import is_packed, opened, unpack, write_archive

RUN = {"run/run.json": b"{}", "run/scenario.yaml": b"name: x"}


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as held:
        for name, content in files.items():
            held.writestr(name, content)
    return path


def test_the_same_files_give_the_same_bytes(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n" * 1000)
    for name, order in (("one.zip", 1), ("two.zip", -1)):
        files = {"run/a.csv": tmp_path / "a.csv", **RUN}
        write_archive(tmp_path / name, dict(list(files.items())[::order]))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as held:
        assert {one.date_time for one in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert held.testzip() is None


@pytest.mark.parametrize(("top", "name"), [("run/", "run"), ("", "mailed")])
def test_an_archive_is_a_run_with_and_without_a_folder(tmp_path, top, name):
    path = archive(tmp_path / "mailed.zip", {f"{top}run.json": b"{}", f"{top}scenario.yaml": b"name: x", f"{top}inputs/a/b.csv": b"1"})
    folder = opened(path)
    assert folder.name == name
    assert (folder / "inputs" / "a" / "b.csv").read_bytes() == b"1"
    assert opened(path) == folder  # once
    assert is_packed(path)


@pytest.mark.parametrize("files", [{"plan.csv": b"unit,school\n"}, {"a/b/run.json": b"{}", "a/b/scenario.yaml": b""}, {"run/run.json": b"{}"}])
def test_other_archives_are_left_as_they_are(tmp_path, files):
    path = archive(tmp_path / "plan.zip", files)
    assert opened(path) == path
    assert not is_packed(path)
    (tmp_path / "no.zip").write_text("no archive")
    assert opened(tmp_path / "no.zip") == tmp_path / "no.zip"
    assert opened(tmp_path / "gone.zip") == tmp_path / "gone.zip"


def test_an_archive_whose_end_is_missing_is_said_to_be_damaged(tmp_path):
    path = archive(tmp_path / "run.zip", {**RUN, "run/plan.csv": b"unit,school\n" * 50})
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DataError, match="its end is missing"):
        opened(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil", "leads out of the folder"),
        ("run/../../evil", "leads out of the folder"),
        ("/etc/evil", "leads out of the folder"),
        ("C:/evil", "leads out of the folder"),
        ("run\\..\\..\\evil", "not every system can hold"),
        ("run/a\nb", "not every system can hold"),
        (f"run/{'x' * 300}", "too long"),
        ("run//scenario.yaml", "is there twice"),
        ("run/./scenario.yaml", "is there twice"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path, name, said):
    path = archive(tmp_path / "evil.zip", {**RUN, name: b"evil"})
    with pytest.raises(DataError, match=said):
        opened(path)
    assert [one.name for one in tmp_path.iterdir()] == ["evil.zip"]


def test_a_link_is_refused(tmp_path):
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as held:
        for name, content in RUN.items():
            held.writestr(name, content)
        link = zipfile.ZipInfo("run/inputs")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        held.writestr(link, "/etc")
    with pytest.raises(DataError, match="is a link"):
        opened(path)


def test_bombs_are_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "SMALL", 2**16)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for name, content in {**RUN, "run/zeros": bytes(2**20)}.items():
            held.writestr(name, content)
    with pytest.raises(DataError, match="no run is like that"):
        opened(path)
    monkeypatch.setattr(packed, "SMALL", 2**30)
    monkeypatch.setattr(packed, "MOST_FILES", 2)
    with pytest.raises(DataError, match="2 are the most"):
        opened(path)


def test_a_file_that_is_longer_than_it_says_is_refused(tmp_path):
    path = archive(tmp_path / "lies.zip", {**RUN, "run/long": b"x" * 1000})
    raw = path.read_bytes()
    at = raw.rindex(b"PK\x01\x02")  # the last entry of the directory: its size, and that in the archive
    path.write_bytes(raw[: at + 24] + struct.pack("<I", 10) + raw[at + 28 :])
    with pytest.raises(DataError, match="cannot be unpacked"):
        opened(path)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_archive_is_refused_or_read_whole(tmp_path_factory, where, change):
    folder = tmp_path_factory.mktemp("damaged")
    path = archive(folder / "run.zip", {**RUN, "run/plan.csv": b"unit,school\n" * 5})
    raw = bytearray(path.read_bytes())
    raw[where % len(raw)] ^= change
    path.write_bytes(raw)
    try:
        found = opened(path)
    except DataError as error:
        assert all(str(path) in problem.place for problem in error.problems)  # noqa: PT017 (either is right)
    else:
        assert found == path or (found / "run.json").exists()


@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), max_size=4, unique=True), st.sampled_from(["", "../", "/", "run/../"])
)
def test_whatever_names_an_archive_has_nothing_is_written_outside(tmp_path_factory, names, before):
    folder = tmp_path_factory.mktemp("names")
    inside = folder / "in" / "here"
    inside.mkdir(parents=True)
    path = folder / "any.zip"
    with zipfile.ZipFile(path, "w") as held:
        for name in names:
            try:
                held.writestr(before + name, b"x")
            except ValueError:
                return
    with zipfile.ZipFile(path) as held:
        try:
            unpack(held, path, inside)
        except DataError:
            pass
        else:
            written = {one.relative_to(inside) for one in inside.rglob("*") if one.is_file()}
            assert written == {Path(*PurePosixPath(one.filename).parts) for one in held.infolist() if not one.is_dir()}
    assert {one.name for one in folder.iterdir()} == {"in", "any.zip"}
    assert [one.name for one in (folder / "in").iterdir()] == ["here"]
