"""Goals of all levels together: between two levels, and over the students of all; those of one level stand on its own page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell, is_number, ratio
from rezoning.public.feeds import FeedView
from rezoning.public.levels import LevelsBook
from rezoning.report.catalogue.goals import goal_cell, goal_kind, rounded
from rezoning.report.catalogue.kinds import Kind, together
from rezoning.report.charts.parts import ChartTable, view_name
from rezoning.report.goal_words import goal_name
from rezoning.report.language import NOTHING, Language, capital
from rezoning.runs.option import Option
from rezoning.scenario.goals import OF_FEEDERS
from rezoning.scenario.levels import feeding
from rezoning.scenario.schema import Goal


def goals_table(book: LevelsBook, language: Language) -> ChartTable:
    """A row for each such goal of each option: today, the plan and what is proven."""
    t, rows = language.text, []
    for option in book.options:
        name = view_name(option.letter, book.lowest, language)
        for goal, *cells in joint_goals(book, option):
            unit = book.lowest.district.travel_unit
            kind = goal_kind(goal, unit)
            shown = tuple(_written(cell, kind, cells, language) for cell in cells)
            rows.append((name, capital(goal_name(goal, unit, language)), *shown))
    head = (t("levels.column_view"), t("levels.goal"), t("charts.today"), t("charts.plan"), t("page.bound"))
    return ChartTable(t("levels.goals_note"), head, tuple(rows), wide=2)


def joint_goals(book: LevelsBook, option: Option) -> Iterator[tuple[Goal, Cell, Cell, Cell]]:
    """Goals that are of no single level, each with today's value, the plan's, and the proven bound."""
    for goal, entry in zip(option.scenario.goals, option.record["goals"], strict=False):
        if goal.level is None:
            today, value = (
                (_feeders if goal.minimize in OF_FEEDERS else _of_all)(book, option, goal, entry, key) for key in ("today", option.letter)
            )
            yield goal, today, value, _bound(book, goal, entry["bound"], value)


def _feeders(book: LevelsBook, option: Option, goal: Goal, _: Mapping[str, Any], key: str) -> Cell:
    """From what is told of the feeds, whatever the record says."""
    view = _view(book, option, goal, key)
    if view is None:
        return None
    if goal.minimize == "split_feeders":
        return float(len(view.split))
    if goal.minimize == "feeder_change":
        return ratio(view.changed, view.counted) if view.changed is not None else 0.0 if key == "today" else None
    return HIDDEN if view.untold else view.small_students


def _view(book: LevelsBook, option: Option, goal: Goal, key: str) -> FeedView | None:
    asked = feeding(option.scenario, goal)
    plain = replace(asked, min_share=None)
    found = [table for table in book.feeds if table.asked == asked or (asked.min_share is None and replace(table.asked, min_share=None) == plain)]
    return found[0].views.get(key) if found else None


def _of_all(book: LevelsBook, option: Option, goal: Goal, entry: Mapping[str, Any], key: str) -> Cell:
    """A mean over the students of all levels, where it is told at each."""
    value = entry["today"] if key == "today" else entry["value"]
    if value is None:
        return None
    for name, one in book.books.items():
        view = one.today if key == "today" else one.views[option.letter]
        own = next((said for asked, said in _goals(option.levels[name]) if asked.minimize == goal.minimize and asked.level is None), None)
        if own is None or (view is not None and goal_cell(one, goal, own["today" if key == "today" else "value"], view) == HIDDEN):
            return HIDDEN
    return rounded(_coarsest(book), goal, value)


def _goals(option: Option) -> Iterator[tuple[Goal, Mapping[str, Any]]]:
    yield from zip(option.scenario.goals, option.record["goals"], strict=False)


def _coarsest(book: LevelsBook) -> Book:
    """A book of which something is hidden, where there is one: numbers over all levels are no sharper than its own."""
    return next((one for one in book.books.values() if one.is_hidden), book.lowest)


def _bound(book: LevelsBook, goal: Goal, bound: float | None, value: Cell) -> Cell:
    if bound is None or not is_number(value):
        return None
    return bound if goal.minimize == "split_feeders" else rounded(_coarsest(book), goal, bound)


def _written(cell: Cell, kind: Kind, cells: list[Cell], language: Language) -> str:
    if not is_number(cell):
        return NOTHING if cell is None else str(cell)
    return together([one for one in cells if is_number(one)], kind, language).with_unit(cell)
