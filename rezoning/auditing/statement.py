"""Findings of the equity impact statement that are rules: each recomputed by its own formula, without any allowance for chance.

Finding 9 is about other rules, whose checks stand where they stand; bands that are rules of their own are checked as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from rezoning.auditing.capacity import loads, seats_allowed
from rezoning.auditing.case import SHARE, STUDENTS, TRAVEL, AuditCase, at
from rezoning.auditing.shares import counted, students_beyond
from rezoning.auditing.violation import Violation, count, number, percent, violation
from rezoning.district.column_values import numbers
from rezoning.district.district import Floats, Ints
from rezoning.district.questions import findings_held
from rezoning.scenario.bands import BandRule

EVERYONE = "all"
NOBODY = 1e-9  # students


def check_statement(case: AuditCase) -> Iterator[Violation]:
    """Every finding in `rules.statement`, of every group with enough students."""
    for finding in findings_held(case.district, case.rules):
        if finding in FINDINGS:
            yield from FINDINGS[finding](case)


def _breach(finding: int, whom: str, amount: float, limit: float, sentence: str) -> Violation:
    return violation("statement", f"finding {finding}, {whom}", amount, limit, f"finding {finding}: {sentence}")


def _judged(case: AuditCase) -> dict[str, Floats]:
    assert case.standard is not None
    return case.standard.judged(case.district.groups)


# -- segregation -------------------------------------------------------------------------------------------------------


def _than_today(case: AuditCase) -> Iterator[Violation]:
    """1. The index of no group is higher than today."""
    assert case.district.current is not None
    return _not_higher(case, 1, case.district.current, "it is today")


def _than_nearest(case: AuditCase) -> Iterator[Violation]:
    """2. The index of no group is higher than if everyone went to the nearest school, whatever its seats."""
    assert case.district.travel is not None
    school = np.full(case.district.num_units, -1, dtype=np.int64)
    for u, row in enumerate(case.district.travel):
        if not np.isnan(row).all():
            school[u] = int(np.nanargmin(row))
    return _not_higher(case, 2, school, "it would be if everyone went to the nearest school")


def _not_higher(case: AuditCase, finding: int, before: Ints, words: str) -> Iterator[Violation]:
    assert case.standard is not None
    index = case.standard.settings.index
    for name, group in _judged(case).items():
        was, now = (_index(index, _sums(school, group), _sums(school, case.district.students)) for school in (before, case.given))
        if was is not None and now is not None and now > was + SHARE:
            said = f"the {index.replace('_', ' ')} of group '{name}' {case.says('would be', 'is')} {now:.6f}, above the {was:.6f} that {words}"
            yield _breach(finding, name, now, was, said)


def _sums(school: Ints, values: Floats) -> Floats:
    """What every school, open or closed, gathers of the units that have one."""
    total = np.zeros(int(school.max(initial=0)) + 1)
    np.add.at(total, school[school >= 0], values[school >= 0])
    return total


def _index(index: str, a: Floats, n: Floats) -> float | None:
    """An index of segregation from students of a group and all students in each school; None where it is undefined."""
    total, share = float(n.sum()), float(a.sum() / n.sum()) if n.sum() > NOBODY else 0.0
    if a.sum() <= NOBODY or (index != "isolation" and (1 - share) * total <= NOBODY):
        return None
    some = n > 0
    own = a[some] / n[some]
    match index:
        case "dissimilarity":
            return float(np.abs(a - share * n).sum() / (2 * total * share * (1 - share)))
        case "normalized_exposure":
            return float((n[some] * (own - share) ** 2).sum() / (total * share * (1 - share)))
        case "isolation":
            return float((a[some] * own).sum() / a.sum())
    raise ValueError(index)


def _isolated(case: AuditCase) -> Iterator[Violation]:
    """3. No more students of a group than today are where it is so many percent or more; no larger share of them, where new units bring more."""
    assert case.standard is not None
    assert case.district.current is not None
    percentage = case.standard.settings.isolated_above
    for name, group in _judged(case).items():
        was, now = (
            _in_isolating(percentage, _sums(school, group), _sums(school, case.district.students)) for school in (case.district.current, case.given)
        )
        before, after = (float(group[school >= 0].sum()) for school in (case.district.current, case.given))
        if before > 0 and now * before > was * after + STUDENTS * before:
            limit = was * after / before
            said = (
                f"{count(now, 'student')} of group '{name}' {case.says('would be', 'are')} in schools where it is {percentage} % or more, "
                f"{number(now - limit)} above the {number(limit)} of today"
            )
            yield _breach(3, name, now, limit, said)


def _in_isolating(percentage: int, a: Floats, n: Floats) -> float:
    return sum(float(own) for own, all_ in zip(a, n, strict=True) if all_ > NOBODY and own / all_ >= percentage / 100 - SHARE)


# -- burden ------------------------------------------------------------------------------------------------------------


def _reassigned(case: AuditCase) -> Iterator[Violation]:
    """5. A group's share of reassigned students is at most so many times everyone's; where nobody is reassigned nobody bears more."""
    assert case.standard is not None
    ratio, students = case.standard.settings.max_ratio, case.district.students
    everyone = float(students[case.moved].sum() / students.sum())
    for name, group in _judged(case).items():
        ours, size = float(group[case.moved].sum()), float(group.sum())
        if ours > ratio * everyone * size + STUDENTS:
            said = (
                f"{percent(ours / size)} of group '{name}' {case.says('would', 'do')} change schools, "
                f"more than {number(ratio)} times the {percent(everyone)} of all students"
            )
            yield _breach(5, name, ours / size, ratio * everyone, said)


def _travel(case: AuditCase) -> Iterator[Violation]:
    """6. A group's mean added travel is at most so much above everyone's, of students whose trips are known."""
    assert case.standard is not None
    assert case.district.travel is not None
    assert case.district.current is not None
    most, unit = case.standard.settings.max_extra, case.district.travel_unit
    added = np.where(case.district.current < 0, 0.0, at(case.district.travel, case.school) - case.trips_today)
    known = ~np.isnan(added)
    everyone = _mean(case.district.students[known], added[known])
    for name, group in _judged(case).items():
        ours = _mean(group[known], added[known])
        if ours is not None and everyone is not None and ours - everyone > most + TRAVEL:
            said = (
                f"{number(ours)} {unit} {case.says('would be', 'are')} added to the trip of the mean student of group '{name}', "
                f"more than {number(most)} {unit} above the {number(everyone)} of all students"
            )
            yield _breach(6, name, ours - everyone, most, said)


def _mean(weights: Floats, values: Floats) -> float | None:
    return float(weights @ values / weights.sum()) if weights.sum() > NOBODY else None


# -- schools -----------------------------------------------------------------------------------------------------------


def _bands(case: AuditCase) -> Iterator[Violation]:
    """4. Every school lies in each soft band, or is nearer to it than today."""
    assert case.standard is not None
    for band in case.rules.bands:
        if not band.soft or band.group in case.standard.hidden:
            continue
        now, was = _distance(case, band, case.school), _distance(case, band, case.today)
        is_lacking = (now > SHARE) & ~(now < was - SHARE)  # nobody there today: nothing to be nearer than
        for s in np.flatnonzero(is_lacking).tolist():
            if band.holds_for(case.district.school_ids[s]):
                far = "" if np.isnan(was[s]) else f" and {percent(was[s])} today"
                said = f"{case.names[s]} {case.says('would be', 'is')} {percent(now[s])} out of the band on {band.group or band.index}{far}"
                yield _breach(4, case.district.school_ids[s], now[s], 0.0 if np.isnan(was[s]) else was[s], said)


def _distance(case: AuditCase, band: BandRule, school: Ints) -> Floats:
    """How far each school's share is from a band, shape (m,), for an index over its reach; NaN where nobody is."""
    counts, reach, students = counted(case, band), 1.0, case.district.students
    if band.index is not None:
        known = numbers(case.district, band.index)[students > 0]
        reach = float(known.max() - known.min()) or 1.0
    share = float(counts.sum() / students.sum())
    a, n = case.gather(counts, school), case.gather(students, school)
    outside = np.min([students_beyond(a, n, *part.limits(share)) for part in band.ranges_at(share)], axis=0) / reach
    return np.asarray(np.divide(np.where(outside > STUDENTS, outside, 0.0), n, out=np.full(len(n), np.nan), where=n > 0))


