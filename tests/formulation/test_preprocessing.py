"""Preprocessing changes no answer: with and without each step, the oracle's plans and the formulation's reach the same values."""

from functools import cache

import numpy as np
import pytest
from drawn import Case, case, cases, picture, scenario
from enumerated import are_contiguous, assignments, outcomes, plans, rounded, vectors
from hypothesis import given
from oracle import Oracle

from rezoning.errors import Infeasible
from rezoning.formulation import presolve as module
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.formulation.graphs import FREE, UNREACHED, dominators

SEEDS = range(80)


def _nobody(graph, *rest):
    return np.arange(graph.shape[0])


def _reached_all(graph, inside, sources):
    idom = dominators(graph, inside, sources)
    return np.where(inside & (idom == UNREACHED), FREE, idom)


STEPS = {  # where it is called, by which name, and what switches the step off
    "cut-off units": (module, "cut_off_heads", _nobody),
    "reachability": (module, "dominators", _reached_all),
    "forced units": (module, "_fix_forced", lambda *_: None),
    "idle units": (module, "fold_idle", _nobody),
}


def compiled(one: Case, *off: str) -> Formulation | None:
    """The formulation without some steps; None where arithmetic says that there is no plan."""
    with pytest.MonkeyPatch.context() as patch:
        for step in off:
            patch.setattr(*STEPS[step])
        try:
            return formulate(one.district, one.scenario)
        except Infeasible:
            return None


def question(seed: int) -> Case:
    """Tiny and always with exact contiguity: nothing else is preprocessed."""
    return case(seed, 9, method="exact")


def reached(one: Case, *off: str) -> set[tuple[float, ...]]:
    """Values that plans of the formulation reach, without some steps."""
    problem = compiled(one, *off)
    return set() if problem is None else outcomes(problem)


@cache
def true_outcomes(one: Case) -> set[tuple[float, ...]]:
    return rounded(Oracle(one.district, one.scenario).values_of_plans)


def same(a: set[tuple[float, ...]], b: set[tuple[float, ...]]) -> bool:
    """Equal up to the last digit that rounding may turn."""
    if not a or not b:
        return a == b
    one, other = np.array(sorted(a)), np.array(sorted(b))
    near = np.abs(one[:, None, :] - other[None, :, :]).max(axis=2) < 1e-6
    return bool(near.any(axis=1).all() and near.any(axis=0).all())


@pytest.mark.parametrize("off", [(), *((step,) for step in STEPS), tuple(STEPS)], ids=lambda off: "without " + (", ".join(off) or "nothing"))
def test_no_value_is_lost_or_won(off):
    for seed in SEEDS:
        one = question(seed)
        assert same(reached(one, *off), true_outcomes(one)), f"seed {seed}"


@given(one=cases(8, method="exact"))
def test_no_value_is_lost_or_won_hypothesis(one):
    truth = true_outcomes(one)
    assert same(reached(one), truth)
    assert same(reached(one, *STEPS), truth)


@given(one=cases(8, method="exact"))
def test_plan_by_plan(one):
    """Stronger than values: without the step on idle units every plan is there, with it only plans are."""
    truth = {tuple(plan) for plan in Oracle(one.district, one.scenario).plans().tolist()}
    assert expanded(compiled(one, "idle units")) == truth
    assert expanded(compiled(one)) <= truth


def expanded(problem: Formulation | None) -> set[tuple[int, ...]]:
    return set() if problem is None else {tuple(problem.expand(plan).school.tolist()) for plan in plans(problem)}


def sizes(problem: Formulation | None) -> tuple[int, ...]:
    return () if problem is None else (problem.pairs.num_nodes, len(problem.pairs))


@pytest.mark.parametrize("step", STEPS)
def test_each_step_fires_on_the_drawn_cases(step):
    assert sum(sizes(compiled(question(seed))) != sizes(compiled(question(seed), step)) for seed in SEEDS) >= 4


# -- each step on a picture ------------------------------------------------------------------------------------------

GOAL = [{"minimize": "over_capacity"}]
SEATS = {"capacity": np.array([20.0, 20.0])}


def admitted(problem: Formulation, u: int) -> list[int]:
    pairs, v = problem.pairs, problem.pairs.node_of_unit[u]
    return pairs.school[pairs.first[v] : pairs.first[v + 1]].tolist()


def test_units_that_one_unit_cuts_off_go_with_it():
    """Everything behind unit 1, 0 or 2 hangs on that unit."""
    district = picture("Aab.../..B...", edges=[(0, 1), (1, 2), (2, 8), (1, 3), (3, 4), (4, 5), (6, 0), (7, 6), (2, 9), (9, 10), (10, 11)], **SEATS)
    problem = formulate(district, scenario(goals=GOAL))
    node = problem.pairs.node_of_unit
    assert node[1] == node[3] == node[4] == node[5]
    assert node[0] == node[6] == node[7]
    assert node[2] == node[9] == node[10] == node[11]
    assert len(set(node.tolist())) == 4
    assert same(reached(Case(district, scenario(goals=GOAL))), reached(Case(district, scenario(goals=GOAL)), *STEPS))


