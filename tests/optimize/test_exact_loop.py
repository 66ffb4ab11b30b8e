"""Branch and cut step by step: what each ending of a solver means, what the tracker takes, and limits on a question that nobody finishes."""

import threading
import time
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from drawn import case, grid, picture, scenario
from enumerated import plans, values, vectors
from oracle import Oracle

from rezoning.auditing import audit
from rezoning.district.district import District
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize import exact
from rezoning.optimize.cuts.relaxation import Relaxed
from rezoning.optimize.engine import solve
from rezoning.optimize.exact import Ending, branch_and_cut
from rezoning.optimize.result import TIDY, Status
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Answer, Limits, Outcome, Watch
from rezoning.optimize.solvers.command import _cbc_bound
from rezoning.optimize.solvers.registry import backend

SOLVERS = ("scip", "highs", "cbc")
ROAD = picture("AaabbB", students=[1, 2, 3, 4, 5, 6], groups={"low": np.array([1.0, 2, 0, 0, 0, 0])})
LOW = [{"minimize": "dissimilarity", "group": "low"}]


def tracked(problem: Formulation, start=None) -> Tracker:
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], time.monotonic)
    if start is not None:
        assert tracker.offer(np.array(start))
    return tracker


@dataclass
class Scripted:
    """A backend that answers what it was told to, whatever it is asked."""

    script: list[tuple[Outcome, list[int] | None, float | None]]
    name: str = "scripted"
    cuts_inside_tree: bool = False
    asked: list[tuple[float, list[int] | None, int]] = field(default_factory=list)  # gap, start, rows of each call

    def solve(self, milp, limits, start, watch, separation=None) -> Answer:
        self.asked.append((limits.gap, None if start is None else start.tolist(), len(list(milp.problem.constraints()))))
        outcome, school, bound = self.script[len(self.asked) - 1]
        return Answer(outcome, None if school is None else milp.start(np.array(school)), bound, None, f"call {len(self.asked)}\n")


@pytest.fixture
def no_relaxation(monkeypatch):
    """The loop alone: bounds come from the script."""
    monkeypatch.setattr(exact, "tighten", lambda *_, **__: Relaxed())


def run(script, start=None, gap=0.0, seconds=60.0) -> tuple[Ending, Tracker, Scripted]:
    problem = formulate(ROAD, scenario(goals=LOW))
    tracker, scripted = tracked(problem, start), Scripted(script)
    return branch_and_cut(tracker, scripted, Limits(seconds, gap=gap), Watch()), tracker, scripted


GOOD, LOOSE = [0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]  # nodes of the road are its units
VALUE = 1 - 3 / 18


def test_the_road():
    problem = formulate(ROAD, scenario(goals=LOW))
    assert problem.pairs.num_nodes == 6
    assert tracked(problem, GOOD).value == pytest.approx(VALUE)


@pytest.mark.usefixtures("no_relaxation")
def test_proven_and_sound_is_optimal():
    ending, tracker, scripted = run([(Outcome.PROVEN, GOOD, VALUE - 1e-7)])
    assert ending == Ending(is_proven=True, log="call 1\n")
    assert (tracker.plan.tolist(), tracker.bound) == (GOOD, tracker.value)
    assert len(scripted.asked) == 1


@pytest.mark.usefixtures("no_relaxation")
def test_loose_pieces_are_cut_and_asked_again():
    ending, tracker, scripted = run([(Outcome.PROVEN, LOOSE, 0.1), (Outcome.PROVEN, GOOD, VALUE)])
    assert ending.is_proven
    assert tracker.cuts == scripted.asked[1][2] - scripted.asked[0][2] > 0
    assert ending.log == "call 1\ncall 2\n"
    assert [point.bound for point in tracker.trace] == sorted((point.bound for point in tracker.trace), key=lambda b: -1.0 if b is None else b)


@pytest.mark.usefixtures("no_relaxation")
def test_infeasible_without_a_plan_is_infeasible():
    ending, tracker, _ = run([(Outcome.INFEASIBLE, None, None)])
    assert (ending.is_infeasible, ending.is_proven, tracker.bound) == (True, False, None)


@pytest.mark.usefixtures("no_relaxation")
def test_infeasible_beside_a_plan_is_the_solvers_mistake_and_proves_nothing():
    ending, tracker, _ = run([(Outcome.INFEASIBLE, None, None)], start=GOOD)
    assert (ending.is_infeasible, ending.is_proven, tracker.bound) == (False, False, None)


