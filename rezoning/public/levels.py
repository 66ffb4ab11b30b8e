"""Books of several levels: one for each, and what is between them; a feed stands in the book of the level whose students it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rezoning.district.district import Ints
from rezoning.metrics.measure import visible
from rezoning.metrics.zones import Zones, today_zones
from rezoning.public.book import Book
from rezoning.public.build import book_and_more, schools_of
from rezoning.public.feeds import Entered, FeedTable, enter_feeds, shown_feeds
from rezoning.public.ledger import Ledger, Shown
from rezoning.public.people import People
from rezoning.runs.option import Option
from rezoning.scenario.levels import Feeding, feedings
from rezoning.scenario.reporting import Report


@dataclass(frozen=True, eq=False)
class LevelsBook:
    """Options of a district with several levels, with every number that may be shown.

    Parameters
    ----------
    options
        As they were asked for, each with its levels.
    books
        Level to the book of its options, lowest first.
    feeds
        What is told between levels, in the order of `rezoning.scenario.levels.feedings`.
    """

    options: tuple[Option, ...]
    books: Mapping[str, Book]
    feeds: tuple[FeedTable, ...]

    @property
    def lowest(self) -> Book:
        """The book of the lowest level."""
        return next(iter(self.books.values()))

    @property
    def settings(self) -> Report:
        """What the first option's scenario says of reports."""
        return self.options[0].scenario.report

    @property
    def is_hidden(self) -> bool:
        """Whether anything is hidden."""
        return any(book.is_hidden for book in self.books.values()) or any(table.is_hidden for table in self.feeds)


def make_levels_book(options: Sequence[Option]) -> LevelsBook:
    """Books of every level of some options, and the feeds between them.

    Parameters
    ----------
    options
        As `read_options` gives them, all of the same levels.

    Raises
    ------
    DataError
        Where small numbers could be worked out whatever is hidden.
    """
    levels = {name: level_options(options, name) for name in options[0].levels}
    asked = feedings(options[0].scenario)
    books, told = dict[str, Book](), dict[Feeding, tuple[list[Entered], Shown]]()
    for name, those in levels.items():
        ours = [one for one in asked if one.count == name]

        def more(ledger: Ledger, people: People, ours: list[Feeding] = ours) -> list[list[Entered]]:
            return [enter_feeds(ledger, people.everyone, _zones(levels, one)) for one in ours]

        books[name], shown, found = book_and_more(those, more)
        told |= {one: (cells, shown) for one, cells in zip(ours, found, strict=True)}
    tables = [shown_feeds(one, *told[one], books[one.lower], books[one.upper]) for one in asked]
    return LevelsBook(tuple(options), books, tuple(tables))


def level_options(options: Sequence[Option], name: str) -> tuple[Option, ...]:
    """The options of one level, called as the whole ones are."""
    return tuple(replace(option.levels[name], letter=option.letter, key=option.key, name=option.name) for option in options)


def _zones(levels: Mapping[str, Sequence[Option]], asked: Feeding) -> dict[str, tuple[Ints, Ints]]:
    """By view, the index of each unit's lower and upper school in the books of the two levels."""
    sides = [_indexed(levels[name]) for name in (asked.lower, asked.upper)]
    return {key: (sides[0][key], sides[1][key]) for key in sides[0] if key in sides[1]}


def _indexed(options: Sequence[Option]) -> dict[str, Ints]:
    """Index of each unit's school in the book of a level, by view."""
    place = {school.id: i for i, school in enumerate(schools_of(options))}
    first, found = options[0], dict[str, Ints]()
    now = today_zones(visible(first.district, first.scenario))
    if now is not None:
        found["today"] = _placed(now, place)
    for option in options:
        found[option.letter] = _placed(Zones(option.district, option.plan.school), place)
    return found


def _placed(zones: Zones, place: Mapping[str, int]) -> Ints:
    index = np.array([*(place.get(text, -1) for text in zones.ids), -1], dtype=np.int64)
    return np.asarray(index[zones.school])
