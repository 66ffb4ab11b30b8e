"""A diagnosis as everybody may see it: every number of students from a book, or hidden and coarse as a book would have it.

Today's schools are told as in every report. Students along borders, on islands and near other schools are told as ranges at best, as those who
move are; what is told of them is decided given what is told of today, so that reports of today's zones stay what they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from rezoning.district.district import District, Ints
from rezoning.metrics.beside import RINGS, km_between, trip_between
from rezoning.metrics.diagnosis import Diagnosis, OutOfBand, seats_of_open
from rezoning.metrics.measure import measure_nearest, measure_today
from rezoning.metrics.segregation import NOBODY
from rezoning.public.book import Asked, Book, Told
from rezoning.public.build import book_of_today
from rezoning.public.cell import HIDDEN, Cell, Rounded, difference, is_number, look, total
from rezoning.public.counting import FLOW, ShownZones
from rezoning.public.diagnosed import (
    PublicBand,
    PublicBorder,
    PublicDiagnosis,
    PublicIsland,
    PublicNearer,
    PublicPairing,
    PublicResidence,
    PublicSeats,
    PublicSide,
    PublicSplit,
    Subject,
)
from rezoning.public.ledger import ALWAYS, Ledger, Shown
from rezoning.public.people import People
from rezoning.public.rounding import COARSE, INDEX, Rounding
from rezoning.scenario.schema import Scenario

MANY = 30  # units with students: one coarse number about all of them tells nothing of any
HAIR = 1e-6  # students


def whole_diagnosis(scenario: Scenario, district: District, found: Diagnosis, floors: Mapping[str, Any]) -> PublicDiagnosis:
    """The same with nothing hidden, for those who may see all: terminals and notebooks."""
    bare = scenario.model_copy(update={"report": scenario.report.model_copy(update={"min_cell": 0})})
    return public_diagnosis(bare, district, found, floors)


def public_diagnosis(scenario: Scenario, district: District, found: Diagnosis, floors: Mapping[str, Any]) -> PublicDiagnosis:
    """Hide what must be hidden.

    Parameters
    ----------
    floors
        Group to what is proven of it (``rules``, ``loose``, ``why``).

    Raises
    ------
    DataError
        Where small numbers could be worked out whatever is hidden.
    """
    metrics = {"today": measure_today(district, scenario), "nearest": measure_nearest(district, scenario)}
    subject: Asked = Subject(scenario, district, metrics)
    entry = _Entry(found)
    book, shown, _ = book_of_today(subject, entry.enter)
    return _Hider(book, found, shown, entry, floors).diagnosis()


class _Entry:
    """The counts that a diagnosis tells besides today's schools, as cells of the ledger."""

    def __init__(self, found: Diagnosis) -> None:
        self.found = found
        self.along: list[tuple[int, int]] = []
        self.near: Ints = np.zeros(0, dtype=np.int64)
        self.islands: list[int] = []

    def enter(self, ledger: Ledger, people: People, today: ShownZones) -> None:
        """Tables of everyone; groups are told of whole schools only."""
        names, number = [today.zones.ids[s] for s in range(len(today.zones.ids))], len(today.zone)

        def counted(units: Ints) -> int:
            inside = np.zeros(number, dtype=bool)
            inside[units] = True
            return int(ledger.table(people.everyone, np.where(inside, 0, -1), 1, FLOW, ranges=ALWAYS)[0])

        for pair in self.found.beside:
            ledger.begin("border", [f"{names[pair.one]} | {names[pair.other]}"])
            self.along.append((counted(pair.along[0]), counted(pair.along[1])))
        labels = np.full(number, -1)
        for k, one in enumerate(self.found.nearer or ()):
            labels[one.units] = k
        ledger.begin("nearer", [f"{names[one.school]} → {names[one.nearer]}" for one in self.found.nearer or ()])
        self.near = ledger.table(people.everyone, labels, len(self.found.nearer or ()), FLOW, ranges=ALWAYS)
        for island in self.found.islands:
            ledger.begin("island", [names[island.school]])
            self.islands.append(counted(island.units))


