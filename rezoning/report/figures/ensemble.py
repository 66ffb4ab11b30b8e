"""An ensemble as a picture: for each measure the samples as a histogram, today's zones and the plans as lines; for print and the color-blind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.report.ensemble.rows import Shown
from rezoning.report.estimated import estimate_labels
from rezoning.report.figures.colors import INK, OPTIONS, TODAY
from rezoning.report.figures.saving import in_lines, save
from rezoning.report.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST, ACROSS = 9, 3
SAMPLES = "#BBBBBB"


def draw_ensemble(record: dict[str, Any], rows: Sequence[Shown], path: Path, language: Language) -> None:
    """Draw the first measures and save them; the file's ending says how. The same ensemble gives the same picture."""
    save(ensemble_figure(record["name"], rows, language), path, estimate_labels(record, language).sentences)


def ensemble_figure(name: str, rows: Sequence[Shown], language: Language) -> Figure:
    """A small histogram for each of the first measures."""
    from matplotlib.figure import Figure

    shown = rows[:MOST]
    down = max(-(-len(shown) // ACROSS), 1)
    figure = Figure(figsize=(10.5, 2.6 * down + 0.6), layout="constrained")
    axes = np.atleast_1d(figure.subplots(down, ACROSS, squeeze=False)).ravel()
    for ax, row in zip(axes, shown, strict=False):
        draw_spread(ax, row, language)
    for ax in axes[len(shown) :]:
        ax.set_visible(False)
    figure.suptitle(in_lines(name, 90), color=INK, x=0.01, ha="left")
    return figure


def draw_spread(ax: Axes, row: Shown, language: Language) -> Axes:
    """The samples of one measure, and where today's zones and the plans stand.

    Parameters
    ----------
    ax
        Where to draw.
    row
        The measure.

    Returns
    -------
    The same axes.
    """
    low, high = row.limits
    edges = np.linspace(low, high, len(row.bins) + 1)
    ax.stairs(row.bins, edges, fill=True, color=SAMPLES, label=language.text("ensemble.figure_samples"))
    for mark in row.marks:
        if mark.place is None:
            continue
        color = TODAY if not mark.way.letter else OPTIONS[(ord(mark.way.letter) - ord("A")) % len(OPTIONS)]
        at = low + mark.place * (high - low)
        ax.axvline(at, color=color, linewidth=1.6, linestyle=":" if not mark.way.letter else "-")
        name = in_lines(mark.way.letter or mark.way.name, 20)
        ax.text(at, 1.02 + 0.1 * mark.lane, name, ha="center", va="bottom", fontsize=8, color=color, transform=ax.get_xaxis_transform())
    ax.set_ylim(0, 1.05)
    ax.set_title(in_lines(row.label, 42), fontsize=9, color=INK, loc="left", pad=8 + 14 * (1 + max((mark.lane for mark in row.marks), default=0)))
    ax.set_xticks([low, (low + high) / 2, high], [row.text(value) for value in (low, (low + high) / 2, high)], fontsize=7.5)
    ax.set_yticks([])
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax
