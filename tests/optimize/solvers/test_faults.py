"""Solvers that raise, die, hang and lie, for real and where they work (`faulty/sitecustomize.py`): no plan is lost, nothing false is said."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from drawn import Case, picture, scenario
from oracle import Oracle

from rezoning.auditing import audit
from rezoning.errors import ScenarioError
from rezoning.formulation.formulate import formulate
from rezoning.optimize import asking
from rezoning.optimize.engine import solve
from rezoning.optimize.explain import decide
from rezoning.optimize.neighboring import Neighboring
from rezoning.optimize.proving import Prover
from rezoning.optimize.result import Result, Status
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers import apart
from rezoning.optimize.solvers.base import Clock

TODAY, NO_START, NO_PLAN = (80, 60, 60), (60, 60, 60), (59, 59, 39)  # seats: today's zones are a plan; are none; there is none, for a solver's eye
SOLVERS = ("scip", "highs", "cbc")
CLOSE = 1e-6
DEATHS = {
    "exception": "failed: RuntimeError: error in LP solver.",
    "segv": "crashed: its process was ended by signal SIGSEGV",
    "kill": "crashed: its process was ended by signal SIGKILL",
    "abort": "crashed: its process was ended by signal SIGABRT",
    "exit": "ended its process with exit code 0",
    "memory": "ran out of memory",
}
HANGS = ("hang", "hold", "freeze", "spin")
LIES = {
    "worse plan": "said that a plan is optimal with",
    "broken row": "",  # a tree is asked about all that a plan obeys; in the loop such a plan is cut off, and nonsense when it returns
    "nan bound": "gave a bound that is no number (nan)",
    "infinite bound": "gave a bound that is no number (inf)",
    "high bound": "said that",
    "nan plan": "gave a plan whose values are no numbers",
    "short plan": "gave a plan whose values are no numbers",
    "no plan": "said that a plan is optimal and gave no plan",
    "failed": "stopped with an error of its own",
}
GOALS = [{"minimize": "dissimilarity", "group": "low"}, {"minimize": "reassigned"}]
HERE = Path(__file__).parent
TESTS = HERE.parents[1]
slow = pytest.mark.slow
FIRST = [SOLVERS[0], *(pytest.param(name, marks=slow) for name in SOLVERS[1:])]


@cache
def case(seats: tuple[int, int, int]) -> Case:
    """Fifteen units and three schools whose linear relaxation says nothing, so that a solver is asked."""
    low = np.random.default_rng(0).integers(0, 11, 15).astype(float)
    district = picture("AaabB/aaabb/accCb", groups={"low": low}, capacity=np.array(seats, dtype=float))
    return Case(district, scenario({"capacity": {"max": 1.0}}, GOALS))


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """Workers that can be broken, with a place of their own for files."""
    place = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(HERE / "faulty"), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("REZONING_FAULTS", str(place / "faults.json"))
        patch.setattr("tempfile.tempdir", str(place))
        apart.close()
        yield place
        apart.close()
        assert children() == []
        assert list(place.glob("rezoning-solver-*")) == []


@pytest.fixture
def broken(workshop):
    """Say what goes wrong: by solver, ``kind@when``."""

    def say(**faults: str) -> None:
        (workshop / "faults.json").write_text(json.dumps(faults))
        (workshop / "faults.json.fired").unlink(missing_ok=True)

    say()
    return say


def fired(workshop: Path) -> list[str]:
    place = workshop / "faults.json.fired"
    return place.read_text().splitlines() if place.exists() else []


def children() -> list[str]:
    """What this process has started and has not ended."""
    told = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False).stdout
    return [line for line in told.splitlines() if "rezoning" in line]


@cache
def truth(seats: tuple[int, int, int]):
    return Oracle(case(seats).district, case(seats).scenario).truth()


def solved(seats: tuple[int, int, int], solver: str, **settings) -> tuple[Result, float]:
    """The engine's answer, and the seconds it took."""
    if solver == "cbc" and not is_cbc_here():
        pytest.skip("CBC is not here")
    one = case(seats)
    problem = formulate(one.district, one.scenario)
    if "time_limit" in settings:  # a machine with much to do shall not spend the little time there is on starting processes
        apart.warm_up(2)
        apart.await_ready(60)
    clock = Clock()
    asked = one.scenario.solve.model_copy(update={"solver": solver, **settings})
    return solve(problem, asked), clock()


