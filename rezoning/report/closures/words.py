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
    entries = record["other_openings"]
    names = {entry["school"]: entry["name"] for entry in entries}
    own = {entry["school"] for entry in entries if not entry["is_open"]}
    return [_one(entry, _also(entry, own, names), travel_unit, language) for entry in entries]


def _also(entry: Mapping[str, Any], own: set[str], names: Mapping[str, str]) -> str:
    """Which other schools are open or closed then, unlike in the plan; `own` are those that are open in it."""
    if entry["open"] is None:
        return ""
    then, others = set(entry["open"]), [text for text in names if text != entry["school"]]
    found = [("otherwise_open", text) for text in others if text in then - own] + [
        ("otherwise_closed", text) for text in others if text in own - then
    ]
    return _said("otherwise_also", also=", ".join(_said(key, name=names[text]) for key, text in found)) if found else ""


def _one(entry: Mapping[str, Any], also: str, travel_unit: str, language: Language) -> str:
    choice = _said("otherwise_open" if entry["is_open"] else "otherwise_closed", name=entry["name"])
    if entry["goals"] is None:
        return _said(f"otherwise_{entry['status'] if entry['status'] in ('no_set', 'infeasible') else 'no_plan'}", choice=choice)
    prices = [_price(goal, travel_unit, language) for goal in entry["goals"]]
    if entry["seats_empty"] is not None:
        more = entry["seats_empty"]["value"] - entry["seats_empty"]["best"]
        key = "otherwise_seats" if more > 0 else "otherwise_seats_fewer"
        prices += [_said(key, points=f"{100 * abs(more):.1f}")] if abs(more) > SAME else []
    sure = _said("otherwise_unproven") if entry["status"] == "feasible" else ""
    return _said("otherwise_costs", choice=choice + also, prices="; ".join(prices), sure=sure)


def _price(goal: Mapping[str, Any], travel_unit: str, language: Language) -> str:
    asked, more = goal_of(goal), goal["given_up"]
    key = "otherwise_same" if abs(more) <= SAME else "otherwise_more" if more > 0 else "otherwise_less"
    return _said(key, name=goal_name(asked, travel_unit, language), gain=gained(asked, abs(more), travel_unit, language))