def _programs(case: AuditCase) -> Iterator[Violation]:
    """7. No smaller share of a group, or of everyone, than today is at a school with a program."""
    assert case.district.current is not None
    for program, offers in case.district.programs.items():
        for name, students in {EVERYONE: case.district.students, **_judged(case)}.items():
            (was, before), (now, after) = (_with(school, offers, students) for school in (case.district.current, case.given))
            if before > NOBODY and after > NOBODY and now < was / before * after - STUDENTS:
                who = "all students" if name == EVERYONE else f"group '{name}'"
                said = (
                    f"{percent(now / after)} of {who} {case.says('would be', 'are')} zoned to a school with {program}, "
                    f"{count(was / before * after - now, 'student')} fewer than the {percent(was / before)} of today"
                )
                yield _breach(7, f"{name}, {program}", now / after, was / before, said)


def _with(school: Ints, offers: NDArray[np.bool_], students: Floats) -> tuple[float, float]:
    """Students at schools with a program, and at any school."""
    held = school >= 0
    return float(students[held][offers[school[held]]].sum()), float(students[held].sum())


def _seats(case: AuditCase) -> Iterator[Violation]:
    """8. No school holds more than it may, now and in every year and growth scenario, and while the plan is phased in."""
    limits = seats_allowed(case.rules.capacity, case.district)
    assert limits is not None
    for label, when, held in loads(case):
        for s in np.flatnonzero(held > limits + STUDENTS).tolist():
            said = (
                f"{when}{case.names[s]} {case.says('would hold', 'holds')} {count(held[s], 'student')}, {number(held[s] - limits[s])} above its seats"
            )
            yield _breach(8, f"{case.district.school_ids[s]} {label}".rstrip(), held[s], limits[s], said)


def _moved_twice(case: AuditCase) -> Iterator[Violation]:
    """11. No unit that changed schools lately changes again, not even one whose school closes."""
    rule = case.rules.not_again
    assert rule is not None
    for u in np.flatnonzero(case.moved & (numbers(case.district, rule.column) > rule.year - rule.years)).tolist():
        said = f"{case.unit(u)} changed schools after {rule.year - rule.years} and {case.says('would change', 'changes')} them again"
        yield _breach(11, case.district.unit_ids[u], 1, 0, said)


FINDINGS: dict[int, Callable[[AuditCase], Iterator[Violation]]] = {
    1: _than_today, 2: _than_nearest, 3: _isolated, 4: _bands, 5: _reassigned, 6: _travel, 7: _programs, 8: _seats, 11: _moved_twice,
}  # fmt: skip
CHECKS = (check_statement,)
