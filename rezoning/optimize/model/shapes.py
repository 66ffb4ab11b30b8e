"""Blocks -> columns and rows: how each shape of the formulation is said to a MILP solver.

==========  =========================================================================================================================
PEAK        z >= q_k for every k.
STEP        z >= q_k, z in 0..1.
LEAST       one binary b per alternative, one of them 1; z_k >= q_k - most_k (1 - b_a), and the sum of z counts.
RATIO       tangents z >= 2 a q_0 - a² q_1, exact where q_0 / q_1 = a (`curved`).
ENTROPY     tangents z >= sum_k q_k ln(a_k / param_k), exact where the shares are a (`curved`).
DEVIATION   t between L and T, n_i = q_2i+1 between l_i and u_i: |q_2i| <= L n + u (t - L) and |q_2i| <= T n + l (t - T) (`quotient`).
EXCESS      z_k >= q_k, and one more z >= q_0 + sum_k param_k z_k, both at least 0.
COMPACT     not represented: the length of the borders stands for it, and no bound follows.
ISOLATED    b in 0..1 is 1 where the share is reached, and then z >= q_0 (`isolated`).
SPLIT       z_k in 0..1 is 1 where the feed has students, and t in 0..1 where more than one has (`feeding`).
SMALL       b_k in 0..1 is 1 only where the feed has its share, and v_k >= q_k where it is 0 (`feeding`).
==========  =========================================================================================================================
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from rezoning.formulation.formulation import Block, Either, Floats, Formulation, Ints, Shape, Terms
from rezoning.optimize.model.curved import Curved
from rezoning.optimize.model.epigraph import Epigraph, Plain, Quantities, Space, model_of, wider
from rezoning.optimize.model.feeding import Small, Split
from rezoning.optimize.model.isolated import Isolated
from rezoning.optimize.model.quotient import Quotient

ROW_TOLERANCE = 1e-7  # of a quantity's own unit (students), as for rows
USUAL = 0.4  # a zone's Polsby-Popper score: how much a kilometer of border weighs where it stands for it


def epigraph_of(space: Space, block: Block, within: tuple[float, float] | None = None) -> Epigraph:  # noqa: PLR0911 (a table of shapes)
    """The epigraph of a block; `within` may say between what the block's natural value (without its weight) is worth looking for."""
    q = Quantities.of(space, block.parts, block.target)
    match block.shape:
        case Shape.PEAK:
            return _Peak(space, q, block.weight)
        case Shape.STEP:
            return _Step(space, q, block.weight)
        case Shape.LEAST:
            return Least(space, q, block.param, block.weight)
        case Shape.RATIO | Shape.ENTROPY:
            return Curved(space, block, q)
        case Shape.DEVIATION:
            return Quotient(space, block, q, within)
        case Shape.EXCESS:
            return _Excess(space, q, block.param, block.weight)
        case Shape.COMPACT:
            return _Borders(space, block, q)
        case Shape.ISOLATED:
            return Isolated(space, block, q)
        case Shape.SPLIT:
            return Split(space, q, block.weight)
        case Shape.SMALL:
            return Small(space, block, q, np.inf if within is None else within[1])


def is_surrogate(terms: Terms) -> bool:
    """Whether the MILP minimizes something else in a goal's stead, so that its bound is none."""
    return any(block.shape is Shape.COMPACT and block.weight > 0 for block in terms.blocks)


def least_of(space: Space, block: Block) -> float:
    """What a shape is never below, without its weight."""
    q = Quantities.of(space, block.parts, block.target)
    if block.shape is Shape.PEAK:
        return float(q.least.max())
    if block.shape is Shape.ENTROPY:
        return Curved.least_entropy(block.param, q)
    if block.shape is Shape.RATIO:
        return 0.0
    return min(0.0, _least_compact(q)) if block.shape is Shape.COMPACT else 0.0


def _least_compact(q: Quantities) -> float:
    """1 - 4 pi A / L² with all there is of A and nothing but the zone's own length; by the isoperimetric inequality 0 where lengths are right."""
    own = float(q.least[1])
    return 1.0 - 4 * np.pi * float(q.most[0]) / own**2 if own > 0 else -np.inf