@cache
def is_cbc_here() -> bool:
    return any(solver.name == "cbc" and solver.is_available for solver in asking.installed_solvers())


def check(result: Result, seats: tuple[int, int, int]) -> None:
    """An audited plan, its true values, bounds that hold, and no claim that is not so."""
    one, best = case(seats), truth(seats)
    assert result.plan is not None
    assert audit(result.plan, one.district, one.scenario.rules).passed
    assert [goal.value for goal in result.goals] == pytest.approx(Oracle(one.district, one.scenario).values(result.plan.school), abs=CLOSE)
    assert result.goals[0].bound is None or result.goals[0].bound <= best.values[0] + CLOSE
    assert all(goal.bound is None or goal.bound <= goal.value for goal in result.goals)
    if result.status is Status.OPTIMAL:
        assert [goal.value for goal in result.goals] == pytest.approx(best.values, abs=CLOSE)
    else:
        assert result.status is Status.FEASIBLE


def is_said(result: Result, name: str, what: str) -> bool:
    return any(warning.startswith(name) and what in warning for warning in result.warnings)


def some(names, every: int):
    """All pairs of a solver and a name; a part of them by default."""
    pairs = [(solver, name) for solver in SOLVERS for name in names]
    return [pytest.param(*pair, marks=[] if i % every == 0 else slow) for i, pair in enumerate(pairs)]


# -- those that end the process ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seats", [TODAY, pytest.param(NO_START, marks=slow)])
@pytest.mark.parametrize("when", ["start", pytest.param("middle", marks=slow)])
@pytest.mark.parametrize(("solver", "death"), some(DEATHS, 8))
def test_a_death_costs_no_plan_and_another_solver_goes_on(solver, death, when, seats, broken, workshop):
    broken(**{solver: f"{death}@{when}"})
    result, seconds = solved(seats, solver)
    check(result, seats)
    assert fired(workshop)
    assert is_said(result, solver, DEATHS[death])
    assert result.status is Status.OPTIMAL  # by the one that takes its place
    assert seconds < 30
    assert result.solver == solver


@pytest.mark.parametrize("solver", ["scip", pytest.param("highs", marks=slow)])
def test_a_death_inside_the_solvers_own_code_keeps_what_was_told(solver, broken, workshop):
    """With every solver dead after its plan and bound: both stand, the gap is what it is, and nobody calls that a limit or a proof."""
    broken(**dict.fromkeys(SOLVERS, "segv@middle"))
    result, seconds = solved(NO_START, solver, time_limit=5.0)
    check(result, NO_START)
    assert len(fired(workshop)) == 2
    assert result.goals[0].value == pytest.approx(truth(NO_START).values[0], abs=CLOSE)
    assert result.goals[0].bound >= 0.9 * truth(NO_START).values[0] - 1e-4
    assert result.status is Status.FEASIBLE
    assert all(is_said(result, name, "SIGSEGV") for name in ("scip", "highs"))
    assert seconds < 5.0 * 1.1 + 1 + 1.5


@pytest.mark.parametrize("death", ["segv", pytest.param("exception", marks=slow), pytest.param("kill", marks=slow)])
def test_a_death_in_a_callback(death, broken, workshop):
    broken(scip=f"{death}@callback")
    result, _ = solved(TODAY, "scip")
    check(result, TODAY)
    assert result.status is Status.OPTIMAL


