"""Values that a scenario may hold and hardly anybody means: percentages where shares belong."""

from __future__ import annotations

from collections.abc import Iterator

from rezoning.scenario.schema import Scenario
from rezoning.scenario.section import Section

PERCENT = 10.0
"""A share above it, 1,000 %, is one that was meant as a percentage."""


def doubts(scenario: Scenario) -> tuple[str, ...]:
    """A sentence for each share that looks like a percentage, with its place."""
    found = [(place, value) for place, value in _shares(scenario) if value is not None and value >= PERCENT]
    return tuple(f"{place}: {value:g} is a share, {100 * value:,.10g} %; {value:g} % is written {value / 100:g}" for place, value in found)


def _shares(scenario: Scenario) -> Iterator[tuple[str, float | None]]:
    """Shares that have no upper limit of their own."""
    capacity, travel = scenario.rules.capacity, scenario.rules.travel
    if capacity is not None:
        yield from _of(capacity, "min", "max")
        for limits in capacity.schools.values():
            yield from _of(limits, "min", "max")
    if travel is not None:
        yield from _of(travel, "max_increase")
        for mode in () if travel.modes is None else (travel.modes.walk, travel.modes.bus):
            yield from _of(mode, "max_increase")
    for goal in scenario.goals:
        yield from _of(goal, "give_up")


def _of(section: Section, *keys: str) -> Iterator[tuple[str, float | None]]:
    for key in keys:
        yield section.place(key), getattr(section, key)
