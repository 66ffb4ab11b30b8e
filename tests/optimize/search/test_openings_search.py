"""Schools that close and open in the search: sets that the rows allow, zones given away and grown in one piece, the best of all plans found."""

import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from conftest import few
from hypothesis import given
from hypothesis import strategies as st
from openings_truth import Truth
from openings_truth import drawn as drawn_openings

from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation, RowName, Rows
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import is_feasible, value
from rezoning.optimize.search import kernel
from rezoning.optimize.search.anneal import Search, Tuning
from rezoning.optimize.search.arrays import compile_model
from rezoning.optimize.search.openings import NearSets

GO = threading.Event()  # never set
SHORT = Tuning(draws=50, chunk=5_000)


@cache
def asked(seed: int) -> Formulation:
    """The question of a seed."""
    case = drawn_openings(seed)
    return formulate(case.district, case.scenario)


@cache
def truth(seed: int) -> Truth:
    return Truth(drawn_openings(seed))


SEEDS = (  # those of the first forty that may have a plan
    1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 24, 26, 27, 30, 31, 32, 33, 34, 36, 38,
)  # fmt: skip
HARD = (44, 49, 85, 142, 148)  # plans of other open sets that single units do not lead to


@pytest.mark.parametrize("seed", [*few(SEEDS, 8), *HARD])
def test_finds_the_best_of_all_plans(seed):
    problem, judge = asked(seed), truth(seed)
    reached = judge.values[judge.feasible & np.isfinite(judge.values)]
    objective = [(problem.terms[0], 1.0)]
    search = Search(problem, objective, seed, SHORT)
    start = search.repair(problem.start, 5.0 if len(reached) else 0.1)
    if start is None:
        assert not len(reached)
        return
    found = search.improve(start, 60.0, GO, lambda _plan, _value: None, cycles=12)
    assert is_feasible(problem, found)
    assert value(objective, problem, found) == pytest.approx(reached.min(), abs=1e-7)


def test_single_units_alone_do_not_find_it():
    """What the moves are there for: without them the same search ends with a worse set of open schools."""
    problem, judge = asked(85), truth(85)
    objective = [(problem.terms[0], 1.0)]
    plain = Search(replace(problem, roots=problem.roots[:0]), objective, 85, SHORT)
    found = plain.improve(plain.repair(problem.start, 5.0), 60.0, GO, lambda _plan, _value: None, cycles=12)
    assert value(objective, problem, found) > judge.values[judge.feasible].min() + 0.01


@given(st.sampled_from(SEEDS), st.integers(0, 5))
def test_closing_and_opening_keep_zones_in_one_piece_and_totals_exact(seed, chance):
    problem = asked(seed)
    objective = [(problem.terms[0], 1.0)]
    search, sets = Search(problem, objective, chance), NearSets(problem)
    start = search.repair(problem.start, 0.2)
    if start is None or not len(sets):
        return
    model = compile_model(problem, objective)
    state = kernel.new_state(model, chance)
    for s, root in zip(sets.schools.tolist(), sets.roots.tolist(), strict=True):
        state.nodes[kernel.ZONE] = start
        kernel.settle(model, state)
        if start[root] == s:
            is_done = kernel.vacate(model, state, s, root, 10)
            assert not is_done or not (state.nodes[kernel.ZONE] == s).any()
        else:
            moved = kernel.open_zone(model, state, s, root, 3, 10)
            assert (state.nodes[kernel.ZONE, root] == s) == (moved > 0)
        zones = state.nodes[kernel.ZONE].astype(np.int64)
        assert Separator(problem).pieces(zones) == []
        assert state.total[kernel.VALUE] + problem.terms[0].constant == pytest.approx(value(objective, problem, zones), abs=1e-9)
        assert (state.tally[kernel.BROKEN] == 0) == is_feasible(problem, zones)


def test_open_sets_obey_rows_of_schools_alone():
    """Exactly one of the schools open, and A never with B: both rows are read off the matrix, and one on students beside them is not."""
    from scipy.sparse import csr_array, vstack

    plain = next(asked(seed) for seed in SEEDS if len(NearSets(asked(seed))) == 3)
    sets = NearSets(replace(plain, rows=_rows(plain, [])))
    own = plain.pairs.lookup[sets.roots, sets.schools]
    everyone = csr_array((np.ones(len(plain.pairs)), (np.zeros(len(plain.pairs), dtype=np.int64), np.arange(len(plain.pairs)))))
    count = csr_array((np.ones(3), (np.zeros(3, dtype=np.int64), own)), shape=everyone.shape)
    two = csr_array((np.ones(2), (np.zeros(2, dtype=np.int64), own[:2])), shape=everyone.shape)
    rows = _rows(plain, [(everyone, 0, 0), (count, 2, 2), (two, 0, 1)], vstack)
    sets = NearSets(replace(plain, rows=rows))
    masks = [np.array(mask) for mask in np.ndindex(2, 2, 2)]
    assert [tuple(mask) for mask in masks if sets.allows(mask.astype(bool))] == [(0, 1, 1), (1, 0, 1)]
    rng = np.random.default_rng(0)
    for mask in masks:
        near = sets.near(mask.astype(bool), rng)
        assert near is not None
        assert sets.allows(near)
        assert not sets.allows(mask.astype(bool)) or (near == mask).all()
    others = {tuple(sets.other(np.array([True, False, True]), rng).tolist()) for _ in range(20)}
    assert others == {(False, True, True)}


def _rows(problem: Formulation, said: list, vstack=None) -> Rows:
    if vstack is None:
        return replace(problem.rows, matrix=problem.rows.matrix[:0], lower=np.zeros(0), upper=np.zeros(0), names=())
    matrices, lower, upper = zip(*said, strict=True)
    return Rows(vstack(matrices, format="csr"), np.array(lower, float), np.array(upper, float), (RowName("openings"),) * len(said))


def test_a_start_that_breaks_a_rule_on_openings_is_mended():
    """All of today's schools are open, and the rule says that one closes: repair finds a plan where there is one."""
    tried = 0
    for seed in SEEDS:
        problem, judge = asked(seed), truth(seed)
        if not judge.feasible.any() or NearSets(problem).allows(NearSets(problem).of(problem.start)):
            continue
        tried += 1
        start = Search(problem, [(problem.terms[0], 1.0)], seed, SHORT).repair(problem.start, 10.0)
        assert start is not None
        assert is_feasible(problem, start)
    assert tried >= 3
