"""Where schools are: the district's own points, else a point inside the unit that holds the school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.errors import DataError, ScenarioError
from rezoning.report.places import points_inside

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.runs.option import Option

SCHOOL, UNIT = "school", "unit"
"""What a place is that of."""


def places_of(book: Book) -> dict[str, tuple[Any, str]]:
    """School id to its point in the CRS of the units' polygons and to what it is the place of; schools of unknown place are left out."""
    geometry = book.district.geometry
    assert geometry is not None
    found: dict[str, tuple[Any, str]] = {}
    for option in book.options:
        for text, point in _own_points(option, geometry.crs).items():
            found.setdefault(text, (point, SCHOOL))
    for option in book.options:
        district = option.district
        inside = points_inside(np.asarray(geometry.array), district.school_unit.tolist())
        for text, point in zip(district.school_ids, inside, strict=True):
            found.setdefault(text, (point, UNIT))
    return found


def _own_points(option: Option, crs: object) -> dict[str, Any]:
    """Points that the file of schools gives; none where it gives none for all, or is not what it was."""
    from rezoning.district.reading import Reading
    from rezoning.district.schools import read_schools, school_points

    try:
        schools = read_schools(option.scenario.data.schools, Reading())
        points = None if schools is None else school_points(schools.table, crs)
    except (DataError, ScenarioError):
        return {}
    if schools is None or points is None:
        return {}
    is_open = schools.table.frame.index.isin(schools.open_table.frame.index)
    return dict(zip(schools.ids, points[is_open], strict=True)) | dict(zip(schools.closed_ids, points[~is_open], strict=True))
