"""One suite for every solver that is here: how a call ends, what it proves, and what it says of a bad option."""

import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from drawn import case, picture, scenario
from enumerated import assignments, plans, values, vectors
from oracle import Oracle

from rezoning.district.district import District
from rezoning.errors import ScenarioError
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.exact import branch_and_cut
from rezoning.optimize.model.milp import Milp, build
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers import command
from rezoning.optimize.solvers.base import Answer, Limits, Outcome, Watch, bad_option
from rezoning.optimize.solvers.registry import backend, installed_solvers

KNOWN = ("scip", "highs", "cbc")
SOLVERS = [solver.name for solver in installed_solvers() if solver.is_available and solver.name in KNOWN]
each = pytest.mark.parametrize("solver", SOLVERS)
listening = pytest.mark.parametrize("solver", [name for name in SOLVERS if name != "cbc"])
FREE = {"contiguity": {"method": "none"}}


def model(problem: Formulation) -> Milp:
    return build(problem, [(problem.terms[0], 1.0)])


def solved(solver: str, milp: Milp, start=None, watch: Watch | None = None, **limits) -> Answer:
    return backend(solver).solve(milp, Limits(**({"seconds": 30.0} | limits)), start, watch or Watch())


def value(milp: Milp, answer: Answer) -> float:
    problem = milp.formulation
    return problem.terms[0].value(problem.vector(milp.assignment(answer.values)))


@pytest.fixture(scope="module")
def small() -> Formulation:
    """Full schools, no contiguity: the rows say it all, and of some 40,000 assignments a hundred are plans."""
    one = case(5, 12, method="none")
    return formulate(one.district, one.scenario)


@pytest.fixture(scope="module")
def best(small) -> float:
    return float(values(small.terms[0], vectors(small, plans(small))).min())


HIDDEN = np.random.default_rng(3).integers(0, 3, 40)
HIDDEN[:3] = np.arange(3)


@pytest.fixture(scope="module")
def hard() -> Formulation:
    """Three schools whose seats are exactly those of a hidden plan, with six-digit units: no solver finds a plan soon, nor proves one best."""
    rng = np.random.default_rng(5)
    students = rng.integers(100_000, 999_999, 40).astype(float)
    district = District(
        unit_ids=tuple(f"{u:02d}" for u in range(40)),
        students=students,
        school_ids=("A", "B", "C"),
        school_names=("A", "B", "C"),
        school_unit=np.arange(3),
        edges=np.zeros((0, 2), dtype=np.int64),
        groups={"low": np.floor(students * rng.random(40))},
        current=rng.integers(0, 3, 40),
        capacity=np.bincount(HIDDEN, weights=students),
    )
    goals = [{"minimize": "dissimilarity", "group": "low"}]
    return formulate(district, scenario({"capacity": {"min": 1, "max": 1}, **FREE}, goals))


# -- how a call ends -------------------------------------------------------------------------------------------------


@each
def test_optimal(solver, small, best):
    milp = model(small)
    answer = solved(solver, milp)
    assert answer.outcome is Outcome.PROVEN
    assert value(milp, answer) == pytest.approx(best, abs=1e-9)
    assert answer.bound == pytest.approx(best, abs=1e-6)
    assert answer.log


@each
def test_infeasible(solver):
    """Units of three and seats for four or five: no arithmetic on sums sees it."""
    district = picture("AaabbB", students=[3] * 6, capacity=np.array([8.0, 11.0]))
    problem = formulate(district, scenario({"capacity": {"min": 0.9, "max": 1.0}, **FREE}))
    answer = solved(solver, model(problem))
    assert (answer.outcome, answer.values) == (Outcome.INFEASIBLE, None)


@each
def test_limit_without_a_plan(solver, hard):
    answer = solved(solver, model(hard), seconds=0.3)
    assert (answer.outcome, answer.values) == (Outcome.LIMIT, None)
    assert answer.bound is None or answer.bound <= hard.terms[0].value(hard.vector(HIDDEN))


@each
def test_limit_with_the_plan_it_was_started_with(solver, hard):
    """The same seconds gave no plan without a start, so this one is the start."""
    milp, began = model(hard), time.monotonic()
    answer = solved(solver, milp, HIDDEN, seconds=0.3)
    assert time.monotonic() - began < 10
    assert answer.outcome is Outcome.LIMIT
    assert value(milp, answer) <= hard.terms[0].value(hard.vector(HIDDEN)) + 1e-9
    assert answer.bound is None or answer.bound <= value(milp, answer)


