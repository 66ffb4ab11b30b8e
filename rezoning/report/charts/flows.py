"""From school to school: how many students go where, and what each school loses and gains."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from rezoning.public.book import Book, Flow
from rezoning.public.cell import HIDDEN, Cell, difference, is_number, look, total
from rezoning.report.charts import svg
from rezoning.report.charts.parts import ChartTable, named, view_name
from rezoning.report.language import Language

SHOWN = 12
"""Flows that are drawn, and those that are named without their numbers; all stand in the table."""

MOST = 0.5
"""Share of the students who move that must be told by way: a ranking of less would show what happens to be told, and not what moves."""


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
    told = [flow for flow in flows if ends(flow)[1] > 0]
    moved = look(book.views[letter].measures, "students_reassigned")
    drawn = told if is_most(told, moved) else []
    ways = tuple(_way(book, letter, flow, most, (flow.target, flow.origin) in pairs, language) for flow in drawn[:SHOWN])
    head = (t("charts.from"), t("charts.to"), t("charts.students"), t("charts.units"))
    rows = tuple((named(book, f.origin, language), _target(book, letter, f, language), how_many(f, language), language.count(f.units)) for f in flows)
    table = ChartTable(t("charts.flows_table", option=name), head, rows, wide=2)
    kept = _kept(book, [flow for flow in flows if ends(flow)[1] <= 0], language)
    more, balance = max(len(drawn) - SHOWN, 0), _balance(book, letter, language)
    said = [_message(flows, language), _coverage(told, drawn, moved, language)]
    return Flows(name, " ".join(filter(None, said)), ways, more, kept, _note(book, flows, language), table, balance)


def is_most(flows: list[Flow], moved: Cell) -> bool:
    """Whether what is told of flows is most of what moves; not where it is not known how many move, and some flow is kept back or a range."""
    least = sum(ends(flow)[0] for flow in flows)
    return least >= MOST * moved if is_number(moved) else all(is_number(flow.students) for flow in flows)


def _coverage(told: list[Flow], drawn: list[Flow], moved: Cell, language: Language) -> str:
    """How much of what moves is drawn, where that is not all of it; why nothing is, where too little can be told."""
    if not is_number(moved) or not moved:
        return language.text("charts.flows_untold_all") if told and not drawn else ""
    shown = drawn[:SHOWN] if drawn else told
    least = language.count(sum(ends(flow)[0] for flow in shown))
    if told and not drawn:
        return language.text("charts.flows_untold", least=least, moved=language.count(moved))
    return (
        language.text("charts.flows_drawn", ways=language.count(float(len(shown))), least=least, moved=language.count(moved))
        if len(drawn) > SHOWN
        else ""
    )


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


def _note(book: Book, flows: list[Flow], language: Language) -> str:
    """What a range means, by the first that has two ends; and whether more is kept back because options stand beside each other."""
    ranges = sorted((flow.between for flow in flows if flow.between is not None), reverse=True)
    said = [language.text("charts.ranges_note", low=language.count(ranges[0][0]), high=language.count(ranges[0][1]))] if ranges else []
    if book.joint and flows:
        said.append(language.text("charts.joint_note"))
    return " ".join(said)


def _way(book: Book, letter: str, flow: Flow, most: float, is_back: bool, language: Language) -> Way:
    low, high = ends(flow)
    spans = [(0.0, low, "bar"), (low, high, "bar maybe")]  # what is sure, and up to where it may reach
    parts = [svg.rect(a / most, 3, b / most, 13, f"{name} {svg.css(letter)}") for a, b, name in spans if b > a]
    units = language.text("charts.units_one" if flow.units == 1 else "charts.units_many", units=language.count(flow.units))
    origin, target = named(book, flow.origin, language), _target(book, letter, flow, language)
    return Way(origin, target, svg.strip(parts, 16), how_many(flow, language), units, is_back)


def _target(book: Book, letter: str, flow: Flow, language: Language) -> str:
    """Where a flow goes to: a school, with its grades where it shares a zone."""
    return f"{named(book, flow.target, language)} {book.views[letter].grades_at(flow.target)}".rstrip()


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
            both = _pooled(leave, arrive, net), _pooled(arrive, leave, difference(0.0, net))
            rows.append((school.name, *(how_many(one, language) for one in both), language.change(net, 0)))
    head = (t("charts.school"), t("charts.leave"), t("charts.arrive"), t("charts.balance"))
    return ChartTable(t("charts.balance_table", option=view_name(letter, book, language)), head, tuple(rows))


def _pooled(flow: Flow, back: Flow, net: Cell) -> Flow:
    """A range of all of a school's flows one way as one number where nobody comes the other way: the school's totals tell it."""
    is_known = flow.between is not None and back.students == 0 and is_number(net) and net <= 0
    return replace(flow, students=-float(net), between=None) if is_known and is_number(net) else flow


def _sum(flows: list[Flow]) -> Flow:
    """Flows as one: a range where one of them is, kept back where one of them is."""
    students = total(flow.students for flow in flows)
    lows, highs = zip(*(ends(flow) for flow in flows), strict=True) if flows else ((), ())
    is_told = all(flow.students != HIDDEN or flow.between is not None for flow in flows)
    return Flow(-1, -1, students, sum(flow.units for flow in flows), (sum(lows), sum(highs)) if students == HIDDEN and is_told else None)