@pytest.mark.parametrize("death", ["segv", pytest.param("exception", marks=slow)])
@pytest.mark.parametrize("when", ["start", pytest.param("middle", marks=slow)])
def test_a_death_of_the_relaxation_leaves_the_solver_its_turn(death, when, broken, workshop):
    broken(relaxation=f"{death}@{when}")
    result, _ = solved(TODAY, "scip")
    check(result, TODAY)
    assert result.status is Status.OPTIMAL
    assert is_said(result, "highs, at the linear relaxation,", DEATHS[death])


def test_numbers_of_the_relaxation_that_are_none_bound_nothing(broken, workshop):
    broken(relaxation="nan")
    result, _ = solved(TODAY, "scip")
    check(result, TODAY)
    assert fired(workshop)


@pytest.mark.parametrize("method", [pytest.param("exact", marks=slow), "auto"])
def test_when_everything_dies_the_search_goes_on(method, broken, workshop):
    broken(**dict.fromkeys(SOLVERS, "kill@start"))
    result, seconds = solved(NO_START, "scip", method=method, threads=2 if method == "auto" else 1, time_limit=3.0)
    check(result, NO_START)
    assert result.status is Status.FEASIBLE
    assert result.goals[0].value == pytest.approx(truth(NO_START).values[0], abs=CLOSE)
    assert seconds < 3.0 * 1.1 + 1 + 1.5
    assert seconds > 2.5  # not the end: the time is the search's


def test_when_everything_dies_and_there_is_no_plan_the_answer_is_that_none_was_found(broken, workshop):
    broken(**dict.fromkeys(SOLVERS, "segv@start"))
    result, _ = solved(NO_PLAN, "scip", time_limit=4.0)
    assert (result.status, result.plan) == (Status.NO_PLAN, None)
    assert is_said(result, "scip", "SIGSEGV")


def test_neighborhoods_whose_solver_dies_take_another_and_then_none(broken, workshop):
    problem = formulate(case(TODAY).district, case(TODAY).scenario)
    tracker, prover = Tracker(problem, [(problem.terms[0], 1.0)], Clock()), Prover("scip")
    tracker.offer(problem.start)
    broken(highs="kill@start", scip="exception@start")
    neighborhoods = Neighboring(tracker, prover, 0)
    for count in (1, 2, 2):
        neighborhoods.improve(problem.start, 60.0, threading.Event(), lambda plan, _value: tracker.offer(plan))
        assert len(prover.said) == count
    assert [sentence.split(",")[0] for sentence in prover.said] == ["highs", "scip"]
    assert "SIGKILL" in prover.said[0]
    assert tracker.plan.tolist() == problem.start.tolist()
    broken()
    neighborhoods = Neighboring(tracker, Prover("scip"), 0)
    best, found = truth(TODAY).values[0], threading.Event()

    def offer(plan, _value) -> None:
        tracker.offer(plan)
        if tracker.value <= best + 1e-4:
            found.set()

    neighborhoods.improve(problem.start, 60.0, found, offer)
    neighborhoods.close()
    assert tracker.value == pytest.approx(best, abs=1e-4)


# -- hangs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("solver", "hang"), some(HANGS, 10))
def test_a_hang_is_ended_in_time_and_is_no_limit(solver, hang, broken, workshop):
    broken(**{solver: f"{hang}@middle"})
    result, seconds = solved(TODAY, solver, time_limit=6.0)
    check(result, TODAY)
    assert fired(workshop)
    assert seconds < 6.0 * 1.1 + 1 + 1.5
    assert is_said(result, solver, "did not end within its time and was stopped")


def test_a_stop_does_not_wait_for_one_that_hangs(broken, workshop):
    broken(scip="hang@start")
    stop = threading.Event()
    one = case(TODAY)
    threading.Timer(1.0, stop.set).start()
    clock = Clock()
    result = solve(formulate(one.district, one.scenario), one.scenario.solve.model_copy(update={"time_limit": 60.0}), stop=stop)
    assert clock() < 5
    check(result, TODAY)
    assert (result.is_interrupted, result.warnings) == (True, ())


