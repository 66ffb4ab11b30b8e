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
    title(console, _said("verified", name=record["name"]))
    rows = [[_said(f"about_{one['about']}"), _outcome(one)] for one in record["checks"]]
    table(console, [(_said("looked_at"), "left"), (_said("found"), "left")], rows)
    for one in record["checks"]:
        if one["differences"]:
            heading(console, _said(f"about_{one['about']}"))
            listed(console, "", one["differences"], most=len(one["differences"]))
    console.print()
    lines(console, _said("all_agrees" if record["passed"] else "differs"))


def _outcome(check: Row) -> str:
    if check["differences"]:
        return _said("times", count=f"{len(check['differences']):,}")
    return _said("agrees" if check["known"] else "not_said")


def replayed_screen(console: Console, record: Row) -> None:
    """Whether the plan came again; where not, what changed, the likeliest first, and how far the plans are apart."""
    title(console, _said("replayed", name=record["name"]))
    lines(console, _said("same" if record["same"] else "no_plan" if record["apart"] is None else "other"))
    if not record["same"]:
        apart = record["apart"]
        if apart is not None:
            heading(console, _said("apart"))
            lines(console, _said("moved", units=f"{apart['units']:,}", students=f"{apart['students']:,.0f}", share=ENGLISH.percent(apart["share"])))
            lines(console, *(_goal(number, goal) for number, goal in enumerate(apart["goals"], 1)))
        heading(console, _said("changed"))
        changed = [one["said"] for one in record["changes"] if one["is_known"]]
        listed(console, "" if changed else _said("nothing_changed"), changed, most=len(changed))
    unknown = [one["said"] for one in record["changes"] if not one["is_known"]]
    if unknown and not record["same"]:
        heading(console, _said("unknown"))
        listed(console, "", unknown)


def _goal(number: int, goal: Row) -> str:
    was, now = (NOTHING if value is None else f"{value:.6g}" for value in (goal["was"], goal["is"]))
    return _said("goal", number=number, name=goal["minimize"], was=was, now=now)
