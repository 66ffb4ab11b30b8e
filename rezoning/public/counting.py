"""Which students each number of a book counts: the tables of a view and of a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.metrics import burden, closures, shares
from rezoning.metrics.access import TIE
from rezoning.metrics.segregation import NOBODY
from rezoning.metrics.zones import Zones, today_zones
from rezoning.public.book import EVERYONE
from rezoning.public.ledger import ALWAYS, MAYBE, Bools, Ledger, Population
from rezoning.public.people import People
from rezoning.scenario.rules import PhaseYear

# What is lost with a number of each kind, so that the least is lost where there is a choice.
SCHOOL, SCHOOL_GROUP, YEAR = 60.0, 8.0, 10.0
MOVED, MOVED_GROUP, FLOW = 200.0, 20.0, 3.0
TRIPS, TRIPS_GROUP, DETAIL = 6.0, 2.0, 4.0
GRADE = 1.0

TRIPS_TABLE = "trips"  # what the ledger calls the table of students by length of trip


@dataclass(frozen=True, eq=False)
class ShownZones:
    """Units at schools, as a book shows them.

    Parameters
    ----------
    key
        ``today``, ``nearest`` or an option's letter.
    zones
        Of the district without groups that must not be shown.
    index
        Index of each school of the zones in the book, shape (M,); -1 for none.
    zone
        The same of each unit's school, shape (n,).
    people
        EVERYONE and the groups.
    long
        From when a ride is long; None where nothing says so.
    phase_in
        Years of the transition.
    has_schools
        Whether numbers of single schools are shown; not of the zones of nearest schools.
    unit
        The unit of each (unit, grade) that is counted apart, where schools are paired; None where units are counted whole.
    """

    key: str
    zones: Zones
    index: Ints
    zone: Ints
    people: Mapping[str, Population]
    long: float | None
    phase_in: Sequence[PhaseYear]
    has_schools: bool = True
    unit: Ints | None = None


@dataclass(frozen=True, eq=False)
class ClosingCells:
    """Where the numbers of the students of a school that closes stand in the ledger.

    Parameters
    ----------
    units
        Units whose school it is today, shape (n,).
    walk_before, walk_after
        Those of its students who can walk to school today, and in the option; None where walk zones are not known.
    """

    units: Bools
    walk_before: int | None = None
    walk_after: int | None = None


@dataclass(eq=False)
class Counted:
    """Where an assignment's numbers stand in the ledger.

    Parameters
    ----------
    total
        All students, by kind.
    schools
        Students of each school of the book, by kind.
    years
        The same of coming years, growth scenarios and years of the transition, by their names.
    grades
        Students of each school of the book, by grade.
    trips
        Students by bin of trip, by kind.
    known
        Students whose trip is known, by kind: shares of trips are theirs.
    isolated
        Students of a group in schools that isolate it, by group and percentage.
    burdens
        Students who bear each burden (reassigned, walk_lost, long_rides, and school_closes where one may), by its name and kind.
    programs
        Students zoned to a school that offers it, by program and kind.
    further
        Other numbers of all students: `counted` (who have a school), `nearest`, `walks`, `unknown` (whose trip is), `added_unknown` (whose trip is,
        here or today).
    flows
        From school to school of the book, by the pair.
    sizes
        Units of each flow, by the pair.
    closing
        Of students whose school closes, by that school's index in the book; none where no school may.
    means
        Facts that tell of a mean, by what it is of (`trip`, `added_travel`, `added_minutes_only`, `school`, `closing`) and the kind or the school's
        index.
    """

    total: dict[str, int]
    schools: dict[str, Ints] = field(default_factory=dict)
    years: dict[str, Ints] = field(default_factory=dict)
    grades: dict[str, Ints] = field(default_factory=dict)
    trips: dict[str, Ints] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    isolated: dict[str, dict[str, int]] = field(default_factory=dict)
    burdens: dict[str, dict[str, int]] = field(default_factory=dict)
    programs: dict[str, dict[str, int]] = field(default_factory=dict)
    further: dict[str, int] = field(default_factory=dict)
    flows: dict[tuple[int, int], int] = field(default_factory=dict)
    sizes: dict[tuple[int, int], int] = field(default_factory=dict)
    closing: dict[int, ClosingCells] = field(default_factory=dict)
    means: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)


def count(ledger: Ledger, people: People, one: ShownZones, today: Ints | None, num_schools: int, bins: Sequence[float]) -> Counted:
    """Enter all numbers of an assignment into the ledger.

    Parameters
    ----------
    today
        Index of each unit's school of today in the book; None without.
    """
    found = Counted({name: people.total(population) for name, population in one.people.items()})
    _schools(ledger, people, one, found, num_schools)
    _years(ledger, people, one, found, today, num_schools)
    _grades(ledger, people, one, found, today, num_schools)
    _trips(ledger, people, one, found, bins)
    _isolated(ledger, one, found)
    _burdens(ledger, people, one, found)
    _programs(ledger, people, one, found)
    _further(ledger, people, one, found)
    if today is not None and one.zones.moved is not None and one.has_schools:
        _moves(ledger, people, one, found, today)
        _closing(ledger, people, one, found, today)
    return found


def _watch(ledger: Ledger, people: People, kinds: Mapping[str, Population], labels: Ints) -> None:
    """Small numbers by label of every kind, of all but each kind, and of those in no group of the partition."""
    for population in kinds.values():
        ledger.watch(population, labels)
    _watch_rest(ledger, people, kinds, labels)


def _watch_rest(ledger: Ledger, people: People, kinds: Mapping[str, Population], labels: Ints) -> None:
    for name, population in kinds.items():
        if name != EVERYONE:
            ledger.watch_difference(people.everyone, population, labels)
    if people.other is not None:
        ledger.watch(people.other, labels)


def _plain_table(ledger: Ledger, people: People, population: Population, labels: Ints, number: int, weight: float = YEAR, ranges: int = 0) -> Ints:
    """A table by label, with its total and what is left out of it."""
    cells, is_left = ledger.table(population, labels, number, weight, ranges=ranges), labels < 0
    rest = [ledger.cell(population, is_left, 1.0, published=False)] if is_left.any() else []
    ledger.family([*cells, *rest], people.total(population))
    return cells


def _table(
    ledger: Ledger, people: People, kinds: Mapping[str, Population], labels: Ints, number: int, weights: tuple[float, float], ranges: int = 0
) -> dict[str, Ints]:
    """Such tables of every kind, which add up to everyone's where groups are a partition."""
    found = {name: _plain_table(ledger, people, kind, labels, number, weights[name != EVERYONE], ranges) for name, kind in kinds.items()}
    _watch_rest(ledger, people, kinds, labels)
    if people.partition and all(name in found for name in people.partition):
        rest = [] if people.other is None else [ledger.table(people.other, labels, number, 1.0, published=False)]
        for k, total in enumerate(found[EVERYONE]):
            ledger.family([*(found[name][k] for name in people.partition), *(cells[k] for cells in rest)], total)
    return found


