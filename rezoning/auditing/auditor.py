"""The audit itself; `CHECKS` is its table of contents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rezoning.auditing import access, budgets, burden, capacity, contiguity, membership, shape, shares, statement, staying, together, travel
from rezoning.auditing.case import AuditCase
from rezoning.auditing.custom import check_custom
from rezoning.auditing.violation import Audit, Violation
from rezoning.district.custom import Custom
from rezoning.district.district import District, Ints
from rezoning.district.plan import Plan
from rezoning.district.questions import problems
from rezoning.errors import ScenarioError
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Goal, Rules, Scenario
from rezoning.scenario.standard import Standard

CHECKS: tuple[Callable[[AuditCase], Iterator[Violation]], ...] = (
    membership.check_assignment,
    *capacity.CHECKS,
    *travel.CHECKS,
    *contiguity.CHECKS,
    *staying.CHECKS,
    *membership.CHECKS,
    *access.CHECKS,
    *together.CHECKS,
    *shape.CHECKS,
    *budgets.CHECKS,
    *shares.CHECKS,
    *burden.CHECKS,
    *statement.CHECKS,
)


def audit(
    plan: Plan,
    district: District,
    rules: Rules | Scenario,
    goals: tuple[Goal, ...] = (),
    standard: Standard | None = None,
    *,
    custom: Sequence[Custom] = (),
) -> Audit:
    """Check every rule on a plan.

    Parameters
    ----------
    rules
        The rules, or a scenario: then its goals and thresholds are read with its rules.
    goals
        Beside rules alone: where one measures trips, nobody may have one that is unknown.
    standard
        Beside rules alone: the thresholds of the findings in `rules.statement`; not needed without them.
    custom
        Rules of your own, each by its check; goals among them are not looked at.

    Tolerances are 1e-6 students, 1e-6 minutes or km and 1e-9 shares. Zones under `closer_neighbor` are checked for exact contiguity too.

    Raises
    ------
    ScenarioError
        The rules name units, schools, groups or columns that the district does not have, or need data that it does not have; or a check of your own
        fails.
    ValueError
        There are findings in `rules.statement` and no standard.
    """
    found = _audit(_case(district, plan.school, rules, goals, standard))
    own = tuple(check_custom(custom, plan, district))
    return Audit(found.passed and not own, (*found.violations, *own))


def audit_today(district: District, rules: Rules | Scenario, goals: tuple[Goal, ...] = (), standard: Standard | None = None) -> Audit | None:
    """What today's zones already violate; None without today's zones.

    Units that are new or whose school of today is closed break ``assignment``; the other rules are checked on the rest. Nobody is reassigned
    by today's zones, so that rules about change hold.
    """
    return None if district.current is None else _audit(_case(district, district.current, rules, goals, standard, is_today=True))


def _case(
    district: District, given: Ints, rules: Rules | Scenario, goals: tuple[Goal, ...], standard: Standard | None, *, is_today: bool = False
) -> AuditCase:
    if isinstance(rules, Scenario):
        check_one_level(rules, "audit", "Audit the plans of all: rezoning.auditing.feeders.audit_levels.")
        return AuditCase(district, rules.rules, given, rules.goals, Standard.of(rules), is_today)
    return AuditCase(district, rules, given, goals, standard, is_today)


def _audit(case: AuditCase) -> Audit:
    if case.given.shape != (case.district.num_units,):
        raise ValueError(f"a plan of {case.given.size:,} units for a district of {case.district.num_units:,}")
    if case.rules.statement and case.standard is None:
        raise ValueError("findings that are rules need their thresholds: give the scenario in place of its rules")
    found = list(problems(case.district, case.rules, case.goals))
    if found:
        raise ScenarioError(found)
    violations = tuple(violation for check in CHECKS for violation in check(case))
    return Audit(not violations, violations)
