"""Steps of a run with several levels of schools: one question is compiled of all, and what is found is judged level by level and between them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rezoning.errors import Infeasible, Problem, RezoningError, ScenarioError
from rezoning.optimize.result import GoalResult, OnPlan, Result
from rezoning.runs.question import FeederFindings, Findings, Measures, Question
from rezoning.scenario.levels import each_level, goals_of
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.auditing import Audit, Violation
    from rezoning.district.custom import Custom
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.formulation.formulation import Formulation

Disagreements = Callable[[Sequence[float], Result, Scenario], Iterable["Violation"]]


def ask(scenario: Scenario, district: District, custom: Sequence[Custom] = ()) -> Question:
    """Compile the question of all levels together; `district` has those of the levels."""
    from rezoning.auditing import audit_today
    from rezoning.auditing.feeders import audit_levels_today
    from rezoning.formulation.arithmetic import possibilities
    from rezoning.formulation.stacked import Asked, stack

    _check(scenario, district, custom)
    own = each_level(scenario)
    problem: Formulation | None = None
    problems: tuple[Problem, ...] = ()
    try:
        problem = stack({name: Asked(district.levels[name], one) for name, one in own.items()}, scenario)
    except ScenarioError as error:
        raise ScenarioError(_of_all(error, own, district)) from None
    except Infeasible as finding:
        problems = _of_all(finding, own, district)
    levels = {
        name: Question(one, district.levels[name], None, (), audit_today(district.levels[name], one), possibilities(district.levels[name], one))
        for name, one in own.items()
    }
    said = tuple(f"{name}: {sentence}" for name, one in levels.items() for sentence in one.possibilities)
    return Question(scenario, district, problem, problems, audit_levels_today(district.levels, scenario), said, levels=levels)


def _check(scenario: Scenario, district: District, custom: Sequence[Custom]) -> None:
    """What no level can be asked about alone."""
    found = []
    if custom:
        message = "rules and goals of your own are of one plan, and this scenario has several levels."
        found.append(Problem("custom", message, "Ask about one level: rezoning.scenario.levels.of_level."))
    units = {one.travel_unit for one in district.levels.values() if one.travel is not None}
    for position, goal in enumerate(scenario.goals):
        if goal.level is None and goal.minimize in ("travel", "added_travel", "long_rides") and len(units) > 1:
            message = f"{goal.minimize} is over the students of all levels, and trips are in {' and '.join(sorted(units))}."
            found.append(Problem(scenario.place("goals", position), message, "Measure all trips alike, or add level."))
    if found:
        raise ScenarioError(found)


def _of_all(error: RezoningError, own: dict[str, Scenario], district: District) -> tuple[Problem, ...]:
    """What is wrong at every level, and not only at the one where compiling ended; each sentence says whose."""
    from rezoning.formulation.formulate import formulate

    found: list[Problem] = []
    for name, one in own.items():
        try:
            formulate(district.levels[name], one)
        except (ScenarioError, Infeasible) as wrong:
            if isinstance(wrong, type(error)):
                found += [replace(problem, message=f"{name}: {problem.message}") for problem in wrong.problems]
    return tuple(found) or tuple(error.problems)


def plans_of(question: Question, plan: Plan) -> dict[str, Plan]:
    """The plan of each level out of the plan of all."""
    from rezoning.formulation.stacked import split

    assert question.problem is not None
    return split(question.problem, plan)


def audited(question: Question, on_plan: OnPlan) -> OnPlan:
    """Whom to tell of plans, told only of those that the auditor passes at every level and between them."""
    from rezoning.auditing.feeders import audit_levels

    @functools.wraps(on_plan)  # who reads that it raised something looks for its own name
    def hear(plan: Plan, values: tuple[float, ...]) -> None:
        if audit_levels(plans_of(question, plan), question.district.levels, question.scenario).passed:
            on_plan(plan, values)

    return hear


def witness(findings: Findings, disagreements: Disagreements) -> Findings:
    """Check the plan of every level and what is between them, and recompute every goal, those over all levels together too."""
    from rezoning.auditing import Audit, audit
    from rezoning.auditing.feeders import audit_feeders, audit_feeders_today, together
    from rezoning.metrics.levels import known_values

    question, result, plan = findings.question, findings.result, findings.plan
    assert result is not None
    assert plan is not None
    districts, plans = question.district.levels, plans_of(question, plan)
    own = {name: audit(plans[name], districts[name], one.scenario) for name, one in question.levels.items()}
    between = audit_feeders({name: one.school for name, one in plans.items()}, districts, question.scenario)
    values = known_values(question.scenario, plans, districts)
    apart = tuple(disagreements(values, result, question.scenario))
    found = together(own, between)
    levels = {name: _of_level(name, findings, plans[name], own[name]) for name in question.levels}
    whole = Audit(found.passed and not apart, (*found.violations, *apart))
    feeders = FeederFindings({}, between, audit_feeders_today(districts, question.scenario))
    return replace(findings, values=values, audit=whole, levels=levels, feeders=feeders)


def _of_level(name: str, findings: Findings, plan: Plan, audit: Audit) -> Findings:
    """What was found of a level: its plan, and its own value of every goal that looks at it. Bounds of goals over all levels are none of one."""
    from rezoning.metrics.goals import goal_value

    question, result = findings.question.levels[name], findings.result
    assert result is not None
    at = goals_of(findings.question.scenario, name)
    values = [goal_value(goal, plan, question.district, question.scenario.rules) for goal in question.scenario.goals]
    goals = tuple(
        replace(result.goals[k], value=value) if goal.level == name else GoalResult(goal.minimize, goal.group, value, None, None, goal=goal)
        for k, goal, value in zip(at if result.goals else (), question.scenario.goals, values, strict=bool(result.goals))
    )
    ended = tuple(result.ended[k] for k in at) if len(result.ended) == len(findings.question.scenario.goals) else result.ended
    own = replace(result, plan=plan, goals=goals, objective=None, ended=ended, trace=(), untidied=None)
    return Findings(question, own, values, audit)


def measured(findings: Findings) -> Findings:
    """Every measure of each level's plan, and of what is between them."""
    from rezoning.metrics.levels import measure_levels

    question, plan = findings.question, findings.plan
    assert plan is not None
    assert findings.feeders is not None
    metrics, schools = measure_levels(question.scenario, plans_of(question, plan), question.district.levels)
    levels = {name: replace(one, measures=Measures(metrics["levels"][name], schools[name])) for name, one in findings.levels.items()}
    return replace(findings, measures=Measures(metrics, []), levels=levels, feeders=replace(findings.feeders, measures=metrics["feeders"]))
