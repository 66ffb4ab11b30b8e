"""Goal by goal: the table of contents of a solve."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.anneal import Search
from rezoning.optimize.apart import await_ready, warm_up
from rezoning.optimize.asking import solver_name
from rezoning.optimize.auto import prove_then_search, search_alone, search_and_prove
from rezoning.optimize.backends import Clock, Ending, Limits, Watch
from rezoning.optimize.feasible import is_feasible
from rezoning.optimize.proving import Prover
from rezoning.optimize.result import PROVEN, GoalResult, Progress, Result, Status, Watcher
from rezoning.optimize.shapes import is_surrogate
from rezoning.optimize.tracker import Objective, Tracker
from rezoning.scenario.schema import Goal, Solve

REPAIR_SHARE = 0.1  # of a goal's time, for the exact method's start where today's zones break a rule


@dataclass
class _Stage:
    """One objective solved: a goal, or the weighted sum of all."""

    tracker: Tracker
    ending: Ending


@dataclass
class _Solve:
    """What all stages share."""

    settings: Solve
    prover: Prover
    clock: Clock
    stop: threading.Event
    watcher: Watcher | None
    stages: list[_Stage] = field(default_factory=list)

    @property
    def threads(self) -> int:
        return self.settings.threads or os.cpu_count() or 1

    def left(self) -> float:
        return self.settings.time_limit - self.clock()


def solve(problem: Formulation, settings: Solve, *, watcher: Watcher | None = None, stop: threading.Event | None = None) -> Result:
    """Answer a formulation.

    Goals without weights are solved in order: each gets the remaining time divided by the remaining goals, ends at `gap` or `gap_abs`, and becomes
    the row ``value <= found * (1 + give_up) + gap_abs`` for those after it.

    Parameters
    ----------
    problem
        What was compiled.
    settings
        The scenario's `solve` section.
    watcher
        Told of progress.
    stop
        Set from outside to end early with the best plan.

    Raises
    ------
    ScenarioError
        The solver is not here, or does not take an option.
    """
    if problem.weights is not None:
        objectives: list[Objective] = [list(zip(problem.terms, problem.weights, strict=True))]
    else:
        objectives = [[(terms, 1.0)] for terms in problem.terms]
    warm_up()
    if watcher is not None:
        watcher(Progress("compiling the search", 0.0, None, None, 0))
    Search(problem, objectives[0], settings.seed).prepare()
    await_ready()
    shared = _Solve(settings, Prover(_solver(settings, problem)), Clock(), stop or threading.Event(), watcher)
    formulation, plan = problem, problem.start
    for i, objective in enumerate(objectives):
        stage = _stage(shared, formulation, objective, plan, shared.left() / (len(objectives) - i))
        if stage.tracker.plan is None and not stage.ending.is_infeasible and not shared.stop.is_set():
            stage = _stage(shared, formulation, objective, plan, shared.left())  # the goals to come are nothing without a plan
        shared.stages.append(stage)
        if stage.tracker.plan is None or stage.tracker.value is None:
            break
        plan = stage.tracker.plan
        if problem.weights is None:
            terms = problem.terms[i]
            upper = stage.tracker.value + terms.goal.give_up * abs(stage.tracker.value) + settings.gap_abs  # a value may be below 0
            formulation = formulation.hold(terms, upper)
    return _result(problem, shared)


def _solver(settings: Solve, problem: Formulation) -> str:
    """The name of the solver that comes first."""
    if settings.solver.lower() != "auto":
        return solver_name(settings.solver, settings.place("solver"))
    return "scip" if problem.contiguity.is_exact else "highs"


def _stage(shared: _Solve, formulation: Formulation, objective: Objective, start: Ints, seconds: float) -> _Stage:
    """Solve one objective from a start, which may be no plan yet."""
    settings, began = shared.settings, shared.clock()
    tracker = Tracker(formulation, objective, shared.clock, shared.watcher)
    tracker.say("first plan")
    search = Search(formulation, objective, settings.seed)
    if (start >= 0).all() and is_feasible(formulation, start):
        tracker.offer(start)
    elif settings.method == "exact":
        repaired = search.repair(start, max(REPAIR_SHARE * seconds, 1.0), shared.stop)
        if repaired is not None:
            tracker.offer(repaired)
    if shared.stop.is_set():
        return _Stage(tracker, Ending())
    left = max(seconds - (shared.clock() - began), 0.0)
    limits = Limits(left, settings.gap, settings.gap_abs, shared.threads, settings.seed, dict(settings.options))
    watch = Watch(shared.stop)
    how = {"auto": search_and_prove, "anneal": search_alone, "exact": prove_then_search}[settings.method]
    return _Stage(tracker, how(tracker, shared.prover, limits, watch, search, start))


def _result(problem: Formulation, shared: _Solve) -> Result:
    settings, stages = shared.settings, shared.stages
    last = next((stage for stage in reversed(stages) if stage.tracker.plan is not None), None)
    plan = None if last is None else last.tracker.plan
    goals: tuple[GoalResult, ...] = ()
    objective = None
    if plan is not None:
        x = problem.vector(plan)
        values = [terms.value(x) for terms in problem.terms]
        if problem.weights is None:
            for stage, reached in zip(stages, values, strict=False):
                stage.tracker.hold_against(reached)  # a later goal's plan may show that an earlier one's bound was false
        bounds = [None] * len(values) if problem.weights is not None else _bounds(stages, values)
        goals = tuple(_goal(terms.goal, v, b, terms.today) for terms, v, b in zip(problem.terms, values, bounds, strict=True))
        if problem.weights is not None:
            total = float(np.dot(problem.weights, values))
            today = [terms.today for terms in problem.terms]
            before = None if any(t is None for t in today) else float(np.dot(problem.weights, [t for t in today if t is not None]))
            objective = GoalResult("weighted sum", None, total, _capped(stages[0].tracker.bound, total), before)
    return Result(
        status=_status(problem, shared),
        plan=None if plan is None else problem.expand(plan),
        goals=goals,
        objective=objective,
        trace=tuple(point for stage in stages for point in stage.tracker.trace),
        method=settings.method,
        solver=shared.prover.name,
        seed=settings.seed,
        threads=shared.threads,
        log="\n".join(stage.ending.log for stage in stages if stage.ending.log),
        is_interrupted=shared.stop.is_set(),
        warnings=_warnings(problem, shared),
    )


def _goal(goal: Goal, value: float, bound: float | None, today: float | None) -> GoalResult:
    return GoalResult(goal.minimize, goal.group, value, _capped(bound, value), today)


def _capped(bound: float | None, value: float) -> float | None:
    return None if bound is None else min(bound, value)


def _bounds(stages: list[_Stage], values: list[float]) -> list[float | None]:
    """Each stage's bound; a goal that no stage reached has none."""
    found = [stage.tracker.bound for stage in stages]
    return found + [None] * (len(values) - len(found))


