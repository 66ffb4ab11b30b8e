"""Relaxations: price the rules in several ways, find the cheapest plan each time, and write down the edits that make it one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from rezoning.district.district import District
from rezoning.district.plan import Plan, today
from rezoning.errors import Infeasible
from rezoning.explaining.explanation import Relaxation
from rezoning.explaining.links import links
from rezoning.explaining.relaxing import Edit, edits_for
from rezoning.explaining.relaxing.knobs import METER, number, turn
from rezoning.explaining.smaller import OneDistrict, made_smaller
from rezoning.explaining.trial import TimeBudget, is_plan_of
from rezoning.formulation.elastic import Elastic, elastic
from rezoning.formulation.ground import anchors_of
from rezoning.optimize.explain import NOTHING, Loosened, price_of, relax
from rezoning.runs.question import Question
from rezoning.scenario.rules import ContiguityRule
from rezoning.scenario.schema import Scenario

MOST = 3  # alternatives that are told
DEAR = 1000.0  # weight of a rule that another is to be relaxed for
TOLL = 0.02  # of all units: what it weighs to give up that zones hang together
LOOK_SHARE = 0.7  # of the time for relaxations: until the simplest are confirmed and made smaller
FIRST_SHARE = 0.5  # of that: the one that weighs all rules alike


@dataclass(frozen=True, eq=False)
class _Ground:
    """What a plan must obey in any case: neighbors, and how zones hang together; with other rules than asked, where that loosens it."""

    district: District
    contiguity: ContiguityRule | None = None
    edits: tuple[Edit, ...] = ()
    toll: float = 0.0
    scenario: Scenario | None = None


@dataclass(eq=False)
class Found:
    """Relaxations so far, all plans that were seen, and what became clear by the way: whether a plan exists without any."""

    relaxations: tuple[Relaxation, ...] = ()
    plans: list[Plan] = field(default_factory=list)
    plan_exists: bool | None = None


def relaxations_of(question: Question, budget: TimeBudget, share: float) -> Found:
    """Up to three relaxations, the one with the fewest rules first, ties by price."""
    candidates: list[Relaxation] = []
    result = Found()
    for ground in _grounds(question):
        if candidates and budget.left(LOOK_SHARE * share) <= 0:
            break
        try:
            priced = elastic(ground.district, ground.scenario or question.scenario, ground.contiguity)
        except Infeasible:
            continue
        for relaxed in _plans(priced, question, budget, LOOK_SHARE * share):
            if relaxed.plan is None:
                continue
            result.plans += [relaxed.plan] if not ground.edits else []
            is_as_asked = ground.contiguity is None and ground.scenario is None and not ground.edits
            if is_as_asked and priced.is_free_within and relaxed.bound is not None and relaxed.bound > NOTHING:
                result.plan_exists = False
            edits = edits_for(relaxed.plan, ground.district, ground.scenario or question.scenario)
            if edits is None:
                continue
            one = Relaxation((*ground.edits, *edits), relaxed.plan, sum(relaxed.by_rule.values()) + ground.toll)
            if not one.edits and question.problem is not None and is_plan_of(question.problem, one.plan):
                return Found(plans=result.plans, plan_exists=True)
            if not one.edits:  # it obeys the rules, and is none for a goal's sake: a trip is measured that nobody knows
                continue
            candidates.append(one)
    result.relaxations = tuple(_told(candidates, question, budget, share))
    return result


def _grounds(question: Question) -> Iterator[_Ground]:
    """As asked; with today's islands; however narrow; with links where units hang together with no school; at last with zones in pieces."""
    district, scenario = question.district, question.scenario
    rule, toll = scenario.rules.contiguity, TOLL * district.num_units
    yield _Ground(district)
    if rule.method == "none":
        return
    is_wide = scenario.rules.shape is not None and bool(scenario.rules.shape.min_width_m)
    if rule.islands == "forbid" and district.has_current and (is_wide or _has_islands(district)):
        yield _Ground(district, rule.model_copy(update={"islands": "keep"}), toll=toll)
    if is_wide:
        yield _however_narrow(district, scenario, toll)
    linked, edits = links(district, scenario)
    if edits:
        yield _Ground(linked, edits=edits, toll=float(len(edits)))
        yield _Ground(district, ContiguityRule(method="none"), toll=2 * toll)


