"""How few edges any plan cuts: shortest closed ways in the planar dual of the graph, as long as zones of their size need.

In a planar graph in one piece, the edges between a connected part and a connected rest are a simple closed way from face to face (Whitney 1932: bonds
of a planar graph are cycles of its dual). Let a spanning tree hang from a node t of the rest, and let a way that crosses a tree's edge from one side
count the students below it, from the other side as many less. Then a closed way counts every node as often as it goes round it, so the border of the
part counts its students; all students together count nothing, for to go round all is to go round nothing. Where s is a node of the part, its border
crosses the tree's path from s to t. So the shortest closed way that crosses this path and counts what the part may have, a shortest path over faces
and counted students, bounds the border. Ways that cross themselves are not excluded; they rarely pay.

What is left of a district without one zone may be in several pieces, each with whole zones. The zone's border is then theirs, and a least border is
known of every set of zones. Half of the sum over all zones of the cheapest way to share out the others is a bound of the edges that are cut.

Students are counted in shares of all, rounded; what a part may have is wider by what rounding can do to any set of nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from scipy.sparse import csr_array

from rezoning.formulation.formulation import Floats, Formulation, Ints, Terms

SHARES = 20_000  # that all students are counted in, at most
STATES_PER_SECOND = 15_000_000  # of faces and counts: an ordinary machine sees some more
MOST_SCHOOLS = 6  # whose sets and shares are looked through one by one
ROOM = 1e-6  # students: plans may have so many more or fewer


@dataclass(frozen=True, eq=False)
class Sizes:
    """Students of each node, shape (N,), and what each zone may have of them, shape (m,)."""

    students: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, formulation: Formulation) -> Sizes | None:
        """From the rows about one zone; None where those of different schools do not count the same."""
        pairs, rows = formulation.pairs, formulation.rows
        low, high, own = np.zeros(pairs.num_schools), np.full(pairs.num_schools, np.inf), np.full(len(pairs), np.nan)
        matrix = csr_array(rows.matrix)
        size = np.diff(matrix.indptr)
        for r in np.argsort(-size, kind="stable").tolist():  # the row about most nodes says what is counted
            index, value = (part[matrix.indptr[r] : matrix.indptr[r + 1]] for part in (matrix.indices, matrix.data))
            schools = np.unique(pairs.school[index])
            if len(schools) != 1 or (value < 0).any():
                continue
            s = int(schools[0])
            mine, is_own = np.bincount(index, value, len(pairs)), pairs.school == s
            if np.isnan(own[is_own]).all():
                own[is_own] = mine[is_own]
            if np.array_equal(own[is_own], mine[is_own]):
                low[s], high[s] = max(low[s], rows.lower[r] - ROOM), min(high[s], rows.upper[r] + ROOM)
        students = own[pairs.first[:-1]]
        if np.isnan(own).any() or not np.array_equal(own, students[pairs.node]) or students.sum() <= 0:
            return None
        return cls(students, low, np.minimum(high, students.sum()))

    def of_part(self, schools: int) -> tuple[float, float]:
        """What the zones of a set of schools, bit by bit, may have together."""
        is_in = (schools >> np.arange(len(self.low))) & 1 == 1
        total = float(self.students.sum())
        return max(self.low[is_in].sum(), total - self.high[~is_in].sum()), min(self.high[is_in].sum(), total - self.low[~is_in].sum())


@dataclass(frozen=True, eq=False)
class Dual:
    """A planar graph's arcs by rows of its CSR: tail, head, the arc that runs against, and the face on the left; all of shape (2 e,)."""

    tail: Ints
    head: Ints
    against: Ints
    left: Ints

    @classmethod
    def of(cls, graph: csr_array) -> Dual | None:
        """None where the graph is not planar or not in one piece."""
        import networkx as nx

        tail, head = (ends.astype(np.int64) for ends in graph.tocoo().coords)
        number = {arc: k for k, arc in enumerate(zip(tail.tolist(), head.tolist(), strict=True))}
        drawn: nx.Graph[int] = nx.Graph()
        embedding: Any
        drawn.add_nodes_from(range(graph.shape[0]))
        drawn.add_edges_from(number)
        is_planar, embedding = nx.check_planarity(drawn)
        if not is_planar or not nx.is_connected(drawn):
            return None
        left, met = np.full(len(tail), -1, dtype=np.int64), set[tuple[int, int]]()
        for arc in number:
            if arc not in met:
                around = embedding.traverse_face(*arc, mark_half_edges=met)
                face = int(left.max()) + 1
                for one, other in zip(around, [*around[1:], around[0]], strict=True):
                    left[number[one, other]] = face
        return cls(tail, head, np.array([number[v, u] for u, v in number], dtype=np.int64), left)


