"""The table of contents of an explanation: does a plan exist, what would let one exist, which rules conflict."""

from __future__ import annotations

import threading
from typing import Any

from rezoning.explaining.conflict import conflict_of
from rezoning.explaining.explanation import Explanation
from rezoning.explaining.leveled import explain_levels
from rezoning.explaining.pairing import explain_pairing
from rezoning.explaining.relaxations import relaxations_of
from rezoning.explaining.trial import TimeBudget
from rezoning.optimize.explain import prepare
from rezoning.runs.question import Question

SECONDS = 40.0
PRICE_SECONDS = 5.0  # for prices, at least
LOOK_SHARE, RELAX_SHARE, PROVE_SHARE = 0.3, 0.7, 0.9  # of the time: until a plan is looked for; until relaxations are; until a proof is, if need be


def explain(question: Question, seconds: float = SECONDS, stop: threading.Event | None = None, *, with_prices: bool = False) -> Explanation:
    """Say whether the rules leave a plan and, where they do not, what would.

    A plan or a proof is looked for first; where neither comes soon, once more when relaxations are known, with most of the time that is left.

    Parameters
    ----------
    question
        What was asked, with the problems that arithmetic or a solve has found: where there are any, no plan exists.
    seconds
        About how long it may take; small districts take less.
    stop
        When set, the explanation ends with what it has.
    with_prices
        Where a plan exists: say what each rule, and each finding that is one, costs the first goal.
    """
    prepare()
    budget = TimeBudget(seconds, stop)
    if question.levels:
        return explain_levels(question, budget, explain)
    if question.scenario.pairing is not None:
        return explain_pairing(question, budget)
    plan_exists = False if question.problems else _looked_for(question, budget, LOOK_SHARE)
    if plan_exists:
        return Explanation(question, True, prices=_priced(question, budget) if with_prices else None, seconds=budget.used)
    found = relaxations_of(question, budget, RELAX_SHARE)
    plan_exists = found.plan_exists if plan_exists is None else plan_exists
    if plan_exists is None:
        plan_exists = _looked_for(question, budget, PROVE_SHARE)
    if plan_exists:
        return Explanation(question, True, prices=_priced(question, budget) if with_prices else None, seconds=budget.used)
    conflict = conflict_of(question, found.plans, [one.rules for one in found.relaxations], budget) if plan_exists is False else None
    return Explanation(question, plan_exists, question.problems, found.relaxations, conflict, budget.used)


def _looked_for(question: Question, budget: TimeBudget, share: float) -> bool | None:
    """Whether a plan exists: one is found (today's zones may be one), or it is proven that there is none; None for neither."""
    from rezoning.auditing import audit
    from rezoning.optimize.explain import decide

    if question.problem is None:
        return False
    if budget.left(share) <= 0:
        return None
    scenario = question.scenario
    verdict = decide(question.problem, scenario.solve, budget.left(share), budget.stop)
    if verdict.plan is not None and audit(verdict.plan, question.district, scenario).passed:
        return True
    return False if verdict.is_infeasible else None


def _priced(question: Question, budget: TimeBudget) -> dict[str, Any] | None:
    """What the rules cost the first goal, as a frontier's document has it; with what is left of the time, and a little where nothing is."""
    from rezoning.optimize.asking import prices

    problem, district, scenario = question.problem, question.district, question.scenario
    if problem is None:
        return None
    found = prices(problem, problem.terms[0], district, scenario, max(budget.left(), PRICE_SECONDS), budget.stop or threading.Event())
    goal = scenario.goals[0].model_dump(exclude_none=True, exclude={"give_up", "weight"})
    return {"goals": [goal], "travel_unit": district.travel_unit, **found}
