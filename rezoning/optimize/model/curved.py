"""RATIO and ENTROPY: convex, and as straight along every ray as a plane, so that tangents through 0 say all of them."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from rezoning.formulation.formulation import NOTHING, Block, Floats, Shape, shape_value
from rezoning.optimize.model.epigraph import SHORT, EpigraphRows, Product, Quantities, Row, Space, model_of, wider

GRID = 9  # first tangents of a ratio, at shares that are possible
MIX = 0.9  # share of one group in the compositions of the first tangents
FAINT = 1e-9  # stands for a group that is absent from a zone, whose logarithm is none
FRACTIONAL = 1e-5  # of a column at a fractional point: tangents that bring less are not worth a row


class Curved:
    """One column z and tangents.

    Where a tangent would not be valid, because a zone without students could hold some of a group or a count is below 0, only the plan that was
    found is given its value (`Steps.at`).
    """

    def __init__(self, space: Space, block: Block, q: Quantities) -> None:
        self.first, self._shape, self._param, self._width = 0, block.shape, block.param, len(space.free)
        self._scale = 1.0 / float(q.largest().max())
        self._q = q.only(np.arange(len(q)), self._scale)
        self._fewest = self._fewest_students(space, block) if block.shape is Shape.RATIO else 0.0
        self._is_safe = self._tangents_hold()
        most = self._most()
        self._is_flat = most <= 0
        self.model: EpigraphRows
        if self._is_flat:
            self.model = model_of(space)
            return
        self._steps = Steps(self._q, self._lowest())
        slopes = self._first_slopes() if self._is_safe else np.zeros((0, len(q)))
        self.model = model_of(
            space, csr_array(slopes @ self._q.matrix), csr_array(-np.ones((len(slopes), 1))),
            lower=np.array([self._lowest()]), upper=wider(np.array([most]), up=True),
            cost=np.array([block.weight / self._scale]), row_upper=-slopes @ self._q.constant,
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        """The value itself, scaled."""
        return np.zeros(0) if self._is_flat else np.array([self._value(self._q.at(x))])

    def cuts(self, x: Floats, z: Floats | None, *, is_plan: bool) -> list[Row]:
        """The tangent at x."""
        if self._is_flat:
            return []
        q = self._q.at(x)
        value = self._value(q)
        enough = SHORT if is_plan else FRACTIONAL
        if z is not None and value <= z[0] + enough * max(1.0, abs(value)):
            return []
        if not self._is_safe:
            return [self._steps.at(x, value, self.first)] if is_plan else []
        slope = self._slope(q)
        return [] if slope is None else [_row(slope @ self._q.matrix, self.first, -float(slope @ self._q.constant))]

    def products(self) -> list[Product]:
        """None."""
        return []

    def _value(self, q: Floats) -> float:
        return max(self._scale * shape_value(self._shape, q / self._scale, self._param), self._lowest())

    def _fewest_students(self, space: Space, block: Block) -> float:
        """What q_1 is never below, scaled: what is fixed, or what the rows ask for."""
        return max(float(self._q.least[1]), self._scale * (space.ends(block.parts[[1], :])[0] - float(block.target[1])))

    def _tangents_hold(self) -> bool:
        """Whether the shape is convex over all that the quantities can be here."""
        matrix, q = self._q.matrix, self._q
        if self._shape is Shape.ENTROPY:
            return bool((matrix.data >= 0).all() and (q.constant >= -NOTHING).all() and (self._param[q.most > 0] > 0).all())
        over, under = matrix[[0], :].toarray()[0], matrix[[1], :].toarray()[0]
        return bool((under >= 0).all()) and (self._is_fraction(over, under) or self._fewest > NOTHING * self._scale)

    def _is_fraction(self, over: Floats, under: Floats) -> bool:
        """Whether students of the group are only where there are students."""
        return bool((over[under <= 0] == 0).all()) and _is_fraction(self._q.constant[0], self._q.constant[1])

    def _shares(self) -> Floats:
        """q_0 / q_1 of every pair, and of what is fixed."""
        over, under = (np.append(self._q.matrix[[k], :].toarray()[0], self._q.constant[k]) for k in (0, 1))
        return np.asarray(over[under > 0] / under[under > 0])

    def _most(self) -> float:
        """What the value can be at most, scaled."""
        q = self._q
        if self._shape is Shape.ENTROPY:
            above = np.maximum(q.most, 0.0)
            return float(above @ np.maximum(-np.log(np.maximum(self._param, 1e-300)), 0.0)) if self._is_safe else float(700.0 * above.sum())
        reach = float(max(abs(q.least[0]), abs(q.most[0])))
        over, under = (q.matrix[[k], :].toarray()[0] for k in (0, 1))
        students = np.append(under, q.constant[1])
        fewest = self._fewest if self._fewest > 0 else float(np.min(students[students > 0], initial=1.0))
        by_share = reach * float(np.abs(self._shares()).max(initial=0.0)) if self._is_fraction(over, under) and self._is_safe else np.inf
        return min(reach**2 / fewest, by_share)

    def _lowest(self) -> float:
        return self.least_entropy(self._param, self._q) if self._shape is Shape.ENTROPY else 0.0

    @staticmethod
    def least_entropy(param: Floats, q: Quantities) -> float:
        """Q sum_k p_k ln(p_k / param_k) is at least -Q ln(sum of param), which is 0 where they are shares of a whole."""
        total = float(np.maximum(q.most, 0.0).sum())
        return -total * float(np.log(param.sum())) if param.sum() > 1 + 1e-12 else 0.0

    def _first_slopes(self) -> Floats:
        """Slopes of the first tangents, one per row."""
        if self._shape is Shape.RATIO:
            shares = self._shares()
            grid = np.linspace(shares.min(), shares.max(), GRID) if len(shares) else np.zeros(0)
            return np.stack([2 * grid, -(grid**2)], axis=1)
        whole = self._param / self._param.sum()
        mixes = [whole, *(MIX * np.eye(len(whole)) + (1 - MIX) * whole)]
        found = [self._slope(mix) for mix in mixes]
        return np.array([slope for slope in found if slope is not None]).reshape(-1, len(whole))

    def _slope(self, q: Floats) -> Floats | None:
        """The gradient at q; None where there is none."""
        if self._shape is Shape.RATIO:
            share = q[0] / q[1] if q[1] > NOTHING * self._scale else None
            return None if share is None else np.array([2 * share, -(share**2)])
        total = q.sum()
        if total <= NOTHING * self._scale:
            return None
        share = np.maximum(q / total, FAINT)
        share /= share.sum()
        return np.where(self._param > 0, np.log(share / np.maximum(self._param, 1e-300)), 0.0)


def _is_fraction(over: float, under: float) -> bool:
    """Whether what is fixed is like a unit: students of a group only where there are students."""
    return under > 0 or (under == 0 and over == 0)


def _row(slope: Floats, column: int, upper: float) -> Row:
    """The row ``slope @ x - z <= upper``."""
    used = np.flatnonzero(slope)
    return Row((*used.tolist(), column), (*slope[used].tolist(), -1.0), upper)


class Steps:
    """For a value f of a found plan: z >= f wherever the quantities' pairs are as there, and nothing elsewhere (an integer L-shaped cut)."""

    def __init__(self, q: Quantities, lowest: float) -> None:
        self._used, self._lowest = np.unique(q.matrix.indices).astype(np.int64), lowest

    def at(self, x: Floats, value: float, column: int) -> Row:
        """The row ``z >= value - (value - lowest) * (number of the pairs that differ from x)``."""
        drop = value - self._lowest
        chosen = x[self._used] > 0.5
        values = np.where(chosen, drop, -drop)
        return Row((*self._used.tolist(), column), (*values.tolist(), -1.0), float(drop * chosen.sum() - value))