def lowest(formulation: Formulation, terms: Terms) -> float:
    """A value that no plan is below, from arithmetic alone: every node at its cheapest school, nothing above any target."""
    cheapest = np.minimum.reduceat(terms.linear, formulation.lifted.first[:-1]).sum()
    space = Space.of(formulation)
    return float(terms.constant + cheapest + sum(block.weight * least_of(space, block) for block in terms.blocks))


def _one_column(count: int) -> csr_array:
    """-z in each of some rows."""
    return csr_array(-np.ones((count, 1)))


class _Peak(Plain):
    def __init__(self, space: Space, q: Quantities, weight: float) -> None:
        self._floor = float(q.least.max())
        if not (q.most > self._floor).any():
            self._q, self.model = q.only(np.zeros(len(q), dtype=bool)), model_of(space, constant=weight * self._floor)
            return
        q = q.only(q.most >= self._floor)  # the floor's own row too, for the column's end is a little below it
        scale = 1.0 / float(q.largest().max())
        self._q, self._floor = q.only(np.arange(len(q)), scale), scale * self._floor
        self.model = model_of(
            space, self._q.matrix, _one_column(len(q)), lower=wider(np.array([self._floor]), up=False),
            upper=wider(self._q.most.max(keepdims=True), up=True), cost=np.array([weight / scale]), row_upper=-self._q.constant,
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        return np.array([max(self._q.at(x).max(), self._floor)]) if len(self._q) else np.zeros(0)


class _Step(Plain):
    def __init__(self, space: Space, q: Quantities, weight: float) -> None:
        q = q.only(q.most > ROW_TOLERANCE)
        is_one = bool((q.least > ROW_TOLERANCE).any())
        self._q = q.only(np.zeros(len(q), dtype=bool)) if is_one else q
        if is_one or not len(q):
            self.model = model_of(space, constant=weight * is_one)
            return
        self.model = model_of(
            space, q.matrix, _one_column(len(q)), lower=np.zeros(1), upper=np.ones(1), cost=np.array([weight]), row_upper=-q.constant
        )

    def excess(self, x: Floats) -> Floats:
        return np.array([float((self._q.at(x) > 0.5).any())]) if len(self._q) else np.zeros(0)


class Least(Plain):
    """Binaries b first, one per alternative that is possible, then one z per quantity that may be above 0."""

    def __init__(self, space: Space, q: Quantities, param: Floats, weight: float) -> None:
        names, group = np.unique(param, return_inverse=True)
        self._q, self._group = q, group
        count = len(names)
        if any((q.most[group == a] <= 0).all() for a in range(count)):  # one alternative always holds
            self._bent: Ints = np.zeros(0, dtype=np.int64)
            self._choices = 0
            self.model = model_of(space)
            return
        self._bent = np.flatnonzero(q.most > 0)
        self._choices, n = count, len(self._bent)
        self._scale = 1.0 / q.largest()[self._bent]
        bent = q.only(self._bent, self._scale)
        own, most = group[self._bent], np.maximum(bent.most, 0.0)
        # scale q + most b - z <= most, and one alternative is chosen
        alternatives = csr_array((most, (np.arange(n), own)), shape=(n, count))
        rows = vstack([bent.matrix, csr_array((1, len(space.free)))])
        own_z = csr_array((-np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
        choice = vstack([hstack([alternatives, own_z]), csr_array((np.arange(count + n) < count).astype(float)[None, :])])
        self.model = model_of(
            space, rows, choice, lower=np.zeros(count + n), upper=np.concatenate([np.ones(count), wider(most, up=True)]),
            cost=np.concatenate([np.zeros(count), weight / self._scale]),
            is_integer=np.arange(count + n) < count,
            row_lower=np.append(np.full(n, -np.inf), 1.0), row_upper=np.append(most - bent.constant, 1.0),
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        """Binaries of the best alternative at x, and what it lacks."""
        if not self._choices:
            return np.zeros(0)
        above = np.maximum(self._q.at(x), 0.0)
        chosen = int(np.argmin(np.bincount(self._group, above, self._choices)))
        z = self._scale * above[self._bent] * (self._group[self._bent] == chosen)
        return np.concatenate([(np.arange(self._choices) == chosen).astype(float), z])


class Choice(Least):
    """A rule that leaves a choice: as `Least`, with every z at 0."""

    def __init__(self, space: Space, either: Either) -> None:
        block = either.block
        super().__init__(space, Quantities.of(space, block.parts, block.target), block.param, 0.0)
        least = np.maximum(self._q.least, 0.0)
        self.is_broken = bool(self._choices) and bool((np.bincount(self._group, least, self._choices) > ROW_TOLERANCE).all())
        self.model.upper[self._choices :] = 0.0


class _Excess(Plain):
    """Columns z_k for the quantities that may be on either side of 0, and a last one for the whole; none where the limit is never broken."""

    def __init__(self, space: Space, q: Quantities, param: Floats, weight: float) -> None:
        inner = np.arange(1, len(q))[(param[1:] > 0) & (q.most[1:] > 0)]
        straight, bent = inner[q.least[inner] >= 0], inner[q.least[inner] < 0]
        row = csr_array(q.matrix[[0], :] + csr_array((param[straight] @ q.matrix[straight, :])[None, :]))
        constant = float(q.constant[0] + param[straight] @ q.constant[straight])
        most = float(space.most(row)[0] + constant + param[bent] @ q.most[bent])
        self._columns = 0
        if most <= 0:
            self.model = model_of(space)
            return
        n, scale = len(bent), 1.0 / q.largest()[bent]
        whole = 1.0 / max(float(np.abs(row.data).max(initial=0.0)), float(param[bent].max(initial=0.0)), 1e-12)
        self._columns, self._whole, self._param = n + 1, whole, param[bent] / scale
        self._row, self._constant, self._bent = row, constant, q.only(bent, scale)
        own = vstack([csr_array((-np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n + 1)), csr_array([[*(whole * self._param), -1.0]])])
        self.model = model_of(
            space, vstack([self._bent.matrix, whole * row]), own, lower=np.zeros(n + 1),
            upper=np.append(wider(self._bent.most, up=True), wider(whole * most, up=True)),
            cost=np.append(np.zeros(n), weight / whole), row_upper=np.append(-self._bent.constant, -whole * constant),
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        if not self._columns:
            return np.zeros(0)
        z = np.maximum(self._bent.at(x), 0.0)
        return np.append(z, max(self._whole * (float((self._row @ x)[0]) + self._constant + float(self._param @ z)), 0.0))


class _Borders(Plain):
    """Columns z >= |q_k| for the borders of a zone; a kilometer costs what it costs a usual zone of this school's size."""

    def __init__(self, space: Space, block: Block, q: Quantities) -> None:
        share = 1.0 / np.maximum(space.pairs.choices[space.pairs.node[space.free]], 1)
        area = max(float(q.at(share)[0]), 1e-9)
        rate = block.weight * 8 * np.pi * area / (4 * np.pi * area / USUAL) ** 1.5
        places = np.arange(2, len(q))
        counts = (block.param[2:] > 0) & (np.maximum(np.abs(q.least[2:]), np.abs(q.most[2:])) > 0)
        used = places[counts]
        both = q.only(np.concatenate([used, used]), np.concatenate([np.ones(len(used)), -np.ones(len(used))]))
        self._q, n = q.only(used), len(used)
        own = csr_array((-np.ones(2 * n), (np.arange(2 * n), np.tile(np.arange(n), 2))), shape=(2 * n, n))
        length = q.only(np.array([1]))
        self.model = model_of(
            space, both.matrix, own, lower=np.zeros(n), upper=wider(np.maximum(both.most[:n], both.most[n:]), up=True),
            cost=rate * block.param[used], row_upper=-both.constant,
            linear=rate * length.matrix.toarray()[0], constant=rate * float(length.constant[0]),
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        return np.abs(self._q.at(x))