def _schools(ledger: Ledger, people: People, one: ShownZones, found: Counted, num_schools: int) -> None:
    ledger.begin("schools", ledger.school_names)
    if one.has_schools:
        found.schools = _table(ledger, people, one.people, one.zone, num_schools, (SCHOOL, SCHOOL_GROUP))
    else:
        _watch(ledger, people, one.people, one.zone)


def _years(ledger: Ledger, people: People, one: ShownZones, found: Counted, today: Ints | None, num_schools: int) -> None:
    """In the order and under the names of `metrics.capacity.enrollments`."""
    ledger.begin("years", ledger.school_names)
    district = one.zones.district
    for kind, columns in (("year", district.years), ("growth", district.growth)):
        for name, students in columns.items():
            key = name if name not in found.years else f"{kind} {name}"
            population = people.other_kind(f"{kind} {name}", students)
            if one.has_schools:
                found.years[key] = _plain_table(ledger, people, population, one.zone, num_schools)
            else:
                found.years[key] = np.zeros(0, dtype=np.int64)
                ledger.watch(population, one.zone)
    for year in one.phase_in:
        if today is not None and one.zones.moved is not None and all(grade in district.grades for grade in year.stay):
            key = year.year if year.year not in found.years else f"phase_in {year.year}"
            found.years[key] = _transition(ledger, people, one, year, today, num_schools)


