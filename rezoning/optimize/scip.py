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
            _include(model, milp, variables, watch, separation)
            model.optimizeNogil()  # what PuLP's callSolver does, but other threads may work meanwhile
            return _answer(milp, model, variables, log)


def _configure(model: Any, limits: Limits, *, is_accompanied: bool) -> None:
    """Our settings, then the user's.

    General cutting planes and depth-first dives cost most of the time and move neither plan nor bound of these questions; without them the tree has
    two to ten times as many nodes (`benchmarks/README.md`). Beside a search the tree's own heuristics are kept to the fast ones.
    """
    import pyscipopt

    model.setParam("timing/clocktype", 2)  # wall clock: the contract's time limit
    model.setParam("misc/catchctrlc", False)  # Ctrl-C is the program's, see Watch.stop
    model.setParam("randomization/randomseedshift", limits.seed)
    model.setParam("numerics/feastol", FEASIBILITY)
    model.setParam("misc/usesymmetry", 0)  # it looks at the rows alone, and contiguity is not symmetric where they are
    model.setSeparating(pyscipopt.SCIP_PARAMSETTING.OFF)
    model.setParam("nodeselection/bfs/stdpriority", 1_000_000)
    if is_accompanied:
        model.setHeuristics(pyscipopt.SCIP_PARAMSETTING.FAST)
    for name, value in limits.options.items():
        try:
            model.setParam(name, value)
        except (KeyError, ValueError, TypeError, LookupError) as error:
            raise bad_option("scip", name, value, str(error)) from error


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


def _plugins() -> tuple[type, type, type]:
    """The SCIP plug-ins: listener, contiguity, guest; made here because their base classes come with pyscipopt, which is loaded late."""
    import pyscipopt

    class Listener(pyscipopt.Eventhdlr):
        """Tells better plans and bounds, and carries the wish to stop."""

        def __init__(self, milp: Milp, variables: list[Any], watch: Watch) -> None:
            self.milp, self.variables, self.watch = milp, variables, watch
            self.kinds = (pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND, pyscipopt.SCIP_EVENTTYPE.LPSOLVED, pyscipopt.SCIP_EVENTTYPE.NODESOLVED)
            self.bound = -np.inf

        def eventinit(self) -> None:
            for kind in self.kinds:
                self.model.catchEvent(kind, self)

        def eventexit(self) -> None:
            for kind in self.kinds:
                self.model.dropEvent(kind, self)

        def eventexec(self, event: Any) -> None:
            if self.watch.must_end():
                self.model.interruptSolve()
            dual = self.model.getDualbound()
            if abs(dual) < self.model.infinity() and dual > self.bound + 1e-6:
                self.bound = dual
                self.watch.on_bound(self.milp.natural(dual))
            if event.getType() == pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND:
                best = self.model.getBestSol()
                self.watch.on_plan(self.milp.assignment([best[v] for v in self.variables[: len(self.milp.free)]]))

    class Contiguity(pyscipopt.Conshdlr):
        """Holds the rules that are not rows: asks a separation about every integer point and adds the cuts it gives."""

        def __init__(self, milp: Milp, variables: list[Any], watch: Watch, separation: Separation) -> None:
            self.milp, self.variables, self.watch, self.separation = milp, variables[: len(milp.free)], watch, separation

        def _assignment(self, solution: Any) -> Ints:
            return self.milp.assignment([self.model.getSolVal(solution, v) for v in self.variables])

        def conscheck(self, _constraints: Any, solution: Any, *_rest: Any) -> dict[str, Any]:
            holds = self.separation.holds(self._assignment(solution))
            return {"result": pyscipopt.SCIP_RESULT.FEASIBLE if holds else pyscipopt.SCIP_RESULT.INFEASIBLE}

        def _enforce(self) -> dict[str, Any]:
            cuts = self.separation.cuts(self._assignment(None))
            self.watch.on_cuts(len(cuts))
            for cut in cuts:
                index, value, upper = self.milp.row_of(cut)
                left = pyscipopt.quicksum(v * self.variables[j] for j, v in zip(index, value, strict=True))
                self.model.addCons(left <= upper, removable=True)
            return {"result": pyscipopt.SCIP_RESULT.CONSADDED if cuts else pyscipopt.SCIP_RESULT.FEASIBLE}

        def consenfolp(self, *_rest: Any) -> dict[str, Any]:
            return self._enforce()

        def consenfops(self, *_rest: Any) -> dict[str, Any]:
            return self._enforce()

        def conslock(self, _constraint: Any, _locktype: Any, n_pos: int, n_neg: int) -> None:
            for variable in self.variables:
                self.model.addVarLocks(variable, n_pos + n_neg, n_pos + n_neg)

    class Guest(pyscipopt.Heur):
        """Brings in plans that others found while SCIP works."""

        def __init__(self, milp: Milp, variables: list[Any], watch: Watch) -> None:
            self.milp, self.variables, self.watch = milp, variables, watch

        def heurexec(self, *_rest: Any) -> dict[str, Any]:
            plan = self.watch.offered()
            if plan is None:
                return {"result": pyscipopt.SCIP_RESULT.DIDNOTRUN}
            solution = self.model.createOrigSol()  # in the terms of the model as built: presolve has merged variables
            for variable, value in zip(self.variables, self.milp.start(plan).tolist(), strict=True):
                self.model.setSolVal(solution, variable, value)
            is_taken = self.model.trySol(solution)
            return {"result": pyscipopt.SCIP_RESULT.FOUNDSOL if is_taken else pyscipopt.SCIP_RESULT.DIDNOTFIND}

    return Listener, Contiguity, Guest


def _include(model: Any, milp: Milp, variables: list[Any], watch: Watch, separation: Separation | None) -> None:
    import pyscipopt

    listener, contiguity, guest = _plugins()
    model.includeEventhdlr(listener(milp, variables, watch), "rezoning_listener", "better plans and bounds")
    when = pyscipopt.SCIP_HEURTIMING.BEFORENODE | pyscipopt.SCIP_HEURTIMING.DURINGLPLOOP
    model.includeHeur(guest(milp, variables, watch), "rezoning_guest", "plans that others found", "R", priority=10**6, freq=1, timingmask=when)
    if separation is not None:
        # negative priorities: only points that are integer and obey the rows are asked about
        handler = contiguity(milp, variables, watch, separation)
        model.includeConshdlr(handler, "rezoning_contiguity", "zones in one piece", enfopriority=-10, chckpriority=-10, needscons=False)
