"""What is said of a solve at its end: status, why each goal ended, values and bounds of the final plan, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.optimize.model.shapes import is_surrogate
from rezoning.optimize.proving import Prover
from rezoning.optimize.result import PROVEN, WEIGHTED, Ended, GoalResult, Result, Status, Untidied
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Ending
from rezoning.optimize.threads import available_threads, threads_for
from rezoning.optimize.tidying import Tidied
from rezoning.scenario.schema import Goal, Solve

NO_BOUND_RESTRICTED = "closer_neighbor forbids plans that contiguity allows: no bound is given, for none would be valid."


@dataclass
class Stage:
    """One objective worked on, perhaps several times: a goal, or the weighted sum of all.

    Parameters
    ----------
    tracker
        What is known of it.
    start
        Where it set out: any assignment of nodes, -1 where one has no school.
    ending
        How the last turn ended, with what solvers printed in all of them.
    seconds, turns
        How long it was worked on, and how often.
    is_early
        The last turn ended long before its time.
    is_abandoned
        No solver is left that did not break.
    is_exhausted
        More time would change nothing.
    """

    tracker: Tracker
    start: Ints
    ending: Ending = field(default_factory=Ending)
    seconds: float = 0.0
    turns: int = 0
    is_early: bool = False
    is_abandoned: bool = False
    is_exhausted: bool = False

    def add(self, ending: Ending, seconds: float, *, is_early: bool, is_abandoned: bool) -> None:
        """Count a turn."""
        ending.log = "\n".join(text for text in (self.ending.log, ending.log) if text)
        self.ending, self.is_early, self.is_abandoned = ending, is_early, is_abandoned
        self.seconds, self.turns = self.seconds + seconds, self.turns + 1
        self.is_exhausted = ending.is_proven or ending.is_infeasible


def ended(stage: Stage, settings: Solve, *, is_stopped: bool) -> Ended:
    """Why work on a stage ended."""
    if stage.ending.is_infeasible or stage.tracker.is_within(0.0, PROVEN):
        return Ended.PROVEN
    if stage.tracker.is_within(settings.gap, settings.gap_abs):
        return Ended.GAP
    if is_stopped:
        return Ended.INTERRUPTED
    is_failed = stage.is_abandoned or (stage.ending.failure and stage.is_early)
    return Ended.FAILED if is_failed else Ended.LIMIT


def last_plan(stages: Sequence[Stage]) -> Ints | None:
    """The plan of the last goal that has one."""
    return next((stage.tracker.plan for stage in reversed(stages) if stage.tracker.plan is not None), None)


def outcome(
    problem: Formulation, settings: Solve, stages: Sequence[Stage], threads: int, prover: Prover, tidy: Tidied | None, *, is_interrupted: bool
) -> Result:
    """The stages of a solve as its result, with the plan as it was tidied."""
    found = last_plan(stages)
    plan = found if tidy is None else tidy.plan
    if plan is not None and problem.weights is None:
        _hold_against(problem, stages, plan)
    goals = () if plan is None else _goals(problem, stages, plan)
    objective = None if plan is None or problem.weights is None else _weighted(problem, stages[0], plan)
    endings = [ended(stage, settings, is_stopped=is_interrupted) for stage in stages]
    asked = len(problem.terms) if problem.weights is None else 1
    endings += [endings[-1]] * (asked - len(stages))  # what ended one kept the others from beginning
    return Result(
        status=_status(problem, settings, stages, endings, goals),
        plan=None if plan is None else problem.expand(plan),
        goals=goals,
        objective=objective,
        ended=tuple(endings),
        trace=(*sorted((point for stage in stages for point in stage.tracker.trace), key=lambda point: point.seconds), *(tidy.trace if tidy else ())),
        method=settings.method,
        solver=prover.name,
        seed=settings.seed,
        threads=threads,
        log="\n".join(stage.ending.log for stage in stages if stage.ending.log),
        is_interrupted=is_interrupted,
        warnings=(*_given_up(problem, goals), *_warnings(problem, settings, prover)),
        travel_unit=problem.travel_unit,
        untidied=None if tidy is None or found is None or problem.is_partition else Untidied(problem.expand(found), tidy.seconds),
    )


def _hold_against(problem: Formulation, stages: Sequence[Stage], plan: Ints) -> None:
    """A later goal's plan may show that an earlier one's bound was false."""
    x = problem.vector(plan)
    for stage, terms in zip(stages, problem.terms, strict=False):
        stage.tracker.hold_against(terms.value(x))


def _goals(problem: Formulation, stages: Sequence[Stage], plan: Ints) -> tuple[GoalResult, ...]:
    """Each goal's value in the final plan beside what its own stage reached and proved; none of these with weights or where not reached."""
    x = problem.vector(plan)
    known = [] if problem.weights is not None else [(stage.tracker.bound, stage.tracker.value) for stage in stages]
    known += [(None, None)] * (len(problem.terms) - len(known))
    return tuple(_goal(terms.goal, terms.value(x), bound, terms.today, best) for terms, (bound, best) in zip(problem.terms, known, strict=True))