@each
def test_a_start_that_is_optimal_is_kept(solver, small, best):
    found = plans(small)
    start = found[np.argmin(values(small.terms[0], vectors(small, found)))]
    milp = model(small)
    answer = solved(solver, milp, start)
    assert answer.outcome is Outcome.PROVEN
    assert value(milp, answer) == pytest.approx(best, abs=1e-9)


@each
def test_a_start_that_breaks_a_row_does_no_harm(solver, small, best):
    found = assignments(small)
    broken = found[~(found[:, None] == plans(small)).all(axis=2).any(axis=1)][0]
    milp = model(small)
    answer = solved(solver, milp, broken)
    assert value(milp, answer) == pytest.approx(best, abs=1e-9)


@each
@pytest.mark.parametrize("gap", [0.0, 0.01, 0.5])
def test_a_gap_is_what_it_says(solver, gap, some):
    for problem in some:
        milp = model(problem)
        answer = solved(solver, milp, gap=gap)
        optimum = float(values(problem.terms[0], vectors(problem, plans(problem))).min())
        assert answer.outcome in ((Outcome.PROVEN, Outcome.GAP) if gap else (Outcome.PROVEN,))
        assert answer.bound <= optimum + 1e-6
        assert value(milp, answer) - answer.bound <= gap * value(milp, answer) + 1e-6


@pytest.fixture(scope="module")
def some() -> list[Formulation]:
    """A few questions that have an answer and a choice."""
    drawn = [case(seed, 10, method="none") for seed in range(20, 40)]
    problems = [formulate(one.district, one.scenario) for one in drawn if Oracle(one.district, one.scenario).truth().is_feasible]
    return [problem for problem in problems if not problem.pairs.is_fixed.all()][:6]


@each
def test_nothing_costs_anything(solver):
    """An empty objective is one too."""
    problem = formulate(picture("AaabB", students=[1, 0, 0, 0, 1]), scenario(FREE))
    milp = model(problem)
    answer = solved(solver, milp)
    assert (answer.outcome, value(milp, answer), answer.bound) == (Outcome.PROVEN, 0.0, pytest.approx(0.0, abs=1e-9))


@each
def test_a_constant_part_is_in_value_and_bound(solver):
    """The school's own unit was another's: its students move in every plan, which no variable says."""
    problem = formulate(picture("AaaB", current=np.array([1, 0, 0, 1])), scenario(FREE))
    milp = model(problem)
    answer = solved(solver, milp)
    assert value(milp, answer) == pytest.approx(0.25)
    assert answer.bound == pytest.approx(0.25, abs=1e-6)


# -- options ---------------------------------------------------------------------------------------------------------

LIMIT_OF_NODES = {"scip": {"limits/nodes": 1}, "highs": {"mip_max_nodes": 1}, "cbc": {"maxNodes": 1}}
LIMIT_OF_PLANS = {"scip": {"limits/solutions": 1}, "highs": {"mip_max_improving_sols": 1}, "cbc": {"maxSolutions": 1}}


@each
def test_options_are_passed_as_written(solver, hard):
    began = time.monotonic()
    answer = solved(solver, model(hard), HIDDEN, seconds=60, options=LIMIT_OF_NODES[solver])
    assert time.monotonic() - began < 20
    assert answer.outcome is Outcome.LIMIT


@each
def test_a_limit_of_plans_is_a_limit(solver, small, best):
    """PuLP's own class knows no such ending."""
    milp = model(small)
    answer = solved(solver, milp, options=LIMIT_OF_PLANS[solver])
    assert answer.values is not None
    assert answer.outcome is not Outcome.PROVEN or value(milp, answer) == pytest.approx(best)
    assert answer.bound is None or answer.bound <= best + 1e-6


BAD = {
    "scip": ("solve.options.limits/nodez: scip does not take limits/nodez = 3 ('Not a valid parameter name').", "limits/nodez"),
    "highs": ("solve.options.mip_max_nodez: highs does not take mip_max_nodez = 3.", "mip_max_nodez"),
    "cbc": ("solve.options.maxNodez: cbc does not take maxNodez = 3.", "maxNodez"),
}


