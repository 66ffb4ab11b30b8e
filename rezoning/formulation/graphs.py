"""Graph facts that shrink the question without changing its answer.

In an undirected graph the last node that every way from the sources to v passes is the nearest cut vertex above v in the block-cut tree, so one
depth-first search from an imagined node joined to all sources finds reachability and all immediate dominators (Tarjan's low points).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Ints, Matrix

UNREACHED = -2  # no way from a source
FREE = -1  # reached, and no single other node cuts it off from all sources


def dominators(graph: Matrix, inside: NDArray[np.bool_], sources: Sequence[int] | Ints) -> Ints:
    """Immediate dominator of each node within the subgraph `inside`, seen from the sources.

    Parameters
    ----------
    graph
        Symmetric CSR adjacency, shape (N, N).
    inside
        Nodes of the subgraph, shape (N,).
    sources
        Nodes from which others are reached; those outside the subgraph are ignored.

    Returns
    -------
    Shape (N,): the node that cuts v off from all sources and is nearest to v, FREE (-1) where there is none, UNREACHED (-2).
    """
    indptr, indices = graph.indptr.tolist(), graph.indices.tolist()
    n = len(inside)
    order, low, idom = [0] * n, [0] * n, [UNREACHED] * n  # order 0: not visited; the imagined root has order 1
    is_source = [False] * n
    for v in sources:
        is_source[v] = bool(inside[v])
    is_inside, count = inside.tolist(), 1
    for origin in sources:
        if not is_source[origin] or order[origin]:
            continue
        count += 1
        order[origin], low[origin], idom[origin] = count, 1, FREE
        stack = [(origin, -1, indptr[origin])]
        visited = []  # in preorder, with parents, for the second sweep
        while stack:
            v, parent, at = stack.pop()
            end = indptr[v + 1]
            while at < end:
                w = indices[at]
                at += 1
                if not is_inside[w] or w == parent:
                    continue
                if order[w]:
                    low[v] = min(low[v], order[w])
                    continue
                count += 1
                order[w], low[w] = count, 1 if is_source[w] else count
                visited.append((w, v))
                stack.append((v, parent, at))
                stack.append((w, v, indptr[w]))
                break
            else:
                if parent >= 0:
                    low[parent] = min(low[parent], low[v])
        for w, v in visited:
            idom[w] = v if low[w] >= order[v] else idom[v]
    return np.array(idom, dtype=np.int64)


def cut_off_heads(graph: Matrix, sources: Ints) -> Ints:
    """For each node the outermost single node that cuts it off from every source, or itself where none does; shape (N,).

    What is cut off must take that node's school: any way from it to a source, inside one zone, passes there. Unreached nodes are their own.
    """
    idom = dominators(graph, np.ones(graph.shape[0], dtype=bool), sources)
    head = np.where(idom >= 0, idom, np.arange(len(idom)))
    while True:
        further = head[head]
        if np.array_equal(further, head):
            return head
        head = further


def pieces_of_today(graph: Matrix, today: Ints, num_schools: int) -> Ints:
    """Label of the piece of today's zones that each unit is in; a unit without an open school (-1) is a piece of its own; shape (n,)."""
    from rezoning.district.district import same_school_components

    return same_school_components(graph, np.where(today >= 0, today, num_schools + np.arange(len(today))))


def anchors(graph: Matrix, today: Ints, homes: Sequence[Ints], students: NDArray[np.float64], unit_ids: Sequence[str]) -> list[Ints]:
    """One unit per detached piece of each school's zone of today: the one with the most students, ties by smallest id as text.

    A piece is detached when it holds none of the school's `homes`: its unit, and around a site what borders it. `today` has -1 where a unit has no
    open school. One array per school.
    """
    labels = pieces_of_today(graph, today, len(homes))
    rank = np.lexsort((np.array(unit_ids), -students))
    found: list[list[int]] = [[] for _ in homes]
    held = {int(labels[u]) for s, own in enumerate(homes) for u in own if today[u] == s}
    for u in rank:
        if today[u] >= 0 and int(labels[u]) not in held:
            held.add(int(labels[u]))
            found[today[u]].append(int(u))
    return [np.array(sorted(units), dtype=np.int64) for units in found]


def quotient(graph: Matrix, group: Ints, num_groups: int) -> Matrix:
    """Adjacency of groups of nodes: two are adjacent when members are; 0/1 CSR without loops, shape (num_groups, num_groups)."""
    from scipy.sparse import coo_array, csr_array

    edges = coo_array(graph)
    i, j = group[edges.row], group[edges.col]
    keep = i != j
    joined = csr_array((np.ones(int(keep.sum()), dtype=np.int32), (i[keep], j[keep])), shape=(num_groups, num_groups))
    joined.sum_duplicates()
    joined.data[:] = 1
    joined.sort_indices()
    return joined


def fold_idle(graph: Matrix, schools: NDArray[np.bool_], is_idle: NDArray[np.bool_]) -> Ints:
    """Merge idle nodes (no students, no cost, nobody's source) into a neighbor where that is exact; the node each is merged into, shape (N,).

    An idle node z may go with its neighbor w when w's schools are among z's, and no two neighbors a, b of z that are not adjacent to each other
    share an admissible school with z. Then z is never needed to join two pieces, so it can be taken out of any contiguous plan and put back with w;
    and every plan of the merged graph is contiguous in the first one, because z is there between w and z's other neighbors.
    """
    n = graph.shape[0]
    near = [set(graph.indices[graph.indptr[v] : graph.indptr[v + 1]].tolist()) for v in range(n)]
    masks = [int.from_bytes(np.packbits(row).tobytes(), "big") for row in schools]
    into = np.arange(n)
    waiting = [int(z) for z in np.flatnonzero(is_idle)]
    while waiting:
        z = waiting.pop()
        if into[z] != z:
            continue
        w = _host(z, near, masks)
        if w is None:
            continue
        into[z] = w
        touched = near[z]
        for a in touched:
            near[a].discard(z)
        near[w] |= touched - {w}
        for a in touched - {w}:
            near[a].add(w)
        waiting.extend(a for a in touched if is_idle[a] and into[a] == a)
        near[z] = set()
    while True:
        further = into[into]
        if np.array_equal(further, into):
            return into
        into = further


def _host(z: int, near: list[set[int]], masks: list[int]) -> int | None:
    """The neighbor that may take z, by the rule of `fold_idle`: the one with the fewest schools, ties by index."""
    around = sorted(near[z])
    if len(around) > 12:  # a hub: the test is quadratic and never succeeds there
        return None
    for i, a in enumerate(around):
        shared = masks[a] & masks[z]
        if shared and any(shared & masks[b] and b not in near[a] for b in around[i + 1 :]):
            return None
    hosts = [w for w in around if masks[w] and not masks[w] & ~masks[z]]
    return min(hosts, key=lambda w: (masks[w].bit_count(), w), default=None)
