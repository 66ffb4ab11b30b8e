"""Budgets: how many students may change schools, of all, of a group, of a school."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import SHARE, AuditCase
from rezoning.auditing.violation import Violation, count, number, percent, violation
from rezoning.district.district import Floats


def check_reassigned(case: AuditCase) -> Iterator[Violation]:
    """At most a share of all students changes schools, of each group's, and of those each school has today; new units never do.

    Everyone leaves a closed school.
    """
    rule, students = case.rules.reassigned, case.district.students
    if rule is None or case.district.current is None:
        return
    if rule.max_share is not None:
        yield from _within_share(case, students, rule.max_share, "district", "would change schools")
    for name, share in rule.groups.items():
        yield from _within_share(case, case.district.groups[name], share, name, f"of group '{name}' would change schools")
    for s, school in enumerate((*case.district.school_ids, *case.district.closed_ids)):
        budget = rule.schools.get(school, rule.each_school)
        if budget is not None:
            name = case.names[s] if s < case.district.num_schools else f"the closed '{school}'"
            yield from _within_share(case, np.where(case.district.current == s, students, 0.0), budget, school, f"would leave {name}")


def _within_share(case: AuditCase, students: Floats, share: float, subject: str, what: str) -> Iterator[Violation]:
    """Of these students, shape (n,), at most a share changes schools."""
    total, moved = float(students.sum()), float(students[case.moved].sum())
    if total <= 0 or moved / total <= share + SHARE:
        return
    limit = share * total
    sentence = (
        f"{count(moved, 'student')} of {number(total)} {what} ({percent(moved / total)}), "
        f"{number(moved - limit)} above the limit of {number(limit)} ({percent(share)})"
    )
    yield violation("reassigned", subject, moved / total, share, sentence)


CHECKS = (check_reassigned,)
