"""A map of a part of the district as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from markupsafe import Markup, escape

from rezoning.district.basemap.features import Features
from rezoning.district.basemap.ranks import COLLECTOR, LOCAL, MAIN, MOTORWAY
from rezoning.report.maps.localmaps.ground import Frame, Ground
from rezoning.report.maps.localmaps.labels import LETTER, Word, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF = 0.35  # of a unit of the picture: what simplifying may move a line by
STREETS = ("motorway", "main", "collector", "local")
CROWDED = 42.0  # local streets longer than so many widths of the picture make it gray: they are left out
MOST_STREETS = 14  # names
EDGE = 5.0  # of the picture, where no sign stands
SMALL = 5.0  # units of the picture: areas that are smaller bear no label


@dataclass(frozen=True, eq=False)
class Change:
    """An area that changes schools.

    Parameters
    ----------
    shape
        On the grid.
    label
        Where to, or from where.
    kind
        ``comes`` to the school of the map, ``goes`` from it, or is of `other` schools.
    """

    shape: Any
    label: str
    kind: Literal["comes", "goes", "other"] = "comes"


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a map is of.

    Parameters
    ----------
    view
        Whose zones are drawn: ``today`` or an option's letter.
    schools
        Schools whose zones stand out, by index.
    changes
        Areas that change.
    is_overview
        Whether all zones are drawn alike, and no small streets.
    is_focused
        Whether the changes stand out, and no zone does.
    """

    view: str
    schools: Sequence[int] = ()
    changes: Sequence[Change] = field(default_factory=tuple)
    is_overview: bool = False
    is_focused: bool = False


@dataclass(frozen=True)
class Picture:
    """A map as drawn: the same in every language, but for what it says to those who cannot see it."""

    frame: Frame
    body: Markup

    def saying(self, says: str) -> Markup:
        """The map as SVG, with itself in words."""
        box = f"0 0 {self.frame.width:g} {self.frame.height:g}"
        return Markup('<svg class="local-map" viewBox="{}" role="img" aria-label="{}">{}</svg>').format(box, says, self.body)


def local_map(ground: Ground, frame: Frame, sheet: Sheet, size: float = 11.0) -> Picture:
    """Draw a map; letters are of a size in the picture's units.

    The patterns ``url(#comes)`` and ``url(#goes)`` stand once on the page (``localmaps/patterns.html.j2``).
    """
    pen, words = _Pen(frame), Words(frame.width, frame.height)
    parts = [*_zones(ground, sheet, pen), *_waters(ground, pen), *_streets(ground, sheet, pen), *_changes(sheet, pen), *_outlines(ground, sheet, pen)]
    parts += _dots(ground, sheet, pen, words, size)
    _area_words(sheet, pen, words, size)
    _street_words(ground, sheet, pen, words, size * 0.82)
    _place_words(ground, pen, words, size)
    parts += [_written(word) for word in words.placed]
    return Picture(frame, Markup("").join(parts))


class _Pen:
    """From the grid to the picture."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def cut(self, shapes: NDArray[Any]) -> NDArray[Any]:
        """Shapes cut off at the frame, with no more points than can be seen, in the picture's units."""
        import shapely

        west, south, east, north = self.frame.box
        scale, pad = self.frame.scale, 4 / self.frame.scale
        inside = shapely.clip_by_rect(shapes, west - pad, south - pad, east + pad, north + pad)
        drawn = shapely.transform(inside, lambda points: np.column_stack([(points[:, 0] - west) * scale, (north - points[:, 1]) * scale]))
        found: NDArray[Any] = shapely.simplify(drawn, HALF)
        return found

    def near(self, features: Features) -> Features:
        """Features of which something is in the frame, cut off at it."""
        import shapely

        if not len(features):
            return features
        found = features.kept(shapely.intersects(shapely.box(*self.frame.box), features.shapes))
        return Features(self.cut(found.shapes), found.rank, found.name) if len(found) else found

    def point(self, x: float, y: float) -> tuple[float, float] | None:
        """A point of the grid in the picture; None where it is outside of the frame, or at its edge."""
        west, _, _, north = self.frame.box
        across, down = (x - west) * self.frame.scale, (north - y) * self.frame.scale
        is_inside = EDGE <= across <= self.frame.width - EDGE and EDGE <= down <= self.frame.height - EDGE
        return (across, down) if is_inside else None


