"""Plan against plan: every unit that does not have the same school everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import Floats, Ints
from rezoning.metrics.zones import Zones, today_zones
from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell
from rezoning.report.enrollment import views_of
from rezoning.report.estimated import book_labels
from rezoning.report.language import language_of
from rezoning.report.pairing_words import cluster_words


@dataclass(frozen=True)
class Target:
    """A school, or schools that share their zones, each with its grades: id (several with ``;`` between them) and name."""

    id: str
    name: str


@dataclass(frozen=True, eq=False)
class Differences:
    """Units whose school differs between today and some option, or between two options.

    Parameters
    ----------
    units
        Indices, shape (k,).
    keys
        ``today`` where it is known, then the options' letters.
    schools
        Index into `places` in each view, shape (k, views); -1 for a new unit, today.
    trips
        Travel in each view, shape (k, views), NaN where unknown, and where it depends on the grade; None without travel.
    students
        Students of each unit, None for one that is new; None for all where they are not told.
    places
        Where children go: the schools of the book, then schools that share their zones, together.
    """

    units: Ints
    keys: tuple[str, ...]
    schools: Ints
    trips: Floats | None
    students: tuple[Cell, ...] | None
    places: tuple[Target, ...]


def differences(book: Book) -> Differences:
    """What differs. A unit that has no school today counts where two options disagree about it."""
    keys = (*(("today",) if book.today is not None else ()), *(option.letter for option in book.options))
    places, columns = _places(book, keys)
    zones = np.column_stack(columns)
    reference = zones[:, [-1]]
    differs = ((zones != reference) & (zones >= 0)).any(axis=1)
    units = np.flatnonzero(differs)
    known = _students(book)
    trips = _trips(book, keys)
    students = None if known is None else tuple(known.get(int(u)) for u in units)
    return Differences(units, keys, zones[units], None if trips is None else trips[units], students, places)


def _places(book: Book, keys: tuple[str, ...]) -> tuple[tuple[Target, ...], list[Ints]]:
    """Where children go, and for each view the place of every unit among them, shape (n,)."""
    found = {Target(school.id, school.name): s for s, school in enumerate(book.schools)}
    assert len(found) == len(book.schools)
    columns = []
    for key in keys:
        view = views_of(book)[key]
        shared = np.arange(len(book.schools))
        for cluster in () if view.pairing is None else view.pairing.clusters:
            ids = ";".join(book.schools[one.school].id for one in cluster.buildings)
            words = cluster_words(book, cluster, language_of(book.settings))
            shared[list(cluster.zones)] = found.setdefault(Target(ids, words), len(found))
        columns.append(np.where(view.zone >= 0, shared[view.zone], -1))
    return tuple(found), columns


def changed_units(book: Book) -> list[dict[str, Any]]:
    """One row a unit: `unit_id`, `students`, and in each view `<view>_school_id`, `<view>_school` and `<view>_min` (`_km`).

    A last column `estimated` stands where something is.

    Counts of students of a unit are for nobody but those who see all numbers (`report.min_cell: 0`); None for one that has no school today.
    """
    found, unit = differences(book), book.district.travel_unit
    rows = []
    for i, u in enumerate(found.units.tolist()):
        row: dict[str, Any] = {"unit_id": book.district.unit_ids[u], **({} if found.students is None else {"students": found.students[i]})}
        for k, key in enumerate(found.keys):
            s = int(found.schools[i, k])
            row[f"{key}_school_id"] = None if s < 0 else found.places[s].id
            row[f"{key}_school"] = None if s < 0 else found.places[s].name
            if found.trips is not None:
                row[f"{key}_{unit}"] = trip(found.trips[i, k])
        rows.append(row)
    return book_labels(book, language_of(book.settings)).rows(rows)


def trip(value: float) -> float | None:
    """A trip for people, to a hundredth; None where unknown."""
    return None if np.isnan(value) else round(float(value), 2)


def _students(book: Book) -> dict[int, Cell] | None:
    """Unit to students, from the changes against today; None where they are not told."""
    pairs = [(u, cell) for change in book.changes.values() for u, cell in zip(change.moved.tolist(), change.unit_students, strict=True)]
    return None if not book.changes or HIDDEN in (cell for _, cell in pairs) else dict(pairs)


def _trips(book: Book, keys: tuple[str, ...]) -> Floats | None:
    """Travel of each unit in each view, shape (n, views); None where no view knows any."""
    now = today_zones(book.district)
    zones = {option.letter: Zones(option.district, option.plan.school) for option in book.options} | ({} if now is None else {"today": now})
    if all(zones[key].trips is None for key in keys):
        return None
    unknown = np.full(book.district.num_units, np.nan)
    return np.column_stack([unknown if (trips := zones[key].trips) is None else np.where(_is_shared(book, key), np.nan, trips) for key in keys])


def _is_shared(book: Book, key: str) -> NDArray[np.bool_]:
    """Units of zones that schools share in a view, shape (n,)."""
    view = views_of(book)[key]
    return np.isin(view.zone, [] if view.pairing is None else list(view.pairing.cluster_of))
