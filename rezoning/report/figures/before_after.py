"""Today's zones and a plan's side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import DataError, Problem
from rezoning.report.estimated import estimate_labels
from rezoning.report.figures import geometry
from rezoning.report.figures.basemap import draw_basemap
from rezoning.report.figures.colors import INK
from rezoning.report.figures.labels import draw_schools
from rezoning.report.figures.maps import draw_changed, draw_scale, draw_zones, legend
from rezoning.report.figures.saving import any_letters, in_lines, save
from rezoning.report.language import Language
from rezoning.report.maps.colors import Fill, plan_fills
from rezoning.report.maps.drawn import drawn_plan
from rezoning.runs.record import data_entries

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from rezoning.report.maps.basemap.base import Basemap

SIZE = 6.0  # inches of the longer side of a panel
LETTERS = 42  # of a line over a panel, for which the narrowest has room


def before_after(district: District, plan: Plan, path: str | Path, captions: tuple[str, str] = ("Today", "Plan")) -> Path:
    """Draw today's zones and the plan's side by side and save them; the file's ending decides between PNG, SVG and PDF.

    Raises
    ------
    DataError
        When the district has no polygons or no zones of today.
    """
    if missing(district):
        raise DataError(Problem("data.units", f"a map of before and after needs {missing(district)}.", "Name them in the scenario."))
    fills = plan_fills(district, district.stayable, drawn_plan(district, plan).zone)
    return save(before_after_figure(district, plan, fills, captions), path, estimate_labels(data_entries(district)).sentences)


def missing(district: District) -> str:
    """What a map of before and after lacks; empty when it can be drawn."""
    return "polygons" if district.geometry is None else "zones of today" if district.current is None else ""


def before_after_figure(
    district: District,
    plan: Plan,
    fills: Sequence[Fill],
    captions: tuple[str, str] = ("Today", "Plan"),
    language: Language | None = None,
    base: Basemap | None = None,
) -> Figure:
    """Two panels, beside each other for tall districts and on top of each other for wide ones; `fills` of the district's schools."""
    from matplotlib.figure import Figure

    west, south, east, north = geometry.frame(district)
    width, height = east - west, north - south
    grid = (2, 1) if width > 1.6 * height else (1, 2)
    scale = SIZE / max(width, height)
    panel = (max(scale * width, 3.0), max(scale * height, 2.0) + 0.3)
    figure = Figure(figsize=(panel[0] * grid[1], panel[1] * grid[0] + 0.35), layout="constrained")
    left, right = figure.subplots(*grid)
    today, drawn = district.stayable, drawn_plan(district, plan)
    for ax, assignment, caption in ((left, today, captions[0]), (right, drawn.zone, captions[1])):
        draw_basemap(draw_zones(ax, district, assignment, fills), district, base).set_title(in_lines(caption, LETTERS), color=INK, parse_math=False)
    draw_changed(right, district, drawn.changed)
    draw_scale(left, (language or Language()).units)
    marks = legend(language or Language(), has_closed=district.has_optional)
    figure.legend(handles=marks, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    with any_letters():
        figure.draw_without_rendering()  # the layout must stand before names are placed by their size in it
        draw_schools(left, district, base)
        draw_schools(right, district, base, drawn)
    return figure
