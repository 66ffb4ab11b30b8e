"""Points: named by their content, answered once, by processes that may die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from rezoning.commands.points import Point, point_key, solve_points
from rezoning.commands.points.local import Cores
from rezoning.commands.points.serving import Outcome
from rezoning.commands.points.store import FAILED, LOCK, Store
from rezoning.errors import ClusterError, OutputError, Problem
from rezoning.runs.directory.scratch import locked
from rezoning.scenario.load import load_scenario
from rezoning.scenario.tree import override_text

ROOT = Path(__file__).parents[3]
QUICK = {"solve.time_limit": 60}


def solved(points, folder, **options):
    return {one.point.labels["n"]: one for one in solve_points(points, folder, **options)}


# -- content addresses -----------------------------------------------------------------------------------------------


def test_a_key_is_of_what_is_asked_and_not_of_what_it_is_called(tiny):
    path = tiny()
    key = point_key(Point(path))
    assert key == point_key(Point(path, {}, {"any": "label"}))
    assert key == point_key(Point(path, {"solve.threads": 1}))  # what a point gets that does not say
    others = [{"solve.threads": 2}, {"solve.seed": 1}, {"rules.contiguity.method": "none"}, {"rules.reassigned": {"max_share": 0.5}}]
    assert len({key, *(point_key(Point(path, one)) for one in others)}) == 1 + len(others)


def test_a_key_is_of_the_data_wherever_they_lie(tiny, tmp_path):
    path = tiny()
    before = point_key(Point(path))
    moved = tmp_path / "elsewhere"
    path.parent.rename(moved)
    assert point_key(Point(moved / path.name)) == before
    travel = moved / "travel.csv"
    travel.write_text(travel.read_text().replace("1", "2", 1))
    assert point_key(Point(moved / path.name)) != before


def test_settings_are_what_the_command_line_would_say(tiny):
    values = {
        "rules.assign": {"060014": "007"},
        "rules.locked": {"units": ["1"]},
        "solve.options": {"a b": 2.5, "off": False},
        "solve.time_limit": 1e-3,
    }
    path = tiny()
    scenario = load_scenario(path, Point(path, values).overrides)
    assert scenario.rules.assign == {"060014": "007"}
    assert scenario.rules.locked.units == ("1",)
    assert (scenario.solve.options, scenario.solve.time_limit) == ({"a b": 2.5, "off": False}, 0.001)
    assert override_text(None) == "null"
    assert override_text(float("inf")) == ".inf"


# -- the folder ------------------------------------------------------------------------------------------------------


def test_a_folder_with_other_things_is_refused(tiny, tmp_path):
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="holds no points"):
        list(solve_points([Point(tiny())], folder))
    assert [one.name for one in folder.iterdir()] == ["thesis.txt"]


def test_a_second_command_is_refused_and_parts_share(tmp_path):
    store = Store(tmp_path / "out")
    with store.opened():
        for part in ("", "1-of-2"):
            with pytest.raises(OutputError, match="another command is solving points"), store.opened(part):
                pass
    with store.opened("1-of-2"), store.opened("2-of-2"):
        for part in ("", "2-of-2"):
            with pytest.raises(OutputError, match="another command"), store.opened(part):
                pass
    lock = locked(tmp_path / "out" / LOCK)
    assert lock is not None
    os.close(lock)


def test_a_command_that_was_killed_in_a_new_folder_does_not_bar_it(tmp_path, monkeypatch):
    mkdir = Path.mkdir

    def killed(self, *args, **options):
        if self.name == FAILED:
            raise KeyboardInterrupt
        mkdir(self, *args, **options)

    store = Store(tmp_path / "out")
    monkeypatch.setattr(Path, "mkdir", killed)
    with pytest.raises(KeyboardInterrupt), store.opened():
        pass
    monkeypatch.undo()
    with store.opened():
        assert (tmp_path / "out" / FAILED).is_dir()


def test_a_failure_is_kept_until_the_point_is_answered(tiny, tmp_path):
    point, store = Point(tiny()), Store(tmp_path / "out")
    with store.opened():
        kept = store.settle(point, "ab", Outcome(1, 2.0, "the worker broke", (Problem("a", "it died.", "Retry."),), "words"))
        assert kept.row()["error"] == "a: it died. Retry."
        assert store.load(point, "ab").failure["printed"] == "words"
        assert store.count() == 1
        store.settle(point, "ab", Outcome(0, 2.0))
        assert store.load(point, "ab") is None


@pytest.mark.parametrize("written", ['{"exit_code": 130}', '{"exit_code": null}', "[]", ""])
def test_a_run_that_was_told_to_end_is_no_answer(tiny, tmp_path, written):
    store = Store(tmp_path / "out")
    store.place("ab").mkdir(parents=True)
    (store.place("ab") / "run.json").write_text(written)
    assert store.load(Point(tiny()), "ab") is None


@pytest.mark.parametrize("changed", [{"exit_code": "x"}, {"seconds": "x"}, {"problems": [1]}, {"problems": [{"place": "a"}]}, {"problems": None}])
def test_a_failure_that_was_changed_is_solved_again(tiny, tmp_path, changed):
    point, store = Point(tiny()), Store(tmp_path / "out")
    store.settle(point, "ab", Outcome(1, 2.0, "the worker broke", (Problem("a", "it died.", "Retry."),)))
    kept = tmp_path / "out" / "failed" / "ab.json"
    kept.write_text(json.dumps(json.loads(kept.read_text()) | changed))
    assert store.load(point, "ab") is None


def test_cores_are_never_lent_twice():
    cores, most, out = Cores(3), [], 0
    lock = threading.Lock()

    def work(count: int) -> None:
        nonlocal out
        cores.take(count)
        with lock:
            out += count
            most.append(out)
        time.sleep(0.001)
        with lock:
            out -= count
        cores.give(count)

    threads = [threading.Thread(target=work, args=(1 + k % 3,)) for k in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 30
    assert max(most) <= 3


def test_a_cluster_that_is_not_there_is_told(tiny, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("rezoning.commands.points.cluster.PATIENCE", 0.2)
    with pytest.raises(ClusterError, match=r"cannot be reached.*dask scheduler"):
        list(solve_points([Point(tiny())], tmp_path / "out", scheduler="tcp://127.0.0.1:1"))


class Lossy:
    """A crew of one: what becomes of each point that it is given."""

    window = 1

    def __init__(self, *fates):
        self.fates, self.is_closed = list(fates), False

    def submit(self, _order):
        future, fate = Future(), self.fates.pop(0)
        if fate == "cancelled":
            future.cancel()
            future.set_running_or_notify_cancel()
        elif isinstance(fate, Exception):
            future.set_exception(fate)
        else:
            future.set_result(fate)
        return future

    def close(self):
        self.is_closed = True


@pytest.fixture
def crew(monkeypatch):
    def make(*fates):
        made = Lossy(*fates)
        monkeypatch.setattr("rezoning.commands.points.solving.Local", lambda _workers: made)
        return made

    return make


def test_a_point_whose_worker_was_ended_is_given_to_another(tiny, tmp_path, crew):
    lossy = crew(None, None, Outcome(1, 2.0, "the worker broke", (Problem("a", "it died.", "Retry."),)), RuntimeError("three workers died"))
    found = solved([Point(tiny(), {"solve.seed": n}, {"n": n}) for n in (1, 2)], tmp_path / "out")
    assert (found[1].failure["seconds"], lossy.fates, lossy.is_closed) == (2.0, [], True)
    assert "three workers died" in found[2].row()["error"]


def test_a_full_disk_is_no_failure_of_a_point(tiny, tmp_path, crew):
    lossy = crew(Outcome(2, 9.0, "results cannot be written", (Problem("out", "the disk is full.", "Make room."),)))
    with pytest.raises(OutputError, match="the disk is full"):
        solved([Point(tiny(), {"solve.seed": n}, {"n": n}) for n in (1, 2)], tmp_path / "out")
    assert (lossy.is_closed, Store(tmp_path / "out").count()) == (True, 0)


def test_a_cluster_that_is_lost_is_told_and_is_no_answer(tiny, tmp_path, crew):
    lossy = crew("cancelled")
    with pytest.raises(ClusterError, match=r"lost while it solved.*same command: points that ended are kept"):
        solved([Point(tiny(), {}, {"n": 1})], tmp_path / "out")
    assert lossy.is_closed
    assert Store(tmp_path / "out").count() == 0


# -- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_points_are_answered_once_and_failures_kept(tiny, tmp_path):
    path = tiny()
    points = [
        Point(path, QUICK, {"n": 1}),
        Point(path, {**QUICK, "rules.capacity": {"min": 0, "max": 0.1}}, {"n": 2}),  # no plan exists
        Point(path, QUICK, {"n": 3}),  # the first again
        Point(path, {"rules.nonsense": 1}, {"n": 4}),
    ]
    first = solved(iter(points), tmp_path / "out", workers=1)
    assert {n: one.exit_code for n, one in first.items()} == {1: 0, 2: 4, 3: 0, 4: 3}
    assert first[1].key == first[3].key
    assert first[1].row()["goal1_bound"] == pytest.approx(first[1].row()["goal1_value"], abs=1e-9)
    assert first[2].row()["status"] == "infeasible"
    assert "nonsense" in first[4].row()["error"]
    kept = {one: one.stat().st_mtime_ns for one in (tmp_path / "out" / "runs").rglob("*")}
    again = solved(points, tmp_path / "out", retry=True)
    assert {n: one.key for n, one in again.items()} == {n: one.key for n, one in first.items()}
    assert {one: one.stat().st_mtime_ns for one in (tmp_path / "out" / "runs").rglob("*")} == kept


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing_and_twice_is_a_failure(tiny, tmp_path):
    points = [Point(tiny(), {"solve.seed": seed, "solve.method": "anneal", "solve.time_limit": 4}, {"n": seed}) for seed in (1, 2)]
    killed: list[int] = []
    stop = threading.Event()

    def hunt(times: int) -> None:
        while len(killed) < times and not stop.is_set():
            for pid in workers():
                if pid not in killed and len(killed) < times:
                    time.sleep(1.5)
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
            time.sleep(0.1)

    for times, code in ((1, 0), (2, 1)):
        killed.clear()
        hunter = threading.Thread(target=hunt, args=(times,))
        hunter.start()
        found = solved(points[times - 1 : times], tmp_path / f"out{times}", workers=1)
        stop.set()
        hunter.join()
        stop.clear()
        assert len(killed) == times
        assert [one.exit_code for one in found.values()] == [code]
    assert "SIGKILL" in found[2].row()["error"]
    assert [one.exit_code for one in solved(points[1:], tmp_path / "out2", retry=True).values()] == [0]


def workers(what: str = "commands.points.task", mark: str = "") -> list[int]:
    """Processes of points that this process has; with `mark` those of anybody with this in the environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                words, state = (folder / "cmdline").read_bytes(), (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            is_ours = mark.encode() in read(folder / "environ") if mark else int(state[1]) == os.getpid()
            if what.encode() in words and is_ours and state[0] != "Z":
                found.append(int(folder.name))
    return found


@pytest.mark.slow
def test_limits_of_time_and_memory_are_kept(tiny, tmp_path):
    long = Point(tiny(), {"solve.method": "anneal", "solve.time_limit": 60}, {"n": 1})
    began = time.monotonic()
    found = solved([long], tmp_path / "late", seconds=3, is_fresh=True)[1]
    assert time.monotonic() - began < 30
    assert found.exit_code == 1
    assert "did not end within its time" in found.row()["error"]
    small = solved([Point(tiny(), QUICK, {"n": 1})], tmp_path / "small", memory_gb=0.2, is_fresh=True)[1]
    assert small.failure is not None


COORDINATOR = """
import sys
from pathlib import Path
from rezoning.commands.points import Point, solve_points
path, out = map(Path, sys.argv[1:])
points = [Point(path, {"solve.seed": n, "solve.time_limit": 1, "solve.method": "anneal"}, {"n": n}) for n in range(6)]
for one in solve_points(points, out):
    print(one.key, flush=True)
"""


@pytest.mark.slow
def test_a_killed_command_loses_nothing_and_leaves_nobody(tiny, tmp_path):
    path, out = tiny(), tmp_path / "out"
    told, met = set[str](), 0
    mark = f"REZONING_TESTED={tmp_path}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **dict([mark.split("=")])}
    for wait in (2, 1, 1, 1):
        with subprocess.Popen([sys.executable, "-c", COORDINATOR, path, out], stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            for _ in range(wait):
                told.add(process.stdout.readline().strip())
            met += len(workers("solvers.worker", mark))
            process.kill()
        await_that(lambda: not workers("solvers.worker", mark), 10)
    assert met > 0
    assert all((out / "runs" / key / "run.json").exists() for key in told - {""})
    found = solved([Point(path, {"solve.seed": n, "solve.time_limit": 1, "solve.method": "anneal"}, {"n": n}) for n in range(6)], out)
    assert {one.exit_code for one in found.values()} == {0}
    assert len(found) == len({one.key for one in found.values()}) == 6


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.slow
def test_a_dask_cluster_answers_the_same_and_survives_a_lost_worker(tiny, tmp_path):
    distributed = pytest.importorskip("distributed")
    path = tiny()
    points = [Point(path, {**QUICK, "solve.seed": n}, {"n": n}) for n in range(4)]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        found: dict[int, object] = {}
        for one in solve_points(points, tmp_path / "out", scheduler=cluster.scheduler_address):
            if not found:
                os.kill(pids[0], signal.SIGKILL)
            found[one.point.labels["n"]] = one
    assert {n: one.exit_code for n, one in found.items()} == dict.fromkeys(range(4), 0)
    assert json.loads((found[0].directory / "run.json").read_text())["status"] == "optimal"


@pytest.mark.slow
def test_on_a_cluster_points_end_with_the_command_that_asked(tiny, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    mark = f"REZONING_TESTED={tmp_path}"
    monkeypatch.setenv(*mark.split("="))
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        words = [sys.executable, "-c", LONG, tiny(), tmp_path / "out", cluster.scheduler_address]
        with subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
            await_that(lambda: len(workers("solvers.worker", mark)) >= 2, 90)
            process.kill()
        await_that(lambda: not workers("solvers.worker", mark), 30)
        points = [Point(tmp_path / "tiny/scenario.yaml", QUICK, {"n": 1})]
        assert solved(points, tmp_path / "out", scheduler=cluster.scheduler_address)[1].exit_code == 0


LONG = """
import sys
from pathlib import Path
from rezoning.commands.points import Point, solve_points
path, out, address = sys.argv[1:]
list(solve_points([Point(Path(path), {"solve.time_limit": 600, "solve.method": "anneal"})], out, scheduler=address))
"""


def await_that(is_so, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.1)
