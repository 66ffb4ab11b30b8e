"""The frontier as a picture: plans found, bounds proven, and between them what nobody knows; readable in print and to the color-blind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import together
from rezoning.report.estimated import estimate_labels
from rezoning.report.figures.amounts import label_amounts
from rezoning.report.figures.colors import INK
from rezoning.report.figures.saving import noted
from rezoning.report.frontier import goals_of
from rezoning.report.goal_words import goal_name
from rezoning.report.language import Language, english

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

_said = english("frontier")

# Paul Tol's "high-contrast" scheme and two of "bright" (Colour Schemes, SRON 2021): apart in gray too; markers tell them apart besides.
COLORS = ("#004488", "#BB5566", "#DDAA33", "#228833", "#66CCEE", "#AA3377")
MARKERS = "osD^vP"
SHADE = "#BBBBBB"
FRONTIER_SIZE = (7.2, 4.6)  # inches

Row = dict[str, Any]


def draw_frontier(document: Row, path: Path, ending: str, language: Language) -> None:
    """Draw the points of frontier.json and save them; `ending` is ``png`` or ``svg``. The same frontier gives the same picture."""
    import matplotlib

    metadata: dict[str, Any] = {"Date": None} if ending == "svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": "rezoning", "svg.fonttype": "none"}):
        figure = frontier_figure(document, language)
        figure.savefig(path, dpi=160, format=ending, metadata=metadata, **noted(figure, estimate_labels(document).sentences))


def frontier_figure(document: Row, language: Language) -> Figure:
    """The curves with their legend."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=FRONTIER_SIZE, layout="constrained")
    draw_curves(figure.subplots(), document, language)
    add_legend(figure, document)
    return figure


def add_legend(figure: Figure | SubFigure, document: Row) -> None:
    """What lines and markers mean, below a frontier."""
    figure.legend(loc="outside lower center", ncols=4 if len(_curves(document)) == 1 else 2, frameon=False, fontsize=8)


def draw_curves(ax: Axes, document: Row, language: Language) -> Axes:
    """The second goal across, the first up; with three goals one curve for each ceiling of the third."""
    goals, unit = goals_of(document), document["travel_unit"]
    names = [goal_name(goal, unit, language) for goal in goals]
    curves = _curves(document)
    thirds = together(curves, goal_kind(goals[-1], unit), language)
    for i, (third, points) in enumerate(curves.items()):
        label = "" if third is None else _said("at_most", goal=names[2], value=thirds.with_unit(third))
        _draw_curve(ax, points, COLORS[i % len(COLORS)], MARKERS[i % len(MARKERS)], label, is_shaded=len(curves) == 1)
    if document["today"] is not None:
        first, second = document["today"]["values"][:2]
        said = _said("figure_today" if document["today"]["passed"] else "figure_today_broken")
        ax.plot([second], [first], "*", color=INK, markersize=11, label=said, zorder=6)
        for guide, value in ((ax.axvline, second), (ax.axhline, first)):  # what lies left of and below today is better in both
            guide(value, color=INK, linewidth=0.8, linestyle=":", zorder=2)
    ax.set_title(document["name"], color=INK, loc="left")
    for axis, goal in ((ax.xaxis, goals[1]), (ax.yaxis, goals[0])):
        label_amounts(axis, goal, unit, language)
    ax.set_xlabel(_said("figure_across", goal=names[1]), color=INK)
    ax.set_ylabel(names[0], color=INK)
    ax.grid(visible=True, color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _curves(document: Row) -> dict[float | None, list[Row]]:
    """Points by the third goal's ceiling, each curve from left to right; one curve, under None, with two goals."""
    curves: dict[float | None, list[Row]] = {}
    for point in sorted(document["points"], key=lambda point: point["ceilings"]):
        curves.setdefault(point["ceilings"][1] if len(point["ceilings"]) > 1 else None, []).append(point)
    return curves


def _draw_curve(ax: Axes, points: Sequence[Row], color: str, marker: str, label: str, *, is_shaded: bool) -> None:
    """Plans as a staircase from each plan to the right, bounds as one to the left: between two ceilings the nearer truth is not known."""
    found = [point for point in points if point["values"] is not None]
    bounded = [point for point in points if point["bound"] is not None]
    right = max(point["ceilings"][0] for point in points)
    plans = _said("figure_found_where", where=label) if label else _said("figure_found")
    across = [*(min(point["values"][1], point["ceilings"][0]) for point in found), right]
    up = [*(point["values"][0] for point in found), *(found[-1]["values"][0] for _ in found[-1:])]
    if found:
        ax.step(across, up, where="post", color=color, linewidth=1.3, zorder=4)
        ax.plot(across[:-1], up[:-1], marker, color=color, markersize=5.5, label=plans, zorder=5)
    if bounded:
        at, low = [point["ceilings"][0] for point in bounded], [point["bound"] for point in bounded]
        ax.step(at, low, where="pre", color=color, linewidth=1.1, linestyle=(0, (4, 2)), zorder=3, label="" if label else _said("figure_bound"))
    if found and bounded and is_shaded:
        _shade(ax, found, bounded)


def _shade(ax: Axes, found: Sequence[Row], bounded: Sequence[Row]) -> None:
    """Between the two staircases: better plans may exist there."""
    edges = sorted({point["ceilings"][0] for point in (*found, *bounded)} | {point["values"][1] for point in found})
    across, low, high = [], [], []
    for left, right in pairwise(edges):
        values = [point["values"][0] for point in found if point["values"][1] <= left + 1e-9]
        bounds = [point["bound"] for point in bounded if point["ceilings"][0] >= right - 1e-9]
        if values and bounds:
            across += [left, right]
            low += [max(bounds)] * 2
            high += [min(values)] * 2
    ax.fill_between(across, low, high, color=SHADE, alpha=0.45, linewidth=0, zorder=1, label=_said("figure_gap"))
