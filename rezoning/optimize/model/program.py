"""A PuLP problem in arrays: what is handed to a solver in bulk, and what its answer is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pulp
from scipy.sparse import csr_array

from rezoning.formulation.formulation import Floats, Matrix


@dataclass(frozen=True, eq=False)
class Program:
    """A linear program in arrays: minimize cost @ z, lower <= z <= upper, row_lower <= matrix @ z <= row_upper."""

    cost: Floats
    lower: Floats
    upper: Floats
    matrix: Matrix
    row_lower: Floats
    row_upper: Floats


def program_of(problem: pulp.LpProblem, columns: list[pulp.LpVariable]) -> Program:
    """A PuLP problem in arrays; `columns` in the order of the vectors."""
    for j, column in enumerate(columns):
        column.index = j
    rows = list(problem.constraints())
    index, value, start = [], [], [0]
    for row in rows:
        index += [column.index for column in row]
        value += row.values()
        start.append(len(index))
    cost = np.zeros(len(columns))
    for column, coefficient in problem.objective.items():
        cost[column.index] = coefficient
    return Program(
        cost=cost,
        lower=np.array([-np.inf if c.lowBound is None else c.lowBound for c in columns], dtype=float),
        upper=np.array([np.inf if c.upBound is None else c.upBound for c in columns], dtype=float),
        matrix=csr_array((np.array(value, dtype=float), np.array(index, dtype=np.int64), np.array(start)), shape=(len(rows), len(columns))),
        row_lower=np.array([-np.inf if row.getLb() is None else row.getLb() for row in rows], dtype=float),
        row_upper=np.array([np.inf if row.getUb() is None else row.getUb() for row in rows], dtype=float),
    )
