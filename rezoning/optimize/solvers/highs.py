"""HiGHS in process: relaxations, the cut loop, neighborhoods. It has no lazy constraints.

PuLP's own class adds rows one by one, ignores warm starts, does not know every way HiGHS ends and keeps every model in memory; so a PuLP problem is
handed over in arrays here, and whatever was made is given back in one place.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Floats, Ints
from rezoning.optimize.model.milp import UNIT, Milp
from rezoning.optimize.model.program import Program
from rezoning.optimize.solvers.base import Answer, Limits, Outcome, Separation, SolverInfo, Watch, bad_option, version_of
from rezoning.optimize.solvers.checked import Judge, settled

FEASIBILITY = 1e-9  # so that a full school holds not a thousandth of a student too many
LISTEN_EVERY = 0.05  # seconds between two looks at bound and stop: the callback is called very often
NO_PRESOLVE = {"presolve": "off"}
_pool = threading.local()  # HiGHS keeps one pool of workers per thread of ours; another number of them needs that pool reset

Listener = Callable[[Any, str, Any, Any, Any], None]
KINDS = highspy.cb.HighsCallbackType
STATUS = highspy.HighsModelStatus
LIMITS = {STATUS.kTimeLimit, STATUS.kIterationLimit, STATUS.kSolutionLimit, STATUS.kInterrupt, STATUS.kObjectiveBound, STATUS.kObjectiveTarget}
HEARD = (KINDS.kCallbackMipInterrupt, KINDS.kCallbackMipImprovingSolution)
NO_PLAN = {STATUS.kInfeasible, STATUS.kUnboundedOrInfeasible}  # every column of ours is bounded


def _hear_the_banner() -> None:
    """Let HiGHS say who it is to nobody: it prints that to stdout, past its own options, for the first model of a process."""
    try:
        kept = os.dup(1)
    except OSError:  # there is no stdout to keep clean
        highspy.Highs()
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


_hear_the_banner()  # as soon as HiGHS is here, before threads could print


@contextmanager
def solved(
    program: Program,
    options: dict[str, Any],
    *,
    is_integer: NDArray[np.bool_] | None = None,
    start: Floats | None = None,
    listener: Listener | None = None,
    kinds: Sequence[Any] = (),
) -> Iterator[tuple[Any, bool]]:
    """A model that HiGHS has run, and whether it ran without an error; for as long as the body reads it.

    Every model of HiGHS is made here and given back here: its memory, its log file, and what its callbacks hold.

    Parameters
    ----------
    options
        By HiGHS's names.
    is_integer
        Which columns are whole, shape (C,); none when left out.
    start
        The columns' values of a plan to start from.
    listener, kinds
        Called back for these kinds of events.
    """
    highs: Any = highspy.Highs()
    try:
        for name, value in options.items():
            highs.setOptionValue(name, value)
        if listener is not None:
            highs.setCallback(listener, None)
            for kind in kinds:
                highs.startCallback(kind)
        highs.passModel(lp_of(program, is_integer))
        if start is not None:
            highs.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
        yield highs, highs.run() != highspy.HighsStatus.kError
    finally:
        highs.setCallback(None, None)  # else a listener that knows the model keeps it for good: Python cannot see into HiGHS
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("log_file", "")
        highs.clear()


def lp_of(program: Program, is_integer: NDArray[np.bool_] | None) -> Any:
    """A program as HiGHS wants it."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = program.matrix.indptr, program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    if is_integer is not None and is_integer.any():
        whole, any_value = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole if is_whole else any_value for is_whole in is_integer]
    return lp


def write_lp(lp: Any, path: Path) -> bool:
    """Write a program in the format that the file's ending says; whether HiGHS found nothing wrong with it."""
    highs: Any = highspy.Highs()
    try:
        highs.setOptionValue("output_flag", False)
        highs.passModel(lp)
        return bool(highs.writeModel(str(path)) == highspy.HighsStatus.kOk)
    finally:
        highs.clear()


def info() -> SolverInfo:
    """What HiGHS can do."""
    version = version_of("highspy")
    return SolverInfo("highs", version, version is not None, False, True, True, True)


class HighsBackend:
    """HiGHS on a model that PuLP built."""

    name = "highs"
    cuts_inside_tree = False

    def solve(self, milp: Milp, limits: Limits, start: Ints | None, watch: Watch, separation: Separation | None = None) -> Answer:
        """Solve without cuts; `separation` is not used."""
        del separation
        _check_options(limits)
        judge = Judge.of(milp)
        return settled(judge, self.name, limits, start, lambda left, origin: _ask(judge, left, origin, watch), NO_PRESOLVE)