def _however_narrow(district: District, scenario: Scenario, toll: float) -> _Ground:
    """The question without the least width, which is brought back afterwards as far as a plan allows."""
    rules = scenario.rules
    assert rules.shape is not None
    path, now = ("rules", "shape", "min_width_m"), float(rules.shape.min_width_m or 0.0)
    edit = Edit(path, number(now), 0, turn(path, "m", now, ""), now, METER)
    loose = rules.model_copy(update={"shape": rules.shape.model_copy(update={"min_width_m": 0.0})})
    return _Ground(district, edits=(edit,), toll=toll, scenario=scenario.model_copy(update={"rules": loose}))


def _has_islands(district: District) -> bool:
    """Whether a zone of today has a piece without its school."""
    return any(len(pieces) for pieces in anchors_of(district))


def _plans(priced: Elastic, question: Question, budget: TimeBudget, share: float) -> Iterator[Loosened]:
    """Today's zones, which cost nothing to find, then the cheapest plans."""
    now = today(question.district)
    if now is not None:
        yield price_of(priced, now)
    yield from _cheapest(priced, question.scenario, budget, share)


def _cheapest(priced: Elastic, scenario: Scenario, budget: TimeBudget, share: float) -> Iterator[Loosened]:
    """The cheapest plan by all rules alike; then, for the rules that it breaks, with each of them alone for sale, and with each of them not."""
    left = budget.left(share)
    first = relax(priced, {}, scenario.solve, FIRST_SHARE * left, budget.stop)
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
        yield relax(priced, weights, scenario.solve, left / (len(ways) - i), budget.stop)


def _confirmed(one: Relaxation, trials: OneDistrict) -> Relaxation | None:
    """The relaxation, once its plan or another is one to the engines too. The published rule of contiguity, which no audit knows, may have to go."""
    attempts = [one]
    if trials.scenario.rules.contiguity.method == "closer_neighbor":
        words = "give up the closer-neighbor rule (rules.contiguity.method: exact)"
        attempts.append(replace(one, edits=(*one.edits, Edit(("rules", "contiguity", "method"), "closer_neighbor", "exact", words))))
    for attempt in attempts:
        plan = trials.attempt(attempt, attempt.edits).plan
        if plan is not None:
            return replace(attempt, plan=plan)
    return None


def _told(candidates: list[Relaxation], question: Question, budget: TimeBudget, share: float) -> Iterator[Relaxation]:
    """The simplest ones, confirmed and made small: no two edit the same values, none edits all rules of a cheaper one and others besides."""
    told: list[Relaxation] = []
    trials = OneDistrict(question.district, question.scenario, budget)
    for one in sorted(candidates, key=lambda found: (len(found.rules), found.price, len(found.edits))):
        if len(told) == MOST:
            break
        if any(_makes_idle(other, one) for other in told):
            continue
        confirmed = _confirmed(one, trials)
        if confirmed is None:
            continue
        small = made_smaller(confirmed, trials, share)
        if not any(_makes_idle(other, small) for other in told):
            told.append(small)
    yield from sorted(told, key=lambda one: (len(one.rules), one.price, len(one.edits)))


def _makes_idle(told: Relaxation, one: Relaxation) -> bool:
    """Whether a relaxation says nothing new beside one that was told: it edits the same values, or those and others, or more dearly."""
    its = {edit.path: edit for edit in one.edits}
    is_same = its.keys() == {edit.path for edit in told.edits}
    goes_as_far = all(edit.path in its and _is_as_loose(its[edit.path], edit) for edit in told.edits)
    return is_same or goes_as_far or (told.rules <= one.rules and told.price <= one.price)


def _is_as_loose(one: Edit, other: Edit) -> bool:
    """Whether an edit goes at least as far as another of the same value."""
    if one.now is None or other.now is None or one.new is None or other.new is None:
        return bool(one.new == other.new)
    return abs(float(one.new) - one.now) >= abs(float(other.new) - other.now)
