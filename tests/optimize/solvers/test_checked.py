"""No solver is believed where its status, bound and plan contradict each other: fakes that lie in many ways; HiGHS with starts, by brute force."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from drawn import picture, scenario
from enumerated import plans, values, vectors

from rezoning.district.district import District
from rezoning.errors import ScenarioError
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.exact import branch_and_cut
from rezoning.optimize.model.milp import build
from rezoning.optimize.search.neighborhoods import Neighborhoods
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Answer, Limits, Outcome, Watch, bad_option
from rezoning.optimize.solvers.checked import Judge, settled
from rezoning.optimize.solvers.registry import backend

# -- answers that lie ------------------------------------------------------------------------------------------------

SEATS = np.array([12.0, 17.0])
ROAD = picture("AaabbB", students=[1, 2, 3, 4, 5, 6], groups={"low": np.array([1.0, 2, 0, 0, 0, 0])}, capacity=SEATS)
ASKED = scenario({"capacity": {"max": 1}, "contiguity": {"method": "none"}}, [{"minimize": "dissimilarity", "group": "low"}])
PROBLEM = formulate(ROAD, ASKED)
PLANS = plans(PROBLEM)
WORTH = values(PROBLEM.terms[0], vectors(PROBLEM, PLANS))
BEST, WORST = PLANS[np.argmin(WORTH)], PLANS[np.argmax(WORTH)]
LEAST, MOST = float(WORTH.min()), float(WORTH.max())
BROKEN = np.array([0, 1, 1, 1, 1, 1])  # 20 students, 17 seats


class Liar:
    """Answers one after the other, the last one again and again; remembers with what it was asked."""

    def __init__(self, *answers: Callable[[Judge], Answer]) -> None:
        self.judge = Judge.of(build(PROBLEM, [(PROBLEM.terms[0], 1.0)]))
        self.answers, self.asked = list(answers), []

    def __call__(self, limits: Limits, start: Ints | None) -> Answer:
        self.asked.append((start is not None, dict(limits.options)))
        return self.answers[min(len(self.asked), len(self.answers)) - 1](self.judge)

    def settled(self, start: Ints | None = WORST, seconds: float = 60.0) -> Answer:
        return settled(self.judge, "liar", Limits(seconds, options={"own": 1}), start, self, {"presolve": "off"})


def says(
    outcome: Outcome, plan: Ints | None, bound: float | None, claimed: float | None = None, change: Callable = np.array
) -> Callable[[Judge], Answer]:
    return lambda judge: Answer(outcome, None if plan is None else change(judge.milp.start(plan)), bound, 7, "said\n", "", claimed)


def poked(value: float) -> Callable:
    def change(z):
        z = np.array(z)
        z[0] = value
        return z

    return change


HONEST = says(Outcome.PROVEN, BEST, LEAST, LEAST)
RETURNS_THE_START = says(Outcome.PROVEN, WORST, LEAST, LEAST)
LIES = {
    "the start returned": (RETURNS_THE_START, f"it returned a plan of {MOST:.6g} and said that it is one of {LEAST:.6g}"),
    "no claim": (says(Outcome.PROVEN, WORST, LEAST), f"it called a plan of {MOST:.6g} optimal beside a bound of {LEAST:.6g}"),
    "no bound": (says(Outcome.PROVEN, BEST, None, LEAST), f"it called a plan of {LEAST:.6g} optimal without a bound"),
    "no plan": (says(Outcome.PROVEN, None, LEAST), "it called a plan optimal and returned none"),
    "a broken row": (says(Outcome.PROVEN, BROKEN, 0.01), "it returned a plan that breaks a row"),
    "not a number": (says(Outcome.PROVEN, BEST, LEAST, LEAST, poked(np.nan)), "it returned a plan with numbers that are none"),
    "infinite": (says(Outcome.LIMIT, BEST, LEAST, LEAST, poked(np.inf)), "it returned a plan with numbers that are none"),
    "fractions": (says(Outcome.GAP, BEST, LEAST, LEAST, poked(0.5)), "it returned a plan in fractions"),
    "too few": (says(Outcome.PROVEN, BEST, LEAST, LEAST, lambda z: z[:-1]), "it returned "),
    "bound not a number": (says(Outcome.PROVEN, BEST, np.nan, LEAST), "it gave a bound that is no number"),
    "bound infinite": (says(Outcome.LIMIT, None, np.inf), "it gave a bound that is no number"),
    "bound too high": (
        says(Outcome.PROVEN, BEST, LEAST + 0.1, LEAST),
        f"it gave a bound of {LEAST + 0.1:.6g} although there is a plan of {LEAST:.6g}",
    ),
    "bound above the start": (says(Outcome.LIMIT, None, MOST + 0.1), f"it gave a bound of {MOST + 0.1:.6g} although there is a plan of {MOST:.6g}"),
    "impossible": (says(Outcome.INFEASIBLE, None, None), "it called impossible what has a plan"),
}


def test_the_road_has_plans_to_lie_about():
    assert LEAST < MOST - 0.1
    assert not (BROKEN == PLANS).all(axis=1).any()


@pytest.mark.parametrize("start", [None, WORST])
def test_what_agrees_is_taken_as_it_is(start):
    liar = Liar(HONEST)
    answer = liar.settled(start)
    assert (answer.outcome, answer.bound, answer.nodes, answer.log, answer.failure) == (Outcome.PROVEN, LEAST, 7, "said\n", "")
    assert len(liar.asked) == 1


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_asked_again_without_a_start(lie):
    liar = Liar(LIES[lie][0], HONEST)
    answer = liar.settled()
    assert liar.asked == [(True, {"own": 1}), (False, {"own": 1})]
    assert (answer.outcome, answer.bound, answer.failure) == (Outcome.PROVEN, LEAST, "")
    assert liar.judge.milp.assignment(answer.values).tolist() == BEST.tolist()


@pytest.mark.parametrize("lie", LIES)
def test_who_lies_on_has_failed(lie):
    said, words = LIES[lie]
    liar = Liar(said)
    answer = liar.settled()
    assert liar.asked == [(True, {"own": 1}), (False, {"own": 1}), (False, {"own": 1, "presolve": "off"})]
    assert answer.outcome is Outcome.FAILED
    assert answer.failure.startswith(f"liar contradicts itself: {words}")
    assert answer.failure.endswith(", and did so again when asked in other ways.")
    assert answer.bound is None or answer.bound <= LEAST  # never one that a plan refutes
    if answer.values is not None:  # never one that is none
        assert (liar.judge.milp.assignment(answer.values) == PLANS).all(axis=1).any()


def test_what_was_true_is_kept():
    """The bound of the answer that returned the start is good, and so is the start; only the proof was false."""
    liar = Liar(RETURNS_THE_START, says(Outcome.LIMIT, None, LEAST / 2))
    answer = liar.settled()
    assert (answer.outcome, answer.bound) == (Outcome.LIMIT, LEAST)
    assert liar.judge.milp.assignment(answer.values).tolist() == WORST.tolist()


def test_a_plan_refutes_the_bound_said_before():
    answer = Liar(says(Outcome.PROVEN, WORST, MOST - 1e-3, MOST - 1e-3), HONEST).settled()
    assert (answer.outcome, answer.bound) == (Outcome.PROVEN, LEAST)


def test_without_time_to_ask_again_nothing_is_proven():
    liar = Liar(RETURNS_THE_START)
    answer = liar.settled(seconds=0.0)
    assert (len(liar.asked), answer.outcome, answer.bound, answer.failure) == (1, Outcome.LIMIT, LEAST, "")
    assert liar.judge.milp.assignment(answer.values).tolist() == WORST.tolist()


def test_impossible_is_believed_where_the_start_is_no_plan():
    for start in (None, BROKEN):
        liar = Liar(says(Outcome.INFEASIBLE, None, None))
        assert (liar.settled(start).outcome, len(liar.asked)) == (Outcome.INFEASIBLE, 1)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("SCIP: error in LP solver!"), "liar stopped with a fault of its own: SCIP: error in LP solver!."),
        (KeyError(), "liar stopped with a fault of its own: KeyError."),
        (MemoryError(), "liar had too little memory."),
    ],
)
def test_an_exception_is_a_failure(error, words):
    def raises(_judge):
        raise error

    answer = Liar(raises).settled()
    assert (answer.outcome, answer.failure, answer.values, answer.bound) == (Outcome.FAILED, words, None, None)


def test_a_fault_of_the_user_or_a_stop_is_none_of_the_solver():
    for error in (bad_option("liar", "own", 1), KeyboardInterrupt()):

        def raises(_judge, error=error):
            raise error

        with pytest.raises((ScenarioError, KeyboardInterrupt)):
            Liar(raises).settled()


# -- the tracker believes nobody either ------------------------------------------------------------------------------


def test_a_bound_above_a_plan_or_without_a_number_is_not_taken():
    tracker = Tracker(PROBLEM, [(PROBLEM.terms[0], 1.0)], lambda: 0.0)
    for bound in (np.nan, np.inf, -np.inf):
        tracker.raise_bound(bound)
        assert tracker.bound is None
    tracker.offer(BEST)
    for bound in (np.nan, np.inf, LEAST + 1e-3):
        tracker.raise_bound(bound)
        assert tracker.bound is None
    tracker.raise_bound(LEAST - 1e-3)
    assert tracker.bound is None  # whoever lied once is not heard again
    tracker.credit("another")
    tracker.raise_bound(LEAST + 1e-8)
    assert tracker.bound == tracker.value


def test_a_plan_below_the_bound_refutes_it():
    tracker = Tracker(PROBLEM, [(PROBLEM.terms[0], 1.0)], lambda: 0.0)
    tracker.offer(WORST)
    tracker.raise_bound(MOST - 1e-3)
    tracker.offer(BEST)
    assert (tracker.value, tracker.bound) == (LEAST, None)
    assert not tracker.is_within(0.5, 0.0)


class Claims:
    """A backend that says once in the tree that the plan it starts from is optimal."""

    name, cuts_inside_tree = "claims", True

    def __init__(self, bound: float) -> None:
        self.bound = bound

    def solve(self, milp, limits, start, watch, separation=None) -> Answer:
        return Answer(Outcome.PROVEN, milp.start(start), self.bound)


@pytest.mark.parametrize(("short", "is_optimal"), [(1e-8, True), (1e-3, False)])
def test_proven_closes_no_gap_that_is_more_than_rounding(short, is_optimal):
    tracker = Tracker(PROBLEM, [(PROBLEM.terms[0], 1.0)], lambda: 0.0)
    tracker.offer(BEST)
    branch_and_cut(tracker, Claims(LEAST - short), Limits(10.0), Watch())
    assert tracker.is_within(0.0, 1e-9) is is_optimal


# -- HiGHS and its starts --------------------------------------------------------------------------------------------


def drawn(seed: int) -> Formulation:
    """Ten units on a road with trips of their own, of which two neighbors out of many have to stay together: small models with few rows."""
    rng = np.random.default_rng(seed)
    n, m = 10, int(rng.integers(2, 4))
    students = rng.integers(1, 30, n).astype(float)
    edges = {(a, int(rng.integers(a + 1, min(n, a + 4)))) for a in range(n - 1)} | {(a, a + 1) for a in range(n - 1) if rng.random() < 0.5}
    current = rng.integers(0, m, n)
    current[:m] = np.arange(m)
    district = District(
        unit_ids=tuple(f"u{u:02d}" for u in range(n)),
        students=students,
        school_ids=tuple("ABC"[:m]),
        school_names=tuple("ABC"[:m]),
        school_unit=np.arange(m),
        edges=np.array(sorted(edges)),
        groups={"low": np.floor(students * rng.random(n))},
        current=current,
        capacity=np.full(m, students.sum()),
        travel=np.round(rng.uniform(1, 7, (n, m)), 1),
    )
    goal = [{"minimize": "travel"}, {"minimize": "dissimilarity", "group": "low"}, {"minimize": "cut_edges"}][seed % 3]
    return formulate(district, scenario({"unity": {"min_share": 0.5}, "contiguity": {"method": "none", "islands": "keep"}}, [goal]))


def starts(seeds: Iterable[int], each: int) -> int:
    """HiGHS from so many plans of each drawn model: what it calls optimal is."""
    asked = 0
    for seed in seeds:
        problem = drawn(seed)
        found = plans(problem)
        worth = values(problem.terms[0], vectors(problem, found))
        for k in np.random.default_rng(seed).integers(0, len(found), each):
            milp = build(problem, [(problem.terms[0], 1.0)])
            answer = backend("highs").solve(milp, Limits(30.0, seed=int(k) % 7), found[k], Watch())
            reached = problem.terms[0].value(problem.vector(milp.assignment(answer.values)))
            assert answer.outcome is Outcome.PROVEN
            assert reached == pytest.approx(worth.min(), abs=1e-7)
            assert answer.bound <= worth.min() + 1e-6
            asked += 1
    return asked


def test_what_highs_calls_optimal_is():
    """Of these 40 starts HiGHS 1.16 returns seven as they are, calls them optimal and says what the optimum is worth."""
    assert starts((18, 21, 35, 47, 56), 8) == 40


@pytest.mark.slow
def test_what_highs_calls_optimal_is_from_many_starts():
    assert starts(range(60), 8) == 480


@pytest.mark.parametrize("seed", range(2))
def test_neighborhoods_improve_from_any_start(seed):
    """All schools at once are the whole question: the search's neighborhoods end with its optimum from wherever they start."""
    problem = drawn(seed)
    found = plans(problem)
    worth = values(problem.terms[0], vectors(problem, found))
    search = Neighborhoods(problem, [(problem.terms[0], 1.0)], backend("highs"), seed, sizes=(problem.pairs.num_schools,))
    ended = search.improve(found[int(worth.argmax())], 1.0, threading.Event(), lambda *_: None)
    assert problem.terms[0].value(problem.vector(ended)) == pytest.approx(worth.min(), abs=1e-4)
