"""The search over time: value of the best plan, what no plan can be below, and between them what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rezoning.report.charts.proof import stage_name
from rezoning.report.charts.trace import GoalTrace
from rezoning.report.figures.amounts import label_amounts
from rezoning.report.figures.colors import INK
from rezoning.report.figures.saving import plain
from rezoning.report.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VALUE, BOUND, SHADE = "#004488", "#BB5566", "#BBBBBB"  # Paul Tol's "high-contrast" scheme: apart in gray too
TAIL = 0.04  # of the time, drawn on after the last improvement


def draw_trace(ax: Axes, stage: GoalTrace, travel_unit: str, language: Language) -> Axes:
    """Value and bound of one goal as staircases over the seconds since it began, the gap between them shaded."""
    from matplotlib.ticker import FuncFormatter

    begin = stage.moments[0].seconds
    times = [moment.seconds - begin for moment in stage.moments]
    last = times[-1] if times[-1] > 0 else 0.01
    times.append(last * (1 + TAIL))
    held = [*stage.moments, stage.moments[-1]]
    values = [float("nan") if moment.value is None else moment.value for moment in held]
    bounds = [float("nan") if moment.bound is None else moment.bound for moment in held]
    ax.fill_between(times, bounds, values, step="post", color=SHADE, alpha=0.45, linewidth=0, zorder=1, label=language.text("charts.gap"))
    ax.step(times, values, where="post", color=VALUE, linewidth=1.6, zorder=3, label=language.text("charts.value"))
    ax.step(times, bounds, where="post", color=BOUND, linewidth=1.4, linestyle=(0, (4, 2)), zorder=3, label=language.text("charts.bound"))
    label_amounts(ax.yaxis, stage.goal, travel_unit, language)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: language.number(value, 0 if last >= 5 else 2)))
    ax.set_title(plain(stage_name(stage, travel_unit, language), 90), color=INK, loc="left", fontsize=9.5, parse_math=False)
    ax.set_xlim(0, times[-1])
    ax.tick_params(labelsize=8)
    ax.grid(visible=True, color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def trace_figure(stages: Sequence[GoalTrace], travel_unit: str, language: Language | None = None) -> Figure:
    """One panel for each goal, in the order they were solved."""
    from matplotlib.figure import Figure

    language = language or Language()
    figure = Figure(figsize=(7.2, 0.6 + 2.1 * len(stages)), layout="constrained")
    panels: list[Any] = list(figure.subplots(len(stages), squeeze=False)[:, 0])
    for ax, stage in zip(panels, stages, strict=True):
        draw_trace(ax, stage, travel_unit, language)
    panels[-1].set_xlabel(language.text("charts.seconds"), color=INK, fontsize=9)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8.5)
    return figure