@each
def test_a_bad_option_is_named(solver, small):
    message, option = BAD[solver]
    with pytest.raises(ScenarioError) as caught:
        solved(solver, model(small), options={option: 3})
    assert str(caught.value) == f"{message} Look it up in {solver}'s manual or drop it."
    assert caught.value.exit_code == 3


def test_a_bad_value_is_named(small):
    with pytest.raises(ScenarioError) as caught:
        solved("highs", model(small), options={"mip_max_nodes": "many"})
    assert str(caught.value) == ("solve.options.mip_max_nodes: highs does not take mip_max_nodes = 'many'. Look it up in highs's manual or drop it.")
    with pytest.raises(ScenarioError) as caught:
        solved("scip", model(small), options={"limits/nodes": "many"})
    assert str(caught.value).startswith("solve.options.limits/nodes: scip does not take limits/nodes = 'many' (")


def test_the_words_for_a_bad_option():
    assert str(bad_option("glpk", "mip", 2)) == "solve.options.mip: glpk does not take mip = 2. Look it up in glpk's manual or drop it."
    assert str(bad_option("glpk", "mip", 2, "no")) == "solve.options.mip: glpk does not take mip = 2 (no). Look it up in glpk's manual or drop it."


# -- while it runs ---------------------------------------------------------------------------------------------------


@listening
def test_better_plans_and_bounds_are_told(solver, small, best):
    told: tuple[list, list] = ([], [])
    milp = model(small)
    solved(solver, milp, watch=Watch(on_plan=told[0].append, on_bound=told[1].append))
    assert told[0]
    for school in told[0]:
        assert (small.pairs.lookup[np.arange(small.pairs.num_nodes), school] >= 0).all()
    assert min(small.terms[0].value(small.vector(school)) for school in told[0]) == pytest.approx(best, abs=1e-9)
    assert all(bound <= best + 1e-6 for bound in told[1])
    assert told[1] == sorted(told[1])


@listening
def test_stop_ends_it_early_with_the_best_plan(solver, hard):
    stop = threading.Event()
    timer = threading.Timer(0.4, stop.set)
    timer.start()
    milp, began = model(hard), time.monotonic()
    answer = solved(solver, milp, HIDDEN, Watch(stop=stop), seconds=120)
    timer.cancel()
    assert time.monotonic() - began < 15
    assert answer.outcome is Outcome.LIMIT
    assert value(milp, answer) <= hard.terms[0].value(hard.vector(HIDDEN)) + 1e-9


@listening
def test_it_ends_when_others_have_done_the_work(solver, hard):
    began = time.monotonic()
    answer = solved(solver, model(hard), HIDDEN, Watch(is_done=lambda: time.monotonic() - began > 0.4), seconds=120)
    assert time.monotonic() - began < 15
    assert answer.outcome is Outcome.LIMIT


@each
def test_stopped_before_it_begins(solver, hard):
    stop = threading.Event()
    stop.set()
    began = time.monotonic()
    answer = solved(solver, model(hard), None, Watch(stop=stop), seconds=120)
    assert time.monotonic() - began < 15
    assert (answer.outcome, answer.values) == (Outcome.LIMIT, None)


def test_scip_takes_plans_of_others_while_it_works(hard):
    waiting = [HIDDEN]
    milp = model(hard)
    answer = solved("scip", milp, watch=Watch(offered=lambda: waiting.pop() if waiting else None), seconds=5, options={"limits/solutions": 1})
    assert waiting == []
    assert value(milp, answer) == pytest.approx(hard.terms[0].value(hard.vector(HIDDEN)))


def test_threads_of_highs_may_change_within_a_process(small, best):
    """HiGHS keeps its pool of workers: another number of threads needs it reset, or it solves nothing."""
    for threads in (1, 2, 1, 2):
        milp = model(small)
        answer = solved("highs", milp, threads=threads)
        assert answer.outcome is Outcome.PROVEN
        assert value(milp, answer) == pytest.approx(best, abs=1e-9)


