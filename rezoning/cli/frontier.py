"""`rezoning frontier`: the trade between two or three goals, point by point."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import guarded, interruptible, say
from rezoning.cli.options import Json, Replace
from rezoning.cli.result import put, put_json, stream

if TYPE_CHECKING:
    from rezoning.commands.frontier import Frontier
    from rezoning.optimize.result import Watcher


def frontier(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file (YAML).")],
    goals: Annotated[str, typer.Option("--goals", metavar="A,B[,C]", help="Goals by name: dissimilarity:low_income,reassigned.")],
    points: Annotated[
        int | None,
        typer.Option("--points", min=2, max=200, metavar="N", help="Ceilings along each axis; 10, with three goals 4.", show_default=False),
    ] = None,
    total: Annotated[
        float | None,
        typer.Option(
            "--time-limit-total", min=0.1, metavar="SECONDS", show_default=False, help="For all points together; else solve.time_limit for each."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Directory; one that holds points of the same question is gone on with.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over the file: solve.time_limit=60. May be repeated.")
    ] = None,
    replace: Replace = False,
    as_json: Json = False,
    is_quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are; no progress, no summary.")] = False,
) -> None:
    """Trace the frontier between two or three goals.

    The first goal is made as small as it can be below ceilings on the others; the ceilings go in even steps from the least possible to what the
    first goal alone needs. Every point has a proven bound and an audited plan. Finished points are kept: the same command goes on where it was
    stopped.

    Files: frontier.csv, frontier.json, frontier.png and .svg, plans/, in runs/<name>-frontier-<hash>/ unless --out.

    Exit codes: 0 done, 2 another question's results are there, 3 bad scenario or data, 4 no plan exists under the rules,
    5 limit reached without a plan, 7 the audit rejected a plan, 130 interrupted (finished points are kept).
    """

    def trace(watcher: Watcher, stop: threading.Event) -> Frontier:
        from rezoning.commands import frontier as tradeoff
        from rezoning.commands.frontier.goals import named

        return tradeoff.frontier(
            scenario, named(goals), out, points=points, seconds=total, overrides=settings or [], replace=replace, watcher=watcher, stop=stop
        )

    guarded(lambda: _frontier(trace, as_json, is_quiet), as_json, is_quiet=is_quiet)


def _frontier(trace: Callable[[Watcher, threading.Event], Frontier], as_json: bool, is_quiet: bool) -> int:
    from rezoning.cli.progress import board

    with board(is_quiet) as shown:
        found = interruptible(lambda stop: trace(shown, stop), shown.tick)
    _report(found, as_json, is_quiet)
    return found.exit_code


def _report(found: Frontier, as_json: bool, is_quiet: bool) -> None:
    from rezoning.report.frontier import frontier_page, why_not
    from rezoning.report.language import english_of
    from rezoning.report.screen import screen
    from rezoning.runs.names import shown_path

    if as_json:
        put_json({**found.document, "directory": str(found.directory)})
    elif is_quiet:
        put(f"{shown_path(found.directory)}\n")
    else:
        frontier_page(screen(stream()), found.document, found.directory, english_of(found.report))
    if found.exit_code == 130:
        say("Interrupted; finished points are kept. The same command goes on from here.")
    elif found.exit_code:
        say(why_not(found.document))
