"""Separator cuts by enumeration: each one holds for every contiguous plan and is broken by the plan it was made for."""

import numpy as np
import pytest
from drawn import cases, picture, scenario
from enumerated import are_contiguous, assignments, vectors
from hypothesis import given

from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.model.epigraph import Cut


def compiled(one) -> Formulation | None:
    try:
        return formulate(one.district, one.scenario)
    except Infeasible:
        return None


def left(cut: Cut, x: np.ndarray) -> np.ndarray:
    """Left-hand side of a cut at each row of x."""
    return x[:, list(cut.plus)].sum(axis=1) - x[:, list(cut.minus)].sum(axis=1)


@given(one=cases(9, method="exact"))
def test_cuts(one):
    problem = compiled(one)
    if problem is None:
        return
    separator, found = Separator(problem), assignments(problem)
    sound = are_contiguous(problem, found)
    x = vectors(problem, found[sound])
    chosen = np.random.default_rng(1).permutation(len(found))[:25]
    for school, is_sound in zip(found[chosen], sound[chosen], strict=True):
        cuts = separator.cuts(school)
        assert separator.is_contiguous(school) is bool(is_sound)
        assert (cuts == []) is (separator.pieces(school) == []) is bool(is_sound)
        for cut in cuts:
            assert left(cut, problem.vector(school)[None, :])[0] > cut.upper
            assert (left(cut, x) <= cut.upper).all()
            assert is_minimal(problem, school, cut)


def is_minimal(problem: Formulation, school: np.ndarray, cut: Cut) -> bool:
    """With any one of its nodes left out the cut would not cut the node off from the school's sources."""
    pairs, near = problem.pairs, problem.contiguity.graph.toarray().astype(bool)
    v, s = pairs.node[cut.plus[0]], pairs.school[cut.plus[0]]
    for left_out in (None, *cut.minus):
        inside = pairs.lookup[:, s] >= 0
        inside[[pairs.node[p] for p in cut.minus if p != left_out]] = False
        reached = np.zeros(len(near), dtype=bool)
        reached[v] = True
        while True:
            grown = reached | (near[reached].any(axis=0) & inside)
            if (grown == reached).all():
                break
            reached = grown
        if bool(reached[problem.contiguity.sources[s]].any()) is (left_out is None):
            return False
    return True


@given(one=cases(9, method="exact"))
def test_pieces_are_the_loose_parts_of_zones(one):
    problem = compiled(one)
    if problem is None:
        return
    found = assignments(problem)
    separator, near = Separator(problem), problem.contiguity.graph.toarray().astype(bool)
    for school in found[np.random.default_rng(2).permutation(len(found))[:10]]:
        loose = []
        for v in range(problem.pairs.num_nodes):
            piece = {v}
            while True:
                more = {w for u in piece for w in np.flatnonzero(near[u]).tolist() if school[w] == school[v]} - piece
                if not more:
                    break
                piece |= more
            if v == min(piece) and piece.isdisjoint(problem.contiguity.sources[school[v]].tolist()):
                loose.append((int(school[v]), sorted(piece)))
        assert sorted((s, sorted(nodes.tolist())) for s, nodes in separator.pieces(school)) == sorted(loose)


BAND = picture("Aaaaa/bbbbb/bbBbb", students=[1] * 15)


def test_cuts_of_a_piece_are_for_its_nodes_that_stand_for_most_units():
    problem = formulate(BAND, scenario())
    school = problem.start.copy()
    node = problem.pairs.node_of_unit
    for u in (10, 11, 5, 6):
        school[node[u]] = 0
    school[node[1]] = school[node[0]] = 0
    assert Separator(problem).cuts(school) == []
    for u in (2, 3, 4):
        school[node[u]] = 1
    for u in (13, 14):
        school[node[u]] = 0
    for per_piece, count in ((1, 1), (2, 2), (3, 2)):
        cuts = Separator(problem, per_piece).cuts(school)
        assert len(cuts) == count
        assert {problem.pairs.node[cut.plus[0]] for cut in cuts} <= {node[13], node[14]}


@pytest.mark.parametrize("method", ["none", "closer_neighbor"])
def test_nothing_is_found_where_contiguity_is_not_asked(method):
    district = picture("AabaB")
    problem = formulate(district, scenario({"contiguity": {"method": method}}))
    separator = Separator(problem)
    school = np.array([0, 1, 0, 1, 1])
    assert (separator.pieces(school), separator.cuts(school), separator.is_contiguous(school)) == ([], [], True)


def test_cuts_of_two_units_that_changed_places():
    """Along a road A's unit stands behind B's, and B's behind A's: each needs the other one's place."""
    problem = formulate(picture("AabB"), scenario())
    cuts = Separator(problem).cuts(np.array([0, 1, 0, 1]))
    pairs = problem.pairs
    names = {tuple((int(pairs.node[p]), int(pairs.school[p])) for p in (*cut.plus, *cut.minus)) for cut in cuts}
    assert names == {((2, 0), (1, 0)), ((1, 1), (2, 1))}
