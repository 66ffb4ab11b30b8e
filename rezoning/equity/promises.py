"""Findings 8, 9 and 12: seats, promises on zones and walks, and whether the plan can be made again."""

from __future__ import annotations

from collections import Counter

import numpy as np

from rezoning.auditing.capacity import seats_allowed
from rezoning.district.district import Floats
from rezoning.district.questions import promises_of
from rezoning.equity.case import EquityCase
from rezoning.equity.statement import Fact, Finding, made, not_assessed, of_facts
from rezoning.metrics.capacity import enrollments
from rezoning.metrics.zones import Zones

STUDENTS = 1e-6


def capacity(case: EquityCase) -> Finding:
    """8. No open school holds more students than it may, now and in every coming year, growth scenario and year of the transition.

    It may hold what `rules.capacity` says where that is a share of seats, with portable seats where these may be used; its seats otherwise. That
    a school is too full today already excuses nothing, and is told. Where there is neither a coming year nor a growth scenario, and no school
    is too full now, the finding is uncertain: seats for today's students promise nothing for tomorrow's.
    """
    if case.shown.capacity is None:
        return not_assessed(8, "no_seats")
    limits = seats_allowed(case.scenario.rules.capacity, case.shown)
    assert limits is not None
    facts = _over(case, limits)
    has_future = bool(case.shown.years or case.shown.growth)
    found = of_facts(8, facts, "no_seats", _notes(case, limits))
    if found.status == "meets" and not has_future:
        return made(8, "uncertain", "no_growth", facts, found.notes)
    return found


def _over(case: EquityCase, limits: Floats) -> tuple[Fact, ...]:
    """Schools that are too full in the plan, by time; of today's zones those of now."""
    phase_in, seats = case.scenario.rules.phase_in, case.shown.capacity
    assert seats is not None
    after = {"now": case.after.students, **enrollments(case.after, phase_in)}
    before = {} if case.today is None else {"now": case.today.students, **enrollments(case.today)}
    fuller = (_count(case.after, seats) or 0.0) > (_count(case.today, seats) or 0.0)  # a limit above the seats calls nothing better that these do not
    facts: list[Fact] = []
    for time, students in after.items():
        over = np.flatnonzero(_above(students, limits))
        was = None if time not in before else float(_above(before[time], limits).sum())
        status = "does_not_meet" if len(over) else "meets"
        better = was is not None and len(over) < was and not fuller
        facts.append(
            Fact("schools_over", time=time, today=was, plan=float(len(over)), limit=0.0, status=status, is_better=better)  # type: ignore[arg-type]
        )
        facts.extend(Fact("over", subject=case.shown.school_names[s], time=time) for s in over.tolist())
    if not np.allclose(limits, seats):
        facts.append(Fact("schools_over_seats", time="now", today=_count(case.today, seats), plan=_count(case.after, seats)))
    return tuple(facts)


def _above(students: Floats, limits: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(students[: len(limits)] > limits + STUDENTS)


def _count(zones: Zones | None, limits: Floats) -> float | None:
    return None if zones is None else float(_above(zones.students, limits).sum())


def _notes(case: EquityCase, limits: Floats) -> tuple[str, ...]:
    assert case.shown.capacity is not None
    said = [("limit_is_rule", not np.allclose(limits, case.shown.capacity)), ("over_today", bool(_count(case.today, limits)))]
    return tuple(key for key, is_so in said if is_so)


def promises(case: EquityCase) -> Finding:
    """9. The audit finds no breach of what the scenario promises of zones in one piece, walks, near schools, barriers and neighbors."""
    promised = promises_of(case.scenario.rules)
    if not promised:
        return not_assessed(9, "no_promises")
    now = Counter(violation.rule for violation in case.audit.violations)
    was = None if case.audit_today is None else Counter(violation.rule for violation in case.audit_today.violations)
    facts = tuple(
        Fact(
            "breaches", subject=rule, today=None if was is None else float(was[rule]), plan=float(now[rule]), limit=0.0,
            status="does_not_meet" if now[rule] else "meets", is_better=was is not None and now[rule] < was[rule],
        )
        for rule in promised
    )  # fmt: skip
    keeps = "contiguity" in promised and case.scenario.rules.contiguity.islands == "keep" and case.today is not None
    return of_facts(9, facts, "no_promises", ("islands_keep",) if keeps else ())


def reproducible(case: EquityCase) -> Finding:
    """12. Files have the hashes that the run has noted, the measures are the ones it has noted, and the audit finds no breach of any rule."""
    if not case.is_run:
        return not_assessed(12, "no_run")
    differences, breaches = len(case.changed), len(case.audit.violations)
    facts = (
        Fact("differences", plan=float(differences), limit=0.0, status="does_not_meet" if differences else "meets"),
        Fact("audit", plan=float(breaches), limit=0.0, status="meets" if case.audit.passed else "does_not_meet"),
    )
    return of_facts(12, facts, "no_run")
