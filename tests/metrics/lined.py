"""One district for the tests of measures, with every table that a measure can ask for, and a plan of it."""

import numpy as np
from drawn import DATA

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.scenario.schema import Rules, Scenario


def squares(n: int):
    """Squares of 100 m in a row."""
    import geopandas as gpd
    from shapely.geometry import box

    return gpd.GeoSeries([box(100 * u, 0, 100 * u + 100, 100) for u in range(n)])


def line(**changes) -> District:
    """Six units in a row; schools in the first and the last, a closed one in the middle, one new unit.

    ::

        unit      0   1   2   3   4   5
        today     A   A   Z   B   .   B
        students  10  20  30  0   20  20
        poor      8   10  12  0   5   1
        rich      1   5   3   0   10  11
        walks to  A   A   .   B   B   B
    """
    given = {
        "unit_ids": tuple("012345"),
        "students": np.array([10.0, 20, 30, 0, 20, 20]),
        "school_ids": ("A", "B"),
        "school_names": ("Oak Hill", "Elm Grove"),
        "school_unit": np.array([0, 5]),
        "edges": np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]),
        "border_m": np.full(5, 100.0),
        "groups": {"poor": np.array([8.0, 10, 12, 0, 5, 1]), "rich": np.array([1.0, 5, 3, 0, 10, 11]), "nobody": np.zeros(6)},
        "partition": ("poor", "rich"),
        "current": np.array([0, 0, 2, 1, -1, 1]),
        "closed_ids": ("Z",),
        "capacity": np.array([50.0, 60.0]),
        "portables": np.array([4.0, 0]),
        "travel": np.array([[1.0, 9], [2, 8], [3, 7], [50, 60], [np.nan, 2], [9, 1]]),
        "walkable": np.array([[True, False], [True, False], [False, False], [False, True], [False, True], [False, True]]),
        "years": {"2030": np.array([20.0, 20, 30, 0, 10, 5])},
        "growth": {"high": np.array([15.0, 30, 45, 0, 30, 30])},
        "grades": {"5": np.array([2.0, 4, 5, 0, 4, 4])},
        "columns": {"category": np.array(["1", "2", "3", "", "2", "1.5"])},
        "geometry": squares(6),
    }
    return District(**(given | changes))


PLAN = Plan([0, 0, 0, 0, 1, 1])  # the closed school's unit and one without students go to Oak Hill
FARTHER = Plan([0, 1, 0, 0, 1, 1])  # and Oak Hill's second unit to Elm Grove


def rules(**said) -> Rules:
    return Rules.model_validate(said)


def scenario(goals=None, attributes=None, **said) -> Scenario:
    """A scenario built in code; its data section names files that are never read."""
    goals = goals or [{"minimize": "reassigned"}]
    return Scenario.model_validate({"name": "lined", "data": DATA, "rules": said, "goals": goals, "attributes": attributes or {}})
