"""The base of still pictures: shapes of each kind in a picture's own coordinates, few enough for their size, and the names that fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rezoning.district.basemap.features import Box, Features
from rezoning.district.basemap.ranks import BIG, COLLECTOR, LEFT_OUT, LOCAL, MAIN, MOTORWAY
from rezoning.report.maps.basemap.labels import Bounds, Label, Room

if TYPE_CHECKING:
    from rezoning.report.maps.basemap.base import Basemap

Floats = NDArray[np.float64]
Place = Callable[[Floats], Floats]
"""Puts points, longitudes and latitudes, into a picture with y upwards."""

DRAWN = {MOTORWAY: np.inf, MAIN: np.inf, COLLECTOR: 30_000.0, LOCAL: 6_000.0}
"""Meters that a picture shows at most on its longer side for streets of a rank to be drawn on it."""
NAMED = {MOTORWAY: np.inf, MAIN: np.inf, COLLECTOR: 20_000.0, LOCAL: 2_500.0}
MOST_POINTS = 6000
SHARP = 1 / 1500
"""Tolerance of simplifying, as a share of the picture's longer side."""


@dataclass(frozen=True, eq=False)
class Still:
    """What lies under the zones of one picture, with y upwards.

    Parameters
    ----------
    lakes, rivers
        Polygons and lines of water.
    streets
        Lines of each rank, the most important first; none where they would be too near each other.
    labels
        Names.
    """

    lakes: Features
    rivers: Features
    streets: tuple[Features, ...]
    labels: tuple[Label, ...]


def still(base: Basemap, place: Place, frame: Bounds, box: Box, meters: float, height: float, taken: Sequence[Bounds] = (), most: int = 24) -> Still:
    """The base of a picture.

    Parameters
    ----------
    place
        Puts degrees into the picture.
    frame
        Of the picture: west, south, east and north in its own coordinates.
    box
        The same in degrees.
    meters
        That its longer side shows.
    height
        Of letters, in its own coordinates.
    taken
        Boxes that names keep clear of: dots and names of schools.
    most
        Names at most.
    """
    tolerance = SHARP * max(frame[2] - frame[0], frame[3] - frame[1])
    ground = base.geography

    def put(features: Features) -> Features:
        return drawn(features.within(box), place, tolerance)

    streets = [put(ground.streets.kept(ground.streets.rank == rank)) if meters <= DRAWN[rank] else Features.none() for rank in range(LEFT_OUT)]
    rivers, lakes, places = put(ground.rivers.kept(ground.rivers.rank == BIG)), put(ground.lakes), put(ground.places)
    room = Room(frame, height, taken, most)
    room.at(places.kept(places.rank <= BIG + 1), "place")
    for rank in (MOTORWAY, MAIN):
        room.along(streets[rank], "street")
    room.along(rivers, "water")
    room.at(lakes, "water")
    for rank in (COLLECTOR, LOCAL):
        if meters <= NAMED[rank]:
            room.along(streets[rank], "street")
    return Still(lakes, rivers, tuple(_few(streets)), tuple(room.labels))


def drawn(features: Features, place: Place, tolerance: float) -> Features:
    """Features in a picture, without what could not be seen."""
    import shapely

    shapes = shapely.simplify(shapely.transform(features.shapes, place), tolerance, preserve_topology=False)
    dimension = shapely.get_dimensions(features.shapes)
    seen = ~shapely.is_empty(shapes) & ((dimension == 0) | (shapely.length(shapes) > 2 * tolerance))
    return Features(shapes[seen], features.rank[seen], features.name[seen])


def _few(streets: list[Features]) -> list[Features]:
    """The most important streets, as many ranks as a picture can carry."""
    import shapely

    sizes = np.cumsum([int(shapely.get_num_coordinates(one.shapes).sum()) for one in streets])
    return [one if size <= MOST_POINTS or rank <= MAIN else Features.none() for rank, (one, size) in enumerate(zip(streets, sizes, strict=True))]
