"""Proofs and results as sentences that a planner can read; every number with its unit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rezoning.report.goal_words import amount


def proof(goal: dict[str, Any], travel_unit: str = "min", comes_after: bool = False) -> str:
    """What was reached for one goal of run.json, and what is proven about it.

    Parameters
    ----------
    goal
        Entry of run.json: `minimize`, `group`, `value`, `bound`, `gap`, `today`.
    travel_unit
        Unit of travel.
    comes_after
        Earlier goals were held while this one was solved, so the bound is about the plans that keep them.
    """
    kind, value, bound = goal["minimize"], goal["value"], goal["bound"]
    shown = partial(amount, kind, travel_unit=travel_unit, measure=goal.get("measure"))
    today = "" if goal["today"] is None else f" (today {shown(goal['today'])})"
    within = "within these rules and the goals before" if comes_after else "within these rules"
    if bound is None:
        return f"This plan reaches {shown(value)}{today}; how much better a plan could be is not proven."
    if goal["gap"] == 0:
        return f"This plan reaches {shown(value)}{today}, and no plan {within} can go below that."
    digits = _telling_digits(shown, value, bound)
    return f"No plan {within} can go below {shown(bound, digits=digits)}; this one reaches {shown(value, digits=digits)}{today}."


def _telling_digits(shown: Callable[..., str], value: float, bound: float) -> int:
    """Decimals that let value and bound be told apart."""
    for digits in range(3, 7):
        if shown(value, digits=digits) != shown(bound, digits=digits):
            return digits
    return 7


def moved_words(counts: dict[str, Any]) -> str:
    """How many students change schools, as one sentence."""
    students, units = counts["students"], counts["units"]
    if not counts["moved_units"]:
        return "Nobody changes schools."
    share = counts["moved_students"] / students if students else 0.0
    return (
        f"About {counts['moved_students']:,.0f} of {students:,.0f} students ({100 * share:.1f} %) would be zoned to a different school, "
        f"{counts['moved_units']:,} of {units:,} units."
    )
