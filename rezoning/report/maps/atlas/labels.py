"""What is written on maps: names of schools beside them, and in every area that changes where it goes to: "→ Lincoln"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.report.maps.atlas.coverage import Grid
from rezoning.report.maps.names import lines_of, width_of
from rezoning.report.maps.placing import Box, Named, Spot, place

Ints = NDArray[np.int64]

MOST = 150  # areas that change of one view; more of them nobody reads
NAME, ARROW = 25.0, 22.0  # sizes of letters in a picture
LINE = 1.2  # height of a line, in letters
DOT = 9.0  # half the width of a school's dot in a picture
LEAST, FAR = 9.0, 16.0  # radius of the widest circle in an area from which on it has an arrow, and from which on the arrow may stand beside it


@dataclass(frozen=True)
class Region:
    """Units side by side that all go to one school.

    Parameters
    ----------
    x, y, radius
        The widest circle in it.
    school
        The one that they go to.
    """

    x: float
    y: float
    radius: float
    school: int


def changed(before: Ints | None, zone: Ints) -> NDArray[np.bool_]:
    """Which units have another school than before; those without one before are new, and do not change."""
    return np.zeros(len(zone), dtype=bool) if before is None else (before >= 0) & (before != zone)


def regions(joined: Callable[[NDArray[np.bool_]], Any], before: Ints | None, zone: Ints) -> list[Region]:
    """Every area that changes, those with most room first.

    Parameters
    ----------
    joined
        The shape of some units.
    before, zone
        School of each unit before, None where there was none, and after.
    """
    import shapely

    is_changed = changed(before, zone)
    found = []
    for s in np.unique(zone[is_changed & (zone >= 0)]).tolist():
        for part in shapely.get_parts(joined(is_changed & (zone == s))):
            circle = shapely.maximum_inscribed_circle(part, tolerance=part.length / 400)
            (x, y), _ = shapely.get_coordinates(circle)
            found.append(Region(float(x), float(y), float(circle.length), s))
    return sorted(found, key=lambda one: (-one.radius, one.x, one.y))[:MOST]


def in_grid(grid: Grid) -> Callable[[NDArray[np.bool_]], Any]:
    """Gives the shape of some units on the grid."""
    import shapely

    return lambda chosen: shapely.coverage_union_all(grid.shapes[chosen])


@dataclass(frozen=True)
class Written:
    """What stands on a still picture.

    Parameters
    ----------
    names, arrows
        A label each: ``x`` and ``y`` of its middle, ``lines``, ``width`` and ``height``; ``line``: where its line begins, or None.
    dots
        Where schools are, and their ``number``.
    boxes
        All that is taken.
    """

    names: list[dict[str, Any]]
    arrows: list[dict[str, Any]]
    dots: list[dict[str, float]]
    boxes: list[Box]


def written(
    schools: dict[int, tuple[float, float]],
    names: tuple[str, ...],
    targets: tuple[str, ...],
    found: list[tuple[float, float, float, int]],
    frame: Box,
) -> Written:
    """Names and arrows of a picture, by its own coordinates; a school whose name fits nowhere has its number.

    Parameters
    ----------
    schools
        Index and place of those that have a zone.
    names, targets
        What is written beside each school, and what an area is said to go to.
    found
        Place, radius and school of the areas that change, those with most room first.
    """
    room = [one for one in found if one[2] >= LEAST]
    texts = [*([(lines_of(names[s]), NAME), ((str(s + 1),), NAME)] for s in schools), *([(arrow_of(targets[s]), ARROW)] for *_, s in room)]
    places = [*((x, y, DOT, False) for x, y in schools.values()), *((x, y, 0.0, radius < FAR) for x, y, radius, _ in room)]
    those = [Named(x, y, tuple(_size(*text) for text in each), dot, small) for (x, y, dot, small), each in zip(places, texts, strict=True)]
    spots = place(those, frame, NAME)
    labels = [None if spot is None else _label(spot, each[spot.size][0], one) for spot, each, one in zip(spots, texts, those, strict=True)]
    count = len(schools)
    dots = [{"number": s + 1, "x": round(x, 1), "y": round(y, 1)} for s, (x, y) in schools.items()]
    boxes = [*(_box(one, one["width"], one["height"]) for one in labels if one), *(_box(dot, 2 * DOT, 2 * DOT) for dot in dots)]
    return Written([one for one in labels[:count] if one], [one for one in labels[count:] if one], dots, boxes)


def arrow_of(name: str) -> tuple[str, ...]:
    """Where an area goes to, in one line."""
    return (" ".join(("→", *lines_of(name))),)


def _size(lines: tuple[str, ...], size: float) -> tuple[float, float]:
    return max(width_of(line, size) for line in lines) + 0.6 * size, len(lines) * LINE * size + 0.25 * size


def _label(spot: Spot, lines: tuple[str, ...], one: Named) -> dict[str, Any]:
    width, height = one.sizes[spot.size]
    line = [round(one.x, 1), round(one.y, 1)] if spot.is_far else None
    return {"x": round(spot.x, 1), "y": round(spot.y, 1), "width": round(width, 1), "height": round(height, 1), "lines": list(lines), "line": line}


def _box(one: dict[str, Any], width: float, height: float) -> Box:
    return one["x"] - width / 2, one["y"] - height / 2, one["x"] + width / 2, one["y"] + height / 2
