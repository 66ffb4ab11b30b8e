"""The audit itself; `CHECKS` is its table of contents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rezoning.auditing import access, budgets, burden, capacity, contiguity, membership, openings, shape, shares, statement, staying, together, travel
from rezoning.auditing.case import AuditCase
from rezoning.auditing.custom import check_custom
from rezoning.auditing.pairing import PairingCase, check_buildings_inside, check_form, check_pairing, left_alone, not_asked
from rezoning.auditing.violation import Audit, Violation
from rezoning.district.buildings import Buildings
from rezoning.district.custom import Custom
from rezoning.district.district import District, Ints
from rezoning.district.graded import graded
from rezoning.district.graded_rules import graded_scenario
from rezoning.district.merged import merged, merged_rules
from rezoning.district.pairing import grades_of, pairing_problems
from rezoning.district.plan import Plan
from rezoning.district.questions import problems
from rezoning.errors import ScenarioError
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Goal, Pairing, Rules, Scenario
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
    *openings.CHECKS,
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
    if isinstance(rules, Scenario) and rules.pairing is not None:
        return audit_buildings(plan, district, rules, rules.pairing)
    found = _audit(_case(district, plan.school, rules, goals, standard))
    own = (*check_custom(custom, plan, district), *not_asked(plan))
    return Audit(found.passed and not own, (*found.violations, *own))


def audit_buildings(plan: Plan, district: District, scenario: Scenario, pairing: Pairing) -> Audit:
    """Check a plan whose schools may be paired: its buildings, and every rule on the graded district."""
    wrong = list(pairing_problems(district, pairing))
    if wrong:
        raise ScenarioError(wrong)
    grades = grades_of(district, pairing)
    view = graded(district, grades)
    plan = plan if plan.buildings is not None else Plan(plan.school, Buildings.alone(district.num_schools, grades))
    case = PairingCase(plan, district, pairing, scenario.rules, view)
    broken = tuple(check_pairing(case))
    if any(check_form(case)):
        return Audit(False, broken)
    found = _audit(_case(view.district, view.plan(plan).school, graded_scenario(scenario, district, view), (), None))
    exempt = left_alone(plan, pairing, district)
    kept = tuple(one for one in found.violations if not (one.rule == "capacity" and _school_of(one, exempt)))
    violations = (*broken, *kept, *(() if broken else zones_of_given(case)))
    return Audit(not violations, violations)


def zones_of_given(case: PairingCase) -> Iterator[Violation]:
    """What is asked of zones that are redrawn around given clusters: one piece with all buildings in it, who stays, who belongs where."""
    if not case.pairing.given:
        return
    place = merged(case.district, case.buildings)
    zones = AuditCase(place.district, merged_rules(case.rules, case.district, place), place.of(case.plan.school))
    for check in (membership.check_assignment, *contiguity.CHECKS, *staying.CHECKS, *membership.CHECKS, *together.CHECKS):
        yield from check(zones)
    yield from check_buildings_inside(case, zones.school, place.cluster)


def _school_of(one: Violation, schools: frozenset[str]) -> bool:
    """Whether a violation of seats, in whichever year, is of one of some schools."""
    return any(one.subject == text or one.subject.startswith(f"{text} ") for text in schools)


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