def _status(problem: Formulation, shared: _Solve) -> Status:
    """Optimal only when every goal is; infeasible only when proven."""
    stages, settings = shared.stages, shared.settings
    if all(stage.tracker.plan is None for stage in stages):
        return Status.INFEASIBLE if stages[0].ending.is_infeasible else Status.NO_PLAN
    wanted = 1 if problem.weights is not None else len(problem.terms)
    if problem.is_restricted or len(stages) < wanted:
        return Status.FEASIBLE
    if all(stage.tracker.is_within(0.0, PROVEN) for stage in stages):
        return Status.OPTIMAL
    if all(stage.tracker.is_within(settings.gap, settings.gap_abs) for stage in stages):
        return Status.WITHIN_GAP
    return Status.FEASIBLE


def _warnings(problem: Formulation, shared: _Solve) -> tuple[str, ...]:
    said = []
    if problem.is_restricted:
        said.append("closer_neighbor forbids plans that contiguity allows: no bound is given, for none would be valid.")
    for terms in problem.terms:
        if is_surrogate(terms):
            said.append(f"{terms.goal.minimize}: solvers minimize the length of borders in its stead, the search the goal itself; no bound is given.")
    if shared.prover.name == "scip" and shared.settings.method == "exact" and (shared.settings.threads or 1) > 1:
        said.append("SCIP works in one thread: with method exact the other threads stay idle; method auto uses them for the search.")
    return (*said, *dict.fromkeys(shared.prover.said))
