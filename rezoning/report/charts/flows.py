"""From school to school: how many students go where, and what each school loses and gains."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rezoning.public.book import Book, Flow
from rezoning.public.cell import HIDDEN, difference, is_number, total
from rezoning.report.charts import svg
from rezoning.report.charts.parts import ChartTable, named, view_name
from rezoning.report.language import Language

SHOWN = 12
"""Flows that are drawn, and those that are named without their numbers; all stand in the table."""


@dataclass(frozen=True)
class Way:
    """A flow in words with its bar; `is_back` when students also go the other way."""

    origin: str
    target: str
    picture: Markup
    students: str
    units: str
    is_back: bool


@dataclass(frozen=True)
class Flows:
    """The flows of an option: the largest drawn, those without a number named, all in a table, and each school's balance."""

    title: str
    message: str
    ways: tuple[Way, ...]
    more: int
    kept: str
    note: str
    table: ChartTable
    balance: ChartTable


def flows_of(book: Book, letter: str, language: Language) -> Flows:
    """What an option moves from where to where."""
    t, change = language.text, book.changes[letter]
    name = view_name(letter, book, language)
    flows = sorted((flow for flow in change.flows if flow.students != 0), key=lambda flow: [-end for end in ends(flow)[::-1]])
    most = max([ends(flow)[1] for flow in flows], default=0.0) or 1.0
    pairs = {(flow.origin, flow.target) for flow in flows}
    drawn = [flow for flow in flows if ends(flow)[1] > 0]
    ways = tuple(_way(book, letter, flow, most, (flow.target, flow.origin) in pairs, language) for flow in drawn[:SHOWN])
    head = (t("charts.from"), t("charts.to"), t("charts.students"), t("charts.units"))
    rows = tuple((named(book, f.origin, language), named(book, f.target, language), how_many(f, language), language.count(f.units)) for f in flows)
    table = ChartTable(t("charts.flows_table", option=name), head, rows, wide=2)
    kept = _kept(book, [flow for flow in flows if ends(flow)[1] <= 0], language)
    more, balance = max(len(drawn) - SHOWN, 0), _balance(book, letter, language)
    return Flows(name, _message(flows, language), ways, more, kept, _note(flows, language), table, balance)


def ends(flow: Flow) -> tuple[float, float]:
    """The least and the most that a flow may be, as far as that is told; nothing of a flow that is kept back."""
    if is_number(flow.students):
        return flow.students, flow.students
    return flow.between or (0.0, 0.0)


def how_many(flow: Flow, language: Language) -> str:
    """Students of a flow in words: a number, a range, or the sign of what is kept back."""
    return language.count(flow.students) if flow.between is None else language.between(flow.between)


def _kept(book: Book, flows: list[Flow], language: Language) -> str:
    """The flows whose numbers are kept back, in a sentence; empty without any."""
    if not flows:
        return ""
    names = "; ".join(
        language.text("charts.from_to", before=named(book, flow.origin, language), after=named(book, flow.target, language)) for flow in flows[:SHOWN]
    )
    said = language.text("charts.flows_kept", count=language.count(len(flows)), ways=names)
    return said if len(flows) <= SHOWN else f"{said} {language.text('charts.flows_more', more=language.count(len(flows) - SHOWN))}"


def _note(flows: list[Flow], language: Language) -> str:
    """What a range means, by the first that has two ends; empty without any."""
    ranges = sorted((flow.between for flow in flows if flow.between is not None), reverse=True)
    if not ranges:
        return ""
    low, high = ranges[0]
    return language.text("charts.ranges_note", low=language.count(low), high=language.count(high))


def _way(book: Book, letter: str, flow: Flow, most: float, is_back: bool, language: Language) -> Way:
    low, high = ends(flow)
    spans = [(0.0, low, "bar"), (low, high, "bar maybe")]  # what is sure, and up to where it may reach
    parts = [svg.rect(a / most, 3, b / most, 13, f"{name} {svg.css(letter)}") for a, b, name in spans if b > a]
    units = language.text("charts.units_one" if flow.units == 1 else "charts.units_many", units=language.count(flow.units))
    origin, target = (named(book, index, language) for index in (flow.origin, flow.target))
    return Way(origin, target, svg.strip(parts, 16), how_many(flow, language), units, is_back)


def _message(flows: list[Flow], language: Language) -> str:
    """How many pairs of schools exchange students, and how many only send them one way."""
    if not flows:
        return language.text("charts.flows_none")
    pairs = {(flow.origin, flow.target) for flow in flows}
    both = sum((b, a) in pairs for a, b in pairs) // 2
    return language.text("charts.flows_message", ways=language.count(len(pairs)), both=language.count(both))


def _balance(book: Book, letter: str, language: Language) -> ChartTable:
    """What leaves each school and what comes to it, and the difference, which is that of the school's totals where no unit is new."""
    t, flows, rows = language.text, book.changes[letter].flows, []
    assert book.today is not None
    for s, school in enumerate(book.schools):
        leave, arrive = _sum([flow for flow in flows if flow.origin == s]), _sum([flow for flow in flows if flow.target == s])
        if leave.students != 0 or arrive.students != 0:
            net = difference(book.views[letter].schools[s].students, book.today.schools[s].students) if (book.today.zone >= 0).all() else HIDDEN
            net = difference(arrive.students, leave.students) if HIDDEN not in (leave.students, arrive.students) else net
            rows.append((school.name, how_many(leave, language), how_many(arrive, language), language.change(net, 0)))
    head = (t("charts.school"), t("charts.leave"), t("charts.arrive"), t("charts.balance"))
    return ChartTable(t("charts.balance_table", option=view_name(letter, book, language)), head, tuple(rows))


def _sum(flows: list[Flow]) -> Flow:
    """Flows as one: a range where one of them is, kept back where one of them is."""
    students = total(flow.students for flow in flows)
    lows, highs = zip(*(ends(flow) for flow in flows), strict=True) if flows else ((), ())
    is_told = all(flow.students != HIDDEN or flow.between is not None for flow in flows)
    return Flow(-1, -1, students, sum(flow.units for flow in flows), (sum(lows), sum(highs)) if students == HIDDEN and is_told else None)
