"""What lies under the zones of a figure: waters and streets between its fills and borders, and names where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.basemap.ranks import LEFT_OUT
from rezoning.district.district import District
from rezoning.report.figures import geometry
from rezoning.report.figures.saving import plain
from rezoning.report.maps.basemap.labels import LETTER
from rezoning.report.maps.basemap.still import still

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rezoning.district.basemap.features import Features
    from rezoning.report.maps.basemap.base import Basemap
    from rezoning.report.maps.basemap.labels import Bounds
    from rezoning.report.maps.basemap.still import Still

WATER, SHORE, CASING = "#BCD7E8", "#7FA8C4", "#6D6D6D"
WIDTHS = (1.7, 1.35, 0.9, 0.5)
LETTERS_PT = 5.6
UNDER = 1.5
"""Above fills and outlines of units, which stand at 1, below borders of zones at 2."""


def draw_basemap(ax: Axes, district: District, base: Basemap | None) -> Axes:
    """Draw waters and streets under the borders of zones; nothing without a base."""
    from matplotlib.collections import LineCollection, PathCollection

    if base is None:
        return ax
    made = _made(district, base, geometry.frame(district), 1.0, [])
    ax.add_collection(LineCollection(_lines(made.rivers), colors=WATER, linewidths=1.6, zorder=UNDER))
    lakes = [geometry.path(shape) for shape in made.lakes.shapes]
    ax.add_collection(PathCollection(lakes, facecolors=WATER, edgecolors=SHORE, linewidths=0.3, zorder=UNDER))
    for color, wider, alpha in ((CASING, 0.7, 0.5), ("#FFFFFF", 0.0, 1.0)):
        for rank in reversed(range(LEFT_OUT)):
            lines = LineCollection(_lines(made.streets[rank]), colors=color, alpha=alpha, linewidths=WIDTHS[rank] + wider, zorder=UNDER)
            lines.set_capstyle("round")
            ax.add_collection(lines)
    return ax


def draw_street_names(ax: Axes, district: District, base: Basemap | None, taken: list[Any]) -> Axes:
    """Write names of streets, waters and places where they cover none of some boxes in pixels; the figure's layout must stand."""
    from matplotlib.patheffects import withStroke

    if base is None or ax.figure is None:
        return ax
    left, right = ax.get_xlim()
    low, high = ax.get_ylim()
    pixels = ax.get_window_extent()
    unit = (right - left) / pixels.width
    size = LETTERS_PT * ax.figure.dpi / 72 * unit
    back = ax.transData.inverted()
    boxes: list[Bounds] = [(*back.transform((box.x0, box.y0)), *back.transform((box.x1, box.y1))) for box in taken]
    for label in _made(district, base, (left, low, right, high), size * LETTER_DEJAVU, boxes).labels:
        text = ax.text(
            label.x, label.y, plain(label.name), rotation=label.angle, rotation_mode="anchor", ha="center", va="center", fontsize=LETTERS_PT,
            color="#1F5679" if label.kind == "water" else "#333333", style="italic" if label.kind == "water" else "normal",
            weight="bold" if label.kind == "place" else "normal", zorder=4, parse_math=False,
        )  # fmt: skip
        text.set_path_effects([withStroke(linewidth=1.3, foreground="white", alpha=0.9)])
    if base.geography.is_osm:
        said: dict[str, Any] = {"xycoords": "axes fraction", "ha": "right", "va": "bottom", "fontsize": 5, "color": "#333333", "zorder": 7}
        ax.annotate(CREDIT, (0.995, 0.005), **said).set_path_effects([withStroke(linewidth=1.5, foreground="white")])
    return ax


CREDIT = "© OpenStreetMap"
"""What its license asks for, in every language."""
LETTER_DEJAVU = 0.62 / LETTER
"""The font of figures is wider than those of pages."""


def _made(district: District, base: Basemap, frame: Bounds, letter: float, taken: list[Bounds]) -> Still:
    import pyproj

    assert district.geometry is not None
    there = pyproj.Transformer.from_crs(4326, district.geometry.crs, always_xy=True)

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(there.transform(*points.T))

    west, south, east, north = frame
    edge = np.linspace(0, 1, 9)
    around = np.column_stack([np.concatenate([west + edge * (east - west)] * 2), np.repeat([south, north], len(edge))])
    degrees = np.column_stack(there.transform(around[:, 0], around[:, 1], direction="INVERSE"))
    box = (*degrees.min(axis=0), *degrees.max(axis=0))
    return still(base, place, frame, box, max(east - west, north - south), letter, taken)


def _lines(features: Features) -> list[NDArray[np.float64]]:
    import shapely

    return [shapely.get_coordinates(part) for part in shapely.get_parts(features.shapes)]
