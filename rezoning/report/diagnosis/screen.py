"""A diagnosis for the terminal: in short, and the tables that planners ask for next, with every number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.console import Console

from rezoning.public.diagnosed import PublicDiagnosis
from rezoning.report.diagnosis.short import in_short
from rezoning.report.diagnosis.tables import (
    DiagnosisTable,
    bands_table,
    borders_table,
    change_table,
    islands_table,
    nearer_table,
    pairs_table,
    seats_table,
    splits_about,
    splits_table,
)
from rezoning.report.diagnosis.words import Words, estimates
from rezoning.report.language import english_of
from rezoning.report.screen import Row, files, heading, lines, remarks, table, title

MOST = 5  # rows of a table


def diagnosis_screen(console: Console, found: PublicDiagnosis, record: Row, place: Path) -> None:
    """The terminal's page.

    Parameters
    ----------
    found
        With nothing hidden: the terminal is for those who may see all.
    record
        With its notes and warnings.
    place
        Where the files are.
    """
    say = Words(found, english_of(found.book.settings))
    title(console, say("title", name=record["name"]))
    heading(console, say("nav_short"))
    lines(console, *in_short(found, say), mark="-")
    main = found.groups[:1]
    parts: list[DiagnosisTable | None] = [
        _without_spare(seats_table(found, say)),
        *(borders_table(found, group, say, MOST) for group in main),
        nearer_table(found, say, MOST),
        islands_table(found, say, MOST),
        bands_table(found, main, say),
        change_table(found, say),
        pairs_table(found, say, MOST),
        splits := splits_table(found, say, MOST),
    ]
    for part in parts:
        if part is not None:
            heading(console, part.caption)
            table(console, [(head.text, "right" if head.is_number else "left") for head in part.heads], [line.cells for line in part.lines])
            lines(console, *([say("more", count=say.whole(part.left_out))] if part.left_out else []))
    lines(console, *([splits_about(found, say)] if splits is not None else []))
    lines(console, *estimates(found.book.district, say.language))
    remarks(console, record)
    files(console, place)


def _without_spare(part: DiagnosisTable | None) -> DiagnosisTable | None:
    """Schools of which there is something to say, where there are many; a terminal is not for long tables."""
    if part is None or len(part.lines) <= 2 * MOST:
        return part
    kept = tuple(line for line in part.lines if line.flag)
    return replace(part, lines=kept, left_out=len(part.lines) - len(kept)) if kept else part