def least_cut(formulation: Formulation, terms: Terms, value: float | None, seconds: float, must_end: Callable[[], bool]) -> float | None:
    """A lower bound of the edges cut by any plan that cuts fewer than `value`; None where nothing can be said, or not in about so many seconds."""
    m, contiguity = formulation.pairs.num_schools, formulation.contiguity
    if terms.goal.minimize != "cut_edges" or not 2 <= m <= MOST_SCHOOLS or not _is_told(formulation):
        return None
    sizes = Sizes.of(formulation)
    if sizes is None:
        return None
    dual = Dual.of(csr_array(contiguity.graph))
    if dual is None:
        return None
    ways = list(_ways(contiguity.graph, [int(sources[0]) for sources in contiguity.sources]))
    starts = sum(hops for _, _, _, hops in ways)
    shares = min(SHARES, int(STATES_PER_SECOND * seconds / (starts * (int(dual.left.max()) + 1))))
    if shares < formulation.pairs.num_nodes:
        return None
    enough = len(dual.tail) if value is None else int(np.ceil(value))
    least = dict[int, int]()  # border of each set of schools
    for s, t, above, _ in ways:
        parts = [part for part in range(1 << m) if part >> s & 1 and not part >> t & 1]
        source, target = int(contiguity.sources[s][0]), int(contiguity.sources[t][0])
        for part, length in zip(parts, _borders(dual, sizes, source, target, above, parts, enough, shares, must_end), strict=True):
            for same in (part, (1 << m) - 1 - part):
                least[same] = max(least.get(same, 0), int(length))
    return None if must_end() else sum(_cheapest(least, (1 << m) - 1 - (1 << s)) for s in range(m)) / 2


def _is_told(formulation: Formulation) -> bool:
    """Whether every zone is in one piece and has its school's node, and every edge that is cut is one between units."""
    pairs, contiguity = formulation.pairs, formulation.contiguity
    if not contiguity.is_exact or pairs.unit_of_node is not None:
        return False
    return all(len(nodes) == 1 and pairs.choices[nodes[0]] == 1 for nodes in contiguity.sources)


def _ways(graph: csr_array, roots: list[int]) -> Iterator[tuple[int, int, Ints, int]]:
    """Pairs of near schools such that every set of schools parts one, the tree of shortest ways from the second one's node, and the hops between."""
    from scipy.sparse.csgraph import breadth_first_order, dijkstra, minimum_spanning_tree

    far = dijkstra(graph, indices=roots, unweighted=True)[:, roots]
    for s, t in zip(*minimum_spanning_tree(far).nonzero(), strict=True):
        yield int(s), int(t), breadth_first_order(graph, roots[t], directed=False)[1].astype(np.int64), int(far[s, t])


def _cheapest(least: dict[int, int], others: int) -> int:
    """The least sum of borders over all ways to part a set of schools into sets."""
    if not others:
        return 0
    first = others & -others
    rest, best = others ^ first, 1 << 62
    some = rest
    while True:  # all subsets of the rest go along with the first
        best = min(best, least[first | some] + _cheapest(least, rest ^ some))
        if not some:
            return best
        some = (some - 1) & rest


def _borders(
    dual: Dual, sizes: Sizes, source: int, target: int, above: Ints, parts: list[int], enough: int, shares: int, must_end: Callable[[], bool]
) -> Ints:
    """The shortest closed way for each set of schools that has the source's and not the target's, from which the tree hangs; `enough` at most."""
    share = shares / sizes.students.sum()
    whole = np.round(sizes.students * share).astype(np.int64)
    off = sizes.students * share - whole
    low, high = np.array([sizes.of_part(part) for part in parts]).T * share
    low = np.maximum(np.ceil(low - np.maximum(off, 0.0).sum()), 0).astype(np.int64)
    high = np.floor(high - np.minimum(off, 0.0).sum()).astype(np.int64)
    below = _below(above, whole, target)
    # an arc u -> v crossed from left to right counts what hangs below v where u is above it, and less where v is above u
    counts = np.where(above[dual.head] == dual.tail, below[dual.head], 0) - np.where(above[dual.tail] == dual.head, below[dual.tail], 0)
    order = np.argsort(dual.left, kind="stable")
    indptr = np.searchsorted(dual.left[order], np.arange(dual.left.max() + 2)).astype(np.int64)
    to = dual.left[dual.against[order]]
    best, v = np.full(len(parts), enough, dtype=np.int64), source
    while v != target and not must_end():
        arc = int(np.flatnonzero((dual.tail == above[v]) & (dual.head == v))[0])
        start, end = int(dual.left[dual.against[arc]]), int(dual.left[arc])
        _shorten(indptr, to, counts[order], start, end, int(below[v]), int(whole.sum()), low, high, best)
        v = int(above[v])
    return best


def _below(above: Ints, whole: Ints, root: int) -> Ints:
    """What hangs on each node of the tree, itself included."""
    total = np.zeros_like(whole)
    for v in range(len(above)):
        u = v
        while u != root:
            total[u] += whole[v]
            u = int(above[u])
        total[root] += whole[v]
    return total


@njit(cache=True, nogil=True)
def _shorten(indptr: Ints, to: Ints, count: Ints, start: int, end: int, counted: int, total: int, low: Ints, high: Ints, best: Ints) -> None:
    """Lower `best`, for each window of counts, to the edges of the shortest way between two faces, the one crossed before included."""
    is_seen = np.zeros((len(indptr) - 1) * total, dtype=np.uint8)
    near, far = [start * total + counted % total], [0]
    far.pop()
    is_seen[near[0]] = 1
    length = 1
    while near and length < best.max():
        for state in near:
            if state // total == end:
                for k in range(len(best)):
                    if low[k] <= state % total <= high[k]:
                        best[k] = min(best[k], length)
        for state in near:
            face, so_far = state // total, state % total
            for k in range(indptr[face], indptr[face + 1]):
                now = so_far + count[k]
                now += total if now < 0 else 0
                now -= total if now >= total else 0
                other = to[k] * total + now
                if is_seen[other] == 0:
                    is_seen[other] = 1
                    far.append(other)
        near, far = far, near
        far.clear()
        length += 1
