"""The question in numbers: pairs, rows, terms and contiguity. Every engine reads this and nothing else.

Indices: `v` a node (pieces of ground that must go together), `s` a school, `p` a pair (node, school), `r` a row, `k` a part of a goal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rezoning.district.plan import Plan
from rezoning.formulation.blocks import FEED, NOTHING, Block, Floats, Ints, Matrix, Shape, shape_value
from rezoning.formulation.levels import Level
from rezoning.formulation.links import Links
from rezoning.formulation.pairs import Pairs
from rezoning.scenario.schema import Goal

__all__ = [
    "FEED", "NOTHING", "Block", "Contiguity", "Criterion", "Either", "Floats", "Formulation", "Held", "Ints", "Level", "Links", "Matrix", "Pairs",
    "RowName", "Rows", "Shape", "Terms", "shape_value",
]  # fmt: skip


@dataclass(frozen=True)
class RowName:
    """What a row is for: the rule it came from, whom it concerns, and of several levels which one, so that it can be said in words."""

    rule: str
    subject: str = ""
    level: str = ""

    def __str__(self) -> str:
        whom = " ".join(filter(None, (self.level, self.subject)))
        return f"{self.rule}[{whom}]" if whom else self.rule


@dataclass(frozen=True, eq=False)
class Rows:
    """``lower <= matrix @ x <= upper``, one name per row; matrix of shape (R, P)."""

    matrix: Matrix
    lower: Floats
    upper: Floats
    names: tuple[RowName, ...]


@dataclass(frozen=True, eq=False)
class Terms:
    """One goal in numbers, with d = parts @ x - target.

    ``value = constant + linear @ x + sum_k over[k] * max(0, d[k]) + under[k] * max(0, -d[k]) + sum_b blocks[b]``

    An absolute value has over = under; an excess has under = 0. All weights are at least 0, so the value without blocks is convex in x.
    A border between zones costs the sum over schools of max(0, x[v, s] - x[w, s]) for the edge (v, w): parts like any other.

    Parameters
    ----------
    goal
        The goal as the scenario says it.
    linear, constant
        Cost of each pair, shape (P,), and what is added to it.
    parts, target, over, under
        Matrix of shape (K, P) and three vectors of shape (K,).
    blocks
        What is no sum of functions of one quantity each.
    today
        Natural value of today's zones; None where today's zones are no plan.
    """

    goal: Goal
    linear: Floats
    parts: Matrix
    target: Floats
    over: Floats
    under: Floats
    constant: float = 0.0
    today: float | None = None
    blocks: tuple[Block, ...] = ()

    @property
    def num_parts(self) -> int:
        """Number of quantities that it is made of, beside the costs of pairs."""
        return len(self.target) + sum(len(block.target) for block in self.blocks)

    def value(self, x: Floats) -> float:
        """Natural value at x, shape (P,), fractional or not."""
        d = self.parts @ x - self.target
        total = float(self.constant + self.linear @ x + self.over @ np.maximum(d, 0) + self.under @ np.maximum(-d, 0))
        return total + sum(block.value(x) for block in self.blocks)


def wider_terms(terms: Terms, width: int) -> Terms:
    """Terms with columns behind that they do not count."""
    blocks = tuple(replace(block, parts=wider(block.parts, width)) for block in terms.blocks)
    linear = np.concatenate([terms.linear, np.zeros(width - len(terms.linear))])
    return replace(terms, linear=linear, parts=wider(terms.parts, width), blocks=blocks)


def wider(matrix: Matrix, width: int) -> Matrix:
    """A matrix with columns of zeros behind."""
    from scipy.sparse import csr_array

    return csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))


Decode = Callable[[Ints], Plan]
"""From the "school" of each node to the plan, where these are not what they are called."""

Criterion = Callable[[Pairs], Terms]
"""A goal that nobody asked for, over the pairs of a formulation or fewer: made when it is needed."""


@dataclass(frozen=True, eq=False)
class Held:
    """A convex limit: ``terms.value(x) <= upper``; of a rule, by its name, or of a finished goal."""

    terms: Terms
    upper: float
    name: RowName | None = None

    @property
    def excess(self) -> Block | None:
        """The one block of shape EXCESS that is all of it; None where it is more, or another."""
        terms = self.terms
        is_one = len(terms.blocks) == 1 and not len(terms.target) and not terms.linear.any() and terms.constant == 0
        return terms.blocks[0] if is_one and terms.blocks[0].shape is Shape.EXCESS and terms.blocks[0].weight == 1 else None


@dataclass(frozen=True, eq=False)
class Either:
    """A rule that leaves a choice: the block, of shape LEAST and weight 1, must be 0 within the rows' tolerance."""

    name: RowName
    block: Block


