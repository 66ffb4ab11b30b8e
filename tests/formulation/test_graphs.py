"""Graph facts against their definitions, by brute force on random graphs."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from rezoning.formulation.graphs import FREE, UNREACHED, anchors, cut_off_heads, dominators, fold_idle, quotient


def csr(n: int, pairs) -> csr_array:
    i, j = np.array([*pairs], dtype=np.int64).reshape(-1, 2).T
    return csr_array((np.ones(2 * len(i), dtype=np.int8), (np.r_[i, j], np.r_[j, i])), shape=(n, n))


@st.composite
def graphs(draw, most: int = 9):
    """Number of nodes and edges, as few or as many as it likes."""
    n = draw(st.integers(1, most))
    every = [(i, j) for i in range(n) for j in range(i + 1, n)]
    return n, sorted(draw(st.sets(st.sampled_from(every), max_size=2 * n))) if every else []


def reach(n: int, pairs, inside, sources) -> set[int]:
    found = {v for v in sources if v in inside}
    while True:
        more = {b for a, b in pairs if a in found and b in inside} | {a for a, b in pairs if b in found and a in inside}
        if more <= found:
            return found
        found |= more


@given(graph=graphs(), data=st.data())
def test_dominators(graph, data):
    n, pairs = graph
    inside = data.draw(st.sets(st.integers(0, n - 1)))
    sources = sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=3)))
    mask = np.isin(np.arange(n), list(inside))
    idom = dominators(csr(n, pairs), mask, np.array(sources))
    reached = reach(n, pairs, inside, sources)
    cut_off_by = {w: reached - {w} - reach(n, pairs, inside - {w}, sources) for w in range(n)}
    for v in range(n):
        above = {w for w in reached if v in cut_off_by[w]}
        if v not in reached:
            assert idom[v] == UNREACHED
        elif not above:
            assert idom[v] == FREE
        else:  # the nearest: it cuts v off, and every other that does cuts it off too
            assert idom[v] in above
            assert above - {idom[v]} == {w for w in reached if idom[v] in cut_off_by[w]}


@given(graph=graphs(), data=st.data())
def test_cut_off_heads(graph, data):
    n, pairs = graph
    sources = sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=3)))
    head = cut_off_heads(csr(n, pairs), np.array(sources))
    everyone = set(range(n))
    reached = reach(n, pairs, everyone, sources)
    cut_off_by = {w: reached - {w} - reach(n, pairs, everyone - {w}, sources) for w in range(n)}
    for v in range(n):
        above = {w for w in reached if v in cut_off_by[w]}
        outermost = {w for w in above if not any(w in cut_off_by[other] for other in above)}
        assert {head[v]} == (outermost or {v})


def test_a_long_path_needs_no_recursion():
    n = 100_000
    i = np.arange(n - 1)
    graph = csr_array((np.ones(2 * n - 2, dtype=np.int8), (np.r_[i, i + 1], np.r_[i + 1, i])), shape=(n, n))
    assert dominators(graph, np.ones(n, dtype=bool), np.array([0])).tolist() == [FREE, *range(n - 1)]


@given(graph=graphs(), data=st.data())
def test_anchors(graph, data):
    n, pairs = graph
    m = data.draw(st.integers(1, min(3, n)))
    today = np.array(data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n)))
    students = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=n, max_size=n)))
    ids = data.draw(st.permutations([f"{u:02d}" for u in range(n)]))
    roots = np.array(data.draw(st.permutations(range(n)))[:m])
    found = anchors(csr(n, pairs), today, [np.array([u]) for u in roots], students, ids)
    for s in range(m):
        left, wanted = {u for u in range(n) if today[u] == s}, []
        while left:
            piece = reach(n, pairs, left, [min(left)])
            left -= piece
            if roots[s] not in piece:
                wanted.append(sorted(piece, key=lambda u: (-students[u], ids[u]))[0])
        assert found[s].tolist() == sorted(wanted)


@given(graph=graphs(), data=st.data())
def test_quotient(graph, data):
    n, pairs = graph
    group = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    joined = quotient(csr(n, pairs), group, 3).toarray()
    wanted = {tuple(sorted((int(group[a]), int(group[b])))) for a, b in pairs if group[a] != group[b]}
    assert {(a, b) for a, b in zip(*np.nonzero(joined), strict=True) if a < b} == wanted
    assert (joined == joined.T).all()
    assert set(np.unique(joined)) <= {0, 1}


def zones_of_the_rest(n: int, pairs, allowed, sources, is_idle, group=None) -> set[tuple[int, ...]]:
    """Schools of the nodes that are not idle, over all contiguous assignments (in which merged nodes go together)."""
    found = set()
    for school in product(*[np.flatnonzero(row) for row in allowed]):
        if group is not None and any(school[v] != school[group[v]] for v in range(n)):
            continue
        zones = {s: {v for v in range(n) if school[v] == s} for s in set(school)}
        if all(reach(n, pairs, zone, [v for v in sources if v in zone and sources[v] == s]) == zone for s, zone in zones.items()):
            found.add(tuple(s for v, s in enumerate(school) if not is_idle[v]))
    return found


@given(graph=graphs(7), data=st.data())
def test_folding_idle_nodes_loses_and_wins_nothing(graph, data):
    n, pairs = graph
    sources = dict(zip(data.draw(st.permutations(range(n))), (0, 1), strict=False))
    is_idle = np.array(data.draw(st.lists(st.sampled_from([True, True, True, False]), min_size=n, max_size=n)))
    is_idle[list(sources)] = False
    kinds = st.sampled_from([(True, True), (True, True), (True, False), (False, True)])
    allowed = np.array(data.draw(st.lists(kinds, min_size=n, max_size=n)))
    into = fold_idle(csr(n, pairs), allowed, is_idle)
    assert is_idle[into != np.arange(n)].all()
    assert (into[into] == into).all()
    merged = allowed[into]  # a merged node has its host's schools
    assert not (merged & ~allowed).any()
    whole = zones_of_the_rest(n, pairs, allowed, sources, is_idle)
    assert zones_of_the_rest(n, pairs, merged, sources, is_idle, into) == whole
