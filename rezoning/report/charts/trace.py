"""Value and bound over time, read from a run's trace.csv, goal by goal."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from rezoning.optimize.result import WEIGHTED, goal_names
from rezoning.runs.option import Option
from rezoning.scenario.schema import Goal

TRACE = "trace.csv"


@dataclass(frozen=True)
class Moment:
    """What was known at a time: the best plan's value and what no plan can be below; None as long as there is none."""

    seconds: float
    value: float | None
    bound: float | None


@dataclass(frozen=True)
class Stage:
    """What was minimized, and how that went.

    Parameters
    ----------
    goal
        Its entry in run.json; None for a weighted sum of goals.
    number
        The goal's place among those of the run, from 1.
    moments
        Improvements, one after the other; the first begins the stage.
    """

    goal: dict[str, Any] | None
    number: int
    moments: tuple[Moment, ...]


def read_trace(path: Path) -> dict[str, tuple[Moment, ...]]:
    """The rows of a trace.csv by the goal that they name; empty when there is none, or it is not one, or names no goals."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [(row["goal"], Moment(float(row["seconds"]), _number(row["value"]), _number(row["bound"]))) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return {}
    known = [(goal, row) for goal, row in rows if isfinite(row.seconds) and (row.value is not None or row.bound is not None)]
    return {goal: tuple(row for name, row in known if name == goal) for goal in dict.fromkeys(name for name, _ in known)}


def stages(option: Option) -> tuple[Stage, ...]:
    """The trace of an option's run, goal by goal; empty for a plan file, and where data have changed since, so that bounds no longer hold.

    A trace that names another goal than the run has is another run's.
    """
    if not option.is_run or option.changed:
        return ()
    found, named = read_trace(option.path / TRACE), _by_name(option.record)
    if not found.keys() <= named.keys():
        return ()
    return tuple(Stage(goal, number, found[name]) for number, (name, goal) in enumerate(named.items(), 1) if name in found)


def _by_name(record: Mapping[str, Any]) -> dict[str, dict[str, Any] | None]:
    """Entries of run.json's goals by what a trace calls them."""
    if record.get("objective") is not None:
        return {WEIGHTED: None}
    goals: Sequence[dict[str, Any]] = record["goals"]
    said = [Goal.model_construct(minimize=goal["minimize"], group=goal.get("group")) for goal in goals]
    return dict(zip(goal_names(said), goals, strict=True)) if goals else {}


def _number(text: str | None) -> float | None:
    if text is None or not text.strip():
        return None
    value = float(text)
    return value if isfinite(value) else None