def test_threads_of_highs_may_change_within_every_thread_of_ours(small):
    """The pool belongs to the thread that calls: what another thread asked for says nothing of it."""

    def outcome(threads: int) -> Outcome:
        return solved("highs", model(small), threads=threads).outcome

    with ThreadPoolExecutor(1) as other:
        for here, there in ((1, 2), (2, 2), (2, 1), (1, 1)):
            assert other.submit(outcome, there).result() is Outcome.PROVEN
            assert outcome(here) is Outcome.PROVEN
        beside = [other.submit(outcome, 1) for _ in range(5)]
        assert {outcome(2) for _ in range(5)} | {one.result() for one in beside} == {Outcome.PROVEN}


@each
def test_the_same_seed_gives_the_same_plan(solver, small):
    first, second = (solved(solver, milp, seed=4).values for milp in (model(small), model(small)))
    assert (first == second).all()


# -- which solvers there are -----------------------------------------------------------------------------------------


def test_what_each_can_do():
    found = {solver.name: solver for solver in installed_solvers()}
    assert set(KNOWN) <= set(found)
    assert found["scip"].cuts_inside_tree
    assert not found["highs"].cuts_inside_tree
    assert all(found[name].has_bound and found[name].has_warm_start and found[name].version for name in SOLVERS)
    assert [name for name in KNOWN if found[name].uses_threads] == ["highs", "cbc"]
    assert [backend(name).name for name in SOLVERS] == SOLVERS
    assert backend("HiGHS").name == "highs"


needs_cbc = pytest.mark.skipif("cbc" not in SOLVERS, reason="CBC is not here")


def program(path: Path, text: str) -> Path:
    """A program of a few lines of shell in CBC's place."""
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@needs_cbc
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kill -SEGV $$", "cbc did not start (Error while trying to execute"),
        ("echo Welcome; kill -KILL $$", "cbc stopped with a fault of its own (Error while trying to execute"),
        ("exit 3", "cbc did not start (Error while trying to execute"),
        ("exit 0", "cbc did not start (Error while executing"),
        ("echo Welcome; echo 1 2 3.0 4.0 > $(echo $* | sed 's/.*-solution //')", "cbc stopped with a fault of its own (it wrote no status"),
        ("echo Welcome; echo nonsense > $(echo $* | sed 's/.*-solution //')", "cbc stopped with a fault of its own (what it wrote cannot be read"),
        ("echo Welcome; : > $(echo $* | sed 's/.*-solution //')", "cbc stopped with a fault of its own (what it wrote cannot be read"),
    ],
)
@pytest.mark.parametrize("has_start", [False, True])
def test_a_cbc_that_never_started_or_died_has_failed(small, tmp_path, monkeypatch, text, words, has_start):
    """It is no time limit, and what was known before stays known."""
    import pulp

    monkeypatch.setattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", str(program(tmp_path / "cbc", text)))
    answer = solved("cbc", model(small), plans(small)[0] if has_start else None)
    assert (answer.outcome, answer.values, answer.bound) == (Outcome.FAILED, None, None)
    assert answer.failure.startswith(words)


@needs_cbc
def test_cbc_starts_where_temporary_files_have_a_space_in_their_path(small, best, tmp_path, monkeypatch):
    place = tmp_path / "Documents and Settings"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    milp = model(small)
    answer = solved("cbc", milp)
    assert (answer.outcome, value(milp, answer)) == (Outcome.PROVEN, pytest.approx(best, abs=1e-9))
    assert list(place.iterdir()) == []
    monkeypatch.setattr(command, "PLACES", ("/nowhere",))
    assert solved("cbc", model(small)).failure == (
        f"cbc stopped with a fault of its own: no folder for temporary files whose path has no spaces can be written, neither {place} nor /nowhere."
    )


class Breaks:
    """A separation that has nothing to say, and raises once, after some questions: SCIP gets no answer then and breaks, from the inside."""

    cuts_fractions = True

    def __init__(self, after: int) -> None:
        self.left = after

    def holds(self, school_of_node, values=None) -> bool:
        self.left -= 1
        if self.left == 0:
            raise RuntimeError("no answer")
        return True

    def cuts(self, school_of_node, values=None):
        self.holds(school_of_node)
        return []

    def fractional_cuts(self, x, values=None):
        return []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_scip_that_broke_is_asked_nothing_and_keeps_what_it_told(small, best):
    kept = 0
    for after in (2, 8, 13):
        milp, told = model(small), []
        watch = Watch(on_plan=lambda plan, told=told: told.append(plan.tolist()))
        limits = Limits(30.0, options={"presolving/maxrounds": 0})
        answer = backend("scip").solve(milp, limits, None, watch, Breaks(after))
        assert answer.outcome is Outcome.FAILED
        assert answer.failure == "scip stopped with a fault of its own: unspecified error."
        assert answer.bound is None or answer.bound <= best + 1e-6
        assert (answer.values is None) == (not told)
        if told:
            assert milp.assignment(answer.values).tolist() == told[-1]
            assert answer.bound is not None
            kept += 1
    assert kept