def test_a_cut_off_unit_takes_only_schools_that_both_may_have():
    district = picture("AabB/.a..", edges=[(0, 1), (1, 2), (2, 3), (1, 5), (0, 4), (2, 6), (3, 7)], **SEATS)
    assert admitted(formulate(district, scenario(goals=GOAL)), 1) == [0, 1]
    assert admitted(formulate(district, scenario({"forbid": [["11", "A"]]}, GOAL)), 1) == [1]


def test_pairs_without_a_way_to_the_school_go():
    """Unit 4 may have A, but every unit between them may not."""
    district = picture("Aa/bb/.B", **SEATS)
    forbid = {"forbid": [["10", "A"], ["11", "A"]]}
    assert admitted(formulate(district, scenario(forbid, GOAL)), 4) == [1]
    assert admitted(formulate(district, scenario(forbid | {"contiguity": {"method": "none"}}, GOAL)), 4) == [0, 1]


def test_a_forced_unit_forces_those_that_cut_it_off():
    """Unit 3 must have A and is reached only through unit 1, which other units pass by on their way to B."""
    district = picture("Aaa/abB", edges=[(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 5), (1, 5)], **SEATS)
    must = {"assign": {"10": "A"}, "forbid": [["11", "A"]]}
    problem = formulate(district, scenario(must, GOAL))
    assert (admitted(problem, 3), admitted(problem, 1)) == ([0], [0])
    assert admitted(compiled(Case(district, scenario(must, GOAL)), "forced units", "cut-off units"), 1) == [0, 1]


def test_idle_units_go_with_a_neighbor():
    """Water in a corner, whose two neighbors touch, is never needed to join anything."""
    edges = [(0, 1), (1, 2), (0, 3), (1, 3), (1, 4), (2, 4), (2, 5), (3, 4), (4, 5), (0, 4)]
    district = picture("Aab/abB", students=[10, 10, 10, 0, 10, 10], edges=edges, **SEATS)
    problem = formulate(district, scenario(goals=GOAL))
    assert problem.pairs.num_nodes == 5
    one = Case(district, scenario(goals=GOAL))
    assert same(reached(one), true_outcomes(one))


def test_an_idle_unit_that_joins_two_others_stays_its_own():
    district = picture("Aab/abB", students=[10, 10, 10, 0, 10, 10], edges=[(0, 1), (1, 2), (0, 3), (3, 4), (2, 5), (4, 5)], **SEATS)
    assert formulate(district, scenario(goals=GOAL)).pairs.num_nodes == 6


def test_a_source_is_no_idle_unit():
    """Without `school_in_own_zone` water that holds a school may be needed by its zone, whatever its neighbor does."""
    edges = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (3, 7), (4, 7), (5, 7), (6, 7)]
    district = picture("Aaab/aabB", students=[0, 10, 20, 5, 1, 2, 3, 4], edges=edges)
    one = Case(district, scenario({"school_in_own_zone": False}))
    assert same(reached(one), true_outcomes(one))
    assert compiled(one).pairs.node_of_unit.tolist() == [0, 1, 2, 3, 4, 4, 4, 4]


def test_nothing_is_merged_or_pruned_without_exact_contiguity():
    district = picture("Aab.../..B...", edges=[(0, 1), (1, 2), (2, 8), (1, 3), (3, 4), (4, 5), (6, 0), (7, 6), (2, 9), (9, 10), (10, 11)], **SEATS)
    for method in ("none", "closer_neighbor"):
        problem = formulate(district, scenario({"contiguity": {"method": method}}, GOAL))
        assert sizes(problem) == (12, 22)
        assert (problem.contiguity.dominator == -1).all()


# -- dominators ------------------------------------------------------------------------------------------------------


@given(one=cases(9, method="exact"))
def test_dominator_rows_hold_in_every_contiguous_assignment(one):
    problem = compiled(one)
    if problem is None:
        return
    found = assignments(problem)
    x = vectors(problem, found[are_contiguous(problem, found)])
    p = np.flatnonzero(problem.contiguity.dominator >= 0)
    assert (x[:, p] <= x[:, problem.contiguity.dominator[p]]).all()


def test_there_are_dominators_to_test():
    problems = [problem for problem in (compiled(question(seed)) for seed in SEEDS) if problem is not None]
    assert sum(int((problem.contiguity.dominator >= 0).sum()) for problem in problems) >= 80
