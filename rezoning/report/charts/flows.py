"""From school to school: how many students go where, and what each school loses and gains."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rezoning.report.charts import svg
from rezoning.report.charts.parts import Table, less, named, total, view_name
from rezoning.report.charts.scale import is_number
from rezoning.report.language import Language
from rezoning.report.public.book import Book, Flow

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
    table: Table
    balance: Table


def flows_of(book: Book, letter: str, language: Language) -> Flows:
    """What an option moves from where to where."""
    t, change = language.text, book.changes[letter]
    name = view_name(letter, book, language)
    flows = sorted((flow for flow in change.flows if flow.students != 0), key=lambda flow: -flow.students if is_number(flow.students) else 0.0)
    most = max([flow.students for flow in flows if is_number(flow.students)], default=0.0) or 1.0
    pairs = {(flow.origin, flow.target) for flow in flows}
    drawn = [flow for flow in flows if is_number(flow.students)]
    ways = tuple(_way(book, letter, flow, most, (flow.target, flow.origin) in pairs, language) for flow in drawn[:SHOWN])
    head = (t("charts.from"), t("charts.to"), t("charts.students"), t("charts.units"))
    rows = tuple(
        (named(book, f.origin, language), named(book, f.target, language), language.count(f.students), language.count(f.units)) for f in flows
    )
    table = Table(t("charts.flows_table", option=name), head, rows, wide=2)
    kept = _kept(book, [flow for flow in flows if not is_number(flow.students)], language)
    return Flows(name, _message(flows, language), ways, max(len(drawn) - SHOWN, 0), kept, table, _balance(book, letter, language))


def _kept(book: Book, flows: list[Flow], language: Language) -> str:
    """The flows whose numbers are kept back, in a sentence; empty without any."""
    if not flows:
        return ""
    names = "; ".join(
        language.text("charts.from_to", before=named(book, flow.origin, language), after=named(book, flow.target, language)) for flow in flows[:SHOWN]
    )
    said = language.text("charts.flows_kept", count=language.count(len(flows)), ways=names)
    return said if len(flows) <= SHOWN else f"{said} {language.text('charts.flows_more', more=language.count(len(flows) - SHOWN))}"


def _way(book: Book, letter: str, flow: Flow, most: float, is_back: bool, language: Language) -> Way:
    parts = [svg.rect(0, 3, flow.students / most, 13, f"bar {svg.css(letter)}")] if is_number(flow.students) else []
    units = language.text("charts.units_one" if flow.units == 1 else "charts.units_many", units=language.count(flow.units))
    origin, target = (named(book, index, language) for index in (flow.origin, flow.target))
    return Way(origin, target, svg.strip(parts, 16), language.count(flow.students), units, is_back)


def _message(flows: list[Flow], language: Language) -> str:
    """How many pairs of schools exchange students, and how many only send them one way."""
    if not flows:
        return language.text("charts.flows_none")
    pairs = {(flow.origin, flow.target) for flow in flows}
    both = sum((b, a) in pairs for a, b in pairs) // 2
    return language.text("charts.flows_message", ways=language.count(len(pairs)), both=language.count(both))


def _balance(book: Book, letter: str, language: Language) -> Table:
    """What leaves each school and what comes to it; a sum with a hidden part is hidden."""
    t, flows = language.text, book.changes[letter].flows
    rows = []
    for s, school in enumerate(book.schools):
        leave = total(flow.students for flow in flows if flow.origin == s)
        arrive = total(flow.students for flow in flows if flow.target == s)
        if leave != 0 or arrive != 0:
            rows.append((school.name, language.count(leave), language.count(arrive), language.change(less(arrive, leave), 0)))
    head = (t("charts.school"), t("charts.leave"), t("charts.arrive"), t("charts.balance"))
    return Table(t("charts.balance_table", option=view_name(letter, book, language)), head, tuple(rows))
