"""The question while it is being made smaller: nodes, and which schools each may have."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Land
from rezoning.formulation import feasibility
from rezoning.formulation.formulation import Ints, Matrix, Pairs
from rezoning.formulation.graphs import UNREACHED, dominators, quotient
from rezoning.scenario.schema import Scenario


@dataclass(eq=False)
class Draft:
    """The question while it is being made smaller: nodes, and the table of admissible (node, school) pairs."""

    graph: Matrix
    allowed: NDArray[np.bool_]  # (N, m)
    roots: Ints  # node of each school's unit, (m,)
    anchors: list[Ints]  # further sources of each school
    land: Land
    node_of_piece: Ints  # (l,)
    is_exact: bool
    together: list[Ints] = field(default_factory=list)  # nodes that have one school, two at least in each group

    @property
    def node_of_unit(self) -> Ints:
        """Node of each unit's main piece of ground, (n,)."""
        return self.node_of_piece[: self.land.num_units]

    def sources(self, s: int) -> Ints:
        """Nodes that may hold up a piece of zone s: the school's own first, then the anchors; admissible ones only."""
        nodes = np.array(list(dict.fromkeys([int(self.roots[s]), *self.anchors[s].tolist()])), dtype=np.int64)
        return np.asarray(nodes[self.allowed[nodes, s]])

    def merge(self, head: Ints, allowed: NDArray[np.bool_]) -> None:
        """Contract every node into its head; `allowed`, shape (N, m), is read at the heads."""
        heads, group = np.unique(head, return_inverse=True)
        self.graph = quotient(self.graph, group, len(heads))
        self.allowed = allowed[heads]
        self.roots = group[self.roots]
        self.anchors = [group[nodes] for nodes in self.anchors]
        self.node_of_piece = group[self.node_of_piece]
        parts = [np.unique(group[nodes]) for nodes in self.together]
        self.together = [nodes for nodes in parts if len(nodes) > 1]

    def agree(self) -> None:
        """Leave the nodes of a group only schools that all of them may have."""
        for nodes in self.together:
            self.allowed[nodes] = self.allowed[nodes].all(axis=0)

    def pairs(self) -> Pairs:
        """The admissible pairs as they are now."""
        node, school = np.nonzero(self.allowed)
        lookup = np.full(self.allowed.shape, -1, dtype=np.int64)
        lookup[node, school] = np.arange(len(node))
        first = np.concatenate([[0], np.cumsum(self.allowed.sum(axis=1))])
        return Pairs(node.astype(np.int64), school.astype(np.int64), first.astype(np.int64), lookup, self.node_of_unit, self._unit_of_node())

    def _unit_of_node(self) -> Ints | None:
        if len(self.land.unit) == self.land.num_units:
            return None
        unit = np.empty(self.graph.shape[0], dtype=np.int64)
        unit[self.node_of_piece[::-1]] = self.land.unit[::-1]  # a main piece stays, if there is one
        return unit

    def start(self, district: District) -> Ints:
        """Today's school of each node, by its unit with the most students; -1 where that is not admissible."""
        today, unit = district.stayable, self.land.unit
        start = np.full(self.graph.shape[0], -1, dtype=np.int64)
        is_main = np.arange(len(unit)) < self.land.num_units
        for piece in np.lexsort((district.students[unit], is_main)):  # the last one written stays
            node, s = self.node_of_piece[piece], today[unit[piece]]
            if s >= 0 and self.allowed[node, s]:
                start[node] = s
        return start


def reach(draft: Draft, district: District, scenario: Scenario) -> Ints:
    """Prune pairs to those with a way to a source and fix what forced nodes force, to a fixpoint.

    Returns
    -------
    The immediate dominator of each (node, school), -1 for none, shape (N, m).

    Raises
    ------
    Stranded
        A unit has no way left to any school.
    """
    allowed = draft.allowed
    idom = np.full(allowed.shape, -1, dtype=np.int64)
    stale = set(range(allowed.shape[1]))
    while stale:
        before = allowed.copy()
        for s in sorted(stale):
            idom[:, s] = dominators(draft.graph, allowed[:, s], draft.sources(s))
            allowed[:, s] &= idom[:, s] != UNREACHED
        _fix_forced(allowed, idom)
        draft.agree()
        if not allowed.any(axis=1).all():
            break  # told by what is at fault, not by what follows from it
        stale = set(np.flatnonzero((allowed != before).any(axis=0)).tolist())
    empty = np.flatnonzero(~allowed.any(axis=1))
    if len(empty):
        raise feasibility.Stranded(district, scenario, np.unique(draft.land.unit[np.isin(draft.node_of_piece, empty)]))
    return np.where(allowed, idom, -1)


def _fix_forced(allowed: NDArray[np.bool_], idom: Ints) -> None:
    """A node with one school left gives that school to every node that cuts it off from the school's sources."""
    for v in np.flatnonzero(allowed.sum(axis=1) == 1):
        s = int(np.argmax(allowed[v]))
        w = int(idom[v, s])
        while w >= 0:
            keep = allowed[w, s]
            allowed[w] = False
            allowed[w, s] = keep
            w = int(idom[w, s])
