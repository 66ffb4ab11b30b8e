"""Make a book of options: gather every count from metrics, and hide what would tell of a few students."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from rezoning.district.district import District, Ints
from rezoning.metrics import travel
from rezoning.metrics.measure import long_ride, visible
from rezoning.metrics.zones import Zones, nearest_to, nearest_zones, today_zones
from rezoning.public.book import EVERYONE, MORE, Asked, Book, School, View
from rezoning.public.counting import TRIPS_TABLE, Counted, ShownZones, count
from rezoning.public.graded import as_counted, by_grade, coarse_measures, pairing_of, shared, split_grades
from rezoning.public.ledger import Ledger, Place, Shown
from rezoning.public.measures import Measures, public_measures
from rezoning.public.people import People
from rezoning.public.refusal import refuse_if_lost
from rezoning.public.rounding import Rounding
from rezoning.public.rows import change_of, school_rows, trip_rows
from rezoning.public.told import tell_means, tell_rules
from rezoning.runs.option import Option
from rezoning.scenario.reporting import KM_PER_MILE

T = TypeVar("T")


def make_book(options: Sequence[Option]) -> Book:
    """Everything that may be shown of some options.

    Numbers of fewer students than `report.min_cell` of the first option are hidden, with others that would give them away
    (`rezoning.public.privacy`); all views and changes of the book count as published together.

    Parameters
    ----------
    options
        As `read_options` gives them: of one district.

    Raises
    ------
    DataError
        Where small numbers could be worked out whatever is hidden.
    """
    maker = _BookMaker(options[0], options)
    return maker.shown_book(maker.enter(), maker.ledger.close())


def book_and_more(options: Sequence[Option], more: Callable[[Ledger, People], T]) -> tuple[Book, Shown, T]:
    """A book of options as `make_book` makes it, with further numbers of the same students in its ledger.

    Parameters
    ----------
    more
        Enters further numbers; what it gives is handed on, with what may be shown.
    """
    maker = _BookMaker(options[0], options)
    entered = maker.enter()
    further = more(maker.ledger, maker.people)
    shown = maker.ledger.close()
    return maker.shown_book(entered, shown), shown, further


def book_of_today(asked: Asked, more: Callable[[Ledger, People, ShownZones], T]) -> tuple[Book, Shown, T]:
    """A book of today's zones and no options. Of today it tells what every book of the district does.

    Parameters
    ----------
    asked
        The question; its district has zones of today.
    more
        Enters further numbers into the ledger, given today's zones; what it gives is handed on, with what may be shown.

    Raises
    ------
    DataError
        Where small numbers could be worked out whatever is hidden.
    """
    maker = _BookMaker(asked, ())
    entered = maker.enter()
    assert entered.today is not None
    maker.ledger.scope = MORE
    further = more(maker.ledger, maker.people, entered.today)
    shown = maker.ledger.close()
    return maker.shown_book(entered, shown), shown, further


@dataclass(frozen=True, eq=False)
class _Entered:
    """Views whose numbers stand in the ledger."""

    today: ShownZones | None
    plans: list[ShownZones]
    nearest: ShownZones | None
    counted: dict[str, Counted]


class _BookMaker:
    """What is common to all views."""

    def __init__(self, asked: Asked, options: Sequence[Option]) -> None:
        self.asked, self.options = asked, tuple(options)
        everyone: Sequence[Asked] = self.options or (asked,)
        self.grades = split_grades(self.options)
        self.graded = {one.letter: by_grade(one.district, self.grades) for one in self.options} if self.grades else {}
        self.counted = tuple(as_counted(one, self.graded[one.letter]) if self.grades else one for one in self.options)
        self.least = float(asked.scenario.report.min_cell)
        self.ledger = Ledger(self.least)
        if self.least > 0:
            self.ledger.whole = frozenset(one.letter for one in self.options if shared(one) is not None)
        self.people = People(self.ledger, self.counted or everyone)
        is_in_miles = asked.district.travel_unit == "km" and asked.scenario.report.units == "us"
        self.schools, self.bins = schools_of(everyone), _bins(asked.district, KM_PER_MILE if is_in_miles else 1.0)
        self.ledger.school_names = tuple(school.name for school in self.schools)
        self.place = {school.id: i for i, school in enumerate(self.schools)}
        self.rounding = Rounding(self.least > 0, asked.district.travel_unit, self.least)
        self.lost_trips: tuple[Place, ...] = ()  # small numbers of groups by trip that only silence about the group's trips keeps
        self.has_today = asked.district.has_current and asked.metrics["today"] is not None

    def enter(self) -> _Entered:
        first = self.counted[0] if self.counted else self.asked
        district = visible(first.district, first.scenario)
        now = today_zones(district) if self.has_today else None
        near = nearest_to(district, self.options[0].plan if self.options else None)
        today = None if now is None else self.assignment("today", now, first)
        nearest = None if near is None or first.metrics["nearest"] is None else self.assignment("nearest", near, first, has_schools=False)
        plans = [self.assignment(one.letter, Zones(visible(one.district, one.scenario), one.plan.school), one) for one in self.counted]
        views = plans if today is None else [today, *plans]
        everything = views if nearest is None else [*views, nearest]
        zone = None if today is None else today.zone
        counted = {}
        for one in everything:
            self.ledger.scope = one.key if one in plans else ""
            counted[one.key] = count(self.ledger, self.people, one, zone, len(self.schools), self.bins)
            if self.least > 0:
                tell_means(self.ledger, self.people, one, counted[one.key], self.rounding)
        for one, option in zip(plans, self.counted, strict=True) if self.least > 0 else ():
            self.ledger.scope = one.key
            tell_rules(self.ledger, self.people, one, option)
        return _Entered(today, plans, nearest, counted)

    def shown_book(self, entered: _Entered, shown: Shown) -> Book:
        first, groups, counted = self.asked, self.people.groups, entered.counted
        today, nearest = entered.today, entered.nearest
        self.lost_trips = tuple(place for place in shown.lost if place.table == TRIPS_TABLE and place.kind != EVERYONE)
        refuse_if_lost([place for place in shown.lost if place not in self.lost_trips], self.least, has_options=bool(self.options))
        by_plan = list(zip(entered.plans, self.counted, strict=True))
        return Book(
            options=self.options,
            schools=self.schools,
            groups=groups,
            grades=tuple(self.people.grades),
            today=None if today is None else self.view(today, counted, first, first.metrics["today"], shown),
            views={one.key: self.view(one, counted, option, option.metrics["plan"], shown) for one, option in by_plan},
            changes={} if today is None else {one.key: change_of(one, counted[one.key], shown, self.rounding) for one in entered.plans},
            nearest=None if nearest is None else self.measures(nearest, counted, first, first.metrics["nearest"], shown),
            bins=self.bins,
            is_hidden=shown.is_any_hidden,
            joint=shown.joint,
            rests=(*shown.rests, *self.lost_trips),
            alone=None if self.options else first,
        )

    def assignment(self, key: str, zones: Zones, option: Asked, *, has_schools: bool = True) -> ShownZones:
        index = np.array([*(self.place.get(text, -1) for text in zones.ids), -1], dtype=np.int64)
        people, phase_in = self.people.of(zones.district), option.scenario.rules.phase_in
        unit = self._unit_of(key)
        return ShownZones(key, zones, index[:-1], index[zones.school], people, long_ride(option.scenario), phase_in, has_schools, unit)

    def _unit_of(self, key: str) -> Ints | None:
        """The unit of everything that is counted apart in a view; None where that is the units themselves."""
        if not self.grades:
            return None
        return self.graded[key if key in self.graded else self.options[0].letter].unit

    def _zone(self, one: ShownZones) -> Ints:
        """The school whose zone each unit is in, by the book's schools, shape (n,)."""
        if not self.grades:
            return one.zone
        option = next((option for option in self.options if option.letter == one.key), None)
        zones = today_zones(self.asked.district) if option is None else Zones(option.district, option.plan.school)
        assert zones is not None
        index = np.array([*(self.place.get(text, -1) for text in zones.ids), -1], dtype=np.int64)
        return index[zones.school]

    def view(self, one: ShownZones, counted: dict[str, Counted], option: Asked, measures: Measures, shown: Shown) -> View:
        found = counted[one.key]
        rows = school_rows(one, found, self.schools, self.people.groups, shown, self.rounding)
        known = {name: shown(cell) for name, cell in found.known.items()} or None
        lost = {place.kind for place in self.lost_trips if (place.scope or "today") == one.key}
        told = trip_rows(found, shown, lost), known, self.measures(one, counted, option, measures, shown)
        source = next((each for each in self.options if each.letter == one.key), None)
        return View(one.key, self._zone(one), rows, *told, None if source is None else pairing_of(source, self.place))

    def measures(self, one: ShownZones, counted: dict[str, Counted], option: Asked, measures: Measures, shown: Shown) -> Measures:
        found = public_measures(measures, one, counted[one.key], option, self.schools, self.people.groups, shown, self.rounding)
        return coarse_measures(found) if one.key in self.ledger.whole else found


