"""The streets of every unit, so that an area is called as people call it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.basemap.ranks import COLLECTOR, LOCAL, MAIN, MOTORWAY
from rezoning.report.maps.basemap.base import base_of

if TYPE_CHECKING:
    from rezoning.district.basemap.features import Features
    from rezoning.district.district import District
    from rezoning.public.book import Book
    from rezoning.report.language import Language

REACH_M = 20.0
"""A street runs along a unit that is no farther from its middle: units end at curbs as often as in the middle of streets."""
STEP_M = 25.0
"""Streets are looked at in pieces of at most this length."""
LEAST_M = 60.0
"""A street of which less lies along a unit only touches its corner; a unit's longest street is named however short."""
WEIGHT = np.array([0.0, 2.0, 1.5, 1.0])
"""What a meter of a motorway, a main street, a collector and a local street counts: nobody lives on a motorway, and main streets are known."""
assert list(range(len(WEIGHT))) == [MOTORWAY, MAIN, COLLECTOR, LOCAL]


@lru_cache(maxsize=1)
def street_names(book: Book) -> tuple[tuple[str, ...], ...] | None:
    """For each unit the names of the streets in it and along its border, the main one first; none for a unit without any that is named.

    Returns
    -------
    tuple or None
        In unit order; None where the scenario names no file of streets, or none of them has a name.
    """
    base = base_of(book)
    if base is None or not (base.geography.streets.name != "").any():
        return None
    return names_along(book.district, base.geography.streets)


def names_along(district: District, streets: Features) -> tuple[tuple[str, ...], ...]:
    """As `street_names`, for streets in degrees."""
    import pyproj
    import shapely

    assert district.geometry is not None
    to_meters = pyproj.Transformer.from_crs(4326, district.geometry.crs, always_xy=True)
    named = streets.kept((streets.name != "") & (streets.rank > MOTORWAY))
    lines = shapely.segmentize(shapely.transform(named.shapes, lambda points: np.column_stack(to_meters.transform(*points.T))), STEP_M)
    points, of = shapely.get_coordinates(lines, return_index=True)
    inner = of[1:] == of[:-1]
    middle, meters, of = (points[1:] + points[:-1])[inner] / 2, np.hypot(*(points[1:] - points[:-1]).T)[inner], of[:-1][inner]
    piece, unit = shapely.STRtree(np.asarray(district.geometry.array)).query(shapely.points(middle), predicate="dwithin", distance=REACH_M)
    names, name = np.unique(named.name.astype(str), return_inverse=True)
    pair, which = np.unique(unit * len(names) + name[of[piece]], return_inverse=True)
    along = np.bincount(which, weights=meters[piece], minlength=len(pair))
    score = np.bincount(which, weights=meters[piece] * WEIGHT[named.rank[of[piece]]], minlength=len(pair))
    found: list[list[str]] = [[] for _ in range(district.num_units)]
    longest = np.zeros(district.num_units)
    np.maximum.at(longest, pair // len(names), along)
    for k in np.lexsort((names[pair % len(names)], -np.round(score, 3), pair // len(names))):
        u, text = divmod(int(pair[k]), len(names))
        if along[k] >= min(LEAST_M, longest[u]):
            found[u].append(str(names[text]))
    return tuple(map(tuple, found))


def area_name(names: Sequence[str], language: Language) -> str | None:
    """An area in words, by its first two streets: "around Oak St and 5th Ave"; None without any, for its number then says more."""
    if not names:
        return None
    if len(names) == 1:
        return language.text("basemap.around_one", street=names[0])
    return language.text("basemap.around", one=names[0], other=names[1])
