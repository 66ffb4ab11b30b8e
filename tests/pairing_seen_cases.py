"""A drawn district whose schools share zones by a plan made by hand: A and B split the grades, and so do C and D; E has its zone alone."""

from functools import cache
from typing import Any

import drawn
import exports_cases
import numpy as np

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.public.book import Book
from rezoning.scenario.schema import Scenario

TODAY = "Aabb/aaBb/Ccdd/ccDd/eEee"
GRADES = ("K", "1", "2")
AT = np.array([[0, 0, 1], [0, 0, 1], [3, 2, 2], [3, 2, 2], [4, 4, 4]])
"""Which school has which grade of each zone."""


def district(*, by_grade: bool = True, **changes: Any) -> District:
    """Twenty squares with students by grade, and those of the group `low` by grade where this is asked for."""
    rng = np.random.default_rng(7)
    grades = {grade: rng.integers(20, 60, 20).astype(float) for grade in GRADES}
    low = {grade: np.floor(counts * rng.uniform(0.2, 0.8, 20)) for grade, counts in grades.items()}
    given = {
        "students": sum(grades.values()),
        "grades": grades,
        "groups": {"low": sum(low.values())},
        "groups_by_grade": {"low": low} if by_grade else {},
        "capacity": np.array([700.0, 700.0, 700.0, 700.0, 700.0]),
        "travel": rng.uniform(1, 20, (20, 5)).round(2),
        "walkable": rng.random((20, 5)) < 0.4,
        "geometry": exports_cases.squares(5, 4),
        "border_m": np.full(len(drawn.grid(5, 4)), 100.0),
    }
    return drawn.picture(TODAY, **(given | changes))


def plan(place: District) -> Plan:
    """Zones as they are, and who has which grades."""
    assert place.current is not None
    return Plan(place.current, Buildings(AT, GRADES))


def scenario(**report: Any) -> Scenario:
    """A question that the plan answers."""
    goals = [{"minimize": "dissimilarity", "group": "low"}]
    asked = drawn.scenario(goals=goals).model_dump(exclude_unset=True)
    asked["data"]["units"]["groups"] = {"low": "low"}
    return Scenario.model_validate(asked | {"pairing": {"most": 2}, "report": report})


@cache
def book(*, least: int = 0, by_grade: bool = True, beside_zones: bool = False) -> Book:
    """The plan, and with `beside_zones` another one that shares no zones after it."""
    place = district(by_grade=by_grade)
    other = np.array(place.current)
    other[2] = 0
    plans = [plan(place), *([Plan(other)] if beside_zones else [])]
    return exports_cases.book_of(scenario(min_cell=least), place, *plans)
