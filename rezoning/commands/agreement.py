"""Whether the two functions of rules and goals that a program brought along say the same of today's zones: found out before any solve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rezoning.errors import Problem, Problems, ScenarioError
from rezoning.runs.question import AGREEMENT

if TYPE_CHECKING:
    from rezoning.district.custom import Custom
    from rezoning.district.district import District
    from rezoning.scenario.schema import Scenario

CURE = "Mend one of the two; they are asked about any plan, whether or not it obeys other rules."


def agree_about_today(scenario: Scenario, district: District, custom: Sequence[Custom]) -> None:
    """Hold what each rule's rows and each goal's terms say of today's zones against its check or value; nothing where today's zones are no plan.

    Parameters
    ----------
    scenario
        With the goals among its own.

    Raises
    ------
    ScenarioError
        They differ, or a function fails.
    """
    from rezoning.auditing.custom import check_custom
    from rezoning.district.custom import rules_in
    from rezoning.district.plan import today
    from rezoning.formulation.custom import read_custom, value_in
    from rezoning.metrics.custom import custom_value

    now = today(district)
    if now is None:
        return
    own, problems = read_custom(custom, district), Problems()
    broken = {one.rule for one in check_custom(custom, now, district)}
    torn = {row.name.rule for row in own.limits if not row.holds(now.school)}
    for rule in rules_in(custom):
        if (rule.name in broken) != (rule.name in torn):
            said = "its check says that today's zones break it, its rows that they do not."
            other = "its rows say that today's zones break it, its check that they do not."
            problems.extend([Problem(f"rule {rule.name}", said if rule.name in broken else other, CURE)])
    for goal in scenario.goals:
        if goal.is_own:
            value, terms = custom_value(goal.minimize, custom, now, district), value_in(goal, own, now.school, district)
            if not abs(value - terms) <= AGREEMENT * max(1.0, abs(value)):
                message = f"its terms say that today's zones have {terms:.9g}, its value that they have {value:.9g}."
                problems.extend([Problem(f"goal {goal.minimize}", message, CURE)])
    problems.raise_as(ScenarioError)
