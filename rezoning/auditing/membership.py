"""Who belongs where: every unit has a school, and those that the scenario names have the one it says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import Case
from rezoning.auditing.violation import Violation, breach, count, number, percent, violation
from rezoning.errors import shown

SHARE = 1e-9  # the contract's tolerance


def check_assignment(case: Case) -> Iterator[Violation]:
    """Every unit has one open school."""
    first_closed = case.district.num_schools
    for u in np.flatnonzero(case.school < 0).tolist():
        given = int(case.given[u])
        if 0 <= given - first_closed < len(case.district.closed_ids):
            what = f"belongs to school '{case.district.closed_ids[given - first_closed]}', which is closed"
        else:
            what = "has no school" if given < 0 else f"has a school that does not exist (number {given})"
        yield breach("assignment", case.district.unit_ids[u], f"{case.unit(u)} {what}")


def check_locked_units(case: Case) -> Iterator[Violation]:
    """Locked units keep today's school."""
    current = case.district.current
    if case.rules.locked is None or current is None:
        return
    for u in case.units(case.rules.locked.units):
        if current[u] < 0:
            yield breach("locked", case.district.unit_ids[u], f"{case.unit(u)} is new: it has no school of today to keep")
        elif case.given[u] != current[u]:
            s = int(current[u])
            was = case.names[s] if s < case.district.num_schools else f"the closed '{case.district.closed_ids[s - case.district.num_schools]}'"
            yield breach("locked", case.district.unit_ids[u], f"{case.unit(u)} would go from {was} to {case.school_of(u)}")


def check_locked_schools(case: Case) -> Iterator[Violation]:
    """A locked school's zone neither gains nor loses a unit."""
    current, ids = case.district.current, case.district.unit_ids
    if case.rules.locked is None or current is None:
        return
    for s in case.schools(case.rules.locked.schools):
        gained, lost = np.flatnonzero((case.school == s) & (current != s)), np.flatnonzero((case.school != s) & (current == s))
        changes = {"gain": gained, "lose": lost}
        parts = [f"{verb} {count(len(units), 'unit')} ({shown(ids[u] for u in units)})" for verb, units in changes.items() if len(units)]
        if parts:
            sentence = f"{case.names[s]}'s zone would {' and '.join(parts)}"
            yield violation("locked", case.district.school_ids[s], len(gained) + len(lost), 0, sentence)


def check_assign(case: Case) -> Iterator[Violation]:
    """Units that must have a certain school have it."""
    for unit, school in case.rules.assign.items():
        u, s = case.district.unit_index[unit], case.district.school_index[school]
        if case.school[u] != s:
            sentence = f"{case.unit(u)} {case.says('would belong', 'belongs')} to {case.school_of(u)}, not to {case.names[s]}"
            yield breach("assign", unit, sentence)


def check_forbid(case: Case) -> Iterator[Violation]:
    """Pairs that may not hold do not."""
    for unit, school in case.rules.forbid:
        u, s = case.district.unit_index[unit], case.district.school_index.get(school, -1)  # nobody is in a closed school's zone
        if s >= 0 and case.school[u] == s:
            yield breach("forbid", unit, f"{case.unit(u)} {case.says('would belong', 'belongs')} to {case.names[s]}")


def check_reassigned(case: Case) -> Iterator[Violation]:
    """At most a share of all students changes schools; new units never do."""
    rule, current = case.rules.reassigned, case.district.current
    total = float(case.district.students.sum())
    if rule is None or rule.max_share is None or current is None or total <= 0:
        return
    moved = float(case.district.students[(current >= 0) & (case.given != current)].sum())
    if moved / total > rule.max_share + SHARE:
        limit = rule.max_share * total
        sentence = (
            f"{count(moved, 'student')} of {number(total)} would change schools ({percent(moved / total)}), "
            f"{number(moved - limit)} above the limit of {number(limit)} ({percent(rule.max_share)})"
        )
        yield violation("reassigned", "district", moved / total, rule.max_share, sentence)
