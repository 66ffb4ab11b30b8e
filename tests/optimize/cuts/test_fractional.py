"""Minimum separators against brute force: valid for every contiguous plan, broken by the point, and found wherever networkx finds one."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pytest
from drawn import case, grid
from enumerated import are_contiguous, assignments, vectors
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from rezoning.district.load import load_district
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Contiguity, Formulation, Pairs, Rows
from rezoning.optimize.cuts.fractional import CREEP, LEAST, Fractional
from rezoning.optimize.model.epigraph import Cut
from rezoning.scenario.load import load_scenario

VIOLATION = 0.01
ALL = 10**9


def question(num_nodes: int, edges: set[tuple[int, int]], admissible: np.ndarray, sources: list[list[int]], *, is_exact: bool = True) -> Formulation:
    """A graph, who may go where, and what holds up each school's zone; no rows and no goals."""
    node, school = np.nonzero(admissible)
    lookup = np.full(admissible.shape, -1, dtype=np.int64)
    lookup[node, school] = np.arange(len(node))
    first = np.searchsorted(node, np.arange(num_nodes + 1))
    ends = np.array(sorted(edges), dtype=np.int64).reshape(-1, 2)
    graph = csr_array((np.ones(2 * len(ends)), (ends.ravel(), ends[:, ::-1].ravel())), shape=(num_nodes, num_nodes))
    contiguity = Contiguity(is_exact, graph, tuple(np.array(nodes, dtype=np.int64) for nodes in sources), np.full(len(node), -1))
    rows = Rows(csr_array((0, len(node))), np.zeros(0), np.zeros(0), ())
    return Formulation(Pairs(node, school, first, lookup, np.arange(num_nodes)), rows, (), contiguity, np.full(num_nodes, -1))


def line(length: int, sources: list[int], **kwargs) -> Formulation:
    """One school, nodes in a row."""
    return question(length, {(i, i + 1) for i in range(length - 1)}, np.ones((length, 1), dtype=bool), [sources], **kwargs)


@dataclass(frozen=True, eq=False)
class Point:
    formulation: Formulation
    x: np.ndarray


@st.composite
def points(draw) -> Point:
    """A grid with borders missing, two or three schools with one to two sources each (an anchor may stand alone), and shares of each node."""
    rows, columns = draw(st.sampled_from([(1, 4), (2, 2), (2, 3), (2, 4), (3, 3)]))
    n, rng = rows * columns, np.random.default_rng(draw(st.integers(0, 2**32)))
    m = 2 if n > 6 else int(rng.integers(2, 4))
    edges = {pair for pair in grid(rows, columns) if rng.random() < 0.85}
    admissible = rng.random((n, m)) < rng.choice([0.7, 1.0])
    admissible[~admissible.any(axis=1), 0] = True
    sources = [[int(v) for v in rng.permutation(np.flatnonzero(admissible[:, s]))[: rng.integers(0 if s else 1, 3)]] for s in range(m)]
    formulation = question(n, edges, admissible, [sorted(nodes) for nodes in sources])
    share = rng.random((n, m)) ** rng.choice([1, 4]) * admissible * (rng.random((n, m)) < rng.choice([0.6, 1.0]))
    share[share.sum(axis=1) == 0, 0] = 1.0
    share = share / share.sum(axis=1, keepdims=True)
    return Point(formulation, share[formulation.pairs.node, formulation.pairs.school])


def contiguous(formulation: Formulation) -> np.ndarray:
    """x of every contiguous assignment, whatever the rows say of it."""
    schools = assignments(formulation)
    return vectors(formulation, schools[are_contiguous(formulation, schools)])


def amount(cut: Cut, x: np.ndarray) -> np.ndarray:
    """By how much each row of x breaks a cut."""
    return x[..., list(cut.plus)].sum(axis=-1) - x[..., list(cut.minus)].sum(axis=-1) - cut.upper


def smallest(point: Point, p: int) -> float:
    """Sum of the least separator of a pair's node, by networkx on the graph whose nodes are split; infinite for a source."""
    formulation = point.formulation
    pairs, contiguity = formulation.pairs, formulation.contiguity
    v, s = int(pairs.node[p]), int(pairs.school[p])
    sources = set(contiguity.sources[s].tolist())
    if v in sources:
        return np.inf
    inside = {u: int(q) for u, q in enumerate(pairs.lookup[:, s]) if q >= 0}
    split = nx.DiGraph()
    split.add_nodes_from(["end", (v, "out")])
    for u, q in inside.items():
        split.add_edge((u, "in"), (u, "out"), capacity=point.x[q])
        for w in contiguity.graph[[u], :].indices.tolist():
            if w in inside:
                split.add_edge((u, "out"), (w, "in"))  # without a capacity: as much as wanted
    for u in sources:
        split.add_edge((u, "out"), "end")
    return float(nx.minimum_cut_value(split, (v, "out"), "end"))


def everything(point: Point) -> dict[str, list[Cut]]:
    """What every way of asking finds."""
    fractional = Fractional(point.formulation)
    return {
        "all": fractional.cuts(point.x, VIOLATION, ALL),
        "sparing": fractional.cuts(point.x, VIOLATION, ALL, is_sparing=True),
    }


