"""`rezoning pack`: a run as one archive, once it is understood what leaves the house with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import USAGE, guarded, say, say_problems
from rezoning.cli.options import Json
from rezoning.cli.result import put, put_json
from rezoning.errors import Problem

if TYPE_CHECKING:
    from rezoning.commands.packing import Prepared

YES = ("y", "yes")


def pack(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The directory of a run.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.zip", help="The archive; <run>.zip beside the run when left out.")] = None,
    without_inputs: Annotated[bool, typer.Option("--without-inputs", help="Leave the files out; only their fingerprints go with the run.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Counts of students may leave the house: do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Pack a run and the files that it was made from into one archive, to be moved and mailed.

    Every command that takes a run takes the archive too, report and evaluate, verify and replay. Unpacked anywhere it is a run directory like
    any other, and its scenario.yaml runs from there. The same run gives the same bytes.

    Counts of students by unit are in it, also without the inputs, for the plan has them: what is told is listed, and asked on a terminal.

    Exit codes: 0 done, 2 no yes or a place that cannot be written, 3 a run that cannot be read or a file that is nowhere.
    """
    guarded(lambda: _pack(run, out, not without_inputs, yes, as_json), as_json)


def _pack(run: Path, out: Path | None, with_inputs: bool, yes: bool, as_json: bool) -> int:
    from rezoning.commands.packing import prepare, write_packed
    from rezoning.report.moving import told_lines
    from rezoning.runs.names import shown_path

    prepared = prepare(run, out, with_inputs=with_inputs)
    for line in told_lines(vars(prepared.told), has_inputs=prepared.has_inputs):
        say(line)
    if not yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return say_problems("needs a yes", USAGE, [_unasked(prepared)], as_json)
        say("Write it? [y/N]")
        if sys.stdin.readline().strip().casefold() not in YES:
            return say_problems("not written", USAGE, [Problem(str(prepared.out), "was not wanted.")], as_json)
    packed = write_packed(prepared)
    put_json(packed.to_dict()) if as_json else put(f"{shown_path(packed.path)}\n")
    for note in packed.notes:
        say(note)
    return 0


def _unasked(prepared: Prepared) -> Problem:
    return Problem(
        str(prepared.out), "would hold counts of students by unit, and nobody can be asked here.", "Add --yes where they may leave the house."
    )
