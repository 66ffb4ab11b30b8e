"""DEVIATION: the largest |q_2i| / q_2i+1. Its level sets are convex, the function is not: exact where the bounds of t meet, or by products.

With t between L and T and n_i = q_2i+1 between l_i and u_i, ``t n <= L n + u (t - L)`` and ``t n <= T n + l (t - T)`` (McCormick 1976), so that
``|q_2i| <= t n_i`` has both as relaxations. SCIP takes the product itself and branches on t; the others get L and T anew as bound and plan close in.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, vstack

from rezoning.formulation.formulation import NOTHING, Block, Floats, shape_value
from rezoning.optimize.model.curved import Steps
from rezoning.optimize.model.epigraph import MORE, SHORT, EpigraphRows, Product, Quantities, Row, Space, model_of, wider

ROUND = 1e-6  # students: what a plan may be beyond a row must not be cut off


class Quotient:
    """Columns t, then n_i for every quotient whose pairs are sound.

    Where a zone without students could hold some of the group a quotient has no rows, and only plans that were found are given their value.
    """

    def __init__(self, space: Space, block: Block, q: Quantities, within: tuple[float, float] | None) -> None:
        self.first, self._shape, self._param, self._q = 0, block.shape, block.param, q
        kept = [_Ratio(space, block, q, i) for i in range(len(q) // 2) if q.most[2 * i + 1] > NOTHING]
        self._parts = [part for part in kept if part.is_safe and part.most > 0]
        low, high = 0.0, max((part.most for part in kept), default=0.0)
        self._is_flat = high <= 0
        self.model: EpigraphRows
        if self._is_flat:
            self.model = model_of(space)
            return
        if within is not None:
            low, high = max(low, within[0]), min(high, within[1])
            high = max(high, low + MORE)  # a smaller coefficient solvers take for none
        self._steps = Steps(q, low)
        self._build(space, block, low, high)

    def _build(self, space: Space, block: Block, low: float, high: float) -> None:
        count = len(self._parts)
        rows, own, lower, upper = [], [], [], []
        for i, part in enumerate(self._parts):
            students, surplus, least, most = part.students, part.surplus, part.least, part.full
            for sign in (1.0, -1.0):
                for n, t, side in ((low, most, most * low), (high, least, least * high)):
                    rows.append(sign * surplus.matrix)
                    own.append(_cells(count, {0: -t, 1 + i: -n}))
                    lower.append(-np.inf)
                    upper.append(-side - sign * surplus.constant[0])
            rows.append(students.matrix)
            own.append(_cells(count, {1 + i: -1.0}))
            lower.append(-students.constant[0])
            upper.append(-students.constant[0])
        self.model = model_of(
            space, vstack(rows) if rows else None, vstack(own) if own else None,
            lower=np.array([low, *(part.least for part in self._parts)]),
            upper=np.array([float(wider(high, up=True)), *(part.full for part in self._parts)]),
            cost=np.array([block.weight, *([0.0] * count)]), row_lower=np.array(lower), row_upper=np.array(upper),
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        """The value, and the students of each zone, scaled."""
        if self._is_flat:
            return np.zeros(0)
        return np.array([self._value(x), *(float(part.students.at(x)[0]) for part in self._parts)])

    def cuts(self, x: Floats, z: Floats | None, *, is_plan: bool) -> list[Row]:
        """The value of a plan where it is too low."""
        if self._is_flat or not is_plan:
            return []
        value = self._value(x)
        return [self._steps.at(x, value, self.first)] if z is None or value > z[0] + SHORT * max(1.0, value) else []

    def products(self) -> list[Product]:
        """|q_2i| <= t n_i."""
        found = []
        for i, part in enumerate([] if self._is_flat else self._parts):
            cells = part.surplus.matrix
            for sign in (1.0, -1.0):
                values, constant = tuple((sign * cells.data).tolist()), sign * float(part.surplus.constant[0])
                found.append(Product(tuple(cells.indices.tolist()), values, constant, self.first, self.first + 1 + i))
        return found

    def _value(self, x: Floats) -> float:
        return shape_value(self._shape, self._q.at(x), self._param)


class _Ratio:
    """One quotient: surplus and students, scaled; what it can be at most; and the least and the most students."""

    def __init__(self, space: Space, block: Block, q: Quantities, i: int) -> None:
        over, under = 2 * i, 2 * i + 1
        pair = q.only(np.array([over, under]))
        scale = 1.0 / float(pair.largest().max())
        self.surplus, self.students = (q.only(np.array([k]), scale) for k in (over, under))
        low, high = space.ends(csr_array(block.parts[[under], :]))
        low, high = scale * (low - block.target[under]), scale * (high - block.target[under])
        self.least = float(max(self.students.least[0], low - ROUND * scale, 0.0))
        self.full = float(max(min(self.students.most[0], high + ROUND * scale), self.least))
        above = np.append(np.abs(self.surplus.matrix.toarray()[0]), abs(self.surplus.constant[0]))
        below = np.append(self.students.matrix.toarray()[0], self.students.constant[0])
        self.is_safe = bool((below >= 0).all() and (above[below <= 0] == 0).all())
        least = float(np.min(below[below > 0], initial=np.inf))
        self.most = float((above[below > 0] / below[below > 0]).max(initial=0.0)) if self.is_safe else float(above.sum()) / least


def _cells(count: int, values: dict[int, float]) -> csr_array:
    """One row over t and the n."""
    return csr_array((list(values.values()), ([0] * len(values), list(values))), shape=(1, 1 + count))
