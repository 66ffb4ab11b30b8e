"""Who belongs where: every unit has a school, and those that the scenario names have the one it says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import AuditCase
from rezoning.auditing.violation import Violation, breach


def check_assignment(case: AuditCase) -> Iterator[Violation]:
    """Every unit has one open school."""
    first_closed = case.district.num_schools
    for u in np.flatnonzero(case.school < 0).tolist():
        given = int(case.given[u])
        if 0 <= given - first_closed < len(case.district.closed_ids):
            what = f"belongs to school '{case.district.closed_ids[given - first_closed]}', which is closed"
        else:
            what = "has no school" if given < 0 else f"has a school that does not exist (number {given})"
        yield breach("assignment", case.district.unit_ids[u], f"{case.unit(u)} {what}")


def check_assign(case: AuditCase) -> Iterator[Violation]:
    """Units that must have a certain school have it."""
    for unit, school in case.rules.assign.items():
        u, s = case.district.unit_index[unit], case.district.school_index[school]
        if case.school[u] != s:
            sentence = f"{case.unit(u)} {case.says('would belong', 'belongs')} to {case.school_of(u)}, not to {case.names[s]}"
            yield breach("assign", unit, sentence)


def check_forbid(case: AuditCase) -> Iterator[Violation]:
    """Pairs that may not hold do not."""
    for unit, school in case.rules.forbid:
        u, s = case.district.unit_index[unit], case.district.school_index.get(school, -1)  # nobody is in a closed school's zone
        if s >= 0 and case.school[u] == s:
            yield breach("forbid", unit, f"{case.unit(u)} {case.says('would belong', 'belongs')} to {case.names[s]}")


CHECKS = (check_assign, check_forbid)
