"""Everything that maps of parts of a district are cut out of, made once for a book: zones, streets, waters and schools on the atlas's grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.basemap.features import Geography
from rezoning.public.book import Book, View
from rezoning.public.pairing import drawn
from rezoning.report.enrollment import views_of
from rezoning.report.maps.atlas.coverage import Grid
from rezoning.report.maps.atlas.places import Place, features_on_grid, grid_of, school_places
from rezoning.report.maps.basemap import base_of
from rezoning.report.maps.colors import Fill, school_fills
from rezoning.report.maps.drawn import CLOSED, closed_in

Shapes = NDArray[Any]  # of shapely geometries
Box = tuple[float, float, float, float]  # west, south, east, north on the grid
MARGIN = 0.06  # of a map's longer side, on each side


@dataclass(frozen=True, eq=False)
class Ground:
    """A district to cut maps out of.

    Parameters
    ----------
    grid
        The units' shapes.
    zones
        View to the shape of every school's zone, in the book's order; empty shapes for schools without one.
    geography
        Streets, waters and places on the grid; nothing where the scenario names none.
    points
        Where each school of the book is; None for one that is closed everywhere.
    fills, names
        Of each school.
    grades
        View to what is written behind each school's name: the grades that it has of a zone that it shares.
    closed
        View to the schools that are closed, or not built, in it.
    leads
        View to the school that each school's zone is drawn as: another's where schools share a zone.
    """

    grid: Grid
    zones: Mapping[str, Shapes]
    geography: Geography
    points: Sequence[Place]
    fills: Sequence[Fill]
    names: Sequence[str]
    grades: Mapping[str, Sequence[str]]
    closed: Mapping[str, frozenset[int]]
    leads: Mapping[str, Sequence[int]]

    def name(self, view: str, school: int) -> str:
        """What a school is called on the map of a view: with its grades, where it shares its zone, and a mark, where it is not open."""
        return f"{CLOSED if school in self.closed[view] else ''}{self.names[school]} {self.grades[view][school]}".rstrip()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the district on the grid."""
        import shapely

        west, south, east, north = (float(edge) for edge in shapely.total_bounds(self.grid.shapes))
        return east - west, north - south

    def area(self, units: NDArray[Any]) -> Any:
        """The ground of some units, by flags or indices."""
        import shapely

        return shapely.coverage_union_all(self.grid.shapes[units])


@dataclass(frozen=True)
class Frame:
    """What a map shows: a box on the grid, and its size in the picture's own units."""

    box: Box
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Units of the picture for one of the grid."""
        return self.width / (self.box[2] - self.box[0])


def ground_of(book: Book) -> Ground | None:
    """The ground of a book; None where its units have no shapes."""
    grid = grid_of(book)
    if grid is None:
        return None
    grades = {key: [view.grades_at(s) for s in range(len(book.schools))] for key, view in views_of(book).items()}
    closed = {key: _closed(book, view) for key, view in views_of(book).items()}
    zones = {key: _zones(grid, view, len(book.schools)) for key, view in views_of(book).items()}
    leads = {key: drawn(np.arange(len(book.schools)), view.pairing).tolist() for key, view in views_of(book).items()}
    names = [school.name for school in book.schools]
    return Ground(grid, zones, _on_grid(book, grid), school_places(book, grid), school_fills(book), names, grades, closed, leads)


def _closed(book: Book, view: View) -> frozenset[int]:
    closed = closed_in(book, view)
    return frozenset() if closed is None else frozenset(np.flatnonzero(closed).tolist())


def frame_of(shapes: Sequence[Any] | Shapes, ratio: float, width: float, least: float = 0.0) -> Frame:
    """A frame around some shapes, with a margin.

    Parameters
    ----------
    ratio
        Height over width of the picture.
    width
        Of the picture.
    least
        What its side on the grid is at the least: a house by itself tells nobody where it is.
    """
    import shapely

    west, south, east, north = (float(edge) for edge in shapely.total_bounds(np.array(list(shapes), dtype=object)))
    room = 1 + 2 * MARGIN
    wide = max((east - west) * room, (north - south) * room / ratio, least)
    x, y = (west + east) / 2, (south + north) / 2
    return Frame((x - wide / 2, y - wide * ratio / 2, x + wide / 2, y + wide * ratio / 2), width, round(width * ratio, 1))


def _zones(grid: Grid, view: View, number: int) -> Shapes:
    """The shape of every zone; a zone that schools share is that of each of them."""
    import shapely

    return np.array([shapely.coverage_union_all(grid.shapes[view.goes_to(s)]) for s in range(number)], dtype=object)


def _on_grid(book: Book, grid: Grid) -> Geography:
    base = base_of(book)
    if base is None:
        return Geography()
    known = base.geography
    streets, lakes, rivers, places = (features_on_grid(part, grid) for part in (known.streets, known.lakes, known.rivers, known.places))
    return Geography(streets, lakes, rivers, places, known.has_streets)
