"""What every public output is made from: page, statement, finder, workbook and exports read a Book and nothing else that counts students.

A `Cell` is a number, None where it is undefined, or HIDDEN where it is kept back to protect privacy (`rezoning.public.cell`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Ints
from rezoning.public.cell import HIDDEN, Cell
from rezoning.public.ledger import Place
from rezoning.public.pairing import Pairing, drawn
from rezoning.runs.option import Option
from rezoning.scenario.reporting import Report
from rezoning.scenario.schema import Scenario

EVERYONE = "all"
"""The key of all students, beside the groups."""

MORE = "more"
"""The scope, beside those of options, of what a book of today's zones tells besides: it depends on what is told of today, and on nothing else."""

Between = tuple[float, float]
"""Both ends of a range that holds a number of students; the upper one does not belong to it."""
Told = Cell | Between
"""A count, or the range that it is told in."""


class Asked(Protocol):
    """A question about a district, with or without an answer: an option is one, and so are today's zones alone."""

    @property
    def scenario(self) -> Scenario:
        """What was asked."""

    @property
    def district(self) -> District:
        """Of which place."""

    @property
    def metrics(self) -> Mapping[str, Any]:
        """``today`` and ``nearest`` as in metrics.json."""


@dataclass(frozen=True)
class School:
    """A school that is open in some option, or some unit's school today."""

    id: str
    name: str


@dataclass(frozen=True)
class SchoolRow:
    """A school in one view.

    Parameters
    ----------
    is_open
        Whether it is open there; a school that closes is open today only.
    capacity
        Seats; None where unknown.
    students, groups
        Counts, of everyone and by group.
    shares
        Each group's share of the school's students, 0..1.
    utilization
        Students over seats.
    travel_mean
        Mean trip in the district's unit of travel.
    by_year
        Students in coming years, growth scenarios and years of the transition, by name.
    by_grade
        Students of each of `Book.grades`, or the range that is told of them.
    """

    is_open: bool
    capacity: float | None
    students: Cell
    groups: Mapping[str, Cell]
    shares: Mapping[str, Cell]
    utilization: Cell
    travel_mean: Cell
    by_year: Mapping[str, Cell]
    by_grade: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class View:
    """One way to assign units: today, or an option.

    Parameters
    ----------
    key
        ``today``, or the option's letter.
    zone
        Index into `Book.schools` of each unit, shape (n,); -1 for a unit without a school.
    schools
        One row for each of `Book.schools`.
    trips
        Students by length of trip: for EVERYONE and each group, one number or range for each bin between `Book.bins`, the last for all that is
        longer; None without travel. Unknown trips are left out.
    known
        Students whose trip is known, of EVERYONE and each group; None without travel.
    measures
        As in metrics.json, with HIDDEN where a number must not be shown.
    pairing
        Which building has which grade of a zone, where schools are paired: numbers of schools are those of their buildings then. None where each
        school has all grades of its zone.
    """

    key: str
    zone: Ints
    schools: tuple[SchoolRow, ...]
    trips: Mapping[str, tuple[Told, ...]] | None
    known: Mapping[str, Cell] | None
    measures: Mapping[str, Any]
    pairing: Pairing | None = None

    @cached_property
    def drawn(self) -> Ints:
        """The school that each unit is drawn as on maps, shape (n,): that of its zone, and of zones that schools share one for all."""
        return drawn(self.zone, self.pairing)

    def goes_to(self, school: int) -> NDArray[np.bool_]:
        """Units of which some children go to a school of the book, shape (n,): those of its zone, or of some grades of a zone that it shares."""
        if self.pairing is None:
            return np.asarray(self.zone == school)
        return np.asarray((self.pairing.at[self.zone] == school).any(axis=1) & (self.zone >= 0))

    def grades_at(self, school: int) -> str:
        """The grades that a school has of a zone that it shares, in short: ``K–2``; empty for one that has all grades of its own."""
        return "" if self.pairing is None or school not in self.pairing.cluster_of else self.pairing.spans[school]


@dataclass(frozen=True)
class Flow:
    """Students who go from one school to another.

    Parameters
    ----------
    origin, target
        Indices into `Book.schools`.
    students
        How many; HIDDEN where that would tell of a few students.
    units
        Number of units.
    between
        Where `students` is HIDDEN, a range that holds it; None where that would tell too much as well.
    """

    origin: int
    target: int
    students: Cell
    units: int
    between: Between | None = None


@dataclass(frozen=True)
class Closing:
    """The students of a school that an option closes.

    Parameters
    ----------
    school
        Index into `Book.schools`.
    travel_mean
        Their mean trip in the option; today's is the school's own.
    walk_before, walk_after
        Those who can walk to school today, and in the option; None where walk zones are not known.
    """

    school: int
    travel_mean: Cell
    walk_before: Cell
    walk_after: Cell


@dataclass(frozen=True, eq=False)
class Moves:
    """An option against today.

    Parameters
    ----------
    moved
        Units whose school changes, indices, shape (k,).
    unit_students
        Students of each of these, in the same order; HIDDEN unless small numbers are shown: no count of a unit is for the public.
    flows
        Most students first.
    closing
        Schools of today that are closed in the option, where a school may close.
    """

    moved: Ints
    unit_students: tuple[Cell, ...]
    flows: tuple[Flow, ...]
    closing: tuple[Closing, ...] = ()


@dataclass(frozen=True, eq=False)
class Book:
    """Options of one district with every number that may be shown.

    Parameters
    ----------
    options
        A, B, …, none where the book is of today's zones alone; their own `metrics` and `schools` hide nothing and are not for the public.
    schools
        All schools that occur, open ones of the first option first.
    groups
        Groups that may be shown, in the scenario's order.
    grades
        Grades of the first option, in the scenario's order; of other options those that count the same students.
    today
        None where the scenario has no zones of today.
    views
        Letter to view.
    changes
        Letter to change; empty without zones of today.
    nearest
        Measures of the zones of nearest schools; None without travel.
    bins
        Edges of the bins of trips, from 0; the last bin has no end.
    is_hidden
        Whether anything is hidden.
    joint
        Small numbers for which more is hidden than each option would hide by itself: two books of one option each would give them away.
    alone
        The question about today's zones, for a book without options.
    rests
        Small numbers that stand in no table, such as all students of a school but a group, which a reader finds whatever is hidden.
    """

    options: tuple[Option, ...]
    schools: tuple[School, ...]
    groups: tuple[str, ...]
    grades: tuple[str, ...]
    today: View | None
    views: Mapping[str, View]
    changes: Mapping[str, Moves]
    nearest: Mapping[str, Any] | None
    bins: tuple[float, ...]
    is_hidden: bool
    joint: tuple[Place, ...] = ()
    rests: tuple[Place, ...] = ()
    alone: Asked | None = None

    @cached_property
    def vague(self) -> frozenset[str]:
        """Groups of which some school's number is hidden: no number that is made from all their schools may be exact."""
        views = [*([] if self.today is None else [self.today]), *self.views.values()]
        rows = [row for view in views for row in view.schools]
        return frozenset(name for name in self.groups if any(HIDDEN in (row.students, row.groups.get(name)) for row in rows))

    @property
    def first(self) -> Option:
        """Option A."""
        return self.options[0]

    @property
    def asked(self) -> Asked:
        """Option A; where there is none, the question about today's zones."""
        found = self.options[0] if self.options else self.alone
        assert found is not None
        return found

    @property
    def district(self) -> District:
        """The district as the first option sees it."""
        return self.asked.district

    @property
    def settings(self) -> Report:
        """What the first option's scenario says of reports."""
        return self.asked.scenario.report
