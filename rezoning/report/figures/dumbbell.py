"""A group's share in each school, today and under options, beside the district's share and the bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell, is_number
from rezoning.report.catalogue.derived import district_share
from rezoning.report.charts.dumbbell import bands_of, sorted_schools
from rezoning.report.charts.parts import group_name, view_name
from rezoning.report.charts.scale import scale_to
from rezoning.report.charts.svg import TODAY as NOW
from rezoning.report.figures.colors import INK, MARKERS, OPTIONS, TODAY
from rezoning.report.figures.saving import plain
from rezoning.report.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LANE = 0.62  # of a row's height is for the lanes of options


def draw_dumbbell(ax: Axes, book: Book, group: str, language: Language) -> Axes:
    """A row per school, the largest share of today on top; the ring is today, a marker with its letter an option; a star a hidden number."""
    schools, share, bands = sorted_schools(book, group), district_share(book, group), bands_of(book, group)
    for row, s in enumerate(schools):
        for band in bands:
            if band.rule.holds_for(book.schools[s].id):
                spans = [(max(low, 0.0), min(high, 1.0) - max(low, 0.0)) for low, high in band.limits]
                ax.broken_barh(spans, (row - 0.5, 1.0), facecolors="#0B6B4F" if not band.rule.soft else "#0B5CAD", alpha=0.13, linewidth=0)
        _row(ax, book, s, row, group)
    if is_number(share):
        ax.axvline(share, color=INK, linewidth=1.4, zorder=2)
    ax.set_yticks(range(len(schools)))
    for label, s in zip(ax.set_yticklabels([plain(book.schools[s].name, 32) for s in schools], fontsize=8.5), schools, strict=True):
        label.set(parse_math=False, gid=f"school-{s}")
    cells = [view.schools[s].shares.get(group) for view in (*filter(None, [book.today]), *book.views.values()) for s in schools]
    scale = scale_to([*cells, share, *(min(end, 1.0) for band in bands for limits in band.limits for end in limits)], least=0.05)
    ax.set(ylim=(len(schools) - 0.5, -0.5), xlim=(-0.02 * scale.high, 1.02 * scale.high))
    ax.set_xticks(scale.ticks, [language.percent(tick, 0 if round(100 * tick, 6) % 1 == 0 else 1) for tick in scale.ticks], fontsize=8.5)
    ax.set_xlabel(plain(language.text("charts.share_axis", group=group_name(group, language)), 90), color=INK, fontsize=9, parse_math=False)
    ax.grid(visible=True, axis="x", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax


def dumbbell_figure(book: Book, group: str, language: Language | None = None) -> Figure:
    """One group's chart with its legend, as high as there are schools and options."""
    from matplotlib.figure import Figure

    language = language or Language()
    rows, lanes = len(sorted_schools(book, group)), len(book.views)
    figure = Figure(figsize=(7.2, 1.1 + rows * (0.1 + 0.19 * lanes) + 0.22 * ((lanes + 4) // 2)), layout="constrained")
    draw_dumbbell(figure.subplots(), book, group, language)
    legend = figure.legend(handles=_legend(book, group, language), loc="outside lower center", ncols=2, frameon=False, fontsize=8.5)
    for text in legend.get_texts():
        text.set_parse_math(False)
    return figure


def _row(ax: Axes, book: Book, s: int, row: int, group: str) -> None:
    before = None if book.today is None else book.today.schools[s].shares.get(group)
    lanes = len(book.views)
    for k, (letter, view) in enumerate(book.views.items()):
        y = row if lanes == 1 else row - LANE / 2 + LANE * k / (lanes - 1)
        draw_lane(ax, before, view.schools[s].shares.get(group), y, letter)


def draw_lane(ax: Axes, before: Cell, after: Cell, y: float, letter: str) -> None:
    """A ring for today, a marker for the option, a line between them; a star for a hidden number."""
    k = ord(letter) - ord("A")
    color = OPTIONS[k % len(OPTIONS)]
    if is_number(before) and is_number(after):
        ax.plot([before, after], [y, y], color=color, linewidth=1.6, zorder=3)
    if is_number(before):
        ax.plot([before], [y], "o", color="white", markeredgecolor=TODAY, markeredgewidth=1.6, markersize=6.5, zorder=4)
    if is_number(after):
        ax.plot([after], [y], MARKERS[k % len(MARKERS)], color=color, markersize=8, markeredgecolor="white", markeredgewidth=0.6, zorder=5)
    if HIDDEN in (before, after):
        ax.annotate(HIDDEN, (0, y), ha="center", va="center", fontsize=11, color=INK, zorder=5)


def ring(label: str) -> Any:
    """What stands for today in a legend."""
    from matplotlib.lines import Line2D

    looks: dict[str, Any] = {"color": "white", "markeredgecolor": TODAY, "markeredgewidth": 1.6, "markersize": 6.5}
    return Line2D([], [], marker="o", linestyle="none", label=label, **looks)


def marker(letter: str, label: str) -> Any:
    """What stands for an option in a legend."""
    from matplotlib.lines import Line2D

    k = ord(letter) - ord("A")
    return Line2D([], [], marker=MARKERS[k % 8], color=OPTIONS[k % 8], linestyle="none", markersize=8, label=label)


def _legend(book: Book, group: str, language: Language) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    share = district_share(book, group)
    found: list[Any] = [] if book.today is None else [ring(view_name(NOW, book, language))]
    found += [marker(letter, plain(view_name(letter, book, language), 44)) for letter in book.views]
    found.append(Line2D([], [], color=INK, linewidth=1.4, label=language.text("charts.district_share", share=language.percent(share))))
    found += [
        Patch(color="#0B5CAD" if band.rule.soft else "#0B6B4F", alpha=0.2, linewidth=0, label=band.words(book, language))
        for band in bands_of(book, group)
    ]
    return found
