"""`rezoning replay`: a run once more, and whether its plan comes again."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import guarded, interruptible
from rezoning.cli.options import Json, Replace
from rezoning.cli.result import put_json, stream

if TYPE_CHECKING:
    from rezoning.commands.replaying import Replayed


def replay(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The directory of a run, or an archive of one.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Keep the second run here; written whole or not at all.")] = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Solve a run again with its inputs, seed, threads and settings: the same plan byte for byte, or what changed.

    A plan comes again for sure where one thread found it and no clock decided anything (solve.cycles); else it may.

    Exit codes: 0 the same plan, 6 another plan, which the audit has accepted; else those of run.
    """
    guarded(lambda: _replay(run, out, replace, as_json), as_json)


def _replay(path: Path, out: Path | None, replace: bool, as_json: bool) -> int:
    from rezoning.cli.progress import board
    from rezoning.commands.replaying import replay
    from rezoning.report.moving import replayed_screen
    from rezoning.report.screen import screen

    def work(stop: threading.Event) -> Replayed:
        return replay(path, out, replace=replace, watcher=shown, stop=stop)

    with board(False) as shown:
        found = interruptible(work, shown.tick)
    if as_json:
        put_json(found.to_dict())
    else:
        replayed_screen(screen(stream()), found.to_dict())
    return found.exit_code
