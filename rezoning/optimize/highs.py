"""HiGHS in process: relaxations, the cut loop, neighborhoods. It has no lazy constraints.

PuLP's own class adds rows one by one, ignores warm starts and does not know every way HiGHS ends; this one hands the model over in bulk.
"""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pulp
from scipy.sparse import csr_array

from rezoning.formulation.formulation import Floats, Ints, Matrix
from rezoning.optimize.backends import Answer, Limits, Outcome, Separation, SolverInfo, Watch, bad_option
from rezoning.optimize.milp import UNIT, Milp

FEASIBILITY = 1e-9  # so that a full school holds not a thousandth of a student too many
LISTEN_EVERY = 0.05  # seconds between two looks at bound and stop: the callback is called very often
_pool = threading.local()  # HiGHS keeps one pool of workers per thread of ours; another number of them needs that pool reset


@dataclass(frozen=True, eq=False)
class Program:
    """A linear program in arrays: minimize cost @ z, lower <= z <= upper, row_lower <= matrix @ z <= row_upper."""

    cost: Floats
    lower: Floats
    upper: Floats
    matrix: Matrix
    row_lower: Floats
    row_upper: Floats

    def model(self) -> Any:
        """The same as HiGHS wants it."""
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = self.matrix.shape
        model.col_cost_, model.col_lower_, model.col_upper_ = self.cost, self.lower, self.upper
        model.row_lower_, model.row_upper_ = self.row_lower, self.row_upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        model.a_matrix_.value_ = self.matrix.data
        return model


def program_of(problem: pulp.LpProblem, columns: list[pulp.LpVariable]) -> Program:
    """A PuLP problem in arrays; gives its columns and rows the indices that PuLP's solvers expect."""
    for j, column in enumerate(columns):
        column.index = j
    rows = list(problem.constraints())
    index, value, start = [], [], [0]
    for r, row in enumerate(rows):
        row.index = r
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


class BulkHighs(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS with the model passed in one call, an optional start, and every ending understood."""

    def __init__(self, *args: Any, start: Floats | None = None, columns: list[pulp.LpVariable] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start, self.columns = start, columns

    def buildSolverModel(self, lp: pulp.LpProblem) -> None:  # noqa: N802 (PuLP's name)
        """Hand columns and rows over as arrays."""
        columns = self.columns if self.columns is not None else lp.variables()
        model = program_of(lp, columns).model()
        if self.mip:
            integer, continuous = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
            model.integrality_ = [integer if c.cat == pulp.LpInteger else continuous for c in columns]
        lp.solverModel.passModel(model)
        if self.start is not None:
            lp.solverModel.setSolution(len(columns), np.arange(len(columns), dtype=np.int32), self.start)

    def findSolutionValues(self, lp: pulp.LpProblem) -> tuple[int, int]:  # noqa: N802
        """PuLP's status and sol_status from what HiGHS says of the solution it holds, not from how it ended."""
        model = lp.solverModel
        ended, info = model.getModelStatus(), model.getInfo()
        values = model.getSolution().col_value
        for column in self.columns or lp.variables():
            column.varValue = values[column.index] if len(values) else None
        if ended == highspy.HighsModelStatus.kOptimal:
            return pulp.LpStatusOptimal, pulp.LpSolutionOptimal
        if ended in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            return pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible
        return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound


def info() -> SolverInfo:
    """What HiGHS can do."""
    return SolverInfo("highs", highspy.Highs().version(), True, False, True, True, True)


class HighsBackend:
    """HiGHS through `BulkHighs`."""

    name = "highs"
    cuts_inside_tree = False

    def solve(self, milp: Milp, limits: Limits, start: Ints | None, watch: Watch, separation: Separation | None = None) -> Answer:
        """Solve without cuts; `separation` is not used."""
        del separation
        use_threads(limits.threads)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "highs.log"
            solver = BulkHighs(
                msg=True,
                timeLimit=max(limits.seconds, 0.01),
                gapRel=limits.gap,
                gapAbs=limits.gap_abs * UNIT,
                threads=limits.threads,
                start=None if start is None else milp.start(start),
                columns=milp.columns,
                callbackTuple=(_listener(milp, watch), None),
                callbacksToActivate=[highspy.cb.HighsCallbackType.kCallbackMipInterrupt, highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution],
                log_to_console=False,
                log_file=str(log),
                random_seed=limits.seed,
                mip_feasibility_tolerance=FEASIBILITY,
                primal_feasibility_tolerance=FEASIBILITY,
            )
            _check_options(limits)
            solver.optionsDict.update(limits.options)
            milp.problem.solve(solver)
            text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return _answer(milp, text)


def use_threads(threads: int) -> None:
    """Make the next run in this thread use so many threads."""
    if getattr(_pool, "threads", threads) != threads:
        highspy.Highs.resetGlobalScheduler(True)
    _pool.threads = threads


def _check_options(limits: Limits) -> None:
    """HiGHS only logs an option it does not know; ask a model of its own first."""
    probe = highspy.Highs()
    probe.setOptionValue("output_flag", False)
    for name, value in limits.options.items():
        if probe.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise bad_option("highs", name, value)


def _answer(milp: Milp, text: str) -> Answer:
    model = milp.problem.solverModel
    sol_status, info = milp.problem.sol_status, model.getInfo()
    is_mip = any(column.cat == pulp.LpInteger for column in milp.columns)
    if sol_status == pulp.LpSolutionInfeasible:
        return Answer(Outcome.INFEASIBLE, None, None, None, text)
    has_plan = sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    values = np.array([column.varValue for column in milp.columns]) if has_plan else None
    if not is_mip:  # a linear program stopped early proves nothing
        if sol_status != pulp.LpSolutionOptimal:
            return Answer(Outcome.LIMIT, values, None, None, text)
        return Answer(Outcome.PROVEN, values, milp.natural(info.objective_function_value), None, text)
    bound = milp.natural(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else None
    outcome = Outcome.LIMIT
    if sol_status == pulp.LpSolutionOptimal:
        outcome = Outcome.PROVEN if info.mip_gap <= 1e-9 else Outcome.GAP
    return Answer(outcome, values, bound, int(info.mip_node_count), text)


def _listener(milp: Milp, watch: Watch) -> Any:
    state = {"next": 0.0, "bound": -np.inf}

    def listen(kind: Any, _message: str, out: Any, into: Any, _data: Any) -> None:
        if kind == highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution:
            values = np.array(out.mip_solution)
            if len(values):
                watch.on_plan(milp.assignment(values))
            return
        if time.monotonic() < state["next"]:
            return
        state["next"] = time.monotonic() + LISTEN_EVERY
        if np.isfinite(out.mip_dual_bound) and out.mip_dual_bound > state["bound"] + 1e-6:
            state["bound"] = out.mip_dual_bound
            watch.on_bound(milp.natural(out.mip_dual_bound))
        into.user_interrupt = watch.must_end()

    return listen
