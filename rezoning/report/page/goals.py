"""Goals for everybody: what was reached and what is proven about it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rezoning.public import Book, View
from rezoning.public.rounding import COARSE
from rezoning.report.goal_words import GOALS
from rezoning.report.language import HIDDEN, Cell, Language, Rounded
from rezoning.runs.option import Option
from rezoning.scenario.schema import Goal

MEASURE: dict[str, str] = {
    "dissimilarity": "dissimilarity", "normalized_exposure": "normalized_exposure", "isolation": "isolation", "max_deviation": "max_deviation",
    "theil_h": "theil_h", "out_of_band": "out_of_band", "reassigned": "share_reassigned", "schools_changed": "schools_changed",
    "travel": "travel_mean", "not_walking": "walk_share", "over_capacity": "over_capacity_students", "utilization_spread": "utilization_spread",
    "portables": "portable_students", "boundary_length": "boundary_km", "cut_edges": "cut_edges", "polsby_popper": "polsby_popper",
}  # fmt: skip
"""The measure that tells whether a goal's value may be shown; where there is none it may not, as soon as anything is hidden."""


@dataclass(frozen=True)
class Proof:
    """What is said of one goal.

    Parameters
    ----------
    name
        What its measure is called, as a heading.
    sentence
        Value against bound.
    """

    name: str
    sentence: str


SPREAD = ("dissimilarity", "normalized_exposure", "isolation", "gini", "theil_h")
"""Measures of how groups spread over schools."""


def is_vague(book: Book, goal: Goal) -> bool:
    """Whether a goal's value and bound must not be exact, for they are made from numbers of schools that are hidden."""
    if goal.minimize not in SPREAD:
        return False
    return bool(book.vague) if goal.group is None else goal.group in book.vague


def proofs(book: Book, option: Option, language: Language) -> list[Proof]:
    """A sentence for each goal of an option, in their order; one more for the weighted sum where goals have weights."""
    record = option.record
    said = []
    for i, (goal, entry) in enumerate(zip(option.scenario.goals, record["goals"], strict=False)):
        shown = _shown_goal(book, option, goal, entry)
        later = i > 0 and record.get("objective") is None
        unit = option.district.travel_unit
        said.append(Proof(capital(goal_name(goal, unit, language)), proof(goal, shown, unit, language, later=later, is_exact=not book.is_hidden)))
    weighted = record.get("objective")
    if weighted is not None and weighted["value"] is not None:
        value = HIDDEN if book.is_hidden else weighted["value"]  # a sum of goals, some of which may be hidden
        text = _sentence(value, weighted["bound"], weighted["gap"], None, language.number, language, later=False)
        said.append(Proof(capital(language.text("goals.weighted")), text))
    return said


def _shown_goal(book: Book, option: Option, goal: Goal, entry: Mapping[str, Any]) -> dict[str, Any]:
    """A goal's entry of run.json with HIDDEN where the book hides what it is made of."""
    value, today, bound = entry["value"], entry.get("today"), entry["bound"]
    if is_vague(book, goal) and bound is not None:
        bound = Rounded(bound, COARSE)
    now = shown_value(book, goal, today, book.today)
    return {**entry, "value": shown_value(book, goal, value, book.views[option.letter]), "today": now, "bound": bound}


def shown_value(book: Book, goal: Goal, value: float | None, view: View | None) -> Cell:
    """A goal's natural value in a view; HIDDEN where it would tell of a few students."""
    if value is not None and is_hidden(book, goal, view):
        return HIDDEN
    return Rounded(value, COARSE) if value is not None and is_vague(book, goal) else value


def is_hidden(book: Book, goal: Goal, view: View | None) -> bool:
    """Whether the book hides what a goal measures."""
    groups = [name for name in (goal.group, goal.versus, *(goal.groups or ())) if name is not None]
    if any(name not in book.groups for name in groups):
        return True
    if not book.is_hidden or view is None:
        return False
    if goal.minimize not in MEASURE or goal.versus is not None:
        return True
    found = view.measures.get(MEASURE[goal.minimize])
    return _hides(found.get(goal.group) if goal.group is not None and isinstance(found, Mapping) else found)


