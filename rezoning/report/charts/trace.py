"""Value and bound over time, read from a run's trace.csv, goal by goal."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from rezoning.optimize.result import TIDY
from rezoning.runs.option import Option
from rezoning.scenario.schema import Goal

TRACE = "trace.csv"
NOTHING = 1e-9


@dataclass(frozen=True)
class Moment:
    """What was known at a time: the best plan's value and what no plan can be below; None as long as there is none."""

    seconds: float
    value: float | None
    bound: float | None


@dataclass(frozen=True)
class GoalTrace:
    """What was minimized, and how that went.

    Parameters
    ----------
    goal
        Of the scenario; None for a weighted sum of goals.
    number
        The goal's place among those of the scenario, from 1.
    moments
        Improvements, one after the other; the first begins the stage.
    has_gap
        Whether better plans may be there in the end, as exactly as numbers are known.
    """

    goal: Goal | None
    number: int
    moments: tuple[Moment, ...]
    has_gap: bool = False


def read_trace(path: Path) -> dict[int | None, tuple[Moment, ...]]:
    """The rows of a trace.csv by their goals' places, None for a weighted sum; empty when there is none, or it is not one."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [
                (_place(row["goal"]), Moment(float(row["seconds"]), _number(row["value"]), _number(row["bound"])))
                for row in csv.DictReader(file)
                if row["goal"] != TIDY  # what came after the goals has no value of theirs
            ]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return {}
    known = [(goal, row) for goal, row in rows if isfinite(row.seconds) and (row.value is not None or row.bound is not None)]
    return {goal: tuple(row for place, row in known if place == goal) for goal in dict.fromkeys(place for place, _ in known)}


def stages(option: Option) -> tuple[GoalTrace, ...]:
    """The trace of an option's run, goal by goal; empty for a plan file, and where data have changed since, so that bounds no longer hold.

    A trace of a goal that the scenario does not have is another run's.
    """
    if not option.is_run or option.changed:
        return ()
    is_sum = option.record.get("objective") is not None
    goals: dict[int | None, Goal | None] = {None: None} if is_sum else dict(enumerate(option.scenario.goals, 1))
    found = read_trace(option.path / TRACE)
    if not found.keys() <= goals.keys():
        return ()
    return tuple(GoalTrace(goal, place or 1, found[place], has_gap(found[place][-1])) for place, goal in goals.items() if place in found)


def has_gap(last: Moment) -> bool:
    """Whether better plans may be there after the last improvement."""
    return last.value is not None and last.bound is not None and last.value - last.bound > NOTHING


def _place(text: str) -> int | None:
    return int(text) if text else None


def _number(text: str | None) -> float | None:
    if text is None or not text.strip():
        return None
    value = float(text)
    return value if isfinite(value) else None
