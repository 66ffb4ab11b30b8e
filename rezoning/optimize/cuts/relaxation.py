"""The linear relaxation with all its separator cuts and tangents: the bound of the first seconds, and the rows that the tree starts with.

An interior point without crossover is solved round by round. It lies in the middle of the optimal face, so that its cuts remove much of the face at
once; the corner that a simplex method ends in needs many times the rounds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from rezoning.formulation.formulation import Floats, Matrix
from rezoning.optimize.cuts.capacity import Spreading
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.model.epigraph import Cut, Row
from rezoning.optimize.model.milp import Milp
from rezoning.optimize.model.program import Program, program_of
from rezoning.optimize.solvers.base import Clock, Watch
from rezoning.optimize.solvers.highs import KINDS, NO_PLAN, solved, use_threads

VIOLATION = 0.01  # of a node: what a cut must be broken by
MOST_PER_PAIR = 0.5  # cuts of a round
MOST_AT_LEAST = 1_000
SLACK = 0.05  # of a node: a cut that is farther from binding is dropped
STALL = 2e-4  # of the bound: rounds that bring less end it
PATIENCE = 3  # of them in a row
ACCURACY = 1e-5
MOST_SPREADING = 200  # of a round: their rows are long
CROWD = 3  # rounds' worth of cuts before those that do not bind are dropped


@dataclass
class Relaxed:
    """What the relaxation says: an optimal point, shape (P,), None where there was no time for one; and the cuts that bind there."""

    x: Floats | None = None
    cuts: list[Cut | Row] = field(default_factory=list)


def tighten(
    milp: Milp,
    fractional: Fractional,
    seconds: float,
    clock: Clock,
    watch: Watch,
    first: float | None = None,
    spreading: Spreading | None = None,
    rounds: int | None = None,
) -> Relaxed:
    """Solve the relaxation and cut, round by round, until nothing is broken, rounds bring little, or time is out.

    Parameters
    ----------
    milp
        Not changed; all its columns are bounded.
    fractional
        Of the same formulation.
    watch
        Told of every bound.
    first
        Seconds that the first solve may take, for without it there is no bound at all; `seconds` when left out.
    spreading
        Asked for rows too, when given; their sides move with the rules, unlike those of the other cuts.
    rounds
        At most so many, where they are counted.
    """
    rounds_end = clock() + seconds
    ends = rounds_end if first is None else clock() + first  # until there is a bound

    def must_end() -> bool:
        return clock() >= ends or watch.must_end()

    base = program_of(milp.problem, milp.columns)
    most = max(MOST_AT_LEAST, int(MOST_PER_PAIR * len(milp.free)))
    relaxed, bound, stalled = Relaxed(), -np.inf, 0
    cuts: list[Cut | Row] = []
    for number in itertools.count(1):
        if must_end():
            break
        program = _with_rows(base, *_rows(milp, cuts))
        watch.at_work("highs")
        solved = _solve(program, ends - clock(), must_end)
        watch.at_work("")
        if solved is None:
            break
        z, dual = solved
        ends = rounds_end
        found = milp.natural(weak_bound(program, dual))
        watch.on_bound(found)
        stalled = stalled + 1 if found <= bound + STALL * abs(bound) else 0
        bound = max(bound, found)
        is_binding = (program.matrix @ z)[len(base.row_upper) :] > program.row_upper[len(base.row_upper) :] - SLACK
        is_kept = [binds or (isinstance(cut, Row) and spreading is None) for cut, binds in zip(cuts, is_binding, strict=True)]
        relaxed = Relaxed(milp.point(z), list(itertools.compress(cuts, is_kept)))
        if stalled >= PATIENCE or number == rounds:
            break
        new: list[Cut | Row] = [*fractional.cuts(milp.point(z), VIOLATION, most, must_end=must_end), *milp.tangents(milp.point(z), z, is_plan=False)]
        new += spreading.cuts(z, MOST_SPREADING) if spreading is not None else []
        before: dict[Cut | Row, None] = dict.fromkeys(cuts if len(cuts) < CROWD * most else relaxed.cuts)
        cuts = list(before | dict.fromkeys(new))
        if len(cuts) == len(before):
            break
    return relaxed


def weak_bound(program: Program, dual: Floats) -> float:
    """A lower bound of the optimum from any multipliers of the rows (weak duality): no solver's tolerance can make it wrong.

    ``sum_r (y_r > 0 ? y_r lower_r : y_r upper_r) + sum_j (d_j > 0 ? d_j lower_j : d_j upper_j)`` with ``d = cost - matrix' y``.

    Parameters
    ----------
    program
        Every column has two finite sides.
    dual
        Shape (R,); a multiplier whose side is infinite counts as 0.
    """
    side = np.where(dual > 0, program.row_lower, program.row_upper)
    dual = np.where(np.isfinite(side), dual, 0.0)
    reduced = program.cost - program.matrix.T @ dual
    return float(dual @ np.where(np.isfinite(side), side, 0.0) + reduced @ np.where(reduced > 0, program.lower, program.upper))


def _rows(milp: Milp, cuts: list[Cut | Row]) -> tuple[Matrix, Floats]:
    """Cuts as rows over the columns, and their upper sides."""
    found = [milp.row_of(cut) for cut in cuts]
    start = np.cumsum([0, *(len(index) for index, _, _ in found)])
    index = np.array([j for indices, _, _ in found for j in indices], dtype=np.int64)
    value = np.array([v for _, values, _ in found for v in values], dtype=float)
    return csr_array((value, index, start), shape=(len(cuts), len(milp.columns))), np.array([upper for _, _, upper in found], dtype=float)


def _with_rows(base: Program, matrix: Matrix, upper: Floats) -> Program:
    return Program(
        base.cost, base.lower, base.upper, vstack([base.matrix, matrix]).tocsr(),
        np.concatenate([base.row_lower, np.full(len(upper), -np.inf)]), np.concatenate([base.row_upper, upper]),
    )  # fmt: skip


def _solve(program: Program, seconds: float, must_end: Callable[[], bool]) -> tuple[Floats, Floats] | None:
    """Columns and multipliers of an interior optimum, or nearly: what is made of them is valid for any. None when there was no time."""
    use_threads(1)
    options: dict[str, Any] = {
        "output_flag": False,
        "threads": 1,
        "solver": "ipm",
        "run_crossover": "off",
        "ipm_optimality_tolerance": ACCURACY,
        "time_limit": max(seconds, 0.01),
    }
    with solved(program, options, listener=_interrupts(must_end), kinds=(KINDS.kCallbackIpmInterrupt,)) as (highs, is_well):
        solution = highs.getSolution()
        if not is_well or highs.getModelStatus() in NO_PLAN or not solution.dual_valid:
            return None
        found, dual = np.array(solution.col_value), np.array(solution.row_dual)
    return (found, dual) if np.isfinite(found).all() and np.isfinite(dual).all() else None


def _interrupts(must_end: Callable[[], bool]) -> Any:
    def ask(_kind: Any, _message: str, _out: Any, into: Any, _data: Any) -> None:
        into.user_interrupt = must_end()

    return ask