def schools_of(options: Sequence[Asked]) -> tuple[School, ...]:
    """All schools that occur in some options, open ones of the first option first: those of their book."""
    found: dict[str, str] = {}
    for option in options:
        found |= {text: name for text, name in zip(option.district.school_ids, option.district.school_names, strict=True) if text not in found}
    for option in options:
        district = option.district
        used = set() if district.current is None else set(district.current.tolist())
        for k, text in enumerate(district.closed_ids):
            if district.num_schools + k in used:
                found.setdefault(text, text)
    return tuple(School(text, name) for text, name in found.items())


def _bins(district: District, size: float) -> tuple[float, ...]:
    """Edges of a width that is round in a unit of some size, at most nine bins, that reach the trip which 99 % of students do not exceed today.

    Without zones of today twice the trip to the nearest school stands in. The options have no part in it: trips that are told in other bins
    with another option would tell more of both.
    """
    now, near = today_zones(district), nearest_zones(district)
    longest = (0.0 if now is None else travel.percentile(now, 0.99)) or 0.0
    longest = longest or 2 * ((0.0 if near is None else travel.percentile(near, 0.99)) or 0.0)
    if longest <= 0:
        return (0.0,)
    longest /= size
    power = 10.0 ** np.floor(np.log10(longest))
    width = float(next(step * power / 10 for step in (1, 2, 5, 10, 20) if longest <= 9 * step * power / 10))
    return tuple(float(round(k * width * size, 9)) for k in range(int(np.ceil(longest / width)) + 1))