# -- lies -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seats", [TODAY, pytest.param(NO_START, marks=slow)])
@pytest.mark.parametrize(("solver", "lie"), some(LIES, 8))
def test_a_lie_is_not_believed(solver, lie, seats, broken, workshop):
    broken(**{solver: f"{lie}@answer"})
    result, _ = solved(seats, solver)
    check(result, seats)
    assert fired(workshop)
    assert is_said(result, solver, LIES[lie])
    assert result.status is Status.OPTIMAL


@pytest.mark.parametrize(("solver", "bound"), some(["nan", "inf", "1e9"], 5))
def test_a_bound_that_cannot_be_takes_back_all_of_its_source(solver, bound, broken, workshop):
    broken(**{solver: f"{bound}@bound"})
    result, _ = solved(TODAY, solver)
    check(result, TODAY)
    assert is_said(result, solver, "no number" if bound != "1e9" else "said that no plan has less than 1e+09")
    bounds = [point.bound for point in result.trace if point.bound is not None]
    assert max(bounds) < 1e6


@pytest.mark.parametrize("threads", [pytest.param(1, marks=slow), 2])
def test_a_worse_plan_called_optimal_is_known_for_one_beside_a_search(threads, broken, workshop):
    """Plan, objective and bound agree, and all are false: only who knows a better plan can tell."""
    broken(scip="worse plan and bound@answer", highs="worse plan and bound@answer")
    result, _ = solved(TODAY, "scip", method="auto", threads=threads, time_limit=5.0)
    check(result, TODAY)


@pytest.mark.parametrize("solver", FIRST)
@pytest.mark.parametrize("seats", [pytest.param(TODAY, marks=slow), NO_START])
def test_that_there_is_no_plan_is_not_believed_where_there_is_one(seats, solver, broken, workshop):
    broken(**{solver: "infeasible@answer"})
    result, _ = solved(seats, solver)
    check(result, seats)
    assert is_said(result, solver, "said that no plan exists, though")
    assert result.status is Status.OPTIMAL


@pytest.mark.parametrize("solver", FIRST)
def test_that_there_is_no_plan_is_said_when_two_say_so(solver, broken, workshop):
    result, _ = solved(NO_PLAN, solver)
    assert (result.status, result.warnings) == (Status.INFEASIBLE, ())


def test_that_there_is_no_plan_is_told_as_one_solvers_word_where_no_other_confirms_it(broken, workshop):
    broken(highs="segv@start")
    result, _ = solved(NO_PLAN, "scip")
    assert result.status is Status.INFEASIBLE
    assert "That no plan exists is the word of scip alone; no second solver confirmed it in time." in result.warnings


# -- other questions ---------------------------------------------------------------------------------------------------


def test_explaining_survives_too(broken, workshop, caplog):
    broken(scip="segv@start")
    verdict = decide(formulate(case(NO_PLAN).district, case(NO_PLAN).scenario), case(NO_PLAN).scenario.solve, 30.0)
    assert (verdict.is_infeasible, verdict.plan) == (True, None)
    assert "SIGSEGV" in caplog.text
    broken(**dict.fromkeys(SOLVERS, "exception@start"))
    verdict = decide(formulate(case(NO_PLAN).district, case(NO_PLAN).scenario), case(NO_PLAN).scenario.solve, 30.0)
    assert (verdict.is_infeasible, verdict.plan) == (False, None)


@pytest.mark.parametrize("fault", ["segv@start", pytest.param("exception@middle", marks=slow)])
def test_prices_that_cannot_be_had_are_none(fault, broken, workshop, caplog):
    one = case(TODAY)
    problem = formulate(one.district, one.scenario)

    def found() -> dict:
        return asking.prices(problem, problem.terms[0], one.district, one.scenario, 20.0, threading.Event())

    assert found()["bound"] <= truth(TODAY).values[0] + CLOSE
    broken(relaxation=fault)
    assert found() == {"bound": None, "prices": [], "unpriced": []}
    assert "The prices of the rules are not known: HiGHS" in caplog.text


