"""Units shaded by a number of each, dark for much; units of which nothing is known are white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.report.catalogue.kinds import Kind
from rezoning.report.figures import geometry
from rezoning.report.figures.amounts import label_kind
from rezoning.report.figures.colors import NO_ZONE
from rezoning.report.figures.maps import draw_borders
from rezoning.report.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHADES = "cividis_r"
"""Even to every eye, and in gray."""


def draw_shades(ax: Axes, district: District, values: Floats, kind: Kind, language: Language) -> Axes:
    """Shade units, draw today's borders and a scale of shades; `values` of shape (n,), NaN where unknown."""
    from matplotlib import colormaps
    from matplotlib.collections import PathCollection

    shades = colormaps[SHADES].with_extremes(bad=NO_ZONE)
    shown = PathCollection([geometry.path(shape) for shape in geometry.shapes(district)], edgecolors="face", linewidths=0.2, cmap=shades)
    shown.set_array(np.ma.masked_invalid(values))
    ax.add_collection(shown)
    draw_borders(ax, district, district.stayable)
    if ax.figure is not None:
        bar = ax.figure.colorbar(shown, ax=ax, shrink=0.6, pad=0.02)
        label_kind(bar.ax.yaxis, kind, language)
        bar.ax.tick_params(labelsize=8)
    return ax
