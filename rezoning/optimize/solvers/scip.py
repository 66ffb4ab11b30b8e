"""SCIP: the one free solver that lets contiguity cuts be separated inside its tree."""

from __future__ import annotations

import ctypes
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from rezoning.formulation.formulation import Floats, Ints
from rezoning.optimize.model.milp import UNIT, Milp
from rezoning.optimize.solvers.base import Answer, Limits, Outcome, Separation, SolverInfo, Watch, bad_option, version_of
from rezoning.optimize.solvers.checked import Judge, settled
from rezoning.optimize.solvers.scip_plugins import include

RESTART_NODES = 1_000  # of the tree; what it learned fixes units at a new root, whose cuts then hold everywhere
RESTARTS = 10
NO_PRESOLVE = {"presolving/maxrounds": 0}
ENDINGS = {"optimal": Outcome.PROVEN, "gaplimit": Outcome.GAP, "infeasible": Outcome.INFEASIBLE}
BROKEN = ("unbounded", "inforunbd", "unknown")  # every column of ours is bounded


def info() -> SolverInfo:
    """What SCIP can do, and whether it is here."""
    version = version_of("pyscipopt")
    return SolverInfo("scip", version, version is not None, True, True, True, False)


class Scip:
    """Branch and cut in SCIP, on a model that PuLP builds.

    SCIP keeps its own tolerance, at which a full school may hold thousandths of a student too many: a finer one breaks its linear programs. Rows of
    numbers with a common measure have sides that no tolerance blurs (`milp`), and every integer point is asked about exactly (`scip_plugins`).
    """

    name = "scip"
    cuts_inside_tree = True

    def solve(self, milp: Milp, limits: Limits, start: Ints | None, watch: Watch, separation: Separation | None = None) -> Answer:
        """Solve; `separation` is asked about every integer point."""
        if watch.stop.is_set():  # SCIP crashes when it is asked about a model it never saw solved
            return Answer(Outcome.LIMIT, None, None)

        def ask(left: Limits, origin: Ints | None) -> Answer:
            return _ask(milp, left, origin, watch, separation)

        return settled(Judge.of(milp), self.name, limits, start, ask, NO_PRESOLVE, separation)


@dataclass
class _Tree:
    """A SCIP model and what of ours hangs on it, which holds it in turn."""

    model: Any
    variables: list[Any]
    plugins: list[Any] = field(default_factory=list)
    is_broken: bool = False

    def release(self) -> None:
        """Give memory and log back. A SCIP that broke is kept for good: whatever is asked of it, even to go, can end the process."""
        if self.is_broken:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.model))
            return
        self.model.freeProb()
        for plugin in self.plugins:
            plugin.model = None


def _ask(milp: Milp, limits: Limits, start: Ints | None, watch: Watch, separation: Separation | None) -> Answer:
    """One solve, and what SCIP says of it."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "scip.log"
        with _built(milp, limits, log) as tree:
            _configure(tree.model, limits, is_accompanied=watch.is_accompanied)
            if start is not None:
                _give(tree.model, tree.variables, milp.start(start))
            _multiply(tree.model, milp, tree.variables)
            tree.plugins = include(tree.model, milp, tree.variables, watch, separation)
            answer = _run(milp, tree)
        return replace(answer, log=log.read_text(encoding="utf-8", errors="replace") if log.exists() else "")


@contextmanager
def _built(milp: Milp, limits: Limits, log: Path) -> Iterator[_Tree]:
    """The problem in SCIP, for as long as the body works with it."""
    solver = pulp.SCIP_PY(msg=False, timeLimit=max(limits.seconds, 0.01), gapRel=limits.gap, gapAbs=limits.gap_abs * UNIT, logPath=str(log))
    problem = milp.problem
    try:
        solver.buildSolverModel(problem)
        tree = _Tree(problem.solverModel, [column.solverVar for column in milp.columns])
    finally:
        problem.solverModel = None
        for column in milp.columns:
            column.solverVar = None
        for row in problem.constraints():
            row.solverConstraint = None
    try:
        yield tree
    finally:
        tree.release()


def _run(milp: Milp, tree: _Tree) -> Answer:
    """What a model that is ready comes to; of a SCIP that broke, what it told before."""
    try:
        tree.model.optimizeNogil()  # what PuLP's callSolver does, but other threads may work meanwhile
    except Exception as error:  # noqa: BLE001 (pyscipopt raises plain exceptions for whatever breaks inside SCIP)
        tree.is_broken = True
        said: Answer = tree.plugins[0].last_words(f"scip stopped with a fault of its own: {str(error).removeprefix('SCIP: ').rstrip('!.')}.")
        return said
    return _answer(milp, tree.model, tree.variables)


def _configure(model: Any, limits: Limits, *, is_accompanied: bool) -> None:
    """Our settings, then the user's.

    Of the general cutting planes only zero-half cuts pay: a unit between three schools makes odd cycles of separators. The others and depth-first
    dives cost most of the time and move neither plan nor bound (`benchmarks/README.md`). Beside a search the tree's own heuristics are the fast ones.
    """
    import pyscipopt

    model.setParam("timing/clocktype", 2)  # wall clock: the contract's time limit
    model.setParam("misc/catchctrlc", False)  # Ctrl-C is the program's, see Watch.stop
    model.setParam("randomization/randomseedshift", limits.seed)
    model.setParam("misc/usesymmetry", 0)  # it looks at the rows alone, and contiguity is not symmetric where they are
    model.setSeparating(pyscipopt.SCIP_PARAMSETTING.OFF)
    model.setParam("separating/zerohalf/freq", 0)  # at the root
    model.setParam("nodeselection/bfs/stdpriority", 1_000_000)
    model.setParam("estimation/restarts/restartpolicy", "a")
    model.setParam("estimation/restarts/minnodes", RESTART_NODES)
    model.setParam("estimation/restarts/restartlimit", RESTARTS)
    if limits.nodes is not None:
        model.setParam("limits/totalnodes", limits.nodes)  # of all restarts together
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


def _answer(milp: Milp, model: Any, variables: list[Any]) -> Answer:
    """What SCIP knows; asked directly, for PuLP forgets the plan where some limits came first and fails where it does not know the ending."""
    status, best = model.getStatus(), model.getBestSol() if model.getNSols() else None
    values = None if best is None else np.array([best[v] for v in variables])
    claimed = None if best is None else milp.natural(model.getSolObjVal(best))
    dual, nodes = model.getDualbound(), int(model.getNTotalNodes())
    bound = None if abs(dual) >= model.infinity() else milp.natural(dual)
    if status in BROKEN:
        return Answer(Outcome.FAILED, values, bound, nodes, failure=f"scip stopped with a fault of its own ({status}).", claimed=claimed)
    return Answer(ENDINGS.get(status, Outcome.LIMIT), values, bound, nodes, claimed=claimed)
