"""Capacity: how many students each school may hold, now, in coming years, and while a plan is phased in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rezoning.auditing.case import STUDENTS, AuditCase
from rezoning.auditing.violation import Violation, count, number, percent, violation
from rezoning.district.district import District, Floats
from rezoning.scenario.rules import CapacityRule, PhaseYear


def check_capacity(case: AuditCase) -> Iterator[Violation]:
    """Students lie between min x base and max x base (plus portables), where base is seats or today's enrollment.

    It holds for the students of now and likewise for those of every year and growth scenario, and of every year of the transition.
    """
    if case.rules.capacity is not None:
        for label, when, load in loads(case):
            yield from _within_limits(case, load, label, when)


def loads(case: AuditCase) -> Iterator[tuple[str, str, Floats]]:
    """Students of each school, shape (m,): of now, of every year and growth scenario, of every year of the transition; name and words of each."""
    yield "", "", case.gather(case.district.students)
    for kind, columns in (("in", case.district.years), ("with growth", case.district.growth)):
        for label, students in columns.items():
            yield label, f"{kind} {label}, ", case.gather(students)
    for year in case.rules.phase_in:
        yield year.year, f"in {year.year} of the transition, ", _transition(case, year)


def _within_limits(case: AuditCase, load: Floats, label: str = "", when: str = "") -> Iterator[Violation]:
    """One count of students, shape (m,), against the limits of each school."""
    rule, district = case.rules.capacity, case.district
    assert rule is not None
    base, is_enrollment = _base(case)
    extra = _portables(rule, district)
    for s, held in enumerate(load.tolist()):
        least, most = rule.limits(district.school_ids[s])
        if district.optional[s]:
            least = _least_of_open(case, s, least)
        for share, more, side, word in ((most, float(extra[s]), 1, "above its limit"), (least, 0.0, -1, "below its minimum")):
            limit = 0.0 if share is None else float(share * base[s]) + more
            if share is None or side * (held - limit) <= STUDENTS:
                continue
            of = f"today's {count(base[s], 'student')}" if is_enrollment[s] else count(base[s], "seat")
            portables = f" and {count(more, 'portable seat')}" if more else ""
            sentence = (
                f"{when}{case.names[s]} {case.says('would hold', 'holds')} {count(held, 'student')}, "
                f"{number(side * (held - limit))} {word} of {number(limit)} ({percent(share)} of {of}{portables})"
            )
            yield violation("capacity", f"{district.school_ids[s]} {label}".rstrip(), held, limit, sentence)


def _least_of_open(case: AuditCase, s: int, least: float) -> float:
    """The least share of a school that may close or open: none of a closed one, and where `openings.least` stands in its place only its own."""
    rule, openings, school = case.rules.capacity, case.rules.openings, case.district.school_ids[s]
    assert rule is not None
    has_own = school in rule.schools and rule.schools[school].min is not None
    is_replaced = openings is not None and openings.least is not None and not has_own
    return 0.0 if is_replaced or not case.is_open[s] else least


def seats_allowed(rule: CapacityRule | None, district: District) -> Floats | None:
    """Most students that each open school may hold, shape (m,); None where the seats are not known.

    It is what the rule says of its seats, with portable ones where it lets these be used; its seats where the rule says nothing of them.
    """
    if rule is None or district.capacity is None:
        return district.capacity
    shares = [rule.limits(text)[1] if rule.of == "capacity" else None for text in district.school_ids]
    return np.array([1.0 if share is None else share for share in shares]) * district.capacity + _portables(rule, district)


def _portables(rule: CapacityRule, district: District) -> Floats:
    """Seats in portable classrooms that a rule lets be used, shape (m,)."""
    return district.portables if rule.portables and district.portables is not None else np.zeros(district.num_schools)


def _transition(case: AuditCase, year: PhaseYear) -> Floats:
    """Students of each school while those of some grades may stay: n_s, less who stays elsewhere, plus who stays here; shape (m,)."""
    students: Floats = np.zeros(case.district.num_units)
    for grade, share in year.stay.items():
        students = students + share * case.district.grades[grade]
    at_once = case.district.optional[np.maximum(case.today, 0)]  # whose school may close
    staying = np.where(case.moved & (case.today >= 0) & ~at_once, students, 0.0)
    return case.gather(case.district.students - staying) + case.gather(staying, case.today)


def _base(case: AuditCase) -> tuple[Floats, NDArray[np.bool_]]:
    """What shares of capacity refer to, shape (m,), and where that is today's enrollment and not seats."""
    district: District = case.district
    assert case.rules.capacity is not None
    seats = np.zeros(district.num_schools) if district.capacity is None else district.capacity
    if case.rules.capacity.of == "capacity" or district.current is None:
        return seats, np.zeros(district.num_schools, dtype=bool)
    enrolled = case.gather(district.students, case.today)
    has_students = (enrolled > 0) | (district.capacity is None)
    return np.where(has_students, enrolled, seats), has_students


CHECKS = (check_capacity,)
