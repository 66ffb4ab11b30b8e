"""The grid of a book's maps, and where things given in degrees and schools are on it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rezoning.district.basemap.features import Features
from rezoning.report.maps.atlas.coverage import EARTH_M, Grid, gridded
from rezoning.report.places import points_inside

if TYPE_CHECKING:
    from rezoning.public.book import Book

Place = tuple[float, float] | None
"""On the grid; None for a school that is closed everywhere."""


@lru_cache(maxsize=1)  # simplifying takes long: the atlas and the maps that papers cut out stand on the same
def grid_of(book: Book) -> Grid | None:
    """The grid of a book's district; None without polygons."""
    geometry = book.district.geometry
    return None if geometry is None else gridded(geometry)


def on_grid(points: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """Longitudes and latitudes as places on the grid, not rounded."""
    east = np.radians(points[:, 0]) * EARTH_M
    north = np.log(np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2)) * EARTH_M
    found: NDArray[np.float64] = (np.column_stack([east, north]) - grid.origin) / grid.step
    return found


def features_on_grid(features: Features, grid: Grid) -> Features:
    """Shapes in degrees on the grid, not rounded."""
    import shapely

    return Features(shapely.transform(features.shapes, lambda points: on_grid(points, grid)), features.rank, features.name)


def school_places(book: Book, grid: Grid) -> list[Place]:
    """A point inside the unit of each school of the book."""
    unit: dict[str, int] = {}
    for option in book.options or (book.asked,):
        unit = dict(zip(option.district.school_ids, option.district.school_unit.tolist(), strict=True)) | unit
    order = [school.id for school in book.schools if school.id in unit]
    inside = dict(zip(order, points_inside(grid.shapes, [unit[text] for text in order]), strict=True))
    return [(inside[school.id].x, inside[school.id].y) if school.id in inside else None for school in book.schools]
