"""Progress of what Python code asked for: a line in a notebook, a line on a terminal, lines in a log; IPython is never imported for it."""

from __future__ import annotations

import io
import subprocess
import sys
from types import SimpleNamespace

import pytest

from rezoning.commands.benching.steps import BenchProgress
from rezoning.commands.sweep import SweepProgress
from rezoning.commands.watching import watched
from rezoning.optimize.result import Progress
from rezoning.report.notebook import progress as told
from rezoning.report.notebook.progress import show_progress

SOLVE = Progress("scip", 3.0, 0.2, 0.1, 4, goal=1, aim="dissimilarity: 0.200, not below 0.100", limit=60)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def notebook(monkeypatch):
    """What IPython shows, without it."""
    shown: list[dict[str, str]] = []

    def update(data, raw):
        assert raw
        shown.append(data)

    def display(data, raw, display_id):
        assert raw
        assert display_id
        shown.append(data)
        return SimpleNamespace(update=update)

    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object())))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    return shown


def test_a_notebook_has_one_line_which_is_renewed_and_goes(notebook):
    with watched(None) as line:
        assert line is not None
        line(SOLVE)
    assert notebook == [{"text/plain": ""}, {"text/plain": "dissimilarity: 0.200, not below 0.100, 3 of 60 s (scip)"}, {"text/plain": "", "text/html": ""}]


def test_many_runs_are_told_of_too(notebook):
    """Sweeps and benches count runs; a log has the first word and the last."""
    line, log = show_progress(), io.StringIO()
    line(BenchProgress(1, 3, None))
    assert notebook[-1] == {"text/plain": "1 of 3 runs, beginning"}
    notebook.clear()
    sys.modules["IPython"].get_ipython = lambda: None
    line = show_progress(log)
    for done in (1, 2, 3):
        line(SweepProgress(done, 3, 0, 2.0 * done, None))
    assert log.getvalue().splitlines()[-1] == "3 of 3 points, 6 s"
    assert len(log.getvalue().splitlines()) in (2, 3)  # three where a quarter of a minute begins between


def test_who_names_a_watcher_has_no_other(notebook):
    mine: list[Progress] = []
    with watched(mine.append) as watcher:
        watcher(SOLVE)
    assert (mine, notebook) == ([SOLVE], [])


def test_elsewhere_nothing_shows_by_itself():
    with watched(None) as watcher:
        assert watcher is None


def test_a_terminal_has_one_line():
    stream = Terminal()
    line = show_progress(stream)
    line(SOLVE)
    line(Progress("audit", 4.0, None, None, 0))
    line.close()
    assert stream.getvalue().count("\r") == 4
    assert "\n" not in stream.getvalue()


def test_a_log_has_a_line_for_each_part(monkeypatch):
    monkeypatch.setattr(told, "EVERY", 0.0)
    stream = io.StringIO()
    line = show_progress(stream)
    for one in (SOLVE, SOLVE, Progress("audit", 4.0, None, None, 0)):
        line(one)
    line.close()
    assert len(stream.getvalue().splitlines()) == 2


def test_ipython_is_not_imported():
    code = "import sys; from rezoning.report.notebook.progress import is_notebook\nassert not is_notebook() and 'IPython' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
