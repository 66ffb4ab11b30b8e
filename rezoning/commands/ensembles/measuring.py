"""What is measured of every sample: the scenario's goals, and the measures that the catalogue marks for ensembles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rezoning.public.cell import is_number, look
from rezoning.report.catalogue.goals import GOALS, goal_kind
from rezoning.report.catalogue.kinds import Direction, Kind, settled
from rezoning.report.catalogue.measures import ENSEMBLE, GROUP, MEASURES
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District, Floats
    from rezoning.district.plan import Plan


@dataclass(frozen=True)
class Wanted:
    """A number of every plan.

    Parameters
    ----------
    key
        Its name for machines: its path in metrics.json with points, or ``goal 2: burden_gap``.
    kind, direction
        As in the catalogue.
    goal
        Place of the goal that it is, from 1; None for other measures.
    path
        Where it stands in metrics.json; None for a goal that no measure equals.
    """

    key: str
    kind: Kind
    direction: Direction | None
    goal: int | None
    path: tuple[str, ...] | None


def wanted_of(scenario: Scenario, district: District) -> tuple[Wanted, ...]:
    """Goals first, then measures, each once.

    Parameters
    ----------
    district
        With the groups that may be measured.
    """
    found: dict[str, Wanted] = {}
    for one in (*_goals(scenario, district), *_measures(district)):
        found.setdefault(one.key, one)
    return tuple(found.values())


def _goals(scenario: Scenario, district: District) -> Iterator[Wanted]:
    for number, goal in enumerate(scenario.goals, 1):
        facts, kind = GOALS[goal.minimize], goal_kind(goal, district.travel_unit)
        if facts.equals and goal.versus is None:
            path = (facts.measure, *([goal.group] if goal.group is not None else []))
            direction = next(one.direction for one in MEASURES if one.path[0] == facts.measure)
            yield Wanted(".".join(path), kind, direction, number, path)
        else:
            yield Wanted(f"goal {number}: {goal.minimize}", kind, "lower", number, None)


def _measures(district: District) -> Iterator[Wanted]:
    for one in MEASURES:
        if ENSEMBLE in one.sections:
            for group in district.groups if GROUP in one.path else [""]:
                path = tuple(group if part == GROUP else part for part in one.path)
                yield Wanted(".".join(path), settled(one.kind, district.travel_unit), one.direction, None, path)


class Measurer:
    """Measures plans of one district; only what is wanted."""

    def __init__(self, scenario: Scenario, district: District) -> None:
        from rezoning.metrics.measure import visible

        self.scenario, self._whole, self._district = scenario, district, visible(district, scenario)
        self.wanted = wanted_of(scenario, self._district)
        self._keys = {one.path[0] for one in self.wanted if one.path is not None}

    def __call__(self, plan: Plan) -> Floats:
        """The numbers of a plan, shape (wanted,); NaN where one is undefined."""
        from rezoning.metrics.goals import value_or_none
        from rezoning.metrics.measure import measure

        measures = measure(plan, self._district, self.scenario, self._keys)
        goals: dict[int | None, float | None] = {
            one.goal: value_or_none(self.scenario.goals[one.goal - 1], plan, self._whole, self.scenario.rules)
            for one in self.wanted
            if one.path is None and one.goal is not None
        }
        return self.told(measures, goals)

    def told(self, measures: Mapping[str, Any], goals: Mapping[int | None, float | None]) -> Floats:
        """The same from measures that are there already, and from values of goals by their place."""
        cells = [goals.get(one.goal) if one.path is None else look(measures, *one.path) for one in self.wanted]
        return np.array([cell if is_number(cell) else np.nan for cell in cells], dtype=np.float64)
