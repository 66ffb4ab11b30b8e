"""The command `diagnose`: what a board asks of today's zones first."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import guarded, interruptible, say
from rezoning.cli.options import Json, Replace, Tongue, with_language
from rezoning.cli.result import put_json, stream

if TYPE_CHECKING:
    from rezoning.commands.diagnosis import Diagnosed


def diagnose_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file (YAML); it needs today's zones.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Directory for the page and the numbers; <scenario>-diagnosis when left out.")
    ] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over the file. May be repeated.")] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0, help="How long it may look for what no zones go below; 30 when left out, 0: not at all.")
    ] = None,
    language: Tongue = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Look at today's zones, without seeking others: crowding, unequal neighbors, islands, long ways, and what zones could change.

    Files: diagnosis.html (one page, hides numbers of few students), diagnosis.json (every number, not for publication).

    Exit codes: 0 done, 3 bad scenario or data, or no zones of today, 130 interrupted (written with the floors proven so far).
    """
    guarded(lambda: _diagnose(scenario, out, with_language(settings, language), seconds, replace=replace, as_json=as_json), as_json)


def _diagnose(path: Path, out: Path | None, settings: list[str], seconds: float | None, *, replace: bool, as_json: bool) -> int:
    from rezoning.commands.diagnosis import diagnose, for_planners, place_of
    from rezoning.commands.run import read_scenario
    from rezoning.report.diagnosis import diagnosis_screen
    from rezoning.report.screen import screen

    scenario = read_scenario(path, settings)
    place = place_of(scenario, out, replace=replace)

    def work(stop: threading.Event) -> Diagnosed:
        return diagnose(scenario, place, seconds=seconds, replace=replace, stop=stop)

    found = interruptible(work, lambda: None)
    page = "hides numbers of few students" if found.refused is None else f"is not written, for it cannot be shown safely ({found.refused})"
    if as_json:
        put_json({**found.record, "directory": str(place)})
    else:
        diagnosis_screen(screen(stream()), for_planners(found), found.record, place)
    say(f"diagnosis.html {page}; diagnosis.json holds all, not for publication.")
    return int(found.record["exit_code"])
