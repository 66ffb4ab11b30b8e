"""What a worker takes away when its parent is gone: its own folder, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import rezoning
from rezoning.optimize.solvers.process import Worker
from rezoning.optimize.solvers.scratch import PREFIX

ROOT = Path(rezoning.__file__).parent.parent


@pytest.mark.parametrize("is_there", [True, False])
def test_an_orphan_takes_its_own_folder_and_never_everybodys(tmp_path, is_there):
    """Where its folder went before it, Python's place for temporary files is another one: that of all."""
    own, everybodys = tmp_path / f"{PREFIX}own", tmp_path / "everybody"
    everybodys.mkdir()
    (everybodys / "theirs.txt").write_text("kept")
    if is_there:
        own.mkdir()
        (own / "mine.txt").write_text("gone")
    # `everybodys` stands for /tmp: it is what is left of the places that Python tries
    code = (
        f"import tempfile; tempfile._candidate_tempdir_list = lambda: [{str(own)!r}, {str(everybodys)!r}]\n"
        f"from rezoning.optimize.solvers.worker import main; main('json')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=everybodys,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(own)}, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)
    assert (everybodys / "theirs.txt").read_text() == "kept"
    assert not own.exists()


def test_a_log_that_goes_while_it_is_read_is_passed_over():
    """A worker's own workers take their folders away when they please."""
    worker = Worker(lambda _worker: None, loads="json")
    folder = worker._folder
    (folder / "inner").mkdir()
    (folder / "inner" / "gone.log").symlink_to(folder / "nowhere.log")
    (folder / "inner" / "kept.log").write_text("its last words")
    worker.end()
    assert worker.printed().endswith("its last words")
    assert not folder.exists()
