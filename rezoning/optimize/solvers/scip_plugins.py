"""What is ours inside SCIP: it hears and tells plans and bounds, asks for contiguity cuts and tangents, and takes plans that others found."""

from __future__ import annotations

from typing import Any

import numpy as np

from rezoning.formulation.formulation import Floats, Ints
from rezoning.optimize.model.epigraph import Cut, Row
from rezoning.optimize.model.milp import Milp
from rezoning.optimize.solvers.base import Answer, Outcome, Separation, Watch

SEPARATORS = "rezoning_separators"
ROUNDS = 1  # of separators in a node of the tree; more make fewer, dearer nodes and a bound no better
ROOT_ROUNDS = 10  # the relaxation was cut before


def values_at(model: Any, milp: Milp, variables: list[Any], solution: Any) -> Floats:
    """The columns' values at a solution (None: the LP's), as far as a separation looks at them; the others 0."""
    values = np.zeros(len(variables))
    for j in (*range(len(milp.free)), *milp.asked, *milp.looked_at):
        values[j] = model.getSolVal(solution, variables[j])
    return values


def _plugins() -> tuple[type, type, type, type]:
    """The SCIP plug-ins: listener, contiguity, separators, guest; made here because their base classes come with pyscipopt, which is loaded late."""
    import pyscipopt

    class Listener(pyscipopt.Eventhdlr):
        """Tells better plans and bounds, and carries the wish to stop."""

        def __init__(self, milp: Milp, variables: list[Any], watch: Watch) -> None:
            self.milp, self.variables, self.watch = milp, variables, watch
            self.kinds = (pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND, pyscipopt.SCIP_EVENTTYPE.LPSOLVED, pyscipopt.SCIP_EVENTTYPE.NODESOLVED)
            self.bound = -np.inf
            self.values: Floats | None = None
            self.running = (pyscipopt.SCIP_STAGE.PRESOLVING, pyscipopt.SCIP_STAGE.PRESOLVED, pyscipopt.SCIP_STAGE.SOLVING)  # else SCIP fails

        def eventinit(self) -> None:
            for kind in self.kinds:
                self.model.catchEvent(kind, self)

        def eventexit(self) -> None:
            for kind in self.kinds:
                self.model.dropEvent(kind, self)

        def eventexec(self, event: Any) -> None:
            if self.model.getStage() in self.running and self.watch.must_end():
                self.model.interruptSolve()
            dual = self.model.getDualbound()
            if abs(dual) < self.model.infinity() and dual > self.bound + 1e-6:
                self.bound = dual
                self.watch.on_bound(self.milp.natural(dual))
            if event.getType() == pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND:
                best = self.model.getBestSol()
                values = self.values = np.array([best[v] for v in self.variables])
                self.watch.on_plan(self.milp.assignment(values))

        def last_words(self, failure: str) -> Answer:
            """What was told before SCIP broke: now nothing can be asked any more."""
            bound = self.milp.natural(self.bound) if np.isfinite(self.bound) else None
            return Answer(Outcome.FAILED, self.values, bound, failure=failure)

    class Contiguity(pyscipopt.Conshdlr):
        """Holds what is not a row: asks a separation about every integer point and adds the cuts it gives.

        A point whose only fault is that a column is below what it stands for is a plan: it goes to the guest, who brings it in with its true columns.
        """

        def __init__(self, milp: Milp, variables: list[Any], watch: Watch, separation: Separation, guest: Any) -> None:
            self.milp, self.variables, self.watch, self.separation, self.guest = milp, variables, watch, separation, guest
            self.known: set[Cut | Row] = set()

        def conscheck(self, _constraints: Any, solution: Any, *_rest: Any) -> dict[str, Any]:
            values = values_at(self.model, self.milp, self.variables, solution)
            plan = self.milp.assignment(values)
            holds = self.separation.holds(plan, values)
            if not holds and self.milp.bent and self.separation.holds(plan):
                self.guest.found.append(plan)
            return {"result": pyscipopt.SCIP_RESULT.FEASIBLE if holds else pyscipopt.SCIP_RESULT.INFEASIBLE}

        def _enforce(self, *, is_lp: bool) -> dict[str, Any]:
            values = values_at(self.model, self.milp, self.variables, None)
            plan = self.milp.assignment(values)
            cuts = self.separation.cuts(plan, values)
            if cuts and self.milp.bent and self.separation.holds(plan):
                self.guest.found.append(plan)
            if cuts and self.known.issuperset(cuts):
                if not is_lp:  # a point that no rows were asked about breaks rows that are there
                    return {"result": pyscipopt.SCIP_RESULT.SOLVELP}
                if self.separation.holds(plan):  # its columns are as high as rows can epigraph them within SCIP's tolerance
                    return {"result": pyscipopt.SCIP_RESULT.FEASIBLE}
            self.known.update(cuts)
            self.watch.on_cuts(len(cuts))
            for cut in cuts:
                index, value, upper = self.milp.row_of(cut)
                left = pyscipopt.quicksum(v * self.variables[j] for j, v in zip(index, value, strict=True))
                self.model.addCons(left <= upper, removable=True)
            return {"result": pyscipopt.SCIP_RESULT.CONSADDED if cuts else pyscipopt.SCIP_RESULT.FEASIBLE}

        def consenfolp(self, *_rest: Any) -> dict[str, Any]:
            return self._enforce(is_lp=True)

        def consenfops(self, *_rest: Any) -> dict[str, Any]:
            return self._enforce(is_lp=False)

        def conslock(self, _constraint: Any, _locktype: Any, n_pos: int, n_neg: int) -> None:
            for variable in [*self.variables[: len(self.milp.free)], *(self.variables[j] for j in self.milp.asked)]:
                self.model.addVarLocks(variable, n_pos + n_neg, n_pos + n_neg)

    class Separators(pyscipopt.Sepa):
        """Cuts fractional zones that are not held together, in every node: the bound is loose without."""

        def __init__(self, milp: Milp, variables: list[Any], watch: Watch, separation: Separation) -> None:
            self.milp, self.variables, self.watch, self.separation = milp, variables, watch, separation
            self.columns: dict[int, Any] = {}
            self.node, self.rounds = -1, 0

        def sepaexeclp(self) -> dict[str, Any]:
            model, node = self.model, self.model.getCurrentNode().getNumber()
            self.rounds = self.rounds + 1 if node == self.node else 1
            self.node = node
            if self.rounds > (ROUNDS if model.getDepth() else ROOT_ROUNDS):
                return {"result": pyscipopt.SCIP_RESULT.DIDNOTRUN}
            if not self.columns:
                used = [*range(len(self.milp.free)), *self.milp.asked, *self.milp.looked_at]
                self.columns = {j: model.getTransformedVar(self.variables[j]) for j in used}
            values = values_at(model, self.milp, self.variables, None)
            cuts = self.separation.fractional_cuts(self.milp.point(values), values)
            self.watch.on_cuts(len(cuts))
            for cut in cuts:
                self._add(cut)
            return {"result": pyscipopt.SCIP_RESULT.SEPARATED if cuts else pyscipopt.SCIP_RESULT.DIDNOTFIND}

        def _add(self, cut: Cut | Row) -> None:
            index, value, upper = self.milp.row_of(cut)
            row = self.model.createEmptyRowSepa(self, "separator", lhs=None, rhs=upper, local=False, removable=True)
            self.model.cacheRowExtensions(row)
            for j, v in zip(index, value, strict=True):
                self.model.addVarToRow(row, self.columns[j], v)
            self.model.flushRowExtensions(row)
            self.model.addCut(row, forcecut=False)
            self.model.releaseRow(row)

    class Guest(pyscipopt.Heur):
        """Brings in plans that others found while SCIP works."""

        def __init__(self, milp: Milp, variables: list[Any], watch: Watch) -> None:
            self.milp, self.variables, self.watch = milp, variables, watch
            self.found: list[Ints] = []  # by this very tree, with columns that were too low

        def heurexec(self, *_rest: Any) -> dict[str, Any]:
            plan = self.watch.offered()
            plans, self.found = [*self.found, *([] if plan is None else [plan])], []
            if not plans:
                return {"result": pyscipopt.SCIP_RESULT.DIDNOTRUN}
            is_taken = [self._bring(plan) for plan in plans]
            return {"result": pyscipopt.SCIP_RESULT.FOUNDSOL if any(is_taken) else pyscipopt.SCIP_RESULT.DIDNOTFIND}

        def _bring(self, plan: Ints) -> bool:
            solution = self.model.createOrigSol()  # in the terms of the model as built: presolve has merged variables
            for variable, value in zip(self.variables, self.milp.start(plan).tolist(), strict=True):
                self.model.setSolVal(solution, variable, value)
            return bool(self.model.trySol(solution))

    return Listener, Contiguity, Separators, Guest


