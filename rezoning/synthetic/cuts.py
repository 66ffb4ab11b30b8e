"""One straight cut through one ring: where it meets the ring, and how good the two halves look.

Plain floats in lists: rings have a handful of corners, and arrays would cost more than they save.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

End = tuple[int, bool, float, float]
"""Where a cut meets a ring: position in the ring, whether it is that corner (else the edge after it), x, y."""

GOOD = 0.7
"""Quality of a cut that needs no better: between that of a square and of half a square."""


@dataclass(frozen=True)
class Halving:
    """A street that halves a ring, and how good the two halves look (1 is a circle)."""

    quality: float
    start: End
    end: End


def candidates(xs: list[float], ys: list[float], directions: list[float], draws: list[float], snap: float) -> list[Halving]:
    """Cuts of one ring in a few directions and places; no more are tried once one is good enough."""
    cuts = []
    for angle in directions:
        for fraction in (0.5 + 0.16 * (draws[2] - 0.5), 0.5 + 0.3 * (draws[3] - 0.5)):
            cut = _cut(xs, ys, angle, fraction, snap)
            if cut is not None:
                cuts.append(cut)
                if cut.quality > GOOD and len(xs) < 12:
                    return cuts
    return cuts


def _cut(xs: list[float], ys: list[float], angle: float, fraction: float, snap: float) -> Halving | None:
    """The longest chord of a ring on one line; ends close to a corner move onto it, so that streets meet and cross."""
    dx, dy = math.cos(angle), math.sin(angle)
    side = [dx * y - dy * x for x, y in zip(xs, ys, strict=True)]
    low, high = min(side), max(side)
    level = low + fraction * (high - low)
    meets = []
    for i in range(len(xs)):
        j = i + 1 if i + 1 < len(xs) else 0
        before, after = side[i] - level, side[j] - level
        if (before < 0) != (after < 0):
            t = before / (before - after)
            x, y = xs[i] + t * (xs[j] - xs[i]), ys[i] + t * (ys[j] - ys[i])
            meets.append((dx * x + dy * y, i, j, x, y))
    if len(meets) < 2:
        return None
    meets.sort()
    k = max(range(0, len(meets) - 1, 2), key=lambda p: meets[p + 1][0] - meets[p][0])
    start, end = (_end(xs, ys, meet, snap) for meet in (meets[k], meets[k + 1]))
    first, second = _halves(xs, ys, start, end)
    if len(first[0]) < 3 or len(second[0]) < 3:
        return None
    quality = min(_compactness(*first), _compactness(*second)) + 0.05 * (start[1] + end[1])
    return Halving(quality, start, end)


def _end(xs: list[float], ys: list[float], meet: tuple[float, int, int, float, float], snap: float) -> End:
    _, i, j, x, y = meet
    to_i, to_j = math.hypot(x - xs[i], y - ys[i]), math.hypot(x - xs[j], y - ys[j])
    if min(to_i, to_j) < snap:
        k = i if to_i <= to_j else j
        return (k, True, xs[k], ys[k])
    return (i, False, x, y)


def _halves(xs: list[float], ys: list[float], start: End, end: End) -> tuple[tuple[list[float], list[float]], tuple[list[float], list[float]]]:
    """Coordinates of the two rings that a cut makes."""
    first, second = positions(len(xs), start, end), positions(len(xs), end, start)
    return (
        ([start[2], *(xs[k] for k in first), end[2]], [start[3], *(ys[k] for k in first), end[3]]),
        ([end[2], *(xs[k] for k in second), start[2]], [end[3], *(ys[k] for k in second), start[3]]),
    )


def positions(size: int, start: End, end: End) -> list[int]:
    """Positions of the corners strictly between two ends, forward round the ring."""
    first = start[0] + 1
    last = end[0] - 1 if end[1] else end[0]
    if last < first - 1:
        last += size
    return [k % size for k in range(first, last + 1)]


def measure(xs: list[float], ys: list[float]) -> tuple[float, float, tuple[float, float]]:
    """Signed area, perimeter and centroid of a ring."""
    area = length = cx = cy = 0.0
    ox, oy = xs[0], ys[0]  # near the origin of coordinates the sums keep their digits
    for i in range(len(xs)):
        ax, ay, bx, by = xs[i - 1] - ox, ys[i - 1] - oy, xs[i] - ox, ys[i] - oy
        twice = ax * by - bx * ay
        area += twice
        cx += (ax + bx) * twice
        cy += (ay + by) * twice
        length += math.hypot(bx - ax, by - ay)
    return (area / 2, length, (ox + cx / (3 * area), oy + cy / (3 * area))) if area else (0.0, length, (ox, oy))


def _compactness(xs: list[float], ys: list[float]) -> float:
    """4 pi area / perimeter squared, less for a sharp corner; negative when the ring is inside out."""
    area, length, _ = measure(xs, ys)
    sharp = 0.0
    size = len(xs)
    for i in (0, size - 1):  # the two corners that the cut makes
        ax, ay = xs[i - 1] - xs[i], ys[i - 1] - ys[i]
        bx, by = xs[(i + 1) % size] - xs[i], ys[(i + 1) % size] - ys[i]
        cosine = (ax * bx + ay * by) / max(math.hypot(ax, ay) * math.hypot(bx, by), 1e-9)
        sharp = max(sharp, cosine)
    return 4 * math.pi * area / length**2 - 0.4 * max(0.0, sharp - 0.5)


def is_clear(xs: list[float], ys: list[float], cut: Halving) -> bool:
    """Whether the street stays inside its ring, touching it at its two ends only."""
    if cut.quality <= 0:
        return False
    (i, at_i, px, py), (j, at_j, qx, qy) = cut.start, cut.end
    size = len(xs)
    for a in range(size):
        b = (a + 1) % size
        if (at_i and i in (a, b)) or (at_j and j in (a, b)) or (not at_i and a == i) or (not at_j and a == j):
            continue
        one = (qx - px) * (ys[a] - py) - (qy - py) * (xs[a] - px)
        two = (qx - px) * (ys[b] - py) - (qy - py) * (xs[b] - px)
        if (one < 0) == (two < 0):
            continue
        three = (xs[b] - xs[a]) * (py - ys[a]) - (ys[b] - ys[a]) * (px - xs[a])
        four = (xs[b] - xs[a]) * (qy - ys[a]) - (ys[b] - ys[a]) * (qx - xs[a])
        if (three < 0) != (four < 0):
            return False
    return True
