"""One way to assign units as a map alone: today, or an option with what changes, in the colors that schools have everywhere."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from rezoning.public.book import Book
from rezoning.report.figures import geometry
from rezoning.report.figures.basemap import draw_basemap
from rezoning.report.figures.labels import draw_schools
from rezoning.report.figures.maps import draw_changed, draw_scale, draw_zones
from rezoning.report.figures.saving import any_letters
from rezoning.report.maps.basemap import base_of
from rezoning.report.maps.colors import school_fills
from rezoning.report.maps.drawn import drawn_plan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TODAY = "today"
NAMED = 40  # schools whose names a map can hold


def view_figure(book: Book, key: str, size: float = 6.0) -> Figure:
    """The map of a view, as large as fits a square of `size` inches.

    Parameters
    ----------
    key
        ``today``, or an option's letter.
    """
    from matplotlib.figure import Figure

    option = next((option for option in book.options if option.letter == key), None)
    district = book.district if option is None else option.district
    view = book.today if key == TODAY else book.views[key]
    assert view is not None
    west, south, east, north = geometry.frame(district)
    scale = size / max(east - west, north - south)
    figure = Figure(figsize=(scale * (east - west), scale * (north - south)))
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    base = base_of(book)
    draw_basemap(draw_zones(ax, district, view.drawn, school_fills(book)), district, base)
    if key in book.changes:
        changed = np.zeros(district.num_units, dtype=bool)
        changed[book.changes[key].moved] = True
        draw_changed(ax, district, changed)
    draw_scale(ax, book.settings.units)
    if district.num_schools <= NAMED:
        with any_letters():
            is_as_today = option is None or (view.pairing is None and not district.has_optional)
            draw_schools(ax, district, base, None if option is None or is_as_today else drawn_plan(district, option.plan))
    return figure


def png_of(figure: Figure, dpi: int) -> bytes:
    """A figure as a picture, the same bytes each time."""
    made = io.BytesIO()
    with any_letters():
        figure.savefig(made, format="png", dpi=dpi, metadata={"Software": None})
    return made.getvalue()