# -- processes and files ----------------------------------------------------------------------------------------------


def test_what_solvers_print_reaches_their_log_and_nothing_else(broken, workshop, capfd):
    broken(scip="chatter@start")
    result, _ = solved(TODAY, "scip")
    assert "a solver's own words on stdout\n" in result.log
    assert "and natively\n" in result.log
    assert capfd.readouterr() == ("", "")


def test_an_option_that_a_solver_refuses_is_the_users_affair(broken, workshop):
    for solver in ("scip", "highs"):
        with pytest.raises(ScenarioError, match=r"solve\.options\.no_such_thing") as caught:
            solved(TODAY, solver, options={"no_such_thing": 1})
        assert caught.value.problems[0].cure


@slow
def test_many_solves_keep_processes_and_descriptors(broken, workshop):
    def held() -> tuple[int, int]:
        return len(children()), len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0

    solved(TODAY, "scip")
    before = held()
    for _ in range(5):
        solved(TODAY, "scip")
    broken(scip="segv@start")
    solved(TODAY, "scip")
    broken()
    solved(TODAY, "scip")
    assert held() == before


PARENT = """
import sys, tempfile
tempfile.tempdir, sys.path[:0] = sys.argv[1], sys.argv[2:]
from test_faults import TODAY, case, formulate, solve
one = case(TODAY)
solve(formulate(one.district, one.scenario), one.scenario.solve)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("fault", ["hang@start", pytest.param("spin@start", marks=slow)])
def test_workers_end_with_a_parent_that_is_killed_and_take_their_files_with_them(fault, broken, workshop, tmp_path):
    broken(scip=fault)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path), str(HERE), str(TESTS), str(TESTS.parent)])
    assert comes_true(lambda: fired(workshop))
    worker = int(fired(workshop)[0].split()[-1])
    assert is_running(worker)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert comes_true(lambda: not is_running(worker) and not list(tmp_path.glob("rezoning-solver-*")))


def comes_true(question, seconds: float = 60.0) -> bool:
    ends = time.monotonic() + seconds
    while not question() and time.monotonic() < ends:
        time.sleep(0.05)
    return bool(question())


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    place = Path(f"/proc/{process}/stat")
    return not (place.exists() and place.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.parametrize("fault", ["segv@start", pytest.param("hang@start", marks=slow)])
def test_a_run_whose_solver_crashes_ends_well(fault, broken, workshop, tiny, tmp_path):
    broken(scip=fault, highs=fault, cbc=fault)
    place, out = tiny(solve={"method": "auto", "time_limit": 10, "threads": 2}), tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "rezoning", "run", str(place), "--out", str(out), "--json"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["audit"]["passed"]
    assert record["status"] == "feasible"
    assert record["seconds"]["solve"] < 10 * 1.1 + 1 + 15  # with the search compiled, on a machine with much else to do
    assert any(warning.startswith("scip ") for warning in record["warnings"]), record["warnings"]
    assert {"run.json", "plan.csv", "schools.csv", "metrics.json", "solver.log"} <= {path.name for path in out.iterdir()}
    assert fault != "segv@start" or "Segmentation fault" in (out / "solver.log").read_text()


def test_the_library_needs_no_guard_in_a_script(broken, workshop, tmp_path):
    """Workers never run the caller's main module: a script without ``if __name__`` works, and prints what it prints once."""
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys; sys.path[:0] = [{str(HERE)!r}, {str(TESTS)!r}, {str(TESTS.parent)!r}]\nprint('once')\n"
        "from test_faults import TODAY, case, formulate, solve\none = case(TODAY)\n"
        "print(solve(formulate(one.district, one.scenario), one.scenario.solve).status)\n"
        "print(sorted({'pulp', 'highspy', 'pyscipopt'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("once\noptimal\n[]\n", "")