@pytest.mark.usefixtures("no_relaxation")
def test_a_loose_gap_first_then_the_asked_one():
    ending, _, scripted = run([(Outcome.GAP, GOOD, VALUE - 0.01), (Outcome.PROVEN, GOOD, VALUE)], start=GOOD)
    assert [gap for gap, _, _ in scripted.asked] == [0.02, 0.0]
    assert [start for _, start, _ in scripted.asked] == [GOOD, GOOD]
    assert ending.is_proven


@pytest.mark.usefixtures("no_relaxation")
def test_within_the_asked_gap_is_not_proven_optimal():
    ending, tracker, scripted = run([(Outcome.GAP, GOOD, VALUE - 0.01)], gap=0.05)
    assert (ending.is_proven, len(scripted.asked)) == (False, 1)
    assert tracker.bound == pytest.approx(VALUE - 0.01)
    assert tracker.is_within(0.05, 0.0)
    assert not tracker.is_within(0.001, 0.0)


def test_a_bound_that_falls_short_of_the_gap_its_solver_claims_is_asked_for_a_proof(no_relaxation):
    """A bound may have lost digits on its way; to end there would be told as a limit that came first."""
    ending, tracker, scripted = run([(Outcome.GAP, GOOD, 0.7), (Outcome.GAP, GOOD, 0.7), (Outcome.PROVEN, GOOD, VALUE)], gap=0.01)
    assert [gap for gap, _, _ in scripted.asked] == [0.02, 0.01, 0.0]
    assert ending.is_proven
    assert tracker.bound == pytest.approx(VALUE)


@pytest.mark.parametrize("school", [None, GOOD])
@pytest.mark.usefixtures("no_relaxation")
def test_a_limit_of_the_solver_is_not_asked_again(school):
    """An option such as a limit of nodes ends the same question in the same way."""
    ending, tracker, scripted = run([(Outcome.LIMIT, school, 0.2)] * 3)
    assert len(scripted.asked) == 1
    assert (ending.is_proven, ending.is_infeasible, tracker.bound) == (False, False, 0.2)


@pytest.mark.usefixtures("no_relaxation")
def test_a_limit_with_loose_pieces_is_asked_again_with_cuts():
    ending, _, scripted = run([(Outcome.LIMIT, LOOSE, 0.2), (Outcome.LIMIT, GOOD, 0.3)])
    assert len(scripted.asked) == 2
    assert not ending.is_proven


@pytest.mark.usefixtures("no_relaxation")
def test_no_time_no_call():
    ending, _, scripted = run([], start=GOOD, seconds=0.0)
    assert (scripted.asked, ending) == ([], Ending())


def test_a_broken_start_is_repaired_between_rounds():
    problem = formulate(ROAD, scenario(goals=LOW))
    tracker, scripted = tracked(problem), Scripted([(Outcome.PROVEN, LOOSE, 0.1), (Outcome.PROVEN, GOOD, VALUE)])
    asked = []

    def repair(loose):
        asked.append(loose.tolist())
        return np.array(GOOD)

    branch_and_cut(tracker, scripted, Limits(60.0), Watch(), repair)
    assert asked == [LOOSE]
    assert scripted.asked[1][1] == GOOD  # the repaired plan is the next round's start


def test_rows_that_a_solvers_tolerance_lets_through_are_cut_off():
    """A full school, and an assignment that holds a little too much: the row is said to hold, so that very choice is forbidden."""
    district = picture("AabB", students=[5, 5.00001, 5, 5], capacity=np.array([10.0, 20.0]), groups={"low": np.array([1.0, 1, 0, 0])})
    problem = formulate(district, scenario({"capacity": {"max": 1}, "contiguity": {"method": "none"}}, LOW))
    tracker = tracked(problem)
    scripted = Scripted([(Outcome.PROVEN, [0, 0, 1, 1], 0.0), (Outcome.PROVEN, [0, 1, 0, 1], 0.1)])
    ending = branch_and_cut(tracker, scripted, Limits(60.0), Watch())
    assert (ending.is_proven, tracker.plan.tolist(), tracker.cuts) == (True, [0, 1, 0, 1], 1)


def test_a_row_broken_by_fixed_units_is_infeasible_without_a_solver():
    rules = {"contiguity": {"method": "none"}, "reassigned": {"max_share": 0.4}, "assign": {"01": "B"}}
    problem = formulate(picture("AaB"), scenario(rules))
    problem = replace(problem, rows=replace(problem.rows, upper=problem.rows.upper / 2))
    ending = branch_and_cut(tracked(problem), Scripted([]), Limits(60.0), Watch())
    assert ending == Ending(is_infeasible=True)


def test_the_only_plan_needs_no_solver():
    problem = formulate(picture("AaB"), scenario({"assign": {"01": "B"}}))
    tracker = tracked(problem)
    assert branch_and_cut(tracker, Scripted([]), Limits(60.0), Watch()) == Ending(is_proven=True)
    assert (tracker.value, tracker.bound) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


