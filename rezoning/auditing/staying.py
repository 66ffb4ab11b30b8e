"""Who stays: units that are locked, protected, or were moved lately keep today's school."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import AuditCase
from rezoning.auditing.violation import Violation, breach, count, violation
from rezoning.district.column_values import flags, numbers
from rezoning.district.district import Ints
from rezoning.errors import shown
from rezoning.scenario.rules import Locked


def check_locked_units(case: AuditCase) -> Iterator[Violation]:
    """Locked units keep today's school."""
    if case.rules.locked is not None:
        yield from _keep_today(case, "locked", _locked(case, case.rules.locked))


def check_protected(case: AuditCase) -> Iterator[Violation]:
    """Units that are listed or marked keep today's school where it is open."""
    if case.rules.protected is not None:
        yield from _keep_today(case, "protected", _protected(case))


def check_not_again(case: AuditCase) -> Iterator[Violation]:
    """Units that changed schools after year - years keep today's school where it is open."""
    if case.rules.not_again is None:
        return
    changed = numbers(case.district, case.rules.not_again.column)
    for u in _moved_lately(case).tolist():
        if case.moved[u]:
            was = case.names[case.today[u]]
            sentence = f"{case.unit(u)} changed schools in {int(changed[u])} and would go from {was} to {case.school_of(u)}"
            yield breach("not_again", case.district.unit_ids[u], sentence)


def check_locked_schools(case: AuditCase) -> Iterator[Violation]:
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


def kept_units(case: AuditCase) -> Ints:
    """Units that a rule keeps at today's school, by themselves or with its whole zone: these may travel any length to it."""
    kept = [_protected(case), _moved_lately(case)]
    if case.rules.locked is not None:
        kept += [_locked(case, case.rules.locked), np.flatnonzero(np.isin(case.today, case.schools(case.rules.locked.schools)))]
    return np.unique(np.concatenate(kept))


def _keep_today(case: AuditCase, rule: str, units: Ints) -> Iterator[Violation]:
    current = case.district.current
    if current is None:
        return
    for u in units.tolist():
        if current[u] < 0:
            yield breach(rule, case.district.unit_ids[u], f"{case.unit(u)} is new: it has no school of today to keep")
        elif case.moved[u]:
            yield breach(rule, case.district.unit_ids[u], f"{case.unit(u)} would go from {case.name_today(u)} to {case.school_of(u)}")


def _locked(case: AuditCase, rule: Locked) -> Ints:
    """Units that are locked by name, or all that have an open school today."""
    units = case.units(rule.units)
    return np.union1d(units, np.flatnonzero(case.today >= 0)) if rule.all else units


def _protected(case: AuditCase) -> Ints:
    """Protected units, listed or by the column, each once: those that have an open school today, for the others have none to keep."""
    rule = case.rules.protected
    if rule is None:
        return np.zeros(0, dtype=np.int64)
    units = case.units(rule.units)
    if rule.column is not None:
        units = np.union1d(units, np.flatnonzero(flags(case.district, rule.column)))
    return np.asarray(units[case.keeps[units] >= 0])


def _moved_lately(case: AuditCase) -> Ints:
    """Units whose last change lies after year - years, and whose school of today is open."""
    rule = case.rules.not_again
    if rule is None:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero((numbers(case.district, rule.column) > rule.year - rule.years) & (case.keeps >= 0))


CHECKS = (check_locked_units, check_locked_schools, check_protected, check_not_again)
