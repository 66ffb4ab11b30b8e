"""A notebook's interrupt: the first keeps the best plan, the second ends at once; only in the main thread, and only where nobody else listens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest
from squares import write_polygons

from rezoning.optimize.interrupts import interruptible


@pytest.fixture(autouse=True)
def handler():
    """As Python has it at first; who is started in the background of a shell has none."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@interruptible
def work(*, stop: threading.Event | None = None, times: int = 1) -> threading.Event | None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
    return stop


def test_the_first_one_sets_the_event_and_the_handler_is_given_back():
    found = work()
    assert found is not None
    assert found.is_set()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_second_one_ends_at_once():
    with pytest.raises(KeyboardInterrupt):
        work(times=2)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_gives_an_event_or_has_a_handler_keeps_it():
    mine, heard = threading.Event(), []
    assert work(stop=mine, times=0) is mine
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        assert work() is None
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [1]


def test_another_thread_has_no_signals():
    found = [threading.Event()]
    thread = threading.Thread(target=lambda: found.append(work(times=0)))
    thread.start()
    thread.join()
    assert found[1] is None


def test_a_run_that_is_interrupted_gives_and_keeps_its_best_plan(tmp_path):
    """As a kernel interrupts a cell: a signal to the process while it solves."""
    path = write_polygons(tmp_path)
    code = f"""
        import os, signal, threading
        import rezoning

        signal.signal(signal.SIGINT, signal.default_int_handler)
        told = []

        def watcher(progress):
            if progress.value is not None and not told:
                told.append(progress)
                threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()

        settings = ["solve.method=anneal", "solve.time_limit=60", "solve.seed=1"]
        outcome = rezoning.run({str(path)!r}, {str(tmp_path / "run")!r}, overrides=settings, watcher=watcher)
        assert told and outcome.exit_code == 130 and outcome.plan is not None and outcome.audit.passed, outcome
        assert (outcome.directory / "plan.csv").is_file()
        print("kept")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=50, check=False)
    assert done.stdout == "kept\n", done.stderr
    assert "the best plan so far is kept" in done.stderr