# -- the tracker -----------------------------------------------------------------------------------------------------


def test_the_tracker_takes_only_better_plans():
    tracker = tracked(formulate(ROAD, scenario(goals=LOW)), GOOD)
    assert not tracker.offer(np.array(GOOD))
    assert not tracker.offer(np.array(LOOSE))  # better, and no plan
    assert tracker.offer(np.array([0, 1, 1, 1, 1, 1]))
    assert not tracker.offer(np.array(GOOD))
    assert [point.value for point in tracker.trace] == pytest.approx([VALUE, abs(1 / 3 - 0 / 18)])


def test_the_tracker_holds_the_goals_before():
    problem = formulate(ROAD, scenario(goals=LOW))
    held = problem.hold(problem.terms[0], VALUE - 0.1)
    assert not tracked(held).offer(np.array(GOOD))
    assert tracked(problem.hold(problem.terms[0], VALUE - 0.9e-9)).offer(np.array(GOOD))  # within the tolerance
    assert not tracked(problem.hold(problem.terms[0], VALUE - 1.2e-9)).offer(np.array(GOOD))


def test_bounds_only_rise_and_never_above_the_value():
    tracker = tracked(formulate(ROAD, scenario(goals=LOW)), GOOD)
    for bound, kept in ((None, None), (np.nan, None), (np.inf, None), (0.1, 0.1), (0.05, 0.1), (0.3, 0.3), (VALUE + 1e-7, VALUE)):
        tracker.raise_bound(bound)
        assert tracker.bound == (None if kept is None else pytest.approx(kept))


def test_a_bound_above_a_plans_value_is_a_lie_and_takes_the_others_of_its_source_with_it():
    tracker = tracked(formulate(ROAD, scenario(goals=LOW)), GOOD)
    for source, bound in (("honest", 0.1), ("liar", 0.3), ("honest", 0.2)):
        tracker.credit(source)
        tracker.raise_bound(bound)
    tracker.credit("liar")
    tracker.raise_bound(2.0)
    assert (tracker.bound, set(tracker.disbelieved)) == (0.2, {"liar"})
    tracker.raise_bound(0.3)
    assert tracker.bound == 0.2
    assert [point.bound for point in tracker.trace] == [None, 0.1, 0.2]


def test_a_better_plan_shows_that_a_bound_was_a_lie():
    tracker = tracked(formulate(ROAD, scenario(goals=LOW)), GOOD)
    for source, bound in (("honest", 0.1), ("liar", 0.5)):
        tracker.credit(source)
        tracker.raise_bound(bound)
    assert tracker.offer(np.array([0, 1, 1, 1, 1, 1]))
    assert (tracker.bound, set(tracker.disbelieved)) == (0.1, {"liar"})
    assert not tracker.is_within(0.0, 0.1)


def test_the_closer_neighbor_rule_bounds_nothing():
    problem = formulate(ROAD, scenario({"contiguity": {"method": "closer_neighbor"}}, LOW))
    tracker = tracked(problem, GOOD)
    tracker.raise_bound(0.1)
    assert tracker.bound is None
    result = solve(problem, scenario(goals=LOW).solve)
    assert [goal.bound for goal in result.goals] == [None]
    assert result.status is Status.FEASIBLE
    assert "closer_neighbor forbids plans that contiguity allows: no bound is given, for none would be valid." in result.warnings


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_bound_on_the_way_is_valid(solver):
    """Not only the last one: whoever reads the trace of an interrupted solve reads these."""
    seen = 0
    for seed in range(60):
        one = case(seed, 10, method="exact")
        try:
            problem = formulate(one.district, one.scenario)
        except Infeasible:
            continue
        found = plans(problem)
        if not len(found):
            continue
        best = float(values(problem.terms[0], vectors(problem, found)).min())
        tracker = tracked(problem)
        branch_and_cut(tracker, backend(solver), Limits(20.0), Watch())
        assert all(point.bound is None or point.bound <= best + 1e-6 for point in tracker.trace)
        assert all(point.value is None or point.value >= best - 1e-9 for point in tracker.trace)
        seen += sum(point.bound is not None and point.bound < best - 1e-6 for point in tracker.trace)
    assert seen >= 1


