"""Goals, rules and proofs as sentences that a planner can read; every number with its unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rezoning.scenario.schema import CapacityRule, Goal, Rules, TravelRule

SHARES = ("reassigned", "over_capacity")  # goals whose natural value is a share of all students

STATUS = {
    "optimal": "Proven best: no plan within these rules does better.",
    "within_gap": "Good enough to stop: the gap asked for is proven.",
    "feasible": "The limit came first: a better plan may exist, but none below the bounds given here.",
    "infeasible": "No plan exists under these rules.",
    "no_plan": "The limit came before any plan was found. Give it more time (solve.time_limit) or loosen a rule.",
}


def goal_words(goal: Goal) -> str:
    """What a goal asks for, as a phrase."""
    if goal.minimize == "dissimilarity":
        versus = "all others" if goal.versus in (None, "others") else goal.versus
        return f"spread {goal.group} students evenly against {versus} (dissimilarity)"
    return {
        "imbalance": f"give every school the district's share of {', '.join(goal.groups) if goal.groups else 'each group'} (imbalance)",
        "reassigned": "let as few students as possible change schools",
        "travel": "keep trips short",
        "over_capacity": "relieve crowded schools",
    }[goal.minimize]


def goal_name(goal: dict[str, Any]) -> str:
    """Name of a goal's measure, from its entry in run.json."""
    names = {
        "dissimilarity": f"dissimilarity of {goal['group']}",
        "imbalance": "imbalance of groups",
        "reassigned": "students who change schools",
        "travel": "mean travel",
        "over_capacity": "students above capacity",
    }
    return names[goal["minimize"]]


def amount(minimize: str, value: float | None, travel_unit: str = "min", digits: int = 3) -> str:
    """A goal's natural value with its unit; `digits` counts decimals of a bare index."""
    if value is None:
        return "–"
    value += 0.0 if abs(value) > 1e-12 else -value  # neither -0.0 nor the noise of a solver
    if minimize in SHARES:
        return f"{100 * value:.{max(digits - 2, 1)}f} %"
    if minimize == "travel":
        return f"{value:.{max(digits - 1, 1)}f} {travel_unit}"
    return f"{value:.{digits}f}"


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
    today = "" if goal["today"] is None else f" (today {amount(kind, goal['today'], travel_unit)})"
    within = "within these rules and the goals before" if comes_after else "within these rules"
    if bound is None:
        return f"This plan reaches {amount(kind, value, travel_unit)}{today}; how much better a plan could be is not proven."
    if goal["gap"] == 0:
        return f"This plan reaches {amount(kind, value, travel_unit)}{today}, and no plan {within} can go below that."
    digits = _telling_digits(kind, value, bound, travel_unit)
    return (
        f"No plan {within} can go below {amount(kind, bound, travel_unit, digits)}; "
        f"this one reaches {amount(kind, value, travel_unit, digits)}{today}."
    )


def _telling_digits(kind: str, value: float, bound: float, travel_unit: str) -> int:
    """Decimals that let value and bound be told apart."""
    for digits in range(3, 7):
        if amount(kind, value, travel_unit, digits) != amount(kind, bound, travel_unit, digits):
            return digits
    return 7


def rules_words(rules: Rules, travel_unit: str = "min") -> list[str]:
    """Every rule of a scenario as a phrase, in the scenario's order."""
    phrases = []
    if rules.capacity is not None:
        phrases.append(_capacity_words(rules.capacity))
    if rules.travel is not None:
        phrases += _travel_words(rules.travel, travel_unit)
        if rules.stay_allowed:
            phrases.append("any unit may keep today's school")
    phrases += _contiguity_words(rules)
    phrases += _list_words(rules)
    if rules.reassigned is not None and rules.reassigned.max_share is not None:
        phrases.append(f"at most {_percent(rules.reassigned.max_share)} of students change schools")
    return phrases


def rule_keys(rules: Rules) -> list[str]:
    """Keys of the rules that a scenario has and that could be loosened."""
    has = {
        "rules.capacity": rules.capacity is not None,
        "rules.travel": rules.travel is not None,
        "rules.contiguity": rules.contiguity.method != "none",
        "rules.locked": rules.locked is not None,
        "rules.assign": bool(rules.assign),
        "rules.forbid": bool(rules.forbid),
        "rules.reassigned": rules.reassigned is not None,
    }
    return [key for key, is_there in has.items() if is_there] or ["rules.school_in_own_zone"]


def _capacity_words(rule: CapacityRule) -> str:
    base = "its seats" if rule.of == "capacity" else "today's enrollment"
    if rule.max is None:
        return f"every school filled to at least {_percent(rule.min)} of {base}"
    if rule.min == 0:
        return f"no school above {_percent(rule.max)} of {base}"
    return f"every school between {_percent(rule.min)} and {_percent(rule.max)} of {base}"


def _travel_words(rule: TravelRule, unit: str) -> list[str]:
    phrases = []
    if rule.max is not None:
        phrases.append(f"no trip over {rule.max:g} {unit}")
    if rule.max_increase is not None:
        phrases.append(f"no trip more than {_percent(rule.max_increase)} longer than today's")
    if rule.always_within is not None:
        phrases.append(f"trips up to {rule.always_within:g} {unit} always allowed")
    return phrases


def _contiguity_words(rules: Rules) -> list[str]:
    rule = rules.contiguity
    islands = ", today's islands may stay" if rule.islands == "keep" else ""
    phrases = {
        "exact": [f"every zone in one piece with its school{islands}"],
        "closer_neighbor": [f"a unit joins a school only with a neighbor closer to it{islands} (the published rule, stricter than contiguity)"],
        "none": ["zones may fall into pieces"],
    }[rule.method]
    if not rules.school_in_own_zone:
        phrases.append("a school's own unit may go to another school")
    return phrases


def _list_words(rules: Rules) -> list[str]:
    phrases = []
    if rules.locked is not None:
        parts = [_counted(rules.locked.units, "unit"), _counted(rules.locked.schools, "zone")]
        phrases += [f"{' and '.join(part for part in parts if part)} locked as today"] if any(parts) else []
    if rules.assign:
        phrases.append(f"{_counted(tuple(rules.assign), 'unit')} assigned by hand")
    if rules.forbid:
        phrases.append(f"{_counted(rules.forbid, 'pair')} of unit and school forbidden")
    return phrases


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


def _counted(items: Sequence[object], noun: str) -> str:
    return f"{len(items):,} {noun}{'' if len(items) == 1 else 's'}" if items else ""


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
