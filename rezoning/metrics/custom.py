"""Natural values of goals of a program's own, by the function that came with each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rezoning.district.custom import Custom, asked_of, goals_in, refusal
from rezoning.district.district import District
from rezoning.district.plan import Plan


def custom_value(name: str, custom: Sequence[Custom], plan: Plan, district: District) -> float:
    """Value of the goal of a name in a plan.

    Raises
    ------
    ScenarioError
        Its function fails, or gives no number.
    """
    goal = next(one for one in goals_in(custom) if one.name == name)
    found = asked_of(goal, "value", goal.value, plan, district)
    try:
        value = float(found)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise refusal(goal, f"its function value gives {found!r}.", "Give a finite number for every plan.")
    return value
