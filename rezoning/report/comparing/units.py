"""Plan against plan: every unit that does not have the same school everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.metrics.zones import Zones, today_zones
from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell
from rezoning.report.estimated import book_labels
from rezoning.report.language import language_of


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
        Index into `Book.schools` in each view, shape (k, views); -1 for a new unit, today.
    trips
        Travel in each view, shape (k, views), NaN where unknown; None without travel.
    students
        Students of each unit, None for one that is new; None for all where they are not told.
    """

    units: Ints
    keys: tuple[str, ...]
    schools: Ints
    trips: Floats | None
    students: tuple[Cell, ...] | None


def differences(book: Book) -> Differences:
    """What differs. A unit that has no school today counts where two options disagree about it."""
    keys = (*(("today",) if book.today is not None else ()), *(option.letter for option in book.options))
    zones = np.column_stack([book.today.zone if key == "today" and book.today is not None else book.views[key].zone for key in keys])
    reference = zones[:, [-1]]
    differs = ((zones != reference) & (zones >= 0)).any(axis=1)
    units = np.flatnonzero(differs)
    known = _students(book)
    trips = _trips(book, keys)
    students = None if known is None else tuple(known.get(int(u)) for u in units)
    return Differences(units, keys, zones[units], None if trips is None else trips[units], students)


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
            row[f"{key}_school_id"] = None if s < 0 else book.schools[s].id
            row[f"{key}_school"] = None if s < 0 else book.schools[s].name
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
    return np.column_stack([unknown if (trips := zones[key].trips) is None else trips for key in keys])