def _path(shapes: Any, *, is_closed: bool = True) -> str:
    """All rings, or lines, as one path, in tenths."""
    import shapely

    parts = shapely.get_parts(shapes)
    lines = shapely.get_rings(parts) if is_closed else shapely.get_parts(parts)
    points, of = shapely.get_coordinates(lines, return_index=True)
    texts = [f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in points.tolist()]
    starts = [*np.flatnonzero(np.diff(of, prepend=-1)).tolist(), len(texts)]
    found = []
    for first, last in pairwise(starts):
        kept = texts[first : last - 1] if is_closed else texts[first:last]
        found.append("M" + "L".join(kept) + ("Z" if is_closed else ""))
    return "".join(found)


def _drawn(path: str, kind: str, **more: str) -> Markup:
    if not path:
        return Markup("")
    said = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in more.items())
    return Markup('<path class="{}" d="{}"{}/>').format(kind, path, said)


def _zones(ground: Ground, sheet: Sheet, pen: _Pen) -> Iterator[Markup]:
    cut, leads = pen.cut(ground.zones[sheet.view]), ground.leads[sheet.view]
    own = {leads[s] for s in sheet.schools}
    for s, shape in enumerate(cut):
        if leads[s] != s:  # it is drawn already
            continue
        is_own = sheet.is_overview or (s in own and not sheet.is_focused)
        path, fill = _path(shape), ground.fills[s]
        yield _drawn(path, "zone is-own" if is_own else "zone", fill=fill.color)
        if fill.pattern:
            yield _drawn(path, "texture", fill=f"url(#texture-{fill.pattern})")


def _outlines(ground: Ground, sheet: Sheet, pen: _Pen) -> Iterator[Markup]:
    for s in () if sheet.is_focused else sheet.schools:
        yield _drawn(_path(pen.cut(ground.zones[sheet.view][[s]])), "outline")


def _waters(ground: Ground, pen: _Pen) -> Iterator[Markup]:
    lakes, rivers = pen.near(ground.geography.lakes), pen.near(ground.geography.rivers)
    yield _drawn(_path(lakes.shapes), "lake")
    yield _drawn(_path(rivers.shapes, is_closed=False), "river")


def _streets(ground: Ground, sheet: Sheet, pen: _Pen) -> Iterator[Markup]:
    import shapely

    streets = pen.near(ground.geography.streets)
    if sheet.is_overview:
        streets = streets.kept(streets.rank <= MAIN)
    elif shapely.length(streets.shapes[streets.rank == LOCAL]).sum() > CROWDED * pen.frame.width:
        streets = streets.kept(streets.rank < LOCAL)
    for rank in (LOCAL, COLLECTOR, MAIN, MOTORWAY):
        yield _drawn(_path(streets.shapes[streets.rank == rank], is_closed=False), f"street is-{STREETS[rank]}")


def _changes(sheet: Sheet, pen: _Pen) -> Iterator[Markup]:
    for change in sheet.changes:
        pattern = "goes" if change.kind == "goes" else "comes"
        path = _path(pen.cut(np.array([change.shape], dtype=object)))
        yield _drawn(path, f"change is-{change.kind}", fill=f"url(#{pattern})")


def _dots(ground: Ground, sheet: Sheet, pen: _Pen, words: Words, size: float) -> list[Markup]:
    """Schools with their names; those of the sheet first, so that no other name takes their place."""
    import shapely

    drawn, order = [], sorted(range(len(ground.points)), key=lambda s: s not in sheet.schools)
    places = {s: pen.point(*place) for s in order if (place := ground.points[s]) is not None}
    has_zone = ~shapely.is_empty(ground.zones[sheet.view])
    for s, at in places.items():
        if at is not None and (has_zone[s] or s in sheet.schools):
            is_own = s in sheet.schools
            kind, radius = ("dot is-own", 4) if is_own else ("dot", 3)
            drawn.append(Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:g}"/>').format(kind, *at, radius))
            words.take(*at, 4)
    for s, at in places.items():
        if at is not None and (has_zone[s] or s in sheet.schools):
            is_own = s in sheet.schools
            _name(words, ground.name(sheet.view, s), at, size * (1.15 if is_own else 1.0), "school is-own" if is_own else "school")
    return drawn


