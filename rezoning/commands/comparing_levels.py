"""Plans of several levels beside each other: the table of each level, and what is of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.publishing_levels import LEVEL, read_levels
from rezoning.runs.files import put
from rezoning.runs.option import Option
from rezoning.scenario.levels import each_level
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District

Table = Callable[[Scenario, "District", Sequence[Option]], dict[str, Any]]


def levels_comparison(scenario: Scenario, district: District, options: Sequence[Option], table: Table, whole: dict[str, Any]) -> dict[str, Any]:
    """The document of all levels: ``levels`` holds that of each, and ``rows`` goals of no single level and measures of feeders.

    Parameters
    ----------
    table
        Makes the document of an ordinary scenario.
    whole
        The document of all levels but for its rows.
    """
    levels = {
        name: table(own, district.levels[name], [option.levels[name] for option in options]) for name, own in each_level(scenario).items()
    }
    first = options[0]
    columns = {
        **({"today": dict(_rows(first, "today"))} if first.feeders is not None and first.feeders["today"] is not None else {}),
        **{option.key: dict(_rows(option, "plan")) for option in options},
    }
    keys = list(dict.fromkeys(key for values in columns.values() for key in values))
    rows = [{"measure": key, **{name: values.get(key) for name, values in columns.items()}} for key in keys]
    return {**whole, "columns": list(columns), "rows": rows, "levels": levels}


def level_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of compare.csv: those of all levels first, without one, then those of each."""
    found = [{LEVEL: "", **row} for row in document["rows"]]
    found += [{LEVEL: name, **row} for name, one in document["levels"].items() for row in one["rows"]]
    columns = list(dict.fromkeys(key for row in found for key in row))
    return [{key: row.get(key) for key in columns} for row in found]


def put_levels(directory: Path, options: Sequence[Option]) -> None:
    """Page, workbook and changed units of all levels, with what may be shown.

    Raises
    ------
    DataError
        Where small numbers could be worked out whatever is hidden.
    """
    from rezoning.report.comparing import changed_units, comparison_page, write_workbooks
    from rezoning.report.levels.page import joined_page
    from rezoning.runs.tables import public_csv

    book, language = read_levels(options)
    pages = {name: comparison_page(one, language) for name, one in book.books.items()}
    put(directory / "compare.html", joined_page(book, pages, language, ""))
    write_workbooks(book, directory / "compare.xlsx", language)
    put(directory / "changes.csv", public_csv([{LEVEL: name, **row} for name, one in book.books.items() for row in changed_units(one)]))


def _rows(option: Option, side: str) -> Iterator[tuple[str, Any]]:
    key = "today" if side == "today" else "value"
    for i, (goal, entry) in enumerate(zip(option.scenario.goals, option.goals, strict=False)):
        if goal.level is None:
            yield f"goal {i + 1}: {goal.minimize}" + (f" of {goal.group}" if goal.group else ""), entry[key]
    broken = option.audit_today if side == "today" else option.audit
    yield "rules_broken", None if broken is None else len(broken.violations)
    for one in (option.feeders or {}).get(side) or ():
        said = f"{one['from']} to {one['to']}, {one['count']} students of {one['of']} schools"
        for name in ("split_feeders", "small_feeds", "small_feeders", "feeder_change"):
            yield f"{name}[{said}]", one[name]
