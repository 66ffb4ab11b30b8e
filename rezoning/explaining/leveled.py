"""Why several levels of schools leave no plan together: each level is asked alone first, then which rules between them are too much."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from rezoning.auditing.feeders import audit_levels
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible
from rezoning.explaining.explanation import Conflict, Explanation, Relaxation
from rezoning.explaining.relaxing import Edit, applied
from rezoning.explaining.relaxing.edit import found, plain_scenario
from rezoning.explaining.relaxing.feeders import feeders
from rezoning.explaining.smaller import made_smaller, seconds_for_one
from rezoning.explaining.trial import NO_PLAN, UNKNOWN, TimeBudget, edited
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.formulation.stacked import Asked, split, stack
from rezoning.optimize.explain import Verdict, decide
from rezoning.runs.question import Question
from rezoning.scenario.schema import Goal, Scenario

LOOK_SHARE, ALONE_SHARE = 0.3, 0.75  # of the time: until a plan of all levels is looked for; until each level is asked alone
ExplainOne = Callable[[Question, float, threading.Event | None], Explanation]


def explain_levels(question: Question, budget: TimeBudget, one_level: ExplainOne) -> Explanation:
    """Say whether the rules of all levels and between them leave a plan and, where they do not, what would.

    Parameters
    ----------
    one_level
        Explains an ordinary question of one level in so many seconds.
    """
    exists = False if question.problems else _exists(question, budget, LOOK_SHARE)
    if exists:
        return Explanation(question, True, seconds=budget.used)
    alone = _each_alone(question, budget, one_level)
    stuck = {name: one for name, one in alone.items() if one.plan_exists is False}
    if stuck:
        return _of_levels(question, stuck, budget)
    if exists is None:
        exists = _exists(question, budget, 1.0)
    if exists is not False or any(one.plan_exists is None for one in alone.values()):
        return Explanation(question, exists, question.problems, seconds=budget.used)
    relaxations, conflict = _between(question, budget)
    return Explanation(question, False, question.problems, relaxations, conflict, budget.used)


def _exists(question: Question, budget: TimeBudget, share: float) -> bool | None:
    verdict = _tried(question, question.scenario, budget, budget.left(share))
    return True if verdict.plan is not None else False if verdict.is_infeasible else None


def _tried(question: Question, scenario: Scenario, budget: TimeBudget, seconds: float) -> Verdict:
    """Whether all levels have a plan under other rules between them; what is found passes the audit, or is nothing."""
    districts = question.district.levels
    try:
        problem = _stacked(question, scenario)
    except Infeasible:
        return NO_PLAN
    if seconds <= 0:
        return UNKNOWN
    verdict = decide(problem, scenario.solve, seconds, budget.stop)
    if verdict.plan is None or audit_levels(split(problem, verdict.plan), districts, scenario).passed:
        return verdict
    return UNKNOWN


def _stacked(question: Question, scenario: Scenario) -> Formulation:
    """All levels as one, under other rules between them."""
    return stack({name: Asked(question.district.levels[name], one.scenario) for name, one in question.levels.items()}, scenario)


# -- each level alone --------------------------------------------------------------------------------------------------


def _each_alone(question: Question, budget: TimeBudget, one_level: ExplainOne) -> dict[str, Explanation]:
    """Whether each level has a plan by itself, and why not."""
    explained = {}
    for k, (name, own) in enumerate(question.levels.items()):
        seconds = max(budget.left(ALONE_SHARE) / (len(question.levels) - k), 1.0)
        explained[name] = one_level(_alone(own), seconds, budget.stop)
    return explained


def _alone(question: Question) -> Question:
    """A level's question as one that any file could ask: its goals name no level, and there is one."""
    goals = tuple(goal.model_copy(update={"level": None}) for goal in question.scenario.goals) or (Goal(minimize="cut_edges"),)
    scenario = question.scenario.model_copy(update={"goals": goals})
    try:
        return replace(question, scenario=scenario, problem=formulate(question.district, scenario))
    except Infeasible as finding:
        return replace(question, scenario=scenario, problems=finding.problems)


def _of_levels(question: Question, stuck: dict[str, Explanation], budget: TimeBudget) -> Explanation:
    """What is said of the levels that have no plan by themselves: of each its rules, by the keys that a file has for them."""
    problems = tuple(replace(one, message=f"{name}: {one.message}") for name, level in stuck.items() for one in level.problems)
    ways = [_joined(ways) for ways in zip(*(_ways(name, level, question) for name, level in stuck.items()), strict=False)]
    conflicts = [(name, level.conflict) for name, level in stuck.items() if level.conflict is not None]
    name, first = conflicts[0] if conflicts else ("", None)
    conflict = first and Conflict(
        tuple(_key(key, name, question) for key in first.rules), first.is_minimal, tuple(_key(key, name, question) for key in first.not_enough)
    )
    return Explanation(question, False, problems or question.problems, tuple(ways), conflict, budget.used)


