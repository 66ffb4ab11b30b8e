"""Where names go on a still picture: along straight parts of streets, covering neither each other nor what stands there already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.basemap.features import Features

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

STRAIGHT = 0.985
"""A text lies straight where its ends are no nearer to each other than this share of the way between them."""

LETTER = 0.56
"""Width of a letter, as a share of its height, in the middle of all."""

APART = 14.0
"""Heights of a letter between two places of one name."""


@dataclass(frozen=True)
class Label:
    """A name on a picture.

    Parameters
    ----------
    name
        The text.
    x, y
        Its middle; y upwards.
    angle
        Degrees against the clock, from -90 to 90.
    kind
        ``street``, ``water`` or ``place``.
    """

    name: str
    x: float
    y: float
    angle: float
    kind: str


class Room:
    """What is written already on a picture, and what fits beside it.

    Parameters
    ----------
    frame
        West, south, east and north of the picture.
    height
        Of a letter.
    taken
        Boxes that names keep clear of.
    most
        Names at most.
    """

    def __init__(self, frame: Bounds, height: float, taken: Sequence[Bounds], most: int) -> None:
        self.frame, self.height, self.most = frame, height, most
        self.boxes = np.array(taken, dtype=np.float64).reshape(-1, 4)
        self.labels: list[Label] = []

    def width(self, name: str) -> float:
        """How wide a name is, about."""
        return LETTER * self.height * len(name)

    def write(self, name: str, x: float, y: float, angle: float, kind: str) -> bool:
        """Write a name if there is room for it."""
        if len(self.labels) >= self.most or any(one.name == name and np.hypot(one.x - x, one.y - y) < APART * self.height for one in self.labels):
            return False
        boxes = self._boxes(name, x, y, angle)
        west, south, east, north = self.frame
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        if low[0] < west or low[1] < south or high[0] > east or high[1] > north:
            return False
        apart = (boxes[:, None, :2] >= self.boxes[None, :, 2:]) | (boxes[:, None, 2:] <= self.boxes[None, :, :2])
        if not apart.any(axis=2).all():
            return False
        self.boxes = np.concatenate([self.boxes, boxes])
        self.labels.append(Label(name, float(x), float(y), float(np.degrees(angle)), kind))
        return True

    def _boxes(self, name: str, x: float, y: float, angle: float) -> Floats:
        """Small boxes side by side: a slanted name is no box."""
        width, reach = self.width(name), self.height * 0.62
        count = max(1, int(np.ceil(width / self.height)))
        along = ((np.arange(count) + 0.5) / count - 0.5) * width
        middle = np.column_stack([x + along * np.cos(angle), y + along * np.sin(angle)])
        return np.column_stack([middle - reach, middle + reach])

    def along(self, lines: Features, kind: str) -> None:
        """Write the names of lines, the longest first, each where it lies straight and as near the line's middle as there is room."""
        import shapely

        named = lines.kept(lines.name != "")
        for k in np.argsort(-shapely.length(named.shapes), kind="stable"):
            if len(self.labels) >= self.most:
                return
            name = str(named.name[k])
            for x, y, angle in _spots(named.shapes[k], self.width(name)):
                if self.write(name, x, y, angle, kind):
                    break

    def at(self, points: Features, kind: str) -> None:
        """Write the names of points, or of polygons wide enough."""
        import shapely

        for shape, name in zip(points.shapes, points.name, strict=True):
            west, _, east, _ = shapely.bounds(shape)
            if name and (shape.geom_type == "Point" or east - west > 0.8 * self.width(name)):
                middle = shapely.point_on_surface(shape)
                self.write(str(name), middle.x, middle.y, 0.0, kind)


def _spots(line: Any, width: float) -> Iterator[tuple[float, float, float]]:
    """Places on a line where a text of some width lies straight, those near its middle first."""
    import shapely

    length = float(shapely.length(line))
    if length < 1.05 * width:
        return
    far = np.linspace(width / 2, length - width / 2, int(np.clip(2 * length / width, 3, 40)))
    far = far[np.argsort(np.abs(far - length / 2), kind="stable")]
    a, b, c = (shapely.get_coordinates(shapely.line_interpolate_point(line, far + step)) for step in (-width / 2, width / 2, 0.0))
    way = b - a
    straight = np.hypot(*way.T) >= STRAIGHT * width
    angle = np.arctan2(way[:, 1], way[:, 0])
    angle = np.where(angle > np.pi / 2, angle - np.pi, np.where(angle < -np.pi / 2, angle + np.pi, angle))
    middle = (a + b + 2 * c) / 4
    for k in np.flatnonzero(straight):
        yield float(middle[k, 0]), float(middle[k, 1]), float(angle[k])
