"""Openings: how many schools close and open, which must, which go together, and the least students of an open one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import STUDENTS, AuditCase
from rezoning.auditing.violation import Violation, breach, count, number, percent, violation
from rezoning.errors import shown
from rezoning.scenario.openings import HowMany


def check_counts(case: AuditCase) -> Iterator[Violation]:
    """So many candidates open, so many schools that may close do, and so many are open in the end. Today's zones open and close nothing."""
    rule, district = case.rules.openings, case.district
    if rule is None:
        return
    opening, closing = case.is_open & district.is_candidate, district.optional & ~district.is_candidate & ~case.is_open
    counted = {"total": (rule.total, case.is_open, "open")}
    if not case.is_today:
        counted = {"open": (rule.open, opening, "candidates that open"), "close": (rule.close, closing, "schools that close"), **counted}
    for key, (asked, found, what) in counted.items():
        if asked is not None:
            yield from _out_of(case, asked, [case.names[s] for s in np.flatnonzero(found)], key, what)


def _out_of(case: AuditCase, asked: HowMany, names: list[str], key: str, what: str) -> Iterator[Violation]:
    few, many = asked.min is not None and len(names) < asked.min, asked.max is not None and len(names) > asked.max
    if few or many:
        limit = asked.min if few else asked.max
        what = what if key != "total" else "open schools"
        named = f" ({shown(names)})" if names else ""
        sentence = f"there {case.says('would be', 'are')} {len(names)} {what}{named}, {'fewer' if few else 'more'} than {limit}"
        yield violation("openings", key, len(names), limit, sentence)


def check_must(case: AuditCase) -> Iterator[Violation]:
    """Schools that must be open are, those that must be closed are not; of `not_both` one at most is open, those of `together` are alike."""
    rule, ids = case.rules.openings, case.district.school_ids
    if rule is None or case.is_today:
        return
    is_open = dict(zip(ids, case.is_open.tolist(), strict=True))
    name = dict(zip(ids, case.names, strict=True))
    for texts, wanted, word in ((rule.must_open, True, "closed"), (rule.must_close, False, "open")):
        for text in texts:
            if is_open[text] is not wanted:
                yield breach("openings", text, f"{name[text]} would be {word}")
    for one, other in rule.not_both:
        if is_open[one] and is_open[other]:
            yield breach("openings", one, f"{name[one]} and {name[other]} would both be open")
    for one, other in rule.together:
        if is_open[one] is not is_open[other]:
            said = [f"{name[text]} would be {'open' if is_open[text] else 'closed'}" for text in (one, other)]
            yield breach("openings", one, " and ".join(said))


def check_least(case: AuditCase) -> Iterator[Violation]:
    """An open school has its least students of the schools' file, and, if it may close or open, a share of its seats (`openings.least`)."""
    rule, district, held = case.rules.openings, case.district, case.gather(case.district.students)
    for s in np.flatnonzero(case.is_open).tolist():
        asked = [] if district.least_students is None else [(float(district.least_students[s]), "its least")]
        if rule is not None and rule.least is not None and district.optional[s] and district.capacity is not None:
            seats = float(district.capacity[s])
            asked.append((rule.least * seats, f"{percent(rule.least)} of {count(seats, 'seat')}"))
        for least, what in asked:
            if held[s] < least - STUDENTS:
                sentence = (
                    f"{case.names[s]} {case.says('would hold', 'holds')} {count(float(held[s]), 'student')}, "
                    f"{number(least - held[s])} below {number(least)} ({what})"
                )
                yield violation("openings", district.school_ids[s], held[s], least, sentence)


def check_unit(case: AuditCase) -> Iterator[Violation]:
    """A school that may close or open is open with its unit, also where `school_in_own_zone` asks it of no other; of several in it the first is."""
    district = case.district
    if case.rules.school_in_own_zone:
        return  # said by that rule
    for s in case.lacks_its_unit[district.optional[case.lacks_its_unit]].tolist():
        unit = case.unit(int(district.school_unit[s]))
        yield breach("openings", district.school_ids[s], f"{case.names[s]} {case.says('would be', 'is')} open without {unit}, which holds it")


CHECKS = (check_counts, check_must, check_least, check_unit)
