"""Further plans in words."""

from __future__ import annotations

from typing import Any

from rezoning.report.goal_words import amount, gained, goal_name, goal_of
from rezoning.report.language import ENGLISH, Language, english

_said = english("terminal")


def alternatives_words(record: dict[str, Any], travel_unit: str = "min", language: Language = ENGLISH) -> list[str]:
    """A sentence for each further plan, and one that says how the search ended, from alternatives.json."""
    return [*(_plan(one, travel_unit, language) for one in record["plans"]), _said(f"ending_{record['ending']}")]


def _plan(one: dict[str, Any], travel_unit: str, language: Language) -> str:
    return _said(
        "alternative",
        number=one["plan"],
        goals=", ".join(_goal(entry, travel_unit, language) for entry in one["goals"]),
        apart=", ".join(_said("alternative_apart", share=language.percent(share), number=k) for k, share in enumerate(one["distances"], 1)),
        verdict="" if one["audit"] is not None and one["audit"]["passed"] else _said("alternative_rejected"),
    )


def _goal(entry: dict[str, Any], travel_unit: str, language: Language) -> str:
    """A goal's value, and how much worse it is than the best plan's."""
    goal, worse = goal_of(entry), entry["given_up"]
    key = "as_best" if abs(worse) <= 1e-9 else "more_than_best" if worse > 0 else "less_than_best"
    return _said(
        "alternative_goal",
        name=goal_name(goal, travel_unit, language),
        value=amount(goal, entry["value"], travel_unit, language),
        beside=_said(key, gain=gained(goal, abs(worse), travel_unit, language)),
    )
