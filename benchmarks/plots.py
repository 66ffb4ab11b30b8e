"""Plots of the settings: performance profiles (Dolan and Moré 2002), every curve with its name beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rezoning.report.benching.apart import apart
from rezoning.report.benching.comparison import Comparison
from rezoning.report.benching.scores import SHIFT, Curve
from rezoning.report.figures.colors import INK, OPTIONS
from rezoning.report.figures.saving import save

FURTHEST = 100.0  # times the best: what is slower is as good as never
DASHES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (5, 1.5, 1, 1.5)), (0, (3, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (2, 2)), (0, (1, 3)))
APART = 0.045  # of the height, between two labels


def write(found: Comparison, folder: Path) -> list[Path]:
    """The figure of the README."""
    figure = Figure(figsize=(10.5, 7.4), layout="constrained")
    panels: Any = figure.subplots(2, 2)
    costs = (
        (found.settled, "Question settled: a plan with its proof"),
        (found.target, "Plan within 1 % of the best that is known"),
        (found.primal, "Primal integral: how good plans were, over time"),
        (found.both, "Primal–dual integral: how far value and bound were apart"),
    )
    for ax, (cost, title) in zip(panels.flat, costs, strict=True):
        draw_profiles(ax, found.profiles(cost, SHIFT), title)
    return [save(figure, folder / "settings-profiles.png")]


def draw_profiles(ax: Axes, curves: dict[str, Curve], title: str) -> Axes:
    """Shares of runs within τ times the least cost, τ on a logarithmic axis; names at the right ends, moved apart."""
    ends = {}
    for k, (name, curve) in enumerate(curves.items()):
        inside = [(ratio, share) for ratio, share in curve if ratio <= FURTHEST]
        ratios, shares = [ratio for ratio, _ in inside] + [FURTHEST], [share for _, share in inside] + [inside[-1][1]]
        color = OPTIONS[k % len(OPTIONS)]
        ax.step(ratios, shares, where="post", color=color, linestyle=DASHES[k % len(DASHES)], linewidth=1.7)
        ends[name] = (shares[-1], color)
    for (name, (_, color)), height in zip(ends.items(), apart([share for share, _ in ends.values()], APART, 1.0), strict=True):
        ax.annotate(name, (FURTHEST, height), xytext=(5, 0), textcoords="offset points", color=color, fontsize=8, va="center", annotation_clip=False)
    ax.set_xscale("log")
    ax.set_xlim(1, FURTHEST)
    ax.set_ylim(0, 1.02)
    ax.set_xticks([1, 2, 5, 10, 20, 50, 100], ["1", "2", "5", "10", "20", "50", "100"])
    ax.minorticks_off()
    ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    ax.set_title(title, color=INK, loc="left", fontsize=9.5)
    ax.set_xlabel("times the least of all settings", color=INK, fontsize=8.5)
    ax.tick_params(labelsize=8)
    ax.grid(visible=True, color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    return ax
