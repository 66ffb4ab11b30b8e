"""Which program a user means: the question with the goals before held, and what is minimized."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rezoning.commands.modeling.sidecar import Held, Sidecar
from rezoning.commands.run_files import input_hash
from rezoning.commands.unpaired import refuse_pairing
from rezoning.errors import DataError, Problem, ScenarioError
from rezoning.optimize.asking import Form, Order
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.formulation.formulation import Formulation, Ints


@dataclass(frozen=True, eq=False)
class Asked:
    """A program that is wanted.

    Parameters
    ----------
    problem
        The formulation, the goals before among what it holds.
    goal
        Number of the goal, from 1; None for the weighted sum.
    held
        The goals before.
    run
        The run whose values they have, by name.
    """

    scenario: Scenario
    district: District
    problem: Formulation
    goal: int | None
    held: tuple[Held, ...]
    run: str | None

    def order(self, form: Form, cut_seconds: float | None = None) -> Order:
        """What is to be written."""
        problem, district = self.problem, self.district
        weights = problem.weights or (1.0,) * len(problem.terms)
        objective = list(zip(problem.terms, weights, strict=True)) if self.goal is None else [(problem.terms[self.goal - 1], 1.0)]
        return Order(problem, objective, form, cut_seconds, district.unit_ids, district.school_ids)


def asked(scenario: Scenario, district: District, goal: int | None, run: Path | None) -> Asked:
    """The program of a goal; the run, if one is given, says what the goals before it came to.

    Raises
    ------
    ScenarioError
        There is no such goal, or the goals form one sum.
    DataError
        The run was asked something else or found no plan, or there is none and goals come before.
    """
    from rezoning.formulation.formulate import formulate

    refuse_pairing(scenario, "A model that other programs read", "Drop pairing.")
    problem = formulate(district, scenario)
    number = _goal_number(scenario, problem, goal)
    plan = None if run is None else _plan_of(scenario, district, run)
    held: tuple[Held, ...] = ()
    if number is not None and number > 1:
        if plan is None:
            message = f"goal {number} comes after others, and a model of it holds what these came to."
            raise DataError(Problem("--goal", message, "Add --run with the directory of a run of this scenario."))
        values = _values(problem, plan, district)
        gap = scenario.solve.gap_abs
        goals = zip(scenario.goals[: number - 1], values, strict=False)
        held = tuple(
            Held(goal=k, minimize=one.minimize, value=value, upper=value + one.give_up * abs(value) + gap) for k, (one, value) in enumerate(goals, 1)
        )
    return Asked(scenario, district, with_held(problem, held), number, held, None if run is None else run.resolve().name)


def asked_again(scenario: Scenario, district: District, sidecar: Sidecar, place: str) -> Asked:
    """The program that a sidecar stands beside.

    Raises
    ------
    DataError
        The scenario or its data are others now.
    """
    from rezoning.formulation.formulate import formulate

    check_same(scenario, district, sidecar, place)
    return Asked(scenario, district, with_held(formulate(district, scenario), sidecar.held), sidecar.goal, sidecar.held, sidecar.run)


def check_same(scenario: Scenario, district: District, sidecar: Sidecar, place: str) -> None:
    """Refuse a sidecar of another question.

    Raises
    ------
    DataError
        The scenario or its data are others now, or the sidecar was changed.
    """
    if input_hash(scenario, district) != sidecar.input_hash:
        message = f"was written for {sidecar.name!r} as it was then; scenario or data differ now, or are others."
        raise DataError(Problem(place, message, "Write the model again, or name the scenario, and every --set, that it was written for."))
    count, is_sum = len(scenario.goals), scenario.goals[0].weight is not None
    numbers = [one.goal for one in sidecar.held] + ([] if sidecar.goal is None else [sidecar.goal])
    if (sidecar.goal is None) != is_sum or not all(1 <= number <= count for number in numbers) or not _are_there(sidecar, district):
        raise DataError(Problem(place, "names goals, units or schools that the scenario does not have.", "Write the model again."))


def _are_there(sidecar: Sidecar, district: District) -> bool:
    """Whether a sidecar names nothing but units and schools of a district."""
    pairs = [*sidecar.columns.values(), *sidecar.ground.values(), *sidecar.fixed.items()]
    units = {unit for unit, _ in pairs}.union(sidecar.together, *sidecar.together.values())
    return units <= district.unit_index.keys() and {school for _, school in pairs} <= district.school_index.keys()


def with_held(problem: Formulation, held: Sequence[Held]) -> Formulation:
    """The question with goals held."""
    for one in held:
        problem = problem.hold(problem.terms[one.goal - 1], one.upper)
    return problem


def _goal_number(scenario: Scenario, problem: Formulation, goal: int | None) -> int | None:
    if problem.weights is not None:
        if goal is not None:
            message = "the goals of this scenario have weights and form one sum, which the model minimizes."
            raise ScenarioError(Problem("--goal", message, "Leave --goal out."))
        return None
    count = len(scenario.goals)
    if goal is not None and not 1 <= goal <= count:
        goals = "1 goal" if count == 1 else f"{count} goals"
        raise ScenarioError(Problem("--goal", f"there is no goal {goal}: the scenario has {goals}.", f"Give a number from 1 to {count}."))
    return goal or 1


def _plan_of(scenario: Scenario, district: District, run: Path) -> Plan:
    from rezoning.commands.evaluation import evaluate_plan
    from rezoning.runs.judge import is_run
    from rezoning.runs.packed import opened

    if not is_run(opened(run)):
        raise DataError(Problem(str(run), "is not the directory of a run.", "Give --run a directory that rezoning run has written."))
    option = evaluate_plan(scenario, district, opened(run))
    if not option.is_run or option.changed or not option.audit.passed:
        why = option.changed[0] if option.changed else "It was asked another question, or its plan breaks a rule."
        raise DataError(Problem(str(run), f"does not answer this scenario: {why}", "Run the scenario again."))
    return option.plan


def _values(problem: Formulation, plan: Plan, district: District) -> list[float]:
    """What the goals of a plan come to on the formulation, whose rows hold them."""
    nodes = nodes_of(problem, plan, district)
    if (problem.pairs.lookup[np.arange(problem.pairs.num_nodes), nodes] < 0).any():
        raise DataError(Problem("--run", "the plan of the run gives a unit a school that it may not have.", "Run the scenario again."))
    x = problem.vector(nodes)
    return [float(terms.value(x)) for terms in problem.terms]


def nodes_of(problem: Formulation, plan: Plan, district: District) -> Ints:
    """School of each node: that of its unit with the most students, for ground where nobody lives may be among them with another; shape (N,)."""
    nodes, order = problem.pairs.of_units(plan.school), np.argsort(district.students, kind="stable")
    nodes[problem.pairs.node_of_unit[order]] = plan.school[order]
    return nodes