# -- limits on a question that nobody finishes -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def big() -> tuple[District, Formulation]:
    """A district of 16 x 16 units and four schools whose poor live in the south: seconds are not enough for a proof."""
    rng, size = np.random.default_rng(11), 16
    n, roots = size * size, np.array([51, 60, 195, 204])
    place = np.stack(np.divmod(np.arange(n), size), axis=1)
    far = np.abs(place[:, None, :] - place[roots][None, :, :]).sum(axis=2).astype(float)
    students = rng.integers(0, 30, n).astype(float)
    district = District(
        unit_ids=tuple(f"{u:03d}" for u in range(n)),
        students=students,
        school_ids=tuple("ABCD"),
        school_names=tuple("ABCD"),
        school_unit=roots,
        edges=np.array(sorted(grid(size, size))),
        groups={"low": np.floor(students * (place[:, 0] / size) ** 2)},
        current=far.argmin(axis=1),
        capacity=np.full(4, students.sum() / 3),
        travel=far,
    )
    rules = {"capacity": {"min": 0.5, "max": 1.2}, "travel": {"max": 14}}
    return district, formulate(district, scenario(rules, LOW))


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_limit_gives_the_best_plan_and_an_honest_bound(solver, big):
    district, problem = big
    began = time.monotonic()
    settings = scenario(goals=LOW, time_limit=1.5, solver=solver).solve
    result = solve(problem, settings)
    assert time.monotonic() - began < 20
    assert result.status is Status.FEASIBLE
    goal = result.goals[0]
    assert goal.value <= goal.today
    assert goal.bound is None or goal.bound < goal.value
    rules = scenario({"capacity": {"min": 0.5, "max": 1.2}, "travel": {"max": 14}}).rules
    assert audit(result.plan, district, rules).passed
    values = [point.value for point in result.trace if point.value is not None and point.goal != TIDY]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_asked_gap_is_enough(solver, big):
    result = solve(big[1], scenario(goals=LOW, time_limit=60, gap_abs=0.6, solver=solver).solve)
    goal = result.goals[0]
    assert result.status is Status.WITHIN_GAP
    assert goal.value - 0.6 <= goal.bound < goal.value
    assert goal.gap == pytest.approx((goal.value - goal.bound) / goal.value)


@pytest.mark.parametrize("solver", ["scip", "highs"])
def test_stop_keeps_the_best_plan(solver, big):
    _, problem = big
    stop = threading.Event()
    timer = threading.Timer(0.7, stop.set)
    timer.start()
    began = time.monotonic()
    result = solve(problem, scenario(goals=LOW, time_limit=100, solver=solver).solve, stop=stop)
    timer.cancel()
    assert time.monotonic() - began < 20
    assert (result.status, result.is_interrupted) == (Status.FEASIBLE, True)
    assert result.plan is not None


# -- goals in order --------------------------------------------------------------------------------------------------


def test_giving_up_a_share_buys_the_next_goal():
    """Where the first goal may end half higher, fewer have to move."""
    one = next(c for c in (case(seed, 10, method="exact") for seed in range(400)) if buys(c))
    strict, loose = (Oracle(one.district, asked).truth().values for asked in (questions(one, 0.0), questions(one, 0.5)))
    for asked, wanted in ((questions(one, 0.0), strict), (questions(one, 0.5), loose)):
        result = solve(formulate(one.district, asked), asked.solve)
        assert [goal.value for goal in result.goals][-1] == pytest.approx(wanted[-1], abs=1e-6)
        assert result.goals[0].bound == pytest.approx(wanted[0], abs=1e-6)
        assert result.goals[0].best == pytest.approx(strict[0], abs=1e-6)
        assert result.status is (Status.OPTIMAL if wanted is strict else Status.WITHIN_GAP)  # not at its best, though every step is proven


def questions(one, give_up: float):
    return scenario(goals=[{"minimize": "imbalance", "give_up": give_up}, {"minimize": "reassigned"}])


def buys(one) -> bool:
    if not one.district.has_current:
        return False
    found = [Oracle(one.district, questions(one, give_up)).truth() for give_up in (0.0, 0.5)]
    return found[0].is_feasible and found[0].values[-1] > found[1].values[-1] + 0.01


# -- what CBC prints -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Result - Optimal solution found\n\nObjective value:                463.94444444\n", 463.94444444 - 0.5e-8),
        ("Result - Optimal solution found (within gap tolerance)\n\nObjective value: 5.2\nLower bound:    5.100\n", 5.1 - 0.5e-3),
        ("Result - Stopped on time limit\n\nNo feasible solution found\nLower bound:   17.338\n", 17.338 - 0.5e-3),
        ("Cbc0010I After 0 nodes, 1 on tree, 1e+50 best solution, best possible 12.25 (0.1 seconds)\n", 12.25 - 0.5e-2),
        ("Lower bound:                    -1.79769e+308\n", None),
        ("Total time (CPU seconds):       0.00\n", None),
    ],
)
def test_bounds_that_cbc_prints(text, bound):
    assert _cbc_bound(text) == (None if bound is None else pytest.approx(bound, abs=1e-12))
