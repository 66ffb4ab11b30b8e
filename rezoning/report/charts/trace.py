"""Value and bound over time, read from a run's trace.csv and told apart by goal."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from rezoning.report.option import Option

HAIR = 1e-6  # relative; a value that was measured again may differ from the solver's by this

TRACE = "trace.csv"


@dataclass(frozen=True)
class Moment:
    """What was known at a time: the best plan's value and what no plan can be below; None as long as there is none."""

    seconds: float
    value: float | None
    bound: float | None


@dataclass(frozen=True)
class Stage:
    """What was minimized for a time.

    Parameters
    ----------
    goal
        Its entry in run.json; None for a weighted sum of goals, and where the trace does not tell.
    number
        The stage's place among those of the run, from 1.
    moments
        Improvements, one after the other; the first begins the stage.
    """

    goal: dict[str, Any] | None
    number: int
    moments: tuple[Moment, ...]


def read_trace(path: Path) -> tuple[Moment, ...]:
    """The rows of a trace.csv; empty when there is none, or it is not one."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [Moment(float(row["seconds"]), _number(row["value"]), _number(row["bound"])) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return ()
    return tuple(row for row in rows if isfinite(row.seconds) and (row.value is not None or row.bound is not None))


def stages(option: Option) -> tuple[Stage, ...]:
    """The trace of an option's run, goal by goal; empty for a plan file, and where data have changed since, so that bounds no longer hold."""
    if not option.is_run or option.changed:
        return ()
    parts = split(read_trace(option.path / TRACE))
    goals = option.record["goals"]
    is_told = option.record.get("objective") is None and len(parts) <= len(goals) and all(map(_ends_at, parts, goals))
    return tuple(Stage(goals[k] if is_told else None, k + 1, part) for k, part in enumerate(parts))


def split(moments: Iterable[Moment]) -> list[tuple[Moment, ...]]:
    """Parts in which the value never rises and the bound never falls, nor either is lost again: one for each goal in turn."""
    parts: list[list[Moment]] = []
    for moment in moments:
        if not parts or _begins(parts[-1][-1], moment):
            parts.append([])
        parts[-1].append(moment)
    return [tuple(part) for part in parts]


def _begins(last: Moment, now: Moment) -> bool:
    if (last.value is not None and now.value is None) or (last.bound is not None and now.bound is None):
        return True
    is_up = last.value is not None and now.value is not None and now.value > last.value + HAIR * max(1.0, abs(last.value))
    return is_up or (last.bound is not None and now.bound is not None and now.bound < last.bound - HAIR * max(1.0, abs(last.bound)))


def _ends_at(part: tuple[Moment, ...], goal: dict[str, Any]) -> bool:
    """Whether a part can be a goal's: later goals may only have improved on what it reached, or given up what they may."""
    value, bound = goal.get("value"), goal.get("bound")
    reached, proven = part[-1].value, part[-1].bound
    if bound is None or proven is None:
        return value is not None and reached is not None
    return bool(abs(min(proven, value if value is not None else proven) - bound) <= HAIR * max(1.0, abs(bound)))


def _number(text: str | None) -> float | None:
    if text is None or not text.strip():
        return None
    value = float(text)
    return value if isfinite(value) else None
