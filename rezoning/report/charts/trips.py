"""How long trips are: the share of each group's students in each bin of trips, today and under each option."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from markupsafe import Markup

from rezoning.public.book import EVERYONE, Book, View
from rezoning.public.cell import HIDDEN, Cell, is_number, ratio
from rezoning.report.catalogue.kinds import Together, in_units, manner, settled, together
from rezoning.report.charts import svg
from rezoning.report.charts.parts import ChartTable, Sign, group_name, short_name, signs, view_name, views
from rezoning.report.charts.scale import Scale, scale_to
from rezoning.report.charts.who import mean_trip, trip_unit
from rezoning.report.language import Language

HAIR = 1e-6  # tenths of a percent
HEIGHT = 96.0  # of the bars, in pixels; marks of means stand above them


@dataclass(frozen=True)
class TripRows:
    """One small picture for everyone and each group, on the same scales, and one table of all."""

    panels: tuple[Panel, ...]
    legend: tuple[Sign, ...]
    table: ChartTable
    unit: str


@dataclass(frozen=True)
class Panel:
    """The trips of one group."""

    name: str
    message: str
    picture: Markup
    axis: Markup


def trips_of(book: Book, language: Language) -> TripRows | None:
    """Trips by group; None without travel."""
    shown = [view for view in views(book) if view.trips is not None]
    if not shown or len(book.bins) < 2:
        return None
    names = (EVERYONE, *book.groups)
    shares = {view.key: {name: bin_shares(view, name) for name in names} for view in shown}
    scale = scale_to([part.middle for of_view in shares.values() for parts in of_view.values() for part in parts], ticks=3)
    panels = tuple(_panel(book, name, shown, shares, scale, language) for name in names)
    bars = [Sign(svg.swatch("today-bar"), language.text("charts.today_bars"))] if book.today is not None else []
    legend = (*bars, *signs(book, language))
    unit = trip_unit(book, language)
    return TripRows(panels, legend, _table(book, names, shown, shares, unit, language), unit)


@dataclass(frozen=True)
class Part:
    """A bin's share of a group's students, or the range that it is in."""

    low: Cell
    high: Cell

    @property
    def middle(self) -> Cell:
        """What is drawn."""
        return (self.low + self.high) / 2 if is_number(self.low) and is_number(self.high) else self.low

    def said(self, language: Language) -> str:
        """In words; ends of ranges are rounded away from each other, so that what is said is true."""
        if not is_number(self.low) or not is_number(self.high) or self.low == self.high:
            return language.percent(self.low)
        low, high = np.floor(1000 * self.low + HAIR) / 1000, np.ceil(1000 * self.high - HAIR) / 1000
        return f"{language.number(100 * low)}–{language.percent(high)}"


def bin_shares(view: View, group: str) -> tuple[Part, ...]:
    """Share of a group's students with a known trip in each bin."""
    cells, whole = (view.trips or {}).get(group, ()), (view.known or {}).get(group)
    ends = [cell if isinstance(cell, tuple) else (cell, cell) for cell in cells]
    most = 1.0  # a range of everyone and more says no more than everyone
    return tuple(Part(ratio(low, whole), least(ratio(high, whole), most)) for low, high in ends)


def least(cell: Cell, most: float) -> Cell:
    """A number that is at most so much."""
    return min(cell, most) if is_number(cell) else cell


def _panel(book: Book, group: str, shown: list[View], shares: dict[str, dict[str, tuple[Part, ...]]], scale: Scale, language: Language) -> Panel:
    bins, parts = len(book.bins), []
    top = svg.LANE * len(shown)
    for tick in scale.ticks:
        y = top + _up(scale, tick)
        parts += [svg.line(0, y, 1, y, "grid"), svg.words(1, y + 12, language.percent(tick, 0), "end")] if tick > 0 else []
    for view in shown:
        draw = _bars if view.key == svg.TODAY else _steps
        parts += draw(tuple(part.middle for part in shares[view.key][group]), scale, bins, view.key, top)
    parts.append(svg.line(0, top + HEIGHT, 1, top + HEIGHT, "base"))
    said, beside = [], _means(shown, group, book, language)
    for k, view in enumerate(shown):
        mean, y = mean_trip(view.measures, group), svg.LANE * (k + 0.5)
        if is_number(mean):
            x = _across(mean, book.bins)
            parts += [svg.line(x, y, x, top + HEIGHT, f"mean {svg.css(view.key)}"), svg.mark(view.key, x, y)]
        said.append(language.text("charts.mean_of", view=short_name(view.key, language), mean=_trip(mean, beside)))
    label = group_name(group, language)
    ends = [(k / bins, text) for k, text in enumerate(_edges(book, language))]
    axis = svg.strip((svg.words(x, 12, text, "start" if x == 0 else "middle") for x, text in ends), 16, "strip axis")
    return Panel(label, language.text("charts.trips_message", means="; ".join(said)), svg.strip(parts, top + HEIGHT + 2), axis)


