"""Folders of workers that were left by a kill go, those that somebody needs stay."""

import os
import signal
import subprocess
import sys
import time

from rezoning.optimize.solvers import scratch as module
from rezoning.optimize.solvers import worker
from rezoning.optimize.solvers.scratch import PREFIX, scratch

MAKE = "import sys, time; from rezoning.optimize.solvers.scratch import scratch; made = scratch(); print(made.path, flush=True); time.sleep(60)"


def test_a_killed_ones_folder_goes_and_a_living_ones_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    others = [subprocess.Popen([sys.executable, "-c", MAKE], stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    paths = [tmp_path / other.stdout.readline().strip() for other in others]
    others[0].send_signal(signal.SIGKILL)
    others[0].communicate()
    mine = scratch()
    assert [path.exists() for path in paths] == [False, True]
    again = scratch()
    assert mine.path.exists()  # of this very process
    mine.remove()
    again.remove()
    others[1].kill()
    others[1].communicate()
    scratch().remove()
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


def test_a_folder_that_is_just_being_made_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    young, old = tmp_path / f"{PREFIX}young", tmp_path / f"{PREFIX}old"
    young.mkdir()
    old.mkdir()
    os.utime(old, (time.time() - 2 * module.YOUNG,) * 2)
    scratch().remove()
    assert (young.exists(), old.exists()) == (True, False)


def test_an_orphan_whose_folder_has_gone_removes_nothing_else(tmp_path, monkeypatch):
    """It went with that of its parent, which was a worker too; `tempfile` would name the system's folder then."""
    removed = []
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    monkeypatch.setattr(worker.shutil, "rmtree", lambda path, **_: removed.append(path))
    monkeypatch.setattr(worker.os, "killpg", lambda *_: None)
    monkeypatch.setattr(worker.os, "_exit", lambda _: None)
    worker._die()
    assert removed == [str(tmp_path / "gone")]
