"""Options that several commands have."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from rezoning.district.plans.how import PlanReading
from rezoning.scenario.languages import LANGUAGES, Code

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Tongue = Annotated[
    Code | None, typer.Option("--language", metavar="|".join(LANGUAGES), help="Language of the pages; that of report.language when left out.")
]
Replace = Annotated[bool, typer.Option("--replace", help="Take the place of another scenario's results that stand in --out.")]


def with_language(settings: list[str] | None, language: Code | None) -> list[str]:
    """What was set, the language among it."""
    return [*(settings or []), *([f"report.language={language}"] if language is not None else [])]


class Rest(StrEnum):
    """What becomes of units that a plan file leaves out."""

    TODAY = "today"


READING: dict[str, Any] = {
    "column": Annotated[
        list[str] | None,
        typer.Option("--column", metavar="NAME", help="Column of the plan file that holds the school; repeated: one for each plan file."),
    ],
    "layer": Annotated[
        str | None, typer.Option("--layer", metavar="NAME", help="Layer of the plan file; of a zip file or a folder also the file in it.")
    ],
    "sheet": Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of the plan's workbook.")],
    "labels": Annotated[
        Path | None, typer.Option("--labels", metavar="FILE", help="Table with the columns label,school, for a plan that numbers its zones.")
    ],
    "rest": Annotated[
        Rest | None, typer.Option("--rest", metavar="today", help="Units that a plan file leaves out keep today's school; refused when left out.")
    ],
    "buildings": Annotated[
        Path | None,
        typer.Option("--buildings", metavar="FILE", help="Table of who has which grades, of a plan that pairs schools: buildings.csv."),
    ],
}
"""What a user can say of plan files: a key of `PlanReading` each, the column's several."""


def reads_plans(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say how plan files are read; it has them as one, its parameter `how`."""
    own = inspect.signature(command, eval_str=True)
    kept = [parameter for name, parameter in own.parameters.items() if name != "how"]
    added = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind) for name, kind in READING.items()]

    @functools.wraps(command)
    def with_how(*args: Any, **options: Any) -> None:
        said = {name: options.pop(name) for name in READING}
        if said["rest"] is not None:
            said["rest"] = said["rest"].value
        columns = said.pop("column") or []
        several = {"columns": tuple(columns)} if len(columns) > 1 else {"column": next(iter(columns), None)}
        command(*args, **options, how=PlanReading(**several, **said))

    asked = own.replace(parameters=[*kept, *added])
    with_how.__signature__ = asked  # type: ignore[attr-defined]
    with_how.__annotations__ = {name: parameter.annotation for name, parameter in asked.parameters.items()}
    return with_how
