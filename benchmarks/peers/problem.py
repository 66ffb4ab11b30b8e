"""A formulation as plain arrays in one .npz file, readable by any program: numpy and scipy, no solver, nothing of the engines.

Indices: `v` a node (units that must go together), `s` a school, `p` a pair (node, school).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Problem:
    """What every plan must obey and what one goal counts.

    A plan picks one pair of every node. With x[p] = 1 for the picked pairs it obeys ``row_lower <= rows @ x <= row_upper``, and every piece of a
    zone holds a source of its school. It minimizes ``constant + linear @ x + sum_k over[k] max(0, d[k]) + under[k] max(0, -d[k])`` with
    ``d = parts @ x - target``.

    Parameters
    ----------
    goal
        The goal as JSON, for those who want to know what the numbers mean.
    node, school, first
        The admissible pairs by node, then school, shape (P,); pairs of node v are ``first[v]:first[v + 1]``.
    minutes
        Trip of each pair, from the node's unit with the most students; NaN where unknown, hops where the district has no trips. Shape (P,).
    num_schools, node_of_unit
        m, and the node of each unit, shape (n,).
    root, sources_first, sources
        Node of each school's unit, shape (m,); nodes that may hold up a piece of zone s are ``sources[sources_first[s]:sources_first[s + 1]]``.
    graph_first, neighbors
        Adjacency of nodes as CSR.
    start, today
        Today's school of each node (-1 where it is none or not admissible), shape (N,), and of each unit, shape (n,).
    islands_may_stay
        Today's detached pieces may stay.
    scales
        Products of head counts, by one of which the goal's numbers become integers when students are whole.
    """

    goal: NDArray[Any]
    node: Ints
    school: Ints
    first: Ints
    minutes: Floats
    num_schools: Ints
    node_of_unit: Ints
    root: Ints
    sources_first: Ints
    sources: Ints
    graph_first: Ints
    neighbors: Ints
    start: Ints
    today: Ints
    islands_may_stay: NDArray[np.bool_]
    rows_first: Ints
    rows_pair: Ints
    rows_value: Floats
    row_lower: Floats
    row_upper: Floats
    linear: Floats
    constant: Floats
    parts_first: Ints
    parts_pair: Ints
    parts_value: Floats
    target: Floats
    over: Floats
    under: Floats
    scales: Floats

    def write(self, path: Path) -> None:
        """Keep it in a file."""
        with path.open("wb") as stream:
            np.savez(stream, **{name: getattr(self, name) for name in type(self).__dataclass_fields__})

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` kept."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**arrays)

    @property
    def num_nodes(self) -> int:
        """Number of nodes, N."""
        return len(self.first) - 1

    @property
    def has_start(self) -> bool:
        """Whether every node may keep today's school; other rules may still be broken."""
        return bool((self.start >= 0).all())

    @cached_property
    def lookup(self) -> Ints:
        """Pair of (node, school), -1 where not admissible; shape (N, m)."""
        table = np.full((self.num_nodes, int(self.num_schools)), -1, dtype=np.int64)
        table[self.node, self.school] = np.arange(len(self.node))
        return table

    @cached_property
    def is_fixed(self) -> NDArray[np.bool_]:
        """Pairs that are their node's only one, shape (P,)."""
        return np.asarray(np.diff(self.first)[self.node] == 1)

    @cached_property
    def graph(self) -> csr_array:
        """Adjacency of nodes, symmetric 0/1."""
        return csr_array((np.ones(len(self.neighbors)), self.neighbors, self.graph_first), shape=(self.num_nodes, self.num_nodes))

    @cached_property
    def rows(self) -> csr_array:
        """Matrix of the rows, shape (R, P)."""
        return csr_array((self.rows_value, self.rows_pair, self.rows_first), shape=(len(self.row_lower), len(self.node)))

    @cached_property
    def parts(self) -> csr_array:
        """Matrix of the goal's parts, shape (K, P)."""
        return csr_array((self.parts_value, self.parts_pair, self.parts_first), shape=(len(self.target), len(self.node)))

    def sources_of(self, s: int) -> Ints:
        """Nodes that may hold up a piece of zone s."""
        return self.sources[self.sources_first[s] : self.sources_first[s + 1]]

    def vector(self, school_of_node: Ints) -> Floats:
        """The 0/1 vector x of an assignment of nodes."""
        x = np.zeros(len(self.node))
        x[self.lookup[np.arange(self.num_nodes), school_of_node]] = 1.0
        return x

    def value(self, school_of_node: Ints) -> float:
        """The goal's natural value."""
        x = self.vector(school_of_node)
        d = self.parts @ x - self.target
        return float(self.constant + self.linear @ x + self.over @ np.maximum(d, 0) + self.under @ np.maximum(-d, 0))

    def obeys_rows(self, school_of_node: Ints) -> bool:
        """Whether the rows hold to a millionth, as the audit sees it."""
        activity = self.rows @ self.vector(school_of_node)
        return bool((activity >= self.row_lower - 1e-6).all() and (activity <= self.row_upper + 1e-6).all())
