"""How few edges any plan cuts: shortest closed ways in the planar dual of the graph, as long as zones of their size need.

In a planar graph in one piece, the edges between a connected part and a connected rest are a simple closed way from face to face (Whitney 1932: bonds
of a planar graph are cycles of its dual). Let a spanning tree hang from a node t of the rest, and let a way that crosses a tree's edge from one side
count the students below it, from the other side as many less. Then a closed way counts every node as often as it goes round it, so the border of the
part counts its students; all students together count nothing, for to go round all is to go round nothing. Where s is a node of the part, its border
crosses the tree's path from s to t an odd number of times. So the shortest closed way that does so and counts what it may have bounds its border:
a shortest path over faces, crossings even or odd, and counted students. Ways that cross themselves are not excluded; they rarely pay.

What is left of a district without one zone may be in several pieces, each with whole zones. The zone's border is then theirs, and a least border is
known of every set of zones. Half of the sum over all zones of the cheapest way to share out the others is a bound of the edges that are cut.

With two schools a closed way that does not cross itself is a plan, if its students are what a zone may have without rounding: most often the best.

Students are counted in shares of all, rounded; what a part may have is wider by what rounding can do to any set of nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rezoning.formulation.formulation import Floats, Formulation, Ints, Terms

SHARES = 20_000  # that all students are counted in, at most
STATES_PER_SECOND = 15_000_000  # of faces and counts: an ordinary machine sees some more
MOST_PLANS = 200  # that are made of the ways over one edge
LONGEST = 254  # edges of a way that is remembered
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


def least_cut(
    formulation: Formulation, terms: Terms, value: float | None, seconds: float, must_end: Callable[[], bool], on_plan: Callable[[Ints], object]
) -> float | None:
    """A lower bound of the edges cut by any plan that cuts fewer than `value`; None where nothing can be said, or not in about so many seconds.

    `on_plan` is told of assignments, with two schools, that may be plans.
    """
    m, contiguity = formulation.pairs.num_schools, formulation.contiguity
    if formulation.levels or terms.goal.minimize != "cut_edges" or not 2 <= m <= MOST_SCHOOLS or not _is_told(formulation):
        return None
    sizes = Sizes.of(formulation)
    if sizes is None:
        return None
    graph = csr_array(contiguity.graph)
    ways = list(_ways(graph, [int(nodes[0]) for nodes in contiguity.sources]))
    faces = 2 * (graph.nnz // 2 - graph.shape[0] + 2)  # Euler, if it is planar; an even and an odd side of each
    room = max(STATES_PER_SECOND * seconds / max(faces * sum(hops for _, _, _, hops in ways), 1), 1.0)
    shares = SHARES >> max(int(np.ceil(np.log2(SHARES / room))), 0)  # by halves: a moment more or less finds the same ways
    dual = Dual.of(graph) if shares >= len(sizes.students) else None
    if dual is None:
        return None
    enough = len(dual.tail) if value is None else int(np.ceil(value))
    least = dict[int, int]()  # border of each set of schools
    for s, t, above, _ in ways:
        parts = [part for part in range(1 << m) if part >> s & 1 and not part >> t & 1]
        search = _Search(dual, sizes, above, int(contiguity.sources[s][0]), parts, shares)
        best = np.full(len(parts), enough, dtype=np.int64)
        for v in search.path:
            if must_end():
                return None
            levels, lengths = search.over(v, enough)
            best = np.minimum(best, lengths)
            if m == 2:
                for inside in search.insides(v, levels, int(lengths[0])):
                    on_plan(np.where(inside == inside[contiguity.sources[s][0]], s, t))
        for part, length in zip(parts, best.tolist(), strict=True):
            for same in (part, (1 << m) - 1 - part):
                least[same] = max(least.get(same, 0), length)
    return sum(_cheapest(least, (1 << m) - 1 - (1 << s)) for s in range(m)) / 2


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
    if not np.isfinite(far).all():
        return
    for s, t in zip(*minimum_spanning_tree(far).nonzero(), strict=True):
        yield int(s), int(t), np.maximum(breadth_first_order(graph, roots[t], directed=False)[1], -1).astype(np.int64), int(far[s, t])


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


class _Search:
    """Closed ways for sets of schools that are parted by the path in a tree; the tree is given by the node above each."""

    def __init__(self, dual: Dual, sizes: Sizes, above: Ints, source: int, parts: list[int], shares: int) -> None:
        share = shares / sizes.students.sum()
        whole = np.round(sizes.students * share).astype(np.int64)
        off = sizes.students * share - whole
        low, high = np.array([sizes.of_part(part) for part in parts]).T * share
        self._low = np.maximum(np.ceil(low - np.maximum(off, 0.0).sum()), 0).astype(np.int64)
        self._high = np.floor(high - np.minimum(off, 0.0).sum()).astype(np.int64)
        self._dual, self._above, self._total = dual, above, int(whole.sum())
        self._below = below = _below(above, whole)
        # an arc u -> v crossed from left to right counts what hangs below v where u is above it, and less where v is above u
        counts = np.where(above[dual.head] == dual.tail, below[dual.head], 0) - np.where(above[dual.tail] == dual.head, below[dual.tail], 0)
        self._order = np.argsort(dual.left, kind="stable")
        self._indptr = np.searchsorted(dual.left[self._order], np.arange(dual.left.max() + 2)).astype(np.int64)
        self._to, self._counts = dual.left[dual.against[self._order]], counts[self._order]
        self.path = [source]  # up the tree, without its root
        while above[above[self.path[-1]]] >= 0:
            self.path.append(int(above[self.path[-1]]))
        is_on = np.zeros(len(above), dtype=bool)
        is_on[self.path] = True
        over = (is_on[dual.head] & (above[dual.head] == dual.tail)) | (is_on[dual.tail] & (above[dual.tail] == dual.head))
        self._odd = over[self._order].astype(np.int64)

    def _arc(self, v: int) -> int:
        """The arc to a node from the one above it."""
        return int(np.flatnonzero((self._dual.tail == self._above[v]) & (self._dual.head == v))[0])

    def over(self, v: int, enough: int) -> tuple[NDArray[np.uint8], Ints]:
        """The length at which each face and count is reached by ways over the edge above v; and the length for each set, `enough` at most."""
        arc, lengths = self._arc(v), np.full(len(self._low), enough, dtype=np.int64)
        start, end = int(self._dual.left[self._dual.against[arc]]), int(self._dual.left[arc])
        levels = _reach(self._indptr, self._to, self._counts, self._odd, start, end, int(self._below[v]), self._total, self._low, self._high, lengths)
        return levels, lengths

    def insides(self, v: int, levels: NDArray[np.uint8], length: int) -> Iterator[Ints]:
        """What ways of a length over the edge above v part, for counts of the first set: the piece of each node, in two pieces."""
        from scipy.sparse.csgraph import connected_components

        arc, dual = self._arc(v), self._dual
        first = (2 * int(dual.left[arc]) + 1) * self._total
        within = np.arange(self._low[0], min(self._high[0], self._total - 1) + 1)
        ends = first + within[levels[first + within] == length] if 1 <= length <= LONGEST else within[:0]
        ends = ends[np.argsort(np.abs(ends - first - (self._low[0] + self._high[0]) // 2), kind="stable")]  # the least touched by rounding first
        for state in ends[:MOST_PLANS].tolist():
            crossed = self._order[_retrace(self._indptr, self._to, self._counts, self._odd, levels, state, self._total, length)]
            is_cut = np.zeros(len(dual.tail), dtype=bool)
            is_cut[[arc, dual.against[arc], *crossed, *dual.against[crossed]]] = True
            kept = csr_array((np.ones(int((~is_cut).sum())), (dual.tail[~is_cut], dual.head[~is_cut])), shape=(len(self._above),) * 2)
            count, piece = connected_components(kept, directed=False)
            if count == 2:
                yield piece.astype(np.int64)


def _below(above: Ints, whole: Ints) -> Ints:
    """What hangs on each node of the tree, itself included."""
    total = np.zeros_like(whole)
    for v in range(len(above)):
        u = v
        while u >= 0:
            total[u] += whole[v]
            u = int(above[u])
    return total


@njit(cache=True, nogil=True)
def _reach(
    indptr: Ints, to: Ints, count: Ints, odd: Ints, start: int, end: int, counted: int, total: int, low: Ints, high: Ints, lengths: Ints
) -> NDArray[np.uint8]:
    """The length at which each (face, crossings odd or even, count) is reached, 0 where it is not; lowers `lengths` of windows at a face."""
    levels = np.zeros(2 * (len(indptr) - 1) * total, dtype=np.uint8)
    near, far = [(2 * start + 1) * total + counted % total], [0]
    far.pop()
    levels[near[0]] = 1
    length = 1
    while near and length < lengths.max():
        for state in near:
            if state // total == 2 * end + 1:
                for k in range(len(lengths)):
                    if low[k] <= state % total <= high[k]:
                        lengths[k] = min(lengths[k], length)
        for state in near:
            side, so_far = state // total, state % total
            for k in range(indptr[side // 2], indptr[side // 2 + 1]):
                now = so_far + count[k]
                now += total if now < 0 else 0
                now -= total if now >= total else 0
                other = (2 * to[k] + (side + odd[k]) % 2) * total + now
                if levels[other] == 0:
                    levels[other] = min(length + 1, 255)
                    far.append(other)
        near, far = far, near
        far.clear()
        length += 1
    return levels


@njit(cache=True, nogil=True)
def _retrace(indptr: Ints, to: Ints, count: Ints, odd: Ints, levels: NDArray[np.uint8], state: int, total: int, length: int) -> Ints:
    """The entries of the arcs against which a shortest way to a (face, count) came."""
    crossed = np.empty(length - 1, dtype=np.int64)
    while length > 1:
        side, so_far = state // total, state % total
        for k in range(indptr[side // 2], indptr[side // 2 + 1]):  # what the way back counts, the way there counts less
            now = so_far + count[k]
            now += total if now < 0 else 0
            now -= total if now >= total else 0
            before = (2 * to[k] + (side + odd[k]) % 2) * total + now
            if levels[before] == length - 1:
                state, length = before, length - 1
                crossed[length - 1] = k
                break
    return crossed
