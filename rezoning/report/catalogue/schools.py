"""What tables say of each school, gathered once: seats, students, utilization, each group's share and trips, in every view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from rezoning.public.book import Book, SchoolRow
from rezoning.public.cell import Cell, look
from rezoning.report.catalogue.kinds import Kind, Together, settled, together, unit_of
from rezoning.report.estimated import EstimateLabels
from rezoning.report.language import Language

SHAPES: tuple[tuple[tuple[str, ...], str, Kind], ...] = (
    (("boundary_km_by_school",), "school_boundary", "km"),
    (("polsby_popper", "schools"), "school_polsby_popper", "index"),
    (("necks",), "school_neck", "m"),
)
"""Measures of zones' shapes: where they stand in metrics.json, what they are called, and how they are written."""


@dataclass(frozen=True, eq=False)
class SchoolMeasure:
    """A measure of every school.

    Parameters
    ----------
    key
        Name for machines.
    title
        What it is called, with its unit.
    kind
        How it is written.
    cells
        By view, ``today`` or an option's letter: one a school of the book.
    is_of_shape
        Whether it is about a zone's shape, for which a page has no room.
    """

    key: str
    title: str
    kind: Kind
    cells: Mapping[str, tuple[Cell, ...]]
    is_of_shape: bool = False

    def together(self, school: int, language: Language) -> Together:
        """How a school's numbers in all views are written."""
        return together([cells[school] for cells in self.cells.values()], self.kind, language)

    def label(self, labels: EstimateLabels) -> str:
        """What of it is estimated."""
        if self.is_of_shape or self.key == "seats":
            return ""
        return labels.trips_short if self.key == "trip" else labels.students_short


def school_measures(book: Book, language: Language) -> list[SchoolMeasure]:
    """All of which something is known."""
    views = ({} if book.today is None else {"today": book.today}) | dict(book.views)
    made = [
        SchoolMeasure(key, title, kind, {name: tuple(map(read, view.schools)) for name, view in views.items()})
        for key, title, kind, read in _asked(book, language)
    ]
    made += [
        SchoolMeasure(
            path[0], language.text(f"measures.{label}", unit=unit_of(kind, language)), kind,
            {name: tuple(look(view.measures, *path, school.id) for school in book.schools) for name, view in views.items()}, is_of_shape=True,
        )
        for path, label, kind in SHAPES
    ]  # fmt: skip
    return [one for one in made if any(cell is not None for cells in one.cells.values() for cell in cells)]


def _asked(book: Book, language: Language) -> Iterator[tuple[str, str, Kind, Callable[[SchoolRow], Cell]]]:
    """Key, title and kind, and how it is read off a school."""
    said, trip = language.text, settled("travel", book.district.travel_unit)
    yield "students", said("measures.school_students"), "count", lambda row: row.students
    yield "utilization", said("measures.school_utilization"), "percent", lambda row: row.utilization
    yield "seats", said("measures.school_seats"), "count", lambda row: row.capacity
    for i, group in enumerate(book.groups):
        yield f"share-{i}", said("measures.school_share", group=language.group(group)), "percent", lambda row, group=group: row.shares.get(group)  # type: ignore[misc]
    yield "trip", said("measures.school_trip", unit=unit_of(trip, language)), trip, lambda row: row.travel_mean
