"""`rezoning bench`: which solver and settings serve a district best."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import guarded, interruptible, say
from rezoning.cli.options import Json
from rezoning.cli.result import put, put_json, stream

if TYPE_CHECKING:
    from rezoning.commands.benching.steps import BenchOutcome


def bench(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario files (YAML).")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--settings", metavar="NAME|FILE", help="A setting by name, or a TOML file; may be repeated. Those below when left out."),
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, metavar="SECONDS", help="Time limit of each solve.")] = 20.0,
    seeds: Annotated[int, typer.Option("--seeds", min=1, metavar="N", help="Runs of each setting on each scenario.")] = 3,
    workers: Annotated[int, typer.Option("--workers", min=1, metavar="N", help="Runs at a time, each with one thread.")] = 1,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Directory; runs that it holds are not made again.")] = None,
    as_json: Json = False,
    is_quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are; no progress, no summary.")] = False,
) -> None:
    """Find out which solver and settings serve some scenarios best.

    Every scenario, setting and seed is a run of its own with one thread, asked for the first goal alone. Nothing else should run on the machine
    meanwhile. Settings: default, highs, cbc, no-separators, flow, search-off, tree-off; also cold-start, no-neighborhoods, closer-neighbor and
    no-contiguity, or a TOML file (about = "...", then [solve] or [rules] with keys of the scenario). Those whose solver is not here are left out.
    The same command goes on where it was stopped.

    Files: bench.html, bench.csv, bench.json, runs/, failed/, in runs/<name>-bench/ unless --out.

    Exit codes: 0 done, 2 not written, 3 bad scenario, data or setting, 130 interrupted: what ended is kept and compared.
    """
    guarded(lambda: _bench(scenarios, settings, seconds, seeds, workers, out, as_json, is_quiet), as_json, is_quiet=is_quiet)


def _bench(
    scenarios: list[Path], settings: list[str] | None, seconds: float, seeds: int, workers: int, out: Path | None, as_json: bool, is_quiet: bool
) -> int:
    from rezoning.cli.counted import Counted
    from rezoning.cli.progress import drawn
    from rezoning.commands.benching import steps
    from rezoning.commands.benching.settings import USUAL

    def work(stop: threading.Event) -> BenchOutcome:
        return steps.bench(scenarios, out, settings=settings or USUAL, seconds=seconds, seeds=seeds, workers=workers, watcher=shown.hear, stop=stop)

    with drawn(Counted(is_quiet), is_quiet) as shown:
        outcome = interruptible(work, shown.tick)
    _report(outcome, as_json, is_quiet)
    return outcome.exit_code


def _report(outcome: BenchOutcome, as_json: bool, is_quiet: bool) -> None:
    from rezoning.report.benching.screen import bench_screen
    from rezoning.report.screen import screen
    from rezoning.runs.names import shown_path

    if as_json:
        put_json({**outcome.document, "directory": str(outcome.directory)})
    elif is_quiet:
        put(f"{shown_path(outcome.directory)}\n")
    else:
        bench_screen(screen(stream()), outcome.comparison, outcome.document, outcome.directory)
    if outcome.exit_code == 130:
        say("Interrupted; runs that ended are kept. The same command goes on from here.")
