"""An ensemble on a terminal: what to doubt, where plans stand, how the chains went."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from rezoning.report.ensemble.rows import Samples, exact_rows
from rezoning.report.ensemble.words import Row, Words
from rezoning.report.language import Language
from rezoning.report.screen import Column, estimates, files, heading, lines, remarks, table, title


def ensemble_screen(console: Console, record: Row, samples: Samples, directory: Path | None, language: Language) -> None:
    """The terminal's page.

    Parameters
    ----------
    record
        The document of the ensemble.
    samples
        Every measure along our chains.
    directory
        Where the files are.
    """
    say, rows = Words(record, language), exact_rows(record, samples, language)
    title(console, say.title(record["name"]))
    lines(console, say.distribution())
    estimates(console, record)
    if record["doubts"]:
        heading(console, say("doubts"))
        lines(console, *say.doubts(), mark="-")
    heading(console, say("where"))
    for row in rows:
        middle = say("middle", low=row.quantile(0.05), median=row.quantile(0.5), high=row.quantile(0.95))
        lines(console, f"{row.label}: {middle}")
        lines(console, *(f"{say.who(mark)}: {mark.value}, {say.standing(mark, row)}" for mark in row.marks if mark.standing is not None), mark="  -")
    heading(console, say("mixing"))
    heads: list[Column] = [(say("measure"), "left"), *((say(key), "right") for key in ("effective", "time", "r_hat", "distance"))]
    table(console, heads, [[row.label, *say.mixing_cells(row)] for row in rows])
    beside = [(row.label, cells) for row in rows if (cells := say.peer_cells(row)) is not None]
    if beside:
        heading(console, say("peer"))
        lines(console, say("peer_about"))
        peer: list[Column] = [(say("measure"), "left"), *((say(key), "right") for key in ("ours", "theirs", "effective", "distance"))]
        table(console, peer, [[label, *cells] for label, cells in beside])
    heading(console, say("chains"))
    lines(console, *say.chain_lines(), mark="-")
    remarks(console, record)
    if directory is not None:
        files(console, directory)
