"""What a plan changes: the units that move, in the color of their new school, over today's zones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.report.figures import geometry
from rezoning.report.figures.basemap import draw_basemap
from rezoning.report.figures.before_after import SIZE
from rezoning.report.figures.colors import INK, NO_ZONE
from rezoning.report.figures.labels import draw_schools
from rezoning.report.figures.maps import draw_borders, draw_changed, draw_patterns, draw_scale
from rezoning.report.figures.saving import any_letters, plain
from rezoning.report.language import Language
from rezoning.report.maps.colors import PALETTE, Fill
from rezoning.report.maps.drawn import drawn_plan

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rezoning.report.maps.basemap.base import Basemap

SAME = "#F3F3F1"
"""What stays has no color: pale ones would be alike."""


def draw_change(ax: Axes, district: District, plan: Plan, fills: Sequence[Fill]) -> Axes:
    """Fill units that move with their new school's fill and a hatch, those that stay with none; borders are today's."""
    from matplotlib.collections import PathCollection

    drawn = drawn_plan(district, plan)
    moved = drawn.changed
    schools = np.unique(drawn.zone[moved])
    areas = [geometry.union(district, (drawn.zone == s) & moved) for s in schools]
    ax.add_collection(PathCollection([geometry.union(district, ~moved)], facecolors=SAME, edgecolors="none"))
    ax.add_collection(PathCollection(areas, facecolors=[fills[s].color if s >= 0 else NO_ZONE for s in schools], edgecolors="none"))
    draw_patterns(ax, areas, [fills[s].pattern if s >= 0 else "" for s in schools])
    draw_changed(ax, district, moved)
    return draw_borders(ax, district, district.stayable)


def change_figure(
    district: District, plan: Plan, fills: Sequence[Fill], caption: str = "", language: Language | None = None, base: Basemap | None = None
) -> Figure:
    """One panel with schools, scale and legend; needs polygons and zones of today. `caption` is added to the title."""
    from matplotlib.figure import Figure

    language = language or Language()
    west, south, east, north = geometry.frame(district)
    scale = 1.2 * SIZE / max(east - west, north - south)
    figure = Figure(figsize=(max(scale * (east - west), 4.0), max(scale * (north - south), 2.5) + 0.7), layout="constrained")
    ax = figure.subplots()
    draw_basemap(draw_change(ax, district, plan, fills), district, base)
    ax.set_title(plain(language.text("charts.changed_areas") + caption, 90), color=INK, parse_math=False, fontsize=10, wrap=True)
    draw_scale(ax, language.units)
    figure.legend(handles=_legend(language), loc="outside lower center", ncols=2, frameon=False, fontsize=8.5)
    with any_letters():
        figure.draw_without_rendering()  # the layout must stand before names are placed by their size in it
        draw_schools(ax, district, base, drawn_plan(district, plan))
    return figure


def _legend(language: Language) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return [
        Line2D([], [], marker="o", color=INK, linestyle="none", markersize=4.5, label=language.text("charts.school_dot")),
        Patch(facecolor="none", edgecolor=INK, label=language.text("charts.zone_today")),
        Patch(facecolor=PALETTE[6], edgecolor="#000000AA", hatch="/////", label=language.text("charts.gains")),
        Patch(facecolor=SAME, edgecolor="#00000055", label=language.text("charts.stays")),
    ]
