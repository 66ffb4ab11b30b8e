"""The question while it is being made smaller: nodes, and which schools each may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Land
from rezoning.errors import Problems
from rezoning.formulation.formulation import Contiguity, Ints, Matrix, Pairs, Rows
from rezoning.formulation.graphs import quotient
from rezoning.formulation.ground import anchors_of, of_pieces, parts_without_school
from rezoning.formulation.narrow import Narrow, cut_off, hanging, hanging_rows, narrow, ties
from rezoning.formulation.sites import with_sites as widened
from rezoning.formulation.tables import Table
from rezoning.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class Sites:
    """Schools in a unit that another keeps, their units, and the nodes of their sites; shape (k,) each."""

    school: Ints
    unit: Ints
    node: Ints

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return zip(self.school.tolist(), self.unit.tolist(), self.node.tolist(), strict=True)


@dataclass(eq=False)
class Reduced:
    """The question while it is being made smaller: nodes, and the table of admissible (node, school) pairs."""

    graph: Matrix
    allowed: NDArray[np.bool_]  # (N, m)
    roots: Ints  # node of each school's unit, of its site where another keeps the unit, (m,)
    anchors: list[Ints]  # further sources of each school
    land: Land
    node_of_piece: Ints  # (l,)
    is_exact: bool
    together: list[Ints] = field(default_factory=list)  # nodes that have one school, two at least in each group
    plain: tuple[Matrix, list[Ints]] | None = None  # where narrow ground carries nothing: all ground, and what anchors pieces there
    narrow: Narrow | None = None
    sites: Sites | None = None

    @property
    def node_of_unit(self) -> Ints:
        """Node of each unit's main piece of ground, (n,)."""
        return self.node_of_piece[: self.land.num_units]

    def sources(self, s: int, anchors: list[Ints] | None = None) -> Ints:
        """Nodes that may hold up a piece of zone s: the school's own first, then the anchors; admissible ones only."""
        held = self.anchors if anchors is None else anchors
        nodes = np.array(list(dict.fromkeys([int(self.roots[s]), *held[s].tolist()])), dtype=np.int64)
        return np.asarray(nodes[self.allowed[nodes, s]])

    def merge(self, head: Ints, allowed: NDArray[np.bool_]) -> None:
        """Contract every node into its head; `allowed`, shape (N, m), is read at the heads."""
        heads, group = np.unique(head, return_inverse=True)
        self.graph = quotient(self.graph, group, len(heads))
        self.allowed = allowed[heads]
        self.roots = group[self.roots]
        self.anchors = [group[nodes] for nodes in self.anchors]
        if self.plain is not None:
            graph, anchors = self.plain
            self.plain = quotient(graph, group, len(heads)), [group[nodes] for nodes in anchors]
        self.node_of_piece = group[self.node_of_piece]
        if self.sites is not None:
            self.sites = replace(self.sites, node=group[self.sites.node])
        parts = [np.unique(group[nodes]) for nodes in self.together]
        self.together = [nodes for nodes in parts if len(nodes) > 1]

    def agree(self) -> None:
        """Leave the nodes of a group only schools that all of them may have, and a site its own and those that its unit may have."""
        for nodes in self.together:
            self.allowed[nodes] = self.allowed[nodes].all(axis=0)
        if self.sites is not None:
            for s, u, node in self.sites:
                follows = self.allowed[self.node_of_unit[u]].copy()
                follows[s] = True
                self.allowed[node] &= follows

    def hang(self) -> None:
        """Leave thin ground only schools that something which it may hang on may have, or that it keeps."""
        for v, holders, stays in self._hanging:
            may = np.asarray(self.allowed[holders].any(axis=0))
            may[list(stays)] = True
            self.allowed[v] &= may

    @property
    def _hanging(self) -> list[tuple[int, list[int], set[int]]]:
        return [] if self.narrow is None else hanging(self.narrow, self.node_of_piece)

    def hanging_rows(self, pairs: Pairs) -> Rows | None:
        """What thin ground hangs on; None where there is none."""
        return None if self.narrow is None else hanging_rows(self.narrow, pairs, self.node_of_piece, self.roots)

    def pairs(self) -> Pairs:
        """The admissible pairs as they are now."""
        node, school = np.nonzero(self.allowed)
        lookup = np.full(self.allowed.shape, -1, dtype=np.int64)
        lookup[node, school] = np.arange(len(node))
        first = np.concatenate([[0], np.cumsum(self.allowed.sum(axis=1))])
        sites = None
        if self.sites is not None:
            sites = np.full(self.allowed.shape[1], -1, dtype=np.int64)
            sites[self.sites.school] = self.sites.node
        return Pairs(node.astype(np.int64), school.astype(np.int64), first.astype(np.int64), lookup, self.node_of_unit, self._unit_of_node(), sites)

    def _unit_of_node(self) -> Ints | None:
        if len(self.land.unit) == self.land.num_units and self.sites is None:
            return None
        unit = np.empty(self.graph.shape[0], dtype=np.int64)
        unit[self.node_of_piece[::-1]] = self.land.unit[::-1]  # a main piece stays, if there is one
        if self.sites is not None:
            unit[self.sites.node] = self.sites.unit
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
        for own, u, node in self.sites or ():
            s = own if (today == own).any() else int(start[self.node_of_unit[u]])
            start[node] = s if s >= 0 and self.allowed[node, s] else -1
        return start

    def contiguity(self, pairs: Pairs, idom: Ints) -> Contiguity:
        """What holds up a piece of each zone, and the pair that every way to it passes: `idom` has a node for each (node, school), or -1."""
        cut_by = idom[pairs.node, pairs.school]
        dominator = np.where(cut_by >= 0, pairs.lookup[np.maximum(cut_by, 0), pairs.school], -1)
        first = Contiguity(self.is_exact, self.graph, tuple(self.sources(s) for s in range(self.allowed.shape[1])), dominator)
        if self.narrow is None or self.plain is None or not self.narrow.ways:
            return first  # what is joined on firm ground, and thin ground that hangs on it, is joined
        graph, anchors = self.plain
        schools = range(self.allowed.shape[1])
        also = Contiguity(True, graph, tuple(self.sources(s, anchors) for s in schools), np.full(len(pairs), -1, dtype=np.int64))
        return replace(first, also=also, ties=ties(self.narrow, pairs, self.node_of_piece))


