"""Names on a figure's map: of schools beside their dots, and where areas that change go to; none over another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.district.district import District
from rezoning.report.figures import geometry
from rezoning.report.figures.basemap import draw_street_names
from rezoning.report.figures.colors import INK
from rezoning.report.figures.saving import plain
from rezoning.report.maps.atlas.labels import arrow_of, regions
from rezoning.report.maps.drawn import marked
from rezoning.report.maps.names import lines_of, map_names
from rezoning.report.maps.placing import Named, Spot, place

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rezoning.report.maps.basemap.base import Basemap
    from rezoning.report.maps.drawn import Drawn

NAME, ARROW = 7.0, 6.0  # points
DOT, LEAST, FAR = 4.0, 3.0, 5.0  # points: half a dot; radius of an area from which on it has an arrow, and one that may stand beside it
PAD = 0.2  # of letters, around them
INKY = {"boxstyle": f"round,pad={PAD}", "facecolor": INK, "edgecolor": "white", "linewidth": 0.5}
PAPER = {"boxstyle": f"square,pad={PAD}", "facecolor": "white", "edgecolor": INK, "linewidth": 0.5}


def draw_schools(ax: Axes, district: District, base: Basemap | None = None, drawn: Drawn | None = None) -> Axes:
    """A dot and a name for every school, "→ Lincoln" in areas that change to what is drawn, then names of streets where there is room.

    Without anything drawn they are those of today, where candidates are not built. The figure's layout must stand,
    for names are placed by their size in it. A school whose name fits nowhere has its number.
    """
    from matplotlib.transforms import Bbox

    pixel = ax.figure.dpi / 72 if ax.figure is not None else 1.0
    points = geometry.school_points(district)
    ax.plot(points[:, 0], points[:, 1], "o", color=INK, markersize=4.5, markeredgecolor="white", markeredgewidth=0.8, zorder=5)
    names = marked(map_names(district.school_names), district.is_candidate if district.has_optional else None) if drawn is None else drawn.names
    those: list[tuple[float, float, float, bool, tuple[str, ...]]] = [
        (x, y, DOT * pixel, False, ("\n".join(map(plain, lines_of(name))), str(s + 1)))
        for s, ((x, y), name) in enumerate(zip(points, names, strict=True))
    ]
    if drawn is not None:
        scale = float(ax.transData.get_matrix()[0, 0])
        for room in regions(lambda units: geometry.joined(district, units), drawn.before, drawn.zone):
            if room.radius * scale >= LEAST * pixel:
                those.append((room.x, room.y, 0.0, room.radius * scale < FAR * pixel, (plain(arrow_of(drawn.targets[room.school])[0]),)))
    texts = [[_text(ax, text, is_name=bool(dot)) for text in said] for _, _, dot, _, said in those]
    at = ax.transData.transform([(x, y) for x, y, *_ in those])
    named = [
        Named(x, y, tuple(_size(text, pixel) for text in each), dot, small)
        for (x, y), each, (_, _, dot, small, _) in zip(at, texts, those, strict=True)
    ]
    frame = ax.get_window_extent()
    spots = place(named, (frame.x0, frame.y0, frame.x1, frame.y1), NAME * 1.4 * pixel)
    for one, each, spot in zip(named, texts, spots, strict=True):
        _put(ax, one, each, spot)
    taken = [text.get_window_extent().padded(2) for each, spot in zip(texts, spots, strict=True) if spot is not None for text in [each[spot.size]]]
    taken += [Bbox.from_extents(one.x - one.dot, one.y - one.dot, one.x + one.dot, one.y + one.dot) for one in named if one.dot]
    return draw_street_names(ax, district, base, taken)


def _text(ax: Axes, text: str, *, is_name: bool) -> Any:
    looks: dict[str, Any] = {"ha": "center", "va": "center", "linespacing": 0.95, "parse_math": False, "zorder": 6, "weight": "bold"}
    size, color, box = (NAME, "white", INKY) if is_name else (ARROW, INK, PAPER)
    return ax.text(0, 0, text, transform=None, fontsize=size, color=color, bbox=box, **looks)


def _size(text: Any, pixel: float) -> tuple[float, float]:
    """Width and height of a text with the box around it."""
    box, edge = text.get_window_extent(), 2 * PAD * text.get_fontsize() * pixel + pixel
    return float(box.width + edge), float(box.height + edge)


def _put(ax: Axes, one: Named, texts: list[Any], spot: Spot | None) -> None:
    """Move a name to its spot, with a line where it is far, and take away what else might have stood there."""
    for k, text in enumerate(texts):
        if spot is None or k != spot.size:
            text.remove()
    if spot is None:
        return
    to = ax.transData.inverted()
    (x, y), (from_x, from_y) = to.transform([(spot.x, spot.y), (one.x, one.y)])
    texts[spot.size].set(transform=ax.transData, position=(x, y))
    if spot.is_far:
        ax.plot([from_x, x], [from_y, y], color=INK, linewidth=0.8, zorder=5.5, scalex=False, scaley=False)
        ax.plot([from_x], [from_y], "o", color=INK, markersize=2, zorder=5.5, scalex=False, scaley=False)
