"""Relaxations: price the rules in several ways, find the cheapest plan each time, and write down the edits that make it one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from rezoning.auditing import audit
from rezoning.district.district import District
from rezoning.errors import Infeasible
from rezoning.explaining.explanation import Relaxation
from rezoning.explaining.links import links
from rezoning.findings import Question
from rezoning.formulation.elastic import Elastic, elastic
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.explain import NOTHING, Relaxed, decide, relax
from rezoning.optimize.feasible import is_feasible
from rezoning.plan import Plan
from rezoning.relaxing import Edit, applied, edits_for
from rezoning.relaxing.edit import plain_scenario
from rezoning.scenario.rules import ContiguityRule
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.explaining.explain import Budget

MOST = 3  # alternatives that are told
DEAR = 1000.0  # weight of a rule that another is to be relaxed for
TOLL = 0.02  # of all units: what it weighs to give up that zones hang together
TRY_SECONDS = 2.0  # to find a plan without one of the edits
FIRST_SHARE = 0.5  # of the time for relaxations: the one that weighs all rules alike


@dataclass(frozen=True, eq=False)
class _Ground:
    """What a plan must obey in any case: neighbors, and how zones hang together."""

    district: District
    contiguity: ContiguityRule | None = None
    edits: tuple[Edit, ...] = ()
    toll: float = 0.0


@dataclass(eq=False)
class Found:
    """Relaxations so far, all plans that were seen, and what became clear by the way: whether a plan exists without any."""

    relaxations: tuple[Relaxation, ...] = ()
    plans: list[Plan] = field(default_factory=list)
    plan_exists: bool | None = None


def relaxations_of(question: Question, budget: Budget, share: float) -> Found:
    """Up to three relaxations, the one with the fewest rules first, ties by price."""
    found: list[Relaxation] = []
    result = Found()
    for ground in _grounds(question):
        try:
            priced = elastic(ground.district, question.scenario, ground.contiguity)
        except Infeasible:
            continue
        for relaxed in _cheapest(priced, question.scenario, budget, share):
            if relaxed.plan is None:
                continue
            is_asked = not ground.edits and ground.contiguity is None
            result.plans += [relaxed.plan] if not ground.edits else []
            if is_asked and relaxed.bound is not None and relaxed.bound > NOTHING:
                result.plan_exists = False
            one = _relaxation(relaxed, ground, question.scenario, budget, share)
            if one is not None and not one.edits:
                return Found(plans=result.plans, plan_exists=True)
            found += [] if one is None else [one]
        if found and budget.left(share) <= 0:
            break
    result.relaxations = _told(found)
    return result


def _grounds(question: Question) -> Iterator[_Ground]:
    """As asked; with today's islands; with links where units hang together with no school; at last with zones in pieces."""
    district, scenario = question.district, question.scenario
    rule, toll = scenario.rules.contiguity, TOLL * district.num_units
    yield _Ground(district)
    if rule.method == "none":
        return
    if rule.islands == "forbid" and district.has_current:
        yield _Ground(district, rule.model_copy(update={"islands": "keep"}), toll=toll)
    linked, edits = links(district, scenario)
    if edits:
        yield _Ground(linked, edits=edits, toll=float(len(edits)))
        yield _Ground(district, ContiguityRule(method="none"), toll=2 * toll)


def _cheapest(priced: Elastic, scenario: Scenario, budget: Budget, share: float) -> Iterator[Relaxed]:
    """The cheapest plan by all rules alike; then, for the rules that it breaks, with each of them alone for sale, and with each of them not."""
    left = budget.left(share)
    first = relax(priced, {}, scenario.solve, max(FIRST_SHARE * left, 1.0), budget.stop)
    yield first
    broken = [rule for rule, price in sorted(first.by_rule.items(), key=lambda item: -item[1]) if price > NOTHING]
    ways: list[Mapping[str, float]] = []
    if len(broken) > 1:
        ways += [{rule: DEAR for rule in priced.rules if rule != alone} for alone in broken[:3]]
    ways += [{rule: DEAR} for rule in broken[:3]]
    for i, weights in enumerate(ways):
        left = budget.left(share)
        if left <= 0:
            return
        yield relax(priced, weights, scenario.solve, max(left / (len(ways) - i), 0.5), budget.stop)