def _ways(name: str, level: Explanation, question: Question) -> Iterator[Relaxation]:
    """Relaxations of a level as edits of the whole scenario."""
    for way in level.relaxations:
        yield replace(way, edits=tuple(_of_level(way.edits, name, question.scenario)))


def _of_level(edits: tuple[Edit, ...], name: str, scenario: Scenario) -> Iterator[Edit]:
    """A level's key of a rule replaces all of the shared one, so the edits of one rule are one edit of all of it; data are of all levels."""
    by_rule: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.path[0] == "rules":
            by_rule.setdefault(str(edit.path[1]), []).append(edit)
        else:
            yield edit
    whole = plain_scenario(scenario)
    for rule, several in by_rule.items():
        path = ("levels", name, "rules", rule)
        old, shared = found(whole, path), found(whole, ("rules", rule))
        base = shared if old is None else old
        changed = applied({"rules": {} if base is None else {rule: base}}, several)
        yield Edit(path, old, found(changed, ("rules", rule)), f"{name}: {' and '.join(edit.words for edit in several)}")


def _joined(ways: tuple[Relaxation, ...]) -> Relaxation:
    """One relaxation of each level that needs one, made together."""
    if len(ways) == 1:
        return ways[0]
    edits: list[Edit] = []
    for edit in (edit for way in ways for edit in way.edits):  # an edit of data is one of all levels; values of edits have no hash
        if edit not in edits:
            edits.append(edit)
    return Relaxation(tuple(edits), ways[0].plan, sum(way.price for way in ways), all(way.is_minimal for way in ways))


def _key(key: str, name: str, question: Question) -> str:
    """A rule's key as the file has it: the level's own, or that of all levels with the level's name."""
    rule = key.split(".")[1].split("[", maxsplit=1)[0].split(" ", maxsplit=1)[0] if key.startswith("rules.") else ""
    if rule in question.scenario.levels[name].rules.model_fields_set:
        return f"levels.{name}.{key}"
    return f"{key} (at {name})"


# -- between levels ----------------------------------------------------------------------------------------------------


def _between(question: Question, budget: TimeBudget) -> tuple[tuple[Relaxation, ...], Conflict | None]:
    """For each rule of feeders without which there is a plan how far it has to give way, and a set of them that conflicts with the levels' own."""
    rules = list(question.scenario.rules.feeders)
    left, is_sure = list(range(len(rules))), True
    for k in range(len(rules)):
        rest = [other for other in left if other != k]
        verdict = _without(question, rest, budget)
        left = rest if verdict.is_infeasible else left
        is_sure &= verdict.is_infeasible or verdict.plan is not None
    ways, trials = [], _Between(question, budget)
    for k in left:
        plan = _without(question, [other for other in range(len(rules)) if other != k], budget).plan
        edits = () if plan is None else trials.edits_for(plan)
        if plan is not None and edits:
            ways.append(made_smaller(Relaxation(edits, plan, 1.0), trials, 1.0))
    return tuple(ways), Conflict(tuple(f"rules.feeders[{k}]" for k in left), is_sure) if left else None


@dataclass(frozen=True, eq=False)
class _Between:
    """Trials of the rules between levels."""

    question: Question
    budget: TimeBudget

    def attempt(self, one: Relaxation, edits: tuple[Edit, ...]) -> Verdict:
        """By the plan that is known, then by a solve; a scenario that is refused leaves no plan."""
        scenario = edited(self.question.scenario, edits)
        if scenario is None:
            return NO_PLAN
        if audit_levels(split(self._problem, one.plan), self.question.district.levels, scenario).passed:
            return Verdict(one.plan, False)
        return _tried(self.question, scenario, self.budget, min(self.budget.left(), seconds_for_one(self.budget)))

    def needed(self, _one: Relaxation, plan: Plan) -> tuple[Edit, ...]:
        """As of any plan."""
        return self.edits_for(plan)

    def edits_for(self, plan: Plan) -> tuple[Edit, ...]:
        """The smallest edits of the rules between levels under which a plan of all levels obeys them."""
        question = self.question
        return feeders(plan, split(self._problem, plan), question.district, question.scenario)

    @cached_property
    def _problem(self) -> Formulation:
        """Which units and schools of a plan are of which level."""
        question = self.question
        return _stacked(question, _with_rules(question.scenario, [])) if question.problem is None else question.problem


def _without(question: Question, kept: list[int], budget: TimeBudget) -> Verdict:
    """Whether there is a plan under some of the rules between levels."""
    return _tried(question, _with_rules(question.scenario, kept), budget, max(budget.left() / 2, 1.0))


def _with_rules(scenario: Scenario, kept: list[int]) -> Scenario:
    """The scenario with some of its rules between levels."""
    feeders = tuple(scenario.rules.feeders[k] for k in kept)
    return scenario.model_copy(update={"rules": scenario.rules.model_copy(update={"feeders": feeders})})