def _name(words: Words, name: str, at: tuple[float, float], size: float, kind: str) -> None:
    """A name beside its dot: below, above, right, left, wherever there is room; cut short where it is very long."""
    text = name if len(name) <= 24 else f"{name[:23].rstrip()}…"
    half = len(text) * size * LETTER / 2
    spots = [(0, size * 1.05), (0, -size * 1.05), (half + 8, 0), (-half - 8, 0), (half, size), (-half, size), (half, -size), (-half, -size)]
    words.place(Word(text, at[0] + dx, at[1] + dy, size, kind=kind) for dx, dy in spots)


def _area_words(sheet: Sheet, pen: _Pen, words: Words, size: float) -> None:
    """Where areas go, the largest first, on as many of each area's pieces as have room."""
    import shapely

    pieces = []
    for change in sheet.changes:
        shapes = shapely.get_parts(pen.cut(np.array([change.shape], dtype=object)))
        pieces += [(float(shapely.area(shape)), change.label, shape) for shape in shapes if shapely.area(shape) > SMALL**2]
    for _, label, shape in sorted(pieces, key=lambda piece: -piece[0]):
        middle = shapely.point_on_surface(shape)
        shifts = product((0.0, -1.3, 1.3, -2.6, 2.6), (0.0, 0.35, -0.35))
        long = len(label) * size
        words.place(Word(label, middle.x + side * long, middle.y + up * size, size, kind="area") for up, side in shifts)


def _street_words(ground: Ground, sheet: Sheet, pen: _Pen, words: Words, size: float) -> None:
    """Names along the longest straight pieces of streets, main ones first; each name once."""
    import shapely

    streets = pen.near(ground.geography.streets)
    named = streets.kept((streets.name != "") & (streets.rank <= (MAIN if sheet.is_overview else LOCAL)))
    lines, of = shapely.get_parts(named.shapes, return_index=True)
    length = shapely.length(lines)
    placed = set[str]()
    for k in np.lexsort((-length, named.rank[of])).tolist():
        name = str(named.name[of[k]])
        if name in placed or len(placed) >= MOST_STREETS or length[k] < len(name) * size * 0.5:
            continue
        if words.place(_along(name, shapely.get_coordinates(lines[k]), size, f"street is-{STREETS[int(named.rank[of[k]])]}")):
            placed.add(name)


def _along(name: str, points: NDArray[np.float64], size: float, kind: str) -> Iterator[Word]:
    """A name on a line where the line goes on straight for as long as the name is, at a few places."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    long = len(name) * size * LETTER
    if along[-1] <= long:
        return
    for part in (0.5, 0.3, 0.7, 0.15, 0.85):
        first = min(max(part * along[-1] - long / 2, 0.0), along[-1] - long)
        (x, y), (u, v) = (np.array([np.interp(at, along, points[:, axis]) for axis in (0, 1)]) for at in (first, first + long))
        if np.hypot(u - x, v - y) < 0.97 * long:
            continue
        turn = float(np.degrees(np.arctan2(v - y, u - x)))
        yield Word(name, (x + u) / 2, (y + v) / 2, size, turn - 180 if turn > 90 else turn + 180 if turn <= -90 else turn, kind)


def _place_words(ground: Ground, pen: _Pen, words: Words, size: float) -> None:
    places = ground.geography.places
    for k in np.argsort(places.rank, kind="stable").tolist():
        at = pen.point(places.shapes[k].x, places.shapes[k].y)
        if at is not None and places.name[k]:
            words.place([Word(str(places.name[k]), *at, size * 0.95, kind="place")])


def _written(word: Word) -> Markup:
    turn = Markup(' transform="rotate({:.0f} {:.1f} {:.1f})"').format(word.turn, word.x, word.y) if word.turn else ""
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" font-size="{:.3g}"{}>{}</text>').format(
        word.kind, word.x, word.y, word.size, turn, escape(word.text)
    )