@pytest.mark.parametrize("name", SOLVERS)
def test_a_failure_ends_branch_and_cut_with_the_best_plan(small, name, monkeypatch):
    """Nothing is lost, nothing proven, and nobody asks again and again."""
    from rezoning.optimize.solvers import highs, scip

    def breaks(*_arguments, **_options):
        raise RuntimeError("out of its mind")

    module, function = {"highs": (highs, "_ask"), "scip": (scip, "_ask"), "cbc": (command.Command, "_ask")}[name]
    monkeypatch.setattr(module, function, breaks)
    tracker = Tracker(small, [(small.terms[0], 1.0)], time.monotonic)
    tracker.offer(plans(small)[0])
    ending = branch_and_cut(tracker, backend(name), Limits(20.0), Watch())
    assert tracker.plan.tolist() == plans(small)[0].tolist()
    assert (ending.is_proven, ending.is_infeasible) == (False, False)
    assert ending.failure == "stopped with a fault of its own: out of its mind"  # the rest of a sentence about the solver


def test_whole_numbers_have_whole_bounds():
    """No number of borders is between 5 and 6."""
    district, asked = case(3).district, scenario(FREE, [{"minimize": "cut_edges"}])
    problem = formulate(district, asked)
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], lambda: 0.0)
    tracker.raise_bound(5 + 1e-9)
    assert tracker.bound == 5.0
    tracker.raise_bound(5.2)
    assert tracker.bound == 6.0


def test_an_unknown_solver_is_refused():
    names = sorted(solver.name for solver in installed_solvers() if solver.is_available)
    with pytest.raises(ScenarioError) as caught:
        backend("gurobbi", "scenario.yaml, line 9, solve.solver")
    assert str(caught.value) == (
        f"scenario.yaml, line 9, solve.solver: the solver 'gurobbi' is not on this machine. Take one of auto, {', '.join(names)}."
    )


def test_any_solver_of_pulp(small, best):
    from rezoning.optimize.solvers.command import other

    milp = model(small)
    answer = other("PULP_CBC_CMD").solve(milp, Limits(30.0), None, Watch())
    assert (answer.outcome, answer.bound) == (Outcome.PROVEN, pytest.approx(best, abs=1e-6))
    milp = model(small)
    answer = other("PULP_CBC_CMD").solve(milp, Limits(30.0, gap=0.1), None, Watch())
    assert (answer.outcome, answer.bound) == (Outcome.GAP, None)  # within some gap: nothing is known of the bound
    with pytest.raises(ScenarioError) as caught:
        other("PULP_CBC_CMD").solve(model(small), Limits(30.0, options={"speed": 3}), None, Watch())
    assert str(caught.value).startswith("solve.options: PULP_CBC_CMD does not take one of ['speed'] (")
    assert str(caught.value).endswith("'speed'). Drop it.")


# -- branch and cut on every solver ----------------------------------------------------------------------------------


@each
def test_rows_are_held_finer_than_the_audit_looks(solver):
    """A full school of a thousand students: a relative tolerance would let a thousandth of a student more in."""
    students = [999.9996, 0.0006, 500.0, 499.9998, 0.0006]
    district = picture("AaabB", students=students, capacity=np.array([1000.0, 1000.0]), groups={"low": np.array([1.0, 0, 400, 0, 0])})
    problem = formulate(district, scenario({"capacity": {"max": 1.0002}}, [{"minimize": "dissimilarity", "group": "low"}]))
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], time.monotonic)
    branch_and_cut(tracker, backend(solver), Limits(20.0), Watch())
    assert tracker.plan is not None
    assert (problem.rows.matrix @ problem.vector(tracker.plan) <= problem.rows.upper + 1e-7).all()
