"""Contiguity as plain rows, for solvers without lazy cuts: exact for every plan they allow, though they do not allow every plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.model.epigraph import Cut


def order_rows(formulation: Formulation, plan: Ints, schools: Sequence[int], rng: np.random.Generator) -> list[Cut]:
    """Rows x[u, s] <= sum of x[w, s] over the neighbors w of u that come before u in an order of school s's nodes.

    The order starts with the school's sources and goes breadth first through the plan's zone, neighbors in random turn, then outwards over the other
    admissible nodes. So the plan obeys every row, and what obeys them is contiguous: from each node a way of ever earlier ones leads to a source.
    What they forbid, another order may allow (a DAG model, Shahmizad & Buchanan 2023).
    """
    contiguity = formulation.contiguity
    if not contiguity.is_exact:
        return []
    graph = contiguity.graph
    turn = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr)) + rng.random(len(graph.indices))
    first, near = graph.indptr.tolist(), graph.indices[np.argsort(turn)].tolist()
    rows = []
    for s in schools:
        pair, sources = formulation.pairs.lookup[:, s], contiguity.sources[s].tolist()
        queue = _spread([v for v in sources if plan[v] == s], first, near, ((pair >= 0) & (plan == s)).tolist())
        inside = set(queue)
        queue = _spread([*queue, *(v for v in sources if v not in inside)], first, near, (pair >= 0).tolist())
        rank = {v: i for i, v in enumerate(queue)}
        number = pair.tolist()
        for v in set(queue).difference(sources):
            earlier = [number[w] for w in near[first[v] : first[v + 1]] if rank.get(w, rank[v]) < rank[v]]
            rows.append(Cut((number[v],), tuple(earlier)))
    x = formulation.vector(plan)
    kept = contiguity.ties[x[contiguity.ties[:, 0]] <= x[contiguity.ties[:, 1]]]
    return rows + [Cut((p,), (q,)) for p, q in kept.tolist() if formulation.pairs.school[p] in set(schools)]


def _spread(queue: list[int], first: list[int], near: list[int], is_open: list[bool]) -> list[int]:
    """The queue and all open nodes that hang on it, breadth first."""
    seen, queue = set(queue), list(queue)
    for v in queue:
        for w in near[first[v] : first[v + 1]]:
            if w not in seen and is_open[w]:
                seen.add(w)
                queue.append(w)
    return queue