def unreduced(
    district: District, scenario: Scenario, table: Table, units_together: list[Ints], problems: Problems
) -> tuple[Reduced, NDArray[np.bool_]]:
    """Every piece of ground a node of its own.

    Parameters
    ----------
    table
        Schools that each unit may have, shape (n, m).
    units_together
        Units that have one school.
    problems
        Receives ground that hangs together with no school.

    Returns
    -------
    The reduced, and whether a unit has such ground, shape (n,).
    """
    rule, land = scenario.rules.contiguity, district.land
    stands: list[Ints] = [np.array([], dtype=np.int64)] * district.num_schools
    if rule.method != "none" and rule.islands == "keep":  # closer_neighbor exempts what hangs on them: no part of the graph is lost either
        stands = anchors_of(district)
    lost = parts_without_school(district, scenario, np.concatenate([district.school_unit, *stands]), problems)
    groups, pieces = of_pieces(district, units_together), np.arange(len(land.unit))
    ground = narrow(district, scenario, stands)
    if ground is None:
        plain = Reduced(land.graph, table[land.unit], district.school_unit, stands, land, pieces, rule.method == "exact", groups)
        return with_sites(plain, district), lost
    lost |= cut_off(district, scenario, ground, problems)
    wide = land.graph, stands
    return Reduced(ground.graph, table[land.unit], district.school_unit, ground.holding, land, pieces, True, groups, wide, ground), lost


def with_sites(reduced: Reduced, district: District) -> Reduced:
    """The same with a node for each site behind, where pieces of ground still are the nodes: it may have its own school, and what its unit may."""
    schools = np.flatnonzero(district.has_site)
    if not len(schools):
        return reduced
    graph, site = widened(reduced.graph, district)
    unit, own = district.school_unit[schools], reduced.allowed[:, schools].any(axis=0)
    follows = reduced.allowed[unit]
    follows[np.arange(len(schools)), schools] = own
    sites = Sites(schools, unit, site[schools])
    roots = np.where(site >= 0, site, reduced.roots)
    return replace(reduced, graph=graph, allowed=np.concatenate([reduced.allowed, follows]), roots=roots, sites=sites)
