"""The question in numbers: pairs, rows, terms and contiguity. Every engine reads this and nothing else.

Indices: `v` a node (units that must go together), `s` a school, `p` a pair (node, school), `r` a row, `k` a part of a goal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rezoning.plan import Plan
from rezoning.scenario.schema import Goal

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Matrix: TypeAlias = "csr_array[Any, tuple[int, int]]"


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
        Node of each unit, shape (n,).
    """

    node: Ints
    school: Ints
    first: Ints
    lookup: Ints
    node_of_unit: Ints

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


@dataclass(frozen=True)
class RowName:
    """What a row is for: the rule it came from and whom it concerns, so that it can be said in words."""

    rule: str
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.rule}[{self.subject}]" if self.subject else self.rule


@dataclass(frozen=True, eq=False)
class Rows:
    """``lower <= matrix @ x <= upper``, one name per row; matrix of shape (R, P)."""

    matrix: Matrix
    lower: Floats
    upper: Floats
    names: tuple[RowName, ...]


class Shape(StrEnum):
    """A function of a few quantities q_0, q_1, … that is not a sum of functions of one. `param` has one number per quantity.

    =============  ===============================================================================================================
    shape          value
    =============  ===============================================================================================================
    PEAK           max_k q_k. Convex. (A floor of 0 is a quantity that is always 0.)
    STEP           1 where any q_k > 1e-9, else 0, for quantities that are 0 or 1 at every plan (a pair, or one less a pair).
    LEAST          min over alternatives a of sum of max(0, q_k) over the k with param_k = a: 0 where one alternative is kept. Not convex.
    RATIO          q_0² / q_1, and 0 where q_1 <= 1e-9. Convex. Quantities: students of a group, students.
    ENTROPY        sum_k q_k ln(q_k / (param_k Q)) with Q = sum_k q_k, over q_k > 1e-9: Q times the divergence of the shares from param. Convex.
    DEVIATION      max over i of |q_2i / q_2i+1|, 0 where q_2i+1 <= 1e-9. Quantities in twos: surplus of a group, students. Level sets are
                   convex, the function is not.
    COMPACT        1 - 4 pi A / L² with area A = q_0 and perimeter L = q_1 + sum_{k>=2} param_k |q_k|, 0 where A <= 1e-9. Not convex.
    =============  ===============================================================================================================
    """

    PEAK = "peak"
    STEP = "step"
    LEAST = "least"
    RATIO = "ratio"
    ENTROPY = "entropy"
    DEVIATION = "deviation"
    COMPACT = "compact"


NOTHING = 1e-9  # students, km², shares: a quantity below it is none


@dataclass(frozen=True, eq=False)
class Block:
    """A shape of the quantities q = parts @ x - target, times a weight of at least 0.

    Parameters
    ----------
    shape
        Which function.
    parts, target
        Matrix of shape (K, P) and vector of shape (K,).
    weight
        What the shape's value counts in the goal.
    param
        The shape's numbers, shape (K,).
    name
        Whom it concerns (a school), for messages.
    """

    shape: Shape
    parts: Matrix
    target: Floats
    weight: float = 1.0
    param: Floats = field(default_factory=lambda: np.zeros(0))
    name: str = ""

    def value(self, x: Floats) -> float:
        """Weight times shape at x, shape (P,), fractional or not."""
        return float(self.weight * shape_value(self.shape, self.parts @ x - self.target, self.param))


def shape_value(shape: Shape, q: Floats, param: Floats) -> float:  # noqa: PLR0911 (a table of functions)
    """The table of `Shape`, for the quantities of one block."""
    match shape:
        case Shape.PEAK:
            return float(q.max())
        case Shape.STEP:
            return float((q > NOTHING).any())
        case Shape.LEAST:
            return float(min(np.maximum(q[param == a], 0.0).sum() for a in np.unique(param)))
        case Shape.RATIO:
            return float(q[0] * q[0] / q[1]) if q[1] > NOTHING else 0.0
        case Shape.ENTROPY:
            kept = q > NOTHING
            return float((q[kept] * np.log(q[kept] / (param[kept] * q.sum()))).sum())
        case Shape.DEVIATION:
            surplus, students = np.abs(q[::2]), q[1::2]
            return float(np.max(np.where(students > NOTHING, surplus / np.maximum(students, NOTHING), 0.0), initial=0.0))
        case Shape.COMPACT:
            length = q[1] + param[2:] @ np.abs(q[2:])
            return float(1 - 4 * np.pi * q[0] / length**2) if q[0] > NOTHING else 0.0


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

    def value(self, x: Floats) -> float:
        """Natural value at x, shape (P,), fractional or not."""
        d = self.parts @ x - self.target
        total = float(self.constant + self.linear @ x + self.over @ np.maximum(d, 0) + self.under @ np.maximum(-d, 0))
        return total + sum(block.value(x) for block in self.blocks)


@dataclass(frozen=True, eq=False)
class Held:
    """A finished goal as a row: ``terms.value(x) <= upper``."""

    terms: Terms
    upper: float


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
        Whether engines must keep it. False under `none`, and under `closer_neighbor`, whose rule is among the rows.
    graph
        Adjacency of nodes, symmetric 0/1 CSR, shape (N, N).
    sources
        For each school the nodes that may hold up a piece: the node of the school's unit first, then the anchors of today's detached
        pieces. Only nodes that are admissible for the school.
    dominator
        For each pair (v, s) the pair of the node that every way from v to s's sources passes last before v; -1 where there is none.
        x[p] <= x[dominator[p]] holds for every contiguous plan. Shape (P,).
    """

    is_exact: bool
    graph: Matrix
    sources: tuple[Ints, ...]
    dominator: Ints


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
        Goals that are finished, as rows.
    either
        Rules that leave a choice.
    start
        Today's zones, school of each node, -1 where there is none or it is not admissible; shape (N,).
    is_restricted
        The rows cut off valid plans (`closer_neighbor`): a dual bound of this formulation bounds nothing in the contract's sense.
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

    def expand(self, school_of_node: Ints) -> Plan:
        """The plan of all units from the school of each node."""
        return Plan(school_of_node[self.pairs.node_of_unit])

    def vector(self, school_of_node: Ints) -> Floats:
        """The 0/1 vector x of an assignment of nodes, shape (P,). Every node must have an admissible school."""
        x = np.zeros(len(self.pairs))
        x[self.pairs.lookup[np.arange(self.pairs.num_nodes), school_of_node]] = 1.0
        return x

    def hold(self, terms: Terms, upper: float) -> Formulation:
        """The same question with one more finished goal as a row."""
        return replace(self, held=(*self.held, Held(terms, upper)))

    def num_pairs_with_choice(self) -> int:
        """Admissible pairs of units that have a choice."""
        choices = self.pairs.choices[self.pairs.node_of_unit]
        return int(choices[choices > 1].sum())
