"""A frontier in words: its table for CSV and terminal, what a step along it buys, and what the rules cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import Together, together
from rezoning.report.goal_words import amount, gained, goal_name, goal_of, step
from rezoning.report.language import ENGLISH, NOTHING, Language, capital, english
from rezoning.report.screen import Column, Row, estimates, files, heading, lines, listed, messages, remarks, table, title, use_words
from rezoning.scenario.goals import Goal

_said = english("frontier")


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


def goals_of(document: Row) -> list[Goal]:
    """The goals of frontier.json."""
    return [goal_of(entry) for entry in document["goals"]]


def values_words(goals: Sequence[Goal], values: Sequence[float], travel_unit: str, language: Language = ENGLISH) -> str:
    """``dissimilarity of low-income students 0.123, students who change schools 10.0 %``."""
    return _values([(goal, amount(goal, value, travel_unit, language)) for goal, value in zip(goals, values, strict=True)], travel_unit, language)


def _values(said: Sequence[tuple[Goal, str]], travel_unit: str, language: Language) -> str:
    return ", ".join(_said("value", goal=goal_name(goal, travel_unit, language), value=value) for goal, value in said)


def goal_alone(goal: Goal, travel_unit: str, language: Language = ENGLISH) -> str:
    """What is solved for an end of the frontier."""
    return _said("alone", goal=goal_name(goal, travel_unit, language))


def spoken_values(document: Row, language: Language) -> list[Together]:
    """How each goal's values are written, anywhere on the page: those of all points, their ceilings and bounds, the ends and today."""
    goals, points = goals_of(document), document["points"]
    answers = [*points, *document["ends"], *filter(None, [document["today"]])]
    found = []
    for j, goal in enumerate(goals):
        cells = [answer["values"][j] for answer in answers if answer["values"] is not None]
        cells += [point["bound"] for point in points] if j == 0 else [point["ceilings"][j - 1] for point in points]
        found.append(together(cells, goal_kind(goal, document["travel_unit"]), language))
    return found


# -- steps and prices ------------------------------------------------------------------------------------------------


def slope_sentence(document: Row, slope: Row, language: Language = ENGLISH) -> str:
    """What a step between two points buys, in plans and in what is proven."""
    goals, unit = goals_of(document), document["travel_unit"]
    goal, write = goals[slope["goal"]], spoken_values(document, language)[slope["goal"]].with_unit
    size, words = step(goal, unit, language)

    def gain(key: str) -> str:
        return NOTHING if slope[key] is None else gained(goals[0], slope[key] * size, unit, language)

    low, high = (write(document["points"][slope[side] - 1]["ceilings"][slope["goal"] - 1]) for side in ("from", "to"))
    said = {
        "goal": capital(goal_name(goal, unit, language)),
        "where": _said("slope_to", low=low, high=high) + _other_ceilings(document, slope, language),
        "proven": "" if slope["bounds"] is None else _said("slope_bounds", gain=gain("bounds")),
    }
    first, other = (_plan_of(document, slope[side]) for side in ("from", "to"))
    if first == other:
        return _said("slope_same", from_point=slope["from"], to_point=slope["to"], **said)
    return _said("slope", step=words, found=gain("values"), first=goal_name(goals[0], unit, language), **said)


def _other_ceilings(document: Row, slope: Row, language: Language) -> str:
    """At which ceilings of the other goals a slope holds."""
    goals, ceilings, unit = goals_of(document), document["points"][slope["from"] - 1]["ceilings"], document["travel_unit"]
    write = spoken_values(document, language)
    others = [
        _said("at_most", goal=goal_name(goal, unit, language), value=write[j].with_unit(ceiling))
        for j, (goal, ceiling) in enumerate(zip(goals[1:], ceilings, strict=True), 1)
        if j != slope["goal"]
    ]
    return _said("slope_with", others=_and(others)) if others else ""


def _and(words: Sequence[str]) -> str:
    return _said("and", names=", ".join(words[:-1]), last=words[-1]) if len(words) > 1 else words[0]


def _plan_of(document: Row, number: int) -> int:
    """The first point that has the plan of a point."""
    same: int | None = document["points"][number - 1].get("same_plan_as")
    return number if same is None else same


def price_sentence(document: Row, price: Row, language: Language = ENGLISH) -> str:
    """What changing a rule by one step buys, as a sentence."""
    goal, unit = goals_of(document)[0], document["travel_unit"]
    buys = {"gain": gained(goal, abs(price["change"]), unit, language), "goal": goal_name(goal, unit, language)}
    if price["key"] == "rules.statement":
        return _said("price_finding", number=f"{price['value']:.0f}", **buys)
    if price["subject"]:
        return _said("price_school", school=price["name"] or price["subject"], now=f"{price['value']:,.0f}", **buys)
    is_raised = price["change"] < 0
    then = price["value"] + (price["step"] if is_raised else -price["step"])
    by = f"by_{unit}" if price["step"] == 1.0 else "by_ratio" if price["key"].endswith("ratio") else "by_point"
    ends = {"now": f"{price['value']:g}", "then": f"{then:g}"}
    return _said("price_raise" if is_raised else "price_lower", key=price["key"], step=_said(by), **ends, **buys)


