"""Crowding has two limits, and both are told: the seats of a school, and what the rules of a scenario allow."""

from __future__ import annotations

import numpy as np

from rezoning.auditing.capacity import seats_allowed
from rezoning.auditing.case import STUDENTS
from rezoning.public.book import Book, View
from rezoning.public.cell import HIDDEN, Cell, is_number
from rezoning.report.language import Language
from rezoning.runs.option import Option
from rezoning.scenario.schema import Scenario


def limits_of(book: Book, view: View) -> list[float] | None:
    """Most students that each school of the book may hold by the rules of who is judged; no limit where it is not open."""
    option = option_of(book, view)
    allowed = seats_allowed(option.scenario.rules.capacity, option.district)
    if allowed is None:
        return None
    by_school = dict(zip(option.district.school_ids, allowed.tolist(), strict=True))
    return [by_school.get(school.id, np.inf) if row.is_open else np.inf for school, row in zip(book.schools, view.schools, strict=True)]


def option_of(book: Book, view: View) -> Option:
    """The option by whose rules and data a view is judged: its own, and of today the first."""
    return next((option for option in book.options if option.letter == view.key), book.first)


def is_over(students: Cell, limit: float) -> bool | None:
    """Whether students are too many; None where that is hidden."""
    return None if students == HIDDEN else is_number(students) and students > limit + STUDENTS


def over_allowed(book: Book, view: View) -> Cell:
    """How many open schools hold more students than the rules allow; None where that is no other limit than the seats in any option."""
    limits = limits_of(book, view)
    if limits is None or not any(map(allows_other_than_seats, book.options)):
        return None
    found = [is_over(row.students, limit) for row, limit in zip(view.schools, limits, strict=True)]
    return HIDDEN if None in found else float(sum(map(bool, found)))


def allows_other_than_seats(option: Option) -> bool:
    """Whether the rules of an option let some school hold more, or only fewer, than it has seats."""
    allowed, seats = seats_allowed(option.scenario.rules.capacity, option.district), option.district.capacity
    return allowed is not None and seats is not None and not np.allclose(allowed, seats)


def sets_limit(scenario: Scenario) -> bool:
    """Whether a scenario has a rule that limits schools by their seats."""
    rule = scenario.rules.capacity
    return rule is not None and rule.of == "capacity" and (rule.max is not None or any(own.max is not None for own in rule.schools.values()))


def limit_words(scenario: Scenario, language: Language) -> str:
    """The limit of finding 8 in words: ``105 % of seats``; the seats, where no rule says anything else."""
    rule = scenario.rules.capacity
    if rule is None or not sets_limit(scenario):
        return language.text("crowding.seats", share=language.share(1.0))
    most = 1.0 if rule.max is None else rule.max
    said = language.text("crowding.portables" if rule.portables else "crowding.seats", share=language.share(most))
    own = any(limits.max not in (None, most) for limits in rule.schools.values())
    return language.text("crowding.own", limit=said) if own else said


def common_limit(book: Book, language: Language) -> str:
    """The same for all options; where they differ, that each has its own."""
    said = {limit_words(option.scenario, language) for option in book.options}
    return said.pop() if len(said) == 1 else language.text("crowding.each")
