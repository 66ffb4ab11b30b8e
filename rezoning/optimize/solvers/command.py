"""CBC, and any other solver that PuLP can call: no callbacks, the bound read from the log where its form is known."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from rezoning.errors import Problem, ScenarioError
from rezoning.formulation.formulation import Ints
from rezoning.optimize.model.milp import UNIT, Milp
from rezoning.optimize.solvers.base import Answer, Limits, Outcome, Separation, SolverInfo, Watch, bad_option
from rezoning.optimize.solvers.checked import Judge, settled

PLACES = ("/tmp", "/var/tmp", "/dev/shm")  # for temporary files where the usual place has a space in its path
CBC_NO_PRESOLVE = {"presolve": "off", "preprocess": "off"}  # with a fine tolerance they call some feasible models infeasible; the tree does not

Make = Callable[[Limits, str, bool], pulp.LpSolver]
ReadBound = Callable[[str], float | None]
ReadNodes = Callable[[str], int | None]


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
            maxNodes=limits.nodes,
            threads=limits.threads,
            warmStart=has_start,
            options=options,
            logPath=log,
        )

    return Command("cbc", make, _cbc_bound, CBC_NO_PRESOLVE, _cbc_nodes)


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

    def __init__(
        self,
        name: str,
        make: Make,
        read_bound: ReadBound | None = None,
        no_presolve: dict[str, Any] | None = None,
        read_nodes: ReadNodes = lambda _text: None,
    ) -> None:
        self.name, self._make, self._read_bound, self._no_presolve, self._read_nodes = name, make, read_bound, no_presolve or {}, read_nodes

    def solve(self, milp: Milp, limits: Limits, start: Ints | None, watch: Watch, separation: Separation | None = None) -> Answer:
        """Solve without cuts; `separation` and callbacks are not used."""
        del separation
        if watch.stop.is_set():
            return Answer(Outcome.LIMIT, None, None)
        judge = Judge.of(milp)
        return settled(judge, self.name, limits, start, lambda left, origin: self._ask(milp, left, origin), self._no_presolve)

    def _ask(self, milp: Milp, limits: Limits, start: Ints | None) -> Answer:
        """One call, and what was printed and written."""
        if start is not None:
            for column, value in zip(milp.columns, milp.start(start).tolist(), strict=True):
                column.setInitialValue(value, check=False)  # a value on its bound may be beyond it by rounding
        with spaceless_folder() as folder:
            log, failure = folder / "solver.log", ""
            solver = self._make(limits, str(log), start is not None)
            solver.tmpDir = str(folder)  # PuLP cuts the command line at spaces, and leaves its files where a solver fails
            try:
                milp.problem.solve(solver)
            except pulp.PulpSolverError as error:
                failure = str(error).removeprefix("Pulp: ").removeprefix("PuLP: ")
            except (ValueError, LookupError) as error:
                failure = f"what it wrote cannot be read: {error}"
            text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        for option, value in limits.options.items():
            if re.search(rf"No match for {re.escape(option)}\b", text):
                raise bad_option(self.name, option, value)
        if failure or milp.problem.status == pulp.LpStatusUndefined:
            said = failure or "it wrote no status that PuLP knows"
            how = "stopped with a fault of its own" if text.strip() or not self._read_bound else "did not start"
            return Answer(Outcome.FAILED, None, self._bound(milp, text), None, text, f"{self.name} {how} ({said}).")
        return replace(self._answer(milp, limits, text), nodes=self._read_nodes(text))

    def _answer(self, milp: Milp, limits: Limits, text: str) -> Answer:
        sol_status = milp.problem.sol_status
        if milp.problem.status == pulp.LpStatusInfeasible:  # sol_status knows nothing of CBC's "Integer infeasible"
            return Answer(Outcome.INFEASIBLE, None, None, None, text)
        if sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
            return Answer(Outcome.LIMIT, None, self._bound(milp, text), None, text)
        values = np.array([np.nan if column.varValue is None else column.varValue for column in milp.columns], dtype=float)
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


@contextmanager
def spaceless_folder() -> Iterator[Path]:
    """A folder of its own for one call, whose path has no spaces; gone afterwards with all that a solver left in it.

    Raises
    ------
    OSError
        There is no place for one.
    """
    for place in (tempfile.gettempdir(), *PLACES):
        if not re.search(r"\s", place) and Path(place).is_dir() and os.access(place, os.W_OK | os.X_OK):
            with tempfile.TemporaryDirectory(prefix="rezoning-", dir=place) as folder:
                yield Path(folder)
            return
    raise OSError(f"no folder for temporary files whose path has no spaces can be written, neither {tempfile.gettempdir()} nor {', '.join(PLACES)}")


_NUMBER = r"([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"


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


def _cbc_nodes(text: str) -> int | None:
    """How many nodes CBC looked at, by its report; none where it had no tree."""
    found = re.findall(r"Enumerated nodes:\s+(\d+)", text)
    return int(found[-1]) if found else None
