"""GerryChain's chain of single flips under the same rules, for comparison: its own proposal, constraints of ours.

Each school has a hub in its zone, a node more that never moves, with an edge to each of its sources: a zone with its hub hangs together exactly
where every piece of it holds a source, so GerryChain's own constraint serves, islands included.

It proposes again where a rule is broken and counts only what is kept as a step, and it takes an edge between zones and not a move: so plans are not
all alike to it, those with many ways on are visited more often. Its recombination wants zones of nearly equal size, which schools do not have.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.errors import Problem, ScenarioError
from rezoning.formulation.formulation import Floats, Formulation, Ints
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import HELD_TOLERANCE, ROW_TOLERANCE, either_excess, held_excess

if TYPE_CHECKING:
    from gerrychain import Partition

MOST_TRIES = 1_000_000  # proposals for one step, after which there is none


def peer_samples(formulation: Formulation, start: Ints, seed: int, count: int, every: int) -> Iterator[Ints]:
    """So many plans of GerryChain's chain, each `every` of its steps after the one before; the start is none of them.

    Raises
    ------
    ScenarioError
        GerryChain is not installed, or finds no step.
    """
    try:
        from gerrychain import MarkovChain
        from gerrychain.accept import always_accept
        from gerrychain.constraints import single_flip_contiguous
    except ImportError:
        cure = "Install it with: pip install 'rezoning[ensemble]'."
        raise ScenarioError(Problem("--with gerrychain", "GerryChain is not installed.", cure)) from None
    rules = _Rules(formulation)
    constraints = [rules.keeps, *([single_flip_contiguous] if formulation.contiguity.is_exact else [])]
    state = _first_state(formulation, start, rules)
    chain = MarkovChain(_Flip(formulation), constraints, always_accept, state, total_steps=count * every + 1, rng=random.Random(seed))
    for number, each in enumerate(chain):
        if number and number % every == 0:
            yield np.asarray(each.assignment_vector[: formulation.pairs.num_nodes], dtype=np.int64)


def _first_state(formulation: Formulation, start: Ints, rules: _Rules) -> Partition:
    import networkx
    from gerrychain import Partition

    n, m = formulation.pairs.num_nodes, formulation.pairs.num_schools
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(n + m))
    edges = formulation.contiguity.graph.tocoo()
    graph.add_edges_from(zip(edges.row.tolist(), edges.col.tolist(), strict=True))
    for s, nodes in enumerate(formulation.contiguity.sources):
        graph.add_edges_from((n + s, v) for v in nodes.tolist())
    updaters = {"activity": rules.activity, "cut_edges_in_order": lambda state: sorted(state["cut_edges"])}
    return Partition(graph, dict(enumerate([*start.tolist(), *range(m)])), updaters)


class _Flip:
    """GerryChain's `propose_random_flip`, drawn again where the node may not have the school, before a state is made of it."""

    def __init__(self, formulation: Formulation) -> None:
        pairs = formulation.pairs
        self._may = [set(np.flatnonzero(row >= 0).tolist()) for row in pairs.lookup] + [set()] * pairs.num_schools

    def __call__(self, state: Partition, *, rng: random.Random) -> Partition:
        edges, zone = state["cut_edges_in_order"], state.assignment.mapping
        for _ in range(MOST_TRIES if edges else 0):
            edge = rng.choice(edges)
            node, other = edge if rng.random() < 0.5 else edge[::-1]
            if zone[other] in self._may[node]:
                return state.flip({node: zone[other]})
        raise ScenarioError(Problem("--with gerrychain", "GerryChain finds no step from some plan.", "Leave --with away."))


class _Rules:
    """Rows kept incrementally by an updater; what is no row is asked of the formulation where there is any."""

    def __init__(self, formulation: Formulation) -> None:
        self._problem, self._pairs = formulation, formulation.pairs
        self._columns = formulation.rows.matrix.tocsc()
        self._has_more = bool(formulation.held or formulation.either)
        self._also = None if formulation.contiguity.also is None else Separator(formulation)

    def activity(self, state: Partition) -> Floats:
        """What each row adds up to."""
        parent = state.parent
        if parent is None:
            return np.asarray(self._problem.rows.matrix @ self._problem.vector(self._schools(state)))
        activity = parent["activity"].copy()
        flips: dict[Any, Any] = state.flips or {}
        for v, school in flips.items():
            before: Any = parent.assignment.mapping[v]
            for sign, s in ((-1.0, before), (1.0, school)):
                p = self._pairs.lookup[v, s]
                a, b = self._columns.indptr[p], self._columns.indptr[p + 1]
                activity[self._columns.indices[a:b]] += sign * self._columns.data[a:b]
        return np.asarray(activity)

    def keeps(self, state: Partition) -> bool:
        """A constraint: no rule but contiguity is broken."""
        rows, activity = self._problem.rows, state["activity"]
        if ((activity < rows.lower - ROW_TOLERANCE) | (activity > rows.upper + ROW_TOLERANCE)).any():
            return False
        if not self._has_more and self._also is None:
            return True
        school: Any = self._schools(state)
        x = self._problem.vector(school)
        if (held_excess(self._problem, x) > HELD_TOLERANCE).any() or (either_excess(self._problem, x) > ROW_TOLERANCE).any():
            return False
        return self._also is None or self._also.is_contiguous(school)

    def _schools(self, state: Partition) -> Ints:
        return np.asarray(state.assignment_vector[: self._pairs.num_nodes], dtype=np.int64)
