"""The audit itself; `CHECKS` is its table of contents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rezoning.auditing.access import check_nearest, check_no_crossing, check_walk
from rezoning.auditing.budgets import check_reassigned
from rezoning.auditing.burden import check_burden, check_flow_balance
from rezoning.auditing.capacity import check_capacity
from rezoning.auditing.case import AuditCase
from rezoning.auditing.contiguity import check_contiguity, check_school_in_own_zone
from rezoning.auditing.membership import check_assign, check_assignment, check_forbid
from rezoning.auditing.problems import problems
from rezoning.auditing.shares import check_bands, check_isolation
from rezoning.auditing.staying import check_locked_schools, check_locked_units, check_not_again, check_protected
from rezoning.auditing.together import check_keep_together, check_unity
from rezoning.auditing.travel import check_modes, check_travel
from rezoning.auditing.violation import Audit, Violation
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import ScenarioError
from rezoning.scenario.schema import Goal, Rules

CHECKS: tuple[Callable[[AuditCase], Iterator[Violation]], ...] = (
    check_assignment,
    check_capacity,
    check_travel,
    check_modes,
    check_school_in_own_zone,
    check_contiguity,
    check_locked_units,
    check_locked_schools,
    check_protected,
    check_not_again,
    check_assign,
    check_forbid,
    check_walk,
    check_nearest,
    check_no_crossing,
    check_keep_together,
    check_unity,
    check_reassigned,
    check_bands,
    check_isolation,
    check_burden,
    check_flow_balance,
)


def audit(plan: Plan, district: District, rules: Rules, goals: tuple[Goal, ...] = ()) -> Audit:
    """Check every rule on a plan.

    Parameters
    ----------
    goals
        The scenario's: where one measures trips, nobody may have one that is unknown.

    Tolerances are 1e-6 students, 1e-6 minutes or km and 1e-9 shares. Zones under `closer_neighbor` are checked for exact contiguity too.

    Raises
    ------
    ScenarioError
        The rules name units, schools, groups or columns that the district does not have, or need data that it does not have.
    """
    return _audit(AuditCase(district, rules, plan.school, goals))


def audit_today(district: District, rules: Rules, goals: tuple[Goal, ...] = ()) -> Audit | None:
    """What today's zones already violate; None without today's zones.

    Units that are new or whose school of today is closed break ``assignment``; the other rules are checked on the rest. Nobody is reassigned
    by today's zones, so that rules about change hold.
    """
    return None if district.current is None else _audit(AuditCase(district, rules, district.current, goals, is_today=True))


def _audit(case: AuditCase) -> Audit:
    if case.given.shape != (case.district.num_units,):
        raise ValueError(f"a plan of {case.given.size:,} units for a district of {case.district.num_units:,}")
    found = list(problems(case.district, case.rules))
    if found:
        raise ScenarioError(found)
    violations = tuple(violation for check in CHECKS for violation in check(case))
    return Audit(not violations, violations)
