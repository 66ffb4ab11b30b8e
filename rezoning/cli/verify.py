"""`rezoning verify`: the audit of a run alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rezoning.cli.guard import guarded
from rezoning.cli.options import Json
from rezoning.cli.result import put_json, stream


def verify(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The directory of a run, or an archive of one.")],
    as_json: Json = False,
) -> None:
    """Audit a run anew, without a solver: inputs, plan, rules, goals and measures held against what its record says.

    Exit codes: 0 all agrees, 3 it is no run, or its inputs are nowhere, 7 something differs; every difference is said.
    """
    guarded(lambda: _verify(run, as_json), as_json)


def _verify(run: Path, as_json: bool) -> int:
    from rezoning.commands.verifying import verify
    from rezoning.report.moving import verified_screen
    from rezoning.report.screen import screen

    found = verify(run)
    if as_json:
        put_json(found.to_dict())
    else:
        verified_screen(screen(stream()), found.to_dict())
    return found.exit_code
