"""A number of every school, today and in a plan: a row each, with the marks that options have everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.kinds import Kind
from rezoning.report.figures.amounts import label_kind
from rezoning.report.figures.colors import INK
from rezoning.report.figures.dumbbell import draw_lane, marker, ring
from rezoning.report.figures.saving import plain
from rezoning.report.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_school_rows(
    ax: Axes, names: Sequence[str], before: Sequence[Cell], after: Sequence[Cell], kind: Kind, title: str, language: Language, letter: str = "A"
) -> Axes:
    """The largest of today (of the plan, where there is none) on top; the ring is today, the marker the plan."""
    order = sorted(range(len(names)), key=lambda s: next((-float(value) for value in (before[s], after[s]) if is_number(value)), 0.0))
    for row, s in enumerate(order):
        draw_lane(ax, before[s], after[s], row, letter)
    ax.set_yticks(range(len(order)))
    for label in ax.set_yticklabels([plain(names[s], 32) for s in order], fontsize=8.5):
        label.set(parse_math=False)
    ax.margins(x=0.06)
    ax.set_ylim(len(order) - 0.5, -0.5)
    label_kind(ax.xaxis, kind, language)
    ax.set_xlabel(plain(title, 90), color=INK, fontsize=9, parse_math=False)
    ax.tick_params(axis="x", labelsize=8.5)
    ax.grid(visible=True, axis="x", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    marks = [marker(letter, language.text("notebook.plan"))]
    if any(map(is_number, before)):
        marks.insert(0, ring(language.text("measures.today")))
    ax.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, -0.12 - 0.5 / max(len(order), 1)), ncols=2, frameon=False, fontsize=8.5)
    return ax
