"""The admissible pairs of nodes and schools: the columns of a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.blocks import Floats, Ints


@dataclass(frozen=True, eq=False)
class Pairs:
    """The admissible pairs, sorted by node, then school; one binary each.

    Parameters
    ----------
    node, school
        Node and school of each pair, shape (P,).
    first
        Pairs of node v are ``first[v]:first[v + 1]``; shape (N + 1,).
    lookup
        Pair of (node, school), -1 where not admissible; shape (N, m).
    node_of_unit
        Node of each unit, shape (n,): that of its main piece of ground, with all that is counted of the unit.
    unit_of_node
        A unit with ground in each node, shape (N,), of a site's the unit that it lies in; None where every node holds some unit's main piece.
    sites
        Node of the site of each school in a unit that another keeps, -1 for other schools, shape (m,); None where there is none.
    """

    node: Ints
    school: Ints
    first: Ints
    lookup: Ints
    node_of_unit: Ints
    unit_of_node: Ints | None = None
    sites: Ints | None = None

    @property
    def num_nodes(self) -> int:
        """Number of nodes, N."""
        return len(self.first) - 1

    @property
    def num_schools(self) -> int:
        """Number of schools, m."""
        return int(self.lookup.shape[1])

    def __len__(self) -> int:
        return len(self.node)

    @cached_property
    def choices(self) -> Ints:
        """Number of admissible schools of each node, shape (N,)."""
        return np.diff(self.first)

    @cached_property
    def is_fixed(self) -> NDArray[np.bool_]:
        """Pairs that are their node's only one, shape (P,)."""
        return np.asarray(self.choices[self.node] == 1)

    def of_units(self, school: Ints) -> Ints:
        """School of each node where units have these; shape (n,) to (N,)."""
        nodes = np.full(self.num_nodes, -1, dtype=np.int64) if self.unit_of_node is None else school[self.unit_of_node]
        nodes[self.node_of_unit] = school
        for s, site in enumerate([] if self.sites is None else self.sites.tolist()):
            if site >= 0 and (school == s).any():  # its site goes with its zone, and without one with the unit
                nodes[site] = s
        return nodes

    def roots(self, school_unit: Ints) -> Ints:
        """Node of each school: its site, else that of its unit; shape (m,)."""
        own = self.node_of_unit[school_unit]
        return own if self.sites is None else np.where(self.sites >= 0, self.sites, own)

    def per_node(self, values: Floats) -> Floats:
        """Sum of a unit quantity over each node; shape (n,) or (n, c) to (N,) or (N, c)."""
        total = np.zeros((self.num_nodes, *values.shape[1:]))
        np.add.at(total, self.node_of_unit, values)
        return total

    def from_units(self, values: Floats) -> Floats:
        """A unit quantity as coefficient of each pair; shape (n,) to (P,)."""
        return self.per_node(values)[self.node]

    def from_table(self, values: Floats) -> Floats:
        """A (unit, school) quantity as coefficient of each pair; shape (n, m) to (P,)."""
        return self.per_node(values)[self.node, self.school]
