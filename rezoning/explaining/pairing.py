"""Why schools cannot be paired as asked: a small set of conditions that conflict, each tried by compiling and deciding the question without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rezoning.errors import Infeasible
from rezoning.explaining.explanation import Conflict, Explanation
from rezoning.explaining.trial import TimeBudget
from rezoning.scenario.pairing import Pairing
from rezoning.scenario.rules import Rules
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.runs.question import Question

TRY_SECONDS = 10.0  # for a plan or a proof without one condition
OF_PAIRING = ("min_of_own", "keep", "forbid", "except_schools", "spans", "feeder_rows", "alone")
NOT_HELD = ("contiguity", "school_in_own_zone", "stay_allowed")  # of buildings nothing of the kind is asked, or it only allows


def explain_pairing(question: Question, budget: TimeBudget) -> Explanation:
    """Whether the schools can be paired as asked, and which conditions conflict where they cannot."""
    scenario, own = question.scenario, _conditions(question.scenario)
    exists = False if question.problem is None else _has_plan(question, scenario, budget)
    if exists is not False:
        return Explanation(question, exists, question.problems, seconds=budget.used)
    left, is_sure = dict(own), True
    for key in own:
        rest = {name: one for name, one in left.items() if name != key}
        answer = _has_plan(question, _without(scenario, own.keys() - rest.keys()), budget)
        left, is_sure = (rest if answer is False else left), is_sure and answer is not None
    alone = [key for key in left if _has_plan(question, _without(scenario, {key}), budget) is False]
    return Explanation(question, False, question.problems, (), Conflict(tuple(left), is_sure, tuple(alone)), budget.used)


def _conditions(scenario: Scenario) -> Mapping[str, Any]:
    """What the scenario says that can be taken back, by its key."""
    assert scenario.pairing is not None
    plain = Rules()
    rules = [name for name in Rules.model_fields if name not in NOT_HELD and getattr(scenario.rules, name) != getattr(plain, name)]
    free = Pairing()
    pairing = [name for name in OF_PAIRING if getattr(scenario.pairing, name) != getattr(free, name)]
    pairing = [name for name in pairing if not (scenario.pairing.given and name == "spans")]
    return dict.fromkeys([*(f"rules.{name}" for name in rules), *(f"pairing.{name}" for name in pairing)])


def _without(scenario: Scenario, keys: set[str]) -> Scenario:
    """The scenario without some conditions."""
    assert scenario.pairing is not None
    plain, free = Rules(), Pairing()
    rules = {name: getattr(plain, name) for name in Rules.model_fields if f"rules.{name}" in keys}
    pairing = {name: getattr(free, name) for name in OF_PAIRING if f"pairing.{name}" in keys}
    return scenario.model_copy(update={"rules": scenario.rules.model_copy(update=rules), "pairing": scenario.pairing.model_copy(update=pairing)})


def _has_plan(question: Question, scenario: Scenario, budget: TimeBudget) -> bool | None:
    """Whether there is a plan; None where that is not known in the time."""
    from rezoning.formulation.formulate import formulate
    from rezoning.optimize.explain import decide

    if budget.left() <= 0:
        return None
    try:
        problem = formulate(question.district, scenario)
    except Infeasible:
        return False
    verdict = decide(problem, scenario.solve, min(TRY_SECONDS, budget.left()), budget.stop)
    return True if verdict.plan is not None else False if verdict.is_infeasible else None