def _goal(goal: Goal, value: float, bound: float | None, today: float | None, best: float | None) -> GoalResult:
    return GoalResult(goal.minimize, goal.group, value, _capped(bound, value), today, best, goal)


def _weighted(problem: Formulation, stage: Stage, plan: Ints) -> GoalResult:
    assert problem.weights is not None
    x = problem.vector(plan)
    total = float(np.dot(problem.weights, [terms.value(x) for terms in problem.terms]))
    today = [terms.today for terms in problem.terms]
    before = None if any(t is None for t in today) else float(np.dot(problem.weights, [t for t in today if t is not None]))
    return GoalResult(WEIGHTED, None, total, _capped(stage.tracker.bound, total), before, stage.tracker.value)


def _capped(bound: float | None, value: float) -> float | None:
    return None if bound is None else min(bound, value)


def _status(problem: Formulation, settings: Solve, stages: Sequence[Stage], endings: Sequence[Ended], goals: Sequence[GoalResult]) -> Status:
    """Optimal only when every goal of the final plan is; infeasible only when proven."""
    if all(stage.tracker.plan is None for stage in stages):
        return Status.INFEASIBLE if stages[0].ending.is_infeasible else Status.NO_PLAN
    if problem.is_restricted or len(stages) < len(endings) or not all(end in (Ended.PROVEN, Ended.GAP) for end in endings):
        return Status.FEASIBLE
    is_kept = all(goal.best is None or goal.value <= goal.best + settings.gap_abs + PROVEN for goal in goals)
    return Status.OPTIMAL if is_kept and all(end is Ended.PROVEN for end in endings) else Status.WITHIN_GAP


def _given_up(problem: Formulation, goals: Sequence[GoalResult]) -> list[str]:
    """What later goals took of earlier ones, as `give_up` lets them."""
    said = []
    for terms, found in zip(problem.terms, goals, strict=False):
        goal = terms.goal
        if goal.give_up > 0 and found.best is not None and found.value > found.best + 1e-6 * max(1.0, abs(found.best)):
            name = f"{goal.minimize}{f' of {goal.group}' if goal.group else ''}"
            said.append(f"{name}: {found.best:.6g} was reached, and give_up: {goal.give_up:g} let later goals worsen it to {found.value:.6g}.")
    return said


def _warnings(problem: Formulation, settings: Solve, prover: Prover) -> tuple[str, ...]:
    said = list(prover.said)
    if problem.is_restricted:
        said.append(NO_BOUND_RESTRICTED)
    for terms in problem.terms:
        if is_surrogate(terms):
            said.append(f"{terms.goal.minimize}: solvers minimize the length of borders in its stead, the search the goal itself; no bound is given.")
    if settings.threads is not None and settings.threads > available_threads():
        said.append(f"solve.threads: {settings.threads:,} were asked for, this machine offers {available_threads()}; so many are used.")
    if settings.cycles is not None and threads_for(settings) > 1:
        said.append("solve.cycles: several threads do not promise the same plan again; solve.threads: 1 does.")
    if prover.name == "scip" and settings.method == "exact" and threads_for(settings) > 1 and settings.threads is not None:
        said.append("SCIP works in one thread: with method exact the other threads stay idle; method auto uses them for the search.")
    return tuple(dict.fromkeys(said))
