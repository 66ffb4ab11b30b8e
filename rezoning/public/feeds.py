"""Who feeds whom, as far as everybody may know it: counted students by lower and upper school, hidden like every small number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rezoning.district.district import Ints
from rezoning.public.book import Between, Book
from rezoning.public.cell import Cell, is_number, ratio, total
from rezoning.public.ledger import MAYBE, Ledger, Population, Shown
from rezoning.scenario.levels import Feeding

FEED, END, CHANGED = 3.0, 30.0, 60.0
"""What is lost with a number of each kind, as in `rezoning.public.counting`."""
SLACK = 1e-9


@dataclass(frozen=True)
class Feed:
    """Counted students who live in the zones of a lower and of an upper school.

    Parameters
    ----------
    lower, upper
        Indices into the schools of the two levels' books.
    students, between
        How many; HIDDEN where that would tell of a few, and then a range that holds it, or None.
    share
        Of the denominator; HIDDEN where either is.
    is_small
        Whether it is below the least share; None where nobody says one, or what is told does not tell.
    """

    lower: int
    upper: int
    students: Cell
    between: Between | None
    share: Cell
    is_small: bool | None


@dataclass(frozen=True)
class FeedView:
    """The feeds of today or of an option.

    Parameters
    ----------
    key
        ``today``, or the option's letter.
    feeds
        Those with students, by lower school, the largest first.
    lower, upper
        Counted students of each school's zone, by its index: denominators.
    changed
        Counted students whose upper school is not today's; None for today, and where today is not known.
    counted
        All counted students.
    has_share
        Whether somebody says from which share on a feed is not small.
    """

    key: str
    feeds: tuple[Feed, ...]
    lower: Mapping[int, Cell]
    upper: Mapping[int, Cell]
    changed: Cell
    counted: Cell
    has_share: bool

    @cached_property
    def split(self) -> tuple[int, ...]:
        """Lower schools that feed several upper schools: the map of zones tells it, whatever is hidden."""
        lower = [feed.lower for feed in self.feeds]
        return tuple(s for s in dict.fromkeys(lower) if lower.count(s) > 1)

    @property
    def small(self) -> tuple[Feed, ...]:
        """Feeds that are told to be small."""
        return tuple(feed for feed in self.feeds if feed.is_small)

    @property
    def untold(self) -> tuple[Feed, ...]:
        """Feeds of which is not told whether they are small, where somebody says what is."""
        return tuple(feed for feed in self.feeds if feed.is_small is None) if self.has_share else ()

    @property
    def small_students(self) -> Cell:
        """Students in small feeds; HIDDEN where one is hidden."""
        return total(feed.students for feed in self.small) if self.small else 0.0


@dataclass(frozen=True, eq=False)
class FeedTable:
    """All that may be told of the feeds between two levels.

    Parameters
    ----------
    asked
        Which levels, whose students, and the denominator.
    lower, upper
        Books of the two levels, for the names of their schools.
    views
        By key, today first where it is known.
    """

    asked: Feeding
    lower: Book
    upper: Book
    views: Mapping[str, FeedView]

    @property
    def is_hidden(self) -> bool:
        """Whether any number is kept back or a range."""
        return any(not is_number(feed.students) for view in self.views.values() for feed in view.feeds)


@dataclass(frozen=True, eq=False)
class Entered:
    """Where the numbers of one view stand in the ledger."""

    key: str
    pairs: Ints
    feeds: Ints
    lower: tuple[Ints, Ints]
    upper: tuple[Ints, Ints]
    changed: int | None
    counted: int


def enter_feeds(ledger: Ledger, population: Population, zones: Mapping[str, tuple[Ints, Ints]]) -> list[Entered]:
    """Enter the feeds of every view into the ledger of the counted level.

    Parameters
    ----------
    population
        The counted students.
    zones
        By view, today's under ``today``: index of each unit's lower and upper school in their books, shape (n,) each, -1 for none.
    """
    found = []
    today = zones.get("today")
    for key, (lower, upper) in zones.items():
        ledger.scope = "" if key == "today" else key
        has_both = (lower >= 0) & (upper >= 0)
        is_lived = has_both & (population.weights > 0)
        pairs, label = np.unique(np.column_stack([lower, upper])[is_lived], axis=0, return_inverse=True)
        labels = np.full(len(lower), -1, dtype=np.int64)
        labels[is_lived] = label.ravel()
        ledger.begin("feeds")
        cells = ledger.table(population, labels, len(pairs), FEED, ranges=MAYBE)
        ends = []
        for side, zone in enumerate((lower, upper)):
            schools, place = np.unique(pairs[:, side], return_inverse=True)
            at = np.full(int(max(zone.max(initial=-1), -1)) + 2, -1, dtype=np.int64)
            at[schools] = np.arange(len(schools))
            totals = ledger.table(population, np.where(is_lived, at[zone], -1), len(schools), END)
            for k in range(len(schools)):
                ledger.family(cells[place.ravel() == k], int(totals[k]))
            ends.append((schools, totals))
        changed = None
        if today is not None and key != "today":
            units = (today[1] >= 0) & (upper >= 0) & (today[1] != upper)
            changed = ledger.cell(population, units, CHANGED)
        everyone = ledger.cell(population, np.ones(len(lower), dtype=bool), CHANGED)
        found.append(Entered(key, pairs, cells, ends[0], ends[1], changed, everyone))
    return found


def shown_feeds(asked: Feeding, entered: Sequence[Entered], shown: Shown, lower: Book, upper: Book) -> FeedTable:
    """What may be told of feeds that stand in a ledger."""
    return FeedTable(asked, lower, upper, {one.key: _view(asked, one, shown) for one in entered})


def _view(asked: Feeding, one: Entered, shown: Shown) -> FeedView:
    lower, upper = ({int(s): shown(cell) for s, cell in zip(*side, strict=True)} for side in (one.lower, one.upper))
    feeds = sorted(_feeds(asked, one, shown, lower, upper), key=lambda feed: (feed.lower, -_at_most(feed), feed.upper))
    changed = None if one.changed is None else shown(one.changed)
    return FeedView(one.key, tuple(feeds), lower, upper, changed, shown(one.counted), asked.min_share is not None)


def _feeds(asked: Feeding, one: Entered, shown: Shown, lower: Mapping[int, Cell], upper: Mapping[int, Cell]) -> Iterator[Feed]:
    side = 0 if asked.of == "lower" else 1
    ends = one.pairs[:, side].tolist()
    told = _subtracted(one, [shown(cell) for cell in one.feeds], (lower, upper))
    for (e, m), cell, students in zip(one.pairs.tolist(), one.feeds.tolist(), told, strict=True):
        whole = lower[e] if side == 0 else upper[m]
        between = None if is_number(students) else shown.between(cell)
        if ends.count((e, m)[side]) == 1:  # all of its denominator, however many that are
            yield Feed(e, m, students, between, 1.0, None if asked.min_share is None else False)
        else:
            yield Feed(e, m, students, between, ratio(students, whole), _is_small(asked.min_share, students, between, whole))


def _subtracted(one: Entered, told: list[Cell], totals: tuple[Mapping[int, Cell], Mapping[int, Cell]]) -> list[Cell]:
    """Feeds with those that any reader finds, for the school's total and all its other feeds stand beside them."""
    found = list(told)
    for side, whole in enumerate(totals):
        for school, total_of in whole.items():
            parts = [k for k, pair in enumerate(one.pairs.tolist()) if pair[side] == school]
            unknown = [k for k in parts if not is_number(found[k])]
            if len(unknown) == 1 and is_number(total_of):
                found[unknown[0]] = total_of - sum(part for k in parts if is_number(part := found[k]))
    return found


def _is_small(least: float | None, students: Cell, between: Between | None, whole: Cell) -> bool | None:
    """Whether a feed is below the least share of its denominator, from what is told alone."""
    if least is None:
        return None
    if not is_number(whole):
        return None
    low, high = (students, students) if is_number(students) else between or (0.0, np.inf)
    if high < least * whole - SLACK:
        return True
    return False if low >= least * whole - SLACK else None


def _at_most(feed: Feed) -> float:
    return feed.students if is_number(feed.students) else (feed.between or (0.0, 0.0))[1]
