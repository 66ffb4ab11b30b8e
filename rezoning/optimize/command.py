"""CBC, and any other solver that PuLP can call: no callbacks, the bound read from the log where its form is known."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from rezoning.errors import Problem, ScenarioError
from rezoning.formulation.formulation import Ints
from rezoning.optimize.backends import Answer, Limits, Outcome, Separation, SolverInfo, Watch, bad_option
from rezoning.optimize.milp import UNIT, Milp

logger = logging.getLogger(__name__)

Make = Callable[[Limits, str, bool], pulp.LpSolver]
Rescue = Callable[[str], dict[str, Any]]  # from what was printed: options to try once more with; none where the answer stands


def _cbc_class() -> Any:
    """CBC as PuLP brings it along (before PuLP 4), else the one on the path; None where there is none."""
    for name in ("PULP_CBC_CMD", "COIN_CMD"):
        solver = getattr(pulp, name, None)
        if solver is not None and solver(msg=False).available():
            return solver
    return None


def cbc_info() -> SolverInfo:
    """What CBC can do, and whether it is here."""
    solver = _cbc_class()
    version = "bundled with PuLP" if solver is not None and solver.__name__ == "PULP_CBC_CMD" else "on the path"
    return SolverInfo("cbc", version if solver is not None else None, solver is not None, False, True, True, True)


def cbc() -> Command:
    """CBC through PuLP."""
    solver = _cbc_class()

    def make(limits: Limits, log: str, has_start: bool) -> pulp.LpSolver:
        options = [f"{name} {value}" for name, value in limits.options.items()]
        # CBC stops with a slightly open gap unless told otherwise; a tolerance finer than 1e-9 it refuses
        options += ["primalT 1e-9", f"randomC {limits.seed + 1}"]
        return solver(
            msg=False,
            timeLimit=max(limits.seconds, 0.1),
            gapRel=limits.gap,
            gapAbs=limits.gap_abs * UNIT,
            threads=limits.threads,
            warmStart=has_start,
            options=options,
            logPath=log,
        )

    return Command("cbc", make, _cbc_bound, _cbc_rescue)


def other(name: str) -> Command:
    """Any solver that PuLP knows, by PuLP's name for it."""

    def make(limits: Limits, log: str, has_start: bool) -> pulp.LpSolver:
        del log, has_start
        try:
            return pulp.getSolver(name, msg=False, timeLimit=max(limits.seconds, 0.1), gapRel=limits.gap, **limits.options)
        except TypeError as error:
            raise ScenarioError(Problem("solve.options", f"{name} does not take one of {sorted(limits.options)} ({error}).", "Drop it.")) from error

    return Command(name, make)


class Command:
    """A solver that is called once and read afterwards."""

    cuts_inside_tree = False

    def __init__(self, name: str, make: Make, read_bound: Callable[[str], float | None] | None = None, rescue: Rescue = lambda _log: {}) -> None:
        self.name, self._make, self._read_bound, self._rescue = name, make, read_bound, rescue

    def solve(self, milp: Milp, limits: Limits, start: Ints | None, watch: Watch, separation: Separation | None = None) -> Answer:
        """Solve without cuts; `separation` and callbacks are not used."""
        del separation
        if watch.stop.is_set():
            return Answer(Outcome.LIMIT, None, None)
        if start is not None:
            for column, value in zip(milp.columns, milp.start(start).tolist(), strict=True):
                column.setInitialValue(value, check=False)  # a value on its bound may be beyond it by rounding
        text = self._run(milp, limits, has_start=start is not None)
        more = {} if start is None else self._rescue(text)  # without a plan there may be none, and then CBC's tree crashes at its root
        if more:
            text = self._run(milp, replace(limits, options={**limits.options, **more}), has_start=start is not None)
        for option, value in limits.options.items():
            if re.search(rf"No match for {re.escape(option)}\b", text):
                raise bad_option(self.name, option, value)
        return self._answer(milp, limits, text)

    def _run(self, milp: Milp, limits: Limits, *, has_start: bool) -> str:
        """One call; what the solver printed."""
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "solver.log"
            try:
                milp.problem.solve(self._make(limits, str(log), has_start))
            except pulp.PulpSolverError as error:
                if not has_start:
                    raise ScenarioError(Problem("solve.solver", f"{self.name} could not be run: {error}.", "Look at solve.options.")) from error
                milp.problem.status, milp.problem.sol_status = pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound  # a crash loses no plan
                logger.warning("%s stopped with a fault of its own; the plan found before is kept.", self.name)
            return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def _answer(self, milp: Milp, limits: Limits, text: str) -> Answer:
        sol_status = milp.problem.sol_status
        if milp.problem.status == pulp.LpStatusInfeasible:  # sol_status knows nothing of CBC's "Integer infeasible"
            return Answer(Outcome.INFEASIBLE, None, None, None, text)
        if sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
            return Answer(Outcome.LIMIT, None, self._bound(milp, text), None, text)
        values = np.array([column.varValue for column in milp.columns])
        bound = self._bound(milp, text)
        if sol_status == pulp.LpSolutionIntegerFeasible:
            return Answer(Outcome.LIMIT, values, bound, None, text)
        found = milp.natural(float(pulp.value(milp.problem.objective) or 0.0))  # None where nothing costs anything
        if bound is None and limits.gap == 0:  # "optimal" within a gap hides how far the bound is
            bound = found
        is_tight = bound is not None and found - bound <= 1e-8
        return Answer(Outcome.PROVEN if is_tight else Outcome.GAP, values, bound, None, text)

    def _bound(self, milp: Milp, text: str) -> float | None:
        found = self._read_bound(text) if self._read_bound is not None else None
        return None if found is None else milp.natural(found)


_NUMBER = r"([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"


def _cbc_rescue(text: str) -> dict[str, Any]:
    """With a fine tolerance CBC's preprocessing calls some feasible models infeasible; its tree does not."""
    return {"preprocess": "off"} if "Pre-processing says infeasible" in text else {}


def _cbc_bound(text: str) -> float | None:
    """CBC's own last word on the bound: the objective where it says optimal, else the lower bound or the best possible of its report."""
    if "Result - Optimal solution found\n" in text:
        found = re.findall(rf"Objective value:\s+{_NUMBER}", text)
    else:
        found = re.findall(rf"Lower bound:\s+{_NUMBER}", text) or re.findall(rf"best possible {_NUMBER}", text)
    if not found or abs(float(found[-1])) > 1e40:  # CBC's word for none
        return None
    decimals = len(found[-1].partition(".")[2]) if "e" not in found[-1].lower() else 6
    return float(found[-1]) - 0.5 * 10.0**-decimals  # printed to three decimals, perhaps rounded up
