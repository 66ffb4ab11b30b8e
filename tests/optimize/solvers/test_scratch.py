"""Folders of workers that were left by a kill go, those that somebody needs stay."""

import os
import signal
import subprocess
import sys
import time

from rezoning.optimize.solvers import scratch as module
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


def test_a_worker_takes_nothing_away_but_its_own_folder(tmp_path):
    """Where its folder is gone before it, what the system's folder for temporary files holds is others' and stays."""
    kept = tmp_path / "others.txt"
    kept.write_text("kept")
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = (
        "import os, tempfile; from rezoning.optimize.solvers import worker\n"
        f"tempfile._candidate_tempdir_list = lambda: [os.environ['TMPDIR'], {str(tmp_path)!r}]\n"
        "os.getpgrp = os.getpid; os.killpg = lambda *_: None; worker._die()"
    )
    subprocess.run([sys.executable, "-c", code], env={**paths, "TMPDIR": str(tmp_path / "rezoning-solver-gone")}, check=False)
    assert kept.exists()
    own = tmp_path / "rezoning-solver-here"
    own.mkdir()
    subprocess.run([sys.executable, "-c", code], env={**paths, "TMPDIR": str(own)}, check=False)
    assert not own.exists()
    assert kept.exists()