def _hides(value: object) -> bool:
    """Whether anything in a measure is hidden."""
    if isinstance(value, Mapping):
        return any(map(_hides, value.values()))
    return any(map(_hides, value)) if isinstance(value, (list, tuple)) else value == HIDDEN


def proof(goal: Goal, entry: Mapping[str, Any], travel_unit: str, language: Language, *, later: bool, is_exact: bool = True) -> str:
    """One sentence: what was reached, what no plan can go below, what today has.

    Parameters
    ----------
    goal
        Of the scenario.
    entry
        ``value``, ``bound``, ``gap``, ``today``.
    later
        Whether goals before this one were held while it was solved, so that its bound is about the plans that keep them.
    is_exact
        Whether as many digits may be shown as tell value and bound apart.
    """

    def shown(value: float, digits: int) -> str:
        least = 2 if GOALS[goal.minimize].unit == "travel" and travel_unit == "min" else 3
        return amount(goal, value, travel_unit, language, digits if is_exact else least)

    return _sentence(entry["value"], entry["bound"], entry["gap"], entry.get("today"), shown, language, later=later)


def _sentence(value: Any, bound: Any, gap: Any, now: Any, shown: Any, language: Language, *, later: bool) -> str:
    if value is None or value == HIDDEN:
        return language.text("goals.hidden" if value == HIDDEN else "goals.unknown")
    if now == HIDDEN:
        now = None
    digits = next((d for d in range(3, 7) if bound is not None and shown(value, d) != shown(bound, d)), 3)
    today = "" if now is None else " " + language.text("goals.today", today=shown(now, digits))
    within = language.text("goals.within_later" if later else "goals.within")
    reached = shown(value, digits)
    if bound is None:
        return language.text("goals.proof_none", value=reached, today=today)
    if gap == 0:
        return language.text("goals.proof_best", value=reached, today=today, within=within)
    return language.text("goals.proof_bound", value=reached, today=today, within=within, bound=shown(bound, digits))


def goal_name(goal: Goal, travel_unit: str, language: Language) -> str:
    """What a goal's measure is called, with its groups, as a phrase."""
    who = language.group(goal.group) if goal.group is not None else ""
    if goal.versus is not None:
        who = language.text("goals.against", group=who, versus=language.group(goal.versus))
    measure = "" if goal.measure is None else language.text(f"goals.measure_{goal.measure}")
    groups = "" if goal.groups is None else language.text("goals.of_groups", groups=", ".join(map(language.group, goal.groups)))
    over = "" if goal.over is None else with_unit(language.number(goal.over, 0 if goal.over == round(goal.over) else 1), travel_unit, language)
    return language.text(f"goals.name_{goal.minimize}", group=who, measure=measure, groups=groups, over=over)


def amount(goal: Goal, value: Cell, travel_unit: str, language: Language, digits: int = 3) -> str:
    """A goal's natural value with its unit; `digits` counts decimals of a bare index."""
    if not isinstance(value, (int, float)):
        return language.number(value)
    unit = GOALS[goal.minimize].unit
    if unit == "measure":
        unit = "travel" if goal.measure == "added_travel" else "%"
    if unit == "%":
        return language.percent(value, max(digits - 2, 1))
    if unit in ("travel", "km"):
        return with_unit(language.number(value, max(digits - 1, 1)), travel_unit if unit == "travel" else "km", language)
    if unit == "count":
        return language.number(value, digits - 3 if abs(value - round(value)) < 1e-6 else max(digits - 2, 1))
    return language.number(value, digits)


def with_unit(number: str, unit: str, language: Language) -> str:
    """A written number with minutes or km, on one line; no unit where there is no number."""
    return f"{number}\N{NO-BREAK SPACE}{language.text(f'goals.unit_{unit}')}" if any(map(str.isdigit, number)) else number


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]
