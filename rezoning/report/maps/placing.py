"""Where names stand on a map: each beside its point, none over another, a line back to the point where it had to move away.

`assets/map_labels.js` places names the same way in the browser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""West, south, east and north; or left, top, right and bottom."""

SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
STEPS = (0.0, 1.2, 2.4)
"""How far a name may move away from what it names, in heights of a line; the first is beside it."""


@dataclass(frozen=True)
class Named:
    """Something to be named.

    Parameters
    ----------
    x, y
        Where it is.
    sizes
        Width and height of its name, and of what may stand for the name where that does not fit.
    dot
        Half the width of what is drawn there, which no name may cover; 0 for an area, whose name stands in its middle.
    is_small
        Whether an area is named right there or not at all.
    """

    x: float
    y: float
    sizes: tuple[tuple[float, float], ...]
    dot: float = 0.0
    is_small: bool = False


@dataclass(frozen=True)
class Spot:
    """The middle of a name, and which of its sizes fits there; `is_far` where a line must lead from it to what it names."""

    x: float
    y: float
    size: int
    is_far: bool


def place(those: Sequence[Named], frame: Box, line: float, taken: Sequence[Box] = ()) -> list[Spot | None]:
    """A spot for each name, the first names first; None for one that fits nowhere.

    Parameters
    ----------
    frame
        What no name may leave.
    line
        Height of a line, which names move by.
    taken
        What no name may cover besides.
    """
    dots = [_around(one.x, one.y, one.dot, one.dot) if one.dot else None for one in those]
    written = list(taken)
    found: list[Spot | None] = []
    for k, one in enumerate(those):
        others = [*(dot for i, dot in enumerate(dots) if dot and i != k), *written]
        spot, boxes = _first_free(one, frame, line, others)
        found.append(spot)
        written += boxes
    return found


def _first_free(one: Named, frame: Box, line: float, others: Sequence[Box]) -> tuple[Spot | None, list[Box]]:
    """The first spot of a name where it and its line meet nothing, and the boxes that they take."""
    for k, (width, height) in enumerate(one.sizes):
        for x, y, is_far in _spots(one, width, height, line):
            name = _around(x, y, width / 2, height / 2)
            boxes = [name, *(_leader(one, x, y, name, line / 3) if is_far else [])]
            if _is_inside(name, frame) and not any(_meet(box, other) for box in boxes for other in others):
                return Spot(x, y, k, is_far), boxes
    return None, []


def _spots(one: Named, width: float, height: float, line: float) -> Iterator[tuple[float, float, bool]]:
    """Where a name may stand, the best first."""
    if not one.dot:
        yield one.x, one.y, False
    for step in STEPS if one.dot else () if one.is_small else STEPS[1:]:
        reach = one.dot + step * line
        for across, along in SIDES:
            yield one.x + across * (width / 2 + reach), one.y + along * (height / 2 + reach), step > 0


def _leader(one: Named, x: float, y: float, name: Box, size: float) -> list[Box]:
    """Small boxes along the line from what is named to its name."""
    count = max(2, int(max(abs(x - one.x), abs(y - one.y)) / size))
    steps = [_around(one.x + (x - one.x) * k / count, one.y + (y - one.y) * k / count, size / 4, size / 4) for k in range(1, count)]
    return [box for box in steps if not _meet(box, name)]


def _around(x: float, y: float, across: float, along: float) -> Box:
    return x - across, y - along, x + across, y + along


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _is_inside(box: Box, frame: Box) -> bool:
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]
