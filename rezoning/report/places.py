"""Points inside units, where schools are drawn: several in one unit stand side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def points_inside(shapes: NDArray[Any], unit: Sequence[int]) -> list[Any]:
    """A point inside the unit of each school, a shapely Point each; `shapes` has the polygon of every unit, `unit` the unit of each school.

    One that is alone stands in the middle of its unit; several share the level line through that point where it lies inside, in their order.
    """
    import shapely

    count, seen = Counter(unit), Counter[int]()
    points = []
    for u in unit:
        middle = shapely.point_on_surface(shapes[u])
        seen[u] += 1
        points.append(middle if count[u] == 1 else _beside(shapes[u], middle, seen[u] / (count[u] + 1)))
    return points


def _beside(shape: Any, middle: Any, share: float) -> Any:
    """The point at a share of the level line through the middle, from where it enters the shape to where it leaves it."""
    import shapely

    west, _, east, _ = shape.bounds
    inside = shapely.get_parts(shapely.intersection(shape, shapely.linestrings([(west - 1, middle.y), (east + 1, middle.y)])))
    near = inside[int(np.argmin(shapely.distance(inside, middle)))]
    return shapely.line_interpolate_point(near, share, normalized=True) if shapely.length(near) > 0 else middle
