"""What a user sees on a real terminal: progress, a page that fits, and Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time

import pytest

try:
    import fcntl
    import pty
    import termios
except ImportError:  # Windows
    pytest.skip("the system has no pseudo-terminals", allow_module_level=True)


LONG = ("--set", "solve.method=exact", "--set", "solve.time_limit=300", "--set", "solve.gap=0")


class Terminal:
    """A command whose stderr is a terminal of a given width; stdout too, when asked."""

    def __init__(self, *args, cwd, columns=100, stdout=subprocess.PIPE, **variables):
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "TERM": "xterm-256color", "LANG": "C.UTF-8", **variables}
        environment |= {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
        stdout = theirs if stdout is None else stdout
        self.process = subprocess.Popen([sys.executable, "-m", "rezoning", *map(str, args)], cwd=cwd, env=environment, stdout=stdout, stderr=theirs)
        os.close(theirs)
        self.seen = b""

    def until(self, text):
        """Read until `text` is seen, or the end when it is None."""
        limit = time.monotonic() + 120
        while time.monotonic() < limit and (text is None or text not in self.seen):
            ready, _, _ = select.select([self.ours], [], [], 0.1)
            try:
                more = os.read(self.ours, 65536) if ready else None
            except OSError:  # the other side is closed
                break
            if more == b"" or (more is None and self.process.poll() is not None):
                break
            self.seen += more or b""

    def end(self):
        """Wait for the end; gives exit code and what was drawn."""
        self.until(None)
        code = self.process.wait(60)
        if self.process.stdout:
            self.process.stdout.close()
        os.close(self.ours)
        return code, self.seen.decode()


@pytest.fixture
def town(tmp_path):
    """A made-up district whose best plan is not proven in a minute."""
    from rezoning.synthetic import make_district, write_district

    write_district(tmp_path / "town", make_district(units=300, schools=6, seed=1), max_increase=2.0)
    return tmp_path / "town" / "scenario.yaml"


def test_progress_is_drawn_on_a_terminal_and_one_interrupt_keeps_the_best_plan(town, tmp_path):
    shown = Terminal("run", town, "--json", "--out", "here", *LONG, cwd=tmp_path)
    shown.until(b"not below")
    shown.process.send_signal(signal.SIGINT)
    document = json.loads(shown.process.stdout.read())
    code, drawn = shown.end()
    assert code == 130, drawn
    assert "not below" in drawn
    assert "Stopping; the best plan so far is kept." in drawn
    assert "Traceback" not in drawn
    assert (document["exit_code"], document["status"], document["audit"]["passed"]) == (130, "feasible", True)
    assert {"plan.csv", "run.json", "schools.csv", "metrics.json", "trace.csv"} <= {path.name for path in (tmp_path / "here").iterdir()}


def test_the_second_interrupt_ends_at_once(town, tmp_path):
    shown = Terminal("run", town, "--json", "--out", "here", *LONG, cwd=tmp_path)
    shown.until(b"compile")
    shown.process.send_signal(signal.SIGINT)
    shown.until(b"Stopping")
    shown.process.send_signal(signal.SIGINT)
    began = time.monotonic()
    code, _ = shown.end()
    assert code == 130
    assert time.monotonic() - began < 10


def test_an_interrupt_before_the_solve_writes_nothing(town, tmp_path):
    shown = Terminal("run", town, "--out", "here", cwd=tmp_path)
    shown.until(b"read")
    shown.process.send_signal(signal.SIGINT)
    code, drawn = shown.end()
    assert code == 130
    assert "Interrupted; nothing was written." in drawn
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize("columns", [80, pytest.param(120, marks=pytest.mark.slow)])
def test_the_page_fits_the_terminal_and_nothing_is_cut(tiny, tmp_path, columns):
    shown = Terminal("run", tiny(), cwd=tmp_path, columns=columns, stdout=None)
    code, drawn = shown.end()
    assert code == 0
    page = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn.split("\r")[-1] if "\r\n" not in drawn else drawn)
    assert "…" not in page
    lines = [line for line in re.split(r"[\r\n]+", page) if " of 30 s" not in line]
    assert max(len(line) for line in lines) <= min(columns, 100)
    assert "\x1b[1m" in drawn  # headings are bold


def test_no_color_is_honored(tiny, tmp_path):
    _, drawn = Terminal("run", tiny(), cwd=tmp_path, stdout=None, NO_COLOR="1").end()
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", drawn)


def test_quiet_draws_nothing(tiny, tmp_path):
    code, drawn = Terminal("run", tiny(), "--quiet", cwd=tmp_path).end()
    assert (code, drawn) == (0, "")
