"""Where pictures are drawn in a notebook: on the axes that are given, or on a new figure of a fitting size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.report.figures import geometry
from rezoning.report.figures.before_after import SIZE
from rezoning.report.figures.labels import draw_schools
from rezoning.report.figures.maps import draw_scale
from rezoning.report.figures.saving import any_letters
from rezoning.report.figures.view import NAMED
from rezoning.report.maps.drawn import Drawn, drawn_plan

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rezoning.report.language import Language


def new_axes(width: float, height: float) -> Axes:
    """Axes of a figure that a notebook shows by itself."""
    import matplotlib.pyplot as plt

    figure: Figure = plt.figure(figsize=(width, height), layout="constrained")
    return figure.subplots()


def map_axes(district: District, ax: Axes | None) -> Axes:
    """Axes for a map: those given, or some of the district's proportions; a district without polygons is refused."""
    west, south, east, north = geometry.frame(district)
    scale = SIZE / max(east - west, north - south)
    return ax if ax is not None else new_axes(max(scale * (east - west), 3.0), max(scale * (north - south), 2.5))


def finished(ax: Axes, district: District, language: Language, *, names: bool, drawn: Drawn | None = None) -> Axes:
    """A map with its scale and, as far as there is room, its names."""
    draw_scale(ax, language.units)
    if names and district.num_schools <= NAMED and ax.figure is not None:
        with any_letters():
            _settle(ax)
            draw_schools(ax, district, None, drawn)
    return ax


def _settle(ax: Axes) -> None:
    """Let the layout of a figure stand, for names are placed by their size in it."""
    figure = ax.figure
    while figure is not None and not hasattr(figure, "draw_without_rendering"):
        figure = figure.figure
    draw: Callable[[], None] | None = getattr(figure, "draw_without_rendering", None)
    if draw is not None:
        draw()


def changed(district: District, plan: Plan) -> Drawn | None:
    """The plan as it is drawn where today's zones are known and it is another one, so that arrows can say what changes."""
    is_same = district.current is None or np.array_equal(district.stayable, plan.school)
    return None if plan.buildings is None and is_same else drawn_plan(district, plan)
