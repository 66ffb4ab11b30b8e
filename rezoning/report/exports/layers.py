"""What exports say: units, zones and schools as columns with a meaning, whatever the format; counts of students only as cells of the book."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from rezoning.district.district import Ints
from rezoning.public.book import Book, View
from rezoning.public.cell import HIDDEN, Cell
from rezoning.report.exports import words
from rezoning.report.exports.coverage import Ground, Shapes, dissolved, ground_of
from rezoning.report.exports.places import places_of
from rezoning.report.exports.text import clean, numbered
from rezoning.report.maps.colors import school_colors

Kind = Literal["text", "whole", "number", "flag"]


@dataclass(frozen=True)
class Column:
    """Values of one column; None where a value is unknown, undefined or hidden."""

    kind: Kind
    values: list[Any]


@dataclass(frozen=True, eq=False)
class Layer:
    """Records with a shape each.

    Parameters
    ----------
    name
        ``units``, ``zones`` or ``schools``.
    columns
        By name; what each means stands in `words.meaning`.
    shapes
        One a record, in `crs`; None for a record without one.
    crs
        Of pyproj.
    """

    name: str
    columns: dict[str, Column]
    shapes: Shapes
    crs: Any

    def records(self) -> Iterator[dict[str, Any]]:
        """Each record's values by column."""
        for values in zip(*(column.values for column in self.columns.values()), strict=True):
            yield dict(zip(self.columns, values, strict=True))


@dataclass(frozen=True)
class Written:
    """A file that was written: where, what it is, and its columns with their meaning."""

    path: Path
    about: str
    columns: dict[str, str]


@dataclass(frozen=True, eq=False)
class Job:
    """One export.

    Parameters
    ----------
    book
        The options.
    letters
        Those to export.
    to
        Name of the format.
    place
        An existing directory.
    with_counts
        Whether units carry their numbers of students, which are not for publication.
    """

    book: Book
    letters: tuple[str, ...]
    to: str
    place: Path
    with_counts: bool = False

    @cached_property
    def views(self) -> tuple[View, ...]:
        """Today, if there is one, then the options to export."""
        today = () if self.book.today is None else (self.book.today,)
        return (*today, *(self.book.views[letter] for letter in self.letters))

    @cached_property
    def ground(self) -> Ground:
        """The units' polygons; DataError without them."""
        return ground_of(self.book.district, self.to)

    @cached_property
    def ids(self) -> list[str | None]:
        """Ids of the book's schools, then None for no school (index -1)."""
        return [*(school.id for school in self.book.schools), None]

    @cached_property
    def names(self) -> list[str]:
        """Names of the book's schools, harmless."""
        return [clean(school.name) for school in self.book.schools]

    @cached_property
    def numbers(self) -> list[int]:
        """Numbers of the book's schools, the same in every option."""
        return numbered([school.id for school in self.book.schools])

    def schools_of(self, view: View) -> list[str | None]:
        """Each unit's school id in a view."""
        return [self.ids[s] for s in view.zone.tolist()]

    def option_name(self, letter: str) -> str:
        """What the option is called."""
        return clean(next(option.name for option in self.book.options if option.letter == letter))


def units_columns(job: Job) -> dict[str, Column]:
    """Unit ids, their school in each view, whether it changes, and with counts the students."""
    district, today = job.book.district, job.book.today
    columns = {"unit_id": Column("text", list(district.unit_ids))}
    for view in job.views:
        columns[f"school_{view.key}"] = Column("text", job.schools_of(view))
        if view.pairing is not None:
            for g, grade in enumerate(view.pairing.grades):
                columns[f"school_{view.key}_{grade}"] = Column("text", [job.ids[s] for s in view.pairing.school(view.zone, g).tolist()])
        if today is not None and view is not today:
            changed = np.zeros(district.num_units, dtype=bool)
            changed[job.book.changes[view.key].moved] = True
            columns[f"changed_{view.key}"] = Column("flag", changed.tolist())
    if job.with_counts:
        columns["students"] = Column("number", district.students.tolist())
        columns |= {f"group_{name}": Column("number", district.groups[name].tolist()) for name in job.book.groups if name in district.groups}
    return columns


def units_layer(job: Job) -> Layer:
    """The units on their ground."""
    return Layer("units", units_columns(job), job.ground.shapes, job.ground.crs)


