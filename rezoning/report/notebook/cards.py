"""One screen in a notebook: a title, sentences, and tables of a few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rezoning.report.catalogue.kinds import together
from rezoning.report.goal_words import amounts, goal_name
from rezoning.report.html import render
from rezoning.report.language import ENGLISH, Language, capital, english
from rezoning.report.screen import pair
from rezoning.report.terminal import group_share
from rezoning.scenario.goals import Goal

MOST = 20
"""Rows of a table: more do not fit a screen, and `to_frame` has them all."""

_said = english("notebook")
_terminal = english("terminal")


@dataclass(frozen=True)
class Grid:
    """A table; the first `texts` columns are words, the others numbers."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: int = 1
    caption: str = ""


@dataclass(frozen=True)
class Card:
    """What is shown of one object."""

    title: str
    sentences: Sequence[str] = ()
    grids: Sequence[Grid] = ()
    notes: Sequence[str] = ()


def page(card: Card) -> str:
    """A card as HTML; everything in it is escaped."""
    return render("notebook.html.j2", ENGLISH, card=card, most=MOST)


def goals_grid(goals: Sequence[Goal | None], entries: Sequence[Mapping[str, Any]], travel_unit: str, language: Language) -> Grid:
    """Value, bound, gap and today of each goal, as run.json has them; None is a weighted sum."""
    rows = []
    for goal, entry in zip(goals, entries, strict=True):
        said = amounts(goal, [entry["value"], entry.get("bound"), entry.get("today")], travel_unit, language)
        gap = together([entry.get("gap")], "percent", language).text(entry.get("gap"))
        rows.append([capital(goal_name(goal, travel_unit, language)), *said[:2], gap, said[2]])
    return Grid([_said("goal"), _said("plan"), _said("bound"), _said("gap"), language.text("measures.today")], rows)


def schools_grid(schools: Sequence[Mapping[str, Any]], group: str | None, language: Language) -> Grid:
    """Students, seats that are filled and the share of a group in every school, today and in the plan, from rows of schools.csv."""
    has_before = any(row["students_before"] is not None for row in schools)
    has_seats = any(row["capacity"] is not None for row in schools)
    heads = [_terminal("school"), _terminal("students"), *([_terminal("of_seats")] if has_seats else []), *([language.group(group)] if group else [])]
    rows = []
    for row in schools:
        cells = [str(row["name"]), pair(row["students_before"], row["students_after"], "count", language)]
        if has_seats:
            cells.append(pair(row["utilization_before"], row["utilization_after"], "percent", language))
        if group:
            cells.append(pair(group_share(row, group, "before"), group_share(row, group, "after"), "percent", language))
        rows.append(cells)
    return Grid(heads, rows, caption=_terminal("schools_change" if has_before else "schools"))