def _bars(cells: tuple[Cell, ...], scale: Scale, bins: int, key: str, top: float) -> list[Markup]:
    """Filled bars, for today."""
    parts = []
    for k, cell in enumerate(cells):
        if is_number(cell):
            parts.append(svg.rect(k / bins, top + _up(scale, cell), (k + 1) / bins, top + HEIGHT, f"{key}-bar"))
        elif cell == HIDDEN:
            parts.append(svg.hidden((k + 0.5) / bins, top + HEIGHT - 8))
    return parts


def _steps(cells: tuple[Cell, ...], scale: Scale, bins: int, key: str, top: float) -> list[Markup]:
    """The outline of bars, for an option; it breaks off at a hidden bin."""
    name, parts = f"step {svg.css(key)}", []
    for k, cell in enumerate(cells):
        if is_number(cell):
            parts.append(svg.line(k / bins, top + _up(scale, cell), (k + 1) / bins, top + _up(scale, cell), name))
        elif cell == HIDDEN:
            parts.append(svg.hidden((k + 0.5) / bins, top + HEIGHT - 8))
    for k, (left, right) in enumerate(pairwise(cells), start=1):
        if is_number(left) and is_number(right):
            parts.append(svg.line(k / bins, top + _up(scale, left), k / bins, top + _up(scale, right), name))
    return parts


def _up(scale: Scale, value: float) -> float:
    """Pixels from the top."""
    return HEIGHT - (HEIGHT - 8) * scale.at(value)


def _across(trip: float, bins: tuple[float, ...]) -> float:
    """Place of a trip among bins of one width, the last without an end."""
    return min(trip / (bins[1] - bins[0]), len(bins) - 0.5) / len(bins)


def _means(shown: list[View], group: str, book: Book, language: Language) -> Together:
    """How a group's mean trips are written, in all views."""
    return together([mean_trip(view.measures, group) for view in shown], settled("travel", book.district.travel_unit), language)


def _trip(mean: Cell, beside: Together) -> str:
    said, language = beside.text(mean), beside.language
    return language.text(f"charts.trip_{manner(beside.kind, language).unit}", trip=said) if is_number(mean) else said


def _edges(book: Book, language: Language) -> list[str]:
    """Edges of the bins, in the unit in which trips are told."""
    kind = settled("travel", book.district.travel_unit)
    edges = [round(in_units(edge, kind, language), 6) for edge in book.bins]
    return [language.number(edge, 0 if all(edge == int(edge) for edge in edges) else 1) for edge in edges]


def bin_names(book: Book, language: Language) -> list[str]:
    """``0–5``, ``5–10``, ``10 or more``."""
    edges = _edges(book, language)
    return [f"{left}–{right}" for left, right in pairwise(edges)] + [language.text("charts.or_more", edge=edges[-1])]


def _table(
    book: Book, names: tuple[str, ...], shown: list[View], shares: dict[str, dict[str, tuple[Part, ...]]], unit: str, language: Language
) -> ChartTable:
    head = (language.text("charts.group"), language.text("charts.plan"), *bin_names(book, language), language.text("charts.mean_trip", unit=unit))
    rows = tuple(
        (
            group_name(group, language),
            view_name(view.key, book, language),
            *(part.said(language) for part in shares[view.key][group]),
            _means(shown, group, book, language).text(mean_trip(view.measures, group)),
        )
        for group in names
        for view in shown
    )
    return ChartTable(language.text("charts.trips_table", unit=unit), head, rows, wide=2, has_trips=True)
