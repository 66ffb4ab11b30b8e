"""Work that is counted and not timed: a slower or busier machine finds the same plan, and what the clock decided is told."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from rezoning.district.load import load_district
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.engine import solve
from rezoning.optimize.result import Result, Status
from rezoning.optimize.solvers import apart
from rezoning.optimize.solvers.counted import Counted
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Parts, Solve
from rezoning.synthetic import make_district, write_district

LONG = 50_000.0  # seconds: time that never comes
SOLVERS = [pytest.param(name, marks=() if name == "scip" else pytest.mark.slow) for name in ("scip", "highs", "cbc")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("town")
    write_district(made, make_district(units=120, schools=5, seed=1), max_increase=3.0)
    return made


@pytest.fixture(scope="module")
def town(folder) -> Formulation:
    loaded = load_scenario(folder / "scenario.yaml")
    return formulate(load_district(loaded.data), loaded)


def solved(town: Formulation, **settings) -> Result:
    return solve(town, Solve(**{"threads": 1, "time_limit": LONG, "gap": 0.0, "gap_abs": 0.0, "cycles": 1, **settings}))


def found(result: Result) -> tuple:
    """Everything about a result that no clock may change."""
    values = list(dict.fromkeys((point.goal, point.value) for point in result.trace))
    return result.plan.school.tolist(), result.goals, result.status, result.ended, result.nodes, result.cuts, values


@pytest.fixture
def slow_clock(monkeypatch):
    """A clock that jumps ahead, by seconds at a time."""
    real, drawn, lost = time.monotonic, random.Random(1), [0.0]

    def now() -> float:
        lost[0] += drawn.choice([0.0, 0.0, 0.01, 3.0])
        return real() + lost[0]

    monkeypatch.setattr(time, "monotonic", now)
    return lost


@pytest.fixture
def stumbling():
    """Workers that are stopped again and again, as on a machine that has other things to do."""
    over, stops = threading.Event(), []

    def stumble() -> None:
        while not over.wait(0.1):
            for worker in list(apart._pool._all):
                os.kill(worker._process.pid, signal.SIGSTOP)
                stops.append(worker)
                over.wait(0.15)
                os.kill(worker._process.pid, signal.SIGCONT)

    thread = threading.Thread(target=stumble)
    thread.start()
    yield stops
    over.set()
    thread.join()


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("method", ["auto", pytest.param("exact", marks=pytest.mark.slow)])
def test_a_clock_that_jumps_changes_nothing(town, solver, method, request):
    first = solved(town, solver=solver, method=method)
    lost = request.getfixturevalue("slow_clock")
    second = solved(town, solver=solver, method=method)
    assert lost[0] > 100
    assert found(first) == found(second)
    assert first.is_counted is second.is_counted is True


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{"solver": "scip"}, {"solver": "highs"}, {"solver": "cbc"}, {"method": "anneal"}], ids=lambda one: "-".join(one.values())
)
def test_a_machine_that_has_other_things_to_do_finds_the_same(town, settings, request):
    first = solved(town, cycles=2, **settings)
    stops = request.getfixturevalue("stumbling")
    second = solved(town, cycles=2, **settings)
    assert len(stops) >= 3
    assert found(first) == found(second)
    assert first.is_counted is second.is_counted is True


def test_the_search_alone_is_counted_too(town, request):
    first = solved(town, method="anneal", tidy=False)
    request.getfixturevalue("slow_clock")
    assert found(solved(town, method="anneal", tidy=False)) == found(first)
    assert (first.status, first.is_counted, first.nodes) == (Status.FEASIBLE, True, None)


@pytest.mark.slow
@pytest.mark.parametrize("way", [{"separators": False}, {"contiguity": "flow"}, {"warm_start": False}, {"neighborhoods": False}], ids=str)
def test_so_it_is_without_parts(town, way, request):
    settings = {"parts": Parts(**way), "method": "anneal" if "neighborhoods" in way else "auto"}
    first = solved(town, **settings)
    request.getfixturevalue("slow_clock")
    assert found(solved(town, **settings)) == found(first)
    assert first.is_counted


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["scip", "highs", "cbc"])
def test_work_is_what_was_asked(town, solver):
    few, many = solved(town, solver=solver), solved(town, solver=solver, cycles=4)
    assert 0 < few.nodes <= Counted(1).nodes * 1.1 + 5  # a solver sees after a node that it was the last
    assert few.nodes < many.nodes or many.status is Status.OPTIMAL
    assert many.goals[0].bound >= few.goals[0].bound - 1e-9


def test_that_time_came_first_is_told(town):
    result = solved(town, cycles=10_000, time_limit=1.0, tidy=False)
    assert (result.status, result.is_counted) == (Status.FEASIBLE, False)


def test_what_is_not_promised_is_not_claimed(town):
    stop = threading.Event()
    stop.set()
    stopped = solve(town, Solve(threads=1, cycles=1), stop=stop)
    assert stopped.is_counted is False
    assert solved(town, options={"limits/time": 900.0}).is_counted is False
    assert solve(town, Solve(threads=1, time_limit=0.5, method="anneal", tidy=False)).is_counted is None


@pytest.mark.slow
def test_several_threads_come_to_an_end_and_promise_nothing(town):
    result = solved(town, threads=2)
    assert result.is_counted is (result.threads == 1)
    assert result.goals[0].bound is not None
    assert any("solve.threads: 1" in text for text in result.warnings) is (result.threads > 1)


@pytest.mark.slow
def test_the_same_bytes_from_another_process_beside_a_busy_one(folder, tmp_path):
    def plan(name: str, seed: str) -> bytes:
        settings = ["solve.threads=1", "solve.cycles=1", f"solve.time_limit={LONG}", "solve.gap=0"]
        command = [sys.executable, "-m", "rezoning", "run", str(folder / "scenario.yaml"), "--out", str(tmp_path / name)]
        command += [part for setting in settings for part in ("--set", setting)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
        assert '"is_counted": true' in (tmp_path / name / "run.json").read_text(encoding="utf-8")
        return (tmp_path / name / "plan.csv").read_bytes()

    first = plan("first", "0")
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        assert plan("second", "12345") == first
    finally:
        for process in busy:
            process.kill()
            process.wait()
