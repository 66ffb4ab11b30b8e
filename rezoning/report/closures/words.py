"""What a run says of schools that close and open, for the terminal: each decision turned around, with its price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rezoning.report.goal_words import gained, goal_name, goal_of
from rezoning.report.language import ENGLISH, Language, english

_said = english("terminal")
SAME = 1e-9


def otherwise_words(record: Mapping[str, Any], travel_unit: str, language: Language = ENGLISH) -> list[str]:
    """A sentence for each decision turned around, from the `other_openings` of run.json."""
    return [_one(entry, travel_unit, language) for entry in record["other_openings"]]


def _one(entry: Mapping[str, Any], travel_unit: str, language: Language) -> str:
    choice = _said("otherwise_open" if entry["is_open"] else "otherwise_closed", name=entry["name"])
    if entry["goals"] is None:
        return _said(f"otherwise_{entry['status'] if entry['status'] in ('no_set', 'infeasible') else 'no_plan'}", choice=choice)
    prices = [_price(goal, travel_unit, language) for goal in entry["goals"]]
    if entry["seats_empty"] is not None:
        more = entry["seats_empty"]["value"] - entry["seats_empty"]["best"]
        key = "otherwise_seats" if more > 0 else "otherwise_seats_fewer"
        prices += [_said(key, points=f"{100 * abs(more):.1f}")] if abs(more) > SAME else []
    sure = _said("otherwise_unproven") if entry["status"] == "feasible" else ""
    return _said("otherwise_costs", choice=choice, prices="; ".join(prices), sure=sure)


def _price(goal: Mapping[str, Any], travel_unit: str, language: Language) -> str:
    asked, more = goal_of(goal), goal["given_up"]
    key = "otherwise_same" if abs(more) <= SAME else "otherwise_more" if more > 0 else "otherwise_less"
    return _said(key, name=goal_name(asked, travel_unit, language), gain=gained(asked, abs(more), travel_unit, language))
