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
from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.goals import goal_cell, goal_kind, rounded
from rezoning.report.catalogue.kinds import together
from rezoning.report.catalogue.rows import ComparedRow, make_row
from rezoning.report.goal_words import goal_name
from rezoning.report.language import Language, capital
from rezoning.runs.option import Option
from rezoning.scenario.schema import Goal


@dataclass(frozen=True, eq=False)
class AskedGoal:
    """A goal, and the options that were asked for it: letter to its entry in the record."""

    goal: Goal
    owner: Option
    entries: Mapping[str, Mapping[str, Any]]


def asked_goals(book: Book) -> list[AskedGoal]:
    """The goals of all options, each once, in the order in which they are first asked for; none of a group that may not be shown."""
    found: dict[str, AskedGoal] = {}
    for option in book.options:
        for goal, entry in zip(option.scenario.goals, option.record["goals"], strict=False):
            known = found.setdefault(_identity(goal, option), AskedGoal(goal, option, {}))
            found[_identity(goal, option)] = AskedGoal(known.goal, known.owner, {**known.entries, option.letter: entry})
    return [asked for asked in found.values() if _may_be_shown(asked.goal, book)]


def goal_rows(book: Book, columns: Sequence[Side], language: Language) -> Iterator[ComparedRow]:
    """Two rows a goal: its value everywhere, and what is proven for those that were asked for it."""
    for i, asked in enumerate(asked_goals(book), 1):
        kind = goal_kind(asked.goal, book.district.travel_unit)
        values = _values(asked, book)
        name = goal_name(asked.goal, book.district.travel_unit, language)
        proven = {letter: rounded(book, asked.goal, entry["bound"]) for letter, entry in asked.entries.items() if entry.get("bound") is not None}
        bounds: dict[str, Cell] = {letter: HIDDEN if values[letter] == HIDDEN else bound for letter, bound in proven.items()}
        said = together([*values.values(), *bounds.values()], kind, language)
        yield make_row(columns, f"goal_{i}", capital(name), kind, values, said, direction="lower")
        if bounds:
            yield make_row(columns, f"goal_{i}_bound", language.text("compare.bound_of", goal=name), kind, bounds, said)


def _values(asked: AskedGoal, book: Book) -> dict[str, Cell]:
    """The goal's value today and in every option, all on the data of who asked for it: prices of portables, say, are no plan's own."""
    goal, found = asked.goal, dict[str, Cell]()
    now = today(asked.owner.district)
    if book.today is not None and now is not None:
        found["today"] = goal_cell(book, goal, _measured(asked, now), book.today)
    for option in book.options:
        plan = _carried_over(option, asked.owner.district)
        found[option.letter] = None if plan is None else goal_cell(book, goal, _measured(asked, plan), book.views[option.letter])
    return found


def _carried_over(option: Option, district: District) -> Plan | None:
    """An option's plan on another option's district; None where a school that it uses is not open there."""
    if option.district.school_ids == district.school_ids:
        return option.plan
    place = {text: s for s, text in enumerate(district.school_ids)}
    index = np.array([place.get(text, -1) for text in option.district.school_ids], dtype=np.int64)
    school = index[option.plan.school]
    return None if (school < 0).any() else Plan(school)


def _measured(asked: AskedGoal, plan: Plan) -> float | None:
    """The goal's value by the rules of who asked for it; None where it has none."""
    try:
        return float(goal_value(asked.goal, plan, asked.owner.district, asked.owner.scenario.rules))
    except ScenarioError:
        return None


def _identity(goal: Goal, option: Option) -> str:
    """Text that two goals share when they are the same question; how much it weighs is no part of it."""
    said = goal.asked
    if goal.minimize == "out_of_band":
        said["bands"] = [band.model_dump(mode="json") for band in option.scenario.rules.bands]
    return json.dumps(said, sort_keys=True)


def _may_be_shown(goal: Goal, book: Book) -> bool:
    named = {name for name in (goal.group, goal.versus, *(goal.groups or ())) if name not in (None, "others")}
    return named <= set(book.groups)