def _transition(ledger: Ledger, people: People, one: ShownZones, year: PhaseYear, today: Ints, num_schools: int) -> Ints:
    """n_s, less those of the zone who stay elsewhere, plus those who stay here."""
    district = one.zones.district
    assert one.zones.moved is not None
    may = one.zones.moved & (district.stayable >= 0)
    population = people.staying(f"stay {year.year}", district, year.stay)
    here, there = np.where(may, today, -1), np.where(may, one.zone, -1)
    for labels in (here, there):
        ledger.watch(population, labels)
    if not one.has_schools:
        return np.zeros(0, dtype=np.int64)
    return ledger.sums([(people.everyone, one.zone, 1.0), (population, there, -1.0), (population, here, 1.0)], num_schools, YEAR)


def _grades(ledger: Ledger, people: People, one: ShownZones, found: Counted, today: Ints | None, num_schools: int) -> None:
    """Students of every grade at each school, and, which is not shown, of those who go from one school to another.

    Two schools' numbers of a grade, today and under an option, tell how many of it change between them: a class of a few children each.
    """
    grades = people.grades_of(one.zones.district)
    ledger.begin("grades", ledger.school_names)
    flows = None if today is None or one.zones.moved is None or not one.has_schools else _pairs(one, today)[1]
    kinds = [*grades.values(), *([people.ungraded] if grades and people.ungraded is not None else [])]
    for population in kinds:
        for labels in (one.zone, flows):
            if labels is not None:
                ledger.watch(population, labels)
    for name, population in grades.items() if one.has_schools else ():
        found.grades[name] = _plain_table(ledger, people, population, one.zone, num_schools, GRADE, MAYBE)
        ledger.watch_difference(people.everyone, population, one.zone)


def _pairs(one: ShownZones, today: Ints) -> tuple[Ints, Ints]:
    """Schools of today and of an option between which units move, shape (k, 2), and of each unit which of these, -1 for none."""
    moved = np.flatnonzero(np.asarray(one.zones.moved))
    pairs, at = np.unique(np.column_stack([today[moved], one.zone[moved]]), axis=0, return_inverse=True)
    labels = np.full(len(today), -1)
    labels[moved] = at.ravel()
    return pairs, labels


def _trips(ledger: Ledger, people: People, one: ShownZones, found: Counted, bins: Sequence[float]) -> None:
    ledger.begin(TRIPS_TABLE)
    if one.zones.trips is None:
        return
    is_known = ~np.isnan(one.zones.trips) | (one.zones.district.students <= NOBODY)
    found.known = found.total if is_known.all() else _split(ledger, people, one.people, is_known, (TRIPS, TRIPS_GROUP))
    if one.has_schools:
        found.trips = _table(ledger, people, one.people, binned(one.zones.trips, bins), len(bins), (TRIPS, TRIPS_GROUP), ALWAYS)


def binned(trips: Floats, bins: Sequence[float]) -> Ints:
    """Bin of each trip; -1 where it is unknown."""
    known = ~np.isnan(trips)
    return np.where(known, np.searchsorted(np.array(bins), np.where(known, trips, 0.0), side="right") - 1, -1)


def _isolated(ledger: Ledger, one: ShownZones, found: Counted) -> None:
    ledger.begin("isolated")
    n = one.zones.students
    for name, population in one.people.items():
        if name == EVERYONE:
            continue
        a, reached = one.zones.groups[name], np.zeros(len(one.zone), dtype=np.int64)
        found.isolated[name] = {}
        for share in shares.ISOLATING:
            isolates = np.append((n > NOBODY) & (a >= (share / 100 - shares.HAIR) * n), False)
            found.isolated[name][str(share)] = ledger.cell(population, isolates[one.zones.school], DETAIL)
            reached += isolates[one.zones.school]
        ledger.watch(population, np.where(reached > 0, reached, -1))


def _burdens(ledger: Ledger, people: People, one: ShownZones, found: Counted) -> None:
    ledger.begin("burdens")
    for measure in ("reassigned", "walk_lost", "long_rides"):
        borne = burden.per_student(one.zones, measure, one.long)
        if borne is not None:
            weights = (MOVED, MOVED_GROUP) if measure == "reassigned" else (DETAIL, DETAIL)
            found.burdens[measure] = _split(ledger, people, one.people, borne > 0, weights)
    closes = closures.school_closes(one.zones) if one.zones.district.has_optional else None
    if closes is not None:
        found.burdens["school_closes"] = _split(ledger, people, one.people, closes, (MOVED, MOVED_GROUP))


