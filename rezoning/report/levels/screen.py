"""Plans of several levels beside each other on a terminal: what is between the levels, then the table of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import together
from rezoning.report.goal_words import goal_name
from rezoning.report.language import Language, capital, english, english_of
from rezoning.report.plans_table import comparison_page
from rezoning.report.screen import Column, Row, files, table, title
from rezoning.scenario.goals import Goal
from rezoning.scenario.levels import each_level

if TYPE_CHECKING:
    from rezoning.runs.option import Option
    from rezoning.scenario.schema import Scenario

_said = english("terminal")
OF_FEEDS = ("split_feeders", "small_feeders", "feeder_change")


def levels_comparison(
    console: Console, scenario: Scenario, document: Row, options: Sequence[Option], directory: Path | None, *, shows_all: bool = False
) -> None:
    """Goals of no single level and measures of feeders, then each level's table under its name."""
    language = english_of(scenario.report)
    title(console, _said("beside", name=document["name"]))
    keys = list(document["columns"])
    people = {option.key: option.name for option in options}
    heads: list[Column] = [(_said("measure"), "left"), *((people.get(key) or _said(f"column_{key}"), "right") for key in keys)]
    console.print()
    table(console, heads, [[name, *cells] for name, cells in _rows(scenario, document, options, keys, language)])
    for name, own in each_level(scenario).items():
        console.print()
        one = {**document["levels"][name], "name": f"{document['name']}, {name}"}
        comparison_page(console, own, one, [option.levels[name] for option in options], None, shows_all=shows_all)
    if directory is not None:
        files(console, directory)


def _rows(scenario: Scenario, document: Row, options: Sequence[Option], keys: Sequence[str], language: Language) -> Iterator[tuple[str, list[str]]]:
    said = {row["measure"]: [row.get(key) for key in keys] for row in document["rows"]}
    unit = options[0].district.travel_unit
    for i, goal in enumerate(scenario.goals):
        if goal.level is None:
            values = next(cells for measure, cells in said.items() if measure.startswith(f"goal {i + 1}: "))
            yield _said("goal", number=i + 1, name=goal_name(goal, unit, language)), _written(goal, values, unit, language)
    yield _said("rules_broken"), ["" if value is None else f"{value:,}" for value in said["rules_broken"]]
    for k, asked in enumerate((options[0].feeders or {})["plan"]):
        sides = [_side(options, key)[k] if _side(options, key) else {} for key in keys]
        for name in OF_FEEDS:
            if name != "small_feeders" or asked["min_share"] is not None:
                goal = Goal.model_validate(
                    {"minimize": name, "from": asked["from"], "to": asked["to"], "count": asked["count"]}
                    | ({} if name == "feeder_change" else {"of": asked["of"]})
                    | ({"min_share": asked["min_share"]} if name == "small_feeders" else {})
                )
                yield capital(goal_name(goal, unit, language)), _written(goal, [side.get(name) for side in sides], unit, language)


def _side(options: Sequence[Option], key: str) -> list[dict[str, Any]]:
    found = options[0].feeders if key == "today" else next(option.feeders for option in options if option.key == key)
    return list((found or {}).get("today" if key == "today" else "plan") or [])


def _written(goal: Goal, values: Sequence[float | None], unit: str, language: Language) -> list[str]:
    said = together(list(values), goal_kind(goal, unit), language)
    return [said.with_unit(value) for value in values]
