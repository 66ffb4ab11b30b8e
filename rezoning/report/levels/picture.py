"""Feeds as a picture: lower schools on the left, upper schools on the right, between them ribbons as wide as students are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rezoning.public.cell import is_number
from rezoning.public.feeds import Feed, FeedView

PITCH, THICK, LEAST = 38.0, 28.0, 3.0
"""Pixels: of a row, of the largest school, and of a feed whose number is kept back."""


@dataclass(frozen=True)
class End:
    """A school at one side of the picture; `top` is its middle, in pixels."""

    school: int
    top: float


@dataclass(frozen=True)
class FeedPicture:
    """Ribbons with the places of the names beside them."""

    ribbons: Markup
    height: float
    left: tuple[End, ...]
    right: tuple[End, ...]


def feed_picture(view: FeedView, order: Sequence[int], upper: Sequence[int], colors: Sequence[str]) -> FeedPicture:
    """Draw the feeds of a view.

    Parameters
    ----------
    order, upper
        The lower and the upper schools of the picture from top to bottom, the same in every view.
    colors
        Of each upper school, by its index.
    """
    sizes = {(feed.lower, feed.upper): _size(feed) for feed in view.feeds}
    most = max([sum(size for (e, _), size in sizes.items() if e == s) for s in order], default=0.0) or 1.0
    thick = {pair: max(size * THICK / most, LEAST) for pair, size in sizes.items()}
    height = PITCH * max(len(order), 1.4 * len(upper))
    left = _stacked({s: sum(t for (e, _), t in thick.items() if e == s) for s in order}, height)
    right = _stacked({s: sum(t for (_, m), t in thick.items() if m == s) for s in upper}, height)
    begin, end = dict(left), dict(right)
    paths = []
    for feed in sorted(view.feeds, key=lambda one: (order.index(one.lower), upper.index(one.upper))):
        tall = thick[feed.lower, feed.upper]
        paths.append(_ribbon(begin[feed.lower], end[feed.upper], tall, _classes(feed, view), colors[feed.upper]))
        begin[feed.lower] += tall
        end[feed.upper] += tall
    box = Markup('<svg class="feed-ribbons" viewBox="0 0 100 {0:.0f}" preserveAspectRatio="none" width="100%" height="{0:.0f}"').format(height)
    drawn = box + Markup(' aria-hidden="true" focusable="false">') + Markup("").join(paths) + Markup("</svg>")
    middles = [tuple(End(s, round((tops[s] + after[s]) / 2, 1)) for s in those) for those, tops, after in ((order, left, begin), (upper, right, end))]
    return FeedPicture(drawn, height, middles[0], middles[1])


def _size(feed: Feed) -> float:
    """Students, the middle of a range, nothing where neither is told."""
    return feed.students if is_number(feed.students) else sum(feed.between) / 2 if feed.between else 0.0


def _stacked(sizes: Mapping[int, float], height: float) -> dict[int, float]:
    """Where each school begins, with even gaps between them."""
    gap = (height - sum(sizes.values())) / max(len(sizes), 1)
    top, found = gap / 2, dict[int, float]()
    for school, size in sizes.items():
        found[school] = top
        top += size + gap
    return found


def _ribbon(y: float, z: float, tall: float, classes: str, color: str) -> Markup:
    points = [f"{value:.1f}" for value in (y, y, z, z, z + tall, z + tall, y + tall, y + tall)]
    a, b, c, d, e, f, g, h = points
    path = f"M0 {a}C50 {b} 50 {c} 100 {d}V{e}C50 {f} 50 {g} 0 {h}Z"
    return Markup('<path class="{}" fill="{}" d="{}"/>').format(classes, color, path)


def _classes(feed: Feed, view: FeedView) -> str:
    marks = {"is-split": feed.lower in view.split, "is-small": bool(feed.is_small), "is-kept": not is_number(feed.students)}
    return " ".join(["feed", *(name for name, is_so in marks.items() if is_so)])
