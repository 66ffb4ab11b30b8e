"""`rezoning sweep`: many questions from one file, each solved once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import guarded, interruptible, say
from rezoning.cli.options import Json
from rezoning.cli.result import put, put_json, stream

if TYPE_CHECKING:
    from rezoning.commands.sweep import SweepOutcome


def sweep(
    file: Annotated[Path, typer.Argument(metavar="SWEEP", help="The sweep file (YAML).")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Directory; points that it holds are not solved again.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, metavar="N", help="Points at a time; as many as cores when left out.", show_default=False)
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="A Dask cluster whose workers see DIR.", show_default=False)
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Solve again what failed before.")] = False,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="List the points and how long they may take; solve nothing.")] = False,
    only: Annotated[
        str | None, typer.Option("--only", metavar="I/N", help="Solve the I-th of N parts and gather nothing: for several machines on one disk.")
    ] = None,
    slurm: Annotated[
        int | None, typer.Option("--slurm", min=1, metavar="N", help="Print a Slurm script with an array of N tasks instead.", show_default=False)
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over file and scenarios: solve.time_limit=10. May be repeated.")
    ] = None,
    as_json: Json = False,
    is_quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are; no progress, no summary.")] = False,
) -> None:
    """Solve every point of a sweep: scenarios, each with a grid, a list or a sample of settings.

    Each point is a run directory named by what it asks; a point that is there is not solved again, so a sweep that was stopped, killed or changed
    goes on. A worker that dies costs nothing; failures are kept with their reason, and --retry tries them again.

    Files: sweep.csv, sweep.parquet, sweep.json, sweep.html, runs/, failed/, in runs/<name>-sweep/ unless --out.

    Exit codes: 0 every point was answered (that no plan exists is an answer), else that of the gravest point: 7 the audit rejected a plan, 1 a worker
    broke, 3 bad scenario or data, 2 not written, 5 a limit came before a plan. 130 interrupted: what ended is kept and gathered.
    """
    part = _part(only)

    def work() -> int:
        if slurm is not None:
            return _slurm(file, slurm, out, workers, settings or [], as_json)
        if is_dry:
            return _dry(file, out, workers, part, retry, settings or [], as_json)
        return _sweep(file, out, workers, scheduler, retry, part, settings or [], as_json, is_quiet)

    guarded(work, as_json, is_quiet=is_quiet)


def _part(only: str | None) -> tuple[int, int] | None:
    if only is None:
        return None
    number, _, count = only.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise typer.BadParameter(f"'{only}' is no part; write 3/20 for the third of twenty.", param_hint="--only")
    return int(number), int(count)


def _slurm(file: Path, parts: int, out: Path | None, workers: int | None, settings: list[str], as_json: bool) -> int:
    from rezoning.commands.sweep.slurm import slurm_script

    script = slurm_script(file, parts, out, cores=workers or 1, overrides=settings)
    put_json({"script": script}) if as_json else put(script)
    return 0


def _dry(file: Path, out: Path | None, workers: int | None, part: tuple[int, int] | None, retry: bool, settings: list[str], as_json: bool) -> int:
    from rezoning.commands.sweep.planned import planned
    from rezoning.report.screen import screen
    from rezoning.report.sweep.screen import planned_page

    document = planned(file, out, workers=workers, only=part, retry=retry, overrides=settings)
    if as_json:
        put_json(document)
    else:
        planned_page(screen(stream()), document)
    return 0


def _sweep(
    file: Path, out: Path | None, workers: int | None, scheduler: str | None, retry: bool, part: tuple[int, int] | None, settings: list[str],
    as_json: bool, is_quiet: bool,
) -> int:  # fmt: skip
    from rezoning.cli.counted import Counted
    from rezoning.cli.progress import drawn
    from rezoning.commands import sweep as sweeps

    def work(stop: threading.Event) -> SweepOutcome:
        return sweeps.sweep(
            file, out, workers=workers, scheduler=scheduler, retry=retry, only=part, overrides=settings, watcher=shown.hear, stop=stop
        )

    with drawn(Counted(is_quiet), is_quiet) as shown:
        outcome = interruptible(work, shown.tick)
    _report(outcome, as_json, is_quiet)
    return outcome.exit_code


def _report(outcome: SweepOutcome, as_json: bool, is_quiet: bool) -> None:
    from rezoning.report.screen import screen
    from rezoning.report.sweep.screen import sweep_screen
    from rezoning.runs.names import shown_path

    if as_json:
        put_json({**outcome.document, "directory": str(outcome.directory)})
    elif is_quiet:
        put(f"{shown_path(outcome.directory)}\n")
    else:
        sweep_screen(screen(stream()), outcome.document, outcome.directory)
    if outcome.exit_code == 130:
        say("Interrupted; points that ended are kept. The same command goes on from here.")
