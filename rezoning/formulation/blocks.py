"""Blocks: functions of a few quantities together, for goals and rules that are no sum of functions of one quantity each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Matrix: TypeAlias = "csr_array[Any, tuple[int, int]]"


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
    EXCESS         max(0, q_0 + sum_{k>=1} param_k max(0, q_k)): by how much a convex limit is broken. Convex for param >= 0.
    COMPACT        1 - 4 pi A / L² with area A = q_0 and perimeter L = q_1 + sum_{k>=2} param_k |q_k|, 0 where A <= 1e-9. Not convex.
    ISOLATED       q_0 where q_1 > 1e-9 and q_0 >= (param_0 - 1e-9) q_1, else 0. Not convex. Quantities: students of a group, students.
    SPLIT          1 where more than one q_k > 1e-6, else 0. Not convex. Quantities: the feeds of one lower school, all of them 0 or more.
    SMALL          sum of the q_k with 1e-6 < q_k < param_k Q - 1e-6, where Q is the last quantity; its own param is 0. Not convex. Quantities: the
                   feeds of one school, all of them 0 or more, then the students that they are shares of.
    =============  ===============================================================================================================
    """

    PEAK = "peak"
    STEP = "step"
    LEAST = "least"
    RATIO = "ratio"
    ENTROPY = "entropy"
    DEVIATION = "deviation"
    COMPACT = "compact"
    EXCESS = "excess"
    ISOLATED = "isolated"
    SPLIT = "split"
    SMALL = "small"


NOTHING = 1e-9  # students, km², shares: a quantity below it is none
FEED = 1e-6  # students: a feed of no more is none


@dataclass(frozen=True, eq=False)
class Block:
    """A shape of the quantities q = parts @ x - target, times a weight of at least 0.

    Parameters
    ----------
    shape
        Which function.
    parts, target
        Matrix of shape (K, P), or (K, P + L) with products (`links`), and vector of shape (K,).
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
        """Weight times shape at x, shape (P,) or (P + L,), fractional or not."""
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
        case Shape.EXCESS:
            return max(0.0, float(q[0] + param[1:] @ np.maximum(q[1:], 0.0)))
        case Shape.COMPACT:
            length = q[1] + param[2:] @ np.abs(q[2:])
            return float(1 - 4 * np.pi * q[0] / length**2) if q[0] > NOTHING else 0.0
        case Shape.ISOLATED:
            return float(q[0]) if q[1] > NOTHING and q[0] >= (param[0] - NOTHING) * q[1] else 0.0
        case Shape.SPLIT:
            return float((q > FEED).sum() > 1)
        case Shape.SMALL:
            feed = q[:-1]
            return float(feed[(feed > FEED) & (feed < param[:-1] * q[-1] - FEED)].sum())
