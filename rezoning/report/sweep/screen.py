"""A sweep on the terminal: what it would do, how it goes, what it found."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from rezoning.report.language import ENGLISH, english, plain
from rezoning.report.screen import Column, Row, files, heading, lines, listed, table, title
from rezoning.report.sweep.tables import districts_table, lever_table
from rezoning.report.sweep.words import SENTENCES, best_words, counts_words, duration, estimated, floor_words, gain, matters_words, part_words

_said = english("sweep")
SHOWN = 40  # points of a dry run, and districts
FAILURES = 5


def progress_words(done: int, total: int, failed: int, seconds: float, left: float | None) -> str:
    """``12 of 72 points, 1 failed, 40 s, about 3 min left``."""
    return plain(
        _said(
            "progress",
            done=f"{done:,}",
            total=f"{total:,}",
            failed=_said("progress_failed", count=f"{failed:,}") if failed else "",
            seconds=duration(seconds, ENGLISH),
            left="" if left is None or done == total else _said("progress_left", left=duration(left, ENGLISH)),
        )
    )


def planned_page(console: Console, document: Row) -> None:
    """Points and expected time."""
    points, counts = document["points"], document["counts"]
    title(console, _said("dry_title", name=document["name"], count=f"{len(points):,}"))
    lines(console, _said("dry_there", **{state: f"{count:,}" for state, count in counts.items()}))
    time = {"time": duration(document["seconds"], ENGLISH), "workers": document["workers"]}
    lines(console, _said("dry_nothing") if not document["seconds"] else _said(f"dry_{document['from']}", **time))
    names = [_said("point"), _said("district"), *document["levers"], _said("state")]
    columns: list[Column] = [(name, "left") for name in names]
    console.print()
    table(
        console,
        columns,
        [
            [str(one["point"]), str(one["district"]), *(str(one[lever]) for lever in document["levers"]), _said(f"state_{one['state']}")]
            for one in points[:SHOWN]
        ],
    )
    if len(points) > SHOWN:
        lines(console, _said("dry_more", count=f"{len(points) - SHOWN:,}"))


def sweep_screen(console: Console, document: Row, directory: Path) -> None:
    """What a sweep found."""
    title(console, _said("title", name=document["name"]))
    if "part" in document:
        lines(console, part_words(document, ENGLISH))
        return
    lines(console, *estimated(document, ENGLISH).sentences, mark="≈")
    lines(console, counts_words(document, ENGLISH), _said("took", time=duration(document["seconds"]["points"], ENGLISH)))
    best = sorted((one for one in document["best"] if one["best"] is not None), key=gain, reverse=True)
    if best:
        heading(console, _said("districts"))
    if len(best) <= SENTENCES:
        lines(console, *(said for one in best for said in (best_words(one, ENGLISH), floor_words(one, ENGLISH))))
    else:
        _put(console, *districts_table(best[:SHOWN], ENGLISH))
    matters = matters_words(document, ENGLISH)
    if document["levers"] and best:
        heading(console, _said("levers"))
        lines(console, *([] if matters is None else [matters]))
        for lever in document["levers"]:
            lines(console, lever["lever"])
            _put(console, *lever_table(lever, document["best"], ENGLISH))
    if document["failures"]:
        heading(console, _said("failures"))
        listed(console, "", [f"{one['count']} × {one['error']}" for one in document["failures"]], FAILURES)
        lines(console, _said("failures_note"))
    files(console, directory, _said("tables", names=", ".join(document["tables"])), *document["notes"])


def _put(console: Console, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    columns: list[Column] = [(name, "right" if k > 0 else "left") for k, name in enumerate(head)]
    table(console, columns, rows)
