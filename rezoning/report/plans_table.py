"""Plans beside each other on a terminal: a dozen measures that people ask for first, goals before them; or every number of metrics.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from rezoning.metrics.measure import long_ride
from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.goals import GOALS, goal_kind
from rezoning.report.catalogue.kinds import given, settled, together
from rezoning.report.catalogue.measures import GROUP, MEASURES, OPTIONS, Measure
from rezoning.report.catalogue.rows import Scope, rows_of_measures, several_in
from rezoning.report.crowding import limit_words
from rezoning.report.feeder_words import feeder_rows, feeders_title
from rezoning.report.goal_words import goal_name
from rezoning.report.language import NOTHING, Language, capital, english, english_of
from rezoning.report.screen import Column, Row, estimates, files, heading, lines, remarks, table, title

if TYPE_CHECKING:
    from rezoning.runs.option import Option
    from rezoning.scenario.schema import Scenario

_said = english("terminal")
BY_GROUP = ("reassigned_by_group", GROUP)
"""Asked for first too, on a terminal: a page has it among its charts."""

Line = tuple[str, Mapping[str, str]]
"""A row: what it is called, and what stands in each column."""


def comparison_page(
    console: Console, scenario: Scenario, document: Row, options: Sequence[Option], directory: Path | None, *, shows_all: bool = False
) -> None:
    """One table, plans as columns, today first; as many columns beside each other as fit, then the next ones below."""
    language = english_of(scenario.report)
    title(console, _said("beside", name=document["name"]))
    estimates(console, document)
    people = {option.key: option.name for option in options}
    names = {key: people.get(key) or _said(f"column_{key}") for key in document["columns"]}
    parts = _parts(scenario, document, options, language, shows_all=shows_all)
    room = min(max(len(name) for _, shown in parts for name, _ in shown), int(0.45 * console.width))
    for head, shown in parts:
        if head:
            heading(console, head)
        _tables(console, names, shown, console.width - room - 4)
    if not shows_all:
        lines(console, _said("more_measures"))
    remarks(console, document)
    if directory is not None:
        files(console, directory)


def _parts(scenario: Scenario, document: Row, options: Sequence[Option], language: Language, *, shows_all: bool) -> list[tuple[str, list[Line]]]:
    """What stands in one table, with its heading: all of it; with several levels the goals, every level, and who feeds whom."""
    lines_of = _all if shows_all else first_lines
    if not options[0].levels:
        return [("", lines_of(scenario, document, options, language))]
    parts = [("", _asked(scenario, document, language))]
    for name in options[0].levels:
        own = [option.levels[name] for option in options]
        of_level = {**document, "rows": [], "travel": document["levels"][name]["travel"]}
        asked = own[0].scenario.model_copy(update={"goals": ()})
        wanted = MEASURES if shows_all else _first()
        groups = tuple(asked.data.groups) if shows_all else _main_groups(own[0].scenario)
        rows = [line for _, _, line in _measured(wanted, own, _scope(asked, of_level, own, language, groups))]
        parts.append((_said("level", level=name), [(said, {key: cells.get(key, NOTHING) for key in document["columns"]}) for said, cells in rows]))
    return [*parts, *_feeders(document, options, language)]


def _feeders(document: Row, options: Sequence[Option], language: Language) -> list[tuple[str, list[Line]]]:
    """Who feeds whom today and in every plan."""
    sides = {"today": (options[0].feeders or {}).get("today"), **{option.key: (option.feeders or {}).get("plan") for option in options}}
    known = {key: entries for key, entries in sides.items() if entries and key in document["columns"]}
    found: list[tuple[str, list[Line]]] = []
    for k, entry in enumerate(known.get(options[0].key, ())):
        rows = feeder_rows([entries[k] for entries in known.values()], language)
        cells: list[Line] = [(row[0], dict.fromkeys(document["columns"], NOTHING) | dict(zip(known, row[1:], strict=True))) for row in rows]
        found.append((feeders_title(entry, language), cells))
    return found


def _tables(console: Console, names: Mapping[str, str], shown: Sequence[Line], room: int) -> None:
    for block in _blocks({key: [names[key], *(cells[key] for _, cells in shown)] for key in names}, room):
        heads: list[Column] = [(_said("measure"), "left"), *((names[key], "right") for key in block)]
        console.print()
        table(console, heads, [[said, *(cells[key] for key in block)] for said, cells in shown])


def _blocks(cells: Mapping[str, Sequence[str]], room: int) -> Iterator[list[str]]:
    """Names of the columns that stand beside each other; at least one, however wide."""
    block: list[str] = []
    left = room
    for name, column in cells.items():
        width = max(map(len, column)) + 2
        if block and width > left:
            yield block
            block, left = [], room
        block.append(name)
        left -= width
    yield block


# -- rows ------------------------------------------------------------------------------------------------------------


def first_lines(scenario: Scenario, document: Row, options: Sequence[Option], language: Language) -> list[Line]:
    """Goals, broken rules, and the measures that boards compare first; of groups those that goals and bands are about."""
    is_goal = {(GOALS[goal.minimize].measure, goal.group) for goal in scenario.goals if GOALS[goal.minimize].equals and goal.versus is None}
    rows = _measured(_first(), options, _scope(scenario, document, options, language, _main_groups(scenario)))
    return [*_asked(scenario, document, language), *(line for path, group, line in rows if (path[0], group) not in is_goal)]


def _first() -> list[Measure]:
    """The measures that are asked for first."""
    return [measure for measure in MEASURES if OPTIONS in measure.sections or measure.path == BY_GROUP]


def _all(scenario: Scenario, document: Row, options: Sequence[Option], language: Language) -> list[Line]:
    """The same, then all others, under the name that metrics.json has for them where people have none."""
    scope = _scope(scenario, document, options, language, tuple(scenario.data.groups))
    found = list(_measured(MEASURES, options, scope))
    known = {".".join(path) for path, _, _ in found}
    asked = _asked(scenario, document, language)
    rest = [row for row in document["rows"][len(asked) :] if _path(row) not in known and not row["measure"].startswith("pieces[")]
    return [*asked, *(line for _, _, line in found), *((row["measure"], _plain(row, document["columns"])) for row in rest)]


def _asked(scenario: Scenario, document: Row, language: Language) -> list[Line]:
    """The goals, and how often rules are broken: the first rows of compare.json."""
    unit, columns = _unit(document), document["columns"]
    found: list[Line] = []
    for i, (goal, row) in enumerate(zip(scenario.goals, document["rows"], strict=False), 1):
        said = together([row[key] for key in columns], goal_kind(goal, unit), language)
        found.append((_said("goal", number=i, name=goal_name(goal, unit, language)), {key: said.with_unit(row[key]) for key in columns}))
    row = document["rows"][len(scenario.goals)]
    said = together([row[key] for key in columns], "count", language)
    return [*found, (_said("rules_broken"), {key: said.text(row[key]) for key in columns})]


def _measured(wanted: Sequence[Measure], options: Sequence[Option], scope: Scope) -> Iterator[tuple[tuple[str, ...], str | None, Line]]:
    """Rows of measures with their paths and groups."""
    columns = _columns(options)
    for row in rows_of_measures(wanted, columns, scope):
        yield tuple(row.key.split(".")), row.group, (capital(row.label), {side.key: row.with_unit(side.key) for side in columns})


def _columns(options: Sequence[Option]) -> list[Side]:
    first = options[0].metrics
    ends = {key: Side(key, key, key, first[key]) for key in ("today", "nearest") if first[key] is not None}
    plans = [Side(option.key, option.name, option.name, option.metrics["plan"]) for option in options]
    return [*filter(None, [ends.get("today")]), *plans, *filter(None, [ends.get("nearest")])]


def _scope(scenario: Scenario, document: Row, options: Sequence[Option], language: Language, groups: Sequence[str]) -> Scope:
    """What the rows are about: everything that some plan has numbers of."""
    several = several_in([option.metrics["plan"] for option in options], groups, language)
    over = long_ride(scenario)
    words = {"allowed": limit_words(scenario, language), "over": "" if over is None else given(over, settled("travel", _unit(document)), language)}
    return Scope(language, _unit(document), several, words)


def _main_groups(scenario: Scenario) -> tuple[str, ...]:
    """The groups that goals and bands are about, else the first."""
    asked = {name for goal in scenario.goals for name in (goal.group, goal.versus, *(goal.groups or ()))} | {
        band.group for band in scenario.rules.bands
    }
    found = tuple(name for name in scenario.data.groups if name in asked)
    return found or tuple(scenario.data.groups)[:1]


def _unit(document: Row) -> str:
    return document["travel"]["unit"] if document["travel"] else "min"


def _path(row: Row) -> str:
    """The place of a row's number in metrics.json, as keys of rows have it."""
    return ".".join(row["measure"].rstrip("]").replace("[", ", ").split(", "))


def _plain(row: Row, columns: Sequence[str]) -> dict[str, str]:
    return {key: _number(row[key]) for key in columns}


def _number(value: Cell) -> str:
    """Any number, with as many digits as it takes."""
    return f"{value:,.6g}" if is_number(value) else NOTHING
