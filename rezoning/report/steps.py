"""Values of goals, steps of them that a planner can picture, and differences, each with its unit."""

from __future__ import annotations

import numpy as np

from rezoning.report.goal_words import amount
from rezoning.report.screen import Row


def shown(goal: Row, value: float | None, travel_unit: str, digits: int = 3) -> str:
    """A value of a goal with its unit."""
    return amount(goal["minimize"], value, travel_unit, digits, goal.get("measure"))


def step(goal: Row, travel_unit: str) -> tuple[float, str]:
    """A step of a goal that a planner can picture, and its words: a point of a share, a minute, a hundredth of an index."""
    unit = shown(goal, 1.0, travel_unit).partition(" ")[2]
    if unit == "%":
        return 0.01, "one more point"
    if unit:
        return 1.0, f"one more {'minute' if unit == 'min' else unit}"
    return (1.0, "one more") if shown(goal, 1.0, travel_unit) == "1" else (0.01, "0.01 more")


def gained(goal: Row, gain: float, travel_unit: str) -> str:
    """A difference of a goal's values: ``0.004``, ``0.4 points``, ``1.2 min``."""
    unit = shown(goal, 1.0, travel_unit).partition(" ")[2]
    return f"{_short(100 * gain)} points" if unit == "%" else f"{_short(gain)} {unit}".rstrip()


def _short(value: float) -> str:
    """Two digits, written out."""
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    return np.format_float_positional(value, precision=2, fractional=False, trim="-")