def _split(
    ledger: Ledger, people: People, kinds: Mapping[str, Population], units: Bools, weights: tuple[float, float] = (DETAIL, DETAIL)
) -> dict[str, int]:
    """Students of some units, by kind; those of the others must not be told either."""
    _watch(ledger, people, kinds, np.where(units, 0, 1))
    return {name: ledger.cell(population, units, weights[name != EVERYONE]) for name, population in kinds.items()}


def _programs(ledger: Ledger, people: People, one: ShownZones, found: Counted) -> None:
    ledger.begin("programs")
    counted = one.zones.counted
    for program, offers in one.zones.district.programs.items():
        found.programs[program] = _split(ledger, people, one.people, counted & offers[np.where(counted, one.zones.school, 0)])


def _further(ledger: Ledger, people: People, one: ShownZones, found: Counted) -> None:
    ledger.begin("further")
    zones, everyone = one.zones, {EVERYONE: people.everyone}
    found.further["counted"] = _split(ledger, people, everyone, zones.counted, (SCHOOL, SCHOOL))[EVERYONE]
    if zones.trips is not None and zones.district.travel is not None:
        shortest = np.where(np.isnan(zones.district.travel), np.inf, zones.district.travel).min(axis=1, initial=np.inf)
        is_nearest = zones.counted & np.isfinite(shortest) & (zones.trips <= shortest + TIE)
        found.further["nearest"] = _split(ledger, people, everyone, is_nearest)[EVERYONE]
        found.further["unknown"] = _split(ledger, people, everyone, zones.counted & np.isnan(zones.trips))[EVERYONE]
        added = burden.per_student(zones, "added_travel")
        if added is not None:
            found.further["added_unknown"] = _split(ledger, people, everyone, zones.counted & np.isnan(added))[EVERYONE]
    if zones.walks is not None:
        found.further["walks"] = _split(ledger, people, everyone, zones.walks)[EVERYONE]


def _moves(ledger: Ledger, people: People, one: ShownZones, found: Counted, today: Ints) -> None:
    pairs, labels = _pairs(one, today)
    ledger.begin("moves", [f"{ledger.school_names[a]} → {ledger.school_names[b]}" for a, b in pairs.tolist()])
    cells = ledger.table(people.everyone, labels, len(pairs), FLOW, ranges=ALWAYS)
    found.flows = {(int(a), int(b)): int(cell) for (a, b), cell in zip(pairs, cells, strict=True)}
    found.sizes = dict(zip(found.flows, _sizes(labels, one.unit, len(pairs)), strict=True))
    ledger.family(cells, found.burdens["reassigned"][EVERYONE])


def _closing(ledger: Ledger, people: People, one: ShownZones, found: Counted, today: Ints) -> None:
    """Who of a school that closes walks, today and in the option."""
    closes = closures.school_closes(one.zones) if one.zones.district.has_optional else None
    if closes is None:
        return
    now = today_zones(one.zones.district)
    before, after = None if now is None else now.walks, one.zones.walks
    ledger.begin("closing", ledger.school_names)
    for k in np.unique(today[closes & (today >= 0)]).tolist():
        units = closes & (today == k)
        cells = [None if walks is None else _of_those(ledger, people, units, walks) for walks in (before, after)]
        found.closing[k] = ClosingCells(units, *cells)


def _of_those(ledger: Ledger, people: People, units: Bools, some: Bools) -> int:
    """Students of some of a few units; those of the others must not be told either."""
    ledger.watch(people.everyone, np.where(units, np.where(some, 0, 1), -1))
    return ledger.cell(people.everyone, units & some, DETAIL)


def _sizes(labels: Ints, unit: Ints | None, number: int) -> list[int]:
    """How many units there are of each label; one whose grades are counted apart is one."""
    if unit is None:
        return [int(size) for size in np.bincount(labels[labels >= 0], minlength=number)]
    whole = np.unique(np.column_stack([labels, unit])[labels >= 0], axis=0)
    return [int(size) for size in np.bincount(whole[:, 0], minlength=number)]
