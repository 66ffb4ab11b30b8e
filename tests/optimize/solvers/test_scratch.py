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


def test_an_orphan_whose_folder_is_gone_touches_no_other(tmp_path):
    """The next process may have taken the folder of a dead one away before its worker hears of the death: `tempfile` then names another place."""
    home, kept = tmp_path / f"{PREFIX}gone", tmp_path / "everybody"
    kept.mkdir()
    (kept / "theirs").touch()
    code = f"import tempfile; tempfile._candidate_tempdir_list = lambda: [{str(kept)!r}]; "
    code += "from rezoning.optimize.solvers.worker import main; main('json')"
    environment = {**os.environ, "TMPDIR": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    orphan = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment, start_new_session=True
    )
    assert orphan.wait(60) != 0
    assert (kept / "theirs").exists()