def _ask(judge: Judge, limits: Limits, start: Ints | None, watch: Watch) -> Answer:
    """One solve, and what HiGHS says of it."""
    use_threads(limits.threads)
    milp, listener = judge.milp, _Listener(judge.milp, watch, 0.0 if limits.nodes is not None else LISTEN_EVERY)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "highs.log"
        options = {
            "log_to_console": False,
            "log_file": str(log),
            "time_limit": max(limits.seconds, 0.01),
            "mip_rel_gap": limits.gap,
            "mip_abs_gap": limits.gap_abs * UNIT,
            "threads": limits.threads,
            "random_seed": limits.seed,
            "mip_feasibility_tolerance": FEASIBILITY,
            "primal_feasibility_tolerance": FEASIBILITY,
        }
        if limits.nodes is not None:
            options["mip_max_nodes"] = limits.nodes
        origin = None if start is None else milp.start(start)
        options |= limits.options
        with solved(judge.program, options, is_integer=judge.is_integer, start=origin, listener=listener.listen, kinds=HEARD) as (highs, is_well):
            answer = _answer(judge, highs, is_well=is_well)
        if listener.error is not None:
            raise listener.error
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return replace(answer, log=text)


def use_threads(threads: int) -> None:
    """Make the next run in this thread use so many threads."""
    if getattr(_pool, "threads", threads) != threads:
        highspy.Highs.resetGlobalScheduler(True)
    _pool.threads = threads


def _check_options(limits: Limits) -> None:
    """HiGHS only logs an option it does not know; ask a model of its own first."""
    if not limits.options:
        return
    probe = highspy.Highs()  # without a model, log or listener: nothing to give back
    probe.setOptionValue("output_flag", False)
    for name, value in limits.options.items():
        if probe.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise bad_option("highs", name, value)


def _answer(judge: Judge, highs: Any, *, is_well: bool) -> Answer:
    """What HiGHS says of the solution it holds, apart from how it ended."""
    ended, info, milp = highs.getModelStatus(), highs.getInfo(), judge.milp
    if ended in NO_PLAN:
        return Answer(Outcome.INFEASIBLE, None, None)
    is_optimal = ended == STATUS.kOptimal
    has_plan = is_optimal or info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(highs.getSolution().col_value) if has_plan else None
    claimed = milp.natural(info.objective_function_value) if has_plan else None
    is_mip = bool(judge.is_integer.any())
    of_linear = info.objective_function_value if is_optimal else -np.inf  # a linear program stopped early proves nothing
    dual = info.mip_dual_bound if is_mip else of_linear
    bound = milp.natural(dual) if np.isfinite(dual) else None
    nodes = int(info.mip_node_count) if is_mip else None
    if not is_well or not (is_optimal or ended in LIMITS):
        said = highs.modelStatusToString(ended)
        return Answer(Outcome.FAILED, values, bound, nodes, "", f"highs stopped with a fault of its own ({said}).", claimed)
    if not is_optimal:
        return Answer(Outcome.LIMIT, values, bound, nodes, "", "", claimed)
    return Answer(Outcome.PROVEN if not is_mip or info.mip_gap <= 1e-9 else Outcome.GAP, values, bound, nodes, "", "", claimed)


class _Listener:
    """Tells better plans and bounds, and carries the wish to stop; at every `seconds`, or always where its work is counted."""

    def __init__(self, milp: Milp, watch: Watch, seconds: float) -> None:
        self._milp, self._watch, self._every, self._next, self._bound = milp, watch, seconds, 0.0, -np.inf
        self.error: BaseException | None = None  # through HiGHS it must not fly

    def listen(self, kind: Any, _message: str, out: Any, into: Any, _data: Any) -> None:
        """What HiGHS calls."""
        try:
            self._hear(kind, out, into)
        except BaseException as error:  # noqa: BLE001 (raised again when HiGHS is done)
            self.error = error
            into.user_interrupt = True

    def _hear(self, kind: Any, out: Any, into: Any) -> None:
        milp, watch = self._milp, self._watch
        if kind == KINDS.kCallbackMipImprovingSolution:
            values = np.array(out.mip_solution)
            if len(values):
                watch.on_plan(milp.assignment(values))
            return
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every
        if np.isfinite(out.mip_dual_bound) and out.mip_dual_bound > self._bound + 1e-6:
            self._bound = out.mip_dual_bound
            watch.on_bound(milp.natural(out.mip_dual_bound))
        into.user_interrupt = watch.must_end()