def prices_part(console: Console, document: Row | None, language: Language = ENGLISH) -> None:
    """What the rules cost the first goal; `document` has its goals, the unit of travel and the prices."""
    if document is None:
        return
    unpriced = [str(number) for number in document.get("unpriced", ())]
    if document["prices"] or unpriced:
        heading(console, _said("prices_heading"))
        listed(console, "", [price_sentence(document, price, language) for price in document["prices"]])
        lines(console, *([_said("unpriced", findings=_and(unpriced))] if unpriced else []), _said("prices_note"))
    elif document["bound"] is None:
        heading(console, _said("prices_heading"))
        lines(console, _said("prices_unknown"))


# -- the page --------------------------------------------------------------------------------------------------------


def frontier_page(console: Console, document: Row, directory: Path, language: Language = ENGLISH) -> None:
    """The points as a table, what steps and rules buy, and where the files are."""
    names = [goal_name(goal, document["travel_unit"], language) for goal in goals_of(document)]
    title(console, _said("title", name=document["name"], goals=_and(names)))
    estimates(console, document)
    lines(console, *filter(None, [use_words(document["attributes"], language)]))
    _ends(console, document, language)
    if document["points"]:
        _points(console, document, language)
        steps = [slope_sentence(document, slope, language) for slope in document["slopes"] if slope["values"] is not None]
        if steps:
            heading(console, _said("steps_heading"))
            listed(console, "", steps)
    if document["prices"] is not None:
        prices_part(console, {**document, **document["prices"]}, language)
    for rejected in document["rejected"]:
        heading(console, _said("rejected_heading", answer=rejected["answer"]))
        listed(console, "", messages(rejected))
    remarks(console, document)
    files(console, directory, _said("took", seconds=f"{document['seconds']:.1f}"))


def _ends(console: Console, document: Row, language: Language) -> None:
    """Each goal alone."""
    heading(console, _said("ends_heading"))
    goals, unit, write = goals_of(document), document["travel_unit"], spoken_values(document, language)

    def values(some: Sequence[int], of: Sequence[float]) -> str:
        return _values([(goals[j], write[j].with_unit(of[j])) for j in some], unit, language)

    for end in document["ends"]:
        own = int(end["answer"].removeprefix("end-")) - 1
        if end["values"] is None:
            lines(console, _said("end_none", goal=capital(goal_name(goals[own], unit, language)), status=_said(end["status"])), mark="-")
            continue
        others = [j for j in range(len(goals)) if j != own]
        lines(console, _said("end", alone=capital(values([own], end["values"])), others=values(others, end["values"])), mark="-")
    if document["today"] is not None:
        key = "today" if document["today"]["passed"] else "today_broken"
        lines(console, _said(key, values=values(range(len(goals)), document["today"]["values"])), mark="-")


def _points(console: Console, document: Row, language: Language) -> None:
    goals, keys, write = goals_of(document), goal_keys(document["goals"]), spoken_values(document, language)
    gaps = together([point["gap"] for point in document["points"]], "percent", language)
    heading(console, _said("points_heading", goal=goal_name(goals[0], document["travel_unit"], language)))
    columns: list[Column] = [("", "right"), *((f"{key} ≤", "right") for key in keys[1:])]
    columns += [(keys[0], "right"), (_said("no_plan_below"), "right"), (_said("gap"), "right"), *((key, "right") for key in keys[1:]), ("", "left")]
    cells = []
    for point in document["points"]:
        reached = [said.with_unit(_value(point, j)) for j, said in enumerate(write)]
        ceilings = [said.with_unit(ceiling) for said, ceiling in zip(write[1:], point["ceilings"], strict=True)]
        bound, gap = write[0].with_unit(point["bound"]), gaps.text(point["gap"])
        status = _said(point["status"])
        status = status if point["same_plan_as"] is None else _said("same_plan", status=status, point=point["same_plan_as"])
        cells.append([str(point["point"]), *ceilings, reached[0], bound, gap, *reached[1:], status])
    table(console, columns, cells)
    lines(console, _said("rejected" if document["rejected"] else "sound"))


def why_not(document: Row) -> str:
    """Why there is no frontier, for stderr."""
    return _said("why_rejected" if document["rejected"] else "why_late")
