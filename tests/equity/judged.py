"""A plan of four units in a row, ready to be judged; tests change one thing at a time."""

from typing import Any

import numpy as np
from drawn import picture, scenario

from rezoning.auditing import audit, audit_today
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.equity import EquityCase, Finding, judge
from rezoning.metrics.measure import measure, measure_nearest, measure_today
from rezoning.scenario.schema import Scenario

TODAY = [0, 0, 1, 1]
SWAP = [0, 1, 0, 1]  # the two in the middle change places: poor children of A go to B, others of B to A
ONE = [0, 0, 0, 1]  # the third goes to A

GIVEN = {
    "students": [100.0] * 4,
    "groups": {"poor": np.array([90.0, 70, 30, 10])},
    "capacity": np.array([200.0, 200]),
    "travel": np.array([[1.0, 7], [3, 5], [5, 3], [7, 1]]),
}
APART = {"contiguity": {"method": "none"}}


def judged(
    plan: list[int], rules: dict[str, Any] | None = None, settings: dict[str, Any] | None = None, least: int = 10, **changes: Any
) -> EquityCase:
    """``AabB``, 100 students each, 90, 70, 30 and 10 of them poor; 200 seats each; 2 minutes from unit to unit.

    Today D = |160 / 200 - 40 / 200| = 0.6, and so it is with the nearest schools; SWAP has 120 and 80, D = 0.2.
    """
    district = picture("AabB", **(GIVEN | changes))
    asked = scenario(APART if rules is None else rules)
    report = asked.report.model_copy(update={"min_cell": least, "statement": asked.report.statement.model_copy(update=settings or {})})
    asked = asked.model_copy(update={"report": report})
    return case_with(plan, district, asked)


def case_with(plan: Any, district: District, asked: Scenario) -> EquityCase:
    """What is judged of a plan."""
    choice = Plan(plan)
    metrics = {
        "today": measure_today(district, asked),
        "plan": measure(choice, district, asked),
        "nearest": measure_nearest(district, asked),
    }
    return EquityCase(asked, district, choice, metrics, audit(choice, district, asked.rules), audit_today(district, asked.rules))


def found(case: EquityCase, number: int) -> Finding:
    """One finding."""
    return judge(case).finding(number)
