"""Goals in the words of a language: what one is called and asks for, its values with their units, what is proven, what a step of it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rezoning.public.cell import HIDDEN, Cell, is_number
from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import given, in_units, manner, settled, together, with_unit, written_with_unit
from rezoning.report.language import Language
from rezoning.scenario.goals import OF_FEEDERS, Goal

NOT_BELOW_ZERO = frozenset({"dissimilarity", "imbalance", "reassigned", "over_capacity", "theil_h", "long_rides", *OF_FEEDERS})
"""Goals that are at best 0 whatever the plan."""


def goal_of(entry: Mapping[str, Any]) -> Goal:
    """The goal that an entry of run.json, or of a document like it, is of.

    Raises
    ------
    ValueError
        It is no goal's.
    """
    return Goal.model_validate({key: value for key, value in entry.items() if key in Goal.model_fields})


def goal_name(goal: Goal | None, travel_unit: str, language: Language) -> str:
    """What a goal's measure is called, with its groups, as a phrase; None is the weighted sum of goals."""
    if goal is None:
        return language.text("goals.weighted")
    if goal.is_own:
        return goal.minimize  # its author's word
    who = "" if goal.group is None else language.group(goal.group)
    if goal.versus is not None:
        who = language.text("goals.against", group=who, versus=language.group(goal.versus))
    groups = "" if goal.groups is None else language.text("goals.of_groups", groups=", ".join(map(language.group, goal.groups)))
    said = language.text(
        f"goals.name_{goal.minimize}",
        group=who,
        measure=_burden(goal, language),
        groups=groups,
        over=_over(goal, travel_unit, language),
        **_feeders(goal, language),
    )
    return said if goal.level is None else language.text("goals.at_level", goal=said, level=goal.level)


def goal_asks(goal: Goal, travel_unit: str, language: Language) -> str:
    """What a goal asks for, as a phrase."""
    if goal.is_own:
        return goal.minimize
    said = language.text(
        f"goals.ask_{goal.minimize}",
        group="" if goal.group is None else language.group(goal.group),
        versus=language.text("goals.others") if goal.versus is None else language.group(goal.versus),
        groups=", ".join(map(language.group, goal.groups)) if goal.groups else language.text("goals.each_group"),
        measure=_burden(goal, language),
        over=_over(goal, travel_unit, language),
        use=_use(goal, language),
        **_feeders(goal, language),
    )
    return said if goal.level is None else language.text("goals.at_level_ask", goal=said, level=goal.level)


def _feeders(goal: Goal, language: Language) -> dict[str, str]:
    """Whom a goal of feeders is about, and what a feed is a share of."""
    if goal.minimize not in OF_FEEDERS:
        return {}
    lower, upper = goal.lower or "", goal.to or ""
    share = "" if goal.min_share is None else language.share(goal.min_share)
    return {"lower": lower, "upper": upper, "count": goal.count or lower, "share": share, "end": upper if goal.of == "upper" else lower}


def _burden(goal: Goal, language: Language) -> str:
    return "" if goal.measure is None else language.text(f"goals.measure_{goal.measure}")


def _over(goal: Goal, travel_unit: str, language: Language) -> str:
    return "" if goal.over is None else given(goal.over, settled("travel", travel_unit), language)


def _use(goal: Goal, language: Language) -> str:
    least, most = ("" if share is None else language.share(share) for share in (goal.min, goal.max))
    return language.text("goals.use_between" if least and most else "goals.use_least" if least else "goals.use_most", min=least, max=most)


# -- values and proofs -----------------------------------------------------------------------------------------------


def amount(goal: Goal | None, value: Cell, travel_unit: str, language: Language) -> str:
    """A goal's natural value with its unit, where it stands alone."""
    return written_with_unit(value, goal_kind(goal, travel_unit), language)


def amounts(goal: Goal | None, values: Sequence[Cell], travel_unit: str, language: Language) -> list[str]:
    """Values of a goal that stand beside each other, with their units."""
    said = together(values, goal_kind(goal, travel_unit), language)
    return [said.with_unit(value) for value in values]


def proof(goal: Goal | None, entry: Mapping[str, Any], travel_unit: str, language: Language, *, comes_after: bool = False) -> str:
    """One sentence: what was reached, what no plan can go below, what today has.

    Parameters
    ----------
    goal
        None for the weighted sum of goals.
    entry
        ``value``, ``bound``, ``gap`` and ``today`` as they may be shown.
    comes_after
        Whether goals before this one were held while it was solved, so that its bound is about the plans that keep them.
    """
    value, bound, now = entry["value"], entry["bound"], entry.get("today")
    if not is_number(value):
        return language.text("goals.hidden" if value == HIDDEN else "goals.unknown")

    beside = together([value, bound, now], goal_kind(goal, travel_unit), language)
    is_alike = beside.is_same(value, bound) or (is_number(bound) and bound > value)  # a bound that was rounded up is no higher
    said = {
        "value": beside.with_unit(value),
        "bound": beside.with_unit(value if is_alike else bound),
        "today": " " + language.text("goals.today", today=beside.with_unit(now)) if is_number(now) else "",
        "within": language.text("goals.within_later" if comes_after else "goals.within"),
    }
    if bound is None and goal is not None and goal.minimize in NOT_BELOW_ZERO and beside.is_same(value, 0.0):
        return language.text("goals.proof_zero", **said)
    proven = "best" if entry["gap"] == 0 else "near" if is_alike else "bound"
    return language.text("goals.proof_none" if bound is None else f"goals.proof_{proven}", **said)


def aim_words(goal: Goal | None, number: int | None, count: int, value: Cell, bound: Cell, travel_unit: str, language: Language) -> str:
    """A goal that is worked on: ``goal 1 of 2, dissimilarity of low-income students: 0.189, not below 0.106``; None is the weighted sum."""
    name = goal_name(goal, travel_unit, language)
    aim = name if number is None or count == 1 else language.text("terminal.aim", number=number, count=count, name=name)
    reached, limit = amounts(goal, [value, bound], travel_unit, language)
    key = "" if value is None and bound is None else "value" if bound is None else "bound" if value is None else "bounded"
    if not key:
        return aim
    said = reached if key == "value" else language.text(f"terminal.aim_{key}", value=reached, bound=limit)
    return language.text("terminal.aim_value", aim=aim, value=said)


# -- steps -----------------------------------------------------------------------------------------------------------


def step(goal: Goal, travel_unit: str, language: Language) -> tuple[float, str]:
    """A step of a goal that a planner can picture, and its words: a point of a share, a minute, a hundredth of an index."""
    kind = goal_kind(goal, travel_unit)
    said = manner(kind, language)
    size = 0.01 if kind == "index" or said.in_hundredths else said.size
    return size, language.text(f"goals.step_{said.change or said.unit or kind}")


def gained(goal: Goal | None, gain: float, travel_unit: str, language: Language) -> str:
    """A difference of a goal's values: ``0.004``, ``0.4 points``, ``1.2 min``."""
    kind = goal_kind(goal, travel_unit)
    said = manner(kind, language)
    return with_unit(_short(in_units(gain, kind, language)), said.change or said.unit, language)


def _short(value: float) -> str:
    """Two digits, written out."""
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    return np.format_float_positional(value, precision=2, fractional=False, trim="-")