def _relaxation(relaxed: Relaxed, ground: _Ground, scenario: Scenario, budget: Budget, share: float) -> Relaxation | None:
    """The edits that make a plan one, without those that are not needed; None where no edits do."""
    assert relaxed.plan is not None
    edits = edits_for(relaxed.plan, ground.district, scenario)
    if edits is None:
        return None
    price = sum(relaxed.by_rule.values()) + ground.toll
    one = Relaxation((*ground.edits, *edits), relaxed.plan, price)
    if not one.edits:
        return one
    confirmed = _confirmed(one, ground, scenario, budget)
    return None if confirmed is None else _without_needless(confirmed, ground, scenario, budget, share)


def edited(scenario: Scenario, edits: tuple[Edit, ...]) -> Scenario | None:
    """The scenario with edits made; None where its values would not fit together."""
    try:
        return Scenario.model_validate(applied(plain_scenario(scenario), edits))
    except ValidationError:
        return None


def _confirmed(one: Relaxation, ground: _Ground, scenario: Scenario, budget: Budget) -> Relaxation | None:
    """The relaxation, once its plan or another is one to the engines too. The published rule of contiguity, which no audit knows, may have to go."""
    attempts = [one]
    if scenario.rules.contiguity.method == "closer_neighbor":
        words = "give up the closer-neighbor rule (rules.contiguity.method: exact)"
        attempts.append(replace(one, edits=(*one.edits, Edit(("rules", "contiguity", "method"), "closer_neighbor", "exact", words))))
    for attempt in attempts:
        plan = _plan_under(attempt, ground, scenario, budget)
        if plan is not None:
            return replace(attempt, plan=plan)
    return None


def _plan_under(one: Relaxation, ground: _Ground, scenario: Scenario, budget: Budget) -> Plan | None:
    changed = edited(scenario, one.edits)
    if changed is None:
        return None
    try:
        problem = formulate(ground.district, changed)
    except Infeasible:
        return None
    if _is_plan_of(problem, one.plan):
        return one.plan
    other = decide(problem, scenario.solve, TRY_SECONDS, budget.stop).plan
    return other if other is not None and audit(other, ground.district, changed.rules).passed else None


def _is_plan_of(problem: Formulation, plan: Plan) -> bool:
    """Whether an assignment of units is a plan of a formulation, whose nodes may be several units."""
    school_of_node = problem.start.copy()
    school_of_node[problem.pairs.node_of_unit] = plan.school
    return is_feasible(problem, school_of_node)


def _without_needless(one: Relaxation, ground: _Ground, scenario: Scenario, budget: Budget, share: float) -> Relaxation:
    """Take back, one after the other, every edit without which a plan is found soon."""
    for edit in one.edits:
        if len(one.edits) <= len(ground.edits) + 1 and not ground.edits:
            break
        if budget.left(share) <= TRY_SECONDS or edit in ground.edits:
            continue
        fewer = replace(one, edits=tuple(other for other in one.edits if other is not edit))
        plan = _plan_under(fewer, ground, scenario, budget)
        if plan is not None:
            one = replace(fewer, plan=plan)
    return one


def _told(found: list[Relaxation]) -> tuple[Relaxation, ...]:
    """The simplest ones: no two that edit the same values, none that edits all rules of a cheaper one and others besides."""
    ordered = sorted(found, key=lambda one: (len(one.rules), one.price, len(one.edits)))
    told: list[Relaxation] = []
    for one in ordered:
        places = {edit.path for edit in one.edits}
        is_same = any(places == {edit.path for edit in other.edits} for other in told)
        is_more = any(other.rules <= one.rules and other.price <= one.price for other in told)
        if not is_same and not is_more:
            told.append(one)
    return tuple(told[:MOST])
