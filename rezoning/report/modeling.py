"""Models in words: the comment at their top, and on a terminal what was written, what a solution is worth, and where a start is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console

from rezoning.report.goal_words import amounts, goal_name, goal_of
from rezoning.report.language import ENGLISH, english
from rezoning.report.screen import files, heading, lines, title, whole_line
from rezoning.runs.names import shown_path

Document = dict[str, Any]
_said = english("modeling")


def header(document: Document, travel_unit: str, sidecar: str) -> list[str]:
    """The lines of the comment at a model's top, without what a format puts before each."""
    missing = [_why(one, document) for one in document["missing"]]
    return [
        _said("title", name=document["name"]),
        _said("hash", hash=document["input_hash"], version=document["version"]),
        *_form(document),
        *([f"{_said('missing')}:"] if missing else []),
        *(f"- {one}" for one in missing),
        *_about(document, travel_unit),
        _said("names"),
        _said("ids", file=sidecar),
    ]


def model_screen(console: Console, document: Document, travel_unit: str, path: Path, sidecar: Path) -> None:
    """What was written, and where it is."""
    title(console, _said("title", name=document["name"]))
    lines(console, *_form(document), *_about(document, travel_unit))
    if document["missing"]:
        heading(console, _said("missing"))
        lines(console, *(_why(one, document) for one in document["missing"]), mark="-")
    files(console, path)
    whole_line(console, f"  {shown_path(sidecar)}")


def solution_part(console: Console, record: Document, plan: Path | None) -> None:
    """What a solver claims of its solution, beside what the plan has."""
    found = record["solution"]
    goal = None if found["goal"] is None else goal_of(record["goals"][found["goal"] - 1])
    unit = _travel_unit(record)
    heading(console, _said("solution"))
    if found["claimed"] is None:
        (value,) = amounts(goal, [found["value"]], unit, ENGLISH)
        lines(console, _said("unclaimed", file=found["file"], value=value))
    else:
        claimed, value = amounts(goal, [found["claimed"], found["value"]], unit, ENGLISH)
        lines(console, _said("claimed", file=found["file"], claimed=claimed, value=value), _said(_verdict(found)))
    for one in found["held"]:
        if not one["holds"]:
            value, upper = amounts(goal_of(record["goals"][one["goal"] - 1]), [one["value"], one["upper"]], unit, ENGLISH)
            lines(console, _said("held_broken", number=one["goal"], value=value, upper=upper))
    if plan is not None:
        whole_line(console, _said("plan_file", file=shown_path(plan)))


def start_screen(console: Console, name: str, found: Document) -> None:
    """A start: what it is worth, and where it is."""
    title(console, _said("start", name=name))
    lines(console, _said("start_value", objective=f"{found['objective']:.10g}", value=f"{found['value']:.10g}", columns=f"{found['columns']:,}"))
    whole_line(console, _said("start_file", solver=found["solver"], file=shown_path(Path(found["file"]))))


def _verdict(found: Document) -> str:
    if found["agrees"]:
        return "agrees"
    if found["claimed"] > found["value"]:
        return "above"
    return "below" if found["is_complete"] else "below_relaxed"


def _form(document: Document) -> list[str]:
    form = "form_whole" if document["form"] == "relaxation" and document["is_complete"] else f"form_{document['form']}"
    return [_said(form), *([_said("restricted")] if document["is_restricted"] else [])]


def _why(one: Document, document: Document) -> str:
    return _said(f"why_{one['why']}", what=one["what"], cuts=f"{document['size']['kinds'].get('cut', 0):,}")


def _about(document: Document, travel_unit: str) -> list[str]:
    """Which goal, what is held, how large."""
    objective, number, size = document["objective"], document["goal"], document["size"]
    goal = None if number is None else goal_of(document["goals"][number - 1])
    scale, offset = f"{objective['scale']:g}", f"{objective['offset']:g}"
    found = [_said("goal", scale=scale, offset=offset, goal=goal_name(goal, travel_unit, ENGLISH))]
    if objective["constant"] is not None:
        found.append(_said("constant", constant=objective["constant"]))
    for one in document["held"]:
        before = goal_of(document["goals"][one["goal"] - 1])
        value, upper = amounts(before, [one["value"], one["upper"]], travel_unit, ENGLISH)
        name = goal_name(before, travel_unit, ENGLISH)
        found.append(_said("held", number=one["goal"], goal=name, value=value, upper=upper, run=document["run"]))
    counts = {"columns": f"{size['columns']:,}", "rows": f"{size['rows']:,}", "cuts": f"{size['kinds'].get('cut', 0):,}"}
    return [*found, _said("sizes", **counts)]


def _travel_unit(record: Document) -> str:
    return str(record["travel"]["unit"]) if record["travel"] else "min"
