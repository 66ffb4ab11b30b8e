"""A linear program that is asked for one goal after another, its rows loosened between: each answer starts where the last one ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from rezoning.formulation.formulation import Floats, Ints, Matrix
from rezoning.optimize.model.program import Program
from rezoning.optimize.solvers.highs import NO_PRESOLVE, STATUS, solved, use_threads

PRIMAL = 4  # the simplex method that goes on from the last answer when the goal changes


@dataclass(frozen=True, eq=False)
class Least:
    """The least of a goal, where it is reached, shape (C,), and what one more of each row's bound would change of it, shape (R,)."""

    value: float
    columns: Floats
    row_duals: Floats


class Repeated:
    """A program with a solution, whose columns are not below zero.

    Parameters
    ----------
    highs
        The model, run once.
    """

    def __init__(self, highs: Any) -> None:
        self._highs = highs

    def least(self, cost: Floats) -> Least | None:
        """The least of cost @ z; its value is -inf, without columns and rows, where there is none, and it is None where HiGHS does not know."""
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        for from_afresh in (False, True):
            if from_afresh:
                self._highs.clearSolver()
            self._highs.run()
            ended = self._highs.getModelStatus()
            if ended == STATUS.kUnbounded:
                return Least(-np.inf, np.zeros(0), np.zeros(0))
            if ended == STATUS.kOptimal:
                solution = self._highs.getSolution()
                return Least(self._highs.getInfo().objective_function_value, np.array(solution.col_value), np.array(solution.row_dual))
        return None

    def bound(self, rows: Ints, lower: Floats, upper: Floats) -> None:
        """Give rows other bounds."""
        for row, least, most in zip(rows.tolist(), lower.tolist(), upper.tolist(), strict=True):
            self._highs.changeRowBounds(row, least, most)


@contextmanager
def repeated(matrix: Matrix, lower: Floats, upper: Floats) -> Iterator[Repeated]:
    """The program lower <= matrix @ z <= upper, 0 <= z, for as long as the body asks."""
    number = matrix.shape[1]
    program = Program(np.zeros(number), np.zeros(number), np.full(number, np.inf), matrix, lower, upper)
    use_threads(1)
    with solved(program, {"output_flag": False, "threads": 1, "simplex_strategy": PRIMAL, **NO_PRESOLVE}) as (highs, _):
        yield Repeated(highs)