def zones_layer(job: Job, views: Sequence[View]) -> Layer:
    """The zones of some views, those of schools that have one: the shape, and the numbers that may be shown."""
    import shapely

    rows: list[tuple[View, int]] = []
    shapes: list[Any] = []
    for view in views:
        found = dissolved(job.ground, view.drawn, len(job.book.schools))
        lead = _drawn_as(view, len(job.book.schools))
        there = np.flatnonzero(~shapely.is_missing(found[lead])).tolist()
        rows += [(view, s) for s in there]
        shapes += [found[lead[s]] for s in there]
    colors = school_colors(job.book)
    sizes = {view.key: [int(view.goes_to(s).sum()) for s in range(len(job.book.schools))] for view in views}
    columns = {
        "view": Column("text", [view.key for view, _ in rows]),
        "school_id": Column("text", [job.ids[s] for _, s in rows]),
        "name": Column("text", [job.names[s] for _, s in rows]),
        **_grades(views, rows),
        "units": Column("whole", [sizes[view.key][s] for view, s in rows]),
        "area_km2": Column("number", [round(shape.area / 1e6, 6) for shape in shapes]),
        "fill": Column("text", [colors[s] for _, s in rows]),
        **_numbers(job, rows),
    }
    there_shapes = np.array(shapes, dtype=object) if shapes else np.empty(0, dtype=object)
    return Layer("zones", columns, there_shapes, job.ground.crs)


def _drawn_as(view: View, number: int) -> Ints:
    """The school that each school's zone is drawn as, shape (number,): schools that share a zone all have it."""
    clusters = {} if view.pairing is None else view.pairing.cluster_of
    return np.array([clusters[s].lead if s in clusters else s for s in range(number)], dtype=np.int64)


def _grades(views: Sequence[View], rows: Sequence[tuple[View, int]]) -> dict[str, Column]:
    """The grades that a school has of its zone, where schools share zones in some view."""
    if all(view.pairing is None for view in views):
        return {}
    return {"grades": Column("text", [view.grades_at(s) or None for view, s in rows])}


def _numbers(job: Job, rows: Sequence[tuple[View, int]]) -> dict[str, Column]:
    """Cells of the book; of those that are hidden only their names, in the column `hidden`."""

    def cells(value: Callable[[View, int], Cell]) -> list[Cell]:
        return [value(view, s) for view, s in rows]

    said = {"students": cells(lambda view, s: view.schools[s].students)}
    said |= {f"group_{name}": cells(lambda view, s, name=name: view.schools[s].groups.get(name)) for name in job.book.groups}  # type: ignore[misc]
    said["capacity"] = cells(lambda view, s: view.schools[s].capacity)
    said["utilization"] = cells(lambda view, s: view.schools[s].utilization)
    hidden = [",".join(name for name, values in said.items() if values[k] == HIDDEN) for k in range(len(rows))]
    columns = {name: Column("number", [shown(value) for value in values]) for name, values in said.items()}
    return columns | {"hidden": Column("text", hidden)}


def shown(value: Cell) -> float | None:
    """A cell as a number; None where it is hidden or undefined."""
    return None if value is None or isinstance(value, str) else float(value)


def schools_layer(job: Job) -> Layer:
    """The schools whose place is known."""
    places = places_of(job.book)
    rows = [s for s, school in enumerate(job.book.schools) if school.id in places]
    ids = [job.book.schools[s].id for s in rows]
    seats = [next((view.schools[s].capacity for view in reversed(job.views) if view.schools[s].capacity is not None), None) for s in rows]
    columns = {
        "school_id": Column("text", list(ids)),
        "name": Column("text", [job.names[s] for s in rows]),
        "number": Column("whole", [job.numbers[s] for s in rows]),
        "capacity": Column("number", seats),
        **{f"open_{view.key}": Column("flag", [view.schools[s].is_open for s in rows]) for view in job.views},
        **{f"grades_{view.key}": Column("text", [view.grades_at(s) or None for s in rows]) for view in job.views if view.pairing is not None},
        "located": Column("text", [places[text][1] for text in ids]),
    }
    points = np.array([places[text][0] for text in ids], dtype=object)
    return Layer("schools", columns, points, job.ground.crs)


def explained(layer: Layer | dict[str, Column]) -> dict[str, str]:
    """Each column's meaning."""
    columns = layer.columns if isinstance(layer, Layer) else layer
    return {name: words.meaning(name) for name in columns}
