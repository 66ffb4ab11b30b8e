"""Further plans in words."""

from __future__ import annotations

from typing import Any

from rezoning.report.goal_words import goal_name
from rezoning.report.steps import gained, shown

ENDINGS = {
    "enough": "As many further plans as asked for were found.",
    "no_more": "Proven: no other plan is as good and as far from these.",
    "not_found": "The limit came before another plan was found; there may be more.",
    "interrupted": "Interrupted; there may be more.",
}


def alternatives_words(record: dict[str, Any], travel_unit: str = "min") -> list[str]:
    """A sentence for each further plan, and one that says how the search ended, from alternatives.json."""
    said = []
    for one in record["plans"]:
        goals = ", ".join(f"{goal_name(goal)} {shown(goal, goal['value'], travel_unit)} ({_given_up(goal, travel_unit)})" for goal in one["goals"])
        apart = ", ".join(f"{100 * share:.1f} % from plan {k}" for k, share in enumerate(one["distances"], 1))
        verdict = "" if one["audit"] is not None and one["audit"]["passed"] else " The audit rejected it; it must not be used."
        said.append(f"Plan {one['plan']}: {goals}. Students at another school: {apart}.{verdict}")
    return [*said, ENDINGS[record["ending"]]]


def _given_up(goal: dict[str, Any], travel_unit: str) -> str:
    """How much worse than the best plan."""
    if abs(goal["given_up"]) <= 1e-9:
        return "as the best"
    return f"{gained(goal, abs(goal['given_up']), travel_unit)} {'more' if goal['given_up'] > 0 else 'less'} than the best"
