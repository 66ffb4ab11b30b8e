"""One question: does a district have a plan under other rules? The plan, the proof that there is none, or neither in the time given."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import ValidationError

from rezoning.auditing import audit
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import Infeasible, ScenarioError
from rezoning.explaining.relaxing import Edit, applied
from rezoning.explaining.relaxing.edit import plain_scenario
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.optimize.explain import Verdict, decide
from rezoning.scenario.checks import cross_check
from rezoning.scenario.schema import Scenario

UNKNOWN, NO_PLAN = Verdict(None, False), Verdict(None, True)


@dataclass
class TimeBudget:
    """Wall clock of one explanation."""

    seconds: float
    stop: threading.Event | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def used(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    def left(self, share: float = 1.0) -> float:
        """Seconds until a share of the time is over; 0 after it, and when stopped."""
        if self.stop is not None and self.stop.is_set():
            return 0.0
        return max(share * self.seconds - self.used, 0.0)


def edited(scenario: Scenario, edits: Iterable[Edit]) -> Scenario | None:
    """The scenario with edits made; None where a file that says so would be refused."""
    plain = plain_scenario(scenario)
    changed = applied(plain, edits)
    if any(cross_check(changed)) and not any(cross_check(plain)):  # what was built in code may name files that lack something
        return None
    try:
        return Scenario.model_validate(changed)
    except ValidationError:
        return None


def tried(district: District, scenario: Scenario | None, known: Iterable[Plan], budget: TimeBudget, seconds: float) -> Verdict:
    """Whether a plan exists under a scenario, by what is known and then by a solve of so many seconds at most.

    A scenario that is refused leaves no plan: nobody can run it.
    """
    if budget.left() <= 0:
        return UNKNOWN
    try:
        problem = None if scenario is None else formulate(district, scenario)
    except (Infeasible, ScenarioError):  # a goal may need a rule that is gone
        problem = None
    if problem is None or scenario is None:
        return NO_PLAN
    for plan in known:
        if is_plan_of(problem, plan) and audit(plan, district, scenario).passed:
            return Verdict(plan, False)
    verdict = decide(problem, scenario.solve, min(seconds, budget.left()), budget.stop) if budget.left() > 0 else UNKNOWN
    is_sound = verdict.plan is None or audit(verdict.plan, district, scenario).passed
    return verdict if is_sound else UNKNOWN


def is_plan_of(problem: Formulation, plan: Plan) -> bool:
    """Whether an assignment of units is a plan of a formulation, whose nodes may be several units."""
    return is_feasible(problem, problem.pairs.of_units(plan.school))
