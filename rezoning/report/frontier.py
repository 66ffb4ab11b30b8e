"""A frontier in words: its table for CSV and terminal, what a step along it buys, and what the rules cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from rezoning.report.goal_words import goal_name
from rezoning.report.screen import NONE, Column, Row, capital, heading, lines, listed, remarks, table
from rezoning.report.steps import gained, shown, step
from rezoning.report.terminal import POLICY

STATUS = {
    "optimal": "proven best",
    "within_gap": "gap proven",
    "feasible": "limit came first",
    "infeasible": "no plan exists",
    "no_plan": "no plan found",
}


def csv_rows(document: Row) -> list[Row]:
    """The points as frontier.csv has them: a goal's columns bear its name."""
    keys = goal_keys(document["goals"])
    return [
        {
            "point": point["point"],
            **{f"ceiling_{key}": ceiling for key, ceiling in zip(keys[1:], point["ceilings"], strict=True)},
            keys[0]: _value(point, 0),
            f"bound_{keys[0]}": point["bound"],
            "gap": point["gap"],
            **{key: _value(point, j) for j, key in enumerate(keys) if j > 0},
            "seconds": point["seconds"],
            "status": point["status"],
            "plan": point["plan"],
            "same_plan_as": point["same_plan_as"],
        }
        for point in document["points"]
    ]


def goal_keys(goals: Sequence[Row]) -> list[str]:
    """A word for each goal: its `minimize`, with the group where that is not enough."""
    kinds = [goal["minimize"] for goal in goals]
    return [f"{kind}_{goal['group']}" if kinds.count(kind) > 1 and goal["group"] else kind for kind, goal in zip(kinds, goals, strict=True)]


def _value(point: Row, goal: int) -> float | None:
    return None if point["values"] is None else point["values"][goal]


def values_words(goals: Sequence[Row], values: Sequence[float], travel_unit: str) -> str:
    """``dissimilarity of poverty 0.123, students who change schools 10.0 %``."""
    return ", ".join(f"{goal_name(goal)} {shown(goal, value, travel_unit)}" for goal, value in zip(goals, values, strict=True))


# -- steps and prices ------------------------------------------------------------------------------------------------


def slope_sentence(document: Row, slope: Row) -> str:
    """What a step between two points buys, in plans and in what is proven."""
    goals, unit = document["goals"], document["travel_unit"]
    goal = goals[slope["goal"]]
    size, words = step(goal, unit)
    ends = [document["points"][slope[side] - 1]["ceilings"][slope["goal"] - 1] for side in ("from", "to")]
    where = " to ".join(shown(goal, end, unit) for end in ends) + _other_ceilings(document, slope)
    proven = "" if slope["bounds"] is None else f" (by the bounds {gained(goals[0], slope['bounds'] * size, unit)})"
    first, other = (_plan_of(document, slope[side]) for side in ("from", "to"))
    if first == other:
        nothing = f"points {slope['from']} and {slope['to']} are one plan, so that a plan that gains by it was not found"
        return f"{capital(goal_name(goal))} from {where}: {nothing}{proven}."
    found = NONE if slope["values"] is None else gained(goals[0], slope["values"] * size, unit)
    return f"{capital(goal_name(goal))} from {where}: {words} buys {found} of {goal_name(goals[0])}{proven}."


def _other_ceilings(document: Row, slope: Row) -> str:
    """At which ceilings of the other goals a slope holds."""
    ceilings, unit = document["points"][slope["from"] - 1]["ceilings"], document["travel_unit"]
    others = [
        f"{goal_name(goal)} at most {shown(goal, ceiling, unit)}"
        for j, (goal, ceiling) in enumerate(zip(document["goals"][1:], ceilings, strict=True), 1)
        if j != slope["goal"]
    ]
    return f", with {' and '.join(others)}" if others else ""


def _plan_of(document: Row, number: int) -> int:
    """The first point that has the plan of a point."""
    same: int | None = document["points"][number - 1].get("same_plan_as")
    return number if same is None else same


def price_sentence(document: Row, price: Row) -> str:
    """What changing a rule by one step buys, as a sentence."""
    goal, unit = document["goals"][0], document["travel_unit"]
    buys = f"buys {gained(goal, abs(price['change']), unit)} of {goal_name(goal)}"
    if price["subject"]:
        return f"Room for one more student at {price['name'] or price['subject']} ({price['value']:,.0f} now) {buys}."
    is_raised = price["change"] < 0
    after = price["value"] + (price["step"] if is_raised else -price["step"])
    by = f"one {'minute' if unit == 'min' else unit}" if price["step"] == 1.0 else "0.01" if price["key"].endswith("ratio") else "one point"
    return f"{'Raising' if is_raised else 'Lowering'} {price['key']} by {by} ({price['value']:g} to {after:g}) {buys}."


