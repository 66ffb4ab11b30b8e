"""What is said of a run that is packed, verified or solved again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from rezoning.report.language import ENGLISH, NOTHING, english
from rezoning.report.screen import heading, lines, listed, table, title

_said = english("moving")
Row = dict[str, Any]


def told_lines(told: Row, *, has_inputs: bool) -> Iterator[str]:
    """What an archive tells whoever gets it; numbers of students are counted, and none is shown."""
    yield _said("leaves")
    for key in ("pupils", "units", "addresses"):
        if told[key]:
            yield "  " + _said(key, files=", ".join(told[key]))
    if told["counts"]:
        yield "  " + _said("small", small=f"{told['small']:,}", counts=f"{told['counts']:,}", below=f"{told['below']:,}")
    if not has_inputs:
        yield "  " + _said("hashes")


def verified_screen(console: Console, record: Row) -> None:
    """What was held against the record, and every difference."""
    name, said = verified_words(record)
    title(console, name)
    heads, rows = checks_table(record)
    table(console, [(head, "left") for head in heads], rows)
    for one in record["checks"]:
        if one["differences"]:
            heading(console, _said(f"about_{one['about']}"))
            listed(console, "", one["differences"], most=len(one["differences"]))
    console.print()
    lines(console, said)


def verified_words(record: Row) -> tuple[str, str]:
    """What was held against its record, and whether all agrees."""
    return _said("verified", name=record["name"]), _said("all_agrees" if record["passed"] else "differs")


def checks_table(record: Row) -> tuple[list[str], list[list[str]]]:
    """Heads, and a row for each thing that was looked at."""
    return [_said("looked_at"), _said("found")], [[_said(f"about_{one['about']}"), _outcome(one)] for one in record["checks"]]


def _outcome(check: Row) -> str:
    if check["differences"]:
        return _said("times", count=f"{len(check['differences']):,}")
    return _said("agrees" if check["known"] else "not_said")


def replayed_screen(console: Console, record: Row) -> None:
    """Whether the plan came again; where not, what changed, the likeliest first, and how far the plans are apart."""
    name, said = replayed_words(record)
    title(console, name)
    lines(console, said)
    if not record["same"]:
        if apart := apart_words(record):
            heading(console, _said("apart"))
            lines(console, *apart)
        heading(console, _said("changed"))
        changed = [one["said"] for one in record["changes"] if one["is_known"]]
        listed(console, "" if changed else _said("nothing_changed"), changed, most=len(changed))
    unknown = [one["said"] for one in record["changes"] if not one["is_known"]]
    if unknown and not record["same"]:
        heading(console, _said("unknown"))
        listed(console, "", unknown)


def replayed_words(record: Row) -> tuple[str, str]:
    """What was solved again, and whether the plan came again."""
    said = "same" if record["same"] else "no_plan" if record["apart"] is None else "other"
    return _said("replayed", name=record["name"]), _said(said)


def apart_words(record: Row) -> list[str]:
    """How far the plans are apart; nothing where they are the same, or one of them is not there."""
    apart = record["apart"]
    if record["same"] or apart is None:
        return []
    moved = _said("moved", units=f"{apart['units']:,}", students=f"{apart['students']:,.0f}", share=ENGLISH.percent(apart["share"]))
    return [moved, *(_goal(number, goal) for number, goal in enumerate(apart["goals"], 1))]


def _goal(number: int, goal: Row) -> str:
    was, now = (NOTHING if value is None else f"{value:.6g}" for value in (goal["was"], goal["is"]))
    return _said("goal", number=number, name=goal["minimize"], was=was, now=now)