class _Hider:
    """One function for each part."""

    def __init__(self, book: Book, found: Diagnosis, shown: Shown, entry: _Entry, floors: Mapping[str, Any]) -> None:
        self.book, self.found, self.shown, self.entry, self.floors = book, found, shown, entry, floors
        self.district = found.zones.district
        place = {school.id: k for k, school in enumerate(book.schools)}
        self.index = [place.get(text, -1) for text in found.zones.ids]
        assert book.today is not None
        self.today = book.today

    def diagnosis(self) -> PublicDiagnosis:
        return PublicDiagnosis(
            book=self.book,
            groups=self.found.groups,
            chosen=self.found.chosen,
            seats=None if self.found.seats is None else tuple(self._seats(s, row) for s, row in seats_of_open(self.found)),
            borders=self._borders(),
            nearer=None if self.found.nearer is None else self._nearer(),
            islands=self._islands(),
            corridors=self.found.corridors,
            bands=tuple(self._band(one) for one in self.found.bands),
            residence={name: self._residence(name) for name in self.found.groups},
            why_no_floor={name: "policy" if name not in self.found.chosen else self._why(name) for name in self.found.groups},
            rings=RINGS,
            pairings=self._pairings(),
            splits=None if self.found.splits is None else self._splits(),
        )

    def _why(self, name: str) -> str:
        return self.floors[name].why if name in self.floors else ""

    def _told(self, cell: int) -> Told:
        return self.shown.between(cell) or self.shown(cell)

    def _seats(self, s: int, row: Mapping[str, Any]) -> PublicSeats:
        school = self.today.schools[self.index[s]]
        return PublicSeats(self.index[s], row["seats"], row["allowed"], row["portables"], school.students, school.by_year)

    def _share(self, s: int, group: str) -> Cell:
        return self.today.schools[self.index[s]].shares.get(group)

    def _borders(self) -> tuple[PublicBorder, ...]:
        found = []
        for pair, cells in zip(self.found.beside, self.entry.along, strict=True):
            both = (pair.one, pair.other)
            one, other = (PublicSide(self.index[s], units, self._told(cell)) for s, units, cell in zip(both, pair.along, cells, strict=True))
            shares = {name: (self._share(pair.one, name), self._share(pair.other, name)) for name in self.found.groups}
            gaps = {name: _apart(*two) for name, two in shares.items()}
            trip, km = trip_between(self.district, *both), km_between(self.district, *both)
            found.append(PublicBorder((one, other), pair.border_m, trip, km, shares, gaps))
        main = self.found.groups[0] if self.found.groups else None
        return tuple(sorted(found, key=lambda border: -_known(border.gaps.get(main) if main else None)))

    def _nearer(self) -> tuple[PublicNearer, ...]:
        """Those who pass a school whose number of students is hidden are left out: that there is room would tell of it."""
        found = [
            PublicNearer(self.index[one.school], self.index[one.nearer], len(one.units), self._told(int(cell)), one.typical)
            for one, cell in zip(self.found.nearer or (), self.entry.near, strict=True)
            if self.today.schools[self.index[one.nearer]].students != HIDDEN
        ]
        return tuple(sorted(found, key=lambda one: (-_low(one.students), one.origin, one.target)))

    def _islands(self) -> tuple[PublicIsland, ...]:
        both = zip(self.found.islands, self.entry.islands, strict=True)
        found = [PublicIsland(self.index[one.school], one.units, self._told(cell)) for one, cell in both]
        return tuple(sorted(found, key=lambda one: (-_low(one.students), one.school, int(one.units[0]))))

    def _band(self, one: OutOfBand) -> PublicBand:
        outside, unjudged = [], 0
        for s, at in enumerate(self.index[: self.district.num_schools]):
            row = self.today.schools[at]
            cells = (row.students, row.groups.get(one.band.group, None) if one.band.group is not None else row.students)
            if HIDDEN in cells:
                unjudged += one.band.holds_for(self.district.school_ids[s])
            elif one.outside[s] > HAIR:
                outside.append((at, None if one.band.group is None else row.shares.get(one.band.group)))
        return PublicBand(one.band, one.is_rule, one.limits, tuple(outside), unjudged)

    def _residence(self, name: str) -> PublicResidence:
        today = look(self.today.measures, "dissimilarity", name)
        nearest = None if self.book.nearest is None else look(self.book.nearest, "dissimilarity", name)
        proven = self.floors.get(name)
        floor, loose = (
            self._bound(name, None if proven is None else bound, today) for bound in ((proven and proven.rules), (proven and proven.loose))
        )
        return PublicResidence(self._homes(name), today, nearest, floor, loose)

    def _homes(self, name: str) -> Cell:
        """Made of all units' counts: coarse where units are many, and as coarse as an index of hidden counts where they are few."""
        least, value = float(self.book.settings.min_cell), self.found.residence[name].units
        if value is None or least <= 0:
            return value
        lived = int((self.district.students > NOBODY).sum())
        if name not in self.book.vague and lived >= MANY:
            return Rounded(value, COARSE)
        rounding = Rounding(True, self.district.travel_unit, least)
        ours = float(self.district.groups[name].sum())
        return rounding.mix(value, ours, float(self.district.students.sum()) - ours, is_open=False)

    def _bound(self, name: str, value: float | None, today: Cell) -> Cell:
        """A bound stays one: it is rounded down."""
        if value is None or today == HIDDEN:
            return None if value is None else HIDDEN
        if self.book.settings.min_cell == 0:
            return value
        digits = COARSE if name in self.book.vague else INDEX
        return Rounded(math.floor(value * 10**digits + 1e-9) / 10**digits, digits)

    def _pairings(self) -> tuple[PublicPairing, ...]:
        """Every pair's index is one more equation for the schools' counts: none is told of a group some of whose counts are hidden, nor its order."""
        open_groups = [name for name in self.found.chosen if name not in self.book.vague]
        found = []
        for one in self.found.pooled if open_groups else ():
            both = (one.beside.one, one.beside.other)
            after = {name: one.after["dissimilarity"][name] for name in open_groups}
            gain = {name: difference(self.found.now["dissimilarity"][name], value) for name, value in after.items()}
            students = total(self.today.schools[self.index[s]].students for s in both)
            fits = None if one.room is None or not is_number(students) else one.room >= -HAIR
            trip, km = trip_between(self.district, *both), km_between(self.district, *both)
            found.append(PublicPairing((self.index[both[0]], self.index[both[1]]), students, fits, trip, km, after, gain))
        return tuple(sorted(found, key=lambda one: (-_known(one.gain[open_groups[0]]), *one.schools))) if open_groups else ()

    def _splits(self) -> tuple[PublicSplit, ...]:
        """Coarse, for what is told of grades elsewhere are ranges: students in tens, and of groups only those all of whose counts are told."""
        least = float(self.book.settings.min_cell)
        rounding = Rounding(least > 0, self.district.travel_unit, least)
        open_groups = [name for name in self.found.chosen if name not in self.book.vague]
        is_first = bool(open_groups) and open_groups[0] == next(iter(self.found.chosen), None)  # the order of pairs tells of the first group
        return tuple(
            PublicSplit(
                (self.index[one.schools[0]], self.index[one.schools[1]]),
                one.grades,
                one.moved if least <= 0 else HIDDEN if one.moved < 2 * least else Rounded(round(one.moved, -1), 0),
                None if one.trips is None else (rounding.trip(one.trips[0]), rounding.trip(one.trips[1])),
                {name: one.after[name] if least <= 0 else _coarse(one.after[name]) for name in open_groups},
            )
            for one in (self.found.splits or () if is_first else ())
        )


def _coarse(value: float | None) -> Cell:
    return None if value is None else Rounded(value, COARSE)


def _apart(one: Cell, other: Cell) -> Cell:
    gap = difference(one, other)
    return abs(gap) if is_number(gap) else gap


def _known(value: Cell) -> float:
    """A number for sorting: what is hidden or undefined comes last."""
    return float(value) if is_number(value) else -1.0


def _low(told: Told) -> float:
    """Likewise of a count that may be told as a range."""
    return told[0] if isinstance(told, tuple) else _known(told)
