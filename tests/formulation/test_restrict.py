"""Fewer pairs, the same question: exactly the plans of kept pairs are left, with the same values."""

import numpy as np
import pytest
from drawn import case, picture, scenario
from enumerated import plans, values, vectors
from hypothesis import assume, given
from hypothesis import strategies as st

from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.formulation.restrict import columns, restrict, restrict_terms


@st.composite
def questions(draw: st.DrawFn) -> tuple[Formulation, np.ndarray]:
    """A drawn formulation and some of its pairs, one of every node at least."""
    one = case(draw(st.integers(0, 2**31)), 8)
    try:
        problem = formulate(one.district, one.scenario)
    except Infeasible:
        assume(False)
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    keep = rng.random(len(problem.pairs)) < rng.choice([0.3, 0.7, 0.95])
    keep[problem.pairs.first[:-1]] = True
    return problem.hold(problem.terms[-1], float(rng.uniform(0, 1))), keep


def within(problem: Formulation, keep: np.ndarray) -> np.ndarray:
    """Plans of the formulation that use kept pairs only."""
    found = plans(problem)
    return found[~(vectors(problem, found)[:, ~keep] > 0).any(axis=1)]


@given(questions())
def test_leaves_exactly_the_plans_of_kept_pairs(question):
    problem, keep = question
    small = restrict(problem, keep)
    expected = within(problem, keep)
    if (small.pairs.choices == 0).any():
        assert len(expected) == 0
        return
    np.testing.assert_array_equal(plans(small), expected)
    for whole, part in zip(problem.terms, small.terms, strict=True):
        np.testing.assert_allclose(values(part, vectors(small, expected)), values(whole, vectors(problem, expected)), atol=1e-12)
    held, left = problem.held[0], small.held[0]
    assert left.upper == held.upper
    np.testing.assert_allclose(values(left.terms, vectors(small, expected)), values(held.terms, vectors(problem, expected)), atol=1e-12)


@given(questions())
def test_dominators_hold_in_every_plan_that_is_left(question):
    problem, keep = question
    small = restrict(problem, keep)
    dominator = small.contiguity.dominator
    has_one = np.flatnonzero(dominator >= 0)
    assert not small.pairs.is_fixed[has_one].any()
    np.testing.assert_array_equal(small.pairs.school[has_one], small.pairs.school[dominator[has_one]])
    assume(not (small.pairs.choices == 0).any())
    x = vectors(small, plans(small))
    assert (x[:, has_one] <= x[:, dominator[has_one]]).all()


@given(questions())
def test_a_second_cut_finds_nothing_more(question):
    """The fixpoint is one: what is left loses nothing when nothing more is taken away, and numbers stay in order."""
    problem, keep = question
    small = restrict(problem, keep)
    kept = columns(problem, small)
    assert not (kept & ~keep).any()
    np.testing.assert_array_equal(small.pairs.node, problem.pairs.node[kept])
    np.testing.assert_array_equal(small.pairs.school, problem.pairs.school[kept])
    again = restrict(problem, kept)
    np.testing.assert_array_equal(again.pairs.lookup, small.pairs.lookup)
    np.testing.assert_array_equal(again.contiguity.dominator, small.contiguity.dominator)


@given(questions())
def test_keeping_everything_changes_nothing(question):
    problem, _ = question
    same = restrict(problem, np.ones(len(problem.pairs), dtype=bool))
    np.testing.assert_array_equal(same.pairs.lookup, problem.pairs.lookup)
    np.testing.assert_array_equal(same.start, problem.start)
    assert (same.rows.matrix != problem.rows.matrix).nnz == 0
    free = ~same.pairs.is_fixed
    np.testing.assert_array_equal(same.contiguity.dominator[free], problem.contiguity.dominator[free])


def test_what_hangs_on_a_lost_pair_goes_too():
    """A row of six: without (2, B) nothing west of unit 2 can be B's."""
    problem = formulate(picture("AaabbB"), scenario(goals=[{"minimize": "reassigned"}]))
    pairs = problem.pairs
    assert pairs.num_nodes == 6
    keep = np.ones(len(pairs), dtype=bool)
    keep[pairs.lookup[2, 1]] = False
    small = restrict(problem, keep)
    assert [small.pairs.school[small.pairs.first[v] : small.pairs.first[v + 1]].tolist() for v in range(6)] == [[0], [0], [0], [0, 1], [0, 1], [1]]
    assert small.contiguity.dominator[small.pairs.lookup[4, 0]] == small.pairs.lookup[3, 0]


def test_a_node_without_a_way_is_left_without_pairs():
    problem = formulate(picture("AabbB"), scenario())
    keep = np.ones(len(problem.pairs), dtype=bool)
    keep[problem.pairs.lookup[1, 0]] = False
    keep[problem.pairs.lookup[3, 1]] = False
    assert restrict(problem, keep).pairs.choices[3] == 0


@pytest.mark.parametrize("seed", range(20))
def test_terms_alone(seed):
    one = case(seed, 9)
    try:
        problem = formulate(one.district, one.scenario)
    except Infeasible:
        return
    x = np.random.default_rng(seed).random(len(problem.pairs))
    kept = np.random.default_rng(seed + 1).random(len(x)) < 0.5
    for terms in problem.terms:
        assert restrict_terms(terms, kept).value(x[kept]) == pytest.approx(terms.value(np.where(kept, x, 0)), abs=1e-12)
