"""What families may know of each unit: its school in every view, trips, walks and promises; never how many students live there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.formulation.tables import locked_places, not_again_places, protected_places
from rezoning.public.book import Book, View
from rezoning.report.enrollment import views_of
from rezoning.runs.option import Option

NEAR = 3  # nearest schools that are told
TODAY = "today"


def schools_of(book: Book) -> dict[str, Ints]:
    """Key of each view to all schools that children of every unit go to, shape (n, k): one in each grade where schools are paired, else the one."""
    found = {}
    for key, view in views_of(book).items():
        grades = () if view.pairing is None else range(len(view.pairing.grades))
        found[key] = view.zone[:, None] if view.pairing is None else np.column_stack([view.pairing.school(view.zone, g) for g in grades])
    return found


def schools_at(view: View, drawn: int) -> list[tuple[int, str]]:
    """The schools of a zone by what it is drawn as, each with its grades in short: several where schools share it, else the one, with none."""
    if view.pairing is None or drawn not in view.pairing.cluster_of:
        return [(drawn, "")]
    return [(one.school, one.span) for one in view.pairing.cluster_of[drawn].buildings]


def trips(book: Book) -> Floats | None:
    """Travel from unit to each of the book's schools, shape (n, S), NaN where unknown; None where no option has travel of the first's unit.

    A school that one option closes has its trips from another one that opens it.
    """
    found = np.full((book.district.num_units, len(book.schools)), np.nan)
    unit = travel_unit(book)
    for option, columns in _columns(book):
        if option.district.travel is not None and option.district.travel_unit == unit:
            found[:, columns] = np.where(np.isnan(found[:, columns]), option.district.travel, found[:, columns])
    return None if np.isnan(found).all() else found


def travel_unit(book: Book) -> str:
    """``min`` or ``km``: what the first option with travel has."""
    return next((option.district.travel_unit for option in book.options if option.district.travel is not None), "min")


def walks(book: Book) -> Ints:
    """Whether each unit lies in the walk zone of each of the book's schools, shape (n, S): 1 yes, 0 no, -1 unknown."""
    found = np.full((book.district.num_units, len(book.schools)), -1, dtype=np.int64)
    for option, columns in _columns(book):
        if option.district.walkable is not None:
            found[:, columns] = np.where(found[:, columns] < 0, option.district.walkable, found[:, columns])
    return found


def told(book: Book, travel: Floats) -> list[list[int]]:
    """Schools whose trip is told for each unit: the nearest few, nearest first, then those of the views; unknown trips are left out."""
    order = np.argsort(np.where(np.isnan(travel), np.inf, travel), axis=1, kind="stable")[:, :NEAR].tolist()
    assigned = np.column_stack(list(schools_of(book).values())).tolist()
    known = ~np.isnan(travel)
    return [
        [s for s in dict.fromkeys((*near, *those)) if s >= 0 and known[u, s]] for u, (near, those) in enumerate(zip(order, assigned, strict=True))
    ]


def promises(option: Option, moved: Ints) -> dict[str, list[int]]:
    """Units that keep today's school by a promise of the scenario, by its kind; one that the plan breaks is none."""
    makers = {"locked": locked_places, "protected": protected_places, "lately": not_again_places}
    kept = {kind: np.setdiff1d(make(option.district, option.scenario)[0], moved) for kind, make in makers.items()}
    return {kind: units.tolist() for kind, units in kept.items() if len(units)}


def staying(option: Option) -> list[dict[str, Any]]:
    """Who may finish where they are though their home is reassigned, year by year: grades and the share of their students."""
    years = option.scenario.rules.phase_in
    return [{"year": year.year, "grades": [[grade, share] for grade, share in year.stay.items() if share > 0]} for year in years]


def _columns(book: Book) -> Iterator[tuple[Option, Ints]]:
    """Each option with the place of its open schools among the book's."""
    place = {school.id: i for i, school in enumerate(book.schools)}
    for option in book.options:
        yield option, np.array([place[text] for text in option.district.school_ids], dtype=np.int64)
