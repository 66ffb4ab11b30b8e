"""Static figures with matplotlib, for print and slides. Every function that draws takes an `ax` and gives it back."""

from rezoning.report.figures.before_after import before_after, before_after_figure
from rezoning.report.figures.change import change_figure, draw_change
from rezoning.report.figures.colors import INK
from rezoning.report.figures.dumbbell import draw_dumbbell, dumbbell_figure
from rezoning.report.figures.files import figures_of
from rezoning.report.figures.labels import draw_schools
from rezoning.report.figures.maps import draw_changed, draw_scale, draw_zones
from rezoning.report.figures.saving import save
from rezoning.report.figures.trace import draw_trace, trace_figure

__all__ = [
    "INK", "before_after", "before_after_figure", "change_figure", "draw_change", "draw_changed", "draw_dumbbell", "draw_scale",
    "draw_schools", "draw_trace", "draw_zones", "dumbbell_figure", "figures_of", "save", "trace_figure",
]  # fmt: skip
