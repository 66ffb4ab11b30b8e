"""SCIP: the one free solver that lets contiguity cuts be separated inside its tree."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from rezoning.formulation.formulation import Floats, Ints
from rezoning.optimize.backends import Answer, Limits, Outcome, Separation, SolverInfo, Watch, bad_option
from rezoning.optimize.milp import UNIT, Milp
from rezoning.optimize.scip_plugins import include

RESTART_NODES = 1_000  # of the tree; what it learned fixes units at a new root, whose cuts then hold everywhere
RESTARTS = 10
FEASIBILITY = 1e-9  # SCIP's row tolerance is relative; at its default a full school could hold thousandths of a student too many


def info() -> SolverInfo:
    """What SCIP can do, and whether it is here."""
    try:
        import pyscipopt

        version: str | None = f"{pyscipopt.Model().version():g}"
    except ImportError:
        version = None
    return SolverInfo("scip", version, version is not None, True, True, True, False)


class Scip:
    """Branch and cut in SCIP, on a model that PuLP builds."""

    name = "scip"
    cuts_inside_tree = True

    def solve(self, milp: Milp, limits: Limits, start: Ints | None, watch: Watch, separation: Separation | None = None) -> Answer:
        """Solve; `separation` is asked about every integer point."""
        if watch.stop.is_set():  # SCIP crashes when it is asked about a model it never saw solved
            return Answer(Outcome.LIMIT, None, None)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "scip.log"
            solver = pulp.SCIP_PY(msg=False, timeLimit=max(limits.seconds, 0.01), gapRel=limits.gap, gapAbs=limits.gap_abs * UNIT, logPath=str(log))
            solver.buildSolverModel(milp.problem)
            model = milp.problem.solverModel
            _configure(model, limits, is_accompanied=watch.is_accompanied)
            variables = [column.solverVar for column in milp.columns]
            if start is not None:
                _give(model, variables, milp.start(start))
            _multiply(model, milp, variables)
            include(model, milp, variables, watch, separation)
            model.optimizeNogil()  # what PuLP's callSolver does, but other threads may work meanwhile
            return _answer(milp, model, variables, log)


def _configure(model: Any, limits: Limits, *, is_accompanied: bool) -> None:
    """Our settings, then the user's.

    Of the general cutting planes only zero-half cuts pay: a unit between three schools makes odd cycles of separators. The others and depth-first
    dives cost most of the time and move neither plan nor bound (`benchmarks/README.md`). Beside a search the tree's own heuristics are the fast ones.
    """
    import pyscipopt

    model.setParam("timing/clocktype", 2)  # wall clock: the contract's time limit
    model.setParam("misc/catchctrlc", False)  # Ctrl-C is the program's, see Watch.stop
    model.setParam("randomization/randomseedshift", limits.seed)
    model.setParam("numerics/feastol", FEASIBILITY)
    model.setParam("misc/usesymmetry", 0)  # it looks at the rows alone, and contiguity is not symmetric where they are
    model.setSeparating(pyscipopt.SCIP_PARAMSETTING.OFF)
    model.setParam("separating/zerohalf/freq", 0)  # at the root
    model.setParam("nodeselection/bfs/stdpriority", 1_000_000)
    model.setParam("estimation/restarts/restartpolicy", "a")
    model.setParam("estimation/restarts/minnodes", RESTART_NODES)
    model.setParam("estimation/restarts/restartlimit", RESTARTS)
    if is_accompanied:
        model.setHeuristics(pyscipopt.SCIP_PARAMSETTING.FAST)
    for name, value in limits.options.items():
        try:
            model.setParam(name, value)
        except (KeyError, ValueError, TypeError, LookupError) as error:
            raise bad_option("scip", name, value, str(error)) from error


def _multiply(model: Any, milp: Milp, variables: list[Any]) -> None:
    """Rows with products, where SCIP branches on a continuous column."""
    import pyscipopt

    for product in milp.products():
        side = pyscipopt.quicksum(v * variables[j] for j, v in zip(product.columns, product.values, strict=True)) + product.constant
        model.addCons(side - variables[product.left] * variables[product.right] <= 0)


def _give(model: Any, variables: list[Any], values: Floats) -> None:
    """Hand a whole plan over as a start; SCIP checks it and drops it when it breaks a row."""
    solution = model.createSol()
    for variable, value in zip(variables, values.tolist(), strict=True):
        model.setSolVal(solution, variable, value)
    model.addSol(solution)


def _answer(milp: Milp, model: Any, variables: list[Any], log: Path) -> Answer:
    """What SCIP knows; asked directly, for PuLP forgets the plan where some limits came first and fails where it does not know the ending."""
    status, best = model.getStatus(), model.getBestSol() if model.getNSols() else None
    values = None if best is None else np.array([best[v] for v in variables])
    dual = model.getDualbound()
    bound = None if abs(dual) >= model.infinity() else milp.natural(dual)
    outcome = {"optimal": Outcome.PROVEN, "gaplimit": Outcome.GAP, "infeasible": Outcome.INFEASIBLE}.get(status, Outcome.LIMIT)
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return Answer(outcome, values, bound, int(model.getNNodes()), text)
