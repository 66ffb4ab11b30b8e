"""Burden: whether a group carries more of the change than everyone, and whether two areas exchange students evenly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import SHARE, STUDENTS, TRAVEL, AuditCase, at
from rezoning.auditing.violation import Violation, count, number, percent, violation
from rezoning.district.column_values import texts
from rezoning.district.district import Floats
from rezoning.scenario.rules import BurdenRule, FlowBalance

WORDS = {
    "reassigned": "{} of group '{}' would change schools",
    "added_travel": "{} would be added to the trip of the mean student of group '{}'",
    "walk_lost": "{} of group '{}' could walk to school no more",
    "long_rides": "{} of group '{}' {} a long ride",
}


def check_burden(case: AuditCase) -> Iterator[Violation]:
    """M_g <= max_ratio x M_all and M_g <= M_all + max_extra, means of one burden per student of the group and per student of all.

    The denominators count every student, those of new units too, but for those of whom the burden is not known. Where M_all is not above 0 a
    ratio asks for M_g <= M_all: who gains as everyone does carries no more than they.
    """
    for rule in case.rules.burden:
        per_student = _per_student(case, rule)
        ours, everyone = _mean(case.district.groups[rule.group], per_student), _mean(case.district.students, per_student)
        if ours is None or everyone is None:
            continue
        slack = TRAVEL if rule.measure == "added_travel" else SHARE
        limits = []
        if rule.max_ratio is not None:
            is_ratio = everyone > 0
            how = f"{number(rule.max_ratio)} times" if is_ratio else "no more than"
            limits.append((rule.max_ratio * everyone if is_ratio else everyone, how))
        if rule.max_extra is not None:
            points = f"{number(100 * rule.max_extra)} points"
            extra = _write(case, rule, rule.max_extra) if rule.measure == "added_travel" else points
            limits.append((everyone + rule.max_extra, f"{extra} more than"))
        for limit, how in limits:
            if ours > limit + slack:
                yield violation("burden", rule.group, ours, limit, _sentence(case, rule, (ours, everyone, limit), how))


def _mean(students: Floats, per_student: Floats) -> float | None:
    """Mean over the students of whom it is known; None where there are none."""
    known = ~np.isnan(per_student)
    total = float(students[known].sum())
    return None if total <= 0 else float((students * per_student)[known].sum() / total)


def _per_student(case: AuditCase, rule: BurdenRule) -> Floats:
    """What a student of each unit bears, shape (n,): 1 or 0, or the minutes (km) added; NaN where it is unknown."""
    if rule.measure == "reassigned":
        return case.moved.astype(np.float64)
    if rule.measure == "walk_lost":
        return (case.walks_today & ~case.walks).astype(np.float64)
    assert case.district.travel is not None
    trips = at(case.district.travel, case.school)
    if rule.measure == "added_travel":
        assert case.district.current is not None
        return np.where(case.district.current < 0, 0.0, trips - case.trips_today)  # nothing is added where a unit is new
    assert rule.over is not None
    return np.where(np.isnan(trips), np.nan, trips > rule.over + TRAVEL)


def _write(case: AuditCase, rule: BurdenRule, value: float) -> str:
    """A value of a measure: a share, or minutes (km)."""
    return f"{number(value)} {case.district.travel_unit}" if rule.measure == "added_travel" else percent(value)


def _sentence(case: AuditCase, rule: BurdenRule, values: tuple[float, float, float], how: str) -> str:
    ours, everyone, limit = (_write(case, rule, value) for value in values)
    what = WORDS[rule.measure].format(ours, rule.group, case.says("would have", "have"))
    return f"{what}, above the limit of {limit} ({how} the {everyone} of all students)"


def check_flow_balance(case: AuditCase) -> Iterator[Violation]:
    """Students who move from area A to a school in area B are at most max_ratio times those who move back."""
    for rule in case.rules.flow_balance:
        there, back = _flow(case, rule, *rule.between), _flow(case, rule, *reversed(rule.between))
        first, second = rule.between
        sides = [(first, second, there, back)] + [(second, first, back, there)] * (rule.ways == "both")
        for a, b, out, home in sides:
            limit = rule.max_ratio * home
            if out > limit + STUDENTS:
                of_group = "" if rule.group is None else f" of group '{rule.group}'"
                sentence = (
                    f"{count(out, 'student')}{of_group} would go from {a} to {b}, {number(out - limit)} above the limit of {number(limit)} "
                    f"({number(rule.max_ratio)} times the {number(home)} who would go from {b} to {a})"
                )
                yield violation("flow_balance", f"{a} to {b}", out, limit, sentence)


def _flow(case: AuditCase, rule: FlowBalance, start: str, end: str) -> float:
    """Students of units in one area who move to a school whose unit lies in another."""
    area = np.array(texts(case.district, rule.column), dtype=object)
    goes_there = (case.school >= 0) & (area[case.district.school_unit][np.maximum(case.school, 0)] == end.strip())
    students = case.district.students if rule.group is None else case.district.groups[rule.group]
    return float(students[case.moved & (area == start.strip()) & goes_there].sum())


CHECKS = (check_burden, check_flow_balance)
