"""What the options were asked for: every goal of any option, measured in all of them, so that plans made for different ends can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rezoning.district.district import District
from rezoning.district.plan import Plan, today
from rezoning.errors import ScenarioError
from rezoning.metrics.goals import goal_value
from rezoning.public import Book, View
from rezoning.public.rounding import COARSE, Rounding
from rezoning.report.comparing.rows import Column, Kind, Row, make_row
from rezoning.report.language import HIDDEN, Cell, Language, Rounded
from rezoning.report.page.goals import MEASURE, capital, goal_name, is_hidden, is_vague
from rezoning.runs.option import Option
from rezoning.scenario.schema import Goal

KINDS: dict[str, Kind] = {
    "max_deviation": "points", "out_of_band": "percent", "reassigned": "percent", "schools_changed": "count", "travel": "travel",
    "added_travel": "travel", "long_rides": "percent", "walk_lost": "percent", "not_walking": "percent", "over_capacity": "percent",
    "out_of_utilization": "percent", "utilization_spread": "percent", "portables": "count", "boundary_length": "km", "cut_edges": "count",
}  # fmt: skip
"""How a goal's value is written; an index where nothing is said."""

SAME: dict[str, str] = {
    "dissimilarity": "dissimilarity", "normalized_exposure": "normalized_exposure", "isolation": "isolation", "max_deviation": "max_deviation",
    "theil_h": "theil_h", "reassigned": "share_reassigned", "schools_changed": "schools_changed", "travel": "travel_mean",
    "utilization_spread": "utilization_spread", "boundary_length": "boundary_km", "cut_edges": "cut_edges",
}  # fmt: skip
"""Goals whose value is a measure of the book, which says how exact it may be."""


@dataclass(frozen=True, eq=False)
class Asked:
    """A goal, and the options that were asked for it: letter to its entry in the record."""

    goal: Goal
    owner: Option
    entries: Mapping[str, Mapping[str, Any]]


def asked_goals(book: Book) -> list[Asked]:
    """The goals of all options, each once, in the order in which they are first asked for; none of a group that may not be shown."""
    found: dict[str, Asked] = {}
    for option in book.options:
        for goal, entry in zip(option.scenario.goals, option.record["goals"], strict=False):
            known = found.setdefault(_identity(goal, option), Asked(goal, option, {}))
            found[_identity(goal, option)] = Asked(known.goal, known.owner, {**known.entries, option.letter: entry})
    return [asked for asked in found.values() if _may_be_shown(asked.goal, book)]


def goal_rows(book: Book, columns: Sequence[Column], language: Language, travel_unit: str) -> Iterator[Row]:
    """Two rows a goal: its value everywhere, and what is proven for those that were asked for it."""
    for i, asked in enumerate(asked_goals(book), 1):
        kind = goal_kind(asked.goal)
        unit = {"travel": travel_unit, "km": "km"}.get(kind, "")
        values = _values(asked, book)
        name = goal_name(asked.goal, book.district.travel_unit, language)
        yield make_row(columns, f"goal_{i}", capital(name), unit_kind(kind, book), values, direction="lower", unit=unit)
        proven = {letter: rounded(asked.goal, entry["bound"], book) for letter, entry in asked.entries.items() if entry.get("bound") is not None}
        bounds: dict[str, Cell] = {letter: HIDDEN if values[letter] == HIDDEN else bound for letter, bound in proven.items()}
        if bounds:
            yield make_row(columns, f"goal_{i}_bound", language.text("compare.bound_of", goal=name), unit_kind(kind, book), bounds, unit=unit)


def unit_kind(kind: Kind, book: Book) -> Kind:
    """Kilometers of a trip have one decimal more than minutes."""
    return "travel_km" if kind == "travel" and book.district.travel_unit == "km" else kind


def goal_kind(goal: Goal) -> Kind:
    """How a goal's value is written."""
    if goal.minimize == "burden_gap":
        return "travel" if goal.measure == "added_travel" else "percent"
    return KINDS.get(goal.minimize, "index")


def goal_cell(goal: Goal, value: float | None, view: View, book: Book) -> Cell:
    """A goal's value as the book lets it be known: HIDDEN where what it measures is hidden, or where that cannot be told."""
    said = view.measures.get(MEASURE.get(goal.minimize, ""))
    if is_hidden(book, goal, view) or (book.is_hidden and said is None and value is not None):
        return HIDDEN
    if goal.minimize in SAME and goal.versus in (None, "others") and value is not None:
        own = said.get(goal.group) if isinstance(said, Mapping) else said
        return value if own is None else own
    return rounded(goal, value, book)


def rounded(goal: Goal, value: float | None, book: Book) -> Cell:
    """A value or bound as exact as other numbers of its kind may be."""
    rounding = Rounding(any(option.scenario.report.min_cell > 0 for option in book.options), book.district.travel_unit)
    kind = goal_kind(goal)
    if kind == "travel":
        return rounding.trip(value)
    if is_vague(book, goal) and value is not None:
        return Rounded(value, COARSE)
    return rounding.index(value, is_open=False) if kind == "index" else value


def _values(asked: Asked, book: Book) -> dict[str, Cell]:
    """The goal's value today and in every option, all on the data of who asked for it: prices of portables, say, are no plan's own."""
    goal, found = asked.goal, dict[str, Cell]()
    now = today(asked.owner.district)
    if book.today is not None and now is not None:
        found["today"] = goal_cell(goal, _measured(asked, now), book.today, book)
    for option in book.options:
        plan = _carried_over(option, asked.owner.district)
        found[option.letter] = None if plan is None else goal_cell(goal, _measured(asked, plan), book.views[option.letter], book)
    return found


def _carried_over(option: Option, district: District) -> Plan | None:
    """An option's plan on another option's district; None where a school that it uses is not open there."""
    if option.district.school_ids == district.school_ids:
        return option.plan
    place = {text: s for s, text in enumerate(district.school_ids)}
    index = np.array([place.get(text, -1) for text in option.district.school_ids], dtype=np.int64)
    school = index[option.plan.school]
    return None if (school < 0).any() else Plan(school)


def _measured(asked: Asked, plan: Plan) -> float | None:
    """The goal's value by the rules of who asked for it; None where it has none."""
    try:
        return float(goal_value(asked.goal, plan, asked.owner.district, asked.owner.scenario.rules))
    except ScenarioError:
        return None


def _identity(goal: Goal, option: Option) -> str:
    """Text that two goals share when they are the same question; how much it weighs is no part of it."""
    said = goal.model_dump(mode="json", exclude={"weight", "give_up"})
    if goal.minimize == "out_of_band":
        said["bands"] = [band.model_dump(mode="json") for band in option.scenario.rules.bands]
    return json.dumps(said, sort_keys=True)


def _may_be_shown(goal: Goal, book: Book) -> bool:
    named = {name for name in (goal.group, goal.versus, *(goal.groups or ())) if name not in (None, "others")}
    return named <= set(book.groups)