def check(point: Point) -> None:
    """All that must hold of the cuts of a point."""
    plans, found = contiguous(point.formulation), everything(point)
    for name, cuts in found.items():
        for cut in cuts:
            assert amount(cut, point.x) > VIOLATION, (name, cut)
            assert (amount(cut, plans) <= 0).all(), (name, cut)
            assert len({int(point.formulation.pairs.school[p]) for p in (*cut.plus, *cut.minus)}) == 1
    broken = {}  # what networkx says is broken, surely
    for p in range(len(point.x)):
        if point.x[p] > LEAST:
            by = point.x[p] - smallest(point, p)
            if by > VIOLATION + CREEP * len(point.x):
                broken[p] = by
    best = {p: max((amount(cut, point.x) for cut in found["all"] if cut.plus == (p,)), default=-np.inf) for p in broken}
    assert best == pytest.approx(broken, abs=CREEP * len(point.x))
    for name, cuts in found.items():
        assert cuts or not broken, name
        assert {cut.plus[0] for cut in cuts} <= {p for p in range(len(point.x)) if point.x[p] - smallest(point, p) > VIOLATION - 1e-9}, name


@given(points())
def test_made_up_grids(point):
    check(point)


@pytest.mark.parametrize("seed", range(0, 60))
def test_drawn_districts(seed):
    drawn = case(seed, 8, method="exact")
    try:
        formulation = formulate(drawn.district, drawn.scenario)
    except Infeasible:
        return
    rng, pairs = np.random.default_rng(seed), formulation.pairs
    share = rng.random(len(pairs)) ** 3
    check(Point(formulation, share / np.add.reduceat(share, pairs.first[:-1])[pairs.node]))
    check(Point(formulation, formulation.vector(pairs.school[[rng.integers(a, b) for a, b in zip(pairs.first, pairs.first[1:], strict=False)]])))


def test_the_drawn_districts_and_grids_break_something():
    count = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        formulation = question(9, grid(3, 3), np.ones((9, 2), dtype=bool), [[0], [8]])
        x = formulation.vector(rng.integers(0, 2, 9))
        count += bool(Fractional(formulation).cuts(x, VIOLATION, ALL))
    assert count >= 25


def test_the_tiny_district(tiny):
    scenario = load_scenario(tiny())
    formulation = formulate(load_district(scenario.data), scenario)
    pairs = formulation.pairs
    half = np.full(len(pairs), 0.5)
    assert Fractional(formulation).cuts(np.where(pairs.is_fixed, 1.0, half), VIOLATION, ALL) == []  # halves hang together
    school_of_node = np.zeros(pairs.num_nodes, dtype=np.int64)
    school_of_node[[int(pairs.node_of_unit[k]) for k in (3, 8)]] = 1  # the school of B in the north-east corner, and a corner of the south-west
    check(Point(formulation, formulation.vector(school_of_node)))
    assert Fractional(formulation).cuts(formulation.vector(school_of_node), VIOLATION, ALL)


def test_a_line_is_cut_at_its_thinnest_node():
    cuts = Fractional(line(5, [0])).cuts(np.array([1.0, 0.6, 0.2, 0.7, 0.9]), VIOLATION, ALL)
    assert cuts == [Cut((4,), (2,)), Cut((3,), (2,))]


def test_of_equal_separators_the_nearest_to_the_node_and_to_the_sources_are_both_found():
    cuts = Fractional(line(5, [0])).cuts(np.array([1.0, 0.2, 0.5, 0.2, 0.9]), VIOLATION, ALL)
    assert set(cuts) == {Cut((4,), (3,)), Cut((4,), (1,)), Cut((2,), (1,))}


def test_of_equal_sums_the_one_with_fewer_nodes_is_the_stronger_row():
    edges = {(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)}
    formulation = question(5, edges, np.ones((5, 1), dtype=bool), [[0]])
    assert Fractional(formulation).cuts(np.array([1.0, 0.4, 0.2, 0.2, 0.9]), VIOLATION, 1) == [Cut((4,), (1,))]


def test_a_sparing_search_asks_once_for_all_that_a_separator_parts():
    x = np.array([1.0, 0.1, 0.8, 0.7, 0.9])
    fractional = Fractional(line(5, [0]))
    assert set(fractional.cuts(x, VIOLATION, ALL)) == {Cut((k,), (1,)) for k in (2, 3, 4)}
    assert fractional.cuts(x, VIOLATION, ALL, is_sparing=True) == [Cut((4,), (1,))]


def test_what_no_source_reaches_is_nobody_s():
    formulation = question(3, {(0, 1)}, np.ones((3, 1), dtype=bool), [[0]])
    assert Fractional(formulation).cuts(np.array([1.0, 1.0, 0.4]), VIOLATION, ALL) == [Cut((2,), ())]


def test_an_anchor_that_stands_alone_holds_itself():
    formulation = question(3, {(0, 1)}, np.ones((3, 1), dtype=bool), [[0, 2]])
    assert Fractional(formulation).cuts(np.ones(3), VIOLATION, ALL) == []


def test_without_a_source_nobody_may_come():
    formulation = question(2, {(0, 1)}, np.ones((2, 2), dtype=bool), [[0, 1], []])
    assert set(Fractional(formulation).cuts(np.full(4, 0.5), VIOLATION, ALL)) == {Cut((1,), ()), Cut((3,), ())}


def test_where_contiguity_is_not_exact_nothing_is_found():
    fractional = Fractional(line(3, [0], is_exact=False))
    assert fractional.cuts(np.array([1.0, 0.0, 1.0]), VIOLATION, ALL) == []


@given(points(), st.integers(0, 8))
def test_most_keeps_the_most_broken(point, most):
    fractional = Fractional(point.formulation)
    every, kept = fractional.cuts(point.x, VIOLATION, ALL), fractional.cuts(point.x, VIOLATION, most)
    assert len(kept) <= most
    worst = sorted((float(amount(cut, point.x)) for cut in every), reverse=True)
    said = [float(amount(cut, point.x)) for cut in kept]
    assert said == sorted(said, reverse=True)
    assert set(said) <= set(worst[:most])  # the two that are nearest to node and sources may be one and the same
