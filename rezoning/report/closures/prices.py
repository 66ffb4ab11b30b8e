"""What it costs to decide otherwise about a school, as far as it may be known: each plan in a book of its own, which hides what any book would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rezoning.errors import DataError
from rezoning.public.book import Book, View
from rezoning.public.build import make_book
from rezoning.public.cell import HIDDEN, Cell, is_number, look
from rezoning.report.catalogue.goals import goal_cell, rounded
from rezoning.runs.option import Option
from rezoning.runs.otherwise import Otherwise, read_otherwise

MEASURES = ("empty_seats", "share_reassigned", "travel_mean")
"""What stands beside the goals, by their keys here and in the document."""


@dataclass(frozen=True)
class Price:
    """A number with a decision turned around, beside that of the plan of the report; `bound`: no plan with it goes below, None where not proven."""

    value: Cell
    plan: Cell
    bound: Cell = None


@dataclass(frozen=True)
class Choice:
    """A school decided otherwise.

    Parameters
    ----------
    school
        Its id.
    is_open
        Whether it is open there.
    status
        As of a run, or ``no_set`` where the rules leave no set of open schools with that.
    closes, opens
        Ids of other schools that it closes or opens unlike the plan.
    goals, measures
        Empty where there is no plan, or nothing of it may be known.
    """

    school: str
    is_open: bool
    status: str
    closes: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    goals: tuple[Price, ...] = ()
    measures: Mapping[str, Price] = field(default_factory=dict)


def choices_of(book: Book, option: Option) -> tuple[Choice, ...]:
    """Every decision of an option turned around, as its run found it; empty where it found none."""
    found = read_otherwise(option)
    if not found:
        return ()
    own = _beside(book, option)
    return tuple(_choice(book, option, one, own) for one in found)


def _choice(book: Book, option: Option, one: Otherwise, own: Mapping[str, Cell]) -> Choice:
    entry = one.entry
    bare = Choice(entry["school"], bool(entry["is_open"]), entry["status"])
    other = None if one.option is None else _book(one.option)
    if one.option is None or other is None:
        return bare
    view, mine = other.views[option.letter], book.views[option.letter]
    beside = _beside(other, one.option)
    closes, opens = _differences(option, one.option, entry["school"])
    return Choice(
        bare.school, bare.is_open, bare.status, closes, opens,
        tuple(_goals(book, option, other, one.option, (mine, view))),
        {key: Price(beside[key], own[key]) for key in MEASURES},
    )  # fmt: skip


def _goals(book: Book, option: Option, other: Book, changed: Option, views: tuple[View, View]) -> list[Price]:
    found = []
    for goal, was, now in zip(option.scenario.goals, option.record["goals"], changed.record["goals"], strict=True):
        plan, value = goal_cell(book, goal, was["value"], views[0]), goal_cell(other, goal, now["value"], views[1])
        bound = None if now["bound"] is None or not is_number(value) else rounded(other, goal, now["bound"])
        found.append(Price(value, plan, min(bound, value) if bound is not None and is_number(value) else None))
    return found


def _book(option: Option) -> Book | None:
    """What may be known of a plan by itself; None where small numbers could be worked out whatever is hidden."""
    try:
        return make_book([option])
    except DataError:
        return None


def _beside(book: Book, option: Option) -> dict[str, Cell]:
    measures = book.views[option.letter].measures
    return {
        "empty_seats": empty_share(book.views[option.letter], look(measures, "students")),
        "share_reassigned": look(measures, "share_reassigned") if option.letter in book.changes else None,
        "travel_mean": look(measures, "travel_mean"),
    }


def seats_of(view: View) -> Cell:
    """Seats of all open schools; None where those of one are not known."""
    seats = [row.capacity for row in view.schools if row.is_open]
    return None if None in seats else float(sum(seat for seat in seats if seat is not None))


def empty_share(view: View, students: Cell) -> Cell:
    """Share of the seats of open schools that nobody sits on: 1 - students / seats; below 0 where there are more students than seats."""
    seats = seats_of(view)
    if HIDDEN in (seats, students):
        return HIDDEN
    return 1 - students / seats if is_number(seats) and is_number(students) and seats > 0 else None


def _differences(option: Option, other: Option, but: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Schools that another plan closes, and opens, unlike an option."""
    ids: Sequence[str] = option.district.school_ids
    was, now = option.plan.open_schools(option.district), other.plan.open_schools(option.district)
    closes = tuple(ids[s] for s in range(len(ids)) if was[s] and not now[s] and ids[s] != but)
    return closes, tuple(ids[s] for s in range(len(ids)) if now[s] and not was[s] and ids[s] != but)


def price_record(price: Price) -> dict[str, Any]:
    """A price as plain values."""
    return {"value": price.value, "plan": price.plan, "bound": price.bound}
