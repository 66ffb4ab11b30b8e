"""Who stays: units that are locked, protected, or were moved lately keep today's school."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import Case, as_number
from rezoning.auditing.violation import Violation, breach, count, violation
from rezoning.district.district import Ints
from rezoning.errors import shown

YES = frozenset({"yes", "true", "1", "y", "t", "x"})
NO = frozenset({"no", "false", "0", "n", "f", ""})


def check_locked_units(case: Case) -> Iterator[Violation]:
    """Locked units keep today's school."""
    if case.rules.locked is not None:
        yield from _keep_today(case, "locked", case.units(case.rules.locked.units))


def check_protected(case: Case) -> Iterator[Violation]:
    """Units that are listed keep today's school; units of the column do where they have an open one."""
    if case.rules.protected is not None:
        yield from _keep_today(case, "protected", _protected(case))


def check_not_again(case: Case) -> Iterator[Violation]:
    """Units that changed schools after year - years keep today's school where it is open."""
    if case.rules.not_again is None:
        return
    changed = case.texts(case.rules.not_again.column)
    for u in _moved_lately(case).tolist():
        if case.moved[u]:
            was = case.names[case.today[u]]
            sentence = f"{case.unit(u)} changed schools in {int(as_number(changed[u]))} and would go from {was} to {case.school_of(u)}"
            yield breach("not_again", case.district.unit_ids[u], sentence)


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


def kept_units(case: Case) -> Ints:
    """Units that a rule keeps at today's school, by themselves or with its whole zone: these may travel any length to it."""
    kept = [_protected(case), _moved_lately(case)]
    if case.rules.locked is not None:
        kept += [case.units(case.rules.locked.units), np.flatnonzero(np.isin(case.today, case.schools(case.rules.locked.schools)))]
    return np.unique(np.concatenate(kept))


def _keep_today(case: Case, rule: str, units: Ints) -> Iterator[Violation]:
    current = case.district.current
    if current is None:
        return
    for u in units.tolist():
        if current[u] < 0:
            yield breach(rule, case.district.unit_ids[u], f"{case.unit(u)} is new: it has no school of today to keep")
        elif case.moved[u]:
            s = int(current[u])
            was = case.names[s] if s < case.district.num_schools else f"the closed '{case.district.closed_ids[s - case.district.num_schools]}'"
            yield breach(rule, case.district.unit_ids[u], f"{case.unit(u)} would go from {was} to {case.school_of(u)}")


def _protected(case: Case) -> Ints:
    """Protected units, each once: the listed ones, and those of the column that have an open school today."""
    rule = case.rules.protected
    if rule is None:
        return np.zeros(0, dtype=np.int64)
    listed = case.units(rule.units)
    if rule.column is None:
        return np.unique(listed)
    marked = np.array([text.lower() in YES for text in case.texts(rule.column)], dtype=bool)
    return np.union1d(listed, np.flatnonzero(marked & (case.today >= 0)))


def _moved_lately(case: Case) -> Ints:
    """Units whose last change lies after year - years, and whose school of today is open."""
    rule = case.rules.not_again
    if rule is None:
        return np.zeros(0, dtype=np.int64)
    changed = np.array([as_number(text) for text in case.texts(rule.column)])
    return np.flatnonzero((changed > rule.year - rule.years) & (case.today >= 0))
