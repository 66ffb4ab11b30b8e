"""`rezoning travel`: what there is to know of tables of travel before anyone trusts them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rezoning.cli.guard import guarded
from rezoning.cli.options import Json, Replace
from rezoning.cli.result import put_json, stream

travel = typer.Typer(help="Compare travel from different sources.", no_args_is_help=True, rich_markup_mode=None)


@travel.callback()
def _root() -> None:
    pass


@travel.command()
def compare(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file (YAML): A.")],
    other: Annotated[
        Path,
        typer.Argument(metavar="OTHER", help="B: another scenario of the same units and schools, a table of travel, or straight_line."),
    ],
    measure: Annotated[str | None, typer.Option("--measure", metavar="UNIT", help="Unit of a table: minutes, seconds, meters, kilometers …")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Directory for page and tables; written whole or not at all.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over SCENARIO. May be repeated.")] = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Compare the travel of a scenario with travel from another source.

    How much longer or shorter trips are, whether long trips are long in both, whether a unit's nearest school is the same, and where they differ
    most; in numbers, by school and unit, and with --out as a page with a map.

    Files of --out: travels.html, travels.json, units.csv, schools.csv.

    Exit codes: 0 done, 3 bad scenario or data, or other units, schools or measures.
    """
    guarded(lambda: _compare(scenario, other, measure, out, settings or [], replace=replace, as_json=as_json), as_json)


def _compare(scenario: Path, other: Path, measure: str | None, out: Path | None, settings: list[str], *, replace: bool, as_json: bool) -> int:
    from rezoning.commands.travels import compare_travels, write_travels
    from rezoning.report.screen import screen
    from rezoning.report.travels import travels_screen
    from rezoning.runs.directory import TRAVELS, check_place

    if out is not None:
        check_place(out, TRAVELS, replace=True)
    compared = compare_travels(scenario, other, measure, settings)
    if out is not None:
        write_travels(out, compared, replace=replace)
    if as_json:
        put_json(compared.document)
    else:
        travels_screen(screen(stream()), compared.document, out)
    return 0
