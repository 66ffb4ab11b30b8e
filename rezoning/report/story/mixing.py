"""Which schools a plan evens out: those whose share of a group comes nearer to the district's than today, by more than readers can tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell, difference, is_number
from rezoning.report.catalogue.derived import district_share
from rezoning.report.catalogue.goals import GOALS
from rezoning.report.catalogue.measures import MEASURES
from rezoning.report.catalogue.rows import verdict

MIXING = {measure.path[0] for measure in MEASURES if measure.topic == "mixing"}


@dataclass(frozen=True)
class Evened:
    """Schools with students today and in an option: how many come nearer to the district's share of a group, go farther from it, or are hidden."""

    group: str
    nearer: int
    farther: int
    hidden: int
    schools: int


def story_group(book: Book) -> str | None:
    """The group that the first goal about the mix of schools is about, else the first band; None where no option asks for one that may be shown."""
    return next((name for name in _asked(book) if name in book.groups), None)


def _asked(book: Book) -> Iterator[str]:
    for option in book.options:
        for goal in option.scenario.goals:
            if goal.group is not None:
                yield goal.group
            elif goal.minimize == "imbalance":
                yield from goal.groups or option.district.groups
    for option in book.options:
        yield from (band.group for band in option.scenario.rules.bands if band.group is not None)


def is_mixing(minimize: str) -> bool:
    """Whether a goal is about the mix of schools."""
    facts = GOALS[minimize]  # type: ignore[index]
    return minimize == "imbalance" or facts.measure in MIXING


def evened(book: Book, letter: str, group: str) -> Evened | None:
    """None without zones of today, where the district's share is not known, or fewer than two schools can be compared."""
    share = district_share(book, group)
    if book.today is None or letter not in book.changes or not is_number(share):
        return None
    pairs = [
        (before.shares.get(group), after.shares.get(group)) for before, after in zip(book.today.schools, book.views[letter].schools, strict=True)
    ]
    signs = [_sign(before, after, share) for before, after in pairs if None not in (before, after)]
    if len(signs) < 2:
        return None
    return Evened(group, signs.count("better"), signs.count("worse"), signs.count(HIDDEN), len(signs))


def _sign(before: Cell, after: Cell, share: float) -> str:
    """Whether a school comes nearer; nothing where readers cannot tell."""
    was, now = (_off(cell, share) for cell in (before, after))
    return HIDDEN if HIDDEN in (was, now) else verdict(now, was, "percent", "lower")


def _off(cell: Cell, share: float) -> Cell:
    found = difference(cell, share)
    return abs(found) if is_number(found) else found
