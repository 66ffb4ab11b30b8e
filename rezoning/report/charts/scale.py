"""Scales of charts: from a value to a place between left and right, with round numbers to write along them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rezoning.public.cell import Cell, is_number

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """A straight scale from `low` to `high` with round ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Place of a value, 0 at the left end and 1 at the right; what lies beyond an end is put on it."""
        value = float(value)  # what was rounded for privacy rounds its differences too
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def percent(self, value: float) -> str:
        """Place of a value as SVG writes it, so that it holds at any width."""
        return percent(self.at(value))


def percent(place: float) -> str:
    """A part of the width."""
    return f"{100 * place:.2f}%"


def scale_to(values: Iterable[Cell], low: float = 0.0, least: float = 0.0, ticks: int = 5) -> Scale:
    """A scale from `low` to the first tick at or above all values that are numbers, and at least to `least`."""
    top = max([value for value in values if is_number(value)], default=least)
    top = max(top, least)
    if top <= low:
        top = low + 1.0
    step = _step((top - low) / ticks)
    count = max(math.ceil(round((top - low) / step, 9)), 1)
    marks = tuple(round(low + k * step, 12) for k in range(count + 1))
    return Scale(low, marks[-1], marks)


def scale_around(low: float, high: float, ticks: int = 4, size: float = 1.0) -> Scale:
    """A scale with round ends that holds both values, and need not begin at 0; its ticks are round in a unit of some `size`."""
    low, high = low / size, high / size
    if high - low <= 1e-9 * max(1.0, abs(high)):
        is_none = abs(high) <= 1e-9  # rounding of a sum that is 0
        reach = 1.0 if is_none else 0.05 * abs(high)
        low, high = 0.0 if is_none else low - reach, high + reach
    step = _step((high - low) / ticks)
    first = math.floor(round(low / step, 9))
    last = math.ceil(round(high / step, 9))
    marks = tuple(round(k * step * size, 12) for k in range(first, last + 1))
    return Scale(marks[0], marks[-1], marks)


def _step(rough: float) -> float:
    """The least round step that is not below a rough one."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step for step in STEPS if step * power >= rough * (1 - 1e-9)) * power
