"""The command `explain`: why no plan exists, and what would let one exist."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import guarded, interruptible
from rezoning.cli.options import Json, Replace
from rezoning.cli.result import put_json, stream

if TYPE_CHECKING:
    from rezoning.explaining import Explanation


def explain_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file (YAML).")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Directory for explanation.json and, for each relaxation, a scenario to run.")
    ] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over the file. May be repeated.")] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", min=1, help="How long it may take, reading not counted; 40 when left out.")] = None,
    with_prices: Annotated[
        bool, typer.Option("--prices", help="Where a plan exists: what each rule, and each finding in rules.statement, costs the first goal.")
    ] = False,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Say why no plan exists: the smallest relaxations that let one exist, in words.

    Also which rules conflict, and what today's zones break. Exits 0 when the explanation was made, also where a plan exists,
    and 3 for a bad scenario or bad data.
    """
    guarded(lambda: _explain(scenario, out, settings or [], seconds, replace=replace, as_json=as_json, with_prices=with_prices), as_json)


def _explain(path: Path, out: Path | None, settings: list[str], seconds: float | None, *, replace: bool, as_json: bool, with_prices: bool) -> int:
    from rezoning.commands.explanation import explain
    from rezoning.commands.run import read_scenario
    from rezoning.report.explanation import explanation_page
    from rezoning.report.language import english_of
    from rezoning.report.screen import lines, screen
    from rezoning.runs.names import shown_path

    scenario = read_scenario(path, settings)

    def work(stop: threading.Event) -> Explanation:
        return explain(scenario, out, seconds=seconds, replace=replace, stop=stop, with_prices=with_prices)

    record = interruptible(work, lambda: None).to_record()
    if as_json:
        put_json(record)
    else:
        explanation_page(screen(stream()), record, out, english_of(scenario.report))
        if out is not None:
            lines(screen(stream()), "", shown_path(out))
    return 0
