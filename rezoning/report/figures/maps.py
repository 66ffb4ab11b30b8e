"""Parts of maps: zones, what changes, schools with their names, a scale. Each is drawn on an `ax`, which is given back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.report.figures import geometry
from rezoning.report.figures.colors import INK, NO_ZONE, Ints
from rezoning.report.language import Language
from rezoning.scenario.reporting import KM_PER_MILE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rezoning.report.maps.colors import Fill


HATCHES = {"dots": "...", "lines": "--"}
FINE = 3000  # units; the outlines of more of them are too near each other to be seen, and make files of many megabytes


def draw_zones(ax: Axes, district: District, assignment: Ints, fills: Sequence[Fill]) -> Axes:
    """Fill every zone with its school's fill and draw the borders of zones and units; units without a school stay white."""
    from matplotlib.collections import PathCollection

    schools = np.unique(assignment)
    zones = [geometry.union(district, assignment == s) for s in schools]
    ax.add_collection(PathCollection(zones, facecolors=[fills[s].color if s >= 0 else NO_ZONE for s in schools], edgecolors="none"))
    draw_patterns(ax, zones, [fills[s].pattern if s >= 0 else "" for s in schools])
    if district.num_units <= FINE:
        outlines = [geometry.path(shape) for shape in geometry.shapes(district)]
        ax.add_collection(PathCollection(outlines, facecolors="none", edgecolors="#FFFFFF88", linewidths=0.25))
    return _frame(ax, district, [zone for zone, s in zip(zones, schools, strict=True) if s >= 0])


def draw_patterns(ax: Axes, zones: Sequence[Any], patterns: Sequence[str]) -> Axes:
    """Draw the patterns of fills that have one."""
    from matplotlib.collections import PathCollection

    for pattern in sorted(set(patterns) - {""}):
        those = [zone for zone, its in zip(zones, patterns, strict=True) if its == pattern]
        ax.add_collection(PathCollection(those, facecolors="none", edgecolors="#00000088", hatch=HATCHES[pattern], linewidths=0.0))
    return ax


def draw_borders(ax: Axes, district: District, assignment: Ints) -> Axes:
    """Draw the borders of zones, and show the whole district."""
    return _frame(ax, district, [geometry.union(district, assignment == s) for s in np.unique(assignment[assignment >= 0])])


def _frame(ax: Axes, district: District, zones: Sequence[Any]) -> Axes:
    from matplotlib.collections import PathCollection

    ax.add_collection(PathCollection(list(zones), facecolors="none", edgecolors=INK, linewidths=1.0))
    west, south, east, north = geometry.frame(district)
    ax.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    ax.set_axis_off()
    return ax


def draw_changed(ax: Axes, district: District, is_changed: NDArray[np.bool_]) -> Axes:
    """Hatch the units whose school changes, and draw a line round them."""
    from matplotlib.collections import PathCollection

    if is_changed.any():
        region = geometry.union(district, is_changed)
        ax.add_collection(PathCollection([region], facecolors="none", edgecolors="#000000AA", hatch="/////", linewidths=0.8))
    return ax


def draw_scale(ax: Axes, units: str = "metric") -> Axes:
    """A bar of a round length, about a fifth of the map's width, in the lower left corner; in miles or feet where readers use them."""
    from matplotlib.patheffects import withStroke

    left, right = ax.get_xlim()
    low, high = ax.get_ylim()
    length, label = _bar((right - left) / 5, units)
    x, y = left + 0.03 * (right - left), low + 0.02 * (high - low)
    ax.plot([x, x + length], [y, y], color=INK, linewidth=2.5, scalex=False, scaley=False, solid_capstyle="butt", zorder=6)
    text = ax.annotate(label, (x + length / 2, y), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=7.5, color=INK, zorder=6)
    text.set_path_effects([withStroke(linewidth=2.2, foreground="white")])
    return ax


LEAST = 0.2  # of a mile or a kilometer: shorter bars are in feet or meters


def _bar(wide: float, units: str) -> tuple[float, str]:
    """Meters of a bar that is round in its unit, and what is written over it."""
    large, small, size, step = ("mi", "ft", 1000 * KM_PER_MILE, 0.3048) if units == "us" else ("km", "m", 1000.0, 1.0)
    unit, meters = (large, size) if wide >= LEAST * size else (small, step)
    length = geometry.round_length(wide / meters)
    return length * meters, f"{length:g} {unit}"


def legend(language: Language, *, has_closed: bool = False) -> list[Any]:
    """What dots, lines and hatches mean, and the mark of a school that is not open."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    closed = [Line2D([], [], marker="x", color=INK, linestyle="none", markersize=4.5, label=language.text("charts.school_closed"))]
    return [
        Line2D([], [], marker="o", color=INK, linestyle="none", markersize=4.5, label=language.text("charts.school_dot")),
        *(closed if has_closed else []),
        Patch(facecolor="none", edgecolor=INK, label=language.text("charts.zone_line")),
        Patch(facecolor="none", edgecolor="#000000AA", hatch="/////", label=language.text("charts.changes_school")),
    ]
