"""ISOLATED: q_0 students of a group where they are a share k of q_1 students or more, else 0. One binary, two rows.

    q_0 - k q_1 <= (most + step / 2) b - step / 2        b is 1 where the share is reached
    z >= q_0 - most_0 (1 - b)                            and then z counts the group

Where all counts are multiples of a measure, q_0 - k q_1 jumps by a step of it, so that what falls short of the share falls short by a whole step: the
rows say the shape exactly, with half a step for the solver's tolerance. Counts that are no multiples have no step: then a plan exactly at the share
may pass the rows, and is told by its value (`cuts.rest`).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, vstack

from rezoning.formulation.formulation import NOTHING, Block, Floats
from rezoning.optimize.model.epigraph import EpigraphRows, Plain, Quantities, Space, model_of, wider

STEPS = (1.0, 0.5, 0.25, 0.1, 0.05, 0.01, 1e-3)
ODD = 1e-12  # what a number may be off a multiple, of its size


class Isolated(Plain):
    """Columns b, and z in the size of the group's largest unit."""

    def __init__(self, space: Space, block: Block, q: Quantities) -> None:
        mix = csr_array(np.array([[1.0, -block.param[0]]]))
        self._group, self._over = q.only(np.array([0])), Quantities.of(space, csr_array(mix @ block.parts), mix @ block.target)
        self._step = step_of(np.append(self._over.matrix.data, self._over.constant))
        most, least = float(self._over.most[0]), float(self._over.least[0])
        self._is_told = float(self._group.most[0]) > 0 and most >= -self._step / 2 - NOTHING * float(np.abs(q.most[1]))
        if self._is_told and least < -self._step / 2:
            self.model = self._rows(space, block.weight, most)
            return
        rate = block.weight * float(self._is_told)  # else the share is always reached (by nobody in an empty school), or never
        self._is_told = False
        self.model = model_of(space, linear=rate * self._group.matrix.toarray()[0], constant=rate * float(self._group.constant[0]))

    def _rows(self, space: Space, weight: float, most: float) -> EpigraphRows:
        by, self._scale = 1.0 / float(self._over.largest()[0]), 1.0 / float(self._group.largest()[0])
        over, group, half = self._over.only(np.array([0]), by), self._group.only(np.array([0]), self._scale), by * self._step / 2
        own = csr_array(np.array([[-(by * most + half), 0.0], [float(group.most[0]), -1.0]]))
        return model_of(
            space, csr_array(vstack([over.matrix, group.matrix])), own, lower=np.zeros(2), upper=np.append(1.0, wider(group.most, up=True)),
            cost=np.array([0.0, weight / self._scale]), is_integer=np.array([True, False]),
            row_upper=np.array([-half - float(over.constant[0]), float(group.most[0] - group.constant[0])]),
        )  # fmt: skip

    def excess(self, x: Floats) -> Floats:
        """Whether the share is reached at x, and the group's students where it is."""
        if not self._is_told:
            return np.zeros(0)
        is_reached = float(self._over.at(x)[0]) > -self._step / 2
        return np.array([float(is_reached), self._scale * max(float(self._group.at(x)[0]), 0.0) * is_reached])


def step_of(values: Floats) -> float:
    """The largest measure of which all values are multiples; 0 where there is none."""
    for step in STEPS:
        count = values / step
        if not (np.abs(count - np.round(count)) > ODD * (1.0 + np.abs(count))).any():
            return step
    return 0.0
