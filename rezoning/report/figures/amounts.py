"""Axes of figures that show a goal's values: round numbers in the unit in which people read them, no two of them alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import Kind, manner, together
from rezoning.report.language import Language
from rezoning.scenario.goals import Goal

if TYPE_CHECKING:
    from matplotlib.axis import Axis

_LAST_ZERO = re.compile(r"(.*\.\d*)0(\D*)")


def label_amounts(axis: Axis, goal: Goal | None, travel_unit: str, language: Language) -> None:
    """Ticks and labels as people read the goal's values; None is the weighted sum of goals."""
    label_kind(axis, goal_kind(goal, travel_unit), language)


def label_kind(axis: Axis, kind: Kind, language: Language) -> None:
    """Ticks and labels of numbers of a kind."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    size = manner(kind, language).size

    class Places(MaxNLocator):
        def tick_values(self, vmin: float, vmax: float) -> Any:
            return [size * tick for tick in super().tick_values(vmin / size, vmax / size)]

    class Amounts(FuncFormatter):
        def format_ticks(self, values: Any) -> list[str]:
            said = together([float(value) for value in values], kind, language)
            return without_idle_zeros([said.with_unit(float(value)) for value in values])

    axis.set_major_locator(Places(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(Amounts(lambda value, _position: together([value], kind, language).with_unit(value)))


def without_idle_zeros(labels: Sequence[str]) -> list[str]:
    """Labels of one axis without the last decimals that are zeros in all of them."""
    found = [_LAST_ZERO.fullmatch(label) for label in labels]
    shorter = [match[1].rstrip(".") + match[2] for match in found if match is not None]
    return without_idle_zeros(shorter) if shorter and len(shorter) == len(labels) else list(labels)