def include(model: Any, milp: Milp, variables: list[Any], watch: Watch, separation: Separation | None) -> list[Any]:
    """Give a model everything that makes it ours; `separation` None leaves contiguity out.

    Returns
    -------
    What it was given, the listener first; each holds the model.
    """
    import pyscipopt

    listener, contiguity, separators, guest = _plugins()
    heard, visitor = listener(milp, variables, watch), guest(milp, variables, watch)
    model.includeEventhdlr(heard, "rezoning_listener", "better plans and bounds")
    when = pyscipopt.SCIP_HEURTIMING.BEFORENODE | pyscipopt.SCIP_HEURTIMING.DURINGLPLOOP
    model.includeHeur(visitor, "rezoning_guest", "plans that others found", "R", priority=10**6, freq=1, timingmask=when)
    if separation is None:
        return [heard, visitor]
    # negative priorities: only points that are integer and obey the rows are asked about
    handler = contiguity(milp, variables, watch, separation, visitor)
    model.includeConshdlr(handler, "rezoning_contiguity", "zones in one piece", enfopriority=-10, chckpriority=-10, needscons=False)
    if not separation.cuts_fractions:
        return [heard, visitor, handler]
    separator = separators(milp, variables, watch, separation)
    model.includeSepa(separator, SEPARATORS, "minimum node separators", priority=10**6, freq=1)
    model.setParam(f"separating/{SEPARATORS}/expbackoff", 1)  # else only in the depths 1, 4, 16, ...
    return [heard, visitor, handler, separator]
