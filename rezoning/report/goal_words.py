"""Goals in words: what is asked for, what its measure is called, and a value with its unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rezoning.scenario.schema import Goal


@dataclass(frozen=True)
class Said:
    """A kind of goal in words; ``{group}``, ``{versus}``, ``{groups}``, ``{measure}``, ``{over}`` and ``{use}`` are filled in.

    Parameters
    ----------
    asks
        What it asks for, as a phrase.
    name
        What its measure is called.
    unit
        ``%`` for a share, ``travel`` for minutes or km, ``km``, ``count``, or nothing for an index.
    """

    asks: str
    name: str
    unit: str = ""


MEASURES = {
    "reassigned": "students who change schools",
    "added_travel": "added travel",
    "walk_lost": "lost walks to school",
    "long_rides": "long rides",
}

GOALS: dict[str, Said] = {
    "dissimilarity": Said("spread {group} students evenly against {versus} (dissimilarity)", "dissimilarity of {group}"),
    "imbalance": Said("give every school the district's share of {groups} (imbalance)", "imbalance of groups"),
    "normalized_exposure": Said("let {group} students meet others (normalized exposure)", "normalized exposure of {group}"),
    "isolation": Said("keep {group} students from being among themselves (isolation)", "isolation of {group}"),
    "theil_h": Said("mix all groups of the partition (Theil's H)", "Theil's H of all groups"),
    "max_deviation": Said("bring the school farthest from the district's share of {group} near it", "largest deviation of {group}", "%"),
    "out_of_band": Said("leave few students outside the bands", "students outside the bands", "%"),
    "reassigned": Said("let as few students as possible change schools", "students who change schools", "%"),
    "schools_changed": Said("leave as many zones as possible as they are", "zones that change", "count"),
    "burden_gap": Said("let no group carry more of the {measure} than everyone", "largest gap of {measure}", "measure"),
    "travel": Said("keep trips short", "mean travel", "travel"),
    "added_travel": Said("add little to today's trips", "mean added travel", "travel"),
    "long_rides": Said("avoid trips over {over}", "students with a long ride", "%"),
    "walk_lost": Said("let those who can walk today go on walking", "students who lose their walk", "%"),
    "not_walking": Said("let as many as possible walk to school", "students who cannot walk", "%"),
    "over_capacity": Said("relieve crowded schools", "students above capacity", "%"),
    "out_of_utilization": Said("fill every school {use}", "students outside the utilization aimed at", "%"),
    "utilization_spread": Said("fill all schools alike", "spread of utilization", "%"),
    "portables": Said("need few portable classrooms", "portable seats, by price", "count"),
    "boundary_length": Said("draw short boundaries", "boundary between zones", "km"),
    "cut_edges": Said("separate few neighbors", "pairs of neighbors in different zones", "count"),
    "polsby_popper": Said("draw compact zones (Polsby-Popper)", "1 - mean Polsby-Popper of the zones"),
}


def goal_words(goal: Goal) -> str:
    """What a goal asks for, as a phrase."""
    return GOALS[goal.minimize].asks.format(
        group=goal.group,
        versus="all others" if goal.versus in (None, "others") else goal.versus,
        groups=", ".join(goal.groups) if goal.groups else "each group",
        measure=MEASURES.get(goal.measure or ""),
        over=f"{goal.over:g}" if goal.over is not None else "",
        use=_use(goal),
    )


def _use(goal: Goal) -> str:
    if goal.min is None or goal.max is None:
        return f"to at least {100 * goal.min:g} %" if goal.min is not None else f"to at most {100 * (goal.max or 0):g} %"
    return f"between {100 * goal.min:g} and {100 * goal.max:g} %"


def goal_name(goal: dict[str, Any]) -> str:
    """Name of a goal's measure, from its entry in run.json."""
    return GOALS[goal["minimize"]].name.format(group=goal["group"], measure=MEASURES.get(goal.get("measure") or ""))


def amount(minimize: str, value: float | None, travel_unit: str = "min", digits: int = 3, measure: str | None = None) -> str:
    """A goal's natural value with its unit; `digits` counts decimals of a bare index, `measure` is what burden_gap compares."""
    if value is None:
        return "–"
    value += 0.0 if abs(value) > 1e-12 else -value  # neither -0.0 nor the noise of a solver
    unit = GOALS[minimize].unit if minimize in GOALS else ""
    if unit == "measure":
        unit = "travel" if measure == "added_travel" else "%"
    if unit == "%":
        return f"{100 * value:.{max(digits - 2, 1)}f} %"
    if unit in ("travel", "km"):
        return f"{value:.{max(digits - 1, 1)}f} {travel_unit if unit == 'travel' else unit}"
    if unit == "count":
        return f"{value:.{digits - 3}f}" if abs(value - round(value)) < 1e-6 else f"{value:.{max(digits - 2, 1)}f}"
    return f"{value:.{digits}f}"
