"""The base of a book's maps: the district's geography with the lines of each street joined."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.basemap.features import Box, Features, Geography
from rezoning.district.basemap.read import read_geography

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.public.book import Book
    from rezoning.scenario.schema import Scenario

MARGIN = 0.06
"""How far beyond the district its surroundings are drawn, as a share of its longer side."""


@dataclass(frozen=True, eq=False)
class Basemap:
    """What is drawn under the zones.

    Parameters
    ----------
    geography
        Streets, waters and places in degrees, cut off at the bounds of the district and a margin; each street's lines of one rank are joined.
    """

    geography: Geography

    @property
    def has_streets(self) -> bool:
        """Whether there is a street to draw."""
        return len(self.geography.streets) > 0


@lru_cache(maxsize=1)  # a page, its finder and its figures ask one after the other
def base_of(book: Book) -> Basemap | None:
    """Streets, waters and places of the first option's scenario; None where its district has no polygons or no file is named.

    Raises
    ------
    DataError
        A file is not there, damaged, or not understood.
    """
    return base_under(book.district, book.asked.scenario)


def base_under(district: District, scenario: Scenario) -> Basemap | None:
    """As `base_of`, for a district without a book."""
    if district.geometry is None:
        return None
    found = read_geography(scenario.report.basemap, scenario.data, box_of(district))
    if found is None:
        return None
    return Basemap(replace(found, streets=joined(found.streets), rivers=joined(found.rivers)))


def box_of(district: District) -> Box:
    """The district and a margin round it, in degrees."""
    import shapely

    assert district.geometry is not None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(np.asarray(district.geometry.to_crs(4326).array)))
    room = MARGIN * max(north - south, (east - west) * float(np.cos(np.radians(south))))
    wide = room / max(0.1, float(np.cos(np.radians(south))))
    return west - wide, south - room, east + wide, north + room


def joined(lines: Features) -> Features:
    """Lines of one name and rank made as long as they go; what a file draws twice, once for each direction, is drawn once."""
    import shapely

    if not len(lines):
        return lines
    _, once = np.unique(shapely.to_wkb(shapely.normalize(lines.shapes)), return_index=True)
    lines = lines.kept(np.sort(once))
    keys, group = np.unique(np.array([f"{rank}{name}" for rank, name in zip(lines.rank, lines.name, strict=True)]), return_inverse=True)
    order = np.argsort(group, kind="stable")
    first = order[np.searchsorted(group[order], np.arange(len(keys)))]
    merged = shapely.line_merge(shapely.multilinestrings(lines.shapes[order], indices=group[order]))
    parts, of = shapely.get_parts(merged, return_index=True)
    return Features(parts, lines.rank[first][of], lines.name[first][of])
