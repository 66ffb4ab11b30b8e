"""Capacity: how many students each school may hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rezoning.auditing.case import Case
from rezoning.auditing.violation import Violation, count, number, percent, violation
from rezoning.district.district import District, Floats, Ints

STUDENTS = 1e-6  # the contract's tolerance


def check_capacity(case: Case) -> Iterator[Violation]:
    """Students lie between min x base and max x base, where base is seats or today's enrollment."""
    rule = case.rules.capacity
    if rule is None:
        return
    load = _enrollment(case.district, case.school)
    base, is_enrollment = _base(case.district, rule.of)
    for s, held in enumerate(load.tolist()):
        for share, side, word in ((rule.max, 1, "above its limit"), (rule.min, -1, "below its minimum")):
            if share is None or side * (held - share * base[s]) <= STUDENTS:
                continue
            limit = float(share * base[s])
            of = f"today's {count(base[s], 'student')}" if is_enrollment[s] else count(base[s], "seat")
            sentence = (
                f"{case.names[s]} {case.says('would hold', 'holds')} {count(held, 'student')}, "
                f"{number(side * (held - limit))} {word} of {number(limit)} ({percent(share)} of {of})"
            )
            yield violation("capacity", case.district.school_ids[s], held, limit, sentence)


def _base(district: District, of: str) -> tuple[Floats, NDArray[np.bool_]]:
    """What shares of capacity refer to, shape (m,), and where that is today's enrollment and not seats."""
    seats = np.zeros(district.num_schools) if district.capacity is None else district.capacity
    if of == "capacity" or district.current is None:
        return seats, np.zeros(district.num_schools, dtype=bool)
    enrolled = _enrollment(district, district.current)
    has_students = (enrolled > 0) | (district.capacity is None)
    return np.where(has_students, enrolled, seats), has_students


def _enrollment(district: District, school: Ints) -> Floats:
    """Students of each open school, shape (m,)."""
    m = district.num_schools
    elsewhere = np.where((school >= 0) & (school < m), school, m)
    return np.asarray(np.bincount(elsewhere, weights=district.students, minlength=m + 1)[:m], dtype=np.float64)
