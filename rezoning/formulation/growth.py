"""Capacity over time: the same seats for the students of coming years, of growth scenarios, and of each year of a transition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats, Pairs, Rows
from rezoning.formulation.rules import zone_sizes
from rezoning.formulation.sums import stacked_rows
from rezoning.scenario.rules import PhaseYear
from rezoning.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class Enrollment:
    """Students of every school in one year under a plan: ``n_s = sum of load over the zone of s + beside[s]``.

    Parameters
    ----------
    name
        The year or growth scenario; empty for the students of now.
    load
        What each unit adds to its school, shape (n,).
    beside
        Who is in each school whatever the plan says, shape (m,).
    """

    name: str
    load: Floats
    beside: Floats


def enrollments(district: District, scenario: Scenario) -> Iterator[Enrollment]:
    """Everything that `rules.capacity` must hold for: now, the years, the growth scenarios, the transition."""
    nobody = np.zeros(district.num_schools)
    yield Enrollment("", district.students, nobody)
    for name, students in [*district.years.items(), *district.growth.items()]:
        yield Enrollment(name, students, nobody)
    for year in scenario.rules.phase_in:
        yield transition(district, year)


def transition(district: District, year: PhaseYear) -> Enrollment:
    """Students of each school in a year of the transition.

    Of a unit whose school of today is open, ``stay_u = sum over grades of share x students`` are at that school wherever the unit goes: they are
    beside the plan there, and the unit brings n_u - stay_u to its school of the plan, be it the same or another. Who goes to a school that may
    close moves at once, whether it closes or not.
    """
    stays = sum((share * district.grades[grade] for grade, share in year.stay.items()), np.zeros(district.num_units))
    stays = np.where((district.stayable >= 0) & ~district.optional[np.maximum(district.stayable, 0)], stays, 0.0)
    beside = np.bincount(np.maximum(district.stayable, 0), weights=stays, minlength=district.num_schools).astype(np.float64)
    return Enrollment(year.year, district.students - stays, beside)


def growth(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """The limits of capacity in every coming year, growth scenario and year of the transition."""
    rule = scenario.rules.capacity
    if rule is None:
        return None
    coming = [one for one in enrollments(district, scenario) if one.name]
    return stacked_rows([zone_sizes(pairs, district, scenario, one.load, one.beside, one.name) for one in coming])