@dataclass(frozen=True, eq=False)
class Contiguity:
    """Each piece of a zone must hold one of its school's sources.

    Parameters
    ----------
    is_exact
        Whether engines must keep it. False under `none`, and under `closer_neighbor` without islands, whose rows see to it.
    graph
        Adjacency of nodes, symmetric 0/1 CSR, shape (N, N).
    sources
        For each school the nodes that may hold up a piece: the node of the school's unit first, then the anchors of today's detached
        pieces. Only nodes that are admissible for the school.
    dominator
        For each pair (v, s) the pair of the node that every way from v to s's sources passes last before v; -1 where there is none.
        x[p] <= x[dominator[p]] holds for every contiguous plan. Shape (P,).
    also
        A second contiguity, of another graph and other sources, that plans obey besides; it has no dominators. Where ground that is too narrow
        carries nothing through, this is the one of all ground: what hangs together by strips today may be apart in the first one and not in this.
    ties
        Two pairs each, shape (t, 2): where x[p] <= x[q] for all of them a plan that obeys the first contiguity obeys `also`. For the search, which
        keeps one; no plan need obey them.
    """

    is_exact: bool
    graph: Matrix
    sources: tuple[Ints, ...]
    dominator: Ints
    also: Contiguity | None = None
    ties: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Formulation:
    """One question, many engines.

    Parameters
    ----------
    pairs, rows, contiguity
        What every plan must obey.
    terms
        The goals in the scenario's order.
    weights
        Weight of each goal when they form one sum; None when they are lexicographic.
    held
        Limits of rules on what is no sum over pairs, and goals that are finished.
    either
        Rules that leave a choice.
    start
        Today's zones, school of each node, -1 where there is none or it is not admissible; shape (N,).
    is_restricted
        The rows cut off valid plans (`closer_neighbor`): a dual bound of this formulation bounds nothing in the contract's sense.
    tidy
        What needless changes are counted by, most important first; borders are the last.
    travel_unit
        Of goals that are trips: ``min`` or ``km``.
    links
        Products of pairs of two levels; None where there are none. Matrices and costs have P + L columns then, pairs first.
    levels
        The levels that the question is made of, lowest first (`stacked`); none where it is one question about one level.
    roots
        Node of the unit of each school that a plan may close or open, -1 for a school that always is open, shape (m,); empty where all always are.
    decode
        How an answer is a plan, where nodes are no pieces of ground or "schools" no schools; None where they are.
    is_partition
        Nodes choose together, by rows that tie them, so that no single move leads from plan to plan: for the exact engine alone.
    """

    pairs: Pairs
    rows: Rows
    terms: tuple[Terms, ...]
    contiguity: Contiguity
    start: Ints
    weights: tuple[float, ...] | None = None
    held: tuple[Held, ...] = field(default=())
    is_restricted: bool = False
    either: tuple[Either, ...] = ()
    tidy: tuple[Criterion, ...] = ()
    travel_unit: str = "min"
    links: Links | None = None
    levels: tuple[Level, ...] = ()
    roots: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    decode: Decode | None = None
    is_partition: bool = False

    def __repr__(self) -> str:
        sizes = f"{self.pairs.num_nodes:,} nodes, {len(self.pairs):,} pairs, {len(self.rows.lower):,} rows, {len(self.terms):,} goals"
        return f"<Formulation: {sizes}>"

    @cached_property
    def opened(self) -> Ints | None:
        """The pair that says whether each school is open, shape (m,); negative for a school that always or never is. None where none can change."""
        if not len(self.roots):
            return None
        return np.where(self.roots >= 0, self.pairs.lookup[self.roots, np.arange(self.pairs.num_schools)], -1)

    def expand(self, school_of_node: Ints) -> Plan:
        """The plan of all units from the school of each node."""
        if self.decode is not None:
            return self.decode(school_of_node)
        return Plan(school_of_node[self.pairs.node_of_unit])

    def vector(self, school_of_node: Ints) -> Floats:
        """The 0/1 vector of an assignment of nodes, shape (P,), with products (P + L,). Every node must have an admissible school."""
        x = np.zeros(len(self.pairs))
        x[self.pairs.lookup[np.arange(self.pairs.num_nodes), school_of_node]] = 1.0
        return self.with_products(x)

    def with_products(self, x: Floats) -> Floats:
        """Values of pairs, and of the products that they make; shape (P,) to (P + L,)."""
        return x if self.links is None else np.concatenate([x, self.links.values(x)])

    def of_pairs(self, columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Pairs that are meant, themselves or in a product, where columns are; shape (P + L,) to (P,)."""
        found = columns[: len(self.pairs)].copy()
        if self.links is not None:
            product = columns[len(self.pairs) :]
            found[self.links.first[product]] = found[self.links.second[product]] = True
        return found

    def over_all(self, terms: Terms) -> Terms:
        """Terms over pairs as terms over all columns."""
        return terms if self.links is None else wider_terms(terms, len(self.lifted))

    @cached_property
    def lifted(self) -> Pairs:
        """All columns as pairs: the pairs themselves, then the products, as choices of nodes of their own (`Links.lifted`)."""
        return self.pairs if self.links is None else self.links.lifted(self.pairs)

    def hold(self, terms: Terms, upper: float) -> Formulation:
        """The same question with one more finished goal as a row."""
        return replace(self, held=(*self.held, Held(terms, upper)))

    def num_pairs_with_choice(self) -> int:
        """Admissible pairs of units that have a choice."""
        choices = self.pairs.choices[self.pairs.node_of_unit]
        return int(choices[choices > 1].sum())