HONEST = (
    "By the linear relaxation, for small changes, one rule at a time, with no ceiling on the other goals: "
    "so much can the proven bound fall. The best plan may gain less or nothing, for units move whole; solve the changed scenario to know."
)


# -- the page --------------------------------------------------------------------------------------------------------


def frontier_page(console: Console, document: Row, directory: Path) -> None:
    """The points as a table, what steps and rules buy, and where the files are."""
    names = [goal_name(goal) for goal in document["goals"]]
    between = ", ".join(names[:-1]) + f" and {names[-1]}"
    console.print(Text(f"{document['name']}: frontier between {between}", style="bold"))
    if set(document["attributes"].values()) - {"optimize"}:
        lines(console, f"Groups: {', '.join(f'{name} {POLICY[use]}' for name, use in document['attributes'].items())}.")
    _ends(console, document)
    if document["points"]:
        _points(console, document)
        steps = [slope_sentence(document, slope) for slope in document["slopes"] if slope["values"] is not None]
        if steps:
            heading(console, "What a step along it buys, in plans found")
            listed(console, "", steps)
    prices = document["prices"]
    if prices is not None and prices["prices"]:
        heading(console, "What the rules cost, without any ceiling")
        listed(console, "", [price_sentence(document, price) for price in prices["prices"]])
        lines(console, HONEST)
    for rejected in document["rejected"]:
        heading(console, f"Rejected by the audit: {rejected['answer']}")
        listed(console, "", [violation["message"] for violation in rejected["violations"]])
    remarks(console, document)
    heading(console, "Files")
    lines(console, str(directory), f"{document['seconds']:.1f} s of solving.")


def _ends(console: Console, document: Row) -> None:
    """Each goal alone."""
    heading(console, "Each goal alone")
    unit = document["travel_unit"]
    for end in document["ends"]:
        goal = int(end["answer"].removeprefix("end-")) - 1
        if end["values"] is None:
            lines(console, f"{capital(goal_name(document['goals'][goal]))}: {STATUS.get(end['status'], end['status'])}.", mark="-")
            continue
        others = values_words(
            [one for j, one in enumerate(document["goals"]) if j != goal], [one for j, one in enumerate(end["values"]) if j != goal], unit
        )
        alone = values_words([document["goals"][goal]], [end["values"][goal]], unit)
        lines(console, f"{capital(alone)}; with it {others}.", mark="-")
    if document["today"] is not None:
        broken = "" if document["today"]["passed"] else "; today's zones break some of the rules"
        lines(console, f"Today: {values_words(document['goals'], document['today']['values'], unit)}{broken}.", mark="-")


def _points(console: Console, document: Row) -> None:
    goals, unit = document["goals"], document["travel_unit"]
    keys = goal_keys(goals)
    heading(console, f"Points: the least {goal_name(goals[0])} below each ceiling")
    columns: list[Column] = [("", "right"), *((f"{key} ≤", "right") for key in keys[1:])]
    columns += [(keys[0], "right"), ("no plan below", "right"), ("gap", "right"), *((key, "right") for key in keys[1:]), ("", "left")]
    cells = []
    for point in document["points"]:
        reached = [shown(goal, _value(point, j), unit, 4) for j, goal in enumerate(goals)]
        ceilings = [shown(goal, ceiling, unit, 4) for goal, ceiling in zip(goals[1:], point["ceilings"], strict=True)]
        gap = NONE if point["gap"] is None else f"{100 * point['gap']:.1f} %"
        bound = shown(goals[0], point["bound"], unit, 4)
        same = "" if point["same_plan_as"] is None else f", same plan as {point['same_plan_as']}"
        cells.append([str(point["point"]), *ceilings, reached[0], bound, gap, *reached[1:], f"{STATUS[point['status']]}{same}"])
    table(console, columns, cells)
    sound = "An independent audit found no broken rule in any of these plans."
    lines(console, "Plans that the audit rejected are not among these." if document["rejected"] else sound)


def why_not(document: Row) -> str:
    """Why there is no frontier, for stderr."""
    if document["rejected"]:
        return "The audit rejected a plan; it is kept in points/, as .rejected.csv."
    return "The limit came before a plan was found for each goal alone. Give it more time: --time-limit-total, or --set solve.time_limit."
