"""Further plans that are nearly as good and really different: each keeps the goals within what may be given up and puts enough students elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from rezoning.district.plan import Plan
from rezoning.formulation.formulation import Floats, Formulation, Matrix, RowName, Rows
from rezoning.formulation.weighing import weighted_sum
from rezoning.optimize.engine import solve
from rezoning.optimize.frontier import nodes_of
from rezoning.optimize.result import Result, Status, Watcher
from rezoning.scenario.schema import Alternatives, Solve


class SearchEnd(StrEnum):
    """Why no further plan was looked for."""

    ENOUGH = "enough"  # as many as asked
    NO_MORE = "no_more"  # proven: every plan that is as good is too near to one of those before it
    NOT_FOUND = "not_found"  # the limit came before another was found
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class AlternativePlans:
    """What came of the search: the engine's results, each with a plan, and why there are no more."""

    results: tuple[Result, ...]
    ending: SearchEnd


def alternatives(
    problem: Formulation,
    result: Result,
    students: Floats,
    asked: Alternatives,
    settings: Solve,
    *,
    watcher: Watcher | None = None,
    stop: threading.Event | None = None,
) -> AlternativePlans:
    """Further plans, one after the other.

    Every one minimizes the scenario's goals again, below ``value + give_up * |value| + gap_abs`` of each goal of the first plan (of the weighted sum,
    where goals have weights), with at least ``distance`` of all students at another school than in each plan before it.

    Parameters
    ----------
    problem, result
        The question and its answer, with a plan.
    students
        Students of each unit, shape (n,).
    settings
        Those of the first solve; each further plan gets ``time_limit / count``, so that all of them take no longer than the first.
    """
    assert result.plan is not None
    plans: list[Plan] = [result.plan]
    found: list[Result] = []
    question = _within_reach(problem, result, asked.give_up, settings.gap_abs)
    each = settings.model_copy(update={"time_limit": settings.time_limit / asked.count})
    for _ in range(asked.count):
        further = solve(apart(question, plans, students, asked.distance), each, watcher=watcher, stop=stop)
        if further.plan is None:
            no_plan = SearchEnd.NO_MORE if further.status is Status.INFEASIBLE else SearchEnd.NOT_FOUND
            return AlternativePlans(tuple(found), SearchEnd.INTERRUPTED if further.is_interrupted else no_plan)
        found.append(further)
        plans.append(further.plan)
        if further.is_interrupted:
            return AlternativePlans(tuple(found), SearchEnd.INTERRUPTED)
    return AlternativePlans(tuple(found), SearchEnd.ENOUGH)


def distance(plan: Plan, other: Plan, students: Floats) -> float:
    """Share of students who have another school in one plan than in the other."""
    return float(students[plan.school != other.school].sum() / students.sum())


def apart(problem: Formulation, plans: Sequence[Plan], students: Floats, share: float) -> Formulation:
    """The same question for plans with at least a share of students at another school than in each of some plans.

    ``sum of students over pairs (v, s) with s the school of v in the plan <= (1 - share) T``
    """
    rows = problem.rows
    added = list(_rows(problem, plans, students))
    if not added:
        return problem
    from scipy.sparse import csr_array, vstack

    count = len(added)
    stacked = Rows(
        csr_array(vstack([rows.matrix, *added], format="csr")),
        np.concatenate([rows.lower, np.full(count, -np.inf)]),
        np.concatenate([rows.upper, np.full(count, (1 - share) * students.sum())]),
        (*rows.names, *(RowName("alternatives", f"plan {k}") for k in range(1, count + 1))),
    )
    return replace(problem, rows=stacked)


def _rows(problem: Formulation, plans: Sequence[Plan], students: Floats) -> Iterator[Matrix]:
    from scipy.sparse import csr_array

    pairs = problem.pairs
    weight = pairs.from_units(students)
    for plan in plans:
        is_same = pairs.school == nodes_of(problem, plan)[pairs.node]
        used = np.flatnonzero(is_same & (weight != 0))
        yield csr_array((weight[used], (np.zeros(len(used), dtype=np.int64), used)), shape=(1, len(problem.lifted)))


def _within_reach(problem: Formulation, result: Result, give_up: float, gap_abs: float) -> Formulation:
    """The question with a ceiling on each goal, or on the weighted sum."""
    if problem.weights is None or result.objective is None:
        held = [(terms, goal.value) for terms, goal in zip(problem.terms, result.goals, strict=True)]
    else:
        held = [(weighted_sum(problem.terms, problem.weights), result.objective.value)]
    for terms, value in held:
        problem = problem.hold(terms, value + give_up * abs(value) + gap_abs)
    return problem
