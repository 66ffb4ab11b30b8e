"""Peers that are mixed-integer programs: the problem as a PuLP model, given to HiGHS or CBC.

The model's rows and objective are written, scaled and handed over by the project's own code, so that no peer loses by clumsiness; what makes a
peer is the contiguity that it adds.
"""

from __future__ import annotations

import json

import numpy as np

from peers.journal import Job
from peers.problem import Ints, Problem
from rezoning.formulation.formulation import Contiguity, Formulation, Pairs, RowName, Rows, Terms
from rezoning.optimize.model.milp import Milp, build
from rezoning.optimize.solvers.base import Answer, Limits, Outcome, Watch
from rezoning.optimize.solvers.registry import backend
from rezoning.scenario.schema import Goal

GAP_ABS = 1e-6  # natural value: what the program's own runs stop at
ENDED = {Outcome.PROVEN: "optimal", Outcome.GAP: "optimal", Outcome.LIMIT: "limit", Outcome.INFEASIBLE: "infeasible"}


def formulation_of(problem: Problem) -> Formulation:
    """The problem as the formulation it came from, without what only the project's engines use."""
    num_rows = len(problem.row_lower)
    pairs = Pairs(problem.node, problem.school, problem.first, problem.lookup, problem.node_of_unit)
    rows = Rows(problem.rows, problem.row_lower, problem.row_upper, tuple(RowName("row", str(r)) for r in range(num_rows)))
    goal = Goal.model_validate(json.loads(str(problem.goal)))
    terms = Terms(goal, problem.linear, problem.parts, problem.target, problem.over, problem.under, float(problem.constant))
    sources = tuple(problem.sources_of(s) for s in range(int(problem.num_schools)))
    contiguity = Contiguity(False, problem.graph, sources, np.full(len(problem.node), -1, dtype=np.int64))
    return Formulation(pairs, rows, (terms,), contiguity, problem.start)


def assignment_milp(problem: Problem) -> Milp:
    """One school each, rows, goal; no contiguity yet."""
    formulation = formulation_of(problem)
    return build(formulation, [(formulation.terms[0], 1.0)], with_dominators=False)


def solve_milp(job: Job, milp: Milp, solver: str, start: Ints | None, *, forbids_plans: bool) -> None:
    """Solve with what is left of the time; plans and, where the model forbids no plan, bounds go to the journal.

    Parameters
    ----------
    start
        An assignment of nodes that obeys the model, and is the first plan; None where there is none.
    forbids_plans
        The model is stricter than the problem: its bound is the peer's own.
    """
    if start is not None:
        job.journal.plan(start)
    if milp.broken:
        job.journal.end("infeasible")
        return
    tell_bound = (lambda _bound: None) if forbids_plans else job.journal.bound
    limits = Limits(job.left, gap_abs=GAP_ABS, threads=job.threads, seed=job.seed)
    answer = backend(solver).solve(milp, limits, start, Watch(on_plan=job.journal.plan, on_bound=tell_bound))
    _say_answer(job, milp, answer, forbids_plans=forbids_plans)


def _say_answer(job: Job, milp: Milp, answer: Answer, *, forbids_plans: bool) -> None:
    if answer.values is not None:
        job.journal.plan(milp.assignment(answer.values))
    if answer.bound is not None and not forbids_plans:
        job.journal.bound(answer.bound)
    job.journal.end(ENDED[answer.outcome], answer.bound)
